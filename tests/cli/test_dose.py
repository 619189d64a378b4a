"""`gentian dose`: what may be asked for, in which form it is answered, and how a refusal leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gentian.cli import dose
from gentian.cli.demo import read_example
from gentian.cli.failures import Failure
from gentian.cli.wishes import find_level, read_interval, read_target
from gentian.language.loader import load_guideline
from gentian.pharmacokinetics.report import Consult
from tests.cli.commands import call, spawn, write_child
from tests.documents.consults import make_consult, make_context, make_crowded, make_refused

Captured = pytest.CaptureFixture[str]
LEVEL = find_level(load_guideline())
AZOLE = "azole-on-sirolimus"
LEADER = "sirolimus.cheng-2020"
LEVELS = """\
gentian: chart 1
person: example-levels
born: 2018-02-03
sex: male
as_of: 2026-11-20T10:00
complete: {medicines: 2026-11-20, procedures: 2026-11-20}
results:
  - 2026-11-20: {weight: 24 kg, height: 122 cm, bilirubin: 9 umol/L}
  - 2026-10-20T07:30: {sirolimus-trough: {value: 3.4 ng/mL, method: LC-MS/MS}}
  - 2026-11-17T07:40: {sirolimus-trough: {value: 3.9 ng/mL, method: LC-MS/MS}}
findings:
  - alps-diagnosis-recorded: since 2019
medicines:
  - sirolimus-solution-1: 1 mL daily at 08:00 since 2026-09-12
"""


@pytest.fixture
def child(tmp_path: Path) -> Path:
    return write_child(tmp_path)


@pytest.fixture
def levels(tmp_path: Path) -> Path:
    file = tmp_path / "levels.yaml"
    file.write_text(LEVELS, encoding="utf-8")
    return file


@pytest.fixture
def azole(tmp_path: Path) -> Path:
    file = tmp_path / "azole.yaml"
    file.write_bytes(read_example(AZOLE))
    return file


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The consult is made by hand; what it was asked for is kept, and `answer` may be replaced."""
    kept: dict[str, Any] = {"answer": make_consult()}

    def answer(request: object, arguments: Any, target: object, interval: object) -> Consult:
        kept.update(target=target, interval=interval, model=arguments.model, zone=arguments.zone)
        consult: Consult = kept["answer"]
        return consult

    monkeypatch.setattr(dose, "consult_person", answer)
    return kept


# --- a target ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("5-15", (5.0, 15.0)),
        ("5 - 15 ng/mL", (5.0, 15.0)),
        ("5–15 ug/L", (5.0, 15.0)),
        ("5 to 15ng/mL", (5.0, 15.0)),
        ("2.5-7.5", (2.5, 7.5)),
        ("5000-15000 ng/L", (5.0, 15.0)),
    ],
)
def test_a_target_is_two_numbers_with_or_without_a_unit(
    text: str, target: tuple[float, float]
) -> None:
    assert read_target(text, LEVEL) == target


def test_a_molar_target_is_converted() -> None:
    target = read_target("5.5-16.4 nmol/L", LEVEL)
    assert target == pytest.approx((5.5 * 0.9142, 16.4 * 0.9142), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("15-5", "from low to high"),
        ("5-5", "not the same twice"),
        ("0-15", "above nought"),
        ("-5-15", "below nought"),
        ("5--15", "below nought"),
        ("50-150", "above 100 ng/mL"),
        ("5-15 mg", "they measure different things; write ng/mL"),
        ("5-15 mg/L", "above 100 ng/mL"),
        ("5,5-16,4", "not a range"),
        ("5", "not a range"),
        ("", "not a range"),
        ("about five", "such as `5-15 ng/mL`"),
        ("٥-١٥", "not a range"),
        ("5-15 bananas", "nmol/L"),
        ("1e400-2e400", "not a range"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused_with_how_to_write_one(
    text: str, says: str
) -> None:
    with pytest.raises(Failure) as caught:
        read_target(text, LEVEL)
    assert caught.value.code == 2 and says in caught.value.lines[0], caught.value.lines
    assert caught.value.lines[0].startswith("--target ")


@given(st.text(max_size=30))
def test_no_target_is_a_crash(text: str) -> None:
    try:
        found = read_target(text, LEVEL)
    except Failure as failure:
        assert failure.code == 2
    else:
        assert found is not None and 0 < found[0] < found[1] <= 100


@pytest.mark.parametrize(("text", "hours"), [("24h", 24.0), ("12 H", 12.0), (None, None)])
def test_an_interval(text: str | None, hours: float | None) -> None:
    assert read_interval(text) == hours


@pytest.mark.parametrize("text", ["8h", "24", "daily", "", "-24h", "24hh"])
def test_another_interval_is_refused_with_those_that_may_be_asked_for(text: str) -> None:
    with pytest.raises(Failure, match="expected 24h or 12h"):
        read_interval(text)


def test_what_is_asked_for_reaches_the_consult(
    capsys: Captured, child: Path, asked: dict[str, Any]
) -> None:
    words = ("--target", "5-10", "--interval", "12h", "--model", LEADER, "--zone", "Europe/Paris")
    assert call(capsys, "dose", child, *words).code == 0
    del asked["answer"]
    assert asked == {"target": (5, 10), "interval": 12, "model": LEADER, "zone": "Europe/Paris"}


def test_a_slip_in_an_option_needs_no_record(capsys: Captured, tmp_path: Path) -> None:
    result = call(capsys, "dose", tmp_path / "none.yaml", "--target", "15-5")
    assert result.code == 2 and result.err.startswith("gentian: --target 15-5: from low to high")


# --- forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", "CONSULT for p-7f3a"),
        ("html", "<!doctype html>"),
        ("json", '{\n  "gentian"'),
        ("svg", '<svg xmlns="http://www.w3.org/2000/svg"'),
    ],
)
def test_each_form(
    capsys: Captured, child: Path, asked: dict[str, Any], form: str, begins: str
) -> None:
    result = call(capsys, "dose", child, "--format", form)
    assert (result.code, result.err) == (0, "")
    assert result.out.lstrip().startswith(begins) and result.out.endswith("\n")


def test_the_whole_page_has_the_pharmacists_part(
    capsys: Captured, child: Path, asked: dict[str, Any]
) -> None:
    assert "PHARMACIST" in call(capsys, "dose", child, "--all").out
    assert "PHARMACIST" not in call(capsys, "dose", child).out


def test_it_is_written_to_a_file_for_the_owner_alone_and_never_over_the_record(
    capsys: Captured, child: Path, asked: dict[str, Any]
) -> None:
    out = child.parent / "curve.svg"
    result = call(capsys, "dose", child, "--format", "svg", "-o", out)
    assert (result.code, result.out) == (0, "") and out.stat().st_mode & 0o077 == 0
    assert call(capsys, "dose", child, "-o", child).code == 2


# --- refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "html", "json", "svg"])
def test_a_refusal_is_written_all_the_same_and_leaves_with_15(
    capsys: Captured, child: Path, asked: dict[str, Any], form: str
) -> None:
    asked["answer"] = make_refused()
    result = call(capsys, "dose", child, "--format", form)
    assert result.code == 15
    assert "Voriconazole raises the exposure" in " ".join(result.out.split())
    assert result.err.count("\n") == 1
    assert result.err.startswith("gentian: dose refused for safety: Voriconazole raises")
    assert "2 mg once daily" not in result.out


def test_several_refusals_are_counted(capsys: Captured, child: Path, asked: dict[str, Any]) -> None:
    asked["answer"] = replace(make_refused(), said=make_refused().said * 3)
    assert call(capsys, "dose", child).err.rstrip().endswith("(and 2 more)")


def test_a_refusal_to_a_file_still_says_why_on_stderr(
    capsys: Captured, child: Path, asked: dict[str, Any]
) -> None:
    asked["answer"] = make_refused()
    out = child.parent / "page.html"
    result = call(capsys, "dose", child, "--format", "html", "-o", out)
    assert result.code == 15 and out.is_file() and "refused for safety" in result.err


@pytest.mark.parametrize("make", [make_context, make_crowded])
def test_without_a_refusal_the_code_is_0(
    capsys: Captured, child: Path, asked: dict[str, Any], make: Any
) -> None:
    asked["answer"] = make()
    assert call(capsys, "dose", child).code == 0


# --- models ----------------------------------------------------------------------------------------


def test_the_models_are_listed_without_a_record(capsys: Captured) -> None:
    result = call(capsys, "dose", "--models")
    guideline = load_guideline()
    assert result.code == 0
    for model in guideline.models.values():
        assert model.model in result.out
        assert model.use == "dosing" or model.because[:20] in " ".join(result.out.split())
    assert max(map(len, result.out.splitlines())) <= 100


def test_models_that_may_lead_come_first(capsys: Captured) -> None:
    lines = call(capsys, "dose", "--models").out.splitlines()
    shapes = [line[0] for line in lines if line[0] in "●○–"]
    assert shapes == sorted(shapes, key="●○–".index) and shapes[0] == "●"


def test_with_a_record_the_list_is_about_that_person(
    capsys: Captured, child: Path, asked: dict[str, Any]
) -> None:
    out = call(capsys, "dose", child, "--models").out
    assert "Models for p-7f3a" in out
    assert "– sirolimus.golubovic-2019 Golubovic 2019;" in " ".join(out.split())
    assert "this child is 7" in " ".join(out.split())


def test_neither_a_record_nor_the_list_is_a_wrong_use(capsys: Captured) -> None:
    result = call(capsys, "dose")
    assert result.code == 2 and "gentian dose FILE" in result.err
    assert call(capsys, "dose", "--models", "--format", "json").code == 2


# --- with the consult itself --------------------------------------------------------------------------


def test_two_levels_of_a_child_give_doses_with_chances(capsys: Captured, levels: Path) -> None:
    result = call(capsys, "dose", levels, "--target", "5-15", "--format", "json")
    found = json.loads(result.out)
    assert result.code == 0, result.err
    assert (found["target"]["low"], found["target"]["high"]) == (5.0, 15.0)
    assert found["target"]["unit"] == "ng/mL"
    assert found["options"] and found["label"] and found["figure"]


def test_the_target_asked_for_is_repeated_with_its_unit(capsys: Captured, levels: Path) -> None:
    page = call(capsys, "dose", levels, "--target", "5.5-16.4 nmol/L").out
    words = " ".join(page.split())
    assert "for a target of 5.03 to 14.99 ng/mL" in words
    assert "given with this request, converted from 5.5 to 16.4 nmol/L" in words
    own = call(capsys, "dose", levels, "--target", "5-15 ng/mL").out
    assert "for a target of 5 to 15 ng/mL" in own and "converted" not in own


@pytest.mark.parametrize(
    ("wished", "near", "because"),
    [
        ("jiao", "sirolimus.jiao-2009 (cannot be chosen: ", "The dose is a covariate"),
        ("cheng", "near to it: sirolimus.cheng-2020", ""),
        ("sirolimus.cheng-2002", "sirolimus.cheng-2020", ""),
    ],
)
def test_a_model_that_does_not_exist_names_those_near_to_it(
    capsys: Captured, tmp_path: Path, wished: str, near: str, because: str
) -> None:
    result = call(capsys, "dose", tmp_path / "none.yaml", "--model", wished)
    assert result.code == 2 and result.out == ""
    assert near in result.err and because in result.err and "sirolimus.fan-2024" in result.err


def test_an_azole_beside_the_medicine_is_refused(capsys: Captured, azole: Path) -> None:
    result = call(capsys, "dose", azole)
    assert result.code == 15 and "refused for safety" in result.err
    assert "DOSES CONSIDERED" not in result.out and "PROTOCOL" not in result.out


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--model", "sirolimus.nobody-1999", "sirolimus.cheng-2020"),
        ("--model", "sirolimus.jiao-2009", "cannot be chosen"),
        ("--zone", "Mars/Olympus", "such as Europe/Berlin"),
        ("--zone", "../../etc/passwd", "unknown time zone"),
    ],
)
def test_a_wrong_wish_is_a_sentence(
    capsys: Captured, levels: Path, option: str, value: str, says: str
) -> None:
    result = call(capsys, "dose", levels, option, value)
    assert (result.code, result.out) == (2, "")
    assert says in result.err and "Traceback" not in result.err


def test_the_same_record_gives_the_same_bytes_in_another_process(levels: Path) -> None:
    first = spawn("dose", levels, "--format", "json", PYTHONHASHSEED="1")
    second = spawn("dose", levels, "--format", "json", PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert first.code == 0 and first.out == second.out


@pytest.mark.parametrize("words", [("dose", "--models"), ("plan",)])
def test_numerics_are_loaded_for_a_consult_alone(child: Path, words: tuple[str, ...]) -> None:
    code = (
        "import sys; from gentian.cli.main import main; main(sys.argv[1:]); "
        "print('numpy' in sys.modules, file=sys.stderr)"
    )
    given = [child] if words == ("plan",) else []
    line = [sys.executable, "-c", code, *words, *given]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stderr == "False\n"
