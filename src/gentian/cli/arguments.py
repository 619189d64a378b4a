"""The command line: commands, options and the help that shows them by example."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import NoReturn

from gentian import __version__

from .failures import USAGE, say

HELP = """\
gentian: one person's record in, an individual and explained ALPS plan out.

  gentian demo                                   see a plan of an invented child
  gentian demo --record > child.yaml             the record behind it, typed in a minute
  gentian plan child.yaml                        the plan on one page
  gentian plan child.yaml --format html -o plan.html
  gentian plan bundle.json --as-of 2026-11-22    a FHIR R4 Bundle, read as of a day
  gentian explain child.yaml                     the statements, and what became of each
  gentian explain child.yaml STATEMENT           why, why not, and what would change it
  gentian dose child.yaml                        what levels say, and doses to consider
  gentian check                                  compile, test, review and prove the guideline
  gentian guideline book -o book                 the guideline as pages to read and search
  gentian guideline diff v1 HEAD                 what changed in it, and whose plans change

Every command explains itself with --help. Gentian supports professionals; it never gives orders.
"""
EXAMPLES = {
    "plan": "examples:\n"
    "  gentian plan child.yaml\n"
    "  gentian plan bundle.json --as-of 2026-11-22 --country GB --format html -o plan.html\n"
    "  cat bundle.json | gentian plan - --as-of 2026-11-22 --patient 123 --format json\n",
    "explain": "examples:\n  gentian explain child.yaml\n  gentian explain child.yaml STATEMENT\n",
    "dose": "examples:\n"
    "  gentian dose child.yaml\n"
    "  gentian dose child.yaml --target '5-10 ng/mL' --interval 12h\n"
    "  gentian dose child.yaml --format svg -o curve.svg\n"
    "  gentian dose --models\n",
    "check": "examples:\n"
    "  gentian check\n"
    "  gentian check --show coverage -o docs/coverage.md\n"
    "  gentian check --show safety-case -o docs/safety-case.md\n"
    "  gentian check --show stale\n",
    "guideline": "examples:\n"
    "  gentian guideline book -o book\n"
    "  gentian guideline diff HEAD~1 HEAD\n"
    "  gentian guideline diff old/guideline new/guideline --people records/\n",
    "demo": "examples:\n"
    "  gentian demo\n"
    "  gentian demo --format html -o plan.html\n"
    "  gentian demo --list\n"
    "  gentian demo --record > child.yaml\n",
}
FILE = "a form (YAML) or a FHIR R4 Bundle (JSON); - for stdin"


class Parser(ArgumentParser):
    """A parser whose messages repeat what was typed only as far as a terminal can bear it."""

    def error(self, message: str) -> NoReturn:
        """Say the usage and what is wrong with it; raises SystemExit(2)."""
        self.print_usage(sys.stderr)
        say(f"{self.prog}: error: {message}")
        raise SystemExit(USAGE)


def parse(words: Sequence[str]) -> Namespace:
    """Return the parsed command line; raises SystemExit(2) with a message on stderr."""
    return make_parser().parse_args(words)


def make_parser() -> ArgumentParser:
    """Return the parser of every command."""
    parser = Parser(
        prog="gentian",
        description=HELP,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gentian {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, says, add in (
        ("plan", "make the plan of one person", _add_plan),
        (
            "explain",
            "show why a statement is offered or not, and what would change it",
            _add_explain,
        ),
        ("dose", "say what measured levels mean, and which doses may be considered", _add_dose),
        (
            "check",
            "compile the guideline, run its test people, review it, prove its invariants",
            _add_check,
        ),
        ("guideline", "read the guideline as a book, and compare its versions", _add_guideline),
        ("demo", "make the plan of an invented person that ships with gentian", _add_demo),
    ):
        command = commands.add_parser(
            name,
            help=says,
            description=says[0].upper() + says[1:] + ".",
            epilog=EXAMPLES[name],
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if add is not None:
            add(command)
    return parser


def _add_plan(parser: ArgumentParser) -> None:
    _add_reading(parser)
    _add_format(parser, ("text", "html", "json"))


def _add_dose(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help=f"{FILE}; not needed for --models")
    _add_record(parser)
    parser.set_defaults(strict_criteria=False)
    parser.add_argument(
        "--target",
        metavar="RANGE",
        help="trough to aim at, `5-15 ng/mL`; without a unit in ng/mL, nmol/L is converted",
    )
    parser.add_argument(
        "--interval", metavar="24h", help="hours between doses to compare: 24h or 12h"
    )
    parser.add_argument("--model", metavar="ID", help="one model alone may lead; see --models")
    parser.add_argument(
        "--zone", metavar="Europe/Paris", help="time zone of the times on record (IANA)"
    )
    parser.add_argument(
        "--loading", action="store_true", help="say what the label has about a loading dose"
    )
    parser.add_argument(
        "--models",
        action="store_true",
        help="list the models and why each may lead or may not; with FILE, for this person",
    )
    parser.add_argument("--format", choices=("text", "html", "json", "svg"), default="text")
    parser.add_argument(
        "--all", action="store_true", help="text: everything, with the pharmacist's part"
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="write to this file, whole or not at all"
    )


def _add_check(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--show",
        choices=("coverage", "safety-case", "stale"),
        help="print what became of every id of the evidence, the hazards and their controls, or the ids "
        "that coverage.yaml lists although an entry cites them by now",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="write what is shown to this file, whole or not at all",
    )


def _add_explain(parser: ArgumentParser) -> None:
    _add_reading(parser)
    parser.add_argument(
        "statement",
        metavar="STATEMENT",
        nargs="?",
        help="id of a statement or a criterion; without it, all statements are listed",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_guideline(parser: ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="part", metavar="PART", required=True)
    says = "show what differs between two versions, and the people whose plans change"
    part = parts.add_parser("diff", help=says, description=f"{says.capitalize()}.")
    _add_versions(part)
    says = "write it as pages: each statement with its condition, test people and sources"
    part = parts.add_parser("book", help=says, description=f"{says.capitalize()}.")
    part.add_argument("-o", "--output", metavar="DIR", required=True, help="a new or empty folder")


def _add_versions(part: ArgumentParser) -> None:
    version = "a folder of YAML, a compiled.json, or a revision of this checkout"
    part.add_argument("before", metavar="A", help=version)
    part.add_argument("after", metavar="B", help=version)
    part.add_argument("--people", metavar="DIR", help="records to compare; else the invented ones")
    part.add_argument("--format", choices=("text", "json"), default="text")
    part.add_argument(
        "-o", "--output", metavar="OUT", help="write to this file, whole or not at all"
    )


def _add_demo(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="one of --list; else the first")
    parser.add_argument("--list", action="store_true", help="list the invented people")
    parser.add_argument("--record", action="store_true", help="print the record, not the plan")
    _add_format(parser, ("text", "html", "json"))


def _add_format(parser: ArgumentParser, formats: Sequence[str]) -> None:
    parser.add_argument("--format", choices=formats, default=formats[0])
    parser.add_argument("--all", action="store_true", help="text: everything, with reasons")
    parser.add_argument(
        "--book", metavar="DIR", help="html: link every line to this book (or https address)"
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT", help="write to this file, whole or not at all"
    )


def _add_reading(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=FILE)
    _add_record(parser)
    parser.add_argument(
        "--strict-criteria",
        action="store_true",
        help="an exclusion nobody recorded is unknown instead of a qualifier",
    )


def _add_record(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", metavar="DATETIME", help="index time, e.g. 2026-11-22; no clock is ever read"
    )
    parser.add_argument("--country", metavar="US", help="for what differs between countries")
    parser.add_argument("--overlay", metavar="FILE", help="a centre's own values (YAML)")
    parser.add_argument("--patient", metavar="ID", help="whose chart, if the record holds several")
    parser.add_argument(
        "--strict", action="store_true", help="refuse a record with unusable entries"
    )
