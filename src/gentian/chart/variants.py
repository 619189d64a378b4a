"""Names and allele fractions of gene variants, as the readers of all formats check them."""

from __future__ import annotations

import re
from decimal import Decimal

from gentian.chart.desk import Desk, Refused
from gentian.chart.raw import RawFinding
from gentian.language.model import Concept

PATHOGENIC = ("pathogenic", "likely-pathogenic")
_FRACTION = re.compile(r"([<>]=?|)\s*(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)


def note_name(raw: RawFinding, concept: Concept, desk: Desk) -> None:
    """Ask to confirm a variant whose name is doubtful; the entry counts for its gene all the same.

    A name is doubtful where it is not understood, ambiguous or contradictory, and where a record calls
    pathogenic what the evidence says is not, or not surely.
    """
    if not raw.printed or raw.present is False:
        return
    from gentian.genetics.names import UNDERSTOOD, read_name  # only where a record names a variant

    names = [concept.name, *concept.synonyms]
    name = read_name(raw.printed, desk.vocabulary.genes.get(concept.id), names)
    shown = raw.printed[:60]
    if name.state != UNDERSTOOD:
        why = f"{shown!r} is {name.state.replace('-', ' ')}, kept as written: {name.why}"
        may_be = f"; it may be {' or '.join(name.readings)}" if name.readings else ""
        desk.note("confirm", raw.source, concept.id, why + may_be, name.mend)
    elif name.doubtful and (raw.classification or "").replace(" ", "-") in PATHOGENIC:
        why = f"{shown!r} is recorded as {raw.classification}, and the evidence says: {name.says}"
        desk.note(
            "confirm", raw.source, concept.id, why, "check its classification and who made it"
        )


def check_fraction(text: str | None) -> str | None:
    """An allele fraction in percent, such as `12 %` or `<1 %`; a bare number may be either. Raises Refused."""
    if not text:
        return None
    found = _FRACTION.fullmatch(text.strip())
    if found is None or Decimal(found[2]) > 100:
        raise Refused(f"{text[:20]!r} is no allele fraction", "write it in percent, such as 12 %")
    return f"{found[1]}{Decimal(found[2]).normalize():f} %"
