"""What a form and a FHIR record say of relatives: who they are, whether tested, whether alive."""

from __future__ import annotations

from typing import Any

from gentian.chart.events import Chart
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.form import read_form, write_form
from gentian.language.dates import format_date
from gentian.language.loader import load_guideline
from tests.chart.fhir_records import bundle, read_record

GUIDELINE = load_guideline()
FORM = """
gentian: chart 1
person: p1
born: 2015-01-01
as_of: 2026-11-20
family:
  - mother: {born: 1985-03, no-sign-of-alps: yes, FAS c.748C>T: germline heterozygous pathogenic}
  - father: {died: on 2019, family-variant-test: untested}
  - brother: {born: 2018, family-variant-test: negative, HLA: identical}
  - brother-2: {family-variant-test: {on: 2025-04, value: result-missing}}
"""


def read_family(text: str = FORM) -> Chart:
    return read_form(text.encode(), "family.yaml", GUIDELINE.vocabulary)


def tell(chart: Chart) -> set[tuple[str | None, str, object]]:
    """Who, what, and the word or the truth of it."""
    return {(e.about, e.what, e.category or e.present) for e in chart.events}


def test_a_form_says_what_is_known_of_each_relative() -> None:
    assert tell(read_family()) == {
        ("mother", "born", True),
        ("mother", "no-sign-of-alps", True),
        ("mother", "variant-fas", True),
        ("father", "died", True),
        ("father", "family-variant-test", "untested"),
        ("brother", "born", True),
        ("brother", "family-variant-test", "negative"),
        ("brother", "hla-match", "identical"),
        ("brother-2", "family-variant-test", "result-missing"),
    }


def test_what_is_known_of_relatives_survives_both_formats() -> None:
    chart = read_family()
    again = read_form(write_form(chart, GUIDELINE).encode(), "again.yaml", GUIDELINE.vocabulary)
    fhir = read_fhir(write_fhir(chart, GUIDELINE), "again.json", GUIDELINE)
    for other in (again, fhir):
        assert tell(other) == tell(chart)
        assert sorted(e.starts for e in other.events) == sorted(e.starts for e in chart.events)


def history(**more: Any) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "patient": {"reference": "Patient/p1"},
        "date": "2026-11-01",
        "relationship": {"coding": [{"system": system, "code": "BRO"}]},
        **more,
    }


def test_a_family_history_gives_sex_birth_and_death_of_a_brother() -> None:
    sex = {"coding": [{"system": "http://hl7.org/fhir/administrative-gender", "code": "male"}]}
    chart = read_record(bundle(history(sex=sex, bornDate="2010-05", deceasedBoolean=False)))
    assert tell(chart) == {
        ("brother", "sex", "male"),
        ("brother", "born", True),
        ("brother", "died", False),
    }
    assert {format_date(e.starts) for e in chart.events if e.what == "born"} == {"2010-05"}


def test_a_family_history_that_says_nothing_of_use_is_counted_as_not_used() -> None:
    chart = read_record(bundle(history()))
    assert chart.events == ()
    assert [note.what for note in chart.reading.notes] == ["FamilyMemberHistory"]


def test_a_related_person_is_a_relative_only_by_blood() -> None:
    def related(id_: str, role: str) -> dict[str, Any]:
        system = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
        return {
            "resourceType": "RelatedPerson",
            "id": id_,
            "patient": {"reference": "Patient/p1"},
            "relationship": [{"coding": [{"system": system, "code": role}]}],
            "birthDate": "1990-01-01",
        }

    chart = read_record(bundle(related("r1", "SIS"), related("r2", "GUARD")))
    assert tell(chart) == {("sister", "born", True)}


def test_a_number_about_a_relative_still_needs_its_date() -> None:
    text = FORM.replace("HLA: identical", "platelets: {on: 2026-01, value: 40 10*9/L}")
    assert ("brother", "platelets", True) in tell(read_family(text))
