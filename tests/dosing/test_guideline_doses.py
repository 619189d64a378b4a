"""The small bodies written beside each dose record of the guideline get the amounts written there."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gentian.dosing.calculation import calculate_dose
from gentian.dosing.limits import list_caps, read_rhythms
from gentian.dosing.obstacles import Circumstances
from gentian.dosing.rates import read_rate
from gentian.language.loader import VOCABULARY_SORTS, read_entries
from gentian.language.quantities import parse_literal
from gentian.language.units import convert
from gentian.language.vocabulary import build_vocabulary
from tests.dosing.records import TODAY, make_body

RAW = read_entries()
RECORDS = {record.dose: record for record in RAW.entries["dose"]}
VOCABULARY = build_vocabulary(
    [concept for sort in VOCABULARY_SORTS for concept in RAW.entries.get(sort, [])]
)
CASES = [(name, test) for name, record in RECORDS.items() for test in record.tests]


def number(test: dict, name: str, unit: str) -> str:
    """`20 kg` of a test body in the unit asked for, as text; "" where it is not given."""
    if name not in test:
        return ""
    value, printed = parse_literal(str(test[name]))
    return str(convert(value, printed, unit))


def calculate(record, test):
    """The dose of a test body, with every gate open and every check done."""
    months = number(test, "age", "mo")
    body = make_body(
        number(test, "weight", "kg"),
        number(test, "height", "cm"),
        months=int(Fraction(months)) if months else None,
    )
    adult = bool(months) and Fraction(months) >= 216
    criteria = dict.fromkeys([*record.gates, *record.checks], True) | {"adult": adult}
    known = Circumstances(
        index=TODAY,
        criteria=criteria,
        say=str,
        country=test.get("country"),
        sex=test.get("sex"),
    )
    return calculate_dose(record, body, known, VOCABULARY)


@pytest.mark.parametrize(("name", "test"), CASES, ids=[f"{name}-{test}" for name, test in CASES])
def test_amount_of_one_dose(name, test):
    record = RECORDS[name]
    found = calculate(record, test)
    if "low" not in test:
        assert found.tier == "withheld"
        return
    assert found.tier != "withheld", found.withheld_because
    for end, amount in (("low", found.low), ("high", found.high)):
        value, unit = parse_literal(str(test[end]))
        shown, printed = parse_literal(amount.per_dose)
        assert convert(shown, printed, unit) == value, f"{end}: {amount.per_dose}"


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_can_be_read_and_says_what_caps_it(name):
    record = RECORDS[name]
    assert record.caps or record.no_cap, "no sourced cap: say so in `no_cap`"
    assert read_rhythms(record)[0].times >= 1
    texts = [record.low, record.high, *(cap.value for cap in record.caps)]
    for text in filter(None, texts):
        read_rate(text, record.line)
    assert len(list_caps(record, None)) == len(record.caps)


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_says_how_to_watch_it_and_how_to_stop(name):
    record = RECORDS[name]
    assert record.stop and record.monitoring
    assert record.cites
