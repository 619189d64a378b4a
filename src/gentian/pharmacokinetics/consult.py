"""The consult: one person's doses and levels in, what they say and which doses may be considered out.

Order of what decides: refusals, then questions that block, then eligible models, then levels. With no valid
level the guideline's own dose stands alone. The label's proportional dose is always beside the forecast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from gentian import __version__
from gentian.chart.events import Chart
from gentian.engine.answers import Answers
from gentian.engine.settings import Settings
from gentian.language.dates import format_date, format_minute
from gentian.language.model import Guideline

from .about import describe_body, describe_reading
from .advice import count_valid, explain_difference
from .case import Case, Wish, WishError, read_case
from .doubts import (
    ask_about_gates,
    ask_about_missed,
    name_companions,
    tell_set_aside,
    warn_about_surface,
    warn_about_trough,
    warn_about_weight,
)
from .eligibility import UNRECORDED
from .fan import draw_fan
from .forecast import Forecast, compare_without, make_forecast
from .headline import list_summary, say_headline
from .label import say_loading
from .lines import (
    describe_intakes,
    describe_levels,
    describe_models,
    describe_target,
    list_sources,
)
from .outlook import Present
from .protocol import describe_protocol
from .refusals import list_refusals, list_unknowns
from .report import Consult, DoseOption, LabelDose, Said, Status, TargetLine
from .rules import Rules
from .sampling import plan_refused, plan_sample
from .sensitivity import list_sensitivities

ABOUT_DOSES = {"dose", "taken", "still-taken", "start", "stop", "doses-overlap", "dose-differs"}
MOST_ALIKE = 3  # of one question about different entries
NEAR = 0.05  # an option this close to the label's dose stands for it
NO_WISH = Wish()


def make_consult(
    guideline: Guideline,
    chart: Chart,
    answers: Answers,
    settings: Settings,
    wish: Wish = NO_WISH,
) -> Consult:
    """The consult of one person at the index time of `answers`.

    chart: as it counts at that time (`plan.assembly.settle`). Raises as `case.read_case`.
    """
    case = read_case(guideline, chart, answers, settings, wish)
    target = describe_target(guideline, settings, wish.target, case.rules)
    consult = _consult(case, target)
    return replace(consult, sources=list_sources(guideline, _list_cites(consult)))


def _consult(case: Case, target: TargetLine) -> Consult:
    _check_target(case, target)
    if refusals := _list_refusals(case):
        report = _report(case, target, "refused", _refuse(refusals), refusals)
        return replace(report, next_sample=plan_refused(case))
    if missing := _find_missing(case):
        says = f"No model can be used without {missing}."
        ask = Said(id="needs", kind="question", says=says, mend=f"Record {missing}.")
        return _report(case, target, "context", f"Nothing can be said yet: {says}", [ask])
    blocking = [item for item in case.history.questions if item.blocks]
    if case.present is None:
        blocking = [item for item in blocking if item.what in ABOUT_DOSES]
    if case.present is None and not blocking:
        name = case.guideline.vocabulary.concepts[case.consult.medicine].name
        if case.history.levels and not case.history.intakes:
            says = f"The record holds levels of {name} and no dose that is taken now."
            ask = Said(
                id="no-dose", kind="question", says=says, mend="Enter the doses, past and present."
            )
            return _report(case, target, "context", f"Nothing can be said yet: {says}", [ask])
        says = f"The record holds no dose of {name} that is taken now"
        return _report(case, target, "context", f"{says}; the guideline's own dose stands alone.")
    if case.present is None or blocking:
        return _report(case, target, "context", f"Nothing can be said yet: {blocking[0].says}")
    forecast = make_forecast(case, case.present, target)
    if forecast is None:
        says = "No model settles on one answer for these levels."
        refusal = Said(id="not-converged", kind="refusal", says=says)
        return _report(case, target, "refused", _refuse([refusal]), [refusal])
    return _tell(case, target, forecast)


def _check_target(case: Case, target: TargetLine) -> None:
    """Raises WishError for a target that begins where the medicine is held (TX-190)."""
    toxic = case.rules.number("toxic_from")
    if target.low >= toxic or target.high <= target.low:
        raise WishError(
            f"the target {target.low:g} to {target.high:g} {target.unit} begins where the medicine is held "
            f"({toxic:g} {target.unit}); give a lower one"
        )


def _refuse(refusals: Sequence[Said]) -> str:
    return f"No dose is considered. {refusals[0].says}"


def _list_refusals(case: Case) -> list[Said]:
    found = list_refusals(
        case.guideline, case.chart, case.answers, case.influences, case.setting, case.fill
    )
    if found or any(one.leads for one in case.candidates) or _find_missing(case):
        return found
    why = [
        f"{one.model.name}: {'; '.join(reason.says for reason in one.reasons)}"
        for one in case.candidates
        if one.model.use == "dosing"
    ]
    says = "This person lies outside the range of every model that may carry a dose."
    return [Said(id="outside-every-range", kind="refusal", says=says, mend=" · ".join(why))]


def _find_missing(case: Case) -> str:
    """What nobody recorded, where no model may lead and nothing but that stands against some."""
    if any(one.leads for one in case.candidates):
        return ""
    found = {
        why.id.removeprefix("needs-")
        for one in case.candidates
        if one.model.use == "dosing"
        and all(why.id == UNRECORDED or why.id.startswith("needs-") for why in one.reasons)
        for why in one.reasons
        if why.id.startswith("needs-")
    }
    return " and ".join(sorted(found))


# -- what the forecast tells ------------------------------------------------------------------------


def _tell(read: Case, target: TargetLine, forecast: Forecast) -> Consult:
    """read: the case as it was read; what is told is told of the case that was forecast."""
    case = forecast.case
    marked = forecast.choice.option
    options = [
        _annotate(case, marked if marked is not None and one.says == marked.says else one, forecast)
        for one in forecast.options
    ]
    label = forecast.label
    if label is not None and marked is not None and forecast.limits is not None:
        label = explain_difference(marked, label, case.setting, case.rules, forecast.limits)
    levels = describe_levels(
        case.history, case.setting, forecast.judged, forecast.leader.candidate.model, case.rules
    )
    protocol = _describe_protocol(case)
    headline = say_headline(forecast.choice, forecast.limits, count_valid(case.setting), protocol)
    present = next((one for one in options if one.is_present), None)
    toxic = warn_about_trough(case, forecast.outlook, target)
    sample = plan_sample(case, forecast.choice, target, bool(toxic))
    said = [
        *forecast.doubts,
        *(one for one in toxic if one not in forecast.doubts),
        *tell_set_aside(case),
        *name_companions(case),
        *warn_about_weight(case),
        *warn_about_surface(case),
        *ask_about_missed(case, target),
        *ask_about_gates(case),
    ]
    return replace(
        _report(case, target, forecast.choice.status, headline, said),
        summary=list_summary(present, levels, label, sample, target, forecast.doubts),
        options=options,
        present=present,
        label=label,
        levels=levels,
        models=forecast.models,
        adherence=forecast.adherence,
        next_sample=sample,
        figure=draw_fan(forecast.outlook, case.setting, levels, marked, target, headline),
        sensitivity=[
            *compare_without(read, forecast, target.unit),
            *list_sensitivities(forecast.outlook, case.candidates, target),
        ],
    )


def _annotate(case: Case, option: DoseOption, forecast: Forecast) -> DoseOption:
    """Notes of one dose: a second look at a large step, the label's own, a load if asked for."""
    rules, label = case.rules, forecast.label
    notes = list(_list_notes(case, option, forecast.outlook.present, rules))
    near = label is not None and abs(option.per_day - label.per_day) <= NEAR * label.per_day
    return replace(option, notes=notes, is_label=near)


def _list_notes(case: Case, option: DoseOption, present: Present, rules: Rules) -> Iterator[Said]:
    if abs(option.fold - 1.0) > rules.number("second_look"):
        says = f"More than {rules.say('second_look')} from the present dose: a second look first."
        cites = rules.cites("second_look")
        yield Said(id="second-look", kind="note", says=says, cites=cites)
    if case.wish.loading and option.mark:
        says = say_loading(present.per_day, option.per_day, rules)
        yield Said(id="loading", kind="note", says=says, cites=rules.cites("loading_factor"))


# -- the report -------------------------------------------------------------------------------------


def _report(
    case: Case, target: TargetLine, status: Status, headline: str, said: Sequence[Said] = ()
) -> Consult:
    """What every consult says, whether or not there is a forecast."""
    guideline, refused = case.guideline, status == "refused"
    born = case.chart.person.born
    return Consult(
        gentian=__version__,
        guideline={
            "version": guideline.version,
            "hash": guideline.hash,
            "overlay": case.settings.overlay_name,
            "country": case.settings.country or "",
        },
        as_of=format_minute(case.answers.index),
        person=case.chart.person.id,
        born=format_date(born) if born else "",
        medicine=guideline.vocabulary.concepts[case.consult.medicine].name,
        status=status,
        headline=headline,
        summary=[],
        target=target,
        said=[*said, *_list_questions(case)],
        intakes=describe_intakes(case.history, guideline),
        levels=describe_levels(case.history, case.setting, None, None, case.rules),
        models=describe_models(case.candidates, {}, None, case.rules),
        protocol="" if refused else _describe_protocol(case),
        assumptions=[case.history.zone] if case.history.zone else [],
        review=describe_review(case),
        body=describe_body(case),
        reading=describe_reading(case),
    )


def describe_review(case: Case) -> str:
    """How far the rules and the models that may speak were reviewed, and how their numbers were read."""
    models = [one.model for one in case.candidates if one.eligible]
    approved = sum(model.review.state == "clinician-approved" for model in models)
    copied = sum(model.read == "transcription" for model in models)
    rules = case.consult.review.state.replace("-", " ")
    return (
        f"rules {rules}; of {len(models)} models that may speak {approved} approved by a clinician, "
        f"{copied} read in another's transcription and not in the paper"
    )


def _describe_protocol(case: Case) -> str:
    return describe_protocol(
        case.guideline, case.consult, case.chart, case.answers, case.settings, case.body
    )


def _list_questions(case: Case) -> Iterator[Said]:
    yield from list_unknowns(case.guideline, case.answers, case.rules, case.fill)
    asked = Counter((item.what, item.mend) for item in case.history.questions)
    told = Counter[tuple[str, str]]()
    for item in case.history.questions:
        key = (item.what, item.mend)
        told[key] += 1
        if told[key] > MOST_ALIKE:
            continue
        more = asked[key] - MOST_ALIKE if told[key] == MOST_ALIKE else 0
        says = f"{item.says} So it is with {more} more entries." if more > 0 else item.says
        place = item.source.place if item.source is not None else ""
        yield Said(id=item.what, kind="question", says=says, mend=item.mend, place=place)


def _list_cites(consult: Consult) -> Iterable[str]:
    """Every fact of the evidence that the consult names."""
    said = [*consult.said, *consult.sensitivity]
    said += [one for level in consult.levels for one in level.reasons]
    said += [one for option in consult.options for one in option.notes]
    yield from consult.target.cites
    yield from (cite for one in said for cite in one.cites)
    yield from (cite for model in consult.models if model.eligible for cite in model.cites)
    yield from _cites_of(consult.label)
    yield from consult.next_sample.cites if consult.next_sample is not None else ()


def _cites_of(label: LabelDose | None) -> list[str]:
    return list(label.cites) if label is not None else []


__all__ = ["NO_WISH", "Wish", "WishError", "make_consult"]
