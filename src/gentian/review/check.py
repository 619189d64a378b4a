"""All that a reviewer is told at once: every check of this room, in the order of files and lines."""

from __future__ import annotations

import re

from gentian.language.model import Guideline

from .citations import check_citations
from .codes import check_codes
from .completeness import check_completeness
from .conditions import check_conditions
from .contradictions import check_contradictions
from .coverage import check_coverage
from .finding import Finding
from .hazards import check_hazards
from .numbers import check_numbers
from .people import check_people
from .plain import check_plain
from .rules import Rules

_NUMBER = re.compile(r"[0-9]+")


def review_guideline(guideline: Guideline, rules: Rules) -> list[Finding]:
    """Every finding, sorted by file and line; empty when a reviewer has nothing to mend."""
    found = {
        *check_citations(guideline, rules.hazards),
        *check_codes(guideline),
        *check_completeness(guideline, rules.topics, rules.hazards),
        *check_conditions(guideline),
        *check_contradictions(guideline),
        *check_coverage(guideline, rules),
        *check_hazards(guideline, rules.hazards),
        *check_numbers(guideline, rules.names),
        *check_people(guideline),
        *check_plain(guideline, rules.plain),
    }
    return sorted(found, key=_find_place)


def _find_place(finding: Finding) -> tuple[str, int, Finding]:
    file, _, line = finding.place.partition(":")
    number = _NUMBER.match(line)
    return file, int(number[0]) if number else 0, finding
