"""Who has to bring test people: what was written by hand, not what follows from a definition of response."""

from __future__ import annotations

from pathlib import Path

from gentian.language.compiler import compile_guideline
from gentian.language.courses import list_criteria
from gentian.language.sources import read_entries
from gentian.review.people import list_written
from tests.review.small import list_findings, load_broken

RESPONSE = """\
- anchor: sirolimus_start
  of: sirolimus
- fact: days_since_sirolimus_start
  says: time since sirolimus began
  read: time_since
  of: sirolimus
- parameter: judge_after
  value: 90 d
  cites: [TX-001]
  read: seen
- problem: low-platelets
  name: low platelets
  row: autoimmune-cytopenia
  active: low_platelets
- therapy: sirolimus
  medicine: sirolimus
  name: sirolimus
  start: sirolimus_start
  time: days_since_sirolimus_start
  given: taking_sirolimus
- response: platelets
  name: platelets
  problem: low-platelets
  definition: small
  "on": {sirolimus: judge_after}
  applies: course.given
  terms: {not_low: NOT low_platelets}
  levels:
    - {level: too-early, when: course.time < course.judge, says: The medicine has not had its time yet.}
    - {level: complete, when: course.shown AND course.not_low, says: Platelets are not low.}
  cites: [TX-001]
"""
BY_HAND = """\
- criterion: platelets_much_later_on_sirolimus
  says: Named like one that follows, and written by hand.
  when: platelets_complete_on_sirolimus
  cites: [TX-001]
"""
AT = "- dose: sirolimus_start\n"


def test_criteria_that_follow_from_a_response_need_no_test_people(tmp_path: Path) -> None:
    guideline, _ = load_broken(tmp_path, "small.yaml", AT, RESPONSE + AT)
    assert "platelets_too_early_on_sirolimus" in guideline.criteria
    assert [entry.criterion for entry in list_written(guideline)] == ["low_platelets"]
    assert list_findings(tmp_path, "small.yaml", AT, RESPONSE + AT) == []


def test_a_criterion_written_by_hand_beside_a_response_needs_them(tmp_path: Path) -> None:
    found = list_findings(tmp_path, "small.yaml", AT, RESPONSE + BY_HAND + AT)
    assert len(found) == 3, found
    assert all("platelets_much_later_on_sirolimus: no test person" in line for line in found)


def test_what_is_named_as_following_from_a_response_is_what_the_compiler_adds() -> None:
    guideline = compile_guideline(read_entries())
    lines = {entry.line for entry in guideline.responses.values()}
    follow = {name for entry in guideline.responses.values() for name in list_criteria(entry)}
    assert follow == {name for name, item in guideline.criteria.items() if item.line in lines}
