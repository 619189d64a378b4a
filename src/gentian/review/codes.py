"""Check digits of codes: a LOINC code ends in one (Mod 10), so that a slip of the key shows."""

from __future__ import annotations

import re

from gentian.language.model import Guideline

from .finding import Finding

_LOINC = re.compile(r"([0-9]{1,7})-([0-9])")


def check_codes(guideline: Guideline) -> list[Finding]:
    """LOINC codes whose check digit does not fit."""
    found = []
    for concept in guideline.vocabulary.concepts.values():
        for code in concept.codes:
            if code.system == "loinc" and not fits_check_digit(code.code):
                found.append(
                    Finding(
                        concept.line,
                        concept.id,
                        f"LOINC {code.code} has a wrong check digit",
                        "look the code up; a digit was mistyped",
                    )
                )
    return found


def fits_check_digit(code: str) -> bool:
    """Whether a LOINC code ends in its check digit: Luhn's Mod 10 over the digits before the hyphen."""
    match = _LOINC.fullmatch(code)
    if match is None:
        return False
    total = 0
    for at, digit in enumerate(reversed(match[1])):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value // 10 + value % 10
    return (10 - total % 10) % 10 == int(match[2])
