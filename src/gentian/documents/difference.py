"""The difference between two versions of the guideline as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gentian.review.difference import Change, Difference, PersonChange

from .lines import MARGIN, wrap

_MARKS = {"added": "+", "removed": "−", "changed": "~"}


def render_difference(found: Difference) -> str:
    """Return changed entries, then the people whose plans change and why, ending in a newline."""
    lines = [f"guideline {found.before} → {found.after}", "", *_print_entries(found.entries), ""]
    lines.append(f"PEOPLE  {found.read} compared, {len(found.people)} with another plan")
    for person in found.people:
        lines += _print_person(person)
    if found.unread:
        lines += ["", f"NOT COMPARED  {len(found.unread)}"]
        lines += [line for text in found.unread for line in wrap(text, MARGIN, MARGIN * 2)]
    return "\n".join(lines) + "\n"


def _print_entries(changes: Iterable[Change]) -> Iterator[str]:
    changes = list(changes)
    counts = {how: sum(change.how == how for change in changes) for how in _MARKS}
    yield "ENTRIES  " + " · ".join(f"{count} {how}" for how, count in counts.items())
    for change in changes:
        yield from wrap(
            f"{_MARKS[change.how]} {change.sort} {change.id} ({change.line})", MARGIN, MARGIN * 2
        )
        for field, (before, after) in change.fields.items():
            yield from wrap(f"{field}: {before}", MARGIN * 3, MARGIN * 4)
            yield from wrap(f"→ {after}", MARGIN * 4, MARGIN * 5)


def _print_person(person: PersonChange) -> Iterator[str]:
    yield from ("", person.person)
    for change in person.changes:
        yield from wrap(f"{change.what}: {change.before}", MARGIN, MARGIN * 2)
        yield from wrap(f"→ {change.after}", MARGIN * 2, MARGIN * 3)
        for reason in change.because:
            yield from wrap(f"because {reason}", MARGIN * 2, MARGIN * 3)
