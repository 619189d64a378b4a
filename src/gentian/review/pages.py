"""The two pages that are written from the data: the safety case, and the coverage of the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from gentian.language.model import Guideline
from gentian.language.sources import FOLDER, list_files, read_list

from .coverage import Covered, list_covered
from .rules import Control, Hazard, Removal, Rules

_MOST_ENTRIES = 6
_FAMILIES = {
    "DX": "Diagnosis, genetics, natural history",
    "HZ": "Hazards",
    "PK": "Pharmacokinetics: models, interacting medicines, traps",
    "PR": "Proposals",
    "RD": "Response",
    "SD": "The founding article: verdicts",
    "SX": "Supplement: must-exclude, limits, caps, thresholds",
    "TV": "Worked examples",
    "TX": "Treatment",
}
_STATES = ("encoded", "descriptive", "not-encoded", "tested", "open")


def list_proofs(folder: Path = FOLDER) -> dict[str, list[str]]:
    """Hazard → the invariants that are proved about it, from `invariants/`."""
    proofs: dict[str, list[str]] = {}
    for path in list_files(folder):
        if path.parent.name == "invariants":
            for _, value in read_list(path):
                for hazard in value.get("controls") or value.get("hazards") or ():
                    proofs.setdefault(str(hazard), []).append(str(value.get("invariant", "")))
    return proofs


def write_safety_case(rules: Rules, proofs: dict[str, list[str]]) -> str:
    """The safety case as Markdown: hazard, harm, controls with their tests, proofs, residual risk."""
    lines = [
        "# Safety case",
        "",
        "Written from `src/gentian/guideline/hazards.yaml` by `gentian check --show safety-case`. Each control",
        "is taken away in `tests/review/test_hazards.py`, and the test it names has to fail then. A proof holds",
        "for every person at once. This is no clearance: no clinician has signed it, and no device file holds it.",
    ]
    for hazard in rules.hazards:
        lines += ["", *_write_hazard(hazard, proofs.get(hazard.hazard, []))]
    return "\n".join(lines) + "\n"


def _write_hazard(hazard: Hazard, proofs: list[str]) -> Iterator[str]:
    yield f"## {hazard.hazard} {hazard.says}"
    yield ""
    yield f"*Harm:* {hazard.harm}"
    yield ""
    yield "| control | where | taken away by | test that fails then |"
    yield "|---|---|---|---|"
    for control in hazard.controls:
        yield _write_control(control)
    yield ""
    if proofs:
        yield f"*Proved:* {', '.join(f'`{proof}`' for proof in sorted(proofs))}"
        yield ""
    if hazard.not_built:
        yield f"*Not built:* {hazard.not_built}"
        yield ""
    yield f"*Residual risk:* {hazard.residual}"


def _write_control(control: Control) -> str:
    removed = _say_removal(control.without)
    return f"| {control.says} | `{control.where}` | {removed} | `{control.test}` |"


def _say_removal(removal: Removal) -> str:
    parts = [f"leaving out `{name}`" for name in removal.drop]
    for target, fields in removal.change.items():
        parts += [f"{field} of `{target}` set aside" for field in fields]
    if removal.code:
        parts.append(f"putting `{removal.code}` out of action")
    return ", ".join(parts)


def write_coverage(guideline: Guideline, rules: Rules) -> str:
    """The coverage of the evidence as Markdown: every id, and what became of it."""
    covered = list_covered(guideline, rules)
    counts = Counter(item.state for item in covered)
    lines = [
        "# Coverage of the evidence base",
        "",
        "Written from the guideline by `gentian check --show coverage`. Every id of the evidence base is here:",
        "*encoded* where an entry cites it, *descriptive* where it informs and changes nobody's care,",
        "*not-encoded* with the reason, *tested* where it is a worked example. `read` says how surely it was",
        "read: a dose from what was only `known` is at best indicative. `coverage.yaml` has the reasons in full.",
        "",
        f"{len(covered)} ids: "
        + ", ".join(f"{counts[state]} {state}" for state in _STATES if counts[state])
        + ".",
        f"Review of the statements that cite them: {_say_review(guideline)}.",
    ]
    for family, name in _FAMILIES.items():
        rows = [item for item in covered if item.cite.startswith(f"{family}-")]
        if rows:
            lines += ["", f"## {family}: {name}", "", *_write_rows(rows, guideline)]
    return "\n".join(lines) + "\n"


def _say_review(guideline: Guideline) -> str:
    states = Counter(item.review.state for item in guideline.statements.values())
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


def _write_rows(rows: Iterable[Covered], guideline: Guideline) -> Iterator[str]:
    yield "| id | read | what it says | what became of it | review |"
    yield "|---|---|---|---|---|"
    for item in rows:
        says = item.says.replace("|", "\\|")
        read = item.read.replace("|", "\\|")
        yield f"| {item.cite} | {read} | {says} | {_say_state(item)} | {_find_state(item, guideline)} |"


def _say_state(item: Covered) -> str:
    if item.uncited and not item.entries:
        reason = item.uncited.because.strip().partition(". ")[0].rstrip(".")
        return f"{item.uncited.state}: {reason}"
    names = list(dict.fromkeys(f"{entry.sort} `{entry.entry}`" for entry in item.entries))
    more = [f"and {len(names) - _MOST_ENTRIES} more"] if len(names) > _MOST_ENTRIES else []
    return ", ".join([*names[:_MOST_ENTRIES], *more]) or "open"


def _find_state(item: Covered, guideline: Guideline) -> str:
    """The lowest review state of the statements that cite an id; none where no statement does."""
    order = ("drafted", "source-checked", "clinician-approved")
    states = {
        guideline.statements[entry.entry].review.state
        for entry in item.entries
        if entry.sort == "statement" and entry.entry in guideline.statements
    }
    return next((state for state in order if state in states), "–")
