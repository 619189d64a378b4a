"""Consults that name what is not there, lack a rule, or give one in another dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .dates import DateError, parse_duration
from .kinetics import RULES, ConsultEntry, CovariateSource, Rule, Target
from .model import Guideline
from .quantities import parse_literal
from .quantity_check import Problems, check_cites, check_quantity
from .units import UnitError, convert, parse_unit
from .vocabulary import fold_name

AGE = "age"


def list_broken_consults(guideline: Guideline) -> list[str]:
    """`file:line: consult: what is wrong; how to mend it`, sorted."""
    found = {
        f"{consult.line}: {consult.consult}: {problem}"
        for consult in guideline.consults.values()
        for problem in _check_consult(consult, guideline)
    }
    return sorted([*found, *_check_shared(guideline), *_check_effects(guideline)])


def _check_consult(consult: ConsultEntry, guideline: Guideline) -> Problems:
    yield from _check_names(consult, guideline)
    if not consult.targets:
        yield "no target; write at least one, and whose it is"
    for target in consult.targets:
        yield from _check_target(target, consult, guideline)
    yield from _check_assays(consult)
    for source in consult.covariates:
        yield from _check_source(source, guideline)
    for refusal in consult.refusals:
        what = f"refusal `{refusal.when}`"
        if refusal.when not in guideline.criteria:
            yield f"{what}: is no criterion; check its spelling"
        yield from check_cites(refusal.cites, guideline, f"{what}: cites")
    yield from _check_rules(consult, guideline)
    yield from check_cites(consult.cites, guideline)


def _check_names(consult: ConsultEntry, guideline: Guideline) -> Problems:
    concepts = guideline.vocabulary.concepts
    if consult.medicine not in concepts:
        yield f"medicine: `{consult.medicine}` is not in the vocabulary; check its spelling"
    level = concepts.get(consult.level)
    if level is None or not level.unit:
        yield f"level: `{consult.level}` is no measurement with a unit; check its spelling"
    if consult.dose not in guideline.doses:
        yield f"dose: `{consult.dose}` is no dose of the guideline; check its spelling"
    for name in consult.products:
        if name not in concepts or concepts[name].of != consult.medicine:
            yield f"products: `{name}` is no product of {consult.medicine}; check its spelling"
    for kind, names in (
        ("targets", [target.id for target in consult.targets]),
        ("assays", [assay.id for assay in consult.assays]),
        ("covariates", [source.covariate for source in consult.covariates]),
    ):
        yield from (f"{kind}: `{name}` stands twice; keep one" for name in _list_twice(names))


def _list_twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


# --- targets, assays, covariates -----------------------------------------------------------------


def find_quantity(text: str, guideline: Guideline) -> str:
    """The quantity that a name of a parameter or figure stands for; any other text is its own."""
    if text in guideline.parameters:
        return guideline.parameters[text].value
    figure = guideline.figures.get(text)
    return figure.value if figure is not None and isinstance(figure.value, str) else text


def _check_target(target: Target, consult: ConsultEntry, guideline: Guideline) -> Problems:
    what = f"target `{target.id}`"
    level = guideline.vocabulary.concepts.get(consult.level)
    if level is None or not level.unit:
        return
    ends = [find_quantity(text, guideline) for text in (target.low, target.high)]
    problems = [text for end in ends for text in check_quantity(what, end, level.unit)]
    yield from problems
    if not problems:
        low, high = (convert(*parse_literal(end), level.unit) for end in ends)
        if low >= high:
            yield f"{what}: nothing lies from {ends[0]} to {ends[1]}; check the numbers"
    if not target.whose:
        yield f"{what}: say whose it is"
    yield from check_cites(target.cites, guideline, f"{what}: cites")


def _check_assays(consult: ConsultEntry) -> Problems:
    owners: dict[str, str] = {}
    for assay in consult.assays:
        for name in (assay.id, assay.name, *assay.names):
            owner = owners.setdefault(fold_name(name), assay.id)
            if owner != assay.id:
                yield f"assays: `{name}` of {assay.id} already means {owner}; keep it with one"
        if assay.lowest:
            yield from check_quantity(f"assay `{assay.id}`: lowest", assay.lowest, "ng/mL")


def _check_source(source: CovariateSource, guideline: Guideline) -> Problems:
    what = f"covariate `{source.covariate}`"
    yield from _check_durations(what, source)
    if source.of == AGE:
        yield from _check_unit(what, source.unit, "a")
        return
    concept = guideline.vocabulary.concepts.get(source.of)
    if source.of and concept is None:
        yield f"{what}: of: `{source.of}` is not in the vocabulary; check its spelling"
    if concept is not None and concept.unit:
        yield from _check_unit(what, source.unit, concept.unit)
    elif concept is not None and source.unit:
        yield f"{what}: `{source.of}` is on or off; take the unit out"


def _check_unit(what: str, unit: str, of: str) -> Problems:
    """A factor is linear in what the record keeps: same dimension, no molar step."""
    try:
        same = parse_unit(unit).dimension == parse_unit(of).dimension
    except UnitError:
        same = False
    if not same:
        yield f"{what}: unit: `{unit}` is not of the dimension of its source; write for example {of}"


def _check_durations(what: str, source: CovariateSource) -> Problems:
    for who, text in source.not_older.items():
        if who not in ("child", "adult"):
            yield f"{what}: not_older: `{who}`; write child or adult"
        try:
            parse_duration(text)
        except DateError as error:
            yield f"{what}: not_older: {error}"


# --- rules ---------------------------------------------------------------------------------------


def _check_rules(consult: ConsultEntry, guideline: Guideline) -> Problems:
    for name in sorted(RULES.keys() - consult.rules.keys()):
        yield f"rules: `{name}` is missing; add it with its value ({RULES[name]}), cites and read"
    for name, rule in consult.rules.items():
        if name not in RULES:
            yield f"rules: `{name}` is not known; check its spelling"
            continue
        yield from _check_rule(name, rule, guideline)


def _check_rule(name: str, rule: Rule, guideline: Guideline) -> Problems:
    what = f"rule `{name}`"
    yield from check_quantity(what, find_quantity(rule.value, guideline), RULES[name])
    yield from check_cites(rule.cites, guideline, f"{what}: cites")
    read = [guideline.sources[cite].read for cite in rule.cites if cite in guideline.sources]
    if rule.read == "seen" and read and not any("seen" in item for item in read):
        yield f"{what}: is `read: seen`, but all it cites was only {read[0]}; set `read` to that"


def _check_shared(guideline: Guideline) -> Problems:
    """A covariate that two consults read differently: models name it only once."""
    seen: dict[str, tuple[str, CovariateSource]] = {}
    for consult in guideline.consults.values():
        for source in consult.covariates:
            other = seen.setdefault(source.covariate, (consult.consult, source))
            if (other[1].of, other[1].unit) != (source.of, source.unit):
                yield (
                    f"{consult.line}: {consult.consult}: covariate `{source.covariate}` is read otherwise"
                    f" in the consult of {other[0]}; give it another name"
                )


def _check_effects(guideline: Guideline) -> Problems:
    """Ratios of an interaction are calculated with: the least, then the greatest, above nothing."""
    for row in guideline.interactions:
        for name in ("auc_ratio", "cmax_ratio"):
            ratios = getattr(row.effect, name)
            if ratios and not (len(ratios) == 2 and 0 < ratios[0] <= ratios[1]):
                yield (
                    f"{row.line}: {row.interaction} with {row.with_}: {name}: write the least and the"
                    " greatest, such as [4.2, 4.2]"
                )
        yield from (
            f"{row.line}: {row.interaction} with {row.with_}: {problem}"
            for problem in (check_cites(row.effect.cites, guideline) if row.effect.cites else ())
        )
