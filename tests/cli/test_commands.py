"""The command line as a whole, and the commands explain, check and demo."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from gentian import __version__, examples
from gentian.cli import check, output
from gentian.cli.arguments import make_parser
from gentian.cli.demo import list_examples
from tests.cli.commands import call, spawn, write_child

Captured = pytest.CaptureFixture[str]
COMMANDS = ("plan", "explain", "check", "demo")


@pytest.fixture
def child(tmp_path: Path) -> Path:
    return write_child(tmp_path)


def test_bare_gentian_prints_help_with_examples(capsys: Captured) -> None:
    result = call(capsys)
    assert result.code == 0 and "gentian demo" in result.out
    assert all(f"gentian {command}" in result.out for command in COMMANDS)
    assert max(map(len, result.out.splitlines())) <= 100


def test_version(capsys: Captured) -> None:
    assert call(capsys, "--version").out == f"gentian {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys: Captured, command: str) -> None:
    result = call(capsys, command, "--help")
    assert result.code == 0 and result.out.startswith(f"usage: gentian {command}")


def test_an_unknown_command_names_the_known_ones(capsys: Captured) -> None:
    result = call(capsys, "plna")
    assert result.code == 2 and all(command in result.err for command in COMMANDS)


def test_a_text_plan_loads_no_library_it_does_not_need(child: Path) -> None:
    code = (
        "import sys; from gentian.cli.main import main; main(sys.argv[1:]); "
        "print(sorted({'jinja2', 'sqlglot', 'duckdb'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "plan", child], capture_output=True, text=True, check=True
    )
    assert done.stderr == "[]\n"


def test_a_reader_who_stops_is_no_error(child: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gentian", "plan", child, "--all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# --- colour --------------------------------------------------------------------------------------


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A terminal that has not asked for plain text."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    return monkeypatch


def test_a_terminal_gets_colour(terminal: pytest.MonkeyPatch) -> None:
    assert output.wants_colour(None)
    assert not output.wants_colour("plan.txt")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_asks_for_plain_text_gets_it(
    terminal: pytest.MonkeyPatch, name: str, value: str
) -> None:
    terminal.setenv(name, value)
    assert not output.wants_colour(None)


def test_a_pipe_gets_plain_text(child: Path) -> None:
    assert "\x1b" not in spawn("plan", child).out


# --- explain -------------------------------------------------------------------------------------


def test_without_a_statement_all_are_listed(capsys: Captured, child: Path) -> None:
    lines = call(capsys, "explain", child).out.splitlines()
    assert len(lines) > 100 and max(map(len, lines)) <= 100
    assert "sirolimus-long-term" in {line.split()[1] for line in lines}


def test_a_statement_is_explained_down_to_the_record(capsys: Captured, child: Path) -> None:
    result = call(capsys, "explain", child, "splenectomy-avoid")
    assert result.code == 0
    for part in (
        "Outcome: offer",
        "WHY\n",
        "[line 11: platelets: 18",
        "WHAT WOULD CHANGE IT",
        "FROM",
    ):
        assert part in result.out
    assert max(map(len, result.out.splitlines())) <= 100


def test_a_look_alike_is_explained_also_where_the_plan_only_names_it(
    capsys: Captured, child: Path
) -> None:
    result = call(capsys, "explain", child, "gaucher-disease")
    assert (result.code, result.err) == (0, "")
    page = " ".join(result.out.split())
    assert "Beta-glucosidase (leukocytes or dried blood spot)" in page
    assert "only named in the plan: nothing points to it, but not all is asked" in page
    result = call(capsys, "explain", child, "gaucher-disease", "--format", "json")
    assert json.loads(result.out)["not_asked"][-1]["cost"] == "send-out"


def test_a_criterion_is_explained_too(capsys: Captured, child: Path) -> None:
    result = call(capsys, "explain", child, "severe_thrombocytopenia")
    assert "✓ severe_thrombocytopenia is true" in result.out
    assert "were false → false" in result.out


def test_a_response_is_explained_by_its_level(capsys: Captured) -> None:
    record = Path(examples.__file__).with_name("sirolimus-answer-lost.yaml")
    told = call(capsys, "explain", record, "platelets:sirolimus").out
    assert "platelets_lost_on_sirolimus is true" in told
    assert "best platelets on sirolimus at least 30 ×10^9/L: 140 ×10^9/L on 2026-07-14" in " ".join(
        told.split()
    )


def test_an_explanation_as_json(capsys: Captured, child: Path) -> None:
    result = call(capsys, "explain", child, "splenectomy-avoid", "--format", "json")
    found = json.loads(result.out)
    assert found["statement"]["id"] == "splenectomy-avoid" and found["tree"]["op"]
    listed = json.loads(call(capsys, "explain", child, "--format", "json").out)
    assert {"statement": "splenectomy-avoid", "outcome": "offer"} in listed


def test_an_unknown_statement_suggests_near_ones(capsys: Captured, child: Path) -> None:
    result = call(capsys, "explain", child, "splenectomy-avoit")
    assert result.code == 2 and "did you mean splenectomy-avoid" in result.err
    assert "lists them" in call(capsys, "explain", child, "zzzzzzzz").err


# --- check ---------------------------------------------------------------------------------------


def test_the_guideline_passes_its_own_check(capsys: Captured) -> None:
    result = call(capsys, "check")
    assert result.code == 0, result.out
    assert "test people agree with the guideline" in result.out
    assert "invariants are proved of everybody" in result.out.splitlines()[-1]


def test_a_test_person_who_disagrees_fails_the_check(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = "criteria/problems.yaml:9: low: expected true, found unknown"
    monkeypatch.setattr(check, "run_specs", lambda guideline: [failed])
    result = call(capsys, "check")
    assert result.code == 13 and f"✕ {failed}" in result.out


def test_without_the_compiler_check_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gentian.language.compiler", None)
    with pytest.raises(check.Failure, match=r"gentian\[author\]"):
        check.run(Namespace(show=None))


# --- demo ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list_examples())
def test_every_example_makes_a_plan(capsys: Captured, name: str) -> None:
    result = call(capsys, "demo", name)
    assert result.code == 0 and result.out.startswith("PLAN for ")
    assert result.out.count("\n") <= 60


def test_the_record_of_the_demo_makes_the_plan_of_the_demo(capsys: Captured, child: Path) -> None:
    record = call(capsys, "demo", "--record").out
    assert record.encode() == child.read_bytes()
    assert call(capsys, "demo").out == call(capsys, "plan", child).out


def test_the_list_of_examples(capsys: Captured) -> None:
    lines = call(capsys, "demo", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == list_examples()
    assert all(len(line.split()) > 3 for line in lines)


def test_an_unknown_example_names_the_known_ones(capsys: Captured) -> None:
    result = call(capsys, "demo", "nobody")
    assert result.code == 2 and list_examples()[0] in result.err


def test_every_option_has_a_help_text() -> None:
    parser = make_parser()
    commands = next(action for action in parser._actions if action.choices)
    for name, command in (commands.choices or {}).items():
        for action in command._actions:
            assert action.help or action.choices, (name, action.option_strings)
