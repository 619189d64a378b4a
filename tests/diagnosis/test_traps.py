"""The traps of diagnosis section 7 in their own words: a naive encoding would be clinically wrong.

Every trap has a test that is named after it, or stands in DESCRIPTIVE with the reason why no rule encodes it.
"""

from __future__ import annotations

import json
import re

import pytest

from gentian.chart.events import Chart
from gentian.chart.form import read_form
from gentian.chart.reading import read_chart
from gentian.engine.answers import Answers
from gentian.language.dates import format_date
from tests.diagnosis.charts import (
    BIG_SPLEEN,
    GUIDELINE,
    HEAD,
    RAISED_DNT,
    REQUIRED,
    find_care_status,
    judge,
    list_qualifiers,
    write_chart,
)

FIRST, LAST = 260, 293
DESCRIPTIVE = {
    282: "no variant string is computed with: what the record prints is kept as printed, and its class is taken",
    293: "a warning to authors: GeneReviews is quoted with its date in the sources",
}
HAEMOLYSIS = "results: 2026-11-18: {direct-antiglobulin-test: positive, haemoglobin: 128 g/L}"


def says(answers: Answers, statement: str) -> bool | None:
    return answers.criteria[f"statement:{statement}"]


def test_every_trap_has_a_test_or_a_reason() -> None:
    named = {int(number) for name in globals() for number in re.findall(r"^test_dx_(\d+)_", name)}
    assert named.isdisjoint(DESCRIPTIVE)
    assert named | set(DESCRIPTIVE) == set(range(FIRST, LAST + 1))


# ---- 7.1 DNT ------------------------------------------------------------------------------------------


def test_dx_260_three_denominators_and_no_conversion() -> None:
    plain = judge("results: 2026-10-02: {DNT: 4 %, lymphocytes: 4.2 10*9/L}")
    assert plain.criteria["nih_dnt_raised"] is None  # of nobody knows what: never evaluated
    assert says(plain, "diagnosis-dnt-gate") is True
    of_tcrab = judge("results: 2026-10-02: {dnt-of-tcrab: 3 %, lymphocytes: 4.2 10*9/L}")
    assert of_tcrab.criteria["nih_dnt_at_limit"] is None
    assert of_tcrab.criteria["esid_dnt_raised"] is False


def test_dx_261_a_lymphopenic_sample_is_neither_met_nor_not_met() -> None:
    low = judge("results: 2026-10-02: {dnt-of-lymphocytes: 6 %, lymphocytes: 0.7 10*9/L}")
    assert low.criteria["nih_dnt_raised"] is None
    assert says(low, "diagnosis-repeat-dnt-lymphopenia") is True
    missing = judge("results: 2026-10-02: {dnt-of-lymphocytes: 6 %}")
    assert missing.criteria["nih_dnt_raised"] is None
    assert says(missing, "diagnosis-order-lymphocyte-count") is True


def test_dx_262_dnt_just_above_the_limit_is_weak_evidence() -> None:
    weak = "results: 2026-10-02: {dnt-of-lymphocytes: 1.8 %, lymphocytes: 4.2 10*9/L}"
    assert "dnt-in-healthy-range" in list_qualifiers(judge(*BIG_SPLEEN, weak))
    assert "dnt-in-healthy-range" not in list_qualifiers(judge(*REQUIRED))


def test_dx_263_a_normal_dnt_on_sirolimus_excludes_nothing() -> None:
    normal = "results: 2026-10-02: {dnt-of-lymphocytes: 0.9 %, dnt-of-cd3: 1.2 %, lymphocytes: 4.2 10*9/L}"
    treated = judge(*BIG_SPLEEN, normal, "medicines: sirolimus: 1 mg daily since 2026-01-10")
    assert says(treated, "diagnosis-dnt-on-treatment") is True
    before = "results: 2025-12-02: {dnt-of-lymphocytes: 5 %, lymphocytes: 4.2 10*9/L}"
    assert judge(*BIG_SPLEEN, normal, before).criteria["nih_dnt_raised"] is True


def test_dx_264_dnt_also_rise_in_stat3_gain_of_function_tet2_lupus_and_ebv() -> None:
    lupus = judge(*REQUIRED, "findings: SLE: since 2025")
    assert says(lupus, "work-up-dnt-other-disease") is True
    assert says(judge(*REQUIRED), "work-up-dnt-other-disease") is False
    by_id = {entry.look_alike: entry for entry in GUIDELINE.look_alikes}
    for name in ("stat3-gain-of-function", "tet2-deficiency", "systemic-lupus"):
        signs = [sign.when for sign in by_id[name].speaks_against]
        assert not [sign for sign in signs if "dnt" in sign], name


def test_dx_265_at_least_or_above_is_chosen_and_said() -> None:
    exact = "results: 2026-10-02: {dnt-of-lymphocytes: 1.5 %, dnt-of-cd3: 2.4 %, lymphocytes: 4.2 10*9/L}"
    found = judge(*BIG_SPLEEN, exact)
    assert found.criteria["nih_dnt_raised"] is True
    assert found.criteria["price_dnt_raised"] is False
    assert "borderline" in list_qualifiers(found)


def test_dx_266_a_newborn_has_a_path_of_its_own() -> None:
    head = "gentian: chart 1\nperson: newborn\nborn: 2026-11-01\nas_of: 2026-11-20\n"
    found = judge("findings: splenomegaly: since 2026-11-01", head=head)
    assert says(found, "diagnosis-newborn-path") is True
    biallelic = judge("genes: FAS c.1A>G: germline homozygous pathogenic 2026-11-10", head=head)
    assert find_care_status(biallelic) == "manage-as-alps"


# ---- 7.2 biomarkers -----------------------------------------------------------------------------------


def test_dx_267_b12_after_a_supplement_is_no_evidence() -> None:
    high = "results: 2026-10-02: {vitamin-b12: 1800 pg/mL}"
    found = judge(*REQUIRED, high, "findings: vitamin-b12-supplement: since 2026-06")
    assert found.criteria["b12_raised"] is None
    assert says(found, "diagnosis-b12-explained") is True
    assert judge(*REQUIRED, high).criteria["b12_raised"] is True


@pytest.mark.parametrize(
    ("printed", "met"), [("1100 pmol/L", False), ("1150 pmol/L", True), ("1150 pg/mL", False)]
)
def test_dx_268_b12_in_pmol_is_not_b12_in_pg(printed: str, met: bool) -> None:
    found = judge(f"results: 2026-10-02: {{vitamin-b12: {printed}}}")
    assert found.criteria["b12_raised"] is met


def test_dx_269_soluble_fas_is_not_soluble_fas_ligand() -> None:
    found = judge(*REQUIRED, "results: 2026-10-02: {soluble-fas-receptor: 900 pg/mL}")
    assert found.criteria["nih_biomarker"] is None
    assert says(found, "work-up-ligand-not-receptor") is True
    low = judge(*REQUIRED, "results: 2026-10-02: {soluble-fas-ligand: 20 pg/mL}")
    assert low.criteria["nih_definitive"] is None  # low is what FASLG deficiency gives


def test_dx_270_criterion_limits_classify_and_optimised_ones_do_not() -> None:
    values = {name: entry.value for name, entry in GUIDELINE.parameters.items()}
    limits = ("nih_soluble_fas_ligand", "nih_vitamin_b12", "nih_il_10")
    assert [values[name] for name in limits] == ["200 pg/mL", "1500 pg/mL", "20 pg/mL"]
    assert not {"559 pg/mL", "1255 pg/mL", "300 pg/mL", "40 pg/mL"} & set(values.values())


def test_dx_271_igg_after_immunoglobulin_is_not_read_and_low_igg_points_elsewhere() -> None:
    given = judge(
        "results: 2026-10-02: {igg: 24 g/L, immunoglobulin-pattern: polyclonal}",
        "medicines: immunoglobulin: stopped 2026-09-20",
    )
    assert given.criteria["raised_polyclonal_igg"] is None
    low = judge(*BIG_SPLEEN, "results: 2026-10-02: {igg: 2.1 g/L}")
    assert says(low, "diagnosis-think-ctla4-lrba-apds") is True


def test_dx_272_cytopenia_and_high_igg_are_one_criterion() -> None:
    itp = "findings: immune-thrombocytopenia: since 2026-02"
    normal = "results: 2026-10-02: {igg: 9 g/L}"
    found = judge(*REQUIRED, itp, normal, "findings: polyclonal-hypergammaglobulinaemia: absent")
    assert found.criteria["nih_autoimmunity"] is False
    assert (
        found.criteria["price_cytopenia"] is True
    )  # the variant is documented, and a standard of its own


def test_dx_273_a_positive_dat_is_no_haemolysis_and_a_big_spleen_no_autoimmunity() -> None:
    assert judge(*BIG_SPLEEN, HAEMOLYSIS).criteria["autoimmune_cytopenia_evidence"] is not True
    pooled = judge(
        *BIG_SPLEEN,
        "findings: hypersplenism: since 2026-01",
        "results: 2026-11-18: {platelets: 80 10*9/L}",
    )
    assert pooled.criteria["platelets_autoimmune"] is not True


# ---- 7.3 function and genes ---------------------------------------------------------------------------


def test_dx_274_a_normal_apoptosis_assay_never_vetoes() -> None:
    normal = "results: 2026-10-02: {fas-apoptosis-assay: normal}"
    found = judge(*REQUIRED, normal)
    assert found.criteria["nih_primary"] is None
    assert says(found, "diagnosis-normal-apoptosis") is True
    once = judge(*REQUIRED, "results: 2026-10-02: {fas-apoptosis-assay: abnormal}")
    assert once.criteria["nih_apoptosis_defect"] is None
    assert says(once, "diagnosis-repeat-apoptosis") is True
    twice = judge(
        *REQUIRED,
        "results: 2026-09-02: {fas-apoptosis-assay: abnormal}",
        "results: 2026-10-02: {fas-apoptosis-assay: abnormal}",
    )
    assert twice.criteria["nih_definitive"] is True


def test_dx_275_a_negative_blood_exome_does_not_exclude_fas() -> None:
    found = judge(*REQUIRED, "genes: FAS: absent 2026-06")
    assert found.criteria["nih_primary"] is None
    # whether that was blood or sorted DNT is not recorded: the advice stands until it is
    assert says(found, "diagnosis-order-sorted-dnt") is None
    assert GUIDELINE.statements["diagnosis-order-sorted-dnt"].if_unknown == "act"
    assert find_care_status(found) != "not-alps"


def test_dx_276_a_negative_family_excludes_nothing_and_a_carrier_is_no_patient() -> None:
    asked = judge(*REQUIRED, "findings: family-lymphoproliferation: absent")
    assert asked.criteria["nih_required"] is True
    carrier = judge("genes: FAS c.748C>T: germline heterozygous pathogenic 2025-06")
    assert carrier.criteria["nih_definitive"] is None
    assert find_care_status(carrier) not in ("established", "manage-as-alps")


@pytest.mark.parametrize("variant", ["FAS c.817C>A: uncertain", "CASP10 c.1228G>A: pathogenic"])
def test_dx_277_neither_an_uncertain_variant_nor_casp10_makes_it_definitive(variant: str) -> None:
    found = judge(*REQUIRED, f"genes: {variant} germline heterozygous 2025-06")
    assert found.criteria["nih_pathogenic_variant"] is not True
    assert found.criteria["nih_definitive"] is not True


def test_dx_278_one_faslg_variant_does_not_count_and_fadd_has_its_own_label() -> None:
    one = judge(*REQUIRED, "genes: FASLG c.466A>G: germline heterozygous pathogenic 2025-06")
    assert one.criteria["nih_pathogenic_variant"] is not True
    assert "heterozygous-faslg-not-counted" in list_qualifiers(one)
    fadd = judge(*REQUIRED, "genes: FADD c.315T>G: germline homozygous pathogenic 2025-06")
    assert "fadd-own-label" in list_qualifiers(fadd, "nih-2009-price")
    assert find_care_status(fadd) == "other-disease-proven"


@pytest.mark.parametrize("name", ["ALPS IIb", "ALPS type IV", "CEDS", "RALD", "XLP1"])
def test_dx_279_ceds_rald_and_xlp_are_not_alps(name: str) -> None:
    found = judge(*BIG_SPLEEN, f"findings: {name}: since 2022")
    assert found.criteria["alps_proven_or_recorded"] is not True
    assert find_care_status(found) not in ("established", "manage-as-alps")


def test_dx_280_rald_and_jmml_are_told_apart_by_haematology_only() -> None:
    head = "gentian: chart 1\nperson: toddler\nborn: 2024-05-04\nas_of: 2026-11-20\n"
    found = judge(*BIG_SPLEEN, "results: 2026-11-18: {monocytes: 2.1 10*9/L}", head=head)
    assert says(found, "exclude-jmml-or-rald") is True
    by_id = {entry.look_alike: entry for entry in GUIDELINE.look_alikes}
    for name in ("jmml", "rald"):
        assert "ras_pathogenic" not in by_id[name].decisive.proven, name


def test_dx_281_definitive_by_apoptosis_still_asks_for_the_panel() -> None:
    found = judge(
        *REQUIRED,
        "results: 2026-09-02: {fas-apoptosis-assay: abnormal}",
        "results: 2026-10-02: {fas-apoptosis-assay: abnormal}",
    )
    assert found.criteria["nih_definitive"] is True
    assert says(found, "diagnosis-order-panel") is True


# ---- 7.4 context and data -----------------------------------------------------------------------------


def test_dx_283_an_exclusion_is_evidence_with_a_date_and_never_a_silent_yes() -> None:
    silent = judge(*REQUIRED, "genes: FAS c.748C>T: germline heterozygous pathogenic 2025-06")
    assert "infection-exclusion-not-documented" in list_qualifiers(silent)
    said = judge(
        *REQUIRED,
        "genes: FAS c.748C>T: germline heterozygous pathogenic 2025-06",
        "findings: infection-excluded: on 2026-10-02",
    )
    assert "infection-exclusion-not-documented" not in list_qualifiers(said)
    suspected = judge(*REQUIRED, "findings: leishmaniasis: suspected 2026-11-01")
    assert suspected.criteria["nih_at_least_probable"] is None


def test_dx_284_a_removed_spleen_and_shrunken_nodes_were_there() -> None:
    past = judge(
        "findings: splenomegaly: 2022-01 to 2024-03",
        "procedures: splenectomy: 2024-03-02",
        *RAISED_DNT,
    )
    assert past.criteria["chronic_lymphoproliferation"] is True


def test_dx_285_a_big_liver_alone_and_one_chain_of_nodes() -> None:
    liver = judge("findings: hepatomegaly: since 2024-01", *RAISED_DNT)
    assert liver.criteria["nih_required"] is not True
    one = judge(
        "findings: lymphadenopathy: since 2025-01",
        "results: 2026-10-02: {enlarged-node-regions: 1 1}",
        *RAISED_DNT,
    )
    assert "one-node-chain" in list_qualifiers(one)


def test_dx_286_no_age_excludes_alps() -> None:
    head = "gentian: chart 1\nperson: adult\nborn: 1961-05-04\nas_of: 2026-11-20\n"
    adult = judge(
        *BIG_SPLEEN,
        "results: 2026-10-02: {dnt-of-lymphocytes: 4.0 %, lymphocytes: 2.2 10*9/L (1.0-4.0)}",
        "genes: FAS c.748C>T: germline heterozygous pathogenic 2025-06",
        head=head,
    )
    assert adult.criteria["nih_definitive"] is True


def test_dx_287_the_lymphoma_watch_goes_on_without_nodes() -> None:
    head = "gentian: chart 1\nperson: adult\nborn: 1981-05-04\nas_of: 2026-11-20\n"
    calm = judge(
        "findings: ALPS: since 1990",
        "findings: lymphadenopathy: absent",
        "findings: splenomegaly: absent",
        head=head,
    )
    assert says(calm, "lymphoma-watch") is True


def test_dx_288_no_individual_lymphoma_risk_is_printed() -> None:
    texts = [f"{entry.says} {entry.plainly}" for entry in GUIDELINE.statements.values()]
    for number in ("14x", "51x", "61x", "149", "7.2 %", "14-fold", "51-fold"):
        assert not [text for text in texts if number in text], number


def test_dx_289_fever_without_a_spleen_is_an_emergency_whatever_the_criteria() -> None:
    found = judge(
        "procedures: splenectomy: 2024-03-02",
        "results: 2026-11-20: {temperature: 39.1 Cel}",
    )
    assert found.criteria["nih_definitive"] is not True
    fired = [
        name
        for name, entry in GUIDELINE.statements.items()
        if entry.emergency and "fever" in name and says(found, name)
    ]
    assert fired


def test_dx_290_histology_alone_excludes_nothing() -> None:
    found = judge(*REQUIRED, "results: 2026-10-02: {immunohistology: not typical}")
    assert found.criteria["nih_histology"] is False
    assert found.criteria["nih_at_least_probable"] is None
    assert says(found, "work-up-histology-never-excludes") is True


def read_condition(system: str, code: str) -> Chart:
    """A FHIR Bundle with one coded condition."""
    patient = {"resourceType": "Patient", "id": "p", "birthDate": "2019-05-04"}
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "onsetDateTime": "2022-03-01",
        "code": {"coding": [{"system": system, "code": code}]},
    }
    entries = [{"resource": resource} for resource in (patient, condition)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return read_chart(json.dumps(bundle).encode(), GUIDELINE, file="bundle.json")


@pytest.mark.parametrize(
    ("system", "code", "is_alps"),
    [
        ("http://hl7.org/fhir/sid/icd-10-cm", "D89.82", True),
        ("http://hl7.org/fhir/sid/icd-9-cm", "279.41", True),
        ("http://hl7.org/fhir/sid/icd-10", "D89.82", False),  # no such code of WHO
        ("http://hl7.org/fhir/sid/icd-10-am", "D89.82", False),  # immunocompromised status
        ("http://hl7.org/fhir/sid/icd-10", "D47.9", False),  # unspecific
    ],
)
def test_dx_291_a_code_means_alps_in_its_own_system_only(
    system: str, code: str, is_alps: bool
) -> None:
    chart = read_condition(system, code)
    assert any(event.what == "alps-diagnosis-recorded" for event in chart.events) is is_alps
    if not is_alps:
        assert [note for note in chart.reading.notes if code in f"{note.what} {note.why}"]


def test_dx_292_text_written_by_a_machine_is_no_evidence() -> None:
    for entry in GUIDELINE.sources.values():
        if "ai-compiled" in entry.source.lower():
            assert not entry.read.startswith("seen ") and entry.read != "seen", entry.cite


def test_a_name_of_a_legacy_record_keeps_its_date() -> None:
    text = write_chart(["findings: ALPS type Ia: since 2022-02"], HEAD)
    chart = read_form(text.encode(), "example.yaml", GUIDELINE.vocabulary)
    (event,) = [event for event in chart.events if event.what == "alps-fas-name"]
    assert format_date(event.starts).startswith("2022-02")
