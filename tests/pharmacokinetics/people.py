"""People on sirolimus, typed in a few words, and the consult that each of them gets.

A form goes the whole way: chart, reading, answers of the guideline, consult. Unless a test says otherwise it
is a boy of seven (22 kg, 120 cm) on 1 mg of the solution at eight each morning, with two troughs of a month.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import msgspec

from gentian.chart.events import Chart
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.form import read_form
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.dates import parse_date
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline
from gentian.pharmacokinetics.case import Wish
from gentian.pharmacokinetics.consult import make_consult
from gentian.pharmacokinetics.report import Consult, DoseOption, LevelLine, Said
from gentian.plan.assembly import settle

AS_OF = "2026-05-20T12:00"
BORN = "2019-03-10"
SOLUTION = "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-01-10"
TABLETS = "sirolimus-tablet-1: 2 mg daily at 08:00 since 2026-01-10"
WELL = ("new-cough-or-breathlessness: absent", "missed-doses: absent", "liver-impairment: absent")
BODY = "weight: 22 kg, height: 120 cm"
EARLIER, LATER = "2026-04-14T07:50", "2026-05-12T07:40"


@cache
def guideline() -> Guideline:
    """The whole guideline, loaded once."""
    return load_guideline()


def level(when: str, value: str, method: str = "LC-MS/MS", **more: str) -> str:
    """A line of results."""
    keys = {"value": value, "method": method} | more
    inner = ", ".join(f"{name}: {text}" for name, text in keys.items() if text)
    return f"{when}: {{sirolimus level: {{{inner}}}}}"


LEVELS = (level(EARLIER, "4.1 ng/mL"), level(LATER, "4.3 ng/mL"))


def type_form(
    medicines: str | Sequence[str] = SOLUTION,
    levels: str | Sequence[str] = LEVELS,
    *,
    body: str = BODY,
    weighed: str = "2026-05-12",
    findings: Iterable[str] = WELL,
    others: Iterable[str] = (),
    born: str = BORN,
    sex: str = "male",
    as_of: str = AS_OF,
    complete: bool = True,
) -> str:
    """The form as somebody would type it. others: further medicines; body: typed on the day `weighed`."""
    head = ["gentian: chart 1", "person: child", f"sex: {sex}", f"as_of: {as_of}"]
    head += [f"born: {born}"] if born else []
    head += [f"complete: {{medicines: {as_of[:10]}, allergies: {as_of[:10]}}}"] if complete else []
    results = [*_list(levels), *([f"{weighed}: {{{body}}}"] if body else [])]
    sections = {
        "results": results,
        "findings": [*findings],
        "medicines": [*_list(medicines), *others],
    }
    for name, lines in sections.items():
        if lines:
            head += [f"{name}:", *(f"  - {line}" for line in lines)]
    return "\n".join(head) + "\n"


def _list(lines: str | Sequence[str]) -> list[str]:
    return [lines] if isinstance(lines, str) else [*lines]


def read(text: str, given: Guideline | None = None) -> Chart:
    return read_form(text.encode(), "child.yaml", (given or guideline()).vocabulary)


def ask(
    chart: Chart,
    wish: Wish | None = None,
    settings: Settings | None = None,
    as_of: str = "",
    given: Guideline | None = None,
) -> Consult:
    """The consult of a chart, by the whole way. given: another guideline than the one that ships."""
    knowledge = given or guideline()
    index = parse_date(as_of)[1] if as_of else None
    chart, at, settings = settle(knowledge, chart, index, settings or Settings())
    answers = answer(knowledge, chart, at, settings)
    return make_consult(knowledge, chart, answers, settings, wish or Wish())


def consult(
    medicines: str | Sequence[str] = SOLUTION,
    levels: str | Sequence[str] = LEVELS,
    *,
    wish: Wish | None = None,
    settings: Settings | None = None,
    given: Guideline | None = None,
    **more: object,
) -> Consult:
    """The consult of a typed person; `more` goes to `type_form`."""
    chart = read(type_form(medicines, levels, **more), given)  # type: ignore[arg-type]
    return ask(chart, wish, settings, given=given)


def through_fhir(chart: Chart) -> Chart:
    """The same record written as FHIR and read back."""
    return read_fhir(write_fhir(chart, guideline()), "child.json", guideline())


def overlay(**values: str) -> Settings:
    """A centre's own values."""
    return Settings(overlay=values, overlay_name="our clinic")


# -- what a consult says ------------------------------------------------------------------------------


def marked(found: Consult) -> DoseOption | None:
    """The one dose that is marked."""
    options = [one for one in found.options if one.mark]
    assert len(options) <= 1, "more than one dose is marked"
    return options[0] if options else None


def says(found: Consult, ident: str) -> Said:
    """What is said under an id, at the top of the consult."""
    return next(one for one in found.said if one.id == ident)


def ids(found: Iterable[Said]) -> list[str]:
    return [one.id for one in found]


def reasons(line: LevelLine) -> list[str]:
    return ids(line.reasons)


def assert_same_options(one: Consult, other: Consult, near: float = 1e-6) -> None:
    """The same doses, marked alike, with the same chances but for rounding."""
    assert [(o.says, o.mark, o.is_present) for o in one.options] == [
        (o.says, o.mark, o.is_present) for o in other.options
    ]
    for here, there in zip(one.options, other.options, strict=True):
        for name in ("below", "inside", "above"):
            assert abs(getattr(here, name) - getattr(there, name)) < max(near, 1e-3)
        assert abs(here.trough.q50 - there.trough.q50) <= near * here.trough.q50


def encode(found: Consult) -> bytes:
    return msgspec.json.encode(found)


def print_all(found: Consult) -> str:
    """Every word of a consult, for looking for one."""
    return encode(found).decode()


def milligrams(option: DoseOption) -> Fraction:
    return Fraction(option.per_dose).limit_denominator(1000)


# -- the same in FHIR, where times carry offsets and doses are given one by one -------------------------

CODES = {
    "weight": ("http://loinc.org", "29463-7", "kg"),
    "height": ("http://loinc.org", "8302-2", "cm"),
    "level": ("urn:gentian", "sirolimus-trough", "ng/mL"),
}


def observe(what: str, when: str, value: float, method: str = "") -> dict[str, object]:
    """An Observation of `CODES`."""
    system, code, unit = CODES[what]
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    found = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/child"},
        "code": {"coding": [{"system": system, "code": code}]},
        "effectiveDateTime": when,
        "valueQuantity": quantity,
    }
    return found | ({"method": {"text": method}} if method else {})


def give(when: str, milligrams: float = 1.0) -> dict[str, object]:
    """A MedicationAdministration of sirolimus."""
    dose = {"value": milligrams, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    return {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "subject": {"reference": "Patient/child"},
        "medicationCodeableConcept": {"text": "sirolimus"},
        "effectiveDateTime": when,
        "dosage": {"dose": dose},
    }


def bundle(*resources: dict[str, object], born: str = BORN) -> Chart:
    """A FHIR bundle of the child, read."""
    patient = {"resourceType": "Patient", "id": "child", "gender": "male", "birthDate": born}
    body = [observe("weight", "2026-05-12", 22), observe("height", "2026-05-12", 120)]
    entry = [
        {"resource": one | {"id": f"r{place}"} if place else one}
        for place, one in enumerate([patient, *body, *resources])
    ]
    written = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entry})
    return read_fhir(written.encode(), "child.json", guideline())


def list_days(last: str, count: int) -> list[str]:
    """So many days up to a last one, oldest first."""
    end = date.fromisoformat(last)
    return [(end - timedelta(days=back)).isoformat() for back in range(count - 1, -1, -1)]
