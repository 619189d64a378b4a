"""Records of somebody who takes sirolimus, and the consult that reads them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from gentian.chart.events import Chart
from gentian.chart.form import read_form
from gentian.language.dates import parse_date
from gentian.language.kinetics import Assay, ConsultEntry, CovariateSource, Rule, Target
from gentian.language.model import Guideline
from gentian.language.sources import read_entries
from gentian.pharmacokinetics.history import History, Level, Question, read_history
from tests.chart.samples import load_vocabulary

VOCABULARY = load_vocabulary()
GUIDELINE = cast(
    Guideline,
    SimpleNamespace(
        vocabulary=VOCABULARY, interactions=read_entries().entries.get("interaction", [])
    ),
)
INDEX = "2026-05-20T12:00"
HEAD = f"gentian: chart 1\nperson: example-child\nborn: 2019-05-04\nas_of: {INDEX}\n"


def make_rule(value: str) -> Rule:
    return Rule(value=value, cites=["PK-701"], read="known")


CONSULT = ConsultEntry(
    consult="sirolimus",
    medicine="sirolimus",
    level="sirolimus-trough",
    dose="sirolimus_start",
    targets=[Target(id="t", low="5 ng/mL", high="15 ng/mL", whose="a test", cites=["TX-147"])],
    assays=[
        Assay(id="lc-ms-ms", name="LC-MS/MS", group="chromatography", names=["LCMSMS"]),
        Assay(id="cmia", name="CMIA (Architect)", group="immunoassay", names=["Architect"]),
    ],
    covariates=[
        CovariateSource(covariate="weight", of="weight", unit="kg"),
        CovariateSource(covariate="bilirubin", of="bilirubin", unit="umol/L"),
        CovariateSource(covariate="azathioprine", of="azathioprine"),
    ],
    refusals=[],
    rules={
        "trough_from_share": make_rule("75 %"),
        "steady_after": make_rule("5 d"),
        "kept_until": make_rule("14 d"),
        "sample_time_within": make_rule("2 h"),
    },
    cites=["TX-147"],
)


def read_record(text: str, head: str = HEAD) -> Chart:
    return read_form((head + text).encode(), "child.yaml", VOCABULARY)


def read(
    medicines: str | list[str],
    results: str | list[str] = (),  # type: ignore[assignment]
    zone: str | None = None,
    index: str = INDEX,
    **rest: Any,
) -> History:
    """The history of typed lines: of medicines (`name: …`) and of results (`date: {…}`)."""
    return read_history(
        GUIDELINE, type_form(medicines, results, index), parse_date(index)[1], CONSULT, zone, **rest
    )


def type_form(
    medicines: str | list[str],
    results: str | list[str] = (),
    index: str = INDEX,  # type: ignore[assignment]
) -> Chart:
    sections = {"medicines": medicines, "results": results}
    text = ""
    for name, lines in sections.items():
        lines = [lines] if isinstance(lines, str) else lines
        if lines:
            text += f"{name}:\n" + "".join(f"  - {line}\n" for line in lines)
    return read_record(text, HEAD.replace(INDEX, index))


def type_level(when: str, value: str = "8.0 ng/mL", **rest: str) -> str:
    """A line of results; measured by LC-MS/MS unless said otherwise."""
    keys = {"value": value, "method": "LC-MS/MS"} | rest
    inner = ", ".join(f"{name}: {text}" for name, text in keys.items() if text)
    return f"{when}: {{sirolimus level: {{{inner}}}}}"


def ask(history: History, what: str) -> list[Question]:
    return [question for question in history.questions if question.what == what]


def one_level(history: History) -> Level:
    (level,) = history.levels
    return level
