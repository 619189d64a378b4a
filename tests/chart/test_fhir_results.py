"""Results as real exports give them: values of every kind, panels, statuses, times, samples."""

from __future__ import annotations

import pytest

from tests.chart.fhir_records import (
    LOINC,
    SNOMED,
    UCUM,
    code,
    note,
    notes,
    observation,
    own,
    quantity,
    read,
    read_one,
    read_record,
    starts,
    value,
)

DAT = code(LOINC, "1007-4", "Direct antiglobulin test.poly specific reagent")


# -- values ------------------------------------------------------------------------------------------


def test_a_platelet_count_with_a_loinc_code_is_taken_as_printed() -> None:
    event = read_one(observation())
    assert (event.what, value(event), event.printed) == ("platelets", "18 10*9/L", "18 10*9/L")
    assert starts(event) == "2026-11-20T10:30"  # the clinic's clock; the offset is left out
    assert event.source.place == "entry[1].resource"
    assert event.source.resource == "Observation/o1"


def test_decimals_stay_exact() -> None:
    data = (
        b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient",'
        b'"id":"p1"}},{"resource":{"resourceType":"Observation","status":"final","code":{"coding":[{'
        b'"system":"http://loinc.org","code":"2465-3"}]},"subject":{"reference":"Patient/p1"},'
        b'"effectiveDateTime":"2026-11-20","valueQuantity":{"value":4.10,"unit":"g/L"}}}]}'
    )
    (event,) = read_record(data).events
    assert (event.low, event.printed) == (4_100_000, "4.10 g/L")


@pytest.mark.parametrize(
    ("comparator", "expected"),
    [("<", "<5 10*9/L"), ("<=", "<=5 10*9/L"), (">", ">5 10*9/L"), (">=", ">=5 10*9/L")],
)
def test_a_comparator_leaves_one_end_open(comparator: str, expected: str) -> None:
    event = read_one(observation(valueQuantity=quantity(5, "10*9/L", comparator=comparator)))
    assert value(event) == expected


@pytest.mark.parametrize("unit", ["K/uL", "10*3/uL", "10^9/L", "x10E9/L", "G/L", "Thousand/uL"])
def test_units_as_laboratories_print_them(unit: str) -> None:
    assert value(read_one(observation(valueQuantity={"value": 18, "unit": unit}))) == "18 10*9/L"


def test_the_code_of_a_unit_counts_where_the_printed_unit_is_a_word() -> None:
    seen = {
        "value": 18,
        "unit": "thousand per microlitre of blood",
        "system": UCUM,
        "code": "10*3/uL",
    }
    assert value(read_one(observation(valueQuantity=seen))) == "18 10*9/L"


def test_a_unit_that_contradicts_its_own_code_is_refused() -> None:
    chart = read(
        observation(valueQuantity={"value": 18, "unit": "/uL", "system": UCUM, "code": "10*9/L"})
    )
    assert "disagree" in note(chart, "refused").why
    assert chart.events == ()


def test_a_range_is_an_interval() -> None:
    ends = {"low": quantity(4, "10*9/L"), "high": quantity(6, "10*9/L")}
    assert value(read_one(observation(valueRange=ends))) == "4-6 10*9/L"


def test_a_titre_is_a_ratio() -> None:
    titre = {"numerator": {"value": 1}, "denominator": {"value": 12}}
    assert value(read_one(observation(own("enlarged-node-count"), valueRatio=titre))) == "12 1"


def test_a_titre_of_a_test_that_is_said_in_words_is_refused_with_the_words() -> None:
    titre = {"numerator": {"value": 1}, "denominator": {"value": 160}}
    chart = read(observation(own("antinuclear-antibody"), valueRatio=titre))
    assert "positive" in note(chart, "refused").mend


def test_a_whole_number_is_a_pure_number() -> None:
    event = read_one(observation(own("enlarged-node-count"), valueInteger=12))
    assert value(event) == "12 1"


def test_a_whole_number_without_a_unit_is_refused_where_a_unit_is_needed() -> None:
    refused = note(read(observation(valueInteger=18)), "refused")
    assert "no unit" in refused.why and "10*9/L" in refused.mend


def test_a_number_in_a_text_is_read_and_said() -> None:
    chart = read(observation(valueString="18 10*9/L"))
    assert value(chart.events[0]) == "18 10*9/L"
    assert note(chart, "changed").why == "the number is read from a text"


@pytest.mark.parametrize("text", ["clotted", "see comment", "QNS", "18,5 10*9/L", ""])
def test_a_text_that_is_no_number_is_refused(text: str) -> None:
    chart = read(observation(valueString=text))
    assert (chart.events, len(notes(chart, "refused"))) == ((), 1)


@pytest.mark.parametrize(
    "answer",
    [
        code(SNOMED, "10828004", "Positive"),
        code(LOINC, "LA6576-8"),
        code(SNOMED, "260373001", "Detected"),
        {"text": "Positive"},
        {"text": "POS"},
    ],
)
def test_a_coded_answer_is_a_word(answer: dict[str, object]) -> None:
    assert read_one(observation(DAT, valueCodeableConcept=answer)).category == "positive"


@pytest.mark.parametrize(("answer", "word"), [(True, "positive"), (False, "negative")])
def test_yes_and_no_are_words_too(answer: bool, word: str) -> None:
    assert read_one(observation(DAT, valueBoolean=answer)).category == word


def test_a_result_with_an_interpretation_only_is_read_and_said() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    chart = read(observation(DAT, interpretation=[code(system, "NEG")]))
    assert chart.events[0].category == "negative"
    assert "interpretation" in note(chart, "changed").why


def test_a_time_is_no_result() -> None:
    assert len(notes(read(observation(DAT, valueTime="10:30:00")), "refused")) == 1


def test_the_reason_why_a_value_is_absent_is_reported() -> None:
    reason = code(
        "http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed", "Not Performed"
    )
    chart = read(observation(valueQuantity=None, dataAbsentReason=reason))
    assert chart.events == ()
    assert "Not Performed" in note(chart, "not-used").why


def test_no_value_and_no_reason_is_refused() -> None:
    assert note(read(observation(valueQuantity=None)), "refused").why == "no value"


# -- reference ranges and flags ----------------------------------------------------------------------


def test_the_laboratorys_own_range_and_flag_are_kept() -> None:
    limits = [{"low": quantity(150, "10*9/L"), "high": quantity(400, "10*9/L")}]
    flag = [code("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "LL")]
    event = read_one(observation(referenceRange=limits, interpretation=flag))
    assert (event.reference_low, event.reference_high) == (150_000_000, 400_000_000)
    assert event.flag == "L"


def test_a_range_with_one_end_and_no_unit_has_the_unit_of_the_value() -> None:
    event = read_one(observation(referenceRange=[{"low": {"value": 150}}]))
    assert (event.reference_low, event.reference_high) == (150_000_000, None)


def test_of_several_ranges_only_the_normal_one_counts() -> None:
    system = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
    normal = {"low": {"value": 150}, "type": code(system, "normal")}
    critical = {"low": {"value": 20}, "type": code(system, "treatment")}
    assert read_one(observation(referenceRange=[critical, normal])).reference_low == 150_000_000


def test_two_ranges_that_could_both_be_meant_are_left_out() -> None:
    event = read_one(observation(referenceRange=[{"low": {"value": 150}}, {"low": {"value": 100}}]))
    assert event.reference_low is None


# -- panels and components ---------------------------------------------------------------------------


def test_the_components_of_a_panel_are_results_of_their_own() -> None:
    parts = [
        {"code": code(LOINC, "8480-6"), "valueQuantity": quantity(112, "mm[Hg]")},
        {"code": code(LOINC, "8462-4"), "valueQuantity": quantity(64, "mm[Hg]")},
    ]
    chart = read(observation(code(LOINC, "85354-9", "Blood pressure panel"), component=parts))
    assert {event.what: value(event) for event in chart.events} == {
        "systolic-blood-pressure": "112 mm[Hg]",
        "diastolic-blood-pressure": "64 mm[Hg]",
    }
    assert chart.events[0].source.place.startswith("entry[1].resource.component[")
    assert "panel" in note(chart, "not-used").why


def test_a_panel_with_members_is_counted_and_its_members_are_read() -> None:
    panel = observation(
        code(LOINC, "58410-2", "CBC panel"), id="panel", hasMember=[{"reference": "Observation/o1"}]
    )
    chart = read(panel, observation())
    assert [event.what for event in chart.events] == ["platelets"]
    assert "panel" in note(chart, "not-used").why


def test_one_bad_component_costs_only_itself() -> None:
    parts = [
        {"code": code(LOINC, "777-3"), "valueQuantity": quantity(18)},
        {"code": code(LOINC, "718-7"), "valueQuantity": quantity(7.9, "g/dL")},
    ]
    chart = read(observation(code(LOINC, "58410-2"), component=parts))
    assert [event.what for event in chart.events] == ["haemoglobin"]
    assert note(chart, "refused").place == "entry[1].resource.component[0]"


def test_results_inside_their_report_are_read() -> None:
    inside = {
        key: one
        for key, one in observation().items()
        if key not in ("subject", "effectiveDateTime")
    }
    odd = observation(id="odd", valueQuantity=[7])
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-11-19",
        "contained": [inside, odd, {"resourceType": "Practitioner", "id": "x"}],
        "result": [{"reference": "#o1"}],
    }
    chart = read(report)
    (event,) = chart.events
    assert (value(event), starts(event)) == ("18 10*9/L", "2026-11-19")
    assert event.source.place == "entry[1].resource.contained[0]"
    assert note(chart, "refused").place == "entry[1].resource.contained[1].valueQuantity"


def test_members_inside_their_panel_are_read() -> None:
    inside = {
        key: one
        for key, one in observation().items()
        if key not in ("subject", "effectiveDateTime")
    }
    panel = observation(
        code(LOINC, "58410-2"), id="panel", contained=[inside], hasMember=[{"reference": "#o1"}]
    )
    assert value(read_one(panel)) == "18 10*9/L"


# -- status ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        ("final", "final"),
        ("amended", "corrected"),
        ("corrected", "corrected"),
        ("preliminary", "preliminary"),
        ("appended", "corrected"),
        ("unknown", "preliminary"),
        (None, "final"),
    ],
)
def test_the_status_of_a_result(status: str | None, kept: str) -> None:
    assert read_one(observation(status=status)).status == kept


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_result_that_never_was_is_counted_and_not_used(status: str) -> None:
    chart = read(observation(status=status))
    assert chart.events == ()
    assert status.split("-")[0] in note(chart, "not-used").why


def test_a_corrected_result_supersedes_the_preliminary_one() -> None:
    first = observation(id="a", status="preliminary", valueQuantity=quantity(8, "10*9/L"))
    then = observation(id="b", status="corrected", valueQuantity=quantity(80, "10*9/L"))
    assert value(read_one(first, then)) == "80 10*9/L"


# -- times -------------------------------------------------------------------------------------------


def test_a_period_is_a_time_somewhere_in_it() -> None:
    period = {"start": "2026-11-19", "end": "2026-11-20"}
    event = read_one(observation(effectiveDateTime=None, effectivePeriod=period))
    assert starts(event) == "2026-11-19/2026-11-20"


def test_an_instant_and_a_partial_date_are_times() -> None:
    instant = observation(effectiveDateTime=None, effectiveInstant="2026-11-20T10:30:00.123Z")
    assert starts(read_one(instant)) == "2026-11-20T10:30"
    assert starts(read_one(observation(effectiveDateTime="2026-11"))) == "2026-11"


def test_without_its_own_time_the_sample_decides() -> None:
    specimen = {
        "resourceType": "Specimen",
        "id": "s1",
        "collection": {"collectedDateTime": "2026-11-18"},
    }
    chart = read(
        observation(effectiveDateTime=None, specimen={"reference": "Specimen/s1"}), specimen
    )
    assert starts(chart.events[0]) == "2026-11-18"
    assert chart.events[0].sample == "Specimen/s1"


def test_without_any_time_the_report_decides_and_it_is_said() -> None:
    chart = read(observation(effectiveDateTime=None, issued="2026-11-21T08:00:00Z"))
    assert starts(chart.events[0]) == "2026-11-21T08:00"
    assert "time of the report" in note(chart, "changed").why


def test_a_result_without_a_date_is_refused() -> None:
    assert "no date" in note(read(observation(effectiveDateTime=None)), "refused").why


@pytest.mark.parametrize(
    "when", ["0001-01-01", "3026-11-20", "2026-02-30", "20.11.2026", "2026-13", "yesterday"]
)
def test_an_absurd_date_is_refused(when: str) -> None:
    chart = read(observation(effectiveDateTime=when))
    assert (chart.events, note(chart, "refused").place) == ((), "entry[1].resource")


def test_a_result_before_the_birth_is_refused() -> None:
    assert (
        "before the birth" in note(read(observation(effectiveDateTime="2009-01-01")), "refused").why
    )


# -- samples, methods --------------------------------------------------------------------------------


def test_two_results_of_one_contained_sample_share_it() -> None:
    tube = {"resourceType": "Specimen", "id": "tube", "type": {"text": "Blood"}}
    event = read_one(
        observation(
            contained=[tube], specimen={"reference": "#tube"}, method={"text": "Flow cytometry"}
        )
    )
    assert (event.sample, event.specimen, event.method) == (
        "Observation/o1#tube",
        "blood",
        "flow cytometry",
    )


# -- codes -------------------------------------------------------------------------------------------


def test_unknown_codes_are_counted_in_one_line_with_their_name() -> None:
    sodium = code(LOINC, "2951-2", "Sodium [Moles/volume] in Serum or Plasma")
    every = [
        observation(sodium, id=f"o{number}", valueQuantity=quantity(140, "mmol/L"))
        for number in range(14)
    ]
    chart = read(*every)
    line = note(chart, "not-used")
    assert line.what == "loinc 2951-2 Sodium [Moles/volume] in Serum or Plasma ×14"
    assert chart.reading.counts["not-used"] == 14


def test_a_local_code_is_recognised_by_its_exact_name_and_it_is_said() -> None:
    local = {"coding": [{"system": "urn:oid:1.2.3", "code": "PLT", "display": "Platelet count"}]}
    chart = read(observation(local, valueQuantity=quantity(18, "10*9/L")))
    assert [event.what for event in chart.events] == ["platelets"]
    assert note(chart, "changed").why.startswith("recognised by its text")


def test_a_name_that_only_resembles_is_not_recognised() -> None:
    local = {
        "coding": [{"system": "urn:oid:1.2.3", "code": "MPV", "display": "Platelet mean volume"}]
    }
    chart = read(observation(local, valueQuantity=quantity(11, "fL")))
    assert (chart.events, len(notes(chart, "not-used"))) == ((), 1)


def test_codes_that_contradict_each_other_are_refused() -> None:
    both = {"coding": [{"system": LOINC, "code": "777-3"}, {"system": LOINC, "code": "718-7"}]}
    assert (
        "different things"
        in note(read(observation(both, valueQuantity=quantity(18, "10*9/L"))), "refused").why
    )


@pytest.mark.parametrize(
    "system",
    [
        "http://loinc.org",
        "https://loinc.org/",
        "http://loinc.org|2.74",
        "urn:oid:2.16.840.1.113883.6.1",
    ],
)
def test_code_systems_under_all_their_addresses(system: str) -> None:
    assert (
        read_one(observation(code(system, "777-3"), valueQuantity=quantity(18, "10*9/L"))).what
        == "platelets"
    )


# -- findings that were looked for -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "present"),
    [
        ({"valueBoolean": True}, True),
        ({"valueBoolean": False}, False),
        ({"valueCodeableConcept": code(SNOMED, "52101004", "Present")}, True),
        ({"valueCodeableConcept": code(LOINC, "LA9634-2", "Absent")}, False),
        ({"valueCodeableConcept": {"text": "No"}}, False),
        ({"valueString": "not detected"}, False),
        ({"valueCodeableConcept": code(SNOMED, "82334004", "Indeterminate")}, None),
    ],
)
def test_an_examined_spleen_is_present_absent_or_unsure(
    answer: dict[str, object], present: bool | None
) -> None:
    event = read_one(observation(code(SNOMED, "16294009", "Splenomegaly"), **answer))
    assert (event.what, event.present) == ("splenomegaly", present)


def test_a_finding_with_a_number_is_refused() -> None:
    chart = read(observation(code(SNOMED, "16294009"), valueQuantity=quantity(14, "cm")))
    assert "neither said to be present nor absent" in note(chart, "refused").why


# -- gene variants -----------------------------------------------------------------------------------


def variant(**more: object) -> dict[str, object]:
    parts = [
        {
            "code": code(LOINC, "48018-6"),
            "valueCodeableConcept": code("http://www.genenames.org/geneId", "HGNC:11920", "FAS"),
        },
        {"code": code(LOINC, "48004-6"), "valueCodeableConcept": {"text": "NM_000043.6:c.748C>T"}},
        {"code": code(LOINC, "48005-3"), "valueCodeableConcept": {"text": "p.(Arg250Ter)"}},
        {
            "code": code(LOINC, "53037-8"),
            "valueCodeableConcept": code(LOINC, "LA6668-3", "Pathogenic"),
        },
        {
            "code": code(LOINC, "53034-5"),
            "valueCodeableConcept": code(LOINC, "LA6706-1", "Heterozygous"),
        },
        {
            "code": code(LOINC, "48002-0"),
            "valueCodeableConcept": code(LOINC, "LA6683-2", "Germline"),
        },
    ]
    base = {"component": parts, "valueCodeableConcept": code(LOINC, "LA9633-4", "Present")}
    return observation(code(LOINC, "69548-6", "Genetic variant assessment"), **(base | more))


def test_a_genetic_report_gives_the_variant_with_its_qualifiers() -> None:
    event = read_one(variant())
    assert (event.what, event.present) == ("variant-fas", True)
    assert (event.classification, event.zygosity, event.origin) == (
        "pathogenic",
        "heterozygous",
        "germline",
    )
    assert event.printed == "NM_000043.6:c.748C>T p.(Arg250Ter)"


def test_a_variant_that_was_looked_for_and_not_found_is_absent() -> None:
    gene = [{"code": code(LOINC, "48018-6"), "valueCodeableConcept": {"text": "FAS"}}]
    event = read_one(
        variant(component=gene, valueCodeableConcept=code(LOINC, "LA9634-2", "Absent"))
    )
    assert (event.what, event.present) == ("variant-fas", False)


def test_a_variant_of_a_gene_that_is_not_in_the_guideline_is_counted() -> None:
    gene = [{"code": code(LOINC, "48018-6"), "valueCodeableConcept": {"text": "BRCA1"}}]
    chart = read(variant(component=gene))
    assert (chart.events, note(chart, "not-used").what) == ((), "variant: BRCA1")


def test_a_class_that_is_not_understood_is_left_unknown_and_said() -> None:
    gene = [
        {"code": code(LOINC, "48018-6"), "valueCodeableConcept": {"text": "FAS"}},
        {"code": code(LOINC, "53037-8"), "valueCodeableConcept": {"text": "Drug response"}},
    ]
    chart = read(variant(component=gene))
    assert chart.events[0].classification is None
    assert "classification" in note(chart, "changed").why
