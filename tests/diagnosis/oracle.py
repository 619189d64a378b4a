"""An oracle of its own: an answer is certain only when every way of filling the unknowns agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from gentian.engine.answers import FactValue
from gentian.engine.binding import bind_parameters
from gentian.engine.fold import fold
from gentian.engine.given import read_given
from gentian.engine.settings import Settings
from gentian.language.profile import list_references
from tests.diagnosis.charts import GUIDELINE

Truth = bool | None
VALUES: tuple[Truth, ...] = (True, False, None)


def supervaluate(rule: Callable[..., bool], items: Sequence[Truth]) -> Truth:
    """True or false when all completions of the unknown items give it, else unknown."""
    choices = [(item,) if item is not None else (True, False) for item in items]
    answers = {rule(*chosen) for chosen in product(*choices)}
    return answers.pop() if len(answers) == 1 else None


Given = Mapping[str, object]
Item = tuple[
    str, Given, Given
]  # a criterion, the facts that make it true, those that make it false


class People:
    """Test people made of items, each true, false or unknown, and the fold of the guideline's own text."""

    def __init__(self, items: Sequence[Item], always: Given, asked: Sequence[str]) -> None:
        self.choices = [{True: read(yes), False: read(no), None: {}} for _, yes, no in items]
        self.always = read(always)
        self.parameters = bind_parameters(GUIDELINE, Settings())
        self.order = list_needed([*asked, *(name for name, _, _ in items)])

    def fold(self, items: Sequence[Truth]) -> dict[str, Truth]:
        """The criteria that are asked for, and all they rest on."""
        facts = dict(self.always)
        for value, choice in zip(items, self.choices, strict=True):
            facts |= choice[value]
        found: dict[str, Truth] = {}
        for name in self.order:
            found[name] = fold(GUIDELINE.program.trees[name], facts, found, self.parameters)
        return found


def read(given: Given) -> dict[str, FactValue]:
    """Facts as typed in the tests of the guideline."""
    return {name: read_given(GUIDELINE, name, value) for name, value in given.items()}


def list_needed(criteria: Sequence[str]) -> list[str]:
    """Criteria and all they refer to, each after what it refers to."""
    needed: set[str] = set()
    ahead = list(criteria)
    while ahead:
        name = ahead.pop()
        if name not in needed:
            needed.add(name)
            ahead += list_references(GUIDELINE.program.trees[name])
    return [name for stage in GUIDELINE.program.stages for name in stage if name in needed]
