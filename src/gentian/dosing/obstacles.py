"""What stands in the way of a dose: sizes, gates, age; in a rescue, what to check instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gentian.language.dates import DAY, format_date, format_duration, parse_duration
from gentian.language.model import DoseRecord, NeededFact
from gentian.language.wording import say_quantity

from .body import Body, Surface, calculate_surface
from .regimen import Regimen, is_older

ADULT = "adult"  # the criterion that says which age class holds
APART = "weight and height not measured on the same day"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a dose depends on besides the body.

    index: minutes. criteria: answers by id; say: criterion or fact id → its sentence; fact_ages:
    needed fact → minutes since it was taken, None if unknown; rescue: an unknown becomes a check
    instead of withholding; withheld: reasons known to the plan (care status, a contraindication);
    monitoring: names of the schedules that go with the dose. allergies: ids that are on record, also
    when only suspected.
    """

    index: int
    criteria: Mapping[str, bool | None]
    say: Callable[[str], str]
    fact_ages: Mapping[str, int | None] = field(default_factory=dict)
    country: str | None = None
    sex: str | None = None
    rescue: bool = False
    withheld: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()
    allergies: frozenset[str] = frozenset()

    @property
    def adult(self) -> bool | None:
        """The age class that chooses caps and age limits."""
        return self.criteria.get(ADULT)


def loosen_body(body: Body, rescue: bool) -> Body:
    """In a rescue, a weight and a height of different days still give a body surface."""
    if not rescue or body.surface or body.weight is None or body.height is None:
        return body
    value = calculate_surface(body.height.value, body.weight.value)
    return replace(body, surface=Surface(value, body.weight, body.height))


def list_obstacles(
    record: DoseRecord, body: Body, circumstances: Circumstances
) -> tuple[list[str], list[str]]:
    """(why no dose may be shown, what to check before or while giving)."""
    reasons = list(circumstances.withheld)
    checks: list[str] = []
    if young := _check_age(record, body):
        reasons.append(young)
    for needed in record.needs:
        if why := _check_need(needed, body, circumstances):
            (checks if circumstances.rescue else reasons).append(why)
    for gate in record.gates:
        answer = circumstances.criteria.get(gate)
        if answer is not True:
            soft = circumstances.rescue and answer is None
            (checks if soft else reasons).append(f"required first: {circumstances.say(gate)}")
    open_checks = [name for name in record.checks if circumstances.criteria.get(name) is not True]
    return reasons, checks + [circumstances.say(name) for name in open_checks]


def _check_age(record: DoseRecord, body: Body) -> str:
    if not record.not_under or is_older(body.age, record.not_under):
        return ""
    if body.age is None:
        return "age not recorded"
    return f"under {say_quantity(record.not_under)}: no calculated dose, specialist only"


def _check_need(needed: NeededFact, body: Body, circumstances: Circumstances) -> str:
    """Why a needed fact is missing or too old; "" when it will do."""
    if needed.fact in ("weight", "height"):
        return _check_size(needed, body, circumstances)
    age = circumstances.fact_ages.get(needed.fact)
    name = circumstances.say(needed.fact)
    if age is None:
        return f"{name} not recorded"
    limit = _limit_age(needed, circumstances)
    if limit is None or age <= limit:
        return ""
    return f"{name} is older than {say_quantity(format_duration(limit))}"


def _check_size(needed: NeededFact, body: Body, circumstances: Circumstances) -> str:
    measured = body.weight if needed.fact == "weight" else body.height
    if measured is None:
        return dict(body.unclear).get(needed.fact, f"{needed.fact} not recorded")
    if needed.paired and body.surface is None:
        return APART
    if needed.paired and body.surface is not None:
        measured = body.surface.weight if needed.fact == "weight" else body.surface.height
    limit = _limit_age(needed, circumstances)
    if limit is None or circumstances.index // DAY - measured.when[0] // DAY <= limit // DAY:
        return ""
    day = format_date(measured.when)[:10]
    return f"{needed.fact} of {day} is older than {say_quantity(format_duration(limit))}"


def _limit_age(needed: NeededFact, circumstances: Circumstances) -> int | None:
    """The oldest a measurement may be, in minutes; while the age class is unknown, the child's."""
    text = needed.not_older.get("adult" if circumstances.adult else "child", "")
    return parse_duration(text) if text else None


def say_missing_size(regimen: Regimen, body: Body) -> str:
    """Why the size that the amounts are counted in is not known."""
    unclear = dict(body.unclear)
    names = ["weight"] if regimen.low.basis == "kg" else ["weight", "height"]
    return next((unclear[name] for name in names if name in unclear), APART)


def note_newer_weight(regimen: Regimen, body: Body) -> str:
    """A weight newer than the one in the body surface: both should be measured again."""
    if regimen.low.basis != "m2" or body.surface is None or body.weight is None:
        return ""
    used = body.surface.weight
    if body.weight.when <= used.when or body.weight.value == used.value:
        return ""
    newer = body.weight.print()
    return f"measure weight and height together: the newer weight, {newer}, has no height"


def note_jumps(regimen: Regimen, body: Body) -> list[str]:
    """`weight changed, 29 % more than 24 kg on 2026-08-20: confirm it` (HZ-04)."""
    names = {"kg": ("weight",), "m2": ("weight", "height")}.get(regimen.low.basis, ())
    return [f"{name} changed, {how}: confirm it" for name, how in body.jumps if name in names]


def note_pairing(regimen: Regimen, body: Body) -> str:
    """A body surface from two different days (rescue only) is said to be so."""
    if regimen.low.basis != "m2" or body.surface is None:
        return ""
    days = {size.when[0] // DAY for size in (body.surface.weight, body.surface.height)}
    return APART if len(days) > 1 else ""
