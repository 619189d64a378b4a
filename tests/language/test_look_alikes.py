"""Look-alikes as entries of the guideline: what is misspelt or missing is said with its line."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from gentian.engine.specs import run_specs
from gentian.language.compiler import compile_guideline
from gentian.language.errors import GuidelineError
from gentian.language.look_alikes import name_sign
from gentian.language.model import Guideline
from gentian.language.sources import FOLDER, read_entries

TIER = """
- domain: infections
  name: infections
- finding: travel
  domain: infections
- fact: exposed
  says: exposed
  read: any
  of: travel
- look_alike_tier: must-exclude
  rank: 1
  name: Must exclude
  opens_when: exposed
"""
ENTRY = """
- look_alike: {id}
  name: leishmaniasis
  tier: {tier}
  danger: {danger}
  points_to: [{{when: {when}, says: exposed}}]
  decisive: {{says: PCR, {decisive}}}
  therapy: amphotericin
  asked_by: [{asked}]
  cites: []
  read: seen
  tests: [{{name: exposed, given: {{exposed: true}}, is: {state}, points_to: [exposed]}}]
"""
PLAIN = {
    "id": "leishmaniasis",
    "tier": "must-exclude",
    "danger": "1",
    "when": "exposed",
    "decisive": "proven: exposed",
    "asked": "",
    "state": "proven",
}


def build(folder: Path, *entries: dict[str, str]) -> Guideline:
    copy(FOLDER / "outcomes.yaml", folder)
    text = TIER + "".join(ENTRY.format(**(PLAIN | entry)) for entry in entries)
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    return compile_guideline(read_entries(folder))


def test_the_same_condition_is_compiled_once(tmp_path: Path) -> None:
    found = build(tmp_path, {"when": "NOT  exposed"}, {"id": "other", "when": "NOT exposed"})
    assert name_sign("NOT  exposed") == name_sign("NOT exposed")
    assert sorted(key for key in found.program.trees if key.startswith("sign:")) == [
        "sign:NOT exposed",
        "sign:exposed",
    ]


def test_the_order_is_tier_then_danger_then_id(tmp_path: Path) -> None:
    found = build(tmp_path, {"id": "b", "danger": "2"}, {"id": "c"}, {"id": "a", "danger": "2"})
    assert [entry.look_alike for entry in found.look_alikes] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tier": "pannel"}, "tier: `pannel` is none of must-exclude"),
        ({"asked": "exclude-leishmania"}, "asked_by: `exclude-leishmania` is no statement"),
        ({"decisive": "suspected: exposed"}, "`proven` is missing"),
        ({"when": "exposedd"}, "exposedd"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, wrong: dict[str, str], message: str
) -> None:
    with pytest.raises(GuidelineError) as caught:
        build(tmp_path, wrong)
    assert message in str(caught.value)
    assert "small.yaml:" in str(caught.value)


def test_one_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuidelineError, match="look_alike `leishmaniasis` is also at"):
        build(tmp_path, {}, {})


def test_a_test_person_who_disagrees_is_named(tmp_path: Path) -> None:
    assert run_specs(build(tmp_path, {})) == []
    (failed,) = run_specs(build(tmp_path, {"state": "open"}))
    assert "leishmaniasis: test `exposed`: expected open, found proven" in failed
    (failed,) = run_specs(build(tmp_path, {"when": "NOT exposed"}))
    assert "points_to: expected ['exposed'], found []" in failed
