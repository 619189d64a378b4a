"""A consult as one HTML file: no script, no request, for screen, phone and paper."""

from __future__ import annotations

import re

from markupsafe import Markup

from gentian.pharmacokinetics.report import Consult, DoseOption

from .forecast_curve import list_rows
from .forecast_fair import write_fair
from .forecast_figure import PHONE, draw_figure, draw_interval, read_style
from .forecast_wording import (
    BAND,
    FOOTER,
    KINDS,
    MODEL_USES,
    NO_LABEL,
    REFUSED,
    STATUSES,
    find_shape,
    label_model,
    list_options,
    say_band,
    say_hours,
    say_label,
    say_mark,
    say_missed,
    say_model,
    say_portion,
    say_shares,
    say_target,
    say_use,
    say_when,
    sort_said,
)
from .html import make_environment

_TAG = re.compile(r"(<[^<>]*>)")
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?(?![\w-])")
CLOSED = ("style", "title", "svg")  # elements that hold no span
WIDE = 760.0  # pixels of the figure on a page; it grows with the page


def render_html(consult: Consult) -> str:
    """Return the whole page as one self-contained HTML document."""
    consult = write_fair(consult)
    options = list_options(consult)
    top = max([consult.target.high * 1.4, *(option.trough.q90 * 1.05 for option in options)])
    page = (
        make_environment()
        .get_template("dose.html.j2")
        .render(
            consult=consult,
            running=_say_running(consult),
            status=STATUSES[consult.status],
            refused=consult.status == REFUSED,
            said={kind: sort_said(consult.said, kind) for kind in KINDS},
            models=sorted(consult.models, key=lambda one: (not one.leads, not one.eligible)),
            options=[(option, _draw_span(consult, option, top)) for option in options],
            figures=_draw_figures(consult),
            rows=list_rows(consult.figure) if consult.figure else [],
            known={source.get("id", "") for source in consult.sources},
            book_at="",
            style_of_figures=Markup(read_style()),  # noqa: S704 - a file of this package
            **WORDS,
        )
    )
    return hold_dates(page)


def hold_dates(page: str) -> str:
    """The page with no date broken at its hyphens; styles, the title and figures stay as they are."""
    parts, inside = _TAG.split(page), ""
    for at, part in enumerate(parts):
        if at % 2:
            inside = _follow(part, inside)
        elif not inside:
            parts[at] = _DATE.sub(r'<span class="date">\g<0></span>', part)
    return "".join(parts)


def _follow(tag: str, inside: str) -> str:
    """The element in whose text no other may stand, after a tag."""
    if inside:
        return "" if tag == f"</{inside}>" else inside
    name = tag[1:].split()[0].rstrip("/>")
    return name if name in CLOSED else ""


WORDS = {
    "band": BAND,
    "footer_of_consult": FOOTER,
    "kinds": KINDS,
    "model_uses": MODEL_USES,
    "no_label": NO_LABEL,
    "find_shape": find_shape,
    "label_model": label_model,
    "say_band": say_band,
    "say_hours": say_hours,
    "say_label": say_label,
    "say_mark": say_mark,
    "say_missed": say_missed,
    "say_model": say_model,
    "say_portion": say_portion,
    "say_shares": say_shares,
    "say_target": say_target,
    "say_use": say_use,
    "say_when": say_when,
}


def _say_running(consult: Consult) -> str:
    """Title of the page and running head in print: who, as of when, by which version."""
    guideline = consult.guideline
    version = f"guideline {guideline.get('version', '?')} ({guideline.get('hash', '')[:12]})"
    who = f"{consult.person} · {consult.medicine} consult"
    return f"{who} · as of {consult.as_of} · {version} · gentian {consult.gentian}"


def _draw_figures(consult: Consult) -> list[tuple[str, Markup]]:
    """The figure twice: for a wide page and paper, and for a phone."""
    if consult.figure is None:
        return []
    sizes = {"wide": WIDE, "phone": float(PHONE)}
    return [
        (name, Markup(draw_figure(consult.figure, width, f"curve-{name}")))  # noqa: S704 - escaped there
        for name, width in sizes.items()
    ]


def _draw_span(consult: Consult, option: DoseOption, top: float) -> Markup:
    return Markup(draw_interval(option, consult.target, top))  # noqa: S704 - escaped there
