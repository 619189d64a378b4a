"""Vaccines: for whom each is wanted, what holds it back, and when the next dose is due.

Two sorts of entry (docs/language.md 10). A `vaccination` says for whom; a `vaccine_hold` says when one vaccine
or a class of them waits. Every number in them is the name of a parameter, so that a country or a centre may
differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from .entry import Entry, Read

if TYPE_CHECKING:
    from .model import Guideline


class BeforeMedicine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wanted before this medicine (or class, or operation), at least so long before it.

    if_fact: also when this yes-no fact is true (a decision for an operation that has no date yet).
    may_not_wait: the medicine is for an acute illness, so that there is a question and no "give now".
    """

    medicine: str
    at_least: str
    if_fact: str = ""
    may_not_wait: bool = False


class AfterVaccine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Given after another vaccine, at least so long after its last dose."""

    vaccine: str
    wait: str


class Young(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shorter time to the booster when the last dose was given under an age."""

    under: str
    booster: str


class VaccineBand(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """What the text of a country says for an age. ask: what must be known of earlier doses first."""

    country: str
    says: str
    cites: list[str]
    from_: str = ""
    to: str = ""
    ask: str = ""
    read: Read = "seen"


class Vaccination(Entry, frozen=True, kw_only=True):
    """One vaccine. Names of parameters: from_age, doses, at (from the first dose), first_booster, booster, most.

    counts: the vaccines that count as a dose. indicated: a condition; empty where nothing of this guideline
    asks for it (holds alone speak of it). only_if: a condition without which it is not wanted at all, also not
    before a medicine (an age). A parameter without a value in the country of the person leaves
    the matter to the national schedule.
    """

    vaccination: str
    name: str
    says: str
    plainly: str
    cites: list[str]
    read: Read = "seen"
    counts: list[str] = []
    indicated: str = ""
    only_if: str = ""
    because: str = ""
    before: list[BeforeMedicine] = []
    after: AfterVaccine | None = None
    from_age: str = ""
    doses: str = ""
    at: list[str] = []
    first_booster: str = ""
    booster: str = ""
    young: Young | None = None
    most: str = ""
    bands: list[VaccineBand] = []
    topics: list[str] = field(default_factory=lambda: ["vaccines"])
    tests: list[dict[str, object]] = []


class WaitByDose(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shorter wait after a smaller amount per kg of body weight."""

    up_to: str
    wait: str


class WaitAfter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wait so long after the last of something. by_dose: smallest first; span: what counts as one course."""

    event: str
    wait: str
    by_dose: list[WaitByDose] = []
    span: str = ""


class VaccineHold(Entry, frozen=True, kw_only=True):
    """What holds vaccines back: not while a state lasts, deferred to a date, or a question first.

    `note` holds nothing back, and is said beside the answer. if_unknown: `ask` means that a vaccine is neither
    indicated nor given now while the condition is unknown.
    """

    vaccine_hold: str
    of: list[str]
    answer: Literal["not-while", "defer", "ask", "note"]
    when: str
    says: str
    if_unknown: Literal["ask", "silent"]
    cites: list[str]
    plainly: str = ""
    until: WaitAfter | None = None
    hazards: list[str] = []
    tests: list[dict[str, object]] = []


def list_broken_vaccinations(guideline: Guideline) -> Iterator[str]:
    """`file:line: entry: its field names nothing`, for both sorts."""
    concepts = guideline.vocabulary.concepts
    parameters = {*guideline.parameters, *guideline.locales}
    for entry in guideline.vaccinations.values():
        place = f"{entry.line}: {entry.vaccination}"
        yield from _miss(place, "vaccine", _list_concepts(entry), concepts)
        yield from _miss(place, "parameter", _list_parameters(entry), parameters)
        yield from _miss(place, "fact", [item.if_fact for item in entry.before], guideline.facts)
    for hold in guideline.vaccine_holds:
        place = f"{hold.line}: {hold.vaccine_hold}"
        until = hold.until
        if (hold.answer == "defer") is not (until is not None):
            yield f"{place}: `until` belongs to `answer: defer`, and to no other answer"
        yield from _miss(place, "of", hold.of, concepts)
        yield from _miss(place, "event", [until.event] if until else [], concepts)
        yield from _miss(place, "parameter", _list_waits(until), parameters)


def _list_concepts(entry: Vaccination) -> list[str]:
    medicines = [item.medicine for item in entry.before]
    after = [entry.after.vaccine] if entry.after else []
    return [entry.vaccination, *entry.counts, *medicines, *after]


def _list_parameters(entry: Vaccination) -> list[str]:
    single = [entry.from_age, entry.doses, entry.first_booster, entry.booster, entry.most]
    young = [entry.young.under, entry.young.booster] if entry.young else []
    after = [entry.after.wait] if entry.after else []
    return [*single, *entry.at, *young, *after, *(item.at_least for item in entry.before)]


def _list_waits(until: WaitAfter | None) -> list[str]:
    if until is None:
        return []
    return [
        until.wait,
        until.span,
        *(name for row in until.by_dose for name in (row.up_to, row.wait)),
    ]


def _miss(place: str, field: str, names: list[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name and name not in known:
            yield f"{place}: {field}: `{name}` is not an entry of the guideline; check its spelling"
