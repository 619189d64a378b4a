"""Consults made by hand: two levels, one, none, refused, and one in which everything goes wrong at once.

The numbers are invented and only look like those of a child; no page may depend on them.
"""

from __future__ import annotations

from math import exp
from typing import Any

from msgspec.structs import replace

from gentian.pharmacokinetics.report import (
    Adherence,
    Band,
    Consult,
    DoseOption,
    Figure,
    IntakeLine,
    LabelDose,
    LevelLine,
    ModelLine,
    NextSample,
    Point,
    Quantiles,
    Said,
    TargetLine,
)
from tests.documents import samples

TARGET = TargetLine(
    low=5,
    high=15,
    unit="ng/mL",
    whose="children with refractory immune cytopenia (trough, whole blood)",
    cites=["TX-146"],
    others=["5 to 10 ng/mL in the review of 2019"],
)
SPREADS = {"q025": -1.96, "q05": -1.645, "q10": -1.28, "q25": -0.67, "q50": 0.0}


def make_quantiles(middle: float, spread: float = 0.3) -> Quantiles:
    """Of a log-normal concentration."""
    ends = {name: middle * exp(spread * at) for name, at in SPREADS.items()}
    mirrored = {"q975": 1.96, "q95": 1.645, "q90": 1.28, "q75": 0.67}
    return Quantiles(**ends, **{name: middle * exp(spread * at) for name, at in mirrored.items()})


def say(ident: str, kind: str, says: str, mend: str = "", **more: Any) -> Said:
    return Said(id=ident, kind=kind, says=says, mend=mend, **more)


# --- parts ---------------------------------------------------------------------------------------

NOT_A_TROUGH = say(
    "not-a-trough", "note", "drawn 3 h after the dose, not before it", "draw the next before a dose"
)
ASSAY = say("assay-change", "note", "another assay (CMIA) than the levels before it (LC-MS/MS)")


def make_level(when: str, value: float, use: str = "fitted", **more: Any) -> LevelLine:
    plain: dict[str, Any] = {
        "measured": f"{value:g} ng/mL",
        "below": False,
        "assay": "LC-MS/MS",
        "hours_after_dose": 23.5,
        "expected": make_quantiles(6.2, 0.45),
        "share": 0.4,
        "place": "line 22",
    }
    return LevelLine(when=when, value=value, use=use, **(plain | more))


def make_option(
    dose: float, middle: float, chances: tuple[float, float, float], **more: Any
) -> DoseOption:
    below, inside, above = chances
    return DoseOption(
        says=f"{dose:g} mg once daily",
        portion=f"{dose:g} mL of oral solution 1 mg/mL",
        per_dose=dose,
        every=24,
        per_day=dose,
        fold=dose,
        trough=make_quantiles(middle, 0.28),
        below=below,
        inside=inside,
        above=above,
        **more,
    )


def make_options(mark: str = "highlighted") -> list[DoseOption]:
    """Seven doses; the present one is 1 mg, the label's 1.8 mg."""
    raised = say("step", "note", "half as much again as now")
    return [
        make_option(0.8, 3.4, (0.93, 0.0695, 0.0005)),
        make_option(1, 4.2, (0.73, 0.268, 0.002), is_present=True),
        make_option(1.3, 5.6, (0.34, 0.653, 0.007)),
        make_option(1.5, 6.4, (0.19, 0.794, 0.016)),
        make_option(1.8, 7.7, (0.07, 0.89, 0.04), is_label=True),
        make_option(2, 8.4, (0.03, 0.92, 0.05), mark=mark, notes=[raised]),
        make_option(2.4, 10.2, (0.006, 0.884, 0.11)),
    ]


MODELS = [
    ModelLine(
        id="sirolimus.cheng-2020",
        name="Cheng 2020",
        says="27 children of 1 to 15 years with refractory immune cytopenia, China, immunoassay",
        use="dosing",
        eligible=True,
        leads=True,
        weight=0.62,
        clearance="5.1 L/h (3.9 to 6.6)",
        half_life="19 h (13 to 27)",
        effective=0.81,
        expected=make_quantiles(8.1),
        traps=["its volume does not follow weight"],
        cites=["PK-01"],
    ),
    ModelLine(
        id="sirolimus.chen-2021",
        name="Chen 2021",
        says="80 children with tuberous sclerosis, China, EMIT",
        use="dosing",
        eligible=True,
        weight=0.38,
        clearance="4.8 L/h (3.9 to 6.0)",
        half_life="25 h (18 to 33)",
        effective=0.84,
        expected=make_quantiles(8.9),
        cites=["PK-03"],
    ),
    ModelLine(
        id="sirolimus.golubovic-2019",
        name="Golubovic 2019",
        says="25 adults after a kidney transplant, Serbia, CMIA",
        use="dosing",
        eligible=False,
        reasons=[say("age", "note", "built from adults of 16 to 64 years; this child is 7")],
        cites=["PK-04"],
    ),
    ModelLine(
        id="sirolimus.jiao-2009",
        name="Jiao 2009",
        says="112 adults after a kidney transplant with ciclosporin, China, HPLC",
        use="readable",
        eligible=False,
        reasons=[say("dose-power", "note", "the dose stands in its clearance")],
        traps=["the dose is a covariate of clearance: an artefact of monitoring"],
        cites=["PK-05"],
    ),
]


def make_figure(**more: Any) -> Figure:
    """Eight weeks of 1 mg once daily, two levels, four weeks of 2 mg ahead."""
    hours = [float(hour) for hour in range(0, 84 * 24 + 1, 4)]
    index = 56 * 24 + 1.0
    middle = [_curve(hour, index) for hour in hours]
    bands = [
        Band(
            share=share,
            low=[
                value * exp(-at * _width(hour, index))
                for hour, value in zip(hours, middle, strict=True)
            ],
            high=[
                value * exp(at * _width(hour, index))
                for hour, value in zip(hours, middle, strict=True)
            ],
        )
        for share, at in ((0.5, 0.67), (0.8, 1.28), (0.95, 1.96))
    ]
    plain: dict[str, Any] = {
        "title": "On 2 mg once daily the next trough is most likely 6 to 12 ng/mL, inside the target",
        "origin": "2026-09-28T08:00",
        "index": index,
        "hours": hours,
        "middle": middle,
        "bands": bands,
        "doses": [24.0 * day for day in range(85)],
        "points": [
            Point(
                hours=14 * 24 - 0.5,
                value=4.1,
                below=False,
                use="fitted",
                says="4.1 ng/mL on 2026-10-12 07:30, fitted",
            ),
            Point(
                hours=42 * 24 - 0.5,
                value=4.6,
                below=False,
                use="fitted",
                says="4.6 ng/mL on 2026-11-09 07:30, fitted",
            ),
        ],
        "target": TARGET,
        "dose": "2 mg once daily",
    }
    return Figure(**(plain | more))


def _curve(hour: float, index: float) -> float:
    """A rise to a plateau that swings between doses, and doubles from the index time on."""
    swing = 1 + 0.35 * exp(-((hour - 0.01) % 24) / 9) - 0.12
    plateau = 4.3 * (1 - exp(-hour / 70))
    ahead = 4.2 * (1 - exp(-(hour - index) / 70)) if hour > index else 0
    return max((plateau + ahead) * swing, 0.02)


def _width(hour: float, index: float) -> float:
    return 0.42 - 0.2 * min(hour / 1000, 1) + (0.06 if hour > index else 0)


# --- whole consults -------------------------------------------------------------------------------


def make_consult(**more: Any) -> Consult:
    """Two levels and a highlighted dose, which differs from the label's by 11 %."""
    plain: dict[str, Any] = {
        "gentian": "0.4.0",
        "guideline": {
            "version": "2026.1",
            "hash": "a91c42d07be0f3",
            "overlay": "",
            "country": "FR",
        },
        "as_of": "2026-11-23T09:00",
        "person": "p-7f3a",
        "born": "2019-03",
        "medicine": "sirolimus",
        "status": "dose",
        "headline": "Low for the target: 2 mg once daily is the dose to consider, from 1 mg once daily.",
        "summary": [
            "Two levels on 1 mg once daily were 4.1 and 4.6 ng/mL, below the target of 5 to 15 ng/mL.",
            "On 2 mg once daily the expected trough is 6 to 12 ng/mL (4 in 5 chance).",
            "The chance to be in the target would rise from about 3 in 10 to about 9 in 10.",
        ],
        "target": TARGET,
        "said": [
            say(
                "weight-old",
                "warning",
                "The weight is 5 months old; a child of this age gains 2 to 6 kg a year.",
                "weigh today and run the consult again",
                place="line 9",
            ),
            say(
                "bilirubin",
                "question",
                "Bilirubin is not on record; the median of the model was put in.",
                "add `bilirubin: … umol/L`",
            ),
            say("steady", "note", "Both levels were drawn at steady state.", cites=["TX-150"]),
        ],
        "intakes": [
            IntakeLine(
                says="1 mg once daily at 08:00, oral solution 1 mg/mL",
                starts="2026-09-28",
                ends="",
                place="line 18",
            )
        ],
        "levels": [
            make_level("2026-10-12 07:30", 4.1, share=0.3),
            make_level("2026-11-09 07:30", 4.6, expected=make_quantiles(4.4), share=0.85),
        ],
        "models": MODELS,
        "protocol": "The guideline starts with 2 mg/m2 once daily: 1.8 mg (body surface 0.90 m2).",
        "options": make_options(),
        "label": LabelDose(
            says="The label's proportional dose is 1.8 mg a day",
            arithmetic="1 mg × 8 ng/mL ÷ 4.6 ng/mL = 1.74 mg, measured out as 1.8 mg",
            per_day=1.8,
            level="4.6 ng/mL on 2026-11-09",
            difference=0.11,
            explained=[say("shrinks", "note", "the label takes the last level alone as exact")],
            cites=["TX-148"],
        ),
        "next_sample": NextSample(
            when="2026-12-07",
            says="Next level on 7 December before the morning dose, 14 days after a change.",
            because=["steady state is reached after 7 to 14 days", "same laboratory and assay"],
            cites=["TX-149"],
        ),
        "figure": make_figure(),
        "assumptions": ["Doses were taken as prescribed, at 08:00."],
        "sources": [
            {
                "id": "TX-146",
                "says": "Trough of 5 to 15 ng/mL.",
                "read": "seen",
                "source": "Cheng 2020",
                "url": "https://doi.org/10.1177/2058738420934936",
            },
            {
                "id": "PK-01",
                "says": "Population model of 27 children.",
                "read": "transcription",
                "source": "Cheng 2020",
                "url": "",
            },
        ],
        "review": "drafted; the models are transcriptions that no clinician has checked",
    }
    return Consult(**(plain | more))


def make_single() -> Consult:
    """One level: doses that could be considered, and none is highlighted."""
    options = [
        *make_options("")[:3],
        *(
            make_option(o.per_dose, 1.3 * o.per_dose + 4, (0.2, 0.7, 0.1), mark="consider")
            for o in make_options("")[3:5]
        ),
    ]
    figure = make_figure(
        points=make_figure().points[:1],
        title="One level only: the next trough on 1.5 mg once daily is most likely 4 to 10 ng/mL",
        dose="1.5 mg once daily",
    )
    return make_consult(
        status="consider",
        headline="One level only: 1.5 or 1.8 mg once daily could be considered; a second level decides.",
        summary=["One level, 4.1 ng/mL, is below the target of 5 to 15 ng/mL."],
        levels=make_consult().levels[:1],
        options=options,
        label=replace(make_consult().label, difference=None, explained=[]),
        figure=figure,
    )


def make_context() -> Consult:
    """No level: the guideline's protocol alone, and no forecast of this child's own."""
    return make_consult(
        status="context",
        headline="No level yet: the guideline's protocol stands alone.",
        summary=["Without a level, published models differ about twofold; no dose is proposed."],
        levels=[],
        options=[],
        label=None,
        figure=None,
        said=[
            say(
                "no-level",
                "question",
                "No level of sirolimus is on record.",
                "add the level with date, time and assay",
            )
        ],
    )


def make_refused() -> Consult:
    """Voriconazole is taken: nothing with an amount may be printed, though amounts are there."""
    return make_consult(
        status="refused",
        headline="Refused for safety: voriconazole is being taken.",
        summary=["No dose is considered while a strong inhibitor is taken."],
        said=[
            say(
                "strong-inhibitor",
                "refusal",
                "Voriconazole raises the exposure to sirolimus about elevenfold; no model describes it "
                "in children.",
                "ask a specialist today, take a level now, and run the consult again once it is stopped",
                cites=["TX-160"],
                place="line 14",
            )
        ],
    )


def make_crowded() -> Consult:
    """Outlier, not a trough, assay change, below the limit, missed doses, an old gap, many models."""
    levels = [
        make_level("2026-10-12 07:30", 4.1),
        make_level("2026-10-19 11:00", 14.2, "shown", reasons=[NOT_A_TROUGH], hours_after_dose=3.0),
        make_level("2026-10-26 07:30", 2.0, below=True, measured="<2 ng/mL"),
        make_level("2026-11-02 07:40", 6.8, assay="CMIA", reasons=[ASSAY]),
        make_level("2026-11-09 07:30", 46, "outlier", share=0.0004),
        make_level("2026-11-16 07:30", 5.2, "shown", reasons=[say("serum", "note", "serum")]),
    ]
    hours = [14, 21.125, 28, 35, 42, 49]
    points = [
        Point(
            hours=24 * day,
            value=level.value,
            below=level.below,
            use=level.use,
            says=f"{level.measured} on {level.when}",
        )
        for day, level in zip(hours, levels, strict=True)
    ]
    doses = [24.0 * day for day in range(85) if not 22 <= day < 33]
    others = [
        ModelLine(
            id=f"sirolimus.other-{number}",
            name=f"Other {number}",
            says="adults of another disease",
            use="robustness" if number % 2 else "research",
            eligible=False,
            reasons=[say("range", "note", f"weight above {40 + number} kg only")],
        )
        for number in range(6)
    ]
    return make_consult(
        headline="2 mg once daily is the dose to consider, if the level of 9 November is an error.",
        said=[
            *make_consult().said,
            say(
                "outlier",
                "warning",
                "The level of 9 November is ten times what was expected.",
                "repeat it; it may be a slip of the decimal point",
                place="line 26",
            ),
            say(
                "adherence",
                "question",
                "Were doses missed in the week before 26 October?",
                "ask the family",
            ),
        ],
        levels=levels,
        models=[*MODELS, *others],
        figure=make_figure(points=points, doses=doses),
        adherence=Adherence(
            says="Missed doses explain the level of 26 October better.",
            missed="about 2 of the last 7 doses",
            better=5.1,
            expected=make_quantiles(8),
        ),
        sensitivity=[
            say(
                "without",
                "note",
                "Without the level of 9 November: 2 mg once daily, 6 to 12 ng/mL.",
            ),
            say("with", "note", "With it: 1 mg once daily, 5 to 11 ng/mL."),
        ],
    )


EVERY = {
    "two levels": make_consult,
    "one level": make_single,
    "no level": make_context,
    "refused": make_refused,
    "crowded": make_crowded,
}


CLOSED = frozenset({"status", "use", "mark", "kind", "origin"})


def spoil(consult: Consult, poison: str) -> Consult:
    """Return the consult with `poison` in every text; words of closed lists and the origin stay."""
    spoiled: Consult = samples.spoil(consult, poison, CLOSED)
    return spoiled
