"""Write the tables of docs/proofs.md anew: `uv run python -m tests.proof.regenerate`; it takes some minutes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence

from gentian.engine.settings import Settings
from gentian.language.model import Guideline
from gentian.proof.proving import House
from gentian.proof.relations import list_pairs
from gentian.proof.wording import say_proof
from tests.proof.kills import SpecBook, find_killer
from tests.proof.mutants import Mutant, list_mutants
from tests.proof.people import load
from tests.proof.test_invariants import PAGE, read_killers

MARK = "<!-- what follows is written by tests/proof/regenerate.py -->\n"
SHOWN = ("fever-spleen-unproven-is-asplenic", "second-immunosuppressant-needs-a-reason")


def regenerate() -> None:
    """Rewrite everything below the mark; the text above it is written by hand."""
    head, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    PAGE.write_text(head + MARK + "\n".join(_write(load())) + "\n", encoding="utf-8", newline="\n")


def _write(guideline: Guideline) -> Iterator[str]:
    killers = find_killers(guideline)
    yield from _write_invariants(guideline, killers)
    yield from _write_kills(killers)
    yield from _write_relations(guideline)
    yield from _write_people(guideline, killers)


def find_killers(guideline: Guideline) -> dict[str, Mutant]:
    """Invariant → a mutant that it breaks and that no test person notices; what the page says comes first."""
    book, mutants = SpecBook(guideline), list(list_mutants(guideline))
    told, named = read_killers(), {mutant.name: mutant for mutant in mutants}
    found = {}
    for name, invariant in guideline.invariants.items():
        known = named.get(told.get(name, ""))
        killer = find_killer(guideline, book, invariant, mutants, known)
        if killer is not None:
            found[name] = killer
    return found


def _write_invariants(guideline: Guideline, killers: dict[str, Mutant]) -> Iterator[str]:
    house = House(guideline)
    house.prove(next(iter(guideline.invariants.values())))  # what all of them share
    yield "\n## Invariants\n"
    yield "| invariant | hazards | seconds | a mistake that only it catches, and no test person beside a rule |"
    yield "|---|---|---|---|"
    for name, invariant in guideline.invariants.items():
        start = time.perf_counter()
        house.prove(invariant)
        seconds = time.perf_counter() - start
        killer = killers[name].name if name in killers else "none"
        yield f"| `{name}` | {', '.join(invariant.controls)} | {seconds:.2f} | {killer.replace('|', '/')} |"


def _write_kills(killers: dict[str, Mutant]) -> Iterator[str]:
    yield "\n## Mistakes, and what notices them\n"
    yield "| mistake | a test person | invariants |"
    yield "|---|---|---|"
    found: dict[str, list[str]] = {}
    for name, mutant in killers.items():
        found.setdefault(mutant.name, []).append(name)
    for mistake in sorted(found):
        yield f"| {mistake.replace('|', '/')} | no | {', '.join(found[mistake])} |"


def _write_relations(guideline: Guideline) -> Iterator[str]:
    counts = Counter(pair.relation.relation for pair in list_pairs(guideline, Settings()))
    yield "\n## Relations\n"
    yield "| relation | pairs of facts | why |"
    yield "|---|---|---|"
    for name, relation in guideline.relations.items():
        yield f"| `{name}` | {counts[name]} | {relation.reason} |"


def _write_people(guideline: Guideline, killers: dict[str, Mutant]) -> Iterator[str]:
    yield "\n## What a broken invariant looks like\n"
    for name in SHOWN:
        if name in killers:
            lines = _break(killers[name], name)
            yield f"With the mistake *{killers[name].name}*:\n"
            yield from ["```text", *lines, "```\n"]


def _break(mutant: Mutant, name: str) -> Sequence[str]:
    changed = mutant.make()
    return say_proof(House(changed).prove(changed.invariants[name]))


if __name__ == "__main__":
    regenerate()
