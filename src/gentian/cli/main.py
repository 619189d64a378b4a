"""The command `gentian`: find the command, run it, and turn what goes wrong into a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from .arguments import HELP, parse
from .output import print_text, silence


def run(words: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    sys.exit(main(sys.argv[1:] if words is None else words))


def main(words: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    _use_utf8()
    try:
        return _dispatch(words)
    except BrokenPipeError:  # the reader has seen enough
        silence()
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _report(error)


def _dispatch(words: Sequence[str]) -> int:
    if not words:
        print_text(HELP)
        return 0
    arguments = parse(words)
    module = import_module(f".{arguments.command}", __package__)  # only the room that is needed
    code: int = module.run(arguments)
    return code


def _use_utf8() -> None:
    """The same bytes on every machine, whatever its locale and the bytes in a file's name."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _report(error: Exception) -> int:
    from .failures import describe, say

    if os.environ.get("GENTIAN_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    failure = describe(error)
    for line in failure.lines:
        say(f"gentian: {line}")
    return failure.code
