"""Every vaccine with one of five answers: indicated, give now before the medicine, defer, not while, ask.

The order is what keeps a person safe: what holds a vaccine back comes before what asks for it, and for a hold
that says so an unknown is a question, never an indication. Silence about a vaccine is a question too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gentian.engine.explanation import Explainer
from gentian.language.literals import convert_literal
from gentian.language.model import Guideline, Vaccination, VaccineHold
from gentian.language.vaccinations import BeforeMedicine, VaccineBand
from gentian.language.wording import say_quantity

from .catalogue import Catalogue
from .medicines import Medicines
from .model import Leaf, Vaccine
from .vaccine_doses import DoseState, VaccineDoses, list_dates
from .vaccine_waits import Waits
from .words import Words

NATIONAL, NATIONAL_ONLY = "per national schedule", "Per national schedule"
NOT_WHILE, DEFER, ASK, NOTE = "not-while", "defer", "ask", "note"
TOO_SOON = "{} is offered, and may not wait the {} that belong between: the team decides"
UNREAD = "{} entries of the record were not read: is one of them a medicine that quietens immunity?"
INDICATED, GIVE_NOW, ON_RECORD = "indicated", "give-now", "on-record"
ORDER = (GIVE_NOW, INDICATED, ASK, DEFER, NOT_WHILE, ON_RECORD)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A medicine or operation to come: what it is called, and how long before it a vaccine is given."""

    name: str
    wait: str
    day: date | None = None
    urgent: bool = False  # for an acute illness: it will not wait for a vaccine


@dataclass(frozen=True, slots=True)
class _Answer:
    answer: str
    when: str = ""
    because: tuple[str, ...] = ()
    then: str = ""
    then_when: str = ""
    missing: tuple[Leaf, ...] = ()


class VaccineAdviser:
    """Answers every vaccine of the guideline for one person."""

    def __init__(
        self,
        guideline: Guideline,
        catalogue: Catalogue,
        doses: VaccineDoses,
        explainer: Explainer,
        medicines: Medicines,
        words: Words,
    ) -> None:
        self.guideline, self.catalogue, self.doses = guideline, catalogue, doses
        self.explainer, self.medicines, self.words = explainer, medicines, words
        self.criteria = explainer.answers.criteria
        self.waits = Waits(doses, medicines)

    def advise(self, proposed: Collection[str]) -> list[Vaccine]:
        """The vaccines that have an answer, in the order of what to do first.

        proposed: medicines (or operations) that the plan offers and that are not on.
        """
        coming = {*proposed, *self.medicines.planned}
        made = (self._advise(entry, coming) for entry in self.guideline.vaccinations.values())
        found = [vaccine for vaccine in made if vaccine is not None]
        return sorted(found, key=lambda vaccine: ORDER.index(vaccine.answer))

    def _advise(self, entry: Vaccination, coming: Collection[str]) -> Vaccine | None:
        holds = self.catalogue.holds[entry.vaccination]
        answer = self._answer(entry, holds, self._list_ahead(entry, coming))
        if answer is None:
            return None
        band = self._find_band(entry)
        notes = [self.words.fill(hold.says) for hold in holds if self._is_noted(hold, answer)]
        return Vaccine(
            id=entry.vaccination,
            name=entry.name,
            answer=answer.answer,
            live=self._is_live(entry),
            when=answer.when,
            says=self.words.fill(band.says if band else self._say_without_band(entry)),
            national=band is None and (bool(entry.bands) or entry.says.startswith(NATIONAL_ONLY)),
            because=[*answer.because, *notes],
            then=answer.then,
            then_when=answer.then_when,
            given=list_dates(self.doses.list_given(entry.counts)),
            missing=list(answer.missing),
            plainly=entry.plainly,
            read=band.read if band else entry.read,
            cites=self._list_cites(entry, band, holds),
        )

    # -- what is asked of an entry ---------------------------------------------------------------------

    def _answer(
        self, entry: Vaccination, holds: Sequence[VaccineHold], ahead: list[Ahead]
    ) -> _Answer | None:
        """None where nothing asks for the vaccine and nothing speaks against it."""
        wanted = self._is_wanted(entry, bool(ahead))
        if wanted is not False or self._is_live(entry):
            against = [hold for hold in holds if self._holds(hold, NOT_WHILE)]
            if against:
                return _Answer(NOT_WHILE, because=self._say_holds(against))
        if wanted is False:
            return None
        questions = [hold for hold in holds if self._is_question(hold)]
        if questions:
            return self._ask_holds(questions)
        if self._is_live(entry) and self.doses.unread:
            return _Answer(ASK, because=(UNREAD.format(self.doses.unread),))
        if wanted is None:
            return self._ask_wanted(entry)
        return self._answer_wanted(entry, holds, ahead)

    def _is_wanted(self, entry: Vaccination, ahead: bool) -> bool | None:
        """Is it indicated, or wanted before a medicine, at this age?"""
        only = self._read(f"vaccination_only_if:{entry.vaccination}") if entry.only_if else True
        named = self._read(f"vaccination:{entry.vaccination}") if entry.indicated else False
        asked = True if ahead else named
        if only is False or asked is False:
            return False
        return None if only is None or asked is None else True

    def _answer_wanted(
        self, entry: Vaccination, holds: Sequence[VaccineHold], ahead: list[Ahead]
    ) -> _Answer:
        """Wanted, and nothing unknown or lasting against it: by its dates and the doses on record."""
        state = self.doses.find_state(entry)
        waiting = self._list_waits(holds)
        if waiting and state.due is not False:
            last = max(day for _, day in waiting)
            return _Answer(DEFER, last.isoformat(), self._say_holds([hold for hold, _ in waiting]))
        if state.due is False:
            return self._answer_later(state, [day for _, day in waiting])
        return self._answer_due(entry, state, ahead)

    def _answer_later(self, state: DoseState, waiting: list[date]) -> _Answer:
        if state.day is not None:
            day = max([state.day, *waiting])
            return _Answer(DEFER, day.isoformat(), (state.because,))
        answer = DEFER if state.after else ON_RECORD
        return _Answer(answer, state.after, (state.because,))

    def _answer_due(self, entry: Vaccination, state: DoseState, ahead: list[Ahead]) -> _Answer:
        """Due now; while the record may leave a dose out it is asked first, and what then follows is said."""
        urgent = next((item for item in ahead if item.urgent), None)
        if urgent is not None:
            return _Answer(ASK, because=(TOO_SOON.format(urgent.name, say_quantity(urgent.wait)),))
        answer, when = self._find_moment(ahead)
        if state.after:
            answer, when = DEFER, state.after
        band = self._find_band(entry)
        question = band.ask if band else ""
        because = tuple(filter(None, [state.because, self._say_because(entry, ahead), question]))
        if state.due is True and not question:
            return _Answer(answer, when, because)
        return _Answer(ASK, because=because, then=answer, then_when=when)

    def _find_moment(self, ahead: list[Ahead]) -> tuple[str, str]:
        """Indicated; before a medicine now; or after an operation that is too near."""
        if not ahead:
            return INDICATED, ""
        longest = max(ahead, key=lambda item: self.doses.measure(item.wait))
        if longest.day is not None and self.doses.is_too_near(longest.day, longest.wait):
            return DEFER, f"after {longest.name}: fewer than {say_quantity(longest.wait)} are left"
        text = f"at least {say_quantity(longest.wait)} before {longest.name}, if it can wait"
        return GIVE_NOW, text

    # -- questions -------------------------------------------------------------------------------------

    def _ask_holds(self, holds: Sequence[VaccineHold]) -> _Answer:
        known = [hold for hold in holds if self._read(_key(hold)) is True]
        missing = [
            leaf for hold in holds if self._is_open(hold) for leaf in self._explain(_key(hold))
        ]
        because = self._say_holds(known)
        return _Answer(ASK, because=because, missing=_drop_doubles(missing))

    def _ask_wanted(self, entry: Vaccination) -> _Answer:
        keys = [f"vaccination:{entry.vaccination}", f"vaccination_only_if:{entry.vaccination}"]
        open_keys = [key for key in keys if key in self.criteria and self.criteria[key] is None]
        missing = [leaf for key in open_keys for leaf in self._explain(key)]
        return _Answer(ASK, missing=_drop_doubles(missing))

    def _explain(self, key: str) -> list[Leaf]:
        return self.explainer.list_reasons(key)

    # -- holds -----------------------------------------------------------------------------------------

    def _read(self, key: str) -> bool | None:
        return self.criteria[key]

    def _holds(self, hold: VaccineHold, answer: str) -> bool:
        return hold.answer == answer and self._read(_key(hold)) is True

    def _is_open(self, hold: VaccineHold) -> bool:
        return hold.if_unknown == ASK and self._read(_key(hold)) is None

    def _is_question(self, hold: VaccineHold) -> bool:
        """Said to be one, or not known, or a wait whose beginning has no date."""
        undated = (
            self._holds(hold, DEFER) and hold.until and self.waits.find_day(hold.until) is None
        )
        return self._holds(hold, ASK) or self._is_open(hold) or bool(undated)

    def _is_noted(self, hold: VaccineHold, answer: _Answer) -> bool:
        return self._holds(hold, NOTE) and answer.answer not in (NOT_WHILE, ON_RECORD)

    def _list_waits(self, holds: Sequence[VaccineHold]) -> list[tuple[VaccineHold, date]]:
        """Deferrals that are not over yet, each with its day."""
        held = [hold for hold in holds if self._holds(hold, DEFER) and hold.until is not None]
        days = [(hold, self.waits.find_day(hold.until)) for hold in held if hold.until]
        return [(hold, day) for hold, day in days if day is not None and day > self.doses.today]

    def _say_holds(self, holds: Sequence[VaccineHold]) -> tuple[str, ...]:
        return tuple(self.words.fill(hold.says) for hold in holds)

    # -- medicines to come -----------------------------------------------------------------------------

    def _list_ahead(self, entry: Vaccination, coming: Collection[str]) -> list[Ahead]:
        return [ahead for item in entry.before for ahead in self._find_ahead(item, coming)]

    def _find_ahead(self, item: BeforeMedicine, coming: Collection[str]) -> Iterator[Ahead]:
        """The first medicine to come that an entry names, or an operation that is decided."""
        wait = self.doses.find(item.at_least)
        covered = self.catalogue.covers.get(item.medicine, frozenset({item.medicine}))
        named = sorted(covered & set(coming))
        fact = self.explainer.answers.facts.get(item.if_fact) if item.if_fact else None
        decided = fact is not None and fact.truth is True
        if wait and (named or decided):
            name = named[0] if named else item.medicine
            concept = self.guideline.vocabulary.concepts[name]
            day = self.doses.find_planned_day(name)
            yield Ahead(concept.name, wait, day, item.may_not_wait)

    # -- words -----------------------------------------------------------------------------------------

    def _say_because(self, entry: Vaccination, ahead: list[Ahead]) -> str:
        """Why it is wanted now, where that is known without the medicine to come."""
        named = self._read(f"vaccination:{entry.vaccination}") if entry.indicated else False
        if named is True:
            return entry.because
        return f"wanted before {ahead[0].name}" if ahead else ""

    def _find_band(self, entry: Vaccination) -> VaccineBand | None:
        """The text of this country for this age; none where the age is not surely inside."""
        country = self.doses.settings.country
        low, high = self.doses.find_months()
        for band in entry.bands:
            if band.country == country and _covers(band, low, high):
                return band
        return None

    def _say_without_band(self, entry: Vaccination) -> str:
        return f"{entry.says} For this country and age: {NATIONAL}." if entry.bands else entry.says

    def _is_live(self, entry: Vaccination) -> bool:
        return any(self.guideline.vocabulary.concepts[name].live for name in entry.counts)

    def _list_cites(
        self, entry: Vaccination, band: VaccineBand | None, holds: Sequence[VaccineHold]
    ) -> list[str]:
        """The band's own, and the holds that speak; else all of the entry."""
        speaking = [cite for hold in holds if self._read(_key(hold)) is True for cite in hold.cites]
        own = band.cites if band else entry.cites
        return list(dict.fromkeys([*own, *speaking]))


def _key(hold: VaccineHold) -> str:
    return f"vaccine_hold:{hold.vaccine_hold}"


def _covers(band: VaccineBand, low: int | None, high: int | None) -> bool:
    """Is an age surely inside a band? Without an age only a band for every age is."""
    if not band.from_ and not band.to:
        return True
    if low is None or high is None:
        return False
    after = low >= convert_literal(band.from_ or "0 mo", "mo")
    return after and (not band.to or high < convert_literal(band.to, "mo"))


def _drop_doubles(leaves: list[Leaf]) -> tuple[Leaf, ...]:
    return tuple({(leaf.fact, leaf.condition): leaf for leaf in leaves}.values())
