"""What a consult answers, and when it gives nothing: status by status, hazards and vectors of the evidence.

HZ and TV are those of the treatment evidence (sections 9 and 10) that concern levels.
"""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from gentian.chart.errors import ReadingError
from gentian.pharmacokinetics.case import Wish, WishError
from gentian.pharmacokinetics.label import say_loading
from gentian.pharmacokinetics.rules import Rules
from gentian.pharmacokinetics.timeline import UnknownZone
from tests.pharmacokinetics.people import (
    AS_OF,
    BODY,
    EARLIER,
    LATER,
    LEVELS,
    SOLUTION,
    TABLETS,
    WELL,
    ask,
    assert_same_options,
    bundle,
    consult,
    encode,
    give,
    guideline,
    ids,
    level,
    list_days,
    marked,
    observe,
    overlay,
    print_all,
    read,
    reasons,
    says,
    through_fhir,
    type_form,
)
from tests.pharmacokinetics.test_traps import blocked, model, refused, unmarked

GROWN = {"born": "1990-03-10", "body": "weight: 70 kg, height: 175 cm"}
WOMAN = {"born": "2000-03-10", "sex": "female", "body": "weight: 55 kg, height: 165 cm"}


# -- how many levels ---------------------------------------------------------------------------------------


def test_with_no_level_the_guidelines_own_dose_stands_alone() -> None:
    found = consult(levels=())
    assert found.status == "context" and found.options == [] and found.label is None
    assert "the guideline's own dose stands alone" in found.headline
    assert found.protocol.startswith("1.71 to 2.14 mg/day")  # 2 to 2.5 mg/m2 of 0.856 m2
    assert found.protocol in found.headline


def test_with_one_level_a_dose_is_to_consider() -> None:
    found = consult(levels=LEVELS[1:])
    option = marked(found)
    assert found.status == "consider" and option is not None and option.mark == "consider"
    assert "From one level" in found.headline


def test_with_two_levels_one_dose_is_highlighted() -> None:
    found = consult()
    option = marked(found)
    assert found.status == "dose" and option is not None and option.mark == "highlighted"


@pytest.mark.parametrize("place", [0, 1])
def test_a_second_level_that_is_not_valid_does_not_count(place: int) -> None:
    peak = level("2026-04-20T10:00", "9 ng/mL")
    found = consult(levels=[LEVELS[place], peak])
    assert found.status == "consider" and len(found.levels) == 2


def test_one_result_reported_twice_counts_once() -> None:
    found = consult(levels=[LEVELS[1], LEVELS[1]])
    assert found.status == "consider"


def test_two_results_of_one_moment_that_differ_are_asked_about() -> None:
    blocked(consult(levels=[LEVELS[1], level(LATER, "8.3 ng/mL")]), "two-levels")


def test_levels_of_half_a_year_ago_say_nothing_about_now() -> None:
    found = ask(read(type_form(levels=LEVELS, as_of="2026-12-20T12:00", weighed="2026-12-18")))
    assert [reasons(one) for one in found.levels] == [["too-old"], ["too-old"]]
    assert found.options == [] and found.label is None


# -- what the user asks for --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cheng-2020", "chen-2021", "fan-2024"])
def test_a_model_that_is_asked_for_leads_alone(name: str) -> None:
    found = consult(wish=Wish(model=f"sirolimus.{name}"))
    assert [one.id for one in found.models if one.weight > 0] == [f"sirolimus.{name}"]
    assert found.status == "dose"


@pytest.mark.parametrize("name", ["bridge-2026", "jiao-2009", "nobody-1999"])
def test_no_other_model_can_be_asked_for(name: str) -> None:
    with pytest.raises(WishError, match=r"expected one of sirolimus\.cheng-2020, "):
        consult(wish=Wish(model=f"sirolimus.{name}"))


def test_a_model_that_is_asked_for_outside_its_range_is_a_refusal() -> None:
    refused(consult(wish=Wish(model="sirolimus.cheng-2020"), **GROWN), "outside-every-range")


def test_another_interval_is_shown_and_nothing_is_marked() -> None:
    found = consult(wish=Wish(interval=12))
    unmarked(found, "interval-change")
    assert found.options and {one.every for one in found.options} == {12.0}
    assert all(0.5 <= one.fold <= 2 for one in found.options)
    assert consult(wish=Wish(interval=24)).status == "dose", "the interval that is taken already"


@pytest.mark.parametrize(
    "wish",
    [
        Wish(target=(12, 5)),
        Wish(target=(8, 8)),
        Wish(target=(-1, 8)),
        Wish(target=(0, 8)),
        Wish(target=(5, float("nan"))),
        Wish(target=(5, float("inf"))),
        Wish(interval=0),
        Wish(interval=-24),
        Wish(interval=float("nan")),
        Wish(interval=1e9),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused_with_what_was_expected(wish: Wish) -> None:
    with pytest.raises(WishError, match="expected"):
        consult(wish=wish)


def test_a_zone_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownZone, match="Europe/Berlinn"):
        consult(wish=Wish(zone="Europe/Berlinn"))


def test_the_target_is_the_centres_own_where_it_has_one() -> None:
    ours = overlay(sirolimus_trough_low="6 ng/mL", sirolimus_trough_high="12 ng/mL")
    found = consult(settings=ours)
    assert (found.target.low, found.target.high) == (6, 12)
    assert "our clinic" in found.target.whose and found.target.others
    wished = consult(settings=ours, wish=Wish(target=(5, 9)))
    assert (wished.target.low, wished.target.high) == (5, 9)
    assert wished.target.whose == "given with this request"


# -- who takes what ----------------------------------------------------------------------------------------


def test_sirolimus_that_was_stopped_gives_no_forecast() -> None:
    found = consult("sirolimus-solution-1: 1 mL daily at 08:00 2026-01-10 to 2026-05-15")
    assert found.status == "context" and found.options == [] and found.present is None
    assert "no dose of sirolimus that is taken now" in found.headline


def test_sirolimus_that_is_only_planned_is_not_taken() -> None:
    found = consult("sirolimus-solution-1: planned 2026-06-01", levels=())
    assert "no dose of sirolimus that is taken now" in found.headline and found.intakes == []


def test_sirolimus_whose_dose_is_not_known_is_not_called_not_taken() -> None:
    found = consult("sirolimus-solution-1: 1 mg/d since 2026-01-10")
    blocked(found, "dose")
    assert "not being taken" not in print_all(found)


def test_two_statements_side_by_side_are_never_added_up_silently() -> None:
    second = "sirolimus-solution-1: 1.5 mL daily at 20:00 since 2026-03-10"
    blocked(consult([SOLUTION, second]), "doses-overlap")


def test_two_tablets_taken_together_are_one_dose() -> None:
    pieces = (
        "sirolimus-tablet-1: 1 tablet daily at 08:00 since 2026-01-10",
        "sirolimus-tablet-half: 1 tablet daily at 08:00 since 2026-01-10",
    )
    found = consult(pieces)
    assert found.status == "dose" and found.present is not None
    assert found.present.says == "1.5 mg once daily"
    assert_same_options(
        found, consult("sirolimus-tablet-half: 3 tablets daily at 08:00 since 2026-01-10")
    )


def test_doses_of_two_sizes_at_two_times_are_foretold_as_they_are_taken() -> None:
    uneven = (
        "sirolimus-tablet-1: 1 tablet daily at 08:00 since 2026-01-10",
        "sirolimus-tablet-half: 1 tablet daily at 20:00 since 2026-01-10",
    )
    found = consult(uneven)
    unmarked(found, "uneven")
    assert found.present is None and not any(one.is_present for one in found.options)
    even = consult("sirolimus-tablet-half: 3 tablets daily at 08:00 since 2026-01-10")
    here, there = (model(one, "bridge-2026").expected.q50 for one in (found, even))
    assert here == pytest.approx(there, rel=0.35), "of the whole day, not of its last tablet"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "sirolimus-solution-1: 2 mL every other day at 08:00 since 2026-01-10",
            "2 mg every 2 days",
        ),
        (
            "sirolimus-solution-1: 0.5 mL twice daily at 08:00 and 20:00 since 2026-01-10",
            "0.5 mg twice daily",
        ),
        (
            "sirolimus-solution-1: 0.4 mL every 8 h at 00:00, 08:00 and 16:00 since 2026-01-10",
            "0.4 mg every 8 h",
        ),
    ],
)
def test_other_intervals_stay_what_they_are(line: str, said: str) -> None:
    found = consult(line)
    assert found.present is not None and found.present.says == said and found.present.fold == 1
    assert {one.every for one in found.options} == {found.present.every}


def test_alternate_days_of_two_sizes_give_no_silent_dose() -> None:
    lines = (
        "sirolimus-tablet-1: 1 mg every other day at 08:00 since 2026-01-10",
        "sirolimus-tablet-2: 2 mg every other day at 08:00 since 2026-01-11",
    )
    assert marked(consult(lines)) is None


# -- hazards -----------------------------------------------------------------------------------------------


def test_hz_05_a_trough_too_early_or_too_soon_changes_no_dose() -> None:
    for when in ("2026-05-12T12:00", "2026-05-12T20:00"):  # 4 h and 12 h after a daily dose
        found = consult(levels=[level(when, "9 ng/mL")])
        assert reasons(found.levels[0]) == ["not-a-trough"] and marked(found) is None
    untimed = consult(levels=[level("2026-05-12", "4.3 ng/mL")])
    blocked(untimed, "sample-time")
    undosed = consult("sirolimus-solution-1: 1 mL daily since 2026-01-10")
    blocked(undosed, "dose-time")


def test_hz_05_said_to_be_drawn_before_the_dose_is_enough() -> None:
    stated = [level(when, "4.2 ng/mL", timing="before-dose") for when in (EARLIER, LATER)]
    assert consult("sirolimus-solution-1: 1 mL daily since 2026-01-10", stated).status == "dose"


def test_hz_06_serum_is_the_wrong_sample() -> None:
    found = consult(levels=[LEVELS[0], level(LATER, "4.3 ng/mL", specimen="serum")])
    blocked(found, "specimen")
    assert found.levels[1].reasons[0].says.startswith("measured in serum or plasma")


def test_hz_07_every_strong_inhibitor_taken_blocks_and_a_planned_one_too() -> None:
    for line in (
        "posaconazole: 300 mg daily since 2026-05-18",
        "clarithromycin: 250 mg twice daily since 2026-05-18",
    ):
        found = consult(others=[line])
        assert found.status == "refused" and "strong-interaction-" in " ".join(ids(found.said))


def test_hz_08_when_an_inducer_stops_the_next_levels_are_named() -> None:
    found = consult(others=["rifampicin: 150 mg daily 2026-02-01 to 2026-05-14"])
    refused(found, "strong-interaction-rifampicin")
    assert (
        "the sirolimus level rises" in found.said[0].mend
        and "Trough at 5 to 7 days" in found.said[0].mend
    )


def test_hz_23_tv_15_an_infant_of_four_months_gets_no_dose_at_all() -> None:
    found = consult(
        "sirolimus-solution-1: 0.2 mL daily at 08:00 since 2026-03-10",
        born="2026-01-15",
        body="weight: 6 kg, height: 62 cm",
    )
    refused(found, "infant-under-12-months")
    assert "specialist" in found.said[0].mend


@pytest.mark.parametrize(
    ("finding", "ident"),
    [
        ("pregnancy: now", "pregnant-now"),
        ("breast-feeding: now", "breast-feeding"),
        ("new-cough-or-breathlessness: now", "sirolimus-to-be-held"),
        ("liver-impairment: now", "liver-impairment-known"),
    ],
)
def test_what_forbids_a_dose_is_a_refusal(finding: str, ident: str) -> None:
    others = [one for one in WELL if one.partition(":")[0] != finding.partition(":")[0]]
    refused(consult(TABLETS, findings=[*others, finding], **WOMAN), ident)


def test_another_mtor_inhibitor_is_a_refusal() -> None:
    found = consult(others=["everolimus: 2 mg daily since 2026-02-01"])
    refused(found, "two-mtor-inhibitors-or-allergy")


def test_what_is_not_known_and_would_forbid_is_asked_and_not_told_as_if_it_held() -> None:
    found = consult(findings=(), complete=False)
    asked = says(found, "unknown-on-strong-cyp3a4-inhibitor")
    assert asked.kind == "question" and asked.says.startswith(
        "Is a strong inhibitor of CYP3A4 taken"
    )


@pytest.mark.parametrize(
    "levels",
    [
        [LEVELS[0], level(LATER, "20 ng/mL")],
        [LEVELS[0], level(LATER, "43 ng/mL")],
        [LEVELS[0], level(LATER, "22 nmol/L")],  # 20.1 ng/mL
        [level("2026-03-20T07:50", "22 ng/mL")],  # older than a trough's age limit
        [level(EARLIER, "21 ng/mL"), level(LATER, "24 ng/mL")],
    ],
)
def test_a_toxic_trough_holds_the_medicine_however_old_and_in_whatever_unit(
    levels: list[str],
) -> None:
    found = consult(levels=levels)
    assert found.status == "refused" and found.options == [] and found.label is None
    assert {"sirolimus-level-toxic", "toxic-level"} & set(ids(found.said))


# -- vectors -----------------------------------------------------------------------------------------------


def test_tv_06_two_milligrams_a_trough_of_four_and_a_target_of_eight() -> None:
    found = consult(
        "sirolimus-tablet-2: 1 tablet daily at 08:00 since 2026-01-10",
        [level(EARLIER, "4 ng/mL"), level(LATER, "4 ng/mL")],
        wish=Wish(target=(6, 10), loading=True),
        **GROWN,
    )
    assert found.label is not None and found.label.per_day == 4
    assert found.label.arithmetic == "2 mg a day × 8 ÷ 4 = 4 mg a day"
    large = [one for one in found.options if one.fold > 1.5]
    assert large and all("second-look" in ids(one.notes) for one in large)
    small = [one for one in found.options if one.fold <= 1.5]
    assert small and not any("second-look" in ids(one.notes) for one in small)


def test_tv_06_the_load_of_the_label() -> None:
    entry = next(iter(guideline().consults.values()))
    rules = Rules(entry, lambda name: guideline().parameters[name].value)
    assert "3 × (4 − 2) = 6 mg" in say_loading(2, 4, rules)
    assert "over two days" in say_loading(2, 20, rules)
    assert "no place" in say_loading(4, 4, rules) and "no place" in say_loading(4, 2, rules)


def test_tv_07_voriconazole_requested_beside_a_trough_of_twelve() -> None:
    found = consult(
        "sirolimus-tablet-1: 3 tablets daily at 08:00 since 2026-01-10",
        [level(LATER, "12 ng/mL")],
        others=["voriconazole: planned 2026-05-21"],
        **GROWN,
    )
    refused(found, "strong-interaction-voriconazole")
    assert "echinocandin" in found.said[0].mend


def test_tv_08_eight_nanomoles_are_seven_point_three_nanograms() -> None:
    found = consult(levels=[level(LATER, "8.0 nmol/L")])
    assert round(found.levels[0].value, 1) == 7.3


# -- odd and hostile records -------------------------------------------------------------------------------


def test_the_index_time_cuts_what_comes_after_it() -> None:
    chart = read(type_form())
    before = ask(chart, as_of="2026-01-09")
    assert before.levels == [] and before.intakes == [] and before.options == []
    between = ask(chart, as_of="2026-04-20")
    assert [one.measured for one in between.levels] == ["4.1 ng/mL"]


def test_five_hundred_levels_are_all_shown_and_give_one_answer() -> None:
    days = list_days("2026-05-19", 500)
    levels = [
        level(f"{day}T07:50", f"{4 + place % 7 / 10:.1f} ng/mL") for place, day in enumerate(days)
    ]
    found = consult("sirolimus-solution-1: 1 mL daily at 08:00 since 2024-12-01", levels)
    assert len(found.levels) == 500 and found.status in ("dose", "context")
    assert {ids(one.reasons)[0] for one in found.levels if one.use == "shown"} == {"too-old"}


def test_ten_years_of_daily_administrations_fill_no_page_with_one_question() -> None:
    days = [give(f"{day}T08:00:00+02:00") for day in list_days("2026-05-20", 3652)]
    drawn = [
        observe("level", f"{day}T07:50:00+02:00", 4.2, "LC-MS/MS")
        for day in ("2026-04-20", "2026-05-19")
    ]
    chart = bundle(*days, *drawn, born="2010-06-10")
    found = ask(chart, as_of=AS_OF)
    assert found.status == "dose" and len(found.said) < 20
    products = [one for one in found.said if one.id == "product"]
    assert len(products) == 3 and "3649 more entries" in products[-1].says


@pytest.mark.parametrize(
    "change",
    [
        {"levels": [level(LATER, "0.0001 ng/mL"), LEVELS[0]]},
        {"levels": [level(LATER, "199 ng/mL"), LEVELS[0]]},
        {"medicines": "sirolimus-solution-1: 100 mL daily at 08:00 since 2026-01-10"},
        {"medicines": "sirolimus-solution-1: 0.1 mL daily at 08:00 since 2026-01-10"},
        {"medicines": "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-05"},
        {"medicines": "sirolimus-solution-1: 1 mL weekly at 08:00 since 2026-01-10"},
        {"medicines": "sirolimus-solution-1: 1 mL every 4 wk at 08:00 since 2026-01-10"},
        {"levels": [level("2025", "4 ng/mL"), LEVELS[1]]},
        {"levels": [level("2026-05-19T23:59", "4 ng/mL"), level("2026-05-20T00:01", "4 ng/mL")]},
        {"body": "weight: 7 kg, height: 120 cm"},
        {"born": "2019"},
        {"body": f"{BODY}, bilirubin: 900 umol/L, haematocrit: 9 %, albumin: 8 g/L"},
    ],
)
def test_an_odd_record_never_breaks_and_never_marks_beyond_the_limits(
    change: dict[str, object],
) -> None:
    found = consult(**change)  # type: ignore[arg-type]
    text = print_all(found)
    assert (
        "NaN" not in text and "Infinity" not in text and " nan" not in text and " inf " not in text
    )
    option = marked(found)
    if option is not None:
        assert 0.5 <= option.fold <= 2 and option.portion and found.label is not None
        assert found.status in ("dose", "consider")
    else:
        assert found.status in ("context", "refused")


def test_the_same_person_gives_the_same_bytes_in_any_process() -> None:
    script = (
        "from hashlib import sha256; from tests.pharmacokinetics.people import *;"
        "print(sha256(encode(consult(others=['diltiazem: 30 mg twice daily since 2026-02-01']))).hexdigest())"
    )
    here = sha256(
        encode(consult(others=["diltiazem: 30 mg twice daily since 2026-02-01"]))
    ).hexdigest()
    path = os.pathsep.join(sys.path)
    for seed in ("1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        ran = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == here


def test_form_and_fhir_of_one_person_give_one_consult() -> None:
    chart = read(type_form(others=["fluconazole: 50 mg daily since 2026-02-01"]))
    one, other = ask(chart), ask(through_fhir(chart), as_of=AS_OF)
    assert one.headline == other.headline and one.options == other.options
    assert one.label == other.label and one.next_sample == other.next_sample


def test_a_form_that_is_wrong_names_its_line() -> None:
    with pytest.raises(ReadingError, match=r"child\.yaml:8"):
        consult(levels=[level("2026-05-32", "4.1 ng/mL")])
