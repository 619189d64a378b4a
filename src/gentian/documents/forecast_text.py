"""A consult as a text page: the finding first, at most 60 lines of 100 columns; the rest under `--all`.

The tables of levels and of doses keep their place; what is said around them is folded where it does not fit,
and what is cut says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gentian.pharmacokinetics.report import Consult, ModelLine, Said

from .entries import bracket, print_cites
from .forecast_fair import write_fair
from .forecast_tables import ROOMS, WHOLE, Room, print_curve, print_levels, print_options, say_mend
from .forecast_wording import (
    FOOTER,
    KINDS,
    MODEL_USES,
    REFUSED,
    STATUSES,
    label_model,
    say_band,
    say_missed,
    say_model,
    say_model_briefly,
    say_target,
    say_when,
    sort_said,
)
from .lines import (
    MARGIN,
    WIDTH,
    Entry,
    Line,
    Section,
    fit,
    paint,
    print_whole,
    space,
    wrap,
)

HEIGHT = 60
CURVE = "The curve: --format html or svg; its numbers and the pharmacist's part: --all."


def render_text(consult: Consult, whole: bool = False, colour: bool = False) -> str:
    """Return the page of a consult, ending in a newline.

    whole: print everything, with the pharmacist's part, the table of the curve and the sources.
    """
    consult = write_fair(consult)
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
    yield Section("IN SHORT", tuple(_list_short(consult.summary)))
    if refused:
        yield _list_said("REFUSED", consult, "refusal", 0)
    yield print_levels(consult, room)
    yield _list_adherence(consult)
    yield print_options(consult, room)
    yield Section("PROTOCOL", _list_protocol(consult))
    yield _list_next(consult)
    yield _list_said("WARNINGS", consult, "warning", 3)
    yield _list_said("NOT KNOWN", consult, "question", 4)
    if not refused:
        yield _list_said("REFUSED", consult, "refusal", 0)
    yield _list_target(consult, room.whole)
    yield Section("TAKEN", tuple(_list_intakes(consult)))
    yield Section("IF INSTEAD", tuple(_say(one, 24) for one in consult.sensitivity))
    yield Section("MODELS", tuple(_list_models(consult)))
    yield _list_said("NOTES", consult, "note", 30)
    if room.whole:
        yield Section("PHARMACIST", tuple(_list_kinetics(consult.models)))
        yield Section("ASSUMED", tuple(Entry("◆", t, "", t) for t in consult.assumptions))
        yield print_curve(consult)
    yield Section("READING", tuple(_list_reading(consult.reading)))
    if room.whole:
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
        *(_shorten(" · ".join(consult.body)) if consult.body else []),
        *_shorten(" · ".join(filter(None, versions))),
        *(_shorten(f"Review: {consult.review}") if consult.review else []),
        *(Line(text, alarm) for text in wrap(f"{shape} {consult.headline}  [{word}]", rest=MARGIN)),
    ]


def _print_foot(consult: Consult, whole: bool) -> list[Line]:
    curve = "" if whole or consult.figure is None else CURVE
    return [Line(text, "quiet") for part in (curve, FOOTER) if part for text in wrap(part)]


def _shorten(text: str, style: str = "plain") -> list[Line]:
    """Print on at most two lines; where more would follow, the second says so."""
    lines = wrap(text, rest=MARGIN)
    if len(lines) > 2:
        more = " … (more in the JSON)"
        first, second, *_ = wrap(text, rest=MARGIN, width=WIDTH - len(more))
        lines = [first, second + more]
    return [Line(line, style) for line in lines]


# --- entries ------------------------------------------------------------------------------------


def _list_said(title: str, consult: Consult, kind: str, rank: int) -> Section:
    said = sort_said(consult.said, kind)
    return Section(title, tuple(_say(one, rank) for one in said), alarm=kind == "refusal")


def _say(said: Said, rank: int) -> Entry:
    shape = KINDS.get(said.kind, KINDS["note"])[0]
    place = f"({said.place})" if said.place else ""
    return Entry(
        lead=shape,
        text=f"{said.says}{say_mend(said)}",
        ids=" ".join(filter(None, [place, bracket(said.id, print_cites(said.cites))])),
        name=said.id,
        rank=rank,
        brief=f"{said.says}{say_mend(said)}",
        brief_ids=bracket(said.id),
    )


def _list_short(summary: Sequence[str]) -> Iterator[Entry]:
    for number, text in enumerate(summary, 1):
        yield Entry("", text, "", f"sentence {number}", 1)


def _list_reading(reading: Sequence[str]) -> Iterator[Entry]:
    """What became of the entries of the record: the counts first, then one by one."""
    for number, text in enumerate(reading):
        yield Entry("–", text, "", f"entry {number}" if number else "counts", 35 if number else 6)


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
    text = say_missed(found, consult.target.unit)
    return Section("IF MISSED", (Entry("?", text, "", "missed doses", 12),))


def _list_target(consult: Consult, whole: bool) -> Section:
    target = consult.target
    ids = bracket(print_cites(target.cites)) if target.cites else ""
    text = f"{say_target(target)}: {target.whose}"
    others = tuple(f"Another: {other}" for other in target.others)
    more = f" (others: {'; '.join(target.others)})" if target.others else ""
    said = text if whole else text + more  # on the whole page each has a line of its own
    entry = Entry("", said, ids, "target", 8, brief=text, details=others)
    return Section("TARGET", (entry,))


def _list_intakes(consult: Consult) -> Iterator[Entry]:
    for taken in consult.intakes:
        until = f"to {taken.ends}" if taken.ends else "until now"
        text = say_when(f"{taken.says}, from {taken.starts} {until}")
        yield Entry("", text, f"({taken.place})", taken.says.split(",")[0], 16 if taken.ends else 7)


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
                *(f"{reason.says}{say_mend(reason)}" for reason in model.reasons),
                *(f"trap: {trap}" for trap in model.traps),
            ),
        )


def _list_sources(consult: Consult) -> Iterator[Entry]:
    for source in consult.sources:
        said = [source.get(name, "") for name in ("says", "source", "url")]
        read = source.get("read", "")
        yield Entry(f"({read})", " ".join(filter(None, said)), bracket(source.get("id", "")), "")
