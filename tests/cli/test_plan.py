"""`gentian plan`: formats, stdin, files that are whole or not there, and every exit code."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from gentian.cli import plan as command
from gentian.engine.answers import EngineError
from gentian.language.errors import GuidelineError
from gentian.plan.model import Plan
from tests.cli.commands import call, spawn, write_child

Captured = pytest.CaptureFixture[str]
HIDDEN = "a value of the record"


@pytest.fixture
def child(tmp_path: Path) -> Path:
    return write_child(tmp_path)


def test_the_plan_is_one_page_of_text(capsys: Captured, child: Path) -> None:
    result = call(capsys, "plan", child)
    assert result.code == 0 and result.err == ""
    assert result.out.startswith("PLAN for example-child")
    assert result.out.count("\n") <= 60


def test_stdin_is_read_as_the_file(capsys: Captured, child: Path) -> None:
    assert spawn("plan", "-", given=child.read_bytes()).out == call(capsys, "plan", child).out


def test_json_is_the_plan(capsys: Captured, child: Path) -> None:
    result = call(capsys, "plan", child, "--format", "json")
    plan = msgspec.json.decode(result.out.encode(), type=Plan)
    assert plan.person.id == "example-child"
    assert list(json.loads(result.out)) == list(Plan.__struct_fields__)


def test_all_prints_every_statement(capsys: Captured, child: Path) -> None:
    plan = msgspec.json.decode(call(capsys, "plan", child, "--format", "json").out, type=Plan)
    text = call(capsys, "plan", child, "--all").out
    assert [s.id for s in plan.statements if s.id not in text] == []


@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_the_same_record_gives_the_same_bytes(child: Path, form: str) -> None:
    words = ("plan", child, "--format", form)
    first, second = (spawn(*words, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.code == 0 and first.out == second.out


def test_the_locale_of_the_machine_changes_nothing(child: Path) -> None:
    plain = spawn("plan", child, LC_ALL="C", PYTHONUTF8="0")
    assert plain.out == spawn("plan", child, LC_ALL="C.UTF-8").out
    assert "·" in plain.out


# --- where it is written ------------------------------------------------------------------------


def test_output_goes_to_a_file_for_the_owner_alone(capsys: Captured, child: Path) -> None:
    out = child.parent / "plan.html"
    result = call(capsys, "plan", child, "--format", "html", "-o", out)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>\n")
    assert out.stat().st_mode & 0o077 == 0


def test_a_link_is_written_through(capsys: Captured, child: Path) -> None:
    target, link = child.parent / "real.txt", child.parent / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    assert call(capsys, "plan", child, "-o", link).code == 0
    assert link.is_symlink() and target.read_text().startswith("PLAN")


@pytest.mark.parametrize("place", ["no/such/folder/plan.txt", "."])
def test_a_place_that_cannot_be_written_is_said(
    capsys: Captured, child: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(child.parent)
    result = call(capsys, "plan", child, "-o", place)
    assert result.code == 2 and result.out == ""
    assert result.err.startswith(f"gentian: cannot write {place}")
    assert list(child.parent.iterdir()) == [child]


def test_the_record_is_never_overwritten(capsys: Captured, child: Path) -> None:
    before = child.read_bytes()
    result = call(capsys, "plan", child, "-o", child)
    assert result.code == 2 and "overwrite the record" in result.err
    assert child.read_bytes() == before


def test_nothing_half_written_is_left_behind(
    capsys: Captured, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", break_off)
    result = call(capsys, "plan", child, "-o", child.parent / "plan.txt")
    assert result.code == 2 and "No space left on device" in result.err
    assert list(child.parent.iterdir()) == [child]


# --- what may be wrong with the command line -------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--as-of", "yesterday"], "--as-of: 'yesterday' is not a date"),
        (["--as-of", "2026-02-30"], "--as-of: "),
        (["--as-of", "2026-11"], "a whole date is needed, e.g. 2026-11-01"),
        (["--country", "USA"], "--country USA: expected two letters"),
        (["--format", "pdf"], "invalid choice: 'pdf'"),
        (["--form", "text"], "unrecognized arguments"),
    ],
)
def test_a_wrong_option_says_what_was_expected(
    capsys: Captured, child: Path, words: list[str], says: str
) -> None:
    result = call(capsys, "plan", child, *words)
    assert result.code == 2 and result.out == ""
    assert says in result.err and "Traceback" not in result.err


def test_without_an_index_time_the_user_is_asked_for_one(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "undated.yaml"
    file.write_text("gentian: chart 1\nperson: p-1\n")
    result = call(capsys, "plan", file)
    assert result.code == 2 and "--as-of 20" in result.err
    assert call(capsys, "plan", file, "--as-of", "2026-11-20").code == 0


# --- what may be wrong with the record ------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", 10, "empty"),
        (b"\x00\x01\x02", 10, "NUL"),
        (b'{"resourceType": "Bundle", ', 10, "gentian: record"),
        (b"gentian: [", 10, "gentian: record"),
        (b"gentian: chart 1\nperson: p-1\nresults:\n  - platelet: 3\n", 11, "record:4"),
        (b'{"resourceType": "Cat"}', 11, "gentian: record"),
    ],
)
def test_a_record_that_cannot_be_used_says_where_and_why(
    capsys: Captured, tmp_path: Path, content: bytes, code: int, says: str
) -> None:
    file = tmp_path / "record"
    file.write_bytes(content)
    result = call(capsys, "plan", file, "--as-of", "2026-11-20")
    assert result.code == code and result.out == ""
    assert says in result.err and "Traceback" not in result.err
    assert all(line.startswith("gentian: ") for line in result.err.splitlines())


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_is_not_there_is_said(capsys: Captured, tmp_path: Path, name: str) -> None:
    result = call(capsys, "plan", tmp_path / name)
    assert result.code == 10 and result.err.count("\n") == 1


def test_a_record_without_one_readable_fact_gives_what_to_ask(
    capsys: Captured, tmp_path: Path
) -> None:
    file = tmp_path / "bundle.json"
    patient = {"resource": {"resourceType": "Patient", "id": "p-1"}}
    coffee = {"resource": {"resourceType": "NutritionOrder", "id": "n-1", "status": "active"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [patient, coffee]}
    file.write_text(json.dumps(bundle))
    result = call(capsys, "plan", file, "--as-of", "2026-11-20")
    assert result.code == 12 and "no entry of the record could be read" in result.err
    assert "CANNOT TELL" in result.out


def test_many_mistakes_of_one_record_are_counted(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "long.yaml"
    wrong = "".join(f"  - unheard-{number}: now\n" for number in range(60))
    file.write_text(f"gentian: chart 1\nperson: p-1\nfindings:\n{wrong}")
    result = call(capsys, "plan", file)
    assert result.code == 11 and result.err.count("\n") == 21
    assert result.err.endswith("and 40 more\n")


# --- what may be wrong with gentian ----------------------------------------------------------------


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*arguments: object, **named: object) -> Plan:
        raise error

    monkeypatch.setattr(command, "make_plan", fail)


def test_a_bug_is_one_line_without_a_value(
    capsys: Captured, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, KeyError(HIDDEN))
    result = call(capsys, "plan", child)
    assert result.code == 1 and result.out == "" and result.err.count("\n") == 1
    assert "KeyError at test_plan.py" in result.err and HIDDEN not in result.err


def test_a_bug_shows_its_traceback_on_request(
    capsys: Captured, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, KeyError(HIDDEN))
    monkeypatch.setenv("GENTIAN_DEBUG", "1")
    assert "Traceback" in call(capsys, "plan", child).err


def test_evaluations_that_differ_give_no_plan(
    capsys: Captured, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, EngineError(["severe_thrombocytopenia"]))
    result = call(capsys, "plan", child)
    assert result.code == 1 and result.out == "" and "severe_thrombocytopenia" in result.err


def test_a_guideline_that_fails_its_check_gives_no_plan(
    capsys: Captured, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, GuidelineError(["facts/counts.yaml:3: unknown unit"]))
    result = call(capsys, "plan", child)
    assert result.code == 13 and result.out == "" and "facts/counts.yaml:3" in result.err


# --- a centre's overlay --------------------------------------------------------------------------


def write_overlay(folder: Path, text: str) -> Path:
    file = folder / "centre.yaml"
    file.write_text(text)
    return file


def test_an_overlay_changes_a_value_and_is_named_on_the_page(capsys: Captured, child: Path) -> None:
    text = "overlay: Example centre\nparameters:\n  platelets_severe: 10 10*9/L\n"
    overlay = write_overlay(child.parent, text)
    result = call(capsys, "plan", child, "--overlay", overlay)
    assert result.code == 0 and "overlay Example centre (" in " ".join(result.out.split())
    words = ("explain", child, "platelets_below_20")
    assert "platelets_below_20 is true" in call(capsys, *words).out
    assert "platelets_below_20 is false" in call(capsys, *words, "--overlay", overlay).out


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("overlay: X\nparameters: {platelets_sever: 10 10*9/L}\n", 11, "did you mean platelets_"),
        ("overlay: X\nparameters: {platelets_severe: 10 kg}\n", 11, "expected a value like"),
        ("overlay: X\nparameters: {platelets_severe: '10'}\n", 11, "expected a value like"),
        ("overlay: X\nparameters: {platelets_severe: [1]}\n", 11, "one value with a unit"),
        ("platelets_severe: 10 10*9/L\n", 11, "not an overlay"),
        ("overlay: [\n", 10, "not YAML"),
    ],
)
def test_a_wrong_overlay_says_what_was_expected(
    capsys: Captured, child: Path, text: str, code: int, says: str
) -> None:
    result = call(capsys, "plan", child, "--overlay", write_overlay(child.parent, text))
    assert result.code == code and says in result.err


def test_an_overlay_that_is_not_there_is_said(capsys: Captured, child: Path) -> None:
    assert call(capsys, "plan", child, "--overlay", child.parent / "none.yaml").code == 10
