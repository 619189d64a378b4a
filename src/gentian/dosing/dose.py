"""What a calculated dose holds: part of the plan's JSON contract (design 6, "Dose record")."""

from __future__ import annotations

from msgspec import Struct


class Amount(Struct, frozen=True, kw_only=True):
    """One end of a dose range, in every unit a reader may need; all are text (HZ-01 to HZ-03).

    per_day says "per week" or "every 4 wk" for what is given less than daily. products: the nearest
    measurable amount of each product, or why there is none.
    """

    per_dose: str  # "0.78 mg"
    per_day: str  # "1.56 mg/day"; for less than daily: "per week"
    per_body: str  # "2 mg/m²/day"
    products: list[str] = []  # "1.6 mL of oral solution 1 mg/mL (1.6 mg)"
    capped: str = ""  # "cap 1000 mg per dose (TX-102)"


class Dose(Struct, frozen=True, kw_only=True):
    """A dose for this body. tier: ready | indicative | withheld. text: the whole on one line.

    do_not_start and stop are ids of statements of the same plan; monitoring are names of schedules.
    """

    id: str
    medicine: str
    tier: str
    text: str
    low: Amount | None = None
    high: Amount | None = None
    default: Amount | None = None
    frequency: str = ""
    duration: str = ""
    choose_by: str = ""
    arithmetic: str = ""  # "√(110 cm × 20 kg ÷ 3600) = 0.7817 m²; 2 mg/m²/day × 0.7817 m² = …"
    checks: list[str] = []  # unticked: to do before it may be given
    withheld_because: list[str] = []
    caps: list[str] = []
    ceiling: str = ""
    review: str = ""  # "range as remembered, unchecked" | "unchecked dose" | ""
    do_not_start: list[str] = []
    monitoring: list[str] = []
    stop: str = ""
    cites: list[str] = []
