"""`gentian dose FILE`: what measured levels say, and which doses may be considered; exit 15 when refused."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gentian.language.loader import load_guideline
from gentian.pharmacokinetics.report import Consult

from .failures import REFUSED, USAGE, Failure, say
from .inputs import Request, read_request
from .output import wants_colour, write_result
from .plan import report_empty
from .wishes import check_model, find_level, read_interval, read_target, say_conversion

if TYPE_CHECKING:
    from gentian.pharmacokinetics.consult import Wish


ONE_LINE = 240  # characters of a reason that the line on stderr holds without being cut


def run(arguments: Namespace) -> int:
    """Write the consult; exit code 15 when a dose is refused for safety, and the document says why."""
    if arguments.models and arguments.format != "text":
        raise Failure(USAGE, "--models prints a list as text; leave --format out")
    if arguments.file is None:
        return list_models(arguments)
    interval = read_interval(
        arguments.interval
    )  # first: a slip in an option needs no record to be told
    guideline = load_guideline()
    level = find_level(guideline)
    target = read_target(arguments.target, level)
    check_model(arguments.model, guideline.models.values())
    request = read_request(arguments)
    consult = consult_person(request, arguments, target, interval)
    consult = tell_conversion(consult, say_conversion(arguments.target, level))
    given = (arguments.file, arguments.overlay)
    write_result(render(consult, arguments), arguments.output, given)
    if consult.status == "refused":
        say(f"gentian: dose refused for safety: {_say_why(consult)}")
        return REFUSED
    return report_empty(request.chart, "the consult says only what is missing")


def consult_person(
    request: Request,
    arguments: Namespace,
    target: tuple[float, float] | None,
    interval: float | None,
) -> Consult:
    """Ask for the consult; only here are the numerics loaded. Raises Failure (exit 2) for a wrong wish."""
    from gentian.engine.one import answer
    from gentian.pharmacokinetics.consult import Wish, WishError, make_consult
    from gentian.pharmacokinetics.timeline import UnknownZone
    from gentian.plan.assembly import settle

    guideline, chart, as_of, settings = request
    chart, index, settings = settle(guideline, chart, as_of, settings)
    wish: Wish = Wish(
        target=target,
        interval=interval,
        model=arguments.model,
        zone=arguments.zone,
        loading=arguments.loading,
    )
    try:
        answers = answer(guideline, chart, index, settings)
        return make_consult(guideline, chart, answers, settings, wish)
    except UnknownZone as error:
        raise Failure(USAGE, f"--zone: {error}; {error.mend}") from None
    except WishError as error:
        raise Failure(USAGE, f"{error}") from None


def tell_conversion(consult: Consult, converted: str) -> Consult:
    """The consult, whose target says from what it was converted."""
    if not converted:
        return consult
    whose = f"{consult.target.whose}, {converted}"
    return replace(consult, target=replace(consult.target, whose=whose))


def render(consult: Consult, arguments: Namespace) -> str:
    """Return a consult as text, html, json or svg; only the room that is needed is loaded."""
    if arguments.models:
        from gentian.documents.forecast_models import render_judged

        return render_judged(consult)
    if arguments.format == "html":
        from gentian.documents.forecast_html import render_html

        return render_html(consult)
    if arguments.format == "svg":
        from gentian.documents.forecast_figure import render_svg

        return render_svg(consult)
    if arguments.format == "json":
        from gentian.documents.forecast_data import render_json

        return render_json(consult)
    from gentian.documents.forecast_text import render_text

    return render_text(consult, whole=arguments.all, colour=wants_colour(arguments.output))


def list_models(arguments: Namespace) -> int:
    """Without a record: every model of the guideline, and why it may lead a consult or may not."""
    if not arguments.models:
        raise Failure(
            USAGE, "a record is needed: gentian dose FILE; or --models to list the models"
        )
    from gentian.documents.forecast_models import render_models

    write_result(render_models(load_guideline().models.values()), arguments.output)
    return 0


def _say_why(consult: Consult) -> str:
    """The first refusal in one line, and how many more there are."""
    refusals = [one for one in consult.said if one.kind == "refusal"]
    if not refusals:
        return consult.headline
    more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
    whole = f"{_join(refusals[0].says, refusals[0].mend)}{more}"
    if len(whole) <= ONE_LINE:
        return whole
    return f"{_join(refusals[0].says)}{more}; the page says what to do now"


def _join(*parts: str) -> str:
    return "; ".join(part.rstrip(".") for part in parts if part)
