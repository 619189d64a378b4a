"""What is shown of each statement: answer × if_unknown × safety, by the guideline's own table.

Precedence (design 6): a known absolute contraindication to that very medicine, then rescue, then
prudential checks. An unknown never withholds a rescue: it is asked while giving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from gentian.engine.answers import Answers
from gentian.language.model import Guideline, OutcomeRow, StatementEntry

from .catalogue import ALERTS, SAFETY, Catalogue, Rank
from .judgement import HELD, OFFERED, SILENT, Judgement
from .medicines import Medicines

ANSWERS = {True: "applies", False: "does-not-apply", None: "cannot-tell"}
PROPOSED = (*OFFERED, *HELD)
ALERT_BUDGET = 7  # warn and do-not-start lines a person (design 6)
_NOT_NOW = "not-applicable"


@dataclass(frozen=True, slots=True)
class Case:
    """What the table is asked, as it is written there."""

    answer: str
    if_unknown: str
    treatment: bool
    opened: str = "yes"
    blocked: str = "no"
    checks: str = "done"
    rescue: bool = False


def find_outcome(rows: Iterable[OutcomeRow], case: Case) -> tuple[str, str]:
    """(outcome, because) of the first row that matches; an empty field of a row means "any".

    No row: cannot-tell, so that a table with a hole offers nothing.
    """
    for row in rows:
        if _matches(row, case):
            return row.outcome, row.because
    return "cannot-tell", "No row of the outcome table matches."


def _matches(row: OutcomeRow, case: Case) -> bool:
    words = (
        (row.answer, case.answer),
        (row.if_unknown, case.if_unknown),
        (row.opened, case.opened),
        (row.blocked, case.blocked),
        (row.checks, case.checks),
    )
    flags = ((row.treatment, case.treatment), (row.rescue, case.rescue))
    return all(want in ("", have) for want, have in words) and all(
        want in (None, have) for want, have in flags
    )


class Judge:
    """Judges every statement for one person: treatments first, then what speaks of them."""

    def __init__(
        self,
        guideline: Guideline,
        catalogue: Catalogue,
        answers: Answers,
        medicines: Medicines,
        care_status: str,
        say: Callable[[str], str],
    ) -> None:
        self.guideline, self.catalogue, self.answers = guideline, catalogue, answers
        self.medicines, self.care_status, self.say = medicines, care_status, say
        self._relevant: dict[tuple[str, str], bool] = {}

    def about(self, answers: Answers) -> Judge:
        """The same judge over the answers about one relative."""
        return Judge(
            self.guideline, self.catalogue, answers, self.medicines, self.care_status, self.say
        )

    def judge_one(self, entry: StatementEntry) -> Judgement:
        """One statement that speaks of no medicine."""
        answer = self.answers.statements.get(entry.statement)
        return self._weigh_other(entry, answer, self._find_opening(entry))

    def judge(self) -> dict[str, Judgement]:
        """Every statement by id, in the catalogue's order."""
        treating = self.catalogue.treating
        found = {
            entry.statement: self._judge_treatment(entry)
            for entry in self.catalogue.order
            if entry.statement in treating
        }
        proposed = self._list_proposed(found.values())
        for entry in self.catalogue.order:
            if entry.statement not in treating:
                found[entry.statement] = self._judge_other(entry, proposed)
        ordered = {entry.statement: found[entry.statement] for entry in self.catalogue.order}
        return limit_alerts(fold_ranked(ordered, self.catalogue.ranks))

    def _judge_treatment(self, entry: StatementEntry) -> Judgement:
        answer = self.answers.statements.get(entry.statement)
        if not self._fits_phase(entry):
            return Judgement(entry, answer, _NOT_NOW, "The medicine is on already, or not on.")
        hearing = self._hear_contraindications(entry) if answer is not False else _Hearing()
        todo = (*self._list_checks(entry), *hearing.checks) if answer is not False else ()
        opened = self._find_opening(entry)
        case = Case(
            answer=ANSWERS[answer],
            if_unknown=entry.if_unknown,
            treatment=True,
            opened=opened,
            blocked=hearing.blocked,
            checks="open" if todo else "done",
            rescue=entry.rescue,
        )
        outcome, because = self._look_up(case)
        preview = opened == "preview"
        if outcome not in PROPOSED or (preview and outcome != "blocked"):
            return Judgement(entry, answer, outcome, because, preview)
        return Judgement(
            entry,
            answer,
            outcome,
            because,
            preview,
            blocked_by=tuple(hearing.blocked_by) if outcome == "blocked" else (),
            alternatives=tuple(hearing.alternatives),
            checks=tuple(dict.fromkeys(todo)),
            heard=tuple(hearing.heard),
        )

    def _judge_other(self, entry: StatementEntry, proposed: frozenset[str]) -> Judgement:
        answer = self.answers.statements.get(entry.statement)
        if entry.kind in SAFETY and entry.medicine and not self._is_relevant(entry, proposed):
            return self._keep_quiet(entry, answer, "irrelevant")
        opened = self._find_opening(entry)
        if answer is False:
            return self._keep_quiet(entry, answer, opened)
        return self._weigh_other(entry, answer, opened)

    def _keep_quiet(self, entry: StatementEntry, answer: bool | None, why: str) -> Judgement:
        """What does not concern this person is judged once for everyone."""
        key = (entry.statement, answer, why)
        known = self.catalogue.judged.get(key)
        if known is None:
            if why == "irrelevant":
                because = "Its medicine is neither on nor proposed."
                known = Judgement(entry, answer, _NOT_NOW, because)
            else:
                known = self._weigh_other(entry, answer, why)
            self.catalogue.judged[key] = known
        return known

    def _weigh_other(self, entry: StatementEntry, answer: bool | None, opened: str) -> Judgement:
        todo = self._list_checks(entry) if answer is not False else []
        case = Case(
            answer=ANSWERS[answer],
            if_unknown=entry.if_unknown,
            treatment=False,
            opened=opened,
            checks="open" if todo else "done",
            rescue=entry.rescue,
        )
        outcome, because = self._look_up(case)
        if outcome in SILENT:
            return Judgement(entry, answer, outcome, because)
        return Judgement(
            entry, answer, outcome, because, preview=opened == "preview", checks=tuple(todo)
        )

    def _look_up(self, case: Case) -> tuple[str, str]:
        """The table's answer, asked once for each case."""
        known = self.catalogue.shown.get(case)
        if known is None:
            known = self.catalogue.shown[case] = find_outcome(self.guideline.outcomes, case)
        return known

    def _find_opening(self, entry: StatementEntry) -> str:
        if "any" in entry.opens_in or self.care_status in entry.opens_in:
            return "yes"
        return "preview" if self.care_status in entry.preview_in else "no"

    def _list_checks(self, entry: StatementEntry) -> list[str]:
        """Sentences of the statement's own checks that are not known to be done."""
        criteria = self.answers.criteria
        return [self.say(name) for name in entry.checks if criteria.get(name) is not True]

    def _fits_phase(self, entry: StatementEntry) -> bool:
        """A start is not for what is on; a continuation only for what is, or may be, on."""
        if entry.phase == "start":
            return self.medicines.is_on(entry.medicine) is not True
        if entry.phase == "continue":
            return self.medicines.may_be_on(entry.medicine)
        return True

    def _is_relevant(self, entry: StatementEntry, proposed: frozenset[str]) -> bool:
        key = (entry.medicine, entry.phase)
        if key not in self._relevant:
            on = entry.phase != "start" and self.medicines.may_be_on(entry.medicine)
            covered = self.catalogue.covers[entry.medicine]
            start = entry.phase != "continue" and not proposed.isdisjoint(covered)
            self._relevant[key] = on or start
        return self._relevant[key]

    def _list_proposed(self, judgements: Iterable[Judgement]) -> frozenset[str]:
        """Medicines that some line proposes, withholds or blocks, or that the record plans."""
        return self.medicines.planned | frozenset(
            item.entry.medicine
            for item in judgements
            if item.outcome in PROPOSED and not item.preview and item.entry.phase != "continue"
        )

    def _hear_contraindications(self, entry: StatementEntry) -> _Hearing:
        """What the do-not-starts of this medicine say for this person."""
        hearing = _Hearing()
        continuing = entry.phase == "continue" or (
            entry.phase == "both" and self.medicines.is_on(entry.medicine) is True
        )
        apart = "start" if continuing else "continue"
        for against in self.catalogue.against.get(entry.medicine, ()):
            if against.phase != apart and self._find_opening(against) == "yes":
                answer = self.answers.statements.get(against.statement)
                hearing.hear(against, answer, self.say, rescue=entry.rescue)
        return hearing


class _Hearing:
    """What speaks against a medicine. blocked: yes | unknown | no."""

    def __init__(self) -> None:
        self.blocked = "no"
        self.blocked_by: list[str] = []
        self.alternatives: list[str] = []
        self.checks: list[str] = []
        self.heard: list[str] = []

    def hear(
        self,
        against: StatementEntry,
        answer: bool | None,
        say: Callable[[str], str],
        *,
        rescue: bool,
    ) -> None:
        """Take one do-not-start in.

        Known and absolute: blocks. Known and not absolute: needs a human reason. Unknown: a check,
        or for an `act` on something absolute, blocked until it is known; never for a rescue.
        """
        silent = answer is None and against.if_unknown == "silent"
        if answer is False or silent:
            return
        self.heard.append(against.statement)
        sentence = say(against.statement)
        if against.absolute and (answer or (against.if_unknown == "act" and not rescue)):
            self.blocked = "yes"
            self.blocked_by.append(sentence if answer else f"until known otherwise: {sentence}")
            self.alternatives += filter(None, [against.alternative])
        elif answer:
            self.checks.append(f"needs a reason: {sentence}")
        else:
            self.checks.append(f"rule out first: {sentence}" if not rescue else f"ask: {sentence}")
            if against.absolute and self.blocked == "no":
                self.blocked = "unknown"


def fold_ranked(judgements: Mapping[str, Judgement], ranks: Iterable[Rank]) -> dict[str, Judgement]:
    """One medicine, one line: what ranks below an offer of the same medicine is said with it, so that
    nobody gives two doses that were meant as either one or the other.
    """
    found = dict(judgements)
    for rank in ranks:
        above, below = found.get(rank.above), found.get(rank.below)
        if above is None or below is None or above.folded:
            continue
        same = bool(above.entry.medicine) and above.entry.medicine == below.entry.medicine
        if same and above.outcome in OFFERED and below.outcome in OFFERED:
            found[rank.below] = replace(below, folded=rank.above)
    return found


def limit_alerts(judgements: Mapping[str, Judgement]) -> dict[str, Judgement]:
    """Fold warn and do-not-start lines that are said elsewhere, then keep the most urgent seven.

    A do-not-start that a treatment's line already names is folded into that line. Emergencies are
    never folded.
    """
    found = dict(judgements)
    lines = [item for item in judgements.values() if item.is_shown]
    for item in lines:
        for name in item.heard:
            other = found.get(name)
            if other and other.is_shown and not other.entry.emergency:
                found[name] = replace(other, folded=item.entry.statement)
    alerts = [found[item.entry.statement] for item in lines if item.entry.kind in ALERTS]
    alerts = [
        item
        for item in alerts
        if item.outcome in OFFERED and not item.folded and not item.entry.emergency
    ]
    alerts.sort(key=lambda item: (item.entry.urgency, item.answer is None, item.entry.statement))
    for item in alerts[ALERT_BUDGET:]:
        found[item.entry.statement] = replace(item, folded="alert budget")
    return found
