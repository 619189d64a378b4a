"""The plan as one HTML file: no script, no request, for screen, phone and paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gentian.language.wording import say_quantity
from gentian.plan.judgement import SILENT
from gentian.plan.model import Leaf, Plan, ReadingNote, Statement

from . import look_alikes as mimics
from . import page as arrangement
from .entries import list_missing
from .forecast_short import COMMAND, label_forecast, name_forecast, say_next
from .lines import clean, scrub
from .relatives import find_shape, say_life
from .responses import label_level, list_remarks, say_time
from .vaccines import say_answer

LEVEL_TONES = {"complete": "offer", "partial": "offer", "lost": "alarm", "none": "alarm"}
TONES = {
    "recommend": "offer",
    "consider": "offer",
    "prevent": "offer",
    "do-not-start": "alarm",
    "hold": "alarm",
    "discontinue": "alarm",
    "warn": "alarm",
    "avoid": "caution",
    "last-resort": "caution",
    "taper": "caution",
    "change-dose": "caution",
}
VISITS = {"overdue": "▲", "due": "●"}
TITLES = {
    "refused": "Refused: not in this plan",
    "confirm": "Please confirm",
    "not-used": "In the record, not used",
    "changed": "In the record, changed on reading",
}
FIRST = ("refused", "confirm")  # groups of notes that stand above the diagnosis
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes of the reading report of one group; `first` ones stand near the top."""

    id: str
    title: str
    shape: str
    first: bool
    notes: list[ReadingNote]


def render_html(plan: Plan, book: str = "") -> str:
    """Return the whole page as one self-contained HTML document.

    book: where the pages of the guideline stand (a folder or an address); every line then leads there.
    """
    page = arrangement.arrange(plan)
    return (
        make_environment()
        .get_template("plan.html.j2")
        .render(
            plan=plan,
            page=page,
            book_at=book.rstrip("/"),
            running=_say_running(plan),
            problems=arrangement.group_problems(plan.problems),
            empty_rows=arrangement.group_empty_rows(page.rows),
            reading=arrangement.count_reading(plan.reading.counts) or "nothing read",
            notes=_group_notes(page.notes),
            look_alikes=[item for item in plan.look_alikes if not item.folded],
            only_named=mimics.group_folded(plan.look_alikes),
            anchor=_make_anchors(plan.statements),
            known={source.id for source in plan.sources},
        )
    )


@cache
def make_environment() -> Environment:
    """The environment of every page: strict, escaped, with the words and shapes of a plan."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "css_string": quote_css,
        "is_link": _is_link,
        "quantity": say_quantity,
        "window": _say_bound,
        "safe_script": Markup,
    }
    environment.globals |= {
        "answers": arrangement.ANSWERS,
        "columns": arrangement.COLUMNS,
        "dose_command": COMMAND,
        "footer": arrangement.FOOTER,
        "held": arrangement.HELD,
        "level_tones": LEVEL_TONES,
        "tiers": arrangement.TIERS,
        "look_alike_state": mimics.find_state,
        "visits": VISITS,
        "all_cites": arrangement.list_cites,
        "because": _say_because,
        "checks": arrangement.list_checks,
        "kin_shape": find_shape,
        "label_forecast": label_forecast,
        "label_level": label_level,
        "name_forecast": name_forecast,
        "remarks": list_remarks,
        "response_time": say_time,
        "label": arrangement.label_statement,
        "life": say_life,
        "missing": list_missing,
        "mechanism": arrangement.say_mechanism,
        "name": arrangement.name_statement,
        "next_level": say_next,
        "places": _say_places,
        "inferred": arrangement.say_inferred,
        "recorded": arrangement.list_recorded,
        "variant_name": arrangement.say_variant_name,
        "reasons_held": arrangement.list_reasons_held,
        "say_vaccine": say_answer,
        "tone": _find_tone,
    }
    return environment


def _finalize(value: object) -> object:
    """Text of a record may hold control characters; none of them belongs on a page."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else scrub(value)


def quote_css(text: str) -> Markup:
    """Return text as a CSS string in which nothing can end the string or the style sheet."""
    escaped = "".join(
        character if re.match(r"[A-Za-z0-9 ]", character) else f"\\{ord(character):x} "
        for character in clean(text)
    )
    return Markup(f'"{escaped}"')  # noqa: S704 - every character but letters, digits and space is escaped


def _say_bound(text: str) -> str:
    """A bound of a window: `-7 d` → `7 days before`, `0 d` → `that day`; a parameter by its name."""
    amount = text.removeprefix("-")
    if amount.split()[0] == "0":
        return "that day"
    parameter = amount.startswith("{")
    said = amount.strip("{}").replace("_", " ") if parameter else say_quantity(amount)
    return f"{said} {'before' if text.startswith('-') else 'after'}"


def _is_link(url: str) -> bool:
    return re.match(r"https?://[^\s<>\"']+$", url) is not None


def _say_running(plan: Plan) -> str:
    """Title of the page and running head in print: who, as of when, by which version."""
    version = f"guideline {plan.guideline.version} ({plan.guideline.hash[:12]})"
    return f"{plan.person.id} · as of {plan.as_of} · {version} · gentian {plan.gentian}"


def _say_because(leaves: Iterable[Leaf]) -> str:
    said = list(dict.fromkeys(map(arrangement.say_leaf, leaves)))
    more = len(said) - MOST_REASONS
    return "; ".join([*said[:MOST_REASONS], *([f"{more} more"] if more > 0 else [])])


def _say_places(leaves: Iterable[Leaf]) -> str:
    return ", ".join(arrangement.find_places(leaves)[:MOST_REASONS])


def _find_tone(statement: Statement) -> str:
    """The colour of a label; the shape and the word say the same without it."""
    if statement.outcome in arrangement.HELD or statement.outcome in SILENT:
        return "held"
    if statement.outcome == "cannot-tell":
        return "caution"
    return TONES.get(statement.kind, "held")


def _group_notes(notes: Iterable[ReadingNote]) -> list[NoteGroup]:
    groups: dict[str, list[ReadingNote]] = {}
    for note in notes:
        groups.setdefault(note.group, []).append(note)
    return [
        NoteGroup(
            id=group,
            title=f"{TITLES.get(group, group)} ({len(items)})",
            shape=arrangement.NOTES.get(group, ("–", group))[0],
            first=group in FIRST,
            notes=items,
        )
        for group, items in groups.items()
    ]


def _make_anchors(statements: Iterable[Statement]) -> Callable[[Statement], str]:
    """Give each statement an anchor of its own: its id, with its item, and a number if repeated."""
    anchors: dict[int, str] = {}
    taken: dict[str, int] = {}
    for statement in statements:
        slug = re.sub(r"[^A-Za-z0-9_-]+", "-", arrangement.name_statement(statement))
        taken[slug] = taken.get(slug, 0) + 1
        anchors[id(statement)] = f"s-{slug}" + (f"-{taken[slug]}" if taken[slug] > 1 else "")
    return lambda statement: anchors[id(statement)]
