"""People of the guideline's tests, as short forms; plans are made with the guideline that ships."""

from __future__ import annotations

from textwrap import dedent, indent

from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan, Statement

OFFERED = ("offer", "offer-after-checks", "assumed")
TREATING = ("recommend", "consider", "last-resort", "prevent", "change-dose")

# Seven years old, ALPS on record, every question of today asked and answered with no.
CHILD = """
    born: 2019-05-04
    sex: male
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, examination: 2026-11-20}
"""
WELL = """
    findings:
      - alps-diagnosis-recorded: since 2024
      - spleen-in-place: now
      - fever: absent
      - mucosal-bleeding: absent
      - skin-bleeding: absent
      - airway-compromise: absent
      - left-upper-abdominal-pain: absent
      - shoulder-tip-pain: absent
      - anaemia-symptoms: absent
      - b-symptoms: absent
      - focal-node-change: absent
"""
COUNTS = """
    results:
      - 2026-11-19: {platelets: 240 10*9/L, haemoglobin: 128 g/L, neutrophils: 3.1 10*9/L}
      - 2026-11-19: {weight: 24 kg, height: 121 cm}
"""


def read_plan(
    *parts: str,
    country: str | None = None,
    as_of: str = "2026-11-20",
    guideline: Guideline | None = None,
) -> Plan:
    """The plan of a form put together from parts; sections that come twice are joined."""
    guideline = guideline or load_guideline()
    sections: dict[str, str] = {}
    for part in parts:
        name = ""
        for line in dedent(part).strip("\n").splitlines():
            if line.startswith(" "):
                sections[name] += f"{line}\n"
            else:
                name = line.partition(":")[0]
                sections.setdefault(name, f"{line}\n")
    head = f"gentian: chart 1\nperson: example-test\nas_of: {as_of}\n"
    form = head + "".join(sections.values())
    chart = read_chart(form.encode(), guideline, file="example.yaml")
    return make_plan(guideline, chart, as_of=None, settings=Settings(country=country))


def findings(*lines: str) -> str:
    """A `findings` section."""
    return "findings:\n" + indent("".join(f"- {line}\n" for line in lines), "  ")


def medicines(*lines: str) -> str:
    """A `medicines` section."""
    return "medicines:\n" + indent("".join(f"- {line}\n" for line in lines), "  ")


def results(*lines: str) -> str:
    """A `results` section, all of the day before the index time."""
    return "results:\n" + indent("".join(f"- 2026-11-19: {{{line}}}\n" for line in lines), "  ")


def find(plan: Plan, name: str) -> Statement:
    """One statement of the plan."""
    return next(item for item in plan.statements if item.id == name)


def list_offers(plan: Plan) -> list[Statement]:
    """Statements that offer a medicine."""
    return [
        item
        for item in plan.statements
        if item.medicine and item.kind in TREATING and item.outcome in OFFERED
    ]
