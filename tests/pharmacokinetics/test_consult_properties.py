"""What holds of every consult, whoever it is about."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gentian.chart.events import Chart
from gentian.dosing.products import Measure
from gentian.pharmacokinetics.report import Consult, Quantiles
from tests.pharmacokinetics.people import (
    AS_OF,
    BODY,
    SOLUTION,
    TABLETS,
    WELL,
    ask,
    assert_same_options,
    consult,
    encode,
    guideline,
    ids,
    level,
    marked,
    milligrams,
    read,
    through_fhir,
    type_form,
)

FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
DAYS = ["2026-02-10", "2026-03-03", "2026-03-31", "2026-04-14", "2026-04-28", "2026-05-12"]
REGIMENS = [
    (SOLUTION,),
    (TABLETS,),
    ("sirolimus-solution-1: 0.6 mL twice daily at 08:00 and 20:00 since 2026-01-10",),
    (
        "sirolimus-tablet-1: 1 mg daily at 08:00 2026-01-10 to 2026-04-20",
        "sirolimus-solution-1: 1.5 mL daily at 08:00 since 2026-04-21",
    ),
    ("sirolimus-solution-1: 2 mL every other day at 08:00 since 2026-01-12",),
]
OTHERS = [
    "diltiazem: 30 mg twice daily since 2026-02-01",
    "fluconazole: 50 mg daily since 2026-04-20",
    "voriconazole: 100 mg twice daily 2026-02-01 to 2026-02-07",
]
METHODS = ["LC-MS/MS", "CMIA", "EMIT"]

tenths = st.integers(5, 190)
times = st.sampled_from(["07:30", "07:50", "08:00", "12:00"])
drawn = st.lists(
    st.tuples(st.sampled_from(DAYS), times, tenths, st.sampled_from(METHODS)),
    unique_by=lambda one: one[0],
    max_size=4,
)
others = st.lists(st.sampled_from(OTHERS), unique=True, max_size=2)
regimens = st.sampled_from(REGIMENS)
weights = st.sampled_from([9.5, 16, 22, 35, 41])


def write_levels(found: list[tuple[str, str, int, str]]) -> list[str]:
    return [level(f"{day}T{at}", f"{value / 10} ng/mL", how) for day, at, value, how in found]


def weigh(kilograms: float) -> str:
    return f"weight: {kilograms} kg, height: 120 cm"


def strip(found: Consult) -> Consult:
    """Without the places in the file, which differ between two orders of the same lines."""
    import msgspec

    plain = msgspec.to_builtins(found)
    _drop(plain)
    return plain  # type: ignore[no-any-return]


def _drop(item: Any) -> None:
    if isinstance(item, dict):
        item.pop("place", None)
        for value in item.values():
            _drop(value)
    elif isinstance(item, list):
        for value in item:
            _drop(value)


@FEW
@given(regimens, drawn, others, st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(
    lines: tuple[str, ...], found: list[Any], beside: list[str], chance: Any
) -> None:
    levels = write_levels(found)
    expected = strip(consult(lines, levels, others=beside))
    shuffled, mixed, findings = [*lines, *beside], [*levels], [*WELL]
    for items in (shuffled, mixed, findings):
        chance.shuffle(items)
    assert strip(consult(shuffled, mixed, findings=findings)) == expected


@FEW
@given(regimens, drawn, weights)
def test_chances_add_up_quantiles_ascend_and_more_gives_more(
    lines: tuple[str, ...], found: list[Any], kilograms: float
) -> None:
    told = consult(lines, write_levels(found), body=weigh(kilograms))
    for option in told.options:
        parts = (option.below, option.inside, option.above)
        assert (
            sum(parts) == pytest.approx(1, abs=1e-9) and min(parts) >= 0 and max(parts) <= 1 + 1e-9
        )
        assert_ascends(option.trough)
    medians = [one.trough.q50 for one in sorted(told.options, key=lambda one: one.per_day)]
    assert medians == sorted(medians)
    above = [one.above for one in sorted(told.options, key=lambda one: one.per_day)]
    assert all(later >= one - 1e-9 for one, later in itertools.pairwise(above))
    for line in told.levels:
        assert line.expected is None or assert_ascends(line.expected) is None
        assert line.share is None or 0 < line.share <= 1
    assert sum(one.weight for one in told.models) == pytest.approx(1) or not told.options


def assert_ascends(quantiles: Quantiles) -> None:
    values = [getattr(quantiles, name) for name in quantiles.__struct_fields__]
    assert values == sorted(values) and values[0] >= 0


@FEW
@given(regimens, drawn, weights, others)
def test_what_is_marked_is_within_the_caps_measurable_and_rests_on_levels(
    lines: tuple[str, ...], found: list[Any], kilograms: float, beside: list[str]
) -> None:
    told = consult(lines, write_levels(found), body=weigh(kilograms), others=beside)
    option = marked(told)
    assert (option is not None) == (told.status in ("dose", "consider"))
    fitted = [
        one
        for one in told.levels
        if one.use == "fitted" and set(ids(one.reasons)) <= {"assay-change"}
    ]
    if option is None:
        return
    assert len(fitted) >= (2 if option.mark == "highlighted" else 1)
    assert 0.5 - 1e-9 <= option.fold <= 2 + 1e-9
    surface = (120 * kilograms / 3600) ** 0.5
    assert option.per_day <= min(40, 4 * surface) + 1e-3
    assert option.portion and any(is_measured(milligrams(option), name) for name in list_products())
    assert told.label is not None, "the label's dose stands beside it"
    assert not [one for one in told.said if one.kind in ("refusal",)]


def list_products() -> list[str]:
    return next(iter(guideline().consults.values())).products


def is_measured(amount: Fraction, product: str) -> bool:
    """Is it a whole number of the smallest amount that the product gives?"""
    measure = Measure(guideline().vocabulary.concepts[product], "mg")
    return (amount / measure.smallest).denominator == 1


FORBIDS = [
    "new-cough-or-breathlessness: now",
    "pregnancy: now",
    "liver-impairment: now",
    "missed-doses: on 2026-05-10",
]


@FEW
@given(regimens, drawn, st.sampled_from(FORBIDS))
def test_nothing_that_forbids_a_dose_ever_adds_a_mark(
    lines: tuple[str, ...], found: list[Any], finding: str
) -> None:
    kept = [one for one in WELL if one.partition(":")[0] != finding.partition(":")[0]]
    told = consult(lines, write_levels(found), findings=[*kept, finding])
    assert marked(told) is None


@FEW
@given(regimens, drawn, st.data())
def test_taking_away_an_assay_never_adds_a_mark(
    lines: tuple[str, ...], found: list[Any], data: Any
) -> None:
    levels = write_levels(found)
    if not levels:
        return
    place = data.draw(st.integers(0, len(levels) - 1))
    method = found[place][3]
    less = [
        line.replace(f", method: {method}", "") if index == place else line
        for index, line in enumerate(levels)
    ]
    with_it, without = consult(lines, levels), consult(lines, less)
    strength = ("", "consider", "highlighted")
    here, there = (option.mark if (option := marked(one)) else "" for one in (with_it, without))
    if here or place == max(range(len(found)), key=lambda one: found[one][0]):
        assert strength.index(there) <= strength.index(here)
    assert next(one for one in without.levels if one.when[:10] == found[place][0]).use == "shown"


@FEW
@given(regimens, drawn)
def test_nanomoles_and_nanograms_give_one_consult_within_rounding(
    lines: tuple[str, ...], found: list[Any]
) -> None:
    fine = [(day, at, round(value / 10 / 0.9142, 5), how) for day, at, value, how in found]
    molar = [level(f"{day}T{at}", f"{value} nmol/L", how) for day, at, value, how in fine]
    one, other = consult(lines, write_levels(found)), consult(lines, molar)
    assert one.status == other.status
    assert_same_options(one, other, near=1e-3)


@FEW
@given(regimens, drawn, others, weights)
def test_form_and_fhir_of_one_person_give_one_consult(
    lines: tuple[str, ...], found: list[Any], beside: list[str], kilograms: float
) -> None:
    text = type_form(lines, write_levels(found), others=beside, body=weigh(kilograms))
    chart: Chart = read(text)
    one, other = ask(chart), ask(through_fhir(chart), as_of=AS_OF)
    assert (one.status, one.headline, one.options) == (other.status, other.headline, other.options)
    assert [(line.measured, line.use) for line in one.levels] == [
        (line.measured, line.use) for line in other.levels
    ]
    assert {item.id for item in one.said} == {item.id for item in other.said}


@FEW
@given(drawn)
def test_one_record_asked_twice_gives_the_same_bytes(found: list[Any]) -> None:
    levels = write_levels(found)
    assert encode(consult(levels=levels)) == encode(consult(levels=levels))


def test_a_body_is_said_once() -> None:
    assert weigh(22) == BODY, "the helper and the properties speak of one child"
