"""The small bodies written beside each dose record of the guideline get the amounts written there."""

from __future__ import annotations

import pytest

from gentian.dosing.limits import list_caps, read_rhythms
from gentian.dosing.rates import read_rate
from gentian.dosing.specs import find_failures
from gentian.language.sources import VOCABULARY_SORTS, read_entries
from gentian.language.vocabulary import build_vocabulary

RAW = read_entries()
RECORDS = {record.dose: record for record in RAW.entries["dose"]}
VOCABULARY = build_vocabulary(
    [concept for sort in VOCABULARY_SORTS for concept in RAW.entries.get(sort, [])]
)
CASES = [(name, test) for name, record in RECORDS.items() for test in record.tests]


@pytest.mark.parametrize(("name", "test"), CASES, ids=[f"{name}-{test}" for name, test in CASES])
def test_amount_of_one_dose(name, test):
    assert list(find_failures(RECORDS[name], test, VOCABULARY)) == []


def test_a_wrong_amount_fails_its_test():
    name, test = next((name, test) for name, test in CASES if "low" in test)
    wrong = test | {"low": "0.001 mg"}
    assert "expected low 0.001 mg" in next(find_failures(RECORDS[name], wrong, VOCABULARY))


def test_a_dose_where_none_was_expected_fails_its_test():
    name, test = next((name, test) for name, test in CASES if "low" in test)
    bare = {key: value for key, value in test.items() if key not in ("low", "high")}
    assert "expected no dose" in next(find_failures(RECORDS[name], bare, VOCABULARY))


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_can_be_read_and_says_what_caps_it(name):
    record = RECORDS[name]
    assert record.caps or record.no_cap, "no sourced cap: say so in `no_cap`"
    assert read_rhythms(record)[0].times >= 1
    texts = [record.low, record.high, *(cap.value for cap in record.caps)]
    for text in filter(None, texts):
        read_rate(text, record.line)
    every = {cap.when: True for cap in record.caps if cap.when}
    assert len(list_caps(record, None, every)) == len(record.caps)


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_says_how_to_watch_it_and_how_to_stop(name):
    record = RECORDS[name]
    assert record.stop and record.monitoring
    assert record.cites
