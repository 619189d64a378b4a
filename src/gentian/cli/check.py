"""`gentian check`: compile the guideline, run its test people, review it, prove its invariants."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sized

from gentian.dosing.specs import count_dose_specs, run_dose_specs
from gentian.engine.specs import count_specs, run_specs
from gentian.language.model import Guideline
from gentian.language.sources import read_entries
from gentian.pharmacokinetics.specs import count_model_specs, run_model_specs
from gentian.review.check import review_guideline
from gentian.review.coverage import list_stale
from gentian.review.pages import list_proofs, write_coverage, write_safety_case
from gentian.review.rules import read_rules

from .failures import GUIDELINE, USAGE, Failure
from .output import print_text, write_result


def run(arguments: Namespace) -> int:
    """Report every problem with its file and line; exit code 13 if there is any."""
    guideline = compile_now()
    if arguments.show:
        write_result(_write_page(arguments.show, guideline), arguments.output)
        return 0
    print_text(describe_guideline(guideline))
    found = [str(finding) for finding in review_guideline(guideline, read_rules())]
    for line in found:
        print_text(f"✕ {line}\n")
    print_text(f"{len(found)} to mend\n" if found else "✓ nothing to mend for a reviewer\n")
    if failed := _run_people(guideline):
        return failed  # a proof would be about conditions that are wrong already
    return max(GUIDELINE if found else 0, prove(guideline))


def _write_page(name: str, guideline: Guideline) -> str:
    rules = read_rules()
    if name == "coverage":
        return write_coverage(guideline, rules)
    if name == "safety-case":
        return write_safety_case(rules, list_proofs())
    return "".join(f"{cite}\n" for cite in list_stale(guideline, rules))


def _run_people(guideline: Guideline) -> int:
    failed = [
        *run_specs(guideline),
        *run_dose_specs(guideline),
        *run_model_specs(guideline),
    ]
    for line in failed:
        print_text(f"✕ {line}\n")
    people = count_specs(guideline) + count_dose_specs(guideline) + count_model_specs(guideline)
    if failed:
        print_text(f"{len(failed)} of {people} test people disagree with the guideline\n")
        return GUIDELINE
    print_text(f"✓ all {people} test people agree with the guideline\n")
    return 0


def prove(guideline: Guideline) -> int:
    """Prove every invariant; exit code 13 if one is broken, or cannot be proved.

    Without the prover nothing is proved, and the command says so and fails.
    """
    try:
        from gentian.proof.proving import PROVED, prove_guideline
        from gentian.proof.wording import say_proof
    except ModuleNotFoundError:
        mend = (
            "the prover is not installed, so no invariant is proved; pip install 'gentian[author]'"
        )
        raise Failure(USAGE, mend) from None
    failed = 0
    for proof in prove_guideline(guideline):
        failed += proof.verdict != PROVED
        print_text("".join(f"{line}\n" for line in say_proof(proof)))
    count = len(guideline.invariants)
    if failed:
        print_text(f"{failed} of {count} invariants are not proved\n")
        return GUIDELINE
    print_text(f"✓ all {count} invariants are proved of everybody\n")
    return 0


def compile_now() -> Guideline:
    """Return the guideline compiled from its sources, never the kept form of it."""
    try:
        from gentian.language.compiler import compile_guideline
    except ModuleNotFoundError:
        mend = "the compiler is not installed; pip install 'gentian[author]'"
        raise Failure(USAGE, mend) from None
    return compile_guideline(read_entries())


def describe_guideline(guideline: Guideline) -> str:
    """Return version, hash and size of a guideline in a few lines."""
    counts: dict[str, Sized] = {
        "facts": guideline.facts,
        "criteria": guideline.criteria,
        "statements": guideline.statements,
        "doses": guideline.doses,
        "models": guideline.models,
        "schedules": guideline.schedules,
        "sources": guideline.sources,
    }
    sizes = " · ".join(f"{len(entries)} {name}" for name, entries in counts.items())
    return f"guideline {guideline.version} ({guideline.hash[:12]}) compiles\n{sizes}\n"
