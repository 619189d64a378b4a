"""What the guideline holds of models and of the consult: which may lead, which never, whose numbers they are."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest
from msgspec.structs import replace

from gentian.documents.book import render_book
from gentian.engine.settings import Settings
from gentian.language.kinetics import RULES, UNRANKED
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline
from gentian.pharmacokinetics.case import find_value
from gentian.pharmacokinetics.rules import Rules
from gentian.pharmacokinetics.specs import count_model_specs, run_model_specs
from gentian.review.coverage import list_covered
from gentian.review.difference import compare_entries
from gentian.review.rules import read_rules as read_review_rules

GUIDELINE = load_guideline()
MODELS = GUIDELINE.models
CONSULT = GUIDELINE.consults["sirolimus"]


def read_rules(settings: Settings) -> Rules:
    return Rules(CONSULT, partial(find_value, GUIDELINE, settings))


def find_range(name: str, of: str) -> tuple[str, str]:
    return next((item.low, item.high) for item in MODELS[name].within if item.of == of)


def test_the_first_choice_is_the_model_of_immune_cytopenia():
    ranked = sorted(
        (entry for entry in MODELS.values() if entry.use == "dosing"), key=lambda e: e.rank
    )
    assert [entry.model for entry in ranked] == [
        "sirolimus.cheng-2020",
        "sirolimus.chen-2021",
        "sirolimus.fan-2024",
        "sirolimus.golubovic-2019",
    ]
    assert [entry.population.same_disease for entry in ranked] == [True, False, False, False]


def test_fan_stops_hard_at_65_kg_and_12_years_and_adults_begin_at_16():
    assert find_range("sirolimus.fan-2024", "weight") == ("3.3 kg", "65 kg")
    assert find_range("sirolimus.fan-2024", "age")[1] == "12 a"
    assert find_range("sirolimus.golubovic-2019", "age")[0] == "16 a"
    assert find_range("sirolimus.cheng-2020", "weight") == ("7 kg", "43 kg")


@pytest.mark.parametrize("name", ["jiao-2009", "chen-2020", "mao-2024", "wu-2012"])
def test_a_readable_model_never_leads_and_says_why(name):
    model = MODELS[f"sirolimus.{name}"]
    assert (model.use, model.rank) == ("readable", UNRANKED)
    assert len(model.because) > 60


def test_a_model_with_the_dose_as_a_covariate_is_not_selectable():
    with_dose = {
        entry.use
        for entry in MODELS.values()
        for covariate in entry.covariates
        if covariate.kind == "dose-power"
    }
    assert with_dose == {"readable"}


def test_the_bridge_is_labelled_and_takes_its_errors_from_golubovic():
    bridge, golubovic = MODELS["sirolimus.bridge-2026"], MODELS["sirolimus.golubovic-2019"]
    assert bridge.use == "robustness" and "unpublished extrapolation, research only" in bridge.name
    assert [(item.of, item.variance) for item in bridge.variability] == [
        (item.of, item.variance) for item in golubovic.variability
    ]
    assert all("Golubović" in item.note for item in bridge.variability)


def test_every_published_model_is_tagged_as_a_transcription_with_its_traps():
    for entry in MODELS.values():
        if entry.model != "sirolimus.bridge-2026":
            assert entry.read == "transcription", entry.model
            assert any("transcription" in GUIDELINE.sources[cite].read for cite in entry.cites)
        assert entry.traps, entry.model


def test_all_test_people_of_the_models_agree():
    assert run_model_specs(GUIDELINE) == []
    assert count_model_specs(GUIDELINE) >= 2 * len(MODELS)


# --- the consult ---------------------------------------------------------------------------------


def test_the_default_target_is_that_of_the_alps_series():
    first = CONSULT.targets[0]
    assert (first.low, first.high) == ("sirolimus_trough_low", "sirolimus_trough_high")
    assert "ALPS" in first.whose and "TX-146" in first.cites
    assert all(target.whose for target in CONSULT.targets)


def test_every_rule_has_a_number_and_says_where_it_comes_from():
    rules = read_rules(Settings())
    assert all(rules.number(name) > 0 for name in RULES)
    found = [rules.number(name) for name in ("trough_from_share", "steady_after", "kept_until")]
    assert found == [0.75, 120, 336]
    for name, rule in CONSULT.rules.items():
        assert rule.says and rule.cites, name


def test_a_centre_sets_its_own_ceiling_and_the_rule_follows():
    settings = Settings(overlay={"sirolimus_dose_ceiling": "4 mg/d"})
    assert read_rules(settings).number("most_per_day") == 4
    assert read_rules(settings).say("most_per_day") == "4 mg/day"
    assert read_rules(Settings()).number("most_per_day") == 6


def test_an_infant_is_refused_while_the_age_is_unknown():
    infant = next(item for item in CONSULT.refusals if item.when == "infant_under_12_months")
    assert infant.if_unknown == "refuse"


def test_no_ratio_of_an_interaction_exceeds_what_it_rests_on():
    effects = {
        row.with_: row.effect for row in GUIDELINE.interactions if row.interaction == "sirolimus"
    }
    assert effects["voriconazole"].auc_ratio == [11, 11] and effects["voriconazole"].cmax_ratio == [
        7,
        7,
    ]
    assert effects["rifampicin"].auc_ratio == [0.16, 0.21]
    assert effects["rifampicin"].cmax_ratio == [0.26, 0.32]
    for name, effect in effects.items():
        if effect.cmax_ratio:
            assert effect.auc_ratio and effect.cites, name
    assert not effects["hiv-hcv-protease-inhibitor"].auc_ratio  # boceprevir: the sources disagree


# --- review, difference, book --------------------------------------------------------------------


def test_every_id_of_the_evidence_is_cited_or_explained():
    covered = [
        item for item in list_covered(GUIDELINE, read_review_rules()) if item.cite[:2] == "PK"
    ]
    assert len(covered) > 80
    assert {item.state for item in covered} <= {"encoded", "descriptive", "not-encoded"}


def test_a_changed_rule_and_a_changed_parameter_are_told_one_by_one():
    rule = replace(CONSULT.rules["fold_per_step"], value="3 1")
    consult = replace(CONSULT, rules=CONSULT.rules | {"fold_per_step": rule})
    model = MODELS["sirolimus.fan-2024"]
    clearance = replace(model.parameters["cl"], value="5 L/h")
    changed = replace(model, parameters=model.parameters | {"cl": clearance})
    after = replace(
        GUIDELINE,
        consults={"sirolimus": consult},
        models=MODELS | {"sirolimus.fan-2024": changed},
    )
    found = {(item.sort, item.id): list(item.fields) for item in compare_entries(GUIDELINE, after)}
    assert found == {
        ("consults", "sirolimus"): ["rules.fold_per_step"],
        ("models", "sirolimus.fan-2024"): ["parameters.cl"],
    }


def test_a_guideline_compiled_before_there_were_models_still_decodes():
    old = msgspec.to_builtins(GUIDELINE)
    del old["models"], old["consults"]
    assert msgspec.convert(old, Guideline).models == {}


def test_the_book_has_a_page_for_each_model_and_for_the_rules():
    pages = render_book(GUIDELINE, {})
    page = pages["models/sirolimus.cheng-2020.html"]
    for text in (
        "refractory immune cytopenia",
        "(weight ÷ 28.5 kg)^0.5",
        "(bilirubin ÷ 11.29 umol/L)^−0.32",
        "at most 20.5 umol/L is put in",
        "assay: fpia",
        "weight: 7 kg to 43 kg",
        "Read as variance × 100",
    ):
        assert text in page
    assert "Not selectable:" in pages["models/sirolimus.jiao-2009.html"]
    rules = pages["consults/sirolimus.html"]
    assert "most that a daily dose changes in one step" in rules and "6 mg/day" in rules
    assert set(MODELS) == {name[7:-5] for name in pages if name.startswith("models/")}
