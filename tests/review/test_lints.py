"""Each lint names what is broken in a small guideline: its file and line, what was expected, how to mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gentian.language.compiler import compile_guideline
from gentian.language.errors import GuidelineError
from gentian.language.sources import read_entries
from gentian.review.check import review_guideline
from gentian.review.codes import fits_check_digit
from gentian.review.numbers import find_numbers
from gentian.review.plain import measure_grade
from gentian.review.rules import read_rules
from tests.review.small import list_findings, load_broken

SMALL = "small.yaml"
SIROLIMUS_SAYS = (
    "Sirolimus below {platelets_low}: {responders} answered; CD4 and IL-10 play no part."
)
SIROLIMUS_PLAIN = "Sirolimus can help when there are few platelets."


def test_of_the_small_guideline_there_is_nothing_to_mend(tmp_path: Path) -> None:
    assert list_findings(tmp_path) == []


def test_of_the_guideline_that_ships_there_is_nothing_to_mend() -> None:
    assert review_guideline(compile_guideline(read_entries()), read_rules()) == []


BROKEN = {
    # numbers
    "a typed number": (SMALL, SIROLIMUS_SAYS, "Below 30 sirolimus.", "the number `30` typed"),
    "a typed percentage": (SMALL, SIROLIMUS_PLAIN, "It helps 80 % of people.", "`80 %` typed"),
    "a number in an interaction": (SMALL, "Raises it {fold}.", "Raises it 11-fold.", "`11` typed"),
    "a number in a criterion": (
        SMALL,
        "Platelets below {platelets_low}.",
        "Below 30.",
        "`30` typed",
    ),
    "a number in a fact whose window is a parameter": (
        SMALL,
        "- fact: haemoglobin\n  says: haemoglobin\n",
        "- fact: haemoglobin\n  says: haemoglobin of 30 days\n"
        '  window: ["-{completeness_valid_for}", 0 d]\n',
        "the number `30` typed, although a parameter decides; print {completeness_valid_for}",
    ),
    "a slot nobody fills": (SMALL, "{responders}", "{respnders}", "prints `{respnders}`"),
    "a figure without its source": (
        SMALL,
        "topics: [sirolimus]\n  cites: [TX-001]",
        "topics: [sirolimus]\n  cites: [TX-002]",
        "quotes `responders` without citing where it comes from; add one of TX-001",
    ),
    # plain words
    "no plain words": (SMALL, f"  plainly: {SIROLIMUS_PLAIN}\n", "", "has no plain words"),
    "a long sentence": (
        SMALL,
        SIROLIMUS_PLAIN,
        "It can help you or me or him or her or us or all of them too.",
        "a sentence of 17 words; at most 12",
    ),
    "a long text": (
        SMALL,
        SIROLIMUS_PLAIN,
        "It can help. It can do harm. It can be too much. It can be too low. It can be so.",
        "has 21 words; at most 20",
    ),
    "jargon": (
        SMALL,
        SIROLIMUS_PLAIN,
        "It helps in cytopenia.",
        "says `cytopenia`, which no family",
    ),
    "a long word": (
        SMALL,
        SIROLIMUS_PLAIN,
        "It helps occasionally.",
        "the long word `occasionally`",
    ),
    "an order": (SMALL, SIROLIMUS_PLAIN, "You must take it.", "gives an order (`must`)"),
    "an order to a clinician": (SMALL, SIROLIMUS_SAYS, "It must be given.", "gives an order"),
    "hard to read": (
        SMALL,
        SIROLIMUS_PLAIN,
        "Several children repeat careful measures before further sensible change becomes certain enough.",
        "reads like school year",
    ),
    # conditions
    "a leaf and its complement": (
        SMALL,
        "when: low_platelets\n  if_unknown: ask",
        "when: low_platelets AND haemoglobin < '80 g/L' AND NOT low_platelets\n  if_unknown: ask",
        "sirolimus-start: can never be true: `low_platelets` and NOT `low_platelets`",
    ),
    "bounds with nothing between": (
        SMALL,
        "when: platelets > '400 10*9/L'",
        "when: platelets > '400 10*9/L' AND platelets < '100 10*9/L'",
        "can never be true: `platelets` at least 400 and `platelets` at most 100",
    ),
    "bounds through a criterion and a parameter": (
        SMALL,
        "when: platelets > '400 10*9/L'",
        "when: platelets > '400 10*9/L' AND low_platelets",
        "can never be true",
    ),
    "two words at once": (
        SMALL,
        "when: platelets > '400 10*9/L'",
        "when: result = 'positive' AND result = 'negative'",
        "can never be true",
    ),
    "true of everybody": (
        SMALL,
        "when: platelets > '400 10*9/L'",
        "when: platelets > '400 10*9/L' OR platelets < '500 10*9/L'",
        "is true of everybody in whom `platelets` is known",
    ),
    # people
    "two test people": (
        SMALL,
        "    - {given: {platelets: 120 10*9/L}, answer: does-not-apply}\n    - {given: {}, answer: "
        "cannot-tell}\n- statement: sirolimus-stop",
        "    - {given: {}, answer: cannot-tell}\n- statement: sirolimus-stop",
        "sirolimus-start: has 2 test people; write at least 3",
    ),
    "nobody unknown": (
        SMALL,
        "{given: {}, answer: cannot-tell}\n- statement: sirolimus-stop",
        "{given: {platelets: 90 10*9/L}, answer: does-not-apply}\n- statement: sirolimus-stop",
        "no test person has something unknown",
    ),
    "nobody reached": (
        SMALL,
        "- {given: {platelets: 12 10*9/L}, answer: applies}",
        "- {given: {platelets: 90 10*9/L}, answer: does-not-apply}",
        "no test person reaches it",
    ),
    "a criterion never false": (
        SMALL,
        "{platelets: 120 10*9/L, is: false}, ",
        "",
        "makes it false",
    ),
    # citations
    "an id nobody bears": (
        SMALL,
        "cites: [TX-002]",
        "cites: [TX-999]",
        "cites `TX-999`, which no source",
    ),
    "seen that was only known": (
        SMALL,
        "value: 30 10*9/L\n  cites: [TX-001]",
        "value: 30 10*9/L\n  cites: [TX-002]",
        "platelets_low: is `read: seen`, but all it cites was only known; set `read: known`",
    ),
    "a dose seen that was only known": (
        SMALL,
        "stop: sirolimus-stop\n  cites: [TX-001]",
        "stop: sirolimus-stop\n  cites: [TX-002]",
        "sirolimus_start: is `read: seen`, but all it cites was only known",
    ),
    "nobody signed": (
        SMALL,
        "  hazards: [HZ-01]\n",
        "  hazards: [HZ-01]\n  review: {state: clinician-approved}\n",
        "is clinician-approved, but nobody signed",
    ),
    # completeness
    "no topic": (SMALL, "topics: [sirolimus]", "topics: []", "has no topic"),
    "an unpublished topic": (
        SMALL,
        "topics: [watch]",
        "topics: [wach]",
        "`wach`, which is not published",
    ),
    "an unknown hazard": (SMALL, "[HZ-01]", "[HZ-77]", "`HZ-77`, which hazards.yaml does not hold"),
    "a dose without a way out": (
        SMALL,
        "  stop: sirolimus-stop\n",
        "",
        "without the way to stop it",
    ),
    "a dose nobody watches": (
        SMALL,
        "monitoring: [counts]",
        "monitoring: []",
        "without how it is watched",
    ),
    "a dose with nothing against it": (
        SMALL,
        "do_not_start: [sirolimus-stop]",
        "do_not_start: []",
        "without what stands against it",
    ),
    "a dose without a cap": (SMALL, "  no_cap: none found\n", "", "a dose without a cap"),
    "no review date": ("version.yaml", "review_due: 2027-11-01\n", "", "is due for review `never`"),
    # codes
    "a wrong check digit": (
        SMALL,
        "code: 777-3",
        "code: 777-4",
        "LOINC 777-4 has a wrong check digit",
    ),
    # contradictions
    "opposite advice to the same people": (
        SMALL,
        "when: platelets > '400 10*9/L'",
        "when: low_platelets",
        "sirolimus-stop: says do-not-start of sirolimus to the very people to whom `sirolimus-start`",
    ),
    # coverage
    "an id nobody decided about": (
        "coverage.yaml",
        "- {ids: [TX-003], state: descriptive, because: informs}",
        "",
        "small.yaml:23: TX-003: is neither cited nor classified",
    ),
    "an id both cited and uncited": (
        "coverage.yaml",
        "[TX-003]",
        "[TX-003, TX-002]",
        "TX-002: is listed as uncited, but `sirolimus-stop`",
    ),
    "an id classified twice": (
        "coverage.yaml",
        "[TX-003]",
        "[TX-003, TX-003]",
        "is classified twice",
    ),
    "an id that is none": ("coverage.yaml", "[TX-003]", "[TX-003, TX-555]", "TX-555: is no id"),
    # hazards
    "a hazard without a control": (
        "hazards.yaml",
        "  controls:\n    - {says: It stops., where: sirolimus-stop, "
        "without: {drop: [sirolimus-stop]}, test: stops}\n",
        "",
        "HZ-01: has no control",
    ),
    "a control that cannot be taken away": (
        "hazards.yaml",
        "{drop: [sirolimus-stop]}",
        "{drop: [sirolimus-halt]}",
        "`sirolimus-halt` is no statement",
    ),
    "a control nobody takes away": (
        "hazards.yaml",
        "{drop: [sirolimus-stop]}",
        "{}",
        "its control `sirolimus-stop` is never taken away",
    ),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_guideline_is_named_with_its_place(
    tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    file, old, new, expected = case
    found = list_findings(tmp_path, file, old, new)
    assert any(expected in line for line in found), found
    assert all(re.match(r"[\w/.]+\.yaml(:\d+)?: [^:]+: .+; .+", line) for line in found), found


def test_a_criterion_that_asks_whether_something_is_known_may_be_true_of_everybody(
    tmp_path: Path,
) -> None:
    new = (
        "  when: platelets < platelets_low OR NOT platelets < platelets_low\n  known_only: true\n"
        "  cites: [TX-001]\n  tests: [{platelets: 12 10*9/L, is: true}, {is: unknown}]\n"
    )
    old = (
        "  when: platelets < platelets_low\n  cites: [TX-001]\n"
        "  tests: [{platelets: 12 10*9/L, is: true}, {platelets: 120 10*9/L, is: false}, {is: unknown}]\n"
    )
    found = list_findings(tmp_path, SMALL, old, new)
    assert not any(": low_platelets: " in line for line in found), found


def test_words_that_are_malformed_name_their_place(tmp_path: Path) -> None:
    with pytest.raises(GuidelineError) as caught:
        load_broken(tmp_path, "topics.yaml", "says: watching", "sais: watching")
    assert caught.value.problems[0].startswith("topics.yaml:1: watch: ")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("CD4, B12, IgG4, G6PD, IL-10, COVID-19 and PIK3CD are names", []),
        ("type 0 is a name of the list", []),
        ("{platelets_low} stands for a number", []),
        ("TCRab+ CD4- CD8- cells", []),
        ("above 0.5, at most 12.5 %", ["0.5", "12.5 %"]),
        ("7 of 9", ["7", "9"]),
    ],
)
def test_what_is_a_number_and_what_is_a_name(text: str, numbers: list[str]) -> None:
    assert find_numbers(text, ["type 0"]) == numbers


@pytest.mark.parametrize(
    ("code", "fits"), [("777-3", True), ("718-7", True), ("29247-4", True), ("29247-2", False)]
)
def test_loinc_check_digits(code: str, fits: bool) -> None:
    assert fits_check_digit(code) is fits  # DX-252


def test_the_grade_grows_with_words_and_sentences() -> None:
    easy = measure_grade("The cat sat. The dog ran. We all had fun.")
    hard = measure_grade("Immunosuppression necessitates systematic haematological surveillance.")
    assert easy < 3 < 15 < hard


def test_a_medicines_name_counts_as_a_short_word() -> None:
    text = "The team gives mycophenolate twice a day."
    assert measure_grade(text, ["mycophenolate"]) < measure_grade(text)
