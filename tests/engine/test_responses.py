"""A response to a course, for any record: engines agree, order and precision never turn it around."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gentian.chart.events import FOREVER, Chart
from gentian.engine.many import answer_many
from gentian.engine.one import answer, judge_facts
from gentian.engine.settings import Settings
from gentian.language import model
from gentian.language.dates import parse_date
from gentian.language.errors import GuidelineError
from tests.engine import small
from tests.engine.small import INDEX, TICKS, make_chart, make_event
from tests.engine.test_engines_agree import contains, resolve, strip

RESPONSE = """
- problem: low-platelets
  name: low platelets
  row: autoimmune-cytopenia
  active: platelets < '100 10*9/L'
- parameter: response_baseline_memory
  value: 90 d
  read: proposal
- parameter: judge_after
  value: 28 d
  read: proposal
- parameter: rescue_effect
  value: 7 d
  read: proposal
- episode: rescued
  kind: aided
  of: platelets
  by: [hydrocortisone]
  within: "{rescue_effect}"
- episode: good_run
  kind: run
  of: platelets
  where: value >= '100 10*9/L'
  gap: 120 d
- episode: sirolimus_course
  kind: course
  of: sirolimus
  gap: 28 d
- anchor: sirolimus_start
  of: sirolimus_course
- anchor: latest_count
  of: platelets
- fact: platelets
  says: platelets
  read: latest
  of: platelets
  window: [-90 d, 0 d]
- fact: previous
  says: platelets a day before
  read: latest
  of: platelets
  anchor: latest_count
  window: [-90 d, -1 d]
- fact: after_rescue
  says: the last count stands after a rescue
  read: latest
  of: rescued
  take: aided
  window: [-90 d, 0 d]
  absent: false
- fact: good_for
  says: how long platelets have been good
  read: latest
  of: good_run
  take: duration
  where: present
- fact: time_on_sirolimus
  says: time on sirolimus
  read: time_since
  of: sirolimus_course
- fact: failed
  says: failed on record
  read: any
  of: sirolimus
  where: (ended OR reason_recorded) AND reason = 'flare'
- therapy: sirolimus
  medicine: sirolimus
  name: sirolimus
  start: sirolimus_start
  time: time_on_sirolimus
  given: taking_sirolimus
- response: platelets
  name: platelets
  problem: low-platelets
  definition: test
  of: rescued
  unaided: NOT aided
  now: platelets
  previous: previous
  "on": {sirolimus: judge_after}
  applies: course.given
  terms:
    responded: course.unaided AND course.best >= '30 10*9/L' AND course.best_ratio >= '2 1'
    below: platelets < '30 10*9/L' OR course.ratio < '2 1'
    below_before: previous < '30 10*9/L' OR course.previous_ratio < '2 1'
  levels:
    - level: complete
      says: complete
      when: >-
        course.shown AND course.counted AND platelets >= '100 10*9/L' AND good_for >= '7 d'
        AND NOT after_rescue
    - level: partial
      says: partial
      when: >-
        course.shown AND course.counted AND platelets >= '30 10*9/L' AND course.ratio >= '2 1'
        AND NOT after_rescue
    - level: lost
      says: lost
      when: course.shown AND course.responded AND course.below AND course.below_before
    - level: none
      says: none
      when: course.time >= course.judge AND course.counts >= '2 1' AND NOT course.responded AND course.below
    - level: grown-again
      says: grown again
      when: course.regained > '0.5 1'
"""
QUIET = settings(
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def guideline(tmp_path_factory) -> model.Guideline:
    return small.load_small(tmp_path_factory.mktemp("response"), RESPONSE)


def judge(guideline: model.Guideline, chart: Chart) -> dict[str, bool | None]:
    return dict(answer(guideline, chart, INDEX, Settings()).criteria)


@QUIET
@given(people=st.lists(small.charts(14), min_size=1, max_size=4))
def test_one_person_in_sqlite_is_the_same_among_many_in_duckdb(guideline, people):
    together = answer_many(guideline, people, INDEX, Settings())
    for chart, (facts, criteria) in zip(people, together, strict=True):
        alone = answer(guideline, chart, INDEX, Settings())
        assert strip(dict(alone.facts)) == strip(facts)
        assert alone.criteria == criteria


@QUIET
@given(chart=small.charts(14), seed=st.integers(0, 99))
def test_the_order_of_entries_never_matters(guideline, chart, seed):
    shuffled = list(chart.events)
    random.Random(seed).shuffle(shuffled)
    assert judge(guideline, chart) == judge(guideline, replace(chart, events=tuple(shuffled)))


@QUIET
@given(chart=small.charts(14), seed=st.integers(0, 999))
def test_a_more_precise_date_or_value_never_turns_a_response_around(guideline, chart, seed):
    """The record is read as it stands at the index time, so nothing in it began later."""
    chart = replace(chart, events=tuple(e for e in chart.events if e.starts[0] <= INDEX))
    pick = random.Random(seed)
    exact = replace(chart, events=tuple(resolve(event, pick) for event in chart.events))
    vague = answer(guideline, chart, INDEX, Settings())
    precise = answer(guideline, exact, INDEX, Settings())
    for name, value in vague.facts.items():
        assert contains(value, precise.facts[name]), (name, value, precise.facts[name])
    for name, decided in vague.criteria.items():
        assert decided is None or precise.criteria[name] is decided, name


@QUIET
@given(chart=small.charts(14), hidden=st.data())
def test_a_fact_that_becomes_known_never_turns_a_response_around(guideline, chart, hidden):
    facts = dict(answer(guideline, chart, INDEX, Settings()).facts)
    names = hidden.draw(st.lists(st.sampled_from(sorted(facts)), unique=True))
    fewer = {name: value for name, value in facts.items() if name not in names}
    before, after = (judge_facts(guideline, given, Settings()) for given in (fewer, facts))
    for name, decided in before.items():
        assert decided is None or after[name] is decided, name


# --- a count after a rescue ------------------------------------------------------------------------

ON = (FOREVER, FOREVER)
SIROLIMUS = make_event("sirolimus", "2026-05-01", ends=ON)
LOW = make_event("platelets", "2026-04-28", 12)


def rescue(when: str):
    return make_event("hydrocortisone", when, ends=parse_date(when))


@pytest.mark.parametrize(
    ("given_on", "aided"),
    [
        ("2026-11-12", True),  # the seventh day before the count
        ("2026-11-11", False),  # the eighth
        ("2026-11-20", False),  # after it
        ("2026-11-19", None),  # the same day: which came first is not known
        ("2026-11", None),  # some day of that month
        ("2026-10", False),
    ],
)
def test_a_count_within_seven_days_of_a_rescue_is_aided(guideline, given_on, aided):
    count = make_event("platelets", "2026-11-19", 140)
    facts = answer(guideline, make_chart(count, rescue(given_on)), INDEX, Settings()).facts
    assert facts["after_rescue"].truth is aided


def test_the_best_count_on_a_course_is_never_one_that_a_rescue_explains(guideline):
    high, modest = (
        make_event("platelets", "2026-06-10", 140),
        make_event("platelets", "2026-07-10", 28),
    )
    chart = make_chart(SIROLIMUS, LOW, high, modest, rescue("2026-06-08"))
    best = answer(guideline, chart, INDEX, Settings()).facts["platelets_best_on_sirolimus"]
    assert (best.low, best.high) == (28 * TICKS, 28 * TICKS)


# --- what an author may get wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("course.befor", "course.befor means nothing here"),
        ("course.earlier_gain", "`earlier:` must name a fact"),
    ],
)
def test_a_misspelt_part_of_a_course_is_named_with_its_place(tmp_path, wrong, message):
    text = RESPONSE.replace("course.regained > '0.5 1'", f"{wrong} > '0.5 1'")
    with pytest.raises(GuidelineError, match=message):
        small.load_small(tmp_path, text)


def test_a_therapy_that_is_not_there_is_named(tmp_path):
    text = RESPONSE.replace('"on": {sirolimus: judge_after}', '"on": {siro: judge_after}')
    with pytest.raises(GuidelineError, match="`siro` is no therapy"):
        small.load_small(tmp_path, text)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("problem: low-platelets\n  definition", "problem: low\n  definition", "problem: `low`"),
        ("{sirolimus: judge_after}", "{sirolimus: judge}", "unknown name `judge`"),
        ("start: sirolimus_start", "start: siro_start", "siro_start"),
        ("says: partial", "says: partial\n      since: good", "since: `good`"),
    ],
)
def test_a_name_that_nothing_bears_is_found(tmp_path, right, wrong, message):
    assert right in RESPONSE
    with pytest.raises(GuidelineError, match=message):
        small.load_small(tmp_path, RESPONSE.replace(right, wrong, 1))
