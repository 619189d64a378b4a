"""Every trap of the evidence (section 7), as somebody at a bedside would walk into it.

The name of a test is the trap; what the consult does about it is what the test holds it to. Each goes from a
form (or from FHIR) through chart, guideline and models to the consult.
"""

from __future__ import annotations

import math
from dataclasses import replace as change
from typing import Any

import pytest

from gentian.chart.errors import ReadingError
from gentian.pharmacokinetics import mixture
from gentian.pharmacokinetics.case import Wish, WishError
from gentian.pharmacokinetics.report import Consult
from tests.pharmacokinetics.people import (
    AS_OF,
    BODY,
    EARLIER,
    LATER,
    LEVELS,
    SOLUTION,
    WELL,
    ask,
    assert_same_options,
    bundle,
    consult,
    give,
    ids,
    level,
    list_days,
    marked,
    observe,
    print_all,
    read,
    reasons,
    says,
    through_fhir,
    type_form,
)

DILTIAZEM = "diltiazem: 30 mg twice daily"
FLUCONAZOLE = "fluconazole: 50 mg daily"
VORICONAZOLE = "voriconazole: 100 mg twice daily"


def model(found: Consult, name: str) -> Any:
    return next(one for one in found.models if one.id == f"sirolimus.{name}")


def refused(found: Consult, ident: str) -> None:
    """No dose in any form: no option, no label's dose, no mark; and the reason comes first."""
    assert found.status == "refused"
    assert (found.options, found.label, found.protocol, found.figure) == ([], None, "", None)
    assert ident in ids(found.said)
    assert found.headline == f"No dose is considered. {found.said[0].says}"
    assert found.said[0].mend


def unmarked(found: Consult, ident: str) -> None:
    """A doubt: what was weighed is shown, nothing is marked, and the headline says why."""
    assert found.status == "context" and marked(found) is None
    doubt = says(found, ident)
    assert doubt.kind == "warning" and doubt.says in found.headline


def blocked(found: Consult, ident: str) -> None:
    """A question comes first: no dose is weighed."""
    assert found.status == "context" and found.options == [] and found.label is None
    question = says(found, ident)
    assert question.kind == "question" and question.mend
    assert question.says in found.headline


# -- a "trough" that is not one; steady state ------------------------------------------------------------


def test_a_level_two_hours_after_a_dose_is_shown_and_no_trough_model_learns_from_it() -> None:
    found = consult(levels=[level("2026-05-12T10:00", "12 ng/mL")])
    assert reasons(found.levels[0]) == ["not-a-trough"] and found.levels[0].use == "shown"
    assert found.levels[0].expected is not None, "what was to be expected then is shown beside it"
    assert found.status == "context" and found.options == []
    assert "no valid level" in found.headline.lower()


def test_an_early_level_teaches_two_compartment_models_only() -> None:
    grown = {"born": "1990-03-10", "body": "weight: 70 kg, height: 175 cm"}
    found = consult(levels=[LEVELS[0], level("2026-05-12T14:00", "9 ng/mL")], **grown)
    assert reasons(found.levels[1]) == ["not-a-trough"] and found.levels[1].use == "fitted"
    assert found.status == "consider", "it is fitted, and does not count as a valid level"


def test_steady_state_is_never_assumed_soon_after_a_change() -> None:
    steps = (
        "sirolimus-solution-1: 1 mL daily at 08:00 2026-01-10 to 2026-05-08",
        "sirolimus-solution-1: 2 mL daily at 08:00 since 2026-05-09",
    )
    found = consult(steps, [level("2026-05-12T07:40", "6 ng/mL")])
    assert reasons(found.levels[0]) == ["not-steady-state"]
    assert "3 days after a change" in found.levels[0].reasons[0].says
    assert found.levels[0].use == "shown" and found.options == []
    assert found.next_sample is not None
    assert found.next_sample.when == "2026-05-23", "14 days after the change"


# -- times -------------------------------------------------------------------------------------------------


def test_a_recorded_time_that_is_two_hours_off_hardly_moves_a_trough() -> None:
    plain = consult()
    early = consult(
        levels=[level("2026-04-14T06:00", "4.1 ng/mL"), level("2026-05-12T05:40", "4.3 ng/mL")]
    )
    assert plain.present is not None and early.present is not None
    assert abs(early.present.trough.q50 / plain.present.trough.q50 - 1) < 0.1
    assert (marked(plain) or plain).says == (marked(early) or early).says  # type: ignore[union-attr]


def test_a_sample_before_the_first_dose_is_rejected() -> None:
    found = consult(levels=[level("2026-01-09T07:50", "4.1 ng/mL")])
    assert reasons(found.levels[0]) == ["before-first-dose"] and found.levels[0].expected is None
    assert found.options == []


@pytest.mark.parametrize("order", [1, -1])
def test_a_sample_and_a_dose_at_the_same_time_whichever_is_written_first(order: int) -> None:
    lines = [LEVELS[0], level("2026-05-12T08:00", "4.3 ng/mL")][::order]
    found = consult(levels=lines)
    assert found.levels[1].hours_after_dose == 24, "the sample was drawn before the dose"
    assert found.status == "dose"


def test_times_with_and_without_a_zone_are_not_subtracted_from_each_other() -> None:
    found = consult(levels=[LEVELS[0], level("2026-05-12T07:40+02:00", "4.3 ng/mL")])
    blocked(found, "time-zone")
    assert "Europe/Berlin" in says(found, "time-zone").mend


def test_one_moment_written_in_two_zones_is_one_moment() -> None:
    days = [give(f"{day}T08:00:00+02:00") for day in list_days("2026-05-20", 40)]
    here = bundle(*days, observe("level", "2026-05-19T07:50:00+02:00", 4.1, "LC-MS/MS"))
    there = bundle(*days, observe("level", "2026-05-19T05:50:00Z", 4.1, "LC-MS/MS"))
    one, other = (ask(chart, as_of="2026-05-20T12:00") for chart in (here, there))
    assert one.levels[0].hours_after_dose == pytest.approx(23 + 50 / 60)
    assert other.levels[0].hours_after_dose == one.levels[0].hours_after_dose
    assert one.options == other.options and one.status == "consider"


def test_the_night_in_which_the_clock_goes_forward_is_an_hour_shorter() -> None:
    levels = [level("2026-03-29T07:40", "4.1 ng/mL"), LEVELS[1]]
    here = consult(levels=levels, wish=Wish(zone="Europe/Berlin"))
    assert here.levels[0].hours_after_dose == pytest.approx(22 + 40 / 60)
    assert here.assumptions == ["Elapsed time is counted in the time zone Europe/Berlin."]
    naive = consult(levels=levels)
    assert says(naive, "clock-change").mend.startswith("Name the time zone")


# -- the assay ---------------------------------------------------------------------------------------------


def test_a_level_without_an_assay_gives_no_dose() -> None:
    found = consult(levels=[LEVELS[0], level(LATER, "4.3 ng/mL", "")])
    blocked(found, "assay")
    assert "LC-MS/MS" in says(found, "assay").mend


def test_a_method_nobody_knows_is_asked_about() -> None:
    blocked(consult(levels=[level(LATER, "4.3 ng/mL", "in-house magic")]), "assay")


def test_an_immunoassay_and_then_a_chromatograph_are_never_mixed_silently() -> None:
    mixed = consult(levels=[level(EARLIER, "5.1 ng/mL", "CMIA"), LEVELS[1]])
    assert [one.assay for one in mixed.levels] == ["CMIA (Architect)", "LC-MS/MS"]
    assert reasons(mixed.levels[1]) == ["assay-change"] and mixed.levels[1].use == "fitted"
    plain = consult(levels=[level(EARLIER, "5.1 ng/mL"), LEVELS[1]])
    assert mixed.present is not None and plain.present is not None
    assert width(mixed) > width(plain), "another assay has a bias of its own, and teaches less"


def width(found: Consult) -> float:
    assert found.present is not None
    return math.log(found.present.trough.q75 / found.present.trough.q25)


def test_an_early_level_without_an_assay_is_kept_and_not_fitted() -> None:
    found = consult(levels=[level(EARLIER, "9.9 ng/mL", ""), LEVELS[1]])
    assert found.levels[0].use == "shown" and reasons(found.levels[0]) == ["no-assay"]
    assert found.status == "consider"


# -- the formulation ---------------------------------------------------------------------------------------


def test_half_a_tablet_is_no_dose() -> None:
    blocked(consult("sirolimus-tablet-1: 1.5 mg daily at 08:00 since 2026-01-10"), "split-tablet")


def test_a_switch_from_tablets_to_the_solution_makes_the_old_level_say_less() -> None:
    switched = (
        "sirolimus-tablet-1: 1 mg daily at 08:00 2026-01-10 to 2026-04-30",
        "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-05-01",
    )
    found = consult(switched, [level(EARLIER, "7 ng/mL"), LEVELS[1]])
    stayed = consult(levels=[level(EARLIER, "7 ng/mL"), LEVELS[1]])
    assert found.present is not None and stayed.present is not None
    near = abs(found.present.trough.q50 - 4.3), abs(stayed.present.trough.q50 - 4.3)
    assert near[0] < near[1]
    assert [one.says for one in found.intakes] == [
        "1 mg once daily, tablet 1 mg",
        "1 mg once daily, oral solution 1 mg/mL",
    ]


def test_only_real_strengths_are_offered_and_tablets_stay_tablets() -> None:
    found = consult("sirolimus-tablet-1: 2 tablets daily at 08:00 since 2026-01-10")
    assert {one.per_dose % 0.5 for one in found.options} == {0.0}
    assert all("tablet" in one.portion and "solution" not in one.portion for one in found.options)


# -- extrapolation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "born", "kilograms"),
    [
        ("cheng-2020", "2011-03-10", 30),  # 15.2 years
        ("cheng-2020", "2019-03-10", 43.5),
        ("cheng-2020", "2024-05-01", 6.9),
        ("chen-2021", "2009-03-10", 50),  # 17.2 years
        ("chen-2021", "2019-03-10", 68.5),
        ("chen-2021", "2024-05-01", 7.9),
        ("fan-2024", "2014-03-10", 40),  # 12.2 years
        ("fan-2024", "2019-03-10", 65.5),
        ("golubovic-2019", "2010-06-10", 60),  # 15.9 years
        ("golubovic-2019", "1955-03-10", 60),  # 71 years
        ("golubovic-2019", "1990-03-10", 43),
        ("golubovic-2019", "1990-03-10", 129),
    ],
)
def test_no_model_speaks_outside_the_range_it_was_built_in(
    name: str, born: str, kilograms: float
) -> None:
    found = consult(born=born, body=f"weight: {kilograms} kg, height: 120 cm")
    line = model(found, name)
    assert not line.eligible and line.weight == 0 and line.expected is None
    assert "outside-range" in ids(line.reasons)
    assert "was built from" in line.reasons[0].says


def test_outside_every_range_there_is_an_explanation_and_no_dose() -> None:
    found = consult(born="1955-03-10", body="weight: 70 kg, height: 175 cm")
    refused(found, "outside-every-range")
    assert "71.2 years" in found.said[0].mend


def test_without_a_weight_it_is_the_weight_that_is_asked_for() -> None:
    found = consult(body="")
    assert found.status == "context" and found.options == [] and found.label is None
    assert found.headline == "Nothing can be said yet: No model can be used without weight."


@pytest.mark.parametrize("born", ["2025-05-21", "2026-01-20", "2025"])
def test_an_infant_under_twelve_months_is_for_the_specialist(born: str) -> None:
    since = "sirolimus-solution-1: 0.4 mL daily at 08:00 since 2026-03-01"
    infant = consult(since, born=born, body="weight: 8.5 kg, height: 70 cm")
    refused(infant, "infant-under-12-months")


def test_an_age_nobody_recorded_may_be_that_of_an_infant() -> None:
    found = consult(born="")
    refused(found, "infant-under-12-months")
    assert "not on record" in found.said[0].says and "Record it" in found.said[0].mend


def test_between_two_models_both_are_named_and_neither_is_stretched() -> None:
    found = consult(born="2010-03-10", body="weight: 50 kg, height: 165 cm")  # 16.2 years
    leading = {one.id for one in found.models if one.weight > 0}
    assert leading == {"sirolimus.chen-2021", "sirolimus.golubovic-2019"}


# -- growth ------------------------------------------------------------------------------------------------


def test_a_weight_of_last_winter_warns_in_a_child() -> None:
    found = consult(weighed="2026-01-12")
    assert says(found, "weight-old").kind == "warning"
    assert "2026-01-12" in says(found, "weight-old").says
    grown = {"born": "1990-03-10", "body": "weight: 70 kg, height: 175 cm"}
    assert "weight-old" not in ids(consult(weighed="2026-01-12", **grown).said)


def test_a_child_has_grown_since_an_old_weight_and_the_level_belongs_to_the_new_one() -> None:
    old = "2024-05-12: {weight: 15 kg}"
    found, plain = consult(levels=[*LEVELS, old]), consult()
    assert found.present is not None and plain.present is not None
    assert found.present.trough.q50 == pytest.approx(plain.present.trough.q50, rel=0.02)


def test_a_weight_that_leaps_is_confirmed_before_any_dose_follows_it() -> None:
    unmarked(consult(levels=[*LEVELS, "2026-05-13: {weight: 42 kg}"]), "weight-leap")


# -- interacting medicines ---------------------------------------------------------------------------------


def test_voriconazole_now_blocks_every_dose_and_names_another_antifungal() -> None:
    found = consult(others=[f"{VORICONAZOLE} since 2026-05-18"])
    refused(found, "strong-interaction-voriconazole")
    assert "echinocandin" in says(found, "strong-interaction-voriconazole").mend


def test_voriconazole_stopped_three_days_ago_still_acts() -> None:
    found = consult(others=[f"{VORICONAZOLE} 2026-05-01 to 2026-05-17"])
    refused(found, "strong-interaction-voriconazole")
    assert "still acts" in found.said[0].says
    assert "Trough at" in found.said[0].mend, "when the next levels are due, not another antifungal"


def test_voriconazole_long_ago_and_levels_since_is_history() -> None:
    assert consult(others=[f"{VORICONAZOLE} 2026-02-01 to 2026-02-14"]).status == "dose"


def test_rifampicin_blocks_every_dose_while_taken_and_while_it_fades() -> None:
    for when in ("since 2026-03-01", "2026-02-01 to 2026-05-10"):
        refused(
            consult(others=[f"rifampicin: 150 mg daily {when}"]), "strong-interaction-rifampicin"
        )


def test_diltiazem_of_known_size_is_followed_once_a_level_shows_it() -> None:
    found = consult(others=[f"{DILTIAZEM} since 2026-02-01"])
    assert found.status == "dose"
    levels = found.levels
    assert levels[0].expected is not None and consult().levels[0].expected is not None
    assert levels[0].expected.q50 > 1.3 * consult().levels[0].expected.q50  # type: ignore[union-attr]


@pytest.mark.parametrize("when", ["since 2026-05-14", "2026-02-01 to 2026-05-14"])
def test_diltiazem_started_or_stopped_since_the_last_level_asks_for_one(when: str) -> None:
    found = consult(others=[f"{DILTIAZEM} {when}"])
    unmarked(found, "moving-diltiazem")
    assert found.next_sample is not None and found.next_sample.when == "2026-05-21", "after 7 days"


def test_levels_from_before_fluconazole_of_unknown_size_say_nothing_about_now() -> None:
    between = consult(others=[f"{FLUCONAZOLE} since 2026-05-01"])
    assert [reasons(one) for one in between.levels] == [["before-interaction"], []]
    assert between.status == "consider", "one level counts"
    after = consult(others=[f"{FLUCONAZOLE} since 2026-05-15"])
    unmarked(after, "moving-fluconazole")
    assert after.options == []
    throughout = consult(others=[f"{FLUCONAZOLE} since 2026-02-01"])
    assert throughout.status == "dose", "both levels were drawn beside it"


# -- anaemia, bilirubin ------------------------------------------------------------------------------------


def test_a_bilirubin_raised_by_haemolysis_does_not_cut_the_clearance_and_both_are_shown() -> None:
    raised = {"body": f"{BODY}, bilirubin: 60 umol/L"}
    found = consult(findings=[*WELL, "active-haemolysis: now"], **raised)
    assert_same_options(found, consult())  # as if the bilirubin were the median
    both = next(one for one in found.sensitivity if one.id == "cap-bilirubin")
    assert "0.59 times the clearance" in both.says  # (60 / 11.29) ** -0.32
    capped = next(one for one in consult(**raised).sensitivity if one.id == "cap-bilirubin")
    assert "0.71 times the clearance" in capped.says  # (60 / 20.5) ** -0.32
    assert "put-in-bilirubin" in ids(model(found, "cheng-2020").reasons)


def test_a_bilirubin_of_months_ago_is_not_used_and_that_is_said() -> None:
    found = consult(levels=[*LEVELS, "2026-02-01: {bilirubin: 60 umol/L}"])
    assert_same_options(found, consult())
    assert "put-in-bilirubin" in ids(model(found, "cheng-2020").reasons)


def test_a_low_haematocrit_moves_no_dose_because_models_contradict_each_other() -> None:
    assert_same_options(consult(body=f"{BODY}, haematocrit: 20 %"), consult())


# -- an outlier; missed doses; below quantification --------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "odd"),
    [
        ("1.5 ng/mL", "15 ng/mL", "15 ng/mL"),
        ("4.1 ng/mL", "0.41 ng/mL", "0.41 ng/mL"),
        ("4.1 ng/mL", "19 ng/mL", "19 ng/mL"),
        ("8 ng/mL", "0.8 ng/mL", "0.8 ng/mL"),
    ],
)
def test_a_tenfold_slip_is_shown_with_and_without_and_never_dropped(
    first: str, last: str, odd: str
) -> None:
    found = consult(levels=[level(EARLIER, first), level(LATER, last)])
    unmarked(found, "outlier")
    assert odd in says(found, "outlier").says
    assert [one.measured for one in found.levels] == [first, last]
    assert found.levels[1].use == "outlier"
    apart = next(one for one in found.sensitivity if one.id == "outlier-apart")
    assert "With what lies far off" in apart.says and "Without" in apart.says
    assert found.next_sample is not None and found.next_sample.when == "2026-05-20", "at once"


def test_two_levels_that_agree_are_no_outliers() -> None:
    for value in ("2 ng/mL", "4.1 ng/mL", "12 ng/mL"):
        found = consult(levels=[level(EARLIER, value), level(LATER, value)])
        assert {one.use for one in found.levels} == {"fitted"}, value


def test_missed_doses_explain_a_low_level_better_than_a_changed_clearance() -> None:
    low = [level(EARLIER, "6 ng/mL"), level(LATER, "2.0 ng/mL")]
    found = consult(levels=low)
    assert found.adherence is not None and found.adherence.better > 2
    assert "Ask before the dose is raised" in found.adherence.says
    assert found.adherence.expected is not None and found.present is not None
    assert found.adherence.expected.q50 > found.present.trough.q50


def test_a_low_level_asks_about_missed_doses_that_nobody_recorded() -> None:
    low = [level(EARLIER, "1.8 ng/mL"), level(LATER, "1.5 ng/mL")]
    assert "ask-missed-doses" in ids(consult(levels=low, findings=WELL[:1]).said)
    assert "ask-missed-doses" not in ids(consult(levels=low).said), "they were denied"


def test_a_raise_waits_until_missed_doses_were_asked_about() -> None:
    low = [level(EARLIER, "3 ng/mL"), level(LATER, "1.0 ng/mL")]
    unmarked(consult(levels=low, findings=WELL[:1]), "raise-unasked")
    asked = consult(levels=low)
    option = marked(asked)
    assert option is not None and option.fold > 1, "they were denied, and the record says so"
    assert asked.adherence is not None


def test_missed_doses_on_record_mark_no_dose() -> None:
    unmarked(consult(findings=["missed-doses: on 2026-05-10"]), "missed-doses")


def test_a_level_below_quantification_is_neither_nought_nor_half_its_limit() -> None:
    below = consult(levels=[level(EARLIER, "<2 ng/mL"), LEVELS[1]])
    assert below.levels[0].below and below.levels[0].value == 2.0
    assert below.levels[0].use == "fitted"
    assert below.label is not None and below.present is not None
    for stated in ("1 ng/mL", "2 ng/mL"):
        fixed = consult(levels=[level(EARLIER, stated), LEVELS[1]])
        assert fixed.present is not None and fixed.present.trough != below.present.trough


@pytest.mark.parametrize("value", ["<1 ng/mL", "<3.5 ng/mL"])
def test_no_dose_follows_from_a_level_that_is_no_number(value: str) -> None:
    found = consult(levels=[level(EARLIER, value, "EMIT"), level(LATER, value, "EMIT")])
    unmarked(found, "below-quantification")
    assert found.label is None, "the label's arithmetic has no meaning there"


@pytest.mark.parametrize("value", ["0 ng/mL", "0.0 ng/mL"])
def test_a_level_of_nought_is_no_measurement(value: str) -> None:
    found = consult(levels=[LEVELS[0], level(LATER, value)])
    unmarked(found, "nought")
    assert found.levels[1].use == "shown" and "nought" in reasons(found.levels[1])


# -- the optimiser; a prediction of nought -----------------------------------------------------------------


def test_an_estimate_that_did_not_converge_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    real = mixture.estimate
    monkeypatch.setattr(
        mixture, "estimate", lambda *args, **more: change(real(*args, **more), converged=False)
    )
    refused_ = consult()
    assert refused_.status == "refused" and ids(refused_.said)[0] == "not-converged"
    assert refused_.options == [] and refused_.label is None


def test_one_model_that_did_not_converge_carries_no_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    real = mixture.estimate

    def estimate(problem: Any) -> Any:
        found = real(problem)
        return (
            change(found, converged=False) if problem.typical[0][2] == math.log(144.16) else found
        )

    monkeypatch.setattr(mixture, "estimate", estimate)
    found = consult()
    line = model(found, "cheng-2020")
    assert line.weight == 0 and "not-converged" in ids(line.reasons)
    assert found.status == "dose" and sum(one.weight for one in found.models) == pytest.approx(1)


def test_levels_that_can_be_read_in_two_ways_mark_no_dose(monkeypatch: pytest.MonkeyPatch) -> None:
    real = mixture.draw
    monkeypatch.setattr(mixture, "draw", lambda *args: change(real(*args), multimodal=True))
    unmarked(consult(), "two-readings")


def test_a_prediction_of_nought_breaks_no_arithmetic() -> None:
    paused = (
        "sirolimus-solution-1: 1 mL daily at 08:00 2025-12-01 to 2025-12-05",
        "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-05-01",
    )
    found = consult(paused, [level("2026-04-20T08:00", "1.1 ng/mL"), LEVELS[1]])
    assert reasons(found.levels[0]) == ["on-hold"]
    assert not {"NaN", "Infinity", "nan", "inf ", "null,null"} & set(print_all(found).split('"'))
    assert found.status == "consider"


# -- units -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        ("4.1 ug/L", "4.3 ug/L"),
        ("0.0041 mg/L", "0.0043 mg/L"),
        ("4.1 µg/L", "4300 ng/L"),
    ],
)
def test_one_level_in_another_unit_is_the_same_level(values: tuple[str, str]) -> None:
    found = consult(
        levels=[level(when, value) for when, value in zip((EARLIER, LATER), values, strict=True)]
    )
    assert found.options == consult().options


def test_nanomoles_are_turned_into_nanograms_by_the_molar_mass() -> None:
    found = consult(levels=[level(EARLIER, "4.5 nmol/L"), level(LATER, "4.7 nmol/L")])
    assert [round(one.value, 2) for one in found.levels] == [4.11, 4.30]
    assert found.levels[0].measured == "4.5 nmol/L", "the sentence keeps what was printed"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("4.1", "4.1 has no unit"),
        ("4.1 mg/L", "is not possible"),
        ("-3 ng/mL", "is not possible"),
        ("900 ng/mL", "is not possible"),
        ("4.1 mmHg", "unknown unit|not"),
    ],
)
def test_a_level_with_no_unit_or_a_wrong_one_is_refused_with_its_line(
    value: str, told: str
) -> None:
    with pytest.raises(ReadingError, match=told) as found:
        consult(levels=[LEVELS[0], level(LATER, value)])
    assert "child.yaml:9" in str(found.value)


# -- the size of a step; the label; silent precision -------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "values"),
    [
        (0.4, ("1.0 ng/mL", "1.1 ng/mL")),
        (1.0, ("2.0 ng/mL", "2.2 ng/mL")),
        (1.0, ("16 ng/mL", "17 ng/mL")),
    ],
)
def test_no_step_is_more_than_twofold(dose: float, values: tuple[str, str]) -> None:
    found = consult(
        f"sirolimus-solution-1: {dose} mL daily at 08:00 since 2026-01-10",
        [level(EARLIER, values[0]), level(LATER, values[1])],
    )
    assert found.options
    assert all(0.5 - 1e-9 <= one.fold <= 2 + 1e-9 for one in found.options)


def test_no_option_passes_the_ceiling_by_body_surface() -> None:
    found = consult("sirolimus-solution-1: 3 mL daily at 08:00 since 2026-01-10")  # 0.856 m2
    assert found.options and max(one.per_day for one in found.options) <= 4 * 0.8563


def test_without_a_height_the_ceiling_that_cannot_be_kept_is_said() -> None:
    assert says(consult(body="weight: 22 kg"), "no-surface").kind == "warning"


def test_a_dose_above_every_ceiling_is_not_answered_with_no_valid_level() -> None:
    tall = {"born": "1990-03-10", "body": "weight: 70 kg, height: 175 cm"}
    levels = [level(EARLIER, "15 ng/mL"), level(LATER, "15.5 ng/mL")]
    found = consult("sirolimus-solution-1: 20 mL daily at 08:00 since 2026-01-10", levels, **tall)
    assert marked(found) is None
    assert "No valid level" not in found.headline


def test_the_labels_dose_stands_beside_ours_and_a_difference_is_explained() -> None:
    found = consult(levels=[level(EARLIER, "1.8 ng/mL"), level(LATER, "1.5 ng/mL")])
    option, label = marked(found), found.label
    assert option is not None and label is not None and label.difference is not None
    assert label.per_day == pytest.approx(1.0 * 6 / 1.5)
    assert label.difference == pytest.approx(option.per_day / label.per_day - 1)
    assert abs(label.difference) > 0.3 and "smaller-step" in ids(label.explained)
    assert "No more than 2 times the present dose" in label.says


def test_the_labels_dose_never_stands_alone_beyond_the_limits() -> None:
    found = consult(levels=[level(EARLIER, "1.3 ng/mL"), level(LATER, "1.2 ng/mL")])
    assert found.label is not None and "= 5 mg" in found.label.says
    assert "No more than 2 times the present dose" in found.label.says


def test_no_label_s_dose_follows_from_a_level_that_lies_far_off() -> None:
    found = consult(levels=[level(EARLIER, "4.1 ng/mL"), level(LATER, "0.43 ng/mL")])
    assert "outlier" in ids(found.said) and found.label is None and marked(found) is None


def test_the_label_s_dose_is_that_of_the_day_the_level_was_drawn() -> None:
    steps = (
        "sirolimus-solution-1: 1 mL daily at 08:00 2026-01-10 to 2026-04-30",
        "sirolimus-solution-1: 1.5 mL daily at 08:00 since 2026-05-01",
    )
    found = consult(steps, [level(EARLIER, "1.5 ng/mL")])
    assert found.label is not None and found.label.per_day == pytest.approx(1.0 * 6 / 1.5)


def test_a_medicine_that_moves_the_level_is_named() -> None:
    found = consult(others=["diltiazem: 60 mg three times daily since 2026-03-01"])
    assert "1.6-fold" in next(one.says for one in found.said if one.id == "companion-diltiazem")


def test_a_dose_above_the_ceiling_is_said_before_anything_else() -> None:
    found = consult("sirolimus-solution-1: 10 mL daily at 08:00 since 2026-01-10")
    assert marked(found) is None and "10 mg a day, lies above the ceiling" in found.headline


def test_where_the_present_dose_is_expected_to_reach_too_much_a_level_comes_first() -> None:
    steps = (
        "sirolimus-solution-1: 1 mL daily at 08:00 2026-01-10 to 2026-05-14",
        "sirolimus-solution-1: 3 mL daily at 08:00 since 2026-05-15",
    )
    found = consult(steps, [level(EARLIER, "9 ng/mL"), level(LATER, "9.4 ng/mL")])
    assert "toxic-ahead" in ids(found.said) and marked(found) is None
    assert found.next_sample is not None and "now" in found.next_sample.says


def test_a_target_that_begins_where_sirolimus_is_held_is_no_target() -> None:
    with pytest.raises(WishError, match="where the medicine is held"):
        consult(wish=Wish(target=(30, 60)))


def test_a_level_inside_the_target_is_why_the_label_changes_nothing() -> None:
    found = consult(levels=[level(EARLIER, "2.0 ng/mL"), level(LATER, "2.2 ng/mL")])
    assert found.label is not None and "inside-already" in ids(found.label.explained)


def test_a_loading_dose_is_said_only_when_it_is_asked_for() -> None:
    low = (level(EARLIER, "2.2 ng/mL"), level(LATER, "2.0 ng/mL"))
    plain, wished = consult(levels=low), consult(levels=low, wish=Wish(loading=True))
    assert "Loading" not in print_all(plain)
    option = marked(wished)
    assert option is not None and option.fold > 1
    said = next(one for one in option.notes if one.id == "loading").says
    assert f"3 × ({option.per_day:g} − 1) = {3 * (option.per_day - 1):.4g} mg" in said


def test_a_model_with_the_dose_in_its_clearance_is_never_used() -> None:
    line = model(consult(), "jiao-2009")
    assert (line.use, line.eligible, line.weight, line.expected) == ("readable", False, 0.0, None)
    with pytest.raises(WishError, match="cannot be chosen"):
        consult(wish=Wish(model="sirolimus.jiao-2009"))


def test_there_is_no_number_without_its_interval_its_chance_its_models_and_its_levels() -> None:
    found = consult()
    for option in found.options:
        quantiles = [getattr(option.trough, name) for name in option.trough.__struct_fields__]
        assert quantiles == sorted(quantiles) and quantiles[0] < quantiles[-1]
        assert option.below + option.inside + option.above == pytest.approx(1)
    for line in found.models:
        if line.weight:
            assert line.expected is not None and line.clearance and line.half_life
    assert "From 2 levels" in found.headline and "%" in found.headline
    assert "2 of 2 levels could be used." in found.summary


def test_a_child_on_the_daily_solution_reads_the_same_from_fhir() -> None:
    chart = read(type_form(SOLUTION, LEVELS))
    one, other = ask(chart), ask(through_fhir(chart), as_of=AS_OF)
    assert (one.status, one.headline, one.options) == (other.status, other.headline, other.options)
