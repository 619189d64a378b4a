"""What is shown of each statement, for everybody at once: `gentian.plan.outcomes.Judge` as terms.

Folding (one medicine, one line; the alert budget) moves where a statement is said, never what becomes of it,
and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import z3

from gentian.language.model import Guideline, OutcomeRow, StatementEntry
from gentian.plan.catalogue import SAFETY, Catalogue, build_catalogue
from gentian.plan.diagnosis import UNKNOWN_STATUS
from gentian.plan.judgement import HELD, OFFERED

from .people import MARK, Everybody
from .terms import NO, YES, Term, Truth, all_of, any_of, both, either, negate

NOT_NOW = "not-applicable"
CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Opening:
    """How the care status opens a statement."""

    yes: Term
    preview: Term


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the do-not-starts of a medicine say. open: one of them is a check.

    known: an absolute one is known to apply (and not only assumed).
    """

    blocked: Term
    unknown: Term
    open: Term
    known: Term


_SILENCE = Hearing(NO, NO, NO, NO)


class Judged:
    """Outcomes of statements as terms, built when they are first asked for."""

    def __init__(self, everybody: Everybody) -> None:
        self.everybody = everybody
        self.guideline: Guideline = everybody.guideline
        self.catalogue: Catalogue = build_catalogue(self.guideline)
        self._statuses: dict[str, Term] | None = None
        self._outcomes: dict[str, dict[str, Term]] = {}
        self._hearings: dict[str, Hearing] = {}

    # --- the person -------------------------------------------------------------------------

    def find_status(self, name: str) -> Term:
        """Is this the care status? The first by rank that is true, else the one without a condition."""
        if self._statuses is None:
            self._statuses = self._list_statuses()
        return self._statuses.get(name, NO)

    def _list_statuses(self) -> dict[str, Term]:
        found: dict[str, Term] = {}
        earlier: list[Term] = []
        last = UNKNOWN_STATUS
        for entry in self.guideline.care_statuses:
            if entry.when:
                truth = self.everybody.find_condition(f"care_status:{entry.care_status}").true
                found[entry.care_status] = both(truth, *(negate(term) for term in earlier))
                earlier.append(truth)
        without = [entry.care_status for entry in self.guideline.care_statuses if not entry.when]
        found[without[0] if without else last] = all_of(negate(term) for term in earlier)
        return found

    def is_on(self, medicine: str) -> Truth:
        """Is it being taken at the index time?"""
        return self.everybody.find_truth(f"taking_{medicine.replace('-', '_')}")

    def may_be_on(self, medicine: str) -> Term:
        """Surely on, or recorded and not known to have ended."""
        on = self.is_on(medicine)
        covered = sorted(self.catalogue.covers.get(medicine, (medicine,)))
        recorded = any_of(z3.Bool(f"open{MARK}{name}") for name in covered)
        return either(on.true, both(on.unknown, recorded))

    # --- one statement ------------------------------------------------------------------------

    def find_answer(self, name: str) -> Truth:
        """Does its condition hold?"""
        return self.everybody.find_condition(f"statement:{name}")

    def find_opening(self, entry: StatementEntry) -> Opening:
        """Does the care status open it?"""
        if "any" in entry.opens_in:
            return Opening(YES, NO)
        yes = any_of(self.find_status(name) for name in entry.opens_in)
        preview = any_of(self.find_status(name) for name in entry.preview_in)
        return Opening(yes, both(preview, negate(yes)))

    def find_open_checks(self, entry: StatementEntry) -> Term:
        """Is a check of its own not known to be done?"""
        return any_of(self.everybody.find_condition(name).unproven for name in entry.checks)

    def find_outcome(self, name: str, outcome: str) -> Term:
        """Is this what is shown of the statement?"""
        if name not in self._outcomes:
            entry = self.guideline.statements[name]
            treats = name in self.catalogue.treating
            self._outcomes[name] = self._judge_treatment(entry) if treats else self._judge(entry)
        return self._outcomes[name].get(outcome, NO)

    def is_offered(self, name: str) -> Term:
        """Offered, offered after checks, or assumed."""
        return any_of(self.find_outcome(name, outcome) for outcome in OFFERED)

    def _judge_treatment(self, entry: StatementEntry) -> dict[str, Term]:
        hearing = self.hear(entry)
        open_checks = either(self.find_open_checks(entry), hearing.open)
        found = self._look_up(entry, True, hearing, open_checks)
        return self._unless(self.fits_phase(entry), found)

    def _judge(self, entry: StatementEntry) -> dict[str, Term]:
        found = self._look_up(entry, False, _SILENCE, self.find_open_checks(entry))
        if entry.kind in SAFETY and entry.medicine:
            return self._unless(self._is_relevant(entry), found)
        return found

    def _unless(self, fits: Term, found: dict[str, Term]) -> dict[str, Term]:
        """Not applicable where it does not fit, else what was found."""
        kept = {outcome: both(fits, term) for outcome, term in found.items()}
        return kept | {NOT_NOW: either(negate(fits), kept.get(NOT_NOW, NO))}

    def _look_up(
        self, entry: StatementEntry, treatment: bool, hearing: Hearing, open_checks: Term
    ) -> dict[str, Term]:
        """The first row of the outcome table that matches; none: cannot tell."""
        found: dict[str, Term] = {}
        left = YES
        for row in self.guideline.outcomes:
            match = self._match(row, entry, treatment, hearing, open_checks)
            if match is not NO:
                found[row.outcome] = either(found.get(row.outcome, NO), both(left, match))
                left = both(left, negate(match))
        return found | {CANNOT_TELL: either(found.get(CANNOT_TELL, NO), left)}

    def _match(
        self,
        row: OutcomeRow,
        entry: StatementEntry,
        treatment: bool,
        hearing: Hearing,
        open_checks: Term,
    ) -> Term:
        if row.if_unknown not in ("", entry.if_unknown) or row.treatment not in (None, treatment):
            return NO
        if row.rescue not in (None, entry.rescue):
            return NO
        answer, opening = self.find_answer(entry.statement), self.find_opening(entry)
        asked = negate(answer.false)  # what does not apply is asked for no reasons
        blocked, unknown = both(asked, hearing.blocked), both(asked, hearing.unknown)
        unchecked = both(asked, open_checks)
        return both(
            _pick(
                row.answer, {"applies": answer.true, "does-not-apply": answer.false}, "cannot-tell"
            ),
            _pick(row.opened, {"yes": opening.yes, "preview": opening.preview}, "no"),
            _pick(row.blocked, {"yes": blocked, "unknown": unknown}, "no"),
            _pick(row.checks, {"open": unchecked}, "done"),
        )

    # --- medicines ------------------------------------------------------------------------------

    def fits_phase(self, entry: StatementEntry) -> Term:
        """A start is not for what is on; a continuation only for what is, or may be, on."""
        if entry.phase == "start":
            return self.is_on(entry.medicine).unproven
        return self.may_be_on(entry.medicine) if entry.phase == "continue" else YES

    def _is_relevant(self, entry: StatementEntry) -> Term:
        on = NO if entry.phase == "start" else self.may_be_on(entry.medicine)
        start = NO if entry.phase == "continue" else self.is_proposed(entry.medicine)
        return either(on, start)

    def is_proposed(self, medicine: str) -> Term:
        """Planned in the record, or proposed, withheld or blocked on some line of the plan."""
        covered = self.catalogue.covers.get(medicine, frozenset({medicine}))
        planned = [z3.Bool(f"planned{MARK}{name}") for name in sorted(covered)]
        lines = [
            self._proposes(entry)
            for entry in self.catalogue.order
            if entry.statement in self.catalogue.treating
            and entry.phase != "continue"
            and entry.medicine in covered
        ]
        return any_of([*planned, *lines])

    def _proposes(self, entry: StatementEntry) -> Term:
        proposed = any_of(self.find_outcome(entry.statement, item) for item in (*OFFERED, *HELD))
        return both(proposed, negate(self.find_opening(entry).preview))

    def hear(self, entry: StatementEntry) -> Hearing:
        """What the do-not-starts of its medicine say; "no" unless the statement may apply."""
        if entry.statement not in self._hearings:
            self._hearings[entry.statement] = self._hear(entry)
        return self._hearings[entry.statement]

    def _hear(self, entry: StatementEntry) -> Hearing:
        blocked, unknown, still_open, known = [], [], [], []
        for against in self.catalogue.against.get(entry.medicine, ()):
            spoken = self._is_heard(entry, against)
            answer = self.find_answer(against.statement)
            yes = both(spoken, answer.true)
            perhaps = NO if against.if_unknown == "silent" else both(spoken, answer.unknown)
            acts = against.if_unknown == "act" and not entry.rescue
            if against.absolute:
                known.append(yes)
                blocked += [yes, perhaps] if acts else [yes]
                unknown += [] if acts else [perhaps]
                still_open += [] if acts else [perhaps]
            else:
                still_open += [yes, perhaps]
        stands = any_of(blocked)
        doubt = both(negate(stands), any_of(unknown))
        return Hearing(stands, doubt, any_of(still_open), any_of(known))

    def _is_heard(self, entry: StatementEntry, against: StatementEntry) -> Term:
        """Of the phase in question, and opened by the care status."""
        continuing = YES if entry.phase == "continue" else NO
        if entry.phase == "both":
            continuing = self.is_on(entry.medicine).true
        apart = {"start": continuing, "continue": negate(continuing)}.get(against.phase, NO)
        return both(negate(apart), self.find_opening(against).yes)


def _pick(wanted: str, terms: dict[str, Term], rest: str) -> Term:
    """The term of the wanted word; `rest` is the word for none of them; an empty word is any."""
    if not wanted:
        return YES
    if wanted == rest:
        return all_of(negate(term) for term in terms.values())
    return terms.get(wanted, NO)
