"""Plans made by hand: a child with low platelets, a person of whom nothing is known."""

from __future__ import annotations

from typing import Any

import msgspec

from gentian.plan.model import (
    Amount,
    CalendarLine,
    CareStatus,
    Citation,
    Diagnosis,
    Dose,
    Gap,
    Gaps,
    GeneticClass,
    GuidelineLine,
    Item,
    Leaf,
    LookAlike,
    OpenSign,
    PersonLine,
    Plan,
    Problem,
    Qualifier,
    ReadingLine,
    ReadingNote,
    Sign,
    SourceLine,
    Statement,
)

PLATELETS = Leaf(
    fact="platelets",
    says="platelets",
    condition="platelets below 20 10*9/L",
    answer=True,
    value="18 10*9/L on 2026-11-20",
    sources=[SourceLine(place="line 12", text="platelets: 18 10*9/L")],
)
DNT = Leaf(
    fact="dnt_of_cd3",
    says="double-negative T cells of CD3+",
    condition="double-negative T cells of CD3+ at least 2.5 %",
    answer=True,
    value="4.1 % on 2026-10-02",
    sources=[SourceLine(place="line 15", text="dnt-of-cd3: 4.1 %")],
)
VARIANT = Leaf(
    fact="fas_variant",
    says="pathogenic FAS variant",
    condition="a pathogenic germline FAS variant",
    answer=True,
    value="likely pathogenic, germline, heterozygous",
    sources=[SourceLine(place="line 17", text="FAS c.748C>T germline, likely pathogenic")],
)
SPLEEN = Leaf(
    fact="spleen_below_margin",
    says="spleen below the costal margin",
    condition="spleen felt below the costal margin",
    answer=True,
    value="6 cm on 2026-11-20",
    sources=[SourceLine(place="line 13", text="spleen-below-margin: 6 cm")],
)
NO_IGG = Leaf(
    fact="igg",
    says="IgG",
    condition="IgG below the limit for the age",
    answer=None,
    cause="never recorded",
)
NO_LIPIDS = Leaf(
    fact="lipids", says="lipids", condition="lipids measured", answer=None, cause="never recorded"
)


def make_dose() -> Dose:
    """The starting dose of a child of 121 cm and 24 kg: a range, in real units at both ends."""
    return Dose(
        id="sirolimus_start",
        medicine="sirolimus",
        tier="indicative",
        text="2–2.5 mg/m2/day, once daily: 1.8–2.2 mg/day (body surface 0.90 m2)",
        low=Amount(
            per_dose="1.80 mg",
            per_day="1.80 mg/day",
            per_body="2 mg/m2/day",
            products=["1.8 mL of oral solution 1 mg/mL (1.8 mg)"],
        ),
        high=Amount(
            per_dose="2.25 mg",
            per_day="2.25 mg/day",
            per_body="2.5 mg/m2/day",
            products=["2.2 mL of oral solution 1 mg/mL (2.2 mg)"],
        ),
        frequency="once daily",
        choose_by="trough level",
        arithmetic="√(121 cm × 24 kg ÷ 3600) = 0.90 m2; 2 mg/m2/day × 0.90 m2 = 1.80 mg/day",
        checks=["lipids before the first dose: not recorded"],
        ceiling="above 4 mg/m2/day a human decides",
        monitoring=["sirolimus-trough"],
        stop="sirolimus-stopping",
        cites=["TX-142", "TX-146"],
    )


def _statement(**given: Any) -> Statement:
    plain: dict[str, Any] = {
        "problems": ["low-platelets"],
        "row": "autoimmune-cytopenia",
        "column": "first-line",
        "kind": "recommend",
        "phase": "start",
        "answer": "applies",
        "outcome": "offer",
        "certainty": "case-or-expert",
    }
    return Statement(**(plain | given))


def make_statements() -> list[Statement]:
    """One of every outcome and column."""
    return [
        _statement(
            id="bleeding-watch",
            kind="warn",
            column="plan",
            emergency=True,
            urgency=1,
            says="Platelets below 20 10*9/L: look for bleeding today, and repeat the count.",
            because=[PLATELETS],
            cites=["TX-024"],
        ),
        _statement(
            id="steroid-pulse",
            medicine="prednisolone",
            state="on since 2026-11-08",
            phase="both",
            urgency=2,
            says="A short course of prednisolone, 1–2 mg/kg/day: 24–48 mg/day, then off.",
            because=[PLATELETS],
            instead=["immunoglobulin, when a faster rise is needed"],
            cites=["TX-100"],
        ),
        _statement(
            id="sirolimus-long-term",
            column="long-term",
            medicine="sirolimus",
            state="proposed",
            problems=["low-platelets", "nodes", "spleen"],
            outcome="offer-after-checks",
            urgency=3,
            says="Sirolimus for cytopenia together with nodes or spleen.",
            checks=[
                "clarithromycin finished or changed",
                "lipids before the first dose: not recorded",
            ],
            dose=make_dose(),
            because=[PLATELETS, SPLEEN],
            missing=[NO_LIPIDS],
            instead=["ranks above mmf-long-term: one medicine serves cytopenia and nodes"],
            cites=["TX-140", "TX-142"],
            certainty="trial",
        ),
        _statement(
            id="sirolimus-long-term",
            row="lymphoproliferation",
            column="long-term",
            medicine="sirolimus",
            item="spleen",
            problems=["spleen"],
            urgency=3,
            says="The same sirolimus also serves the spleen.",
            because=[SPLEEN],
            cites=["TX-140"],
            certainty="trial",
        ),
        _statement(
            id="mmf-long-term",
            column="long-term",
            kind="consider",
            medicine="mycophenolate",
            outcome="withheld",
            urgency=4,
            says="Mycophenolate where sirolimus is not possible.",
            blocked_by=["pregnancy not asked: the test comes first"],
            cites=["TX-200"],
        ),
        _statement(
            id="splenectomy-last",
            column="avoid",
            kind="last-resort",
            urgency=2,
            says="Splenectomy only when everything else has failed: lifelong risk of sepsis.",
            because=[SPLEEN],
            cites=["TX-260"],
        ),
        _statement(
            id="mmf-not-for-nodes",
            row="lymphoproliferation",
            column="avoid",
            kind="avoid",
            says="Mycophenolate does not shrink nodes or spleen.",
            cites=["TX-200"],
        ),
        _statement(
            id="spleen-watch",
            row="lymphoproliferation",
            column="watch",
            kind="monitor",
            says="Watch nodes and spleen; treat when they press or trap cells.",
            cites=["TX-020"],
        ),
        _statement(
            id="fever-plan",
            row="infection",
            column="plan",
            kind="inform",
            standing=True,
            outcome="assumed",
            assumed="assumed asplenic for fever: function of the spleen not recorded",
            urgency=1,
            says="Fever of 38.0 °C or more: be seen the same day, culture, antibiotics early.",
            cites=["TX-300"],
        ),
        _statement(
            id="immunoglobulin-replacement",
            row="infection",
            column="long-term",
            kind="consider",
            answer="cannot-tell",
            outcome="cannot-tell",
            says="Immunoglobulin replacement when IgG is low and infections recur.",
            missing=[NO_IGG],
            cites=["TX-240"],
        ),
        _statement(
            id="family-testing",
            row="family",
            column="plan",
            kind="refer",
            urgency=4,
            says="Offer testing of parents, brothers and sisters; test any donor.",
            because=[VARIANT],
            cites=["TX-410"],
        ),
        _statement(
            id="airway-pathway",
            row="lymphoproliferation",
            column="first-line",
            answer="does-not-apply",
            outcome="not-applicable",
            says="Airway compromise: airway team first.",
            because=[msgspec.structs.replace(SPLEEN, answer=False, condition="airway compromise")],
            cites=["TX-020"],
        ),
    ]


TRAVEL = Leaf(
    fact="leishmania_exposed",
    says="ever in a region with leishmaniasis",
    condition="ever in a region with leishmaniasis",
    answer=True,
    value="yes since 2026-07",
    sources=[SourceLine(place="line 21", text="travel-endemic-leishmania: since 2026-07")],
)


def make_look_alikes() -> list[LookAlike]:
    """One that is raised by a journey, one of the panel that is raised, one that is only named."""
    leishmaniasis = LookAlike(
        id="visceral-leishmaniasis",
        name="visceral leishmaniasis",
        tier="must-exclude",
        danger=1,
        state="open",
        folded="",
        points_to=[
            Sign(says="ever in a region with leishmaniasis", because=[TRAVEL], cites=["SX-006"])
        ],
        speaks_against=[Sign(says="raised eosinophils", cites=["SX-012"])],
        not_asked=[
            OpenSign(
                question="Leishmania PCR in blood (or marrow)",
                cost="send-out",
                cause="never recorded",
                fact="leishmania_pcr_positive",
                would_speak_against=["Leishmania PCR negative"],
            )
        ],
        test="Leishmania PCR in blood or marrow; a negative rK39 does not exclude.",
        tested=False,
        because=[],
        therapy="Liposomal amphotericin cures.",
        harm="Delays the cure and can be fatal.",
        asked_by=["exclude-leishmaniasis"],
        cites=["SX-006", "SX-010"],
    )
    panel = msgspec.structs.replace(
        leishmaniasis,
        id="ctla4-insufficiency",
        name="CTLA4 insufficiency",
        tier="panel",
        danger=2,
        state="suspected",
        therapy="Abatacept, sirolimus or transplant.",
        harm="",
        review="as remembered, unchecked",
    )
    named = msgspec.structs.replace(
        leishmaniasis,
        id="brucellosis",
        name="brucellosis",
        danger=2,
        folded="nothing points to it",
        points_to=[],
        not_asked=[],
    )
    return [leishmaniasis, named, panel]


def make_plan() -> Plan:
    """A child of seven with definitive ALPS-FAS, platelets 18 and a large spleen."""
    return Plan(
        gentian="0.1.0",
        guideline=GuidelineLine(version="2026.1", hash="a91c42d07be0", country="US"),
        as_of="2026-11-22T09:00",
        person=PersonLine(
            id="p-7f3a",
            born="2019-03",
            age="7 years",
            sex="female",
            weight="24 kg on 2026-11-20",
            height="121 cm on 2026-11-20",
            body_surface="0.90 m2 (Mosteller, 2026-11-20)",
            medicines=[
                "prednisolone 20 mg daily since 2026-11-08",
                "clarithromycin since 2026-11-15",
            ],
        ),
        reading=ReadingLine(
            format="form",
            counts={"taken": 14, "refused": 1, "not-used": 1, "confirm": 1},
            notes=[
                ReadingNote(
                    group="refused",
                    place="line 19",
                    what="haemoglobin 7.9",
                    why="no unit",
                    mend="write `7.9 g/dL` or `7.9 mmol/L`",
                ),
                ReadingNote(
                    group="confirm",
                    place="line 12",
                    what="platelets 18 10*9/L",
                    why="unusually low",
                    mend="confirm the value",
                ),
                ReadingNote(
                    group="not-used",
                    place="line 22",
                    what="note: tired",
                    why="free text is not read",
                ),
            ],
        ),
        assumptions=["assumed asplenic for fever: function of the spleen not recorded"],
        diagnosis={
            "nih-2009": Diagnosis(
                standard="nih-2009",
                name="NIH 2009",
                answer="definitive",
                label="ALPS, definitive",
                qualifiers=[
                    Qualifier(
                        id="lymphoma-exclusion-not-documented",
                        says="exclusion of lymphoma not documented",
                    )
                ],
                items=[
                    Item(
                        criterion="dnt_raised",
                        says="Raised double-negative T cells.",
                        group="required",
                        answer=True,
                        because=[DNT],
                        cites=["DX-003"],
                    ),
                    Item(
                        criterion="biomarker_raised",
                        says="A raised biomarker.",
                        group="secondary",
                        answer=None,
                        cites=["DX-006"],
                    ),
                ],
                because=[DNT, SPLEEN, VARIANT],
                cites=["DX-010"],
            ),
            "esid-2019": Diagnosis(
                standard="esid-2019",
                name="ESID working definition",
                answer="met",
                label="met",
                because=[SPLEEN, DNT],
                cites=["DX-020"],
            ),
        },
        genetic_class=GeneticClass(
            id="alps-fas", name="ALPS-FAS (germline)", answer="known", because=[VARIANT]
        ),
        care_status=CareStatus(
            status="established",
            says="Criteria met: may be treated as ALPS.",
            because=[DNT, VARIANT],
        ),
        emergencies=["bleeding-watch"],
        standing_plans=["fever-plan"],
        look_alikes=make_look_alikes()[:2],
        problems=[
            Problem(
                id="low-platelets",
                name="low platelets",
                row="autoimmune-cytopenia",
                active=True,
                severity="severe",
                mechanism=["autoimmune", "sequestration"],
                since="2026-10",
                because=[PLATELETS],
            ),
            Problem(
                id="spleen",
                name="enlarged spleen",
                row="lymphoproliferation",
                active=True,
                because=[SPLEEN],
            ),
            Problem(id="low-igg", name="low IgG", row="infection", active=None, missing=[NO_IGG]),
            Problem(
                id="low-neutrophils",
                name="low neutrophils",
                row="autoimmune-cytopenia",
                active=False,
            ),
        ],
        statements=make_statements(),
        calendar=[
            CalendarLine(
                when="now",
                what=["full blood count"],
                because=["platelets below 20 10*9/L"],
                status="overdue",
                cites=["PR-02"],
            ),
            CalendarLine(
                when="day 10 after start",
                what=["sirolimus trough", "lipids"],
                because=["sirolimus proposed"],
                status="if-started",
                cites=["PR-04"],
            ),
        ],
        gaps=Gaps(
            could_confirm=[
                Gap(
                    fact="igg",
                    question="What is the IgG?",
                    cost="blood",
                    cause="never recorded",
                    unlocks=["immunoglobulin-replacement"],
                    urgency=3,
                )
            ],
            could_exclude=[
                Gap(
                    fact="ldh",
                    question="What is the LDH?",
                    cost="blood",
                    cause="too old (240 U/L, 2025-01-10)",
                    unlocks=["lymphoma-question"],
                    urgency=2,
                )
            ],
        ),
        review="drafted: not yet approved by clinicians",
        sources=[
            Citation(
                id="TX-140",
                says="Prospective trial of sirolimus in refractory autoimmune cytopenia.",
                read="seen",
                source="Blood 2016;127:17",
                url="https://ashpublications.org/blood/article/127/1/17/34867",
            ),
            Citation(id="TX-260", says="Splenectomy and sepsis.", read="known", source="series"),
        ],
    )


def make_unknown_plan() -> Plan:
    """A person of whom nothing is known: what to ask first, and the standing plans."""
    asks = ["Is there fever now?", "Is there bleeding now?", "Has the spleen been removed?"]
    gaps = [
        Gap(
            fact=f"fact_{number}",
            question=question,
            cost="ask",
            cause="never recorded",
            unlocks=["fever-plan"],
            urgency=1,
        )
        for number, question in enumerate(asks)
    ]
    unknown = [
        msgspec.structs.replace(
            statement, answer="cannot-tell", outcome="cannot-tell", dose=None, because=[]
        )
        for statement in make_statements()
        if not statement.standing
    ]
    plan = make_plan()
    return msgspec.structs.replace(
        plan,
        person=PersonLine(id="p-0000"),
        reading=ReadingLine(format="form", counts={"taken": 1}),
        diagnosis={
            key: msgspec.structs.replace(
                item, answer="cannot-tell", label="cannot tell", qualifiers=[], items=[], because=[]
            )
            for key, item in plan.diagnosis.items()
        },
        genetic_class=GeneticClass(id="", name="", answer="unknown"),
        care_status=CareStatus(status="under-investigation", says="Not enough is known yet."),
        emergencies=[],
        look_alikes=[],
        problems=[
            msgspec.structs.replace(problem, active=None, severity="", mechanism=[], because=[])
            for problem in plan.problems
        ],
        statements=[*(s for s in make_statements() if s.standing), *unknown],
        calendar=[],
        gaps=Gaps(could_confirm=gaps, could_exclude=[]),
        sources=[],
    )


def spoil(value: Any, poison: str, closed: frozenset[str] | None = None) -> Any:
    """Return the plan with `poison` in every text that a record or a guideline can bring in.

    closed: names of fields that stay as they are; else those of a plan.
    """
    closed = frozenset(CLOSED) if closed is None else closed
    if isinstance(value, str):
        return value + poison
    if isinstance(value, list):
        return [spoil(item, poison, closed) for item in value]
    if isinstance(value, dict):
        return {key: spoil(item, poison, closed) for key, item in value.items()}
    if isinstance(value, msgspec.Struct):
        changed = {
            name: spoil(getattr(value, name), poison, closed)
            for name in value.__struct_fields__
            if name not in closed
        }
        return msgspec.structs.replace(value, **changed)
    return value


CLOSED = {  # words of closed lists, ids that link one part of the plan to another
    "answer",
    "outcome",
    "kind",
    "row",
    "column",
    "status",
    "group",
    "emergencies",
    "standing_plans",
    "id",
    "tier",
    "cites",
    "counts",
    "read",
    "severity",
    "cost",
    "phase",
}
