"""The condition language: what parses, what does not, and how the refusal helps."""

from __future__ import annotations

import re

import pytest

from gentian.language.literals import convert_literal
from gentian.language.profile import Name, Profile, ProfileError

NAMES = {
    "platelets": Name("number", "10*9/L"),
    "age": Name("number", "mo"),
    "platelets_severe": Name("parameter"),
    "fever": Name("yes-no"),
    "zygosity": Name("word"),
    "severe": Name("criterion"),
}
PROFILE = Profile(NAMES.get, convert_literal)


def describe(tree) -> str:
    """A tree as one line."""
    inner = " ".join(describe(child) for child in tree.children)
    what = tree.fact or tree.criterion
    to = tree.to or (tree.ticks if tree.ticks is not None else ",".join(tree.words))
    parts = [f"{tree.op}{tree.k or ''}", what, str(to), inner]
    return f"({' '.join(part for part in parts if part)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("fever", "(FACT fever)"),
        ("severe AND NOT fever", "(AND (REF severe) (NOT (FACT fever)))"),
        ("platelets < platelets_severe", "(< platelets platelets_severe|10*9/L)"),
        ("platelets_severe >= platelets", "(<= platelets platelets_severe|10*9/L)"),
        ("age >= '18 a'", "(>= age 216000000)"),
        ("platelets < '20000 /uL'", "(< platelets 20000000)"),
        ("zygosity IN ('homozygous', 'hemizygous')", "(IN zygosity homozygous,hemizygous)"),
        ("zygosity <> 'homozygous'", "(NOT (IN zygosity homozygous))"),
        ("any_of(fever, severe, fever)", "(OR (FACT fever) (REF severe) (FACT fever))"),
        ("at_least(2, fever, severe, fever)", "(AT_LEAST2 (FACT fever) (REF severe) (FACT fever))"),
        ("fever OR (severe OR fever)", "(OR (FACT fever) (REF severe) (FACT fever))"),
        (
            "platelets BETWEEN '10 10*9/L' AND platelets_severe",
            "(AND (>= platelets 10000000) (<= platelets platelets_severe|10*9/L))",
        ),
    ],
)
def test_conditions_of_the_language_are_read(text, tree):
    assert describe(PROFILE.parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("platelets < 20", "has no unit; write '20 10*9/L'"),
        ("platelets < 20 10*9/L", "quantities are quoted"),
        ("platelets", "is a number: compare it with something"),
        ("plateletts < '20 10*9/L'", "unknown name `plateletts`"),
        ("fever < '1 1'", "is a yes-no and cannot be compared"),
        ("zygosity < 'a'", "use = 'word' or IN"),
        ("fever IS NULL", "not part of the language"),
        ("CASE WHEN fever THEN severe END", "not part of the language"),
        ("exists(fever)", "not part of the language"),
        ("median(fever)", "not part of the language"),
        ("nearly(fever)", "unknown function `nearly`"),
        ("at_least(4, fever, severe)", "can never be decided"),
        ("fever AND", "cannot read"),
        ("platelets < platelets", "compare with a quoted quantity or a parameter"),
    ],
)
def test_anything_else_is_refused_with_the_way_to_mend_it(text, message):
    with pytest.raises(ProfileError, match=re.escape(message)):
        PROFILE.parse(text)
