"""Random people of the whole guideline: facts, open and planned medicines; judged by the engine itself."""

from __future__ import annotations

import random
from functools import cache

from gentian.chart.events import FOREVER, Chart, Event, Person, Reading, Source
from gentian.engine.answers import Answers, FactValue
from gentian.engine.binding import bind_parameters
from gentian.engine.one import judge_facts
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline, Tree
from gentian.language.sql import name_parameter
from gentian.plan.catalogue import build_catalogue
from gentian.plan.diagnosis import UNKNOWN_STATUS
from gentian.plan.medicines import Medicines
from gentian.plan.outcomes import Judge

INDEX = 29_000_000  # minutes; any time will do


@cache
def load() -> Guideline:
    """The guideline that ships."""
    return load_guideline()


class Drawn:
    """One random person: facts, medicines with an open end, medicines that are planned."""

    def __init__(self, guideline: Guideline, seed: int, known: float) -> None:
        dice = random.Random(seed)
        marks = list_marks(guideline)
        self.facts: dict[str, FactValue] = {}
        for name, shape in guideline.program.shapes.items():
            if dice.random() < known:
                self.facts[name] = _draw(dice, shape.gives, marks.get(name, []))
        medicines = [
            item.id for item in guideline.vocabulary.concepts.values() if item.sort == "medicine"
        ]
        self.open = frozenset(dice.sample(medicines, 8))
        self.planned = frozenset(dice.sample(medicines, 3))


def _draw(dice: random.Random, gives: str, marks: list[int | str]) -> FactValue:
    if gives == "yes-no":
        return FactValue(truth=dice.random() < 0.5, known=True)
    if gives == "word":
        words = [str(mark) for mark in marks] + ["other"]
        return FactValue(word=dice.choice(words), known=True)
    numbers = [int(mark) for mark in marks] or [0]
    low = dice.choice(numbers) + dice.choice([-1, 0, 1, 0, -1_000_000])
    width = dice.choice([0, 0, 0, 1, 5_000_000])
    ends = dice.choice([(low, low + width)] * 4 + [(None, low), (low, None)])
    return FactValue(low=ends[0], high=ends[1], known=True)


def list_marks(guideline: Guideline) -> dict[str, list[int | str]]:
    """What each fact is compared with anywhere."""
    bound = bind_parameters(guideline, Settings())
    found: dict[str, list[int | str]] = {}

    def walk(tree: Tree) -> None:
        for child in tree.children:
            walk(child)
        if tree.words:
            found.setdefault(tree.fact, []).extend(tree.words)
        elif tree.ticks is not None:
            found.setdefault(tree.fact, []).append(tree.ticks)
        elif tree.to:
            to = bound.get(name_parameter(tree.to))
            found.setdefault(tree.fact, []).extend([] if to is None else [to])

    for tree in guideline.program.trees.values():
        walk(tree)
    return found


def judge(guideline: Guideline, person: Drawn, settings: Settings) -> dict[str, str]:
    """Statement → outcome, by the engine and the plan's own judge; and `care status` → the status."""
    criteria = judge_facts(guideline, person.facts, settings)
    statements = {name: criteria.get(f"statement:{name}") for name in guideline.statements}
    answers = Answers(
        person.facts, criteria, statements, {}, INDEX, bind_parameters(guideline, settings)
    )
    catalogue = build_catalogue(guideline)
    medicines = Medicines(guideline, catalogue, _make_chart(person), answers)
    care = find_status(guideline, criteria)
    found = Judge(guideline, catalogue, answers, medicines, care, str).judge()
    return {name: item.outcome for name, item in found.items()} | {"care status": care}


def find_status(guideline: Guideline, criteria: dict[str, bool | None]) -> str:
    """As `gentian.plan.diagnosis.find_care_status` has it, without the reasons."""
    for entry in guideline.care_statuses:
        if entry.when and criteria[f"care_status:{entry.care_status}"]:
            return entry.care_status
    return next(
        (item.care_status for item in guideline.care_statuses if not item.when), UNKNOWN_STATUS
    )


def _make_chart(person: Drawn) -> Chart:
    events = [_make_event(name, "") for name in sorted(person.open)]
    events += [_make_event(name, "planned") for name in sorted(person.planned)]
    return Chart(Person("drawn"), tuple(events), Reading("test", "test"))


def _make_event(what: str, status: str) -> Event:
    more = {"status": status} if status else {}
    start = (INDEX - 1440, INDEX - 1440)
    return Event(what=what, starts=start, ends=(FOREVER, FOREVER), source=Source("drawn"), **more)
