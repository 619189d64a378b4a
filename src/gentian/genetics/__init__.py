"""Names of gene variants: read, normalised, checked against what the guideline knows of the gene.

Nothing here decides whether a variant is pathogenic, and nothing is guessed (docs/variants.md):

* `spelling`: characters and words around a name; `changes`: one change, coding or protein;
* `numbering`: old numberings, each reading checked against known residues and bases;
* `places`: exon, domain, codon; `agreement`: whether a coding and a protein name fit each other;
* `names`: all of it together, `read_name(text, reference) -> VariantName`.
"""
