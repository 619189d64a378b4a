"""Mistakes in the guideline are reported together, each with its file and line."""

from __future__ import annotations

import pytest

from gentian.language.errors import GuidelineError
from tests.engine.small import load_small


def list_problems(tmp_path, text: str) -> list[str]:
    with pytest.raises(GuidelineError) as caught:
        load_small(tmp_path, text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- fact: a\n  says: a\n  read: newest\n  of: platelets\n", "Invalid enum value 'newest'"),
        (
            "- fact: a\n  says: a\n  read: latest\n  of: platlets\n",
            "`platlets` is neither in the vocabulary",
        ),
        ("- fact: a\n  says: a\n  read: latest\n  off: platelets\n", "unknown field `off`"),
        ("- facts: a\n", "unknown sort `facts`"),
        (
            "- fact: a\n  says: a\n  read: latest\n  of: [platelets, weight]\n",
            "have different units",
        ),
        (
            "- fact: a\n  says: a\n  read: latest\n  of: platelets\n  window: [-7]\n",
            "Expected `str`",
        ),
        (
            "- fact: a\n  says: a\n  read: latest\n  of: platelets\n  anchor: birthday\n",
            "unknown anchor `birthday`",
        ),
        (
            "- fact: a\n  says: a\n  read: latest\n  of: platelets\n"
            "- criterion: c\n  says: c\n  when: a < '4 g/dL'\n",
            "c: ",
        ),
        (
            "- criterion: c\n  says: c\n  when: d\n- criterion: d\n  says: d\n  when: c\n",
            "refers to itself",
        ),
        (
            "- parameter: p\n  value: 4 kg\n  read: seen\n- fact: a\n  says: a\n  read: latest\n"
            "  of: platelets\n- criterion: c\n  says: c\n  when: a < p\n",
            "parameter `p` = 4 kg, needed in 10*9/L",
        ),
    ],
)
def test_a_mistake_names_its_place(tmp_path, text, problem):
    problems = list_problems(tmp_path, text)
    assert any(problem in item for item in problems), problems
    assert all(item.startswith("small.yaml:") for item in problems)


@pytest.mark.parametrize(
    "entry",
    [
        "- cite: TX-1\n  says: a\n  read: seen\n",
        "- figure: f\n  name: f\n  value: 1 d\n  cites: []\n  read: known\n",
    ],
)
def test_an_entry_that_stands_twice_names_both_places(tmp_path, entry):
    problems = list_problems(tmp_path, entry + entry)
    assert any(" is also at small.yaml:" in item for item in problems), problems


def test_all_mistakes_come_at_once(tmp_path):
    text = "- criterion: c\n  says: c\n  when: nothing\n- criterion: d\n  says: d\n  when: nothing_else\n"
    assert len([item for item in list_problems(tmp_path, text) if "unknown name" in item]) == 2


def test_yes_no_words_of_old_yaml_stay_words(tmp_path):
    guideline = load_small(
        tmp_path, "- fact: spleen\n  says: NO\n  read: on\n  of: splenomegaly\n  absent: false\n"
    )
    fact = guideline.facts["spleen"]
    assert (fact.read, fact.says, fact.absent) == ("on", "NO", False)


def test_a_medicine_brings_the_fact_of_taking_it(tmp_path):
    guideline = load_small(tmp_path, "")
    assert guideline.facts["taking_sirolimus"].read == "on"
    assert guideline.facts["taking_steroid"].of == "steroid"


def test_an_interaction_becomes_statements_for_start_use_and_stop(tmp_path):
    row = (
        "- interaction: sirolimus\n  with: prednisolone\n  effect: {direction: up}\n  action: avoid\n"
        "  says: Avoid.\n  offset: 14 d\n  cites: [TX-300]\n  read: seen\n"
    )
    statements = load_small(tmp_path, row).statements
    assert statements["interaction-sirolimus-prednisolone"].kind == "do-not-start"
    assert statements["interaction-sirolimus-prednisolone"].absolute
    assert statements["interaction-sirolimus-prednisolone-on"].kind == "warn"
    stopped = statements["interaction-sirolimus-prednisolone-stopped"]
    assert stopped.phase == "both", "it also speaks to a sirolimus that is only proposed"
    assert "NOT taking_prednisolone" in stopped.when


def test_compiling_twice_gives_the_same_bytes(tmp_path):
    import msgspec

    first, second = (msgspec.json.encode(load_small(tmp_path, "")) for _ in range(2))
    assert first == second
