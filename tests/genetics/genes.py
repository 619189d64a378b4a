"""The genes of the guideline, and a short way to read a name."""

from __future__ import annotations

from gentian.genetics.names import VariantName, read_name
from gentian.language.genes import GeneReference
from gentian.language.loader import load_guideline

GENES = load_guideline().vocabulary.genes
FAS: GeneReference = GENES["variant-fas"]
CASP10: GeneReference = GENES["variant-casp10"]
OWN_NAMES = ("FAS", "TNFRSF6")


def read(text: str, reference: GeneReference | None = FAS) -> VariantName:
    return read_name(text, reference, OWN_NAMES)
