"""`gentian plan`: formats, stdin, files that are whole or not there, and every exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


def test_the_record_on_stdin_is_never_overwritten(child: Path) -> None:
    before = child.read_bytes()
    words = [sys.executable, "-m", "gentian", "plan", "-", "-o", str(child)]
    with child.open("rb") as stdin:
        done = subprocess.run(words, stdin=stdin, capture_output=True, check=False)
    assert done.returncode == 2 and b"overwrite the record" in done.stderr
    assert child.read_bytes() == before


def test_the_overlay_is_never_overwritten(capsys: Captured, child: Path) -> None:
    text = "overlay: X\nparameters: {platelets_severe: 10 10*9/L}\n"
    overlay = write_overlay(child.parent, text)
    result = call(capsys, "plan", child, "--overlay", overlay, "-o", overlay)
    assert result.code == 2 and "or the overlay" in result.err
    assert overlay.read_text() == text


def test_links_in_a_circle_cannot_be_written(capsys: Captured, child: Path) -> None:
    link = child.parent / "link.txt"
    link.symlink_to(link)
    result = call(capsys, "plan", child, "-o", link)
    assert result.code == 2 and result.err.startswith(f"gentian: cannot write {link}"[:60])


@pytest.mark.parametrize("words", [("plan",), ("demo",), ("demo", "--list"), ()])
def test_a_full_disk_is_said(child: Path, words: tuple[str, ...]) -> None:
    full = [sys.executable, "-m", "gentian", *words, *([child] if "plan" in words else [])]
    with Path("/dev/full").open("wb") as stdout:
        done = subprocess.run(full, stdout=stdout, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert b"cannot write the result: No space left" in done.stderr


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
        (["--as-of", "2026-11-22T09:00Z"], "give local wall-clock time without an offset"),
        (["--as-of", "2026-11-22T09:00:30+01:00"], "without an offset"),
        (["--as-of", "2001-02-03"], "--as-of 2001-02-03: before the person was born"),
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


# --- what may be wrong with the bytes and the names -----------------------------------------------


@pytest.mark.parametrize("words", [("plan", "/dev/zero"), ("plan", "x", "--overlay", "/dev/zero")])
def test_a_device_without_end_is_too_large(words: tuple[str, ...]) -> None:
    result = spawn(*words)
    assert result.code == 10 and "too large" in result.err


def test_stdin_without_end_is_too_large() -> None:
    with Path("/dev/zero").open("rb") as stdin:
        words = [sys.executable, "-m", "gentian", "plan", "-"]
        done = subprocess.run(words, stdin=stdin, capture_output=True, check=False)
    assert done.returncode == 10 and b"stdin: too large" in done.stderr


def test_a_closed_stdin_is_said() -> None:
    words = f"exec {sys.executable} -m gentian plan - <&-"
    done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, check=False)
    assert done.returncode == 10 and b"stdin is closed" in done.stderr


def test_a_name_that_is_too_long_cannot_be_opened(capsys: Captured) -> None:
    result = call(capsys, "plan", "x" * 3000)
    assert result.code == 10 and "cannot be opened" in result.err
    assert max(map(len, result.err.splitlines())) <= 300


def test_a_name_may_hold_any_bytes(child: Path) -> None:
    odd = child.parent / os.fsdecode(b"child-\xff.yaml")
    try:
        odd.write_bytes(child.read_bytes())
    except OSError:  # a file system that takes no such name cannot give one to gentian either
        odd = child
    for form in ("text", "html", "json"):
        assert spawn("plan", odd, "--format", form).code == 0
    for words in (("plan", b"\xff"), ("plan", child, "--country", b"\xff"), (b"\xff",)):
        result = spawn(*(os.fsdecode(word) for word in words))
        assert result.code in (2, 10)
        assert "\\xff" in result.err or r"'\udcff'" in result.err  # as a byte, or quoted
        assert "Traceback" not in result.err


def test_a_message_steers_no_terminal_and_stays_short(capsys: Captured, child: Path) -> None:
    bad = "\x1b[31m\u202e" + "y" * 5000
    for words in (
        ("plan", child, "--as-of", bad),
        ("plan", child, "--format", bad),
        ("plan", child, "-o", f"no/{bad}"),
        ("explain", child, bad),
        (bad,),
    ):
        result = call(capsys, *words)
        assert result.code == 2 and "\x1b" not in result.err and "\u202e" not in result.err
        assert max(map(len, result.err.splitlines())) <= 300


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
        ("overlay: ''\nparameters: {platelets_severe: 10 10*9/L}\n", 11, "not an overlay"),
        ("overlay: [\n", 10, "centre.yaml:"),
        ("", 10, "empty; expected `overlay: name"),
        ("overlay: X\nparameters: {platelets_severe: -15 10*9/L}\n", 11, "not above zero"),
        ("overlay: X\nparameters: {platelets_severe: 0 10*9/L}\n", 11, "own value is `20 10*9/L`"),
        ("overlay: X\nparameters: {platelets_severe: 2001 10*9/L}\n", 11, "own value `20 10*9/L`"),
        ("overlay: X\nparameters: {platelets_severe: 20 /uL}\n", 11, "more than 100 times away"),
        ("overlay: X\noverlay: Y\nparameters: {}\n", 11, "'overlay' is given twice"),
        (
            "overlay: X\nparameters:\n  hlh_fever: 38 Cel\n  hlh_fever: 39 Cel\n",
            11,
            "'hlh_fever' is given twice (first on line 3)",
        ),
        ("overlay: &name X\nparameters: {}\n", 11, "an anchor or alias"),
        ("overlay: !!str X\nparameters: {}\n", 11, "a tag (!)"),
    ],
)
def test_a_wrong_overlay_says_what_was_expected(
    capsys: Captured, child: Path, text: str, code: int, says: str
) -> None:
    result = call(capsys, "plan", child, "--overlay", write_overlay(child.parent, text))
    assert result.code == code and says in result.err


def test_an_overlay_that_is_not_there_is_said(capsys: Captured, child: Path) -> None:
    assert call(capsys, "plan", child, "--overlay", child.parent / "none.yaml").code == 10
