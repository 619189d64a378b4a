"""Run `gentian` as a user does: in this process with `call`, or in a fresh one with `spawn`."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gentian.cli.demo import FIRST, read_example
from gentian.cli.main import main


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


def call(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Result:
    """Run a command line in this process."""
    try:
        code = main([str(word) for word in words])
    except SystemExit as error:
        code = int(error.code or 0)
    captured = capsys.readouterr()
    return Result(code, captured.out, captured.err)


def spawn(*words: str | Path, given: bytes = b"", **environment: str) -> Result:
    """Run a command line in a fresh process, with `given` on stdin."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "gentian", *map(str, words)],
        input=given,
        capture_output=True,
        env=kept | environment,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def write_child(folder: Path) -> Path:
    """The record of the first example as a file of the user's own."""
    file = folder / "child.yaml"
    file.write_bytes(read_example(FIRST))
    return file
