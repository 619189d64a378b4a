"""What is answered once for each relative: both engines alike, and nobody's entries mixed with another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as change

from gentian.chart.events import Chart, change_event
from gentian.engine.answers import FactValue
from gentian.engine.many import answer_many, answer_relatives
from gentian.engine.one import answer, judge_facts
from gentian.engine.settings import Settings
from gentian.language import model
from gentian.language.compiler import compile_guideline
from gentian.language.errors import GuidelineError
from tests.engine import small
from tests.engine.test_engines_agree import QUIET, strip

NAMES = ("brother", "mother", "sister-2")
ABOUT = ("a0", "a1", "a2")
SMALL = """
- fact: big_spleen
  says: big spleen
  read: any
  of: splenomegaly
- fact: their_spleen
  says: the relative's big spleen
  read: any
  of: splenomegaly
  each: relative
- fact: their_platelets
  says: the relative's platelets
  read: latest
  of: platelets
  each: relative
- criterion: ill_as_well
  says: The relative has a big spleen or low platelets.
  when: their_spleen OR their_platelets < '100 10*9/L'
- criterion: both_ill
  says: Patient and relative have a big spleen.
  when: big_spleen AND ill_as_well
- statement: look-at-them
  each: relative
  row: family
  kind: refer
  says: Look at them.
  when: ill_as_well AND NOT both_ill
  if_unknown: silent
  cites: []
"""


@st.composite
def families(draw: st.DrawFn) -> Chart:
    """A person, and a few entries about relatives."""
    chart = draw(small.charts(most=4))
    one = st.one_of(small.results(), small.states())
    told = [
        change_event(event, about=draw(st.sampled_from(NAMES)), dose_low=None, dose_high=None)
        for event in draw(st.lists(one, max_size=8))
    ]
    return replace(chart, events=(*chart.events, *told))


@st.composite
def facts_about_relatives(draw: st.DrawFn, name: str) -> model.Fact:
    """A random fact about each relative: a yes-no read-off of findings or measurements."""
    of, where = draw(
        st.sampled_from(
            [
                ("splenomegaly", ""),
                ("nodes", "NOT present"),
                ("lymphoproliferation", ""),
                ("platelets", "value < '100 10*9/L'"),
                ("sirolimus", ""),
            ]
        )
    )
    return model.Fact(
        fact=name,
        says=name,
        read=draw(st.sampled_from(["any", "on", "started_within"])) if of != "platelets" else "any",
        of=of,
        where=where,
        window=draw(st.sampled_from([[], ["-90 d", "0 d"], ["-400 d", "-30 d"]])),
        absent=draw(st.sampled_from(["unknown", "unknown", "false"])),
        each="relative",
        line="generated:1",
    )


def draw_guideline(data: st.DataObject, folder: Path) -> model.Guideline:
    """A guideline of facts about the person and about each relative, the same questions of both."""
    raw = small.read_vocabulary(folder)
    about = [data.draw(facts_about_relatives(name)) for name in ABOUT]
    own = [change(fact, fact=f"own_{fact.fact}", each="person") for fact in about]
    raw.entries["fact"] = [*about, *own]
    names = [*ABOUT, *(f"own_{name}" for name in ABOUT)]
    first = data.draw(
        small.conditions(["own_a0"], names, 2).filter(lambda text: "unit:" not in text)
    )
    second = data.draw(
        st.sampled_from(["NOT k0 OR a1", "k0 AND own_a1", "at_least(2, k0, a2, a0)"])
    )
    raw.entries["criterion"] = [
        model.Criterion(criterion=name, says="x", when=f"({when}) OR a0", line="generated:1")
        for name, when in (("k0", first), ("k1", second))
    ]
    return compile_guideline(raw)


@QUIET
@given(data=st.data(), strict=st.booleans())
def test_a_relative_is_answered_alike_alone_and_among_many_people(data, strict, tmp_path_factory):
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    people = data.draw(st.lists(families(), min_size=1, max_size=4))
    centre = Settings(strict_criteria=strict)
    together = answer_relatives(guideline, people, small.INDEX, centre)
    alone = [answer(guideline, chart, small.INDEX, centre) for chart in people]
    found = {(at, name) for at, answers in enumerate(alone) for name in answers.relatives}
    assert found == set(together)
    for (at, name), many in together.items():
        one = alone[at].relatives[name]
        assert strip(dict(one.facts)) == strip(dict(many.facts))
        assert one.criteria == many.criteria
    for answers, (_, criteria) in zip(
        alone, answer_many(guideline, people, small.INDEX, centre), strict=True
    ):
        assert answers.criteria == criteria


@QUIET
@given(data=st.data())
def test_a_relatives_entries_are_read_as_if_they_were_a_persons_own(data, tmp_path_factory):
    """And nothing of the patient or of another relative is mixed in."""
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    chart = data.draw(families())
    for name, about in answer(guideline, chart, small.INDEX, Settings()).relatives.items():
        own = tuple(change_event(e, about=None) for e in chart.events if e.about == name)
        # An entry after the index time says the record is read back in time, where dates stay open.
        late = [change_event(e, about="nobody") for e in chart.events if e.starts[0] > small.INDEX]
        alone = small.make_chart(*own, *late, born=None, sex=None)
        read = answer(guideline, alone, small.INDEX, Settings()).facts
        for fact in ABOUT:
            expected = change(read[f"own_{fact}"], events=())
            assert change(about.facts[fact], events=()) == expected, (name, fact)


@QUIET
@given(data=st.data())
def test_an_unknown_fact_about_a_relative_becoming_known_never_flips(data, tmp_path_factory):
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    names = [*ABOUT, *(f"own_{name}" for name in ABOUT)]
    known = {name: FactValue(truth=data.draw(st.booleans()), known=True) for name in names}
    some = {name: value for name, value in known.items() if data.draw(st.booleans())}
    before, after = (judge_facts(guideline, facts, Settings()) for facts in (some, known))
    for key, truth in before.items():
        assert truth is None or after[key] is truth


def test_two_brothers_are_two_people(tmp_path):
    guideline = small.load_small(tmp_path, SMALL)
    ill = small.make_event("splenomegaly", "2026-01-01", about="brother", present=True)
    well = small.make_event("splenomegaly", "2026-01-01", about="brother-2", present=False)
    low = small.make_event("platelets", "2026-01-01", 20, about="brother")
    found = answer(guideline, small.make_chart(ill, well, low), small.INDEX, Settings()).relatives
    assert [found[name].criteria["ill_as_well"] for name in ("brother", "brother-2")] == [
        True,
        None,
    ]
    assert found["brother-2"].facts["their_spleen"].truth is False


def test_a_person_without_relatives_is_asked_nothing_about_them(tmp_path):
    guideline = small.load_small(tmp_path, SMALL)
    own = small.make_event("splenomegaly", "2026-01-01", present=True)
    answers = answer(guideline, small.make_chart(own), small.INDEX, Settings())
    assert answers.relatives == {}
    assert "ill_as_well" not in answers.criteria
    assert "look-at-them" not in answers.statements


def test_a_list_stated_complete_says_nothing_of_a_relative(tmp_path):
    guideline = small.load_small(tmp_path, SMALL)
    complete = small.make_event("complete-examination", "2026-11-20")
    low = small.make_event("platelets", "2026-01-01", 20, about="mother")
    answers = answer(guideline, small.make_chart(complete, low), small.INDEX, Settings())
    assert answers.facts["big_spleen"].truth is False
    assert answers.relatives["mother"].facts["their_spleen"].truth is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("- fact: x\n  says: x\n  read: any\n  of: low_run\n  each: relative", "not episodes"),
        (
            "- fact: x\n  says: x\n  read: any\n  of: platelets\n  where: below_limit\n  each: relative",
            "known of the patient only",
        ),
        ("- fact: x\n  says: x\n  read: age\n  each: relative", "by dates alone"),
        (
            "- statement: x\n  row: family\n  kind: ask\n  says: x\n  when: ill_as_well\n"
            "  if_unknown: ask\n  cites: []",
            "write `each: relative`",
        ),
        (
            "- statement: x\n  each: relative\n  row: family\n  kind: consider\n  medicine: sirolimus\n"
            "  says: x\n  when: ill_as_well\n  if_unknown: ask\n  cites: []",
            "`medicine` is of the patient",
        ),
        (
            "- problem: x\n  name: x\n  row: family\n  active: ill_as_well",
            "asked of the person alone",
        ),
    ],
)
def test_what_cannot_be_asked_of_a_relative_is_refused_with_its_place(tmp_path, wrong, says):
    with pytest.raises(GuidelineError, match=says):
        small.load_small(tmp_path, f"{SMALL}\n{wrong}\n")
