"""What the guideline must never say: the founding article's claims that the evidence does not carry."""

from __future__ import annotations

import re

from gentian.language.loader import load_guideline
from gentian.language.model import Tree
from gentian.language.profile import list_facts, list_references
from tests.guideline.people import (
    CHILD,
    COUNTS,
    OFFERED,
    TREATING,
    WELL,
    find,
    findings,
    list_offers,
    read_plan,
    results,
)

BIG_NODES = findings("lymphadenopathy: since 2025-01", "splenomegaly: since 2025-01")
RELAPSE = findings("relapse-of-cytopenia: now", "immune-thrombocytopenia: since 2025-01")
LOW = results("platelets: 12 10*9/L", "haemoglobin: 71 g/L", "weight: 24 kg, height: 121 cm")


def reach(tree: Tree) -> set[str]:
    """Every criterion a condition rests on, through others."""
    trees = load_guideline().program.trees
    found, ahead = set(), list_references(tree)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead |= list_references(trees[name])
    return found


# --- SD-16: enlarged nodes or spleen alone never need medicine ---------------------------------------


def test_sd_16_big_nodes_and_a_big_spleen_alone_bring_no_medicine():
    made = read_plan(CHILD, WELL, COUNTS, BIG_NODES)
    assert [item.id for item in list_offers(made)] == []
    watch = find(made, "nodes-watch")
    assert watch.outcome == "offer"
    assert watch.says.startswith("Watch; no medicine for size alone.")
    assert find(made, "nodes-long-term-none").outcome == "offer"


def test_sd_16_every_medicine_for_nodes_or_spleen_asks_for_harm_done_by_them():
    guideline = load_guideline()
    for name, entry in guideline.statements.items():
        if {"nodes", "spleen"} & set(entry.problems) and entry.medicine and entry.kind in TREATING:
            needs = reach(guideline.program.trees[f"statement:{name}"])
            assert "troublesome_lymphoproliferation" in needs, name


def test_sd_16_harm_done_by_nodes_does_bring_sirolimus():
    made = read_plan(CHILD, WELL, COUNTS, BIG_NODES, findings("organ-compression: now"))
    assert find(made, "sirolimus-lymphoproliferation").outcome in OFFERED
    assert find(made, "nodes-watch").outcome == "not-applicable"


# --- SD-02: no number of affected people without a source -------------------------------------------


def test_sd_02_no_statement_says_how_many_people_have_alps():
    shown = re.compile(r"2,?200|prevalen|people affected|life expectancy|lifespan", re.I)
    for entry in load_guideline().statements.values():
        for text in (entry.says, entry.plainly):
            assert not shown.search(text), entry.statement


# --- SD-14: G-CSF is a growth factor, never an immunoglobulin ----------------------------------------


def test_sd_14_g_csf_stands_in_no_class_with_immunoglobulin():
    vocabulary = load_guideline().vocabulary
    classes = {name for name, inside in vocabulary.members.items() if "filgrastim" in inside}
    assert not any("ivig" in vocabulary.members[name] for name in classes)
    assert "growth-factor" in classes


def test_sd_14_what_is_said_of_immunoglobulin_does_not_stop_g_csf():
    guideline = load_guideline()
    stops = [entry for entry in guideline.statements.values() if entry.kind == "do-not-start"]
    inside = guideline.vocabulary.members
    about = [entry for entry in stops if "ivig" in inside.get(entry.medicine, ())]
    assert about and all("filgrastim" not in inside[entry.medicine] for entry in about)


# --- SD-32: the genotype changes no dose ------------------------------------------------------------

GENES = {
    "germline": "genes:\n  - FAS c.748C>T: germline heterozygous pathogenic 2025-06\n",
    "somatic": "genes:\n  - FAS c.748C>T: {origin: somatic, classification: pathogenic, since: 2025-06}\n",
    "not tested": "",
}


def list_doses(gene: str) -> dict[str, str]:
    made = read_plan(CHILD, WELL, LOW, RELAPSE, gene)
    return {
        item.id: item.dose.text for item in made.statements if item.dose and item.outcome in OFFERED
    }


def test_sd_32_the_genotype_changes_no_dose():
    doses = {name: list_doses(gene) for name, gene in GENES.items()}
    assert doses["germline"]["sirolimus-long-term"].startswith("1.8 to 2.25 mg/day")
    assert doses["germline"] == doses["somatic"] == doses["not tested"]


def test_sd_32_no_dose_record_asks_for_a_gene():
    guideline = load_guideline()
    genes = {
        name
        for name, shape in guideline.program.shapes.items()
        if any(read.startswith("variant-") for read in shape.reads)
    }
    assert "fas_germline_variant" in genes
    for record in guideline.doses.values():
        for name in (*record.checks, *record.gates):
            assert not list_facts(guideline.program.trees[name]) & genes, record.dose


# --- SD-19 and the words -----------------------------------------------------------------------------


def test_sd_19_splenectomy_is_avoided_and_never_said_to_avoid_a_risk():
    entry = load_guideline().statements["splenectomy-avoid"]
    assert entry.column == "avoid" and entry.says.startswith("Avoid splenectomy.")
    for other in load_guideline().statements.values():
        assert "avoids risk" not in other.says


def test_no_amount_of_medicine_reaches_a_family_sentence():
    amount = re.compile(r"\d+(\.\d+)? ?(mg|mL|microgram|g/kg|mg/kg)\b")
    for entry in load_guideline().statements.values():
        assert not amount.search(entry.plainly), entry.statement


def test_no_statement_discontinues_a_steroid():
    members = load_guideline().vocabulary.members["systemic-glucocorticoid"]
    for entry in load_guideline().statements.values():
        assert not (entry.kind == "discontinue" and entry.medicine in members), entry.statement
