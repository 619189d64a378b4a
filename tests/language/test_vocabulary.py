"""The vocabulary finds what a person means, and refuses what would be ambiguous."""

import pytest

from gentian.language.dates import parse_duration
from gentian.language.errors import GuidelineError
from gentian.language.model import Code, Concept, Vocabulary
from gentian.language.sources import VOCABULARY_SORTS, read_entries
from gentian.language.units import parse_molar_mass, parse_unit
from gentian.language.vocabulary import (
    UnknownName,
    build_vocabulary,
    find_code,
    find_concept,
    fold_name,
    is_member,
    suggest_names,
)


def concept(sort: str, id_: str, **rest: object) -> Concept:
    return Concept(sort=sort, id=id_, line=f"small.yaml:{id_}", **rest)


def build() -> Vocabulary:
    loinc = [Code(system="loinc", code="777-3", read="seen")]
    return build_vocabulary(
        [
            concept(
                "measurement", "platelets", name="platelet count", synonyms=["PLT"], codes=loinc
            ),
            concept("class", "immunosuppressant", name="immunosuppressant"),
            concept("class", "mtor-inhibitor", name="mTOR inhibitor", is_a=["immunosuppressant"]),
            concept("medicine", "sirolimus", name="sirolimus", is_a=["mtor-inhibitor"]),
            concept(
                "product", "sirolimus-solution-1", name="oral solution 1 mg/mL", of="sirolimus"
            ),
            concept("gene", "variant-fas", name="FAS", synonyms=["TNFRSF6"]),
            concept("finding", "pregnancy", name="pregnant"),
            concept("domain", "pregnancy", name="pregnancy"),
        ]
    )


@pytest.mark.parametrize(
    "typed", ["platelets", "Platelet count", "PLT", "plt", "platelet_count", " Platelets "]
)
def test_id_name_and_synonym_mean_the_same_in_any_spelling(typed: str) -> None:
    assert find_concept(build(), typed).id == "platelets"


def test_a_class_has_its_members_at_any_depth_and_itself() -> None:
    vocabulary = build()
    assert vocabulary.members["immunosuppressant"] == [
        "immunosuppressant",
        "mtor-inhibitor",
        "sirolimus",
    ]
    assert is_member(vocabulary, "sirolimus", "immunosuppressant")
    assert is_member(vocabulary, "sirolimus", "sirolimus")
    assert not is_member(vocabulary, "platelets", "immunosuppressant")


def test_codes_are_found_by_system_and_ids_by_our_own() -> None:
    vocabulary = build()
    found = find_code(vocabulary, "loinc", "777-3")
    assert found is not None and found.id == "platelets"
    assert find_code(vocabulary, "urn:gentian", "sirolimus") == vocabulary.concepts["sirolimus"]
    assert find_code(vocabulary, "loinc", "1-8") is None


def test_a_domain_hides_no_finding_of_the_same_name() -> None:
    vocabulary = build()
    assert vocabulary.concepts["pregnancy"].sort == "finding"
    assert vocabulary.concepts["complete-pregnancy"].sort == "domain"


def test_a_product_is_named_with_its_medicine() -> None:
    assert find_concept(build(), "sirolimus oral solution 1 mg/mL").id == "sirolimus-solution-1"
    with pytest.raises(UnknownName):
        find_concept(build(), "oral solution 1 mg/mL")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("platlets", "platelets"), ("sirolimous", "sirolimus"), ("fass", "variant-fas")],
)
def test_a_slip_of_the_pen_is_answered_with_what_may_be_meant(typed: str, meant: str) -> None:
    with pytest.raises(UnknownName) as refusal:
        find_concept(build(), typed)
    assert meant in refusal.value.suggestions
    assert meant in refusal.value.mend


def test_nonsense_is_answered_with_nothing() -> None:
    assert suggest_names(build(), "qqqqqqqqq") == ()


def test_a_name_counts_only_where_its_sort_may_stand() -> None:
    with pytest.raises(UnknownName):
        find_concept(build(), "sirolimus", ["measurement"])


def test_everything_claimed_twice_is_an_error_that_names_both() -> None:
    code = [Code(system="loinc", code="777-3")]
    with pytest.raises(GuidelineError) as refusal:
        build_vocabulary(
            [
                concept("measurement", "platelets", name="platelets", codes=code),
                concept("measurement", "platelets", name="again"),
                concept("measurement", "thrombocytes", name="Platelets", codes=code),
                concept("finding", "fever", is_a=["symptom"]),
                concept("class", "one", is_a=["two"]),
                concept("class", "two", is_a=["one"]),
                concept("product", "tablet", of="nothing"),
            ]
        )
    problems = "\n".join(refusal.value.problems)
    for said in (
        "platelets is already defined",
        "name 'platelets' of thrombocytes already means platelets",
        "code 'loinc|777-3' of thrombocytes already means platelets",
        "fever is a symptom, which is not defined",
        "one stands above itself",
        "tablet is of 'nothing', which is not defined",
    ):
        assert said in problems


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sjögren's", "sjogren s"), ("DNT_of-CD3", "dnt of cd3"), ("x (y)", "x y"), ("CD4+", "cd4+")],
)
def test_folding(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def load_concepts() -> list[Concept]:
    entries = read_entries().entries
    return [concept for sort in VOCABULARY_SORTS for concept in entries.get(sort, [])]


def test_the_vocabulary_of_the_guideline_has_no_doubles_and_its_units_are_known() -> None:
    vocabulary = build_vocabulary(load_concepts())
    for concept in vocabulary.concepts.values():
        if concept.unit:
            assert parse_unit(concept.unit).symbol
            assert parse_molar_mass(concept.molar_mass) is None or concept.molar_mass
        if concept.sort == "measurement":
            assert concept.unit or concept.words, concept.line
        if concept.sort == "medicine":
            assert parse_duration(concept.mention_lasts) > 0
            assert parse_unit(f"{concept.dose_unit}/d")
        for limits in (concept.plausible, concept.usual):
            assert not limits or limits[0] < limits[1], concept.line
        if concept.plausible and concept.usual:
            assert concept.plausible[0] <= concept.usual[0], concept.line
            assert concept.plausible[1] >= concept.usual[1], concept.line
