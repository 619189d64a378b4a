"""Coverage: what became of every id of the evidence base.

An id is cited by an entry, holds a hazard, or stands in coverage.yaml with the reason why no entry cites it.
"""

from __future__ import annotations

from dataclasses import dataclass

from gentian.language.model import Guideline

from .citations import Citation, list_citations
from .finding import Finding
from .rules import Rules, Uncited

FILE = "coverage.yaml"


@dataclass(frozen=True, slots=True)
class Covered:
    """One id: the entries that cite it, or why none does. read: how surely it was read."""

    cite: str
    says: str
    read: str
    entries: tuple[Citation, ...]
    uncited: Uncited | None

    @property
    def state(self) -> str:
        """encoded, descriptive, not-encoded, tested, or open."""
        if self.entries:
            return "encoded"
        return self.uncited.state if self.uncited else "open"


def list_covered(guideline: Guideline, rules: Rules) -> list[Covered]:
    """Every id of the evidence base, sorted."""
    cited: dict[str, list[Citation]] = {}
    for item in [*list_citations(guideline), *_list_hazards(rules)]:
        cited.setdefault(item.cite, []).append(item)
    reasons = {cite: entry for entry in rules.uncited for cite in entry.ids}
    hazards = {item.hazard: item.says for item in rules.hazards}
    sources = guideline.sources
    return [
        Covered(
            cite=cite,
            says=sources[cite].says if cite in sources else hazards[cite],
            read=sources[cite].read if cite in sources else "proposal",
            entries=tuple(cited.get(cite, ())),
            uncited=reasons.get(cite),
        )
        for cite in sorted({*sources, *hazards}, key=_sort_key)
    ]


def check_coverage(guideline: Guideline, rules: Rules) -> list[Finding]:
    """Ids that are neither cited nor classified, both, twice classified, or unknown."""
    covered = list_covered(guideline, rules)
    found = []
    for item in covered:
        line = guideline.sources[item.cite].line if item.cite in guideline.sources else FILE
        if item.state == "open":
            mend = f"cite it where it changes care, or say in {FILE} why no entry does"
            found.append(Finding(line, item.cite, "is neither cited nor classified", mend))
        elif item.entries and item.uncited:
            first = item.entries[0]
            says = f"is listed as uncited, but `{first.entry}` ({first.place}) cites it"
            found.append(Finding(item.uncited.line, item.cite, says, f"take it out of {FILE}"))
    return [*found, *_check_list(rules, {item.cite for item in covered})]


def list_stale(guideline: Guideline, rules: Rules) -> list[str]:
    """Ids of coverage.yaml that an entry cites by now."""
    covered = list_covered(guideline, rules)
    return [item.cite for item in covered if item.entries and item.uncited]


def _check_list(rules: Rules, known: set[str]) -> list[Finding]:
    found, seen = [], set()
    for entry in rules.uncited:
        for cite in entry.ids:
            if cite not in known:
                mend = "correct the id, or add what it says to sources/*.yaml"
                found.append(Finding(entry.line, cite, "is no id of the evidence base", mend))
            if cite in seen:
                mend = "keep the better reason"
                found.append(Finding(entry.line, cite, "is classified twice", mend))
            seen.add(cite)
    return found


def _list_hazards(rules: Rules) -> list[Citation]:
    return [Citation(item.hazard, item.line, item.hazard, "hazard") for item in rules.hazards]


def _sort_key(cite: str) -> tuple[str, int, str]:
    family, _, number = cite.partition("-")
    digits = number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return family, int(digits) if digits.isdigit() else 0, number
