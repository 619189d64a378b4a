"""Vaccines on the pages: those with the same answer and the same reason share a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gentian.plan.model import Vaccine
from gentian.plan.vaccines import (
    ASK,
    DEFER,
    GIVE_NOW,
    INDICATED,
    NATIONAL,
    NOT_WHILE,
    ON_RECORD,
)

from .entries import bracket, list_missing, print_cites
from .lines import Entry

WORDS = {  # answer → shape, words, and the rank of its line on a full page
    GIVE_NOW: ("▲", "give now", 16),
    INDICATED: ("●", "indicated", 20),
    DEFER: ("○", "defer", 33),
    NOT_WHILE: ("✕", "not while", 33),
    ASK: ("?", "ask the record", 34),
    ON_RECORD: ("✓", "on record", 70),
}
ASK_RANK = 21  # where it is known what follows if a dose is missing
MOST_NAMED = 4  # missing facts, and vaccines that only ask, said on the short page


@dataclass(frozen=True, slots=True)
class Group:
    """Vaccines with one answer. lead: shape and words; reasons: why; missing: what is not known."""

    answer: str
    lead: str
    reasons: tuple[str, ...]
    missing: str
    vaccines: tuple[Vaccine, ...]


def group_vaccines(vaccines: Iterable[Vaccine]) -> list[Group]:
    """Return groups in the order of the plan."""
    found: dict[tuple[object, ...], list[Vaccine]] = {}
    for vaccine in vaccines:
        found.setdefault(_find_key(vaccine), []).append(vaccine)
    return [_make_group(members) for members in found.values()]


def _find_key(vaccine: Vaccine) -> tuple[object, ...]:
    """What members of a group share; a single reason is said once, of several the details tell."""
    shared = vaccine.because if vaccine.answer in (NOT_WHILE, DEFER) else []
    open_facts = tuple(leaf.fact for leaf in vaccine.missing)
    national = vaccine.national and vaccine.answer == INDICATED
    then = vaccine.then, vaccine.then_when
    return vaccine.answer, vaccine.when, national, *then, *shared, bool(open_facts)


def _make_group(members: list[Vaccine]) -> Group:
    first = members[0]
    reasons = [reason for member in members for reason in member.because]
    leaves = {leaf.fact: leaf for member in members for leaf in member.missing}
    return Group(
        answer=first.answer,
        lead=_say_lead(members),
        reasons=tuple(dict.fromkeys(reasons)),
        missing=list_missing(list(leaves.values()), MOST_NAMED) if leaves else "",
        vaccines=tuple(members),
    )


def _say_lead(members: list[Vaccine]) -> str:
    """The words in front of a line: only what is true of every vaccine on it."""
    shared = [reason for reason in members[0].because if all(reason in m.because for m in members)]
    then = members[0].then if _agree(members) else ""
    return say_answer(replace(members[0], because=shared, then=then))


def _agree(members: list[Vaccine]) -> bool:
    """Whether the same follows for all of them if they were not given."""
    return len({(vaccine.then, vaccine.then_when) for vaccine in members}) == 1


def _is_pointer(group: Group) -> bool:
    """A line that only points to the whole page: nothing is to be done before an answer, or at all."""
    return group.answer == NOT_WHILE or (group.answer == ASK and not group.vaccines[0].then)


def _name_few(vaccines: Sequence[Vaccine]) -> str:
    """The first names, and how many more."""
    names = [vaccine.name for vaccine in vaccines]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def say_answer(vaccine: Vaccine) -> str:
    """`▲ give now, at least 14 days before sirolimus, if it can wait`, without a colon behind."""
    shape, words, _ = WORDS[vaccine.answer]
    if vaccine.answer == NOT_WHILE:
        return f"{shape} not while {' and '.join(vaccine.because)}"
    if vaccine.answer == DEFER:
        return (
            f"{shape} defer to {vaccine.when}" if _is_date(vaccine.when) else _defer(vaccine.when)
        )
    if vaccine.answer == INDICATED and vaccine.national:
        return f"{shape} {words}, {NATIONAL}"
    then = f"; if not given, {say_then(vaccine)}" if vaccine.then else ""
    return f"{shape} {words}{f', {vaccine.when}' if vaccine.when else ''}{then}"


def _defer(when: str) -> str:
    return f"{WORDS[DEFER][0]} defer: {when}"


def say_then(vaccine: Vaccine) -> str:
    """What follows once the record shows that the vaccine is missing."""
    words = WORDS[vaccine.then][1]
    return f"{words}, {vaccine.then_when}" if vaccine.then_when else words


def _name_answer(vaccine: Vaccine) -> str:
    """The answer in the fewest words, for the line of what is folded."""
    words = WORDS[vaccine.answer][1]
    return f"{words}, else {WORDS[vaccine.then][1]}" if vaccine.then == GIVE_NOW else words


def _is_date(text: str) -> bool:
    return text[:4].isdigit()


def say_group(group: Group) -> Entry:
    """Return the line of one group; each vaccine by itself stands in the details."""
    names = ", ".join(vaccine.name for vaccine in group.vaccines)
    cites = list(dict.fromkeys(cite for vaccine in group.vaccines for cite in vaccine.cites))
    told = [] if group.answer == NOT_WHILE else list(group.reasons)
    open_facts = f" (not known: {group.missing})" if group.missing else ""
    because = f" — {'; '.join(told)}" if told else ""
    return Entry(
        lead=f"{group.lead}:",
        text=f"{names}{because}{open_facts}",
        ids=bracket(print_cites(cites) or "vaccines"),
        name=f"{_name_answer(group.vaccines[0])}: {names}",
        rank=ASK_RANK if group.vaccines[0].then else WORDS[group.answer][2],
        brief=_name_few(group.vaccines) if _is_pointer(group) else names,
        brief_ids=bracket(print_cites(cites, 2) or "vaccines"),
        details=tuple(map(_detail, group.vaccines)),
    )


def _detail(vaccine: Vaccine) -> str:
    given = f" On record: {', '.join(vaccine.given)}." if vaccine.given else ""
    unread = " (as remembered, unchecked)" if vaccine.read == "known" else ""
    return f"{vaccine.name}: {vaccine.says}{unread}{given}"


def list_entries(vaccines: Iterable[Vaccine], whole: bool) -> tuple[Entry, ...]:
    """Return the lines of a page; the short one has a line an answer, and not what is on record."""
    if whole:
        return tuple(map(say_group, group_vaccines(vaccines)))
    found: dict[tuple[object, ...], list[Vaccine]] = {}
    for vaccine in vaccines:
        if vaccine.answer != ON_RECORD:
            national = vaccine.national and vaccine.answer == INDICATED
            now = vaccine.then == GIVE_NOW
            reason = vaccine.because[:1] if vaccine.answer == NOT_WHILE else []
            key = (vaccine.answer, vaccine.when, national, now, *reason)
            found.setdefault(key, []).append(vaccine)
    return tuple(say_group(_make_group(_put_first(members))) for members in found.values())


def _put_first(members: list[Vaccine]) -> list[Vaccine]:
    """The one first whose words speak for the line: what is given now, and the reason that all share."""
    return sorted(members, key=lambda item: (item.then != GIVE_NOW, len(item.because)))
