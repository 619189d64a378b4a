"""A consult as a text page: the finding first, at most 60 lines of 100 columns; the rest under `--all`.

The tables of levels and of doses keep their place; what is said around them is folded where it does not fit,
and what is cut says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gentian.pharmacokinetics.report import Consult, DoseOption, LevelLine, ModelLine, Said

from .entries import bracket, print_cites
from .forecast_curve import list_rows
from .forecast_wording import (
    BAND,
    FOOTER,
    KINDS,
    MODEL_USES,
    NO_LABEL,
    REFUSED,
    STATUSES,
    choose_options,
    find_shape,
    label_model,
    list_options,
    restrict,
    say_band,
    say_hours,
    say_label,
    say_mark,
    say_model,
    say_model_briefly,
    say_portion,
    say_share,
    say_target,
    say_use,
    say_when,
    sort_said,
)
from .lines import (
    MARGIN,
    WIDTH,
    Entry,
    Line,
    Section,
    clip,
    fit,
    measure,
    paint,
    print_whole,
    space,
    wrap,
)

HEIGHT = 60
CURVE = "The curve: --format html or svg; its numbers and the pharmacist's part: --all."
MORE = "the rest: --all"


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the tables is printed: rows of levels and of doses, and lines of each row."""

    levels: int
    options: int
    lines: int
    whole: bool = False


WHOLE = Room(10**6, 10**6, 10**6, whole=True)
ROOMS = (Room(6, 8, 2), Room(6, 8, 1), Room(4, 6, 1), Room(3, 5, 1))  # the first that fits


def render_text(consult: Consult, whole: bool = False, colour: bool = False) -> str:
    """Return the page of a consult, ending in a newline.

    whole: print everything, with the pharmacist's part, the table of the curve and the sources.
    """
    consult = restrict(consult)
    head, foot = _print_head(consult), _print_foot(consult, whole)
    if whole:
        parts = list(_list_parts(consult, WHOLE))
        blocks = [print_whole(part) if isinstance(part, Section) else part for part in parts]
        lines = space([head, *blocks, foot], budget=10**6)
    else:
        left = HEIGHT - len(head) - len(foot)
        parts = _choose_parts(consult, left)
        tables = sum(len(part) for part in parts if not isinstance(part, Section))
        lines = space([head, *_fit(parts, left - tables), foot], HEIGHT)
    return "".join((paint(line) if colour else line.text) + "\n" for line in lines)


def _choose_parts(consult: Consult, left: int) -> list[Section | list[Line]]:
    """The parts with the largest tables that leave each section at least its line of names."""
    for room in ROOMS:
        parts = list(_list_parts(consult, room))
        least = sum(1 if isinstance(part, Section) else len(part) for part in parts if part)
        if least <= left:
            break
    return parts


def _fit(parts: Sequence[Section | list[Line]], budget: int) -> Iterator[list[Line]]:
    """The sections folded into `budget` lines, with the tables between them as they are."""
    fitted = iter(fit([part for part in parts if isinstance(part, Section)], budget))
    for part in parts:
        yield next(fitted) if isinstance(part, Section) else part


def _list_parts(consult: Consult, room: Room) -> Iterator[Section | list[Line]]:
    """Sections and tables in their order; an empty one leaves no trace."""
    refused = consult.status == REFUSED
    yield Section("IN SHORT", tuple(Entry("", text, "", text, 1) for text in consult.summary))
    if refused:
        yield _list_said("REFUSED", consult, "refusal", 0)
    yield _print_levels(consult, room)
    yield _list_adherence(consult)
    yield _print_options(consult, room)
    yield Section("PROTOCOL", _list_protocol(consult))
    yield _list_next(consult)
    yield _list_said("WARNINGS", consult, "warning", 3)
    yield _list_said("NOT KNOWN", consult, "question", 4)
    if not refused:
        yield _list_said("REFUSED", consult, "refusal", 0)
    yield _list_target(consult)
    yield Section("TAKEN", tuple(_list_intakes(consult)))
    yield Section("IF INSTEAD", tuple(_say(one, 24) for one in consult.sensitivity))
    yield Section("MODELS", tuple(_list_models(consult)))
    yield _list_said("NOTES", consult, "note", 30)
    if room.whole:
        yield Section("PHARMACIST", tuple(_list_kinetics(consult.models)))
        yield Section("ASSUMED", tuple(Entry("◆", t, "", t) for t in consult.assumptions))
        yield _print_curve(consult)
        yield Section("SOURCES", tuple(_list_sources(consult)))


# --- head ---------------------------------------------------------------------------------------


def _print_head(consult: Consult) -> list[Line]:
    guideline = consult.guideline
    who = [f"CONSULT for {consult.person}", consult.medicine]
    who += [f"born {consult.born}" if consult.born else "date of birth not recorded"]
    versions = [
        f"As of {consult.as_of}",
        f"guideline {guideline.get('version', '?')} ({guideline.get('hash', '')[:12]})",
        f"overlay {guideline['overlay']}" if guideline.get("overlay") else "",
        f"country {guideline.get('country') or 'not given'}",
        f"gentian {consult.gentian}",
    ]
    shape, word, tone = STATUSES[consult.status]
    alarm = "alarm" if tone == "alarm" else "title"
    return [
        *_shorten(" · ".join(who), "title"),
        *_shorten(" · ".join(filter(None, versions))),
        *(_shorten(f"Review: {consult.review}") if consult.review else []),
        *_shorten(f"{shape} {consult.headline}  [{word}]", alarm),
    ]


def _print_foot(consult: Consult, whole: bool) -> list[Line]:
    curve = "" if whole or consult.figure is None else CURVE
    return [Line(text, "quiet") for part in (curve, FOOTER) if part for text in wrap(part)]


def _shorten(text: str, style: str = "plain") -> list[Line]:
    """Print on at most two lines; where more would follow, the second says so."""
    lines = wrap(text, rest=MARGIN)
    if len(lines) > 2:
        more = " … (more in the JSON)"
        lines = [lines[0], clip(lines[1], WIDTH - len(more)) + more]
    return [Line(line, style) for line in lines]


# --- tables -------------------------------------------------------------------------------------


def print_row(cells: Sequence[str], widths: Sequence[int], most: int = 2) -> list[str]:
    """Return the lines of one row: each cell wrapped in its column, cut after `most` lines with `…`."""
    columns = [_wrap_cell(cell, width, most) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(map(len, columns))):
        parts = [column[number] if number < len(column) else "" for column in columns]
        padded = [part + " " * (w - measure(part)) for part, w in zip(parts, widths, strict=True)]
        lines.append(" ".join(padded).rstrip())
    return lines


def _wrap_cell(cell: str, width: int, most: int) -> list[str]:
    if width == 1:  # a shape
        return [clip(cell, 1)]
    lines = wrap(cell, width=width)
    if len(lines) > most:
        lines = [*lines[: most - 1], clip(lines[most - 1], width - 2) + " …"]
    return lines


def _print_levels(consult: Consult, room: Room) -> list[Line]:
    """Measured against expected, one row a level, with the reason where it is not fitted."""
    if not consult.levels:
        return []
    shown = consult.levels[-room.levels :]
    left = len(consult.levels) - len(shown)
    title = f"WHAT THE LEVELS SAY (expected before each was seen: {BAND})"
    title += f" · {left} earlier; {MORE}" if left else ""
    widths = (1, 17, 14, 12, 50)
    head = ("", "drawn", "measured", "expected", "what became of it")
    rows = [row for level in shown for row in _print_level(level, widths, room)]
    return [Line(title, "title"), *_print_table([*print_row(head, widths), *rows])]


def _print_level(level: LevelLine, widths: Sequence[int], room: Room) -> list[str]:
    expected = say_band(level.expected)
    cells = (find_shape(level)[0], say_when(level.when), level.measured, expected, say_use(level))
    lines = print_row(cells, widths, room.lines)
    if room.whole:
        hours = level.hours_after_dose
        after = "" if hours is None else f"{say_hours(hours)} after the dose"
        mends = [f"→ {reason.mend}" for reason in level.reasons if reason.mend]
        told = [level.assay or "assay not stated", after, level.place, *mends]
        lines += _print_below(" · ".join(filter(None, told)), room.lines)
    return lines


def _print_options(consult: Consult, room: Room) -> list[Line]:
    """The doses considered with their chances, and the label's dose in the line directly below."""
    every = list_options(consult)
    label = _print_label(consult, room) if every or consult.label else []
    if not every:
        return label
    shown = choose_options(every, room.options)
    left = len(every) - len(shown)
    target = f"for a target of {say_target(consult.target)}"
    title = f"DOSES CONSIDERED {target}" + (f" · {left} more; {MORE}" if left else "")
    widths = (1, 18, 32, 11, 6, 5, 6, 12)
    head = ("", "dose", "as", "trough*", "below", "in", "above", "")
    rows = [row for option in shown for row in _print_option(option, consult, widths, room)]
    unit = f"* expected trough in {consult.target.unit} ({BAND}); then the chance to be below, in, above"
    table = [*print_row(head, widths), *rows, clip(unit, WIDTH - len(MARGIN))]
    return [Line(clip(title), "title"), *_print_table(table), *label]


def _print_option(
    option: DoseOption, consult: Consult, widths: Sequence[int], room: Room
) -> list[str]:
    mark = say_mark(option, consult.status)
    chances = [say_share(share) for share in (option.below, option.inside, option.above)]
    shape = {"highlighted": "●", "consider": "○"}.get(option.mark, "") if mark else ""
    cells = (shape, option.says, say_portion(option), say_band(option.trough), *chances, mark)
    notes = option.notes if room.whole or option.mark else []
    said = "; ".join(f"{note.says}{_say_mend(note)}" for note in notes)
    return [
        *print_row(cells, widths, room.lines),
        *(_print_below(said, room.lines) if said else []),
    ]


def _print_below(text: str, most: int) -> list[str]:
    """What belongs to the row above, set in."""
    lines = wrap(text, "    ", "    ", WIDTH - len(MARGIN))
    return lines if len(lines) <= most else [*lines[: most - 1], clip(lines[most - 1], 90) + " …"]


def _print_label(consult: Consult, room: Room) -> list[Line]:
    """The label's dose under the table; where there is none, that is said."""
    label = consult.label
    if label is None:
        return [Line(f"{MARGIN}{NO_LABEL}", "row")]
    cites = bracket(print_cites(label.cites, None if room.whole else 2)) if label.cites else ""
    lines = wrap(" ".join(filter(None, [*say_label(label), cites])), MARGIN, MARGIN * 2)
    most = room.lines + 2
    if len(lines) > most:
        lines = [*lines[: most - 1], clip(lines[most - 1], WIDTH - 2) + " …"]
    return [Line(line, "row") for line in lines]


def _print_table(rows: Iterable[str]) -> list[Line]:
    return [Line(MARGIN + row, "row") for row in rows]


def _print_curve(consult: Consult) -> list[Line]:
    """The figure as a table."""
    figure = consult.figure
    if figure is None:
        return []
    widths = (16, 8, 14, 14, 14, 28)
    head = ("when", "middle", "1 in 2", "4 in 5", "19 in 20", "measured")
    lines = print_row(head, widths)
    for row in list_rows(figure):
        bands = (*row.bands, "", "", "")[:3]
        lines += print_row((row.when, row.middle, *bands, row.measured), widths)
    title = f"CURVE in {figure.unit}, before doses · {figure.title}"
    after = f"After the index time: {figure.dose}; considered, not ordered." if figure.dose else ""
    return [
        *(Line(line, "title") for line in wrap(title, rest=MARGIN)),
        *_print_table(lines),
        *(Line(line, "row") for line in wrap(after, MARGIN, MARGIN) if after),
    ]


# --- entries ------------------------------------------------------------------------------------


def _list_said(title: str, consult: Consult, kind: str, rank: int) -> Section:
    said = sort_said(consult.said, kind)
    return Section(title, tuple(_say(one, rank) for one in said), alarm=kind == "refusal")


def _say(said: Said, rank: int) -> Entry:
    shape = KINDS.get(said.kind, KINDS["note"])[0]
    place = f"({said.place})" if said.place else ""
    return Entry(
        lead=shape,
        text=f"{said.says}{_say_mend(said)}",
        ids=" ".join(filter(None, [place, bracket(said.id, print_cites(said.cites))])),
        name=said.id,
        rank=rank,
        brief=f"{said.says}{_say_mend(said)}",
        brief_ids=bracket(said.id),
    )


def _say_mend(said: Said) -> str:
    return f" → {said.mend}" if said.mend else ""


def _list_protocol(consult: Consult) -> tuple[Entry, ...]:
    rank = 1 if consult.status == "context" else 14
    return (Entry("", consult.protocol, "", "protocol", rank),) if consult.protocol else ()


def _list_next(consult: Consult) -> Section:
    found = consult.next_sample
    if found is None:
        return Section("NEXT LEVEL", ())
    because = f" Because {'; '.join(found.because)}." if found.because else ""
    ids = bracket(print_cites(found.cites)) if found.cites else ""
    entry = Entry("●", f"{found.says}{because}", ids, found.when, 2, brief=found.says)
    return Section("NEXT LEVEL", (entry,))


def _list_adherence(consult: Consult) -> Section:
    found = consult.adherence
    if found is None:
        return Section("IF MISSED", ())
    then = f" The next trough is then {say_band(found.expected)} {consult.target.unit} ({BAND})."
    text = f"{found.says} If so: {found.missed}.{then if found.expected else ''}"
    return Section("IF MISSED", (Entry("?", text, "", "missed doses", 12),))


def _list_target(consult: Consult) -> Section:
    target = consult.target
    ids = bracket(print_cites(target.cites)) if target.cites else ""
    text = f"{say_target(target)}: {target.whose}"
    others = tuple(f"Another: {other}" for other in target.others)
    more = f" (others: {'; '.join(target.others)})" if target.others else ""
    entry = Entry("", text + more, ids, "target", 8, brief=text, details=others)
    return Section("TARGET", (entry,))


def _list_intakes(consult: Consult) -> Iterator[Entry]:
    for taken in consult.intakes:
        text = (
            f"{taken.says}, from {taken.starts} {f'to {taken.ends}' if taken.ends else 'until now'}"
        )
        yield Entry("", text, f"({taken.place})", taken.says, 16)


def _list_models(consult: Consult) -> Iterator[Entry]:
    """One line each: the leading one first, then those that take part, then the others."""
    order = sorted(consult.models, key=lambda one: (not one.leads, not one.eligible, -one.weight))
    for model in order:
        lead = 18 if model.leads else 22 if model.eligible else 40
        brief = say_model_briefly(model)
        ids = bracket(model.id)
        yield Entry(label_model(model), say_model(model), ids, model.name, lead, brief=brief)


def _list_kinetics(models: Iterable[ModelLine]) -> Iterator[Entry]:
    """What a pharmacist asks of each model that takes part."""
    for model in models:
        parts = [
            f"clearance {model.clearance}" if model.clearance else "",
            f"half-life {model.half_life}" if model.half_life else "",
            f"weight {model.weight:.2f}" if model.eligible else "",
            f"effective sample {model.effective:.2f}" if model.effective is not None else "",
            f"next trough on the present dose {say_band(model.expected)}" if model.expected else "",
            MODEL_USES.get(model.use, model.use),
        ]
        yield Entry(
            label_model(model),
            f"{model.name}: {', '.join(filter(None, parts))}",
            bracket(model.id, print_cites(model.cites)),
            model.id,
            details=(
                *(f"{reason.says}{_say_mend(reason)}" for reason in model.reasons),
                *(f"trap: {trap}" for trap in model.traps),
            ),
        )


def _list_sources(consult: Consult) -> Iterator[Entry]:
    for source in consult.sources:
        said = [source.get(name, "") for name in ("says", "source", "url")]
        read = source.get("read", "")
        yield Entry(f"({read})", " ".join(filter(None, said)), bracket(source.get("id", "")), "")
