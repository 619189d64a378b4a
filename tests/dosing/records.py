"""Dose records and bodies made by hand, with the numbers of the evidence base."""

from __future__ import annotations

from fractions import Fraction

from gentian.dosing.body import Body, Measurement, Surface, calculate_surface
from gentian.dosing.calculation import calculate_dose
from gentian.dosing.dose import Dose
from gentian.dosing.obstacles import Circumstances
from gentian.language.dates import parse_date
from gentian.language.model import (
    AdultFlat,
    Band,
    Cap,
    Ceiling,
    Concept,
    DoseRecord,
    Frequency,
    NeededFact,
    Span,
    Vocabulary,
)

TODAY = parse_date("2026-11-23T09:00")[0]
YESTERDAY = parse_date("2026-11-22")
DAILY = Frequency(times=1, per="1 d", says="once daily")
TWICE = Frequency(times=2, per="1 d", says="twice daily")


def product(name: str, strength: str, step: str, form: str, least: str = "") -> Concept:
    """A product of the vocabulary."""
    return Concept(
        sort="product",
        id=name.replace(" ", "-").replace("/", "-"),
        name=name,
        form=form,
        strength=strength,
        smallest_step=step,
        not_under_body_surface=least,
    )


PRODUCTS = [
    product("oral solution 1 mg/mL", "1 mg/mL", "0.1 mL", "solution"),
    product("tablet 0.5 mg", "0.5 mg", "1 1", "tablet"),
    product("tablet 1 mg", "1 mg", "1 1", "tablet"),
    product("tablet 5 mg", "5 mg", "0.5 1", "tablet"),
    product("suspension 200 mg/mL", "200 mg/mL", "0.1 mL", "solution"),
    product("capsule 250 mg", "250 mg", "1 1", "capsule", "1.25 m2"),
    product("injection 300 ug/mL", "300 ug/mL", "0.01 mL", "vial"),
    product("powder of unknown strength", "", "", "solution"),
    product("tablet 250 mg", "250 mg", "0.5 1", "tablet"),
]
VOCABULARY = Vocabulary(
    concepts={item.id: item for item in PRODUCTS}, members={}, names={}, codes={}
)
SIZED = [
    NeededFact(fact="weight", not_older={"child": "30 d", "adult": "90 d"}, paired=True),
    NeededFact(fact="height", not_older={"child": "30 d", "adult": "90 d"}, paired=True),
]
WEIGHED = [NeededFact(fact="weight", not_older={"child": "30 d", "adult": "90 d"})]

SIROLIMUS = DoseRecord(  # TX-142; adult flat TX-153; HZ-01, HZ-23
    dose="sirolimus_start",
    medicine="sirolimus",
    name="starting dose",
    per="m2",
    low="2 mg/m2",
    high="2.5 mg/m2",
    frequency=DAILY,
    adult_flat=AdultFlat(from_="18 a", low="2 mg", high="2 mg", cites=["TX-153"], read="known"),
    ceiling=Ceiling(per="day", value="4 mg/m2", says="a person decides (HZ-01)"),
    products=["oral-solution-1-mg-mL", "tablet-0.5-mg", "powder-of-unknown-strength"],
    not_under="12 mo",
    needs=SIZED,
    no_cap="no sourced cap for ALPS",
    cites=["TX-142"],
    read="seen",
)
MYCOPHENOLATE = DoseRecord(  # TX-205, TX-206
    dose="mycophenolate_long_term",
    medicine="mycophenolate-mofetil",
    name="usual dose",
    per="m2",
    low="600 mg/m2",
    high="600 mg/m2",
    is_="dose",
    frequency=TWICE,
    caps=[
        Cap(per="dose", value="1000 mg", cites=["TX-205"], read="seen", if_="child"),
        Cap(per="day", value="2 g", cites=["TX-205"], read="seen", if_="child"),
    ],
    products=["suspension-200-mg-mL", "capsule-250-mg"],
    needs=SIZED,
    gates=["teratogen_gate_open"],
    cites=["TX-205"],
    read="seen",
)
PREDNISONE = DoseRecord(  # TX-100, TX-103
    dose="prednisone_flare",
    medicine="prednisone",
    name="flare",
    per="kg",
    low="1 mg/kg",
    high="2 mg/kg",
    frequency=DAILY,
    ceiling=Ceiling(per="day", value="80 mg", says="only by a written protocol (TX-103)"),
    products=["tablet-5-mg"],
    needs=WEIGHED,
    cites=["TX-100"],
    read="seen",
)
METHYLPREDNISOLONE = DoseRecord(  # TX-101, TX-102
    dose="methylprednisolone_pulse",
    medicine="methylprednisolone",
    name="pulse",
    per="kg",
    low="5 mg/kg",
    high="30 mg/kg",
    frequency=DAILY,
    duration=Span(says="for 1 to 3 days", low="1 d", high="3 d"),
    caps=[Cap(per="day", value="1000 mg", cites=["TX-102"], read="known")],
    needs=WEIGHED,
    cites=["TX-101"],
    read="seen",
)
FILGRASTIM = DoseRecord(  # TX-135
    dose="filgrastim_infection",
    medicine="filgrastim",
    name="infection",
    per="kg",
    low="1 ug/kg",
    high="2 ug/kg",
    is_="dose",
    frequency=Frequency(times=[2, 3], per="7 d", says="2 to 3 times a week"),
    products=["injection-300-ug-mL"],
    needs=WEIGHED,
    cites=["TX-135"],
    read="seen",
)
PENICILLIN = DoseRecord(  # TX-504, SX-093
    dose="penicillin_v_prophylaxis",
    medicine="penicillin-v",
    name="prophylaxis",
    per="flat",
    is_="dose",
    frequency=TWICE,
    bands=[
        Band(from_="0 a", to="3 a", country="US", low="125 mg", high="125 mg"),
        Band(from_="3 a", country="US", low="250 mg", high="250 mg"),
        Band(from_="0 a", to="1 a", country="AU", low="62.5 mg", high="62.5 mg"),
        Band(from_="1 a", to="5 a", country="AU", low="125 mg", high="125 mg"),
        Band(from_="5 a", country="AU", low="250 mg", high="250 mg"),
    ],
    products=["tablet-250-mg"],
    cites=["TX-504"],
    read="seen",
)
IMMUNOGLOBULIN = DoseRecord(  # TX-122, SX-082
    dose="immunoglobulin_course",
    medicine="immunoglobulin",
    name="course",
    per="kg",
    low="0.4 g/kg",
    high="0.4 g/kg",
    frequency=DAILY,
    duration=Span(says="for 2 to 5 days", low="2 d", high="5 d"),
    caps=[Cap(per="course", value="2 g/kg", cites=["SX-082"], read="derived")],
    needs=WEIGHED,
    cites=["TX-122"],
    read="seen",
)


def make_body(
    weight: str = "20",
    height: str = "110",
    *,
    months: int | None = 60,
    on: str = "2026-11-22",
    height_on: str = "",
) -> Body:
    """A body measured on one day (or two); weight in kg, height in cm, age in months."""
    taken, also = parse_date(on), parse_date(height_on or on)
    kilograms = Measurement(Fraction(weight), "kg", taken) if weight else None
    centimetres = Measurement(Fraction(height), "cm", also) if height else None
    surface = None
    if kilograms and centimetres and taken == also:
        size = calculate_surface(centimetres.value, kilograms.value)
        surface = Surface(size, kilograms, centimetres)
    unclear = [
        (name, f"{name} not recorded")
        for name, known in (("weight", kilograms), ("height", centimetres))
        if known is None
    ]
    age = None if months is None else (months * 1_000_000, months * 1_000_000)
    return Body(kilograms, centimetres, surface, age, tuple(unclear))


def dose(record: DoseRecord, body: Body | None = None, **circumstances: object) -> Dose:
    """The dose on 2026-11-23; `adult` and other criteria are named in `criteria`."""
    criteria = {"adult": False, "teratogen_gate_open": True}
    criteria |= circumstances.pop("criteria", {})  # type: ignore[arg-type]
    known = Circumstances(
        index=TODAY, criteria=criteria, say=lambda name: name.replace("_", " "), **circumstances
    )
    return calculate_dose(record, body or make_body(), known, VOCABULARY)
