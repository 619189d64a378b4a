"""The variants of a record: how they are written and understood, and what is recorded of them.

What the maps of the guideline say of a place is shown as inferred and unchecked, and nothing is made of
it: no criterion, dose or class rests on a variant's name.
"""

from __future__ import annotations

from msgspec.structs import replace

from gentian.chart.events import LONG_AGO, Chart, Event
from gentian.engine.explanation import SourceLine
from gentian.language.dates import format_date
from gentian.language.model import Guideline

from .model import Variant


def list_variants(guideline: Guideline, chart: Chart) -> list[Variant]:
    """The patient's variants, then those of relatives, each in the order of the chart."""
    found = [
        event
        for event in chart.events
        if event.what.startswith("variant-") and event.present is not False
        if event.status != "planned"
    ]
    found.sort(key=lambda event: event.about or "")
    return [_describe(event, guideline) for event in found]


def _describe(event: Event, guideline: Guideline) -> Variant:
    from gentian.genetics.names import read_name  # only where a record names a variant

    concept = guideline.vocabulary.concepts[event.what]
    source = event.source
    recorded = Variant(
        gene=concept.name,
        written=event.printed,
        name=event.printed,
        state="unnamed",
        present=event.present,
        about=event.about or "",
        zygosity=event.zygosity or "",
        origin=event.origin or "",
        allele_fraction=event.allele_fraction or "",
        specimen=event.specimen or "",
        classification=event.classification or "",
        classified_by=event.classified_by or "",
        since=format_date(event.starts) if event.starts[0] > LONG_AGO else "",
        sources=[SourceLine(place=source.place, resource=source.resource, text=source.text)],
    )
    if not event.printed:
        return recorded
    reference = guideline.vocabulary.genes.get(event.what)
    name = read_name(event.printed, reference, [concept.name, *concept.synonyms])
    inferred = name.inferred
    return replace(
        recorded,
        name=name.normal,
        state=name.state,
        kind=inferred.kind,
        place=inferred.place,
        codon=inferred.codon,
        domain=inferred.domain,
        mechanism=inferred.mechanism,
        remarks=name.remarks,
        readings=name.readings,
        why=name.why,
        says=name.says,
        cites=name.cites,
    )
