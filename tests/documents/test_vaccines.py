"""Vaccines on the pages: one line an answer, and never a word that is not true of all that it names."""

from __future__ import annotations

from gentian.documents.lines import WIDTH
from gentian.documents.vaccines import group_vaccines, list_entries
from gentian.plan.model import Vaccine


def vaccine(name: str, answer: str, **more: object) -> Vaccine:
    return Vaccine(id=name, name=name, answer=answer, **more)


def test_vaccines_with_the_same_answer_share_a_line():
    made = list_entries([vaccine("Hib", "indicated"), vaccine("MenB", "indicated")], whole=False)
    assert [(entry.lead, entry.text) for entry in made] == [("● indicated:", "Hib, MenB")]


def test_what_is_given_now_if_missing_is_not_said_of_what_is_deferred():
    now = vaccine("PCV", "ask", then="give-now", then_when="before sirolimus")
    later = vaccine("PPSV23", "ask", then="defer", then_when="2 months after PCV")
    plain = vaccine("COVID-19", "ask", then="indicated")
    made = list_entries([now, later, plain], whole=False)
    assert [(entry.lead, entry.text) for entry in made] == [
        ("? ask the record; if not given, give now, before sirolimus:", "PCV"),
        ("? ask the record:", "PPSV23, COVID-19"),
    ]


def test_each_reason_not_to_give_has_its_own_line_on_the_whole_page():
    held = [
        vaccine("MMR", "not-while", because=["immunosuppressed"]),
        vaccine("nasal influenza", "not-while", because=["no spleen"]),
    ]
    leads = [group.lead for group in group_vaccines(held)]
    assert leads == ["✕ not while immunosuppressed", "✕ not while no spleen"]


def test_what_is_on_record_stands_on_the_whole_page_alone():
    made = [vaccine("Hib", "on-record", given=["2025-02-01"])]
    assert list_entries(made, whole=False) == ()
    assert "On record: 2025-02-01" in list_entries(made, whole=True)[0].details[0]


def test_a_long_list_that_only_asks_is_named_in_part_and_counted():
    many = [vaccine(f"vaccine {number}", "ask") for number in range(10)]
    brief = list_entries(many, whole=False)[0].brief
    assert brief.endswith("and 6 more")
    assert len(brief) < WIDTH


def test_a_line_gives_only_the_reasons_that_all_its_vaccines_share():
    held = [
        vaccine("MMR", "not-while", because=["immunosuppressed", "pregnant"]),
        vaccine("HPV", "not-while", because=["pregnant"]),
        vaccine("yellow fever", "not-while", because=["immunosuppressed"]),
    ]
    made = {entry.lead: entry.text for entry in list_entries(held, whole=False)}
    assert made == {
        "✕ not while immunosuppressed:": "yellow fever, MMR",
        "✕ not while pregnant:": "HPV",
    }
