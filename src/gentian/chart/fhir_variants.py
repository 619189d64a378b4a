"""Gene variants of genetic reports: one Observation with the gene, its change and its class as parts."""

from __future__ import annotations

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import Refused
from gentian.chart.fhir_codes import Match
from gentian.chart.fhir_intake import Intake, make_source
from gentian.chart.fhir_results import NO_ENTRY, Seen, decide_present, make_seen_finding
from gentian.chart.variants import check_fraction

MOST_PRINTED = (
    201  # longer than any name that is understood: one that is cut is never read as whole
)
_WORDS = ("classification", "zygosity", "origin")


def read_variant(entry: fhir.Observation, seen: Seen, intake: Intake) -> None:
    """Add the variant of one Observation. Raises Refused."""
    place, terms = seen.item.place, intake.terms
    parts = {terms.find_role(part.code): part for part in entry.component or ()}
    match = _find_gene(entry, intake)
    if match is None:
        gene = parts.get("gene")
        shown = terms.show(gene.value_codeable_concept) if gene else terms.show(entry.code)
        intake.leave(place, f"variant: {shown}", NO_ENTRY if gene else "the gene is not named")
        return
    if seen.status in ("entered-in-error", "cancelled"):
        intake.leave(place, match.id, seen.status.replace("-", " "))
        return
    words = {name: _find_word(name, parts.get(name), place, match.id, intake) for name in _WORDS}
    changes = [_print_change(parts.get(name)) for name in ("coding-change", "protein-change")]
    printed = " ".join(change for change in changes if change)
    present = _decide(entry, printed, match, intake)
    fraction = _read_fraction(parts.get("allele-fraction"), place, match.id, intake)
    performer = next(iter(entry.performer or ()), None)
    classified_by = performer.display if performer and words["classification"] else None
    gene_name = terms.vocabulary.concepts[match.id].name
    source = make_source(seen.item, place, f"{gene_name} {printed or 'variant'}")
    intake.entries.append(
        make_seen_finding(
            match.id,
            source,
            present,
            seen,
            ongoing=present is not False,
            printed=printed,
            allele_fraction=fraction,
            classified_by=classified_by,
            **words,
        )
    )


def _find_gene(entry: fhir.Observation, intake: Intake) -> Match | None:
    terms = intake.terms
    if match := terms.find(entry.code, ("gene",)):
        return match
    genes = [part for part in entry.component or () if terms.find_role(part.code) == "gene"]
    if len(genes) > 1:
        raise Refused("several genes in one variant", "give one Observation for each gene")
    if not genes:
        return None
    text = fhir.CodeableConcept(text=genes[0].value_string) if genes[0].value_string else None
    return terms.find(genes[0].value_codeable_concept or text, ("gene",))


def _find_word(
    name: str, part: fhir.Component | None, place: str, gene: str, intake: Intake
) -> str | None:
    if part is None:
        return None
    text = fhir.CodeableConcept(text=part.value_string) if part.value_string else None
    concept = part.value_codeable_concept or text
    word = intake.terms.find_word(name, concept)
    if word is None and part.data_absent_reason is None:
        why = f"its {name} {intake.terms.show(concept)!r} is not understood and left unknown"
        intake.note("changed", place, gene, why)
    return word


def _read_fraction(
    part: fhir.Component | None, place: str, gene: str, intake: Intake
) -> str | None:
    """`12 %`, from percent or from a fraction of one. What cannot be read is left unknown, and said."""
    quantity = part.value_quantity if part else None
    if quantity is None or quantity.value is None:
        return None
    of_one = quantity.code == "1" or quantity.unit == "1"
    value = quantity.value * 100 if of_one else quantity.value
    unit = " %" if of_one or "%" in (quantity.code, quantity.unit) else ""
    try:
        return check_fraction(f"{quantity.comparator or ''}{value.normalize():f}{unit}")
    except Refused as problem:
        intake.note("changed", place, gene, f"{problem.why} and left unknown")
        return None


def _print_change(part: fhir.Component | None) -> str:
    """`c.748C>T`, as the report prints it."""
    if part is None:
        return ""
    value = part.value_codeable_concept
    names = [coding.display or coding.code for coding in (value.coding or ())] if value else []
    text = (value.text if value else None) or part.value_string
    return (text or next((name for name in names if name), "")).strip()[:MOST_PRINTED]


def _decide(entry: fhir.Observation, printed: str, match: Match, intake: Intake) -> bool | None:
    try:
        return decide_present(entry, match.shown, intake)
    except Refused:
        if printed and entry.value_codeable_concept is None and entry.value_string is None:
            return True  # a change that is spelled out was found
        raise
