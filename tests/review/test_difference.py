"""Two versions of the guideline: what changed in the text, and whose plan changes because of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from gentian.cli.demo import read_example
from gentian.cli.failures import UNREADABLE, USAGE
from gentian.language.loader import load_guideline
from gentian.language.sources import FOLDER
from gentian.review.difference import Difference, compare_versions
from gentian.review.reach import find_reach
from gentian.review.versions import read_version
from tests.cli.commands import call

PEOPLE = ("other-units", "nothing-known", "healthy-carrier")


def copy_guideline(folder: Path, file: str, old: str, new: str) -> Path:
    """The guideline with one text changed in one file."""
    target = folder / "guideline"
    shutil.copytree(FOLDER, target)
    text = (target / file).read_text(encoding="utf-8")
    assert old in text
    (target / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def compare(folder: Path, file: str, old: str, new: str) -> Difference:
    after = read_version(str(copy_guideline(folder, file, old, new)))
    records = [(name, read_example(name)) for name in PEOPLE]
    return compare_versions(load_guideline(), after, records)


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Difference:
    """Severe thrombocytopenia begins at 25 instead of 20."""
    folder = tmp_path_factory.mktemp("stricter")
    text = "- parameter: platelets_severe\n  name: severe thrombocytopenia\n  value: "
    old, new = f"{text}20 10*9/L", f"{text}25 10*9/L"
    return compare(folder, "parameters/problems.yaml", old, new)


def test_a_version_beside_itself_differs_in_nothing():
    records = [(name, read_example(name)) for name in PEOPLE]
    found = compare_versions(load_guideline(), load_guideline(), records)
    assert (found.entries, found.people, found.read) == ([], [], 3)


def test_a_changed_threshold_is_named_with_its_values_and_place(stricter: Difference):
    [change] = stricter.entries
    assert (change.sort, change.id, change.how) == ("parameters", "platelets_severe", "changed")
    assert change.fields == {"value": ("20 10*9/L", "25 10*9/L")}
    assert change.line.startswith("parameters/problems.yaml:")


def test_only_people_whose_plan_changes_are_named(stricter: Difference):
    assert [person.person for person in stricter.people] == ["other-units"]


def test_every_changed_line_leads_back_to_the_changed_threshold(stricter: Difference):
    changes = {change.what: change for change in stricter.people[0].changes}
    assert changes["problem low-platelets"].after == "severe"
    statements = [change for name, change in changes.items() if name in load_guideline().statements]
    assert statements
    assert all("parameter platelets_severe changed (value)" in s.because for s in statements)


def test_a_removed_statement_is_shown_no_longer(tmp_path: Path):
    file = "statements/sport.yaml"
    text = (FOLDER / file).read_text(encoding="utf-8")
    found = compare(tmp_path, file, text, "[]\n")
    removed = {change.id for change in found.entries if change.how == "removed"}
    assert removed
    for person in found.people:
        for change in person.changes:
            if change.what in removed:
                assert change.after == "not shown"


def test_a_statement_rests_on_its_condition_its_dose_and_what_speaks_against_its_medicine():
    reach = find_reach(load_guideline(), "sirolimus-long-term")
    assert {"statements:sirolimus-long-term", "doses:sirolimus_start", "facts:platelets"} <= reach
    assert "statements:interaction-sirolimus-voriconazole" in reach
    assert find_reach(load_guideline(), "no-such-statement") == set()


def test_the_command_prints_entries_and_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    people = tmp_path / "people"
    people.mkdir()
    (people / "a.yaml").write_bytes(read_example("nothing-known"))
    result = call(capsys, "guideline", "diff", FOLDER, FOLDER, "--people", people)
    assert result.code == 0
    assert "0 added · 0 removed · 0 changed" in result.out
    assert "1 compared, 0 with another plan" in result.out


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "a.yaml").write_bytes(read_example("nothing-known"))
    (tmp_path / "b.yaml").write_text("person: [", encoding="utf-8")
    result = call(capsys, "guideline", "diff", FOLDER, FOLDER, "--people", tmp_path)
    assert result.code == UNREADABLE
    assert "1 compared" in result.out
    assert "NOT COMPARED  1" in result.out and "b.yaml" in result.out


@pytest.mark.parametrize("version", ["/no/such/folder", "--upload-pack=x", "no-such-revision"])
def test_a_version_that_is_not_there_says_what_to_give(
    version: str, capsys: pytest.CaptureFixture[str]
):
    result = call(capsys, "guideline", "diff", "--", FOLDER, version)
    assert result.code == USAGE
    assert "give a folder" in result.err


def test_a_folder_without_a_guideline_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    result = call(capsys, "guideline", "diff", FOLDER, tmp_path)
    assert result.code == USAGE
    assert "no guideline in this folder" in result.err


def test_an_older_guideline_that_says_nothing_of_relatives_still_makes_a_plan():
    older = replace(load_guideline(), relative_states=[])
    record = ("siblings-as-donors", read_example("siblings-as-donors"))
    found = compare_versions(older, load_guideline(), [record])
    assert found.read == 1 and not found.unread
