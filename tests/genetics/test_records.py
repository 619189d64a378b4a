"""From a form or a FHIR record to the page: a variant's name, what is asked, and what never changes."""

from __future__ import annotations

import json

import pytest

from gentian.chart.events import Chart, Note
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.form import read_form, write_form
from gentian.chart.reading import ReadingError, read_chart
from gentian.documents.explanation import render_explanation
from gentian.documents.html import render_html
from gentian.documents.text import render_text
from gentian.engine.explanation import Explainer
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.dates import parse_date
from gentian.language.loader import load_guideline
from gentian.plan.assembly import make_plan, settle
from gentian.plan.model import Plan, Variant

GUIDELINE = load_guideline()
HEAD = "gentian: chart 1\nperson: example\nborn: 2019-05-04\nas_of: 2026-11-20\n"
INDEX = parse_date("2026-11-20")[1]
RECORDED = "germline heterozygous pathogenic 2025-06"


def read(*genes: str) -> Chart:
    text = HEAD + "genes:\n" + "".join(f"  - {gene}\n" for gene in genes)
    return read_form(text.encode(), "form.yaml", GUIDELINE.vocabulary)


def plan(*genes: str) -> Plan:
    return make_plan(GUIDELINE, read(*genes), as_of=None, settings=Settings())


def list_questions(chart: Chart) -> list[Note]:
    return [note for note in chart.reading.notes if note.group == "confirm"]


def find_one(*genes: str) -> Variant:
    [variant] = plan(*genes).variants
    return variant


def print_page(found: Plan) -> str:
    """The page as one line."""
    return " ".join(render_text(found).split())


def test_a_plan_shows_the_name_what_is_recorded_and_what_is_inferred() -> None:
    found = plan(f"FAS NM_000043.6:c.749G>A p.R250Q: {RECORDED}")
    [variant] = found.variants
    assert (variant.gene, variant.name) == ("FAS", "c.749G>A p.Arg250Gln")
    assert (variant.zygosity, variant.origin) == ("heterozygous", "germline")
    assert (variant.classification, variant.since) == ("pathogenic", "2025-06")
    assert (variant.place, variant.codon, variant.domain) == ("exon 9", 250, "death domain")
    page = print_page(found)
    assert "FAS c.749G>A p.Arg250Gln (written NM_000043.6:c.749G>A p.R250Q)" in page
    assert (
        "heterozygous, germline, pathogenic as recorded; inferred, unchecked: missense, exon 9"
        in page
    )
    whole = " ".join(render_text(found, whole=True).split())
    assert "inferred, unchecked: missense, exon 9, codon 250, death domain, dominant" in whole
    assert {"DX-170", "DX-179", "DX-195"} <= {source.id for source in found.sources}


def test_the_page_of_a_screen_says_the_same() -> None:
    html = render_html(plan(f"FAS c.749G>A p.R250Q: {RECORDED}"))
    assert "FAS c.749G&gt;A p.Arg250Gln" in html and "inferred, unchecked: missense" in html


def test_who_classified_and_the_allele_fraction_are_carried() -> None:
    variant = find_one(
        "FAS c.651+2T>C: {origin: somatic, vaf: 12.50 %, specimen: sorted DNT, "
        "classification: likely pathogenic, classified-by: Laboratory of Anytown, since: 2025-06}"
    )
    assert (variant.allele_fraction, variant.specimen) == ("12.5 %", "sorted DNT")
    assert variant.classified_by == "Laboratory of Anytown"
    assert variant.classification == "likely-pathogenic"


@pytest.mark.parametrize("fraction", ["0.12", "12", "120 %", "-1 %", "many"])
def test_an_allele_fraction_that_is_none_is_refused_with_its_line(fraction: str) -> None:
    with pytest.raises(ReadingError, match="write it in percent, such as 12 %"):
        read(f"FAS c.749G>A: {{origin: somatic, vaf: {fraction}}}")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("R234P", "p.Arg250Pro in mature protein numbering (Arg250 agrees)"),
        ("c.749G>A p.Arg251Gln", "c.749 lies in codon 250"),
        ("C85R", "p.Cys101Arg in mature protein numbering"),
        ("exon-6 skipping", "no name of a change"),
    ],
)
def test_a_doubtful_name_is_asked_about_and_counts_for_its_gene_all_the_same(
    name: str, why: str
) -> None:
    chart = read(f"FAS {name}: {RECORDED}")
    [note] = list_questions(chart)
    assert (note.place, note.what) == ("line 6", "variant-fas")
    assert why in note.why and "kept as written" in note.why and "c.749G>A" in note.mend
    found = make_plan(GUIDELINE, chart, as_of=None, settings=Settings())
    [variant] = found.variants
    assert (variant.name, variant.codon, variant.place) == (name, 0, "")
    assert found.genetic_class.id == "alps-fas"
    assert name in print_page(found)


@pytest.mark.parametrize("name", ["c.749G>A", "c.580G>A", "R234P", "nonsense", "p.Arg250Ter"])
@pytest.mark.parametrize("words", ["germline heterozygous", "germline heterozygous uncertain"])
def test_no_name_makes_a_variant_pathogenic(name: str, words: str) -> None:
    """A VUS stays a VUS and no classification is unknown, whatever place and mechanism are."""
    found = plan(f"FAS {name}: {words} 2025-06")
    [variant] = found.variants
    assert variant.classification == ("uncertain" if "uncertain" in words else "")
    assert found.genetic_class.id == "unknown"
    said = "uncertain as recorded" if "uncertain" in words else "classification not recorded"
    assert said in print_page(found)


@pytest.mark.parametrize(
    "entry",
    [
        "FAS c.580G>A p.Glu194Lys",
        "FAS p.E194K",
        "FAS c.817C>A",
        "FAS c.968_987dup p.Glu330LysfsTer38",
        "CASP10 V410I",
        "CASP10 p.Tyr446Cys",
    ],
)
def test_a_class_that_the_evidence_doubts_is_asked_about_and_carried(entry: str) -> None:
    chart = read(f"{entry}: {RECORDED}")
    [note] = list_questions(chart)
    assert "recorded as pathogenic, and the evidence says" in note.why
    assert chart.events[0].classification == "pathogenic"
    assert not list_questions(read(f"{entry}: germline heterozygous uncertain 2025-06"))


def test_one_variant_in_two_reports_is_one_variant() -> None:
    """Else it would be counted twice, and two copies be asked about."""
    old = "FAS R234Q: germline pathogenic 2020"
    new = "FAS p.(Arg250Gln): {zygosity: heterozygous, since: 2025-06}"
    for entries in ((old, new), (new, old)):
        found = plan(*entries)
        [variant] = found.variants
        assert (variant.since, variant.zygosity) == ("2020", "heterozygous")
        assert (variant.origin, variant.classification) == ("germline", "pathogenic")
        assert found.genetic_class.id == "alps-fas"
        assert any("counted once" in note.why for note in found.reading.notes)


def test_a_later_report_says_nothing_of_an_earlier_index_time() -> None:
    old = {"effectiveDateTime": "2020-06-01"}
    data = json.loads(bundle(CODING, **old))
    data["entry"].append(json.loads(bundle(CODING, CLASS, id="v2"))["entry"][1])
    chart = read_fhir(json.dumps(data).encode(), "bundle.json", GUIDELINE)
    early = make_plan(GUIDELINE, chart, as_of=parse_date("2021-01-01")[1], settings=Settings())
    late = make_plan(GUIDELINE, chart, as_of=INDEX, settings=Settings())
    assert [(one.since, one.classification) for one in early.variants] == [("2020-06-01", "")]
    assert [(one.since, one.classification) for one in late.variants] == [
        ("2020-06-01", "pathogenic")
    ]


def test_an_old_name_and_the_full_name_of_today_are_one_variant() -> None:
    [variant] = plan(
        "FAS NM_000043.6:c.749G>A p.(Arg250Gln): germline heterozygous 2026-05",
        "FAS R234Q: pathogenic 2020",
    ).variants
    assert variant.name == "c.749G>A p.(Arg250Gln)"
    assert (variant.classification, variant.since) == ("pathogenic", "2020")


def test_two_variants_are_two() -> None:
    assert len(plan(f"FAS c.310T>A: {RECORDED}", f"FAS c.702_704del: {RECORDED}").variants) == 2
    assert len(plan(f"FAS c.749G>A: {RECORDED}", f"FAS p.Arg250Gln: {RECORDED}").variants) == 2
    assert len(plan(f"FAS R234P: {RECORDED}", f"FAS p.Arg250Pro: {RECORDED}").variants) == 2


def test_reports_that_classify_one_variant_otherwise_stay_apart_and_are_asked_about() -> None:
    chart = read(
        "FAS c.749G>A: germline heterozygous pathogenic 2020",
        "FAS c.749G>A p.Arg250Gln: germline heterozygous uncertain 2025-06",
    )
    [note] = list_questions(chart)
    assert "the same variant as line 7, with another classification" in note.why
    assert {event.classification for event in chart.events} == {"pathogenic", "uncertain"}
    found = make_plan(GUIDELINE, chart, as_of=None, settings=Settings())
    assert len(found.variants) == 2
    assert sum("the same variant" in note.why for note in found.reading.notes) == 1


def test_relatives_variants_are_in_the_json_and_on_the_whole_page() -> None:
    text = HEAD + "family:\n  - mother: {FAS c.749G>A: heterozygous pathogenic}\n"
    chart = read_form(text.encode(), "form.yaml", GUIDELINE.vocabulary)
    found = make_plan(GUIDELINE, chart, as_of=None, settings=Settings())
    assert [variant.about for variant in found.variants] == ["mother"]
    assert "FAS c.749G>A" not in render_text(found)
    assert "a relative carries (mother): FAS c.749G>A" in render_text(found, whole=True)


def test_an_absent_variant_is_none_and_an_unnamed_one_says_so() -> None:
    assert plan("FAS: absent 2025-06").variants == []
    variant = find_one(f"FAS unspecified: {RECORDED}")
    assert (variant.state, variant.name) == ("unnamed", "")


def test_an_explanation_says_which_variant_it_rests_on() -> None:
    chart, index, settings = settle(
        GUIDELINE, read(f"FAS c.749G>A p.R250Q: {RECORDED}"), None, Settings()
    )
    answers = answer(GUIDELINE, chart, index, settings)
    found = make_plan(GUIDELINE, chart, as_of=index, settings=settings)
    node = Explainer(GUIDELINE, chart, answers, settings).explain("fas_germline_pathogenic")
    text = " ".join(render_explanation(found, node, "fas_germline_pathogenic", None).split())
    assert "[line 6: FAS c.749G>A p.R250Q: germline heterozygous pathogenic 2025-06]" in text
    assert "VARIANTS IT RESTS ON ● FAS c.749G>A p.Arg250Gln" in text
    assert "Arg250 agrees" in text


# -- FHIR ---------------------------------------------------------------------------------------------


def component(code: str, **value: object) -> dict[str, object]:
    return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, **value}


def bundle(*parts: dict[str, object], **more: object) -> bytes:
    gene = component("48018-6", valueCodeableConcept={"text": "FAS"})
    observation = {
        "resourceType": "Observation",
        "id": "v1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "69548-6"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2025-06-01",
        "component": [gene, *parts],
        **more,
    }
    people = {"resourceType": "Patient", "id": "p1", "birthDate": "2019-05-04"}
    entries = [{"resource": people}, {"resource": observation}]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


CODING = component("48004-6", valueCodeableConcept={"text": "NM_000043.6:c.749G>A"})
PROTEIN = component("48005-3", valueCodeableConcept={"text": "p.(Arg250Gln)"})
CLASS = component("53037-8", valueCodeableConcept={"text": "pathogenic"})


def test_a_fhir_variant_carries_its_fraction_and_who_classified_it() -> None:
    amount = {"value": 0.125, "system": "http://unitsofmeasure.org", "code": "1"}
    data = bundle(
        CODING,
        PROTEIN,
        CLASS,
        component("81258-6", valueQuantity=amount),
        performer=[{"display": "Laboratory of Anytown"}],
    )
    chart = read_fhir(data, "bundle.json", GUIDELINE)
    found = make_plan(GUIDELINE, chart, as_of=INDEX, settings=Settings())
    [variant] = found.variants
    assert variant.name == "c.749G>A p.(Arg250Gln)"
    assert (variant.allele_fraction, variant.classified_by) == ("12.5 %", "Laboratory of Anytown")
    assert variant.sources[0].resource == "Observation/v1"


def test_a_fraction_without_a_unit_is_left_unknown_and_said() -> None:
    data = bundle(CODING, component("81258-6", valueQuantity={"value": 0.125}))
    chart = read_fhir(data, "bundle.json", GUIDELINE)
    assert chart.events[0].allele_fraction is None
    assert any("no allele fraction" in note.why for note in chart.reading.notes)


def test_a_long_insertion_is_never_cut_to_a_shorter_one() -> None:
    long = component("48004-6", valueCodeableConcept={"text": "c.334_335ins" + "A" * 300})
    chart = read_fhir(bundle(long, CLASS), "bundle.json", GUIDELINE)
    [note] = list_questions(chart)
    assert "the name is too long" in note.why


def test_names_that_contradict_each_other_in_fhir_are_asked_about() -> None:
    wrong = component("48005-3", valueCodeableConcept={"text": "p.(Arg251Gln)"})
    chart = read_fhir(bundle(CODING, wrong, CLASS), "bundle.json", GUIDELINE)
    [note] = list_questions(chart)
    assert note.place == "entry[1].resource" and "codon 250" in note.why
    assert chart.events[0].classification == "pathogenic"


def test_forms_and_fhir_that_are_written_read_back_to_the_same() -> None:
    chart = read(
        "FAS c.749G>A (R234Q): {origin: somatic, vaf: <1 %, classification: uncertain, "
        "classified-by: Laboratory of Anytown, since: 2025-06}"
    )
    again = read_form(write_form(chart, GUIDELINE).encode(), "form.yaml", GUIDELINE.vocabulary)
    data = write_fhir(chart, GUIDELINE)
    for other in (again, read_chart(data, GUIDELINE)):
        event, expected = other.events[0], chart.events[0]
        for name in ("printed", "allele_fraction", "classified_by", "classification", "origin"):
            assert getattr(event, name) == getattr(expected, name)


def test_a_final_report_of_one_variant_leaves_a_preliminary_one_of_another() -> None:
    chart = read(
        "FAS c.748C>T: {origin: germline, classification: pathogenic, since: 2025-06, status: preliminary}",
        "FAS c.779A>T: {origin: germline, classification: pathogenic, since: 2025-06}",
    )
    assert len(chart.events) == 2
