"""Conditions, procedures, immunisations, allergies and family histories."""

from __future__ import annotations

import re

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import Refused
from gentian.chart.fhir_bundle import Item
from gentian.chart.fhir_codes import Match
from gentian.chart.fhir_dates import print_time
from gentian.chart.fhir_intake import Intake, make_source
from gentian.chart.fhir_marks import read_mark, read_marked_end, read_qualifiers
from gentian.chart.fhir_people import name_family_member
from gentian.chart.fhir_relatives import add_member
from gentian.chart.fhir_results import NO_ENTRY
from gentian.chart.raw import RawCompleteness, RawFinding

CONDITIONS = ("finding", "class", "procedure", "allergy")
_OVER = ("inactive", "remission", "resolved")
_SUSPECTED = ("unconfirmed", "provisional", "differential")
_ALLERGY_NAMES = ("allergy", "hypersensitivity", "reaction")


def read_code(concept: fhir.CodeableConcept | None) -> str:
    """The code of a status, such as `active`; its text where there is no code."""
    if concept is None:
        return ""
    codes = [coding.code for coding in concept.coding or () if coding.code]
    return (codes[0] if codes else concept.text or "").strip().lower()


def say_completeness(
    concept: fhir.CodeableConcept | None, when: str, item: Item, about: str | None, intake: Intake
) -> bool:
    """Take "no known allergy" and its like. True when the entry was such a statement."""
    terms, shown = intake.terms, intake.terms.show(concept)
    domain = terms.find_complete(concept)
    if domain is not None and about is not None:
        intake.leave(
            item.place, shown, "about a relative: completeness is read for the patient only"
        )
        return True
    if domain is not None:
        source = make_source(item, item.place, shown)
        intake.entries.append(
            RawCompleteness(domain=domain, when=when or intake.written, source=source)
        )
        return True
    if terms.says_nothing(concept):
        intake.leave(item.place, shown, "says that nothing is known either way")
        return True
    if terms.says_partly(concept):
        intake.leave(item.place, shown, "covers a part of its domain only; the rest stays unknown")
        return True
    return False


def add_finding(
    match: Match,
    item: Item,
    place: str,
    intake: Intake,
    extensions: list[fhir.Extension] | None,
    **said: object,
) -> None:
    """Add a finding with what the resource says, and what a bundle written here adds."""
    intake.say_text(place, match)
    name = intake.terms.vocabulary.concepts[match.id].name
    marks = read_qualifiers(extensions)
    source = make_source(item, place, f"{name} ({match.shown})")
    intake.entries.append(RawFinding(what=match.id, source=source, **(said | marks)))  # type: ignore[arg-type]


# -- conditions ---------------------------------------------------------------------------------------


def read_condition(item: Item, entry: fhir.Condition, intake: Intake) -> None:
    """Add a condition. Raises Refused or NotUsed."""
    about = intake.people.find_about(entry.subject)
    verification = read_code(entry.verification_status)
    if verification == "entered-in-error":
        intake.leave(item.place, intake.terms.show(entry.code), "entered in error")
        return
    recorded = entry.recorded_date or ""
    if verification != "refuted" and say_completeness(entry.code, recorded, item, about, intake):
        return
    match = intake.terms.find(entry.code, CONDITIONS)
    if match is None:
        intake.leave(item.place, intake.terms.show(entry.code), NO_ENTRY)
        return
    sites = [
        intake.terms.show(fhir.CodeableConcept(text=one.text))
        for one in entry.body_site or ()
        if one.text
    ]
    if verification == "refuted":
        when = read_mark(entry.extension, "start") or recorded or _find_onset(item, entry, intake)
        add_finding(
            match, item, item.place, intake, entry.extension,
            present=False, starts=when, about=about, site=sites[0] if sites else None,
        )  # fmt: skip
        return
    add_finding(
        match, item, item.place, intake, entry.extension,
        present=None if verification in _SUSPECTED else True,
        starts=read_mark(entry.extension, "start") or _find_onset(item, entry, intake),
        mentioned=recorded,
        about=about,
        site=sites[0] if sites else None,
        **_find_end(item, entry, intake),
    )  # fmt: skip


def _find_onset(item: Item, entry: fhir.Condition | fhir.AllergyIntolerance, intake: Intake) -> str:
    onset = print_time(
        entry.onset_date_time,
        entry.onset_age,
        entry.onset_period,
        entry.onset_range,
        entry.onset_string,
        intake.people.person if intake.people.find_about(_subject(entry)) is None else None,
    )
    if not onset and (entry.onset_string or entry.onset_age or entry.onset_range):
        why = "its onset is not a date, and is left unknown"
        intake.note("changed", item.place, intake.terms.show(entry.code), why)
    return onset


def _subject(entry: fhir.Condition | fhir.AllergyIntolerance) -> fhir.Reference | None:
    return entry.subject if isinstance(entry, fhir.Condition) else entry.patient


def _find_end(item: Item, entry: fhir.Condition, intake: Intake) -> dict[str, object]:
    """When it ended, whether it goes on: as the fields of a finding."""
    status = read_code(entry.clinical_status)
    person = intake.people.person if intake.people.find_about(entry.subject) is None else None
    end = read_mark(entry.extension, "end") or print_time(
        entry.abatement_date_time,
        entry.abatement_age,
        entry.abatement_period,
        entry.abatement_range,
        entry.abatement_string,
        person,
    )
    abated = bool(end or entry.abatement_string or entry.abatement_age)
    if (
        end
        and status in ("active", "recurrence", "relapse")
        and not read_mark(entry.extension, "end")
    ):
        why = "called active, and has an end: the end is used"
        intake.note(
            "confirm", item.place, intake.terms.show(entry.code), why, "correct one of the two"
        )
    over = status in _OVER or abated
    return {"ends": end, "ended": over and not end, "ongoing": not over}


# -- procedures and vaccines --------------------------------------------------------------------------

_PROCEDURES: dict[str, tuple[bool | None, str]] = {
    "completed": (True, "final"),
    "in-progress": (True, "final"),
    "preparation": (True, "planned"),
    "unknown": (None, "final"),
}


def read_procedure(item: Item, entry: fhir.Procedure, intake: Intake) -> None:
    """Add a procedure. Raises Refused or NotUsed."""
    about = intake.people.find_about(entry.subject)
    status = entry.status or "unknown"
    shown = intake.terms.show(entry.code)
    if status not in _PROCEDURES:
        intake.leave(item.place, shown, f"procedure {status.replace('-', ' ')[:20]}")
        return
    period = entry.performed_period
    when = entry.performed_date_time or (period.start or "" if period else "")
    if say_completeness(entry.code, when, item, about, intake):
        return
    match = intake.terms.find(entry.code, ("procedure", "finding", "class"))
    if match is None:
        intake.leave(item.place, shown, NO_ENTRY)
        return
    if not when:
        person = intake.people.person if about is None else None
        when = print_time(
            None, entry.performed_age, None, entry.performed_range, entry.performed_string, person
        )
    present, state = _PROCEDURES[status]
    sites = [one.text for one in entry.body_site or () if one.text]
    add_finding(
        match, item, item.place, intake, entry.extension,
        present=present,
        starts=read_mark(entry.extension, "start") or when,
        ends=read_mark(entry.extension, "end") or (period.end or "" if period else ""),
        ongoing=status == "in-progress",
        status=state,
        about=about,
        site=sites[0] if sites else None,
    )  # fmt: skip


def read_immunization(item: Item, entry: fhir.Immunization, intake: Intake) -> None:
    """Add a vaccine that was given. Raises Refused or NotUsed."""
    about = intake.people.find_about(entry.patient)
    shown = intake.terms.show(entry.vaccine_code)
    if (entry.status or "completed") != "completed":
        intake.leave(item.place, shown, f"vaccine {(entry.status or '').replace('-', ' ')[:20]}")
        return
    when = print_time(entry.occurrence_date_time, None, None, None, entry.occurrence_string, None)
    if say_completeness(entry.vaccine_code, when or entry.recorded or "", item, about, intake):
        return
    match = intake.terms.find(entry.vaccine_code, ("vaccine", "class"))
    if match is None:
        intake.leave(item.place, shown, NO_ENTRY)
        return
    add_finding(
        match, item, item.place, intake, entry.extension,
        starts=read_mark(entry.extension, "start") or when,
        mentioned=entry.recorded or "",
        about=about,
        **read_marked_end(entry.extension),
    )  # fmt: skip


# -- allergies ----------------------------------------------------------------------------------------


def read_allergy(item: Item, entry: fhir.AllergyIntolerance, intake: Intake) -> None:
    """Add an allergy, or the statement that there is none. Raises Refused or NotUsed."""
    about = intake.people.find_about(entry.patient)
    verification = read_code(entry.verification_status)
    code = entry.code or next((one.substance for one in entry.reaction or ()), None)
    shown = intake.terms.show(code)
    if verification == "entered-in-error":
        intake.leave(item.place, shown, "entered in error")
        return
    recorded = entry.recorded_date or entry.last_occurrence or ""
    if verification != "refuted" and say_completeness(code, recorded, item, about, intake):
        return
    match = find_allergy(code, intake)
    if match is None:
        intake.leave(item.place, shown, NO_ENTRY)
        return
    over = read_code(entry.clinical_status) in ("inactive", "resolved")
    refuted = verification == "refuted"
    onset = read_mark(entry.extension, "start") or _find_onset(item, entry, intake)
    end = read_mark(entry.extension, "end")
    add_finding(
        match, item, item.place, intake, entry.extension,
        present=False if refuted else None if verification in _SUSPECTED else True,
        starts=(recorded or onset) if refuted and not read_mark(entry.extension, "start") else onset,
        ends=end,
        ended=over and not refuted and not end,
        ongoing=not over and not refuted and not end,
        mentioned=recorded,
        about=about,
    )  # fmt: skip


def find_allergy(code: fhir.CodeableConcept | None, intake: Intake) -> Match | None:
    """The allergy that a code means: its own code or name, or that of the substance."""
    terms = intake.terms
    if match := terms.find(code, ("allergy",)):
        return match
    substance = terms.find(code, ("medicine", "class", "vaccine"))
    if substance is not None:
        for name in _ALLERGY_NAMES:
            if f"{substance.id}-{name}" in terms.vocabulary.concepts:
                return Match(f"{substance.id}-{name}", substance.how, substance.shown)
    for text in _list_substances(code):
        for name in _ALLERGY_NAMES:
            concept = fhir.CodeableConcept(text=f"{text} {name}")
            if match := terms.find(concept, ("allergy",)):
                return Match(match.id, "text", terms.show(code))
    return None


def _list_substances(code: fhir.CodeableConcept | None) -> list[str]:
    """`Penicillin` of `Allergy to penicillin`, `Penicillin (substance)`."""
    if code is None:
        return []
    texts = [code.text, *(coding.display for coding in code.coding or ())]
    tidy = [re.sub(r"\s*\([a-z ]+\)$", "", text) for text in texts if text]
    return [
        re.sub(r"^(?:drug )?(?:allergy|hypersensitivity) to ", "", text, flags=re.I)
        for text in tidy
    ]


# -- family -------------------------------------------------------------------------------------------


def read_family_history(item: Item, entry: fhir.FamilyMemberHistory, intake: Intake) -> None:
    """Add what is said of one relative. Raises Refused or NotUsed."""
    if intake.people.find_about(entry.patient) is not None:
        intake.leave(item.place, "FamilyMemberHistory", "about the family of a relative")
        return
    if entry.status in ("entered-in-error", "health-unknown"):
        why = (
            "entered in error"
            if entry.status == "entered-in-error"
            else "says that nothing is known"
        )
        intake.leave(item.place, "FamilyMemberHistory", why)
        return
    about = name_family_member(intake.people, entry, intake.terms)
    described = add_member(item, entry, about, intake)
    for number, condition in enumerate(entry.condition or ()):
        place = f"{item.place}.condition[{number}]"
        try:
            _read_relatives_condition(item, place, condition, entry.date or "", about, intake)
        except Refused as problem:
            shown = intake.terms.show(condition.code)
            intake.note("refused", place, shown, problem.why, problem.mend)
    if not entry.condition and not described:
        intake.leave(item.place, "FamilyMemberHistory", "names no condition")


def _read_relatives_condition(
    item: Item, place: str, condition: fhir.FamilyCondition, date: str, about: str, intake: Intake
) -> None:
    match = intake.terms.find(condition.code, (*CONDITIONS, "gene"))
    if match is None:
        intake.leave(place, intake.terms.show(condition.code), NO_ENTRY)
        return
    starts = print_time(
        None, condition.onset_age, condition.onset_period, condition.onset_range,
        condition.onset_string, None,
    )  # fmt: skip
    add_finding(
        match, item, place, intake, None, starts=starts, mentioned=date, ongoing=True, about=about
    )


# -- lists and sections -------------------------------------------------------------------------------


def read_list(item: Item, entry: fhir.ListResource, intake: Intake) -> None:
    """Take a list that is empty because nothing is known to exist, or that says it is complete."""
    about = intake.people.find_about(entry.subject, full=False)
    current = (entry.status or "current") == "current"
    when = read_mark(entry.extension, "start") or entry.date or ""
    if current and say_completeness(entry.code, when, item, about, intake):
        return
    if (
        current
        and about is None
        and _take_empty(item, entry.code, entry.empty_reason, entry.date, intake)
    ):
        return
    intake.leave(item.place, "List", "a list: its entries are read on their own")


def _take_empty(
    item: Item,
    code: fhir.CodeableConcept | None,
    reason: fhir.CodeableConcept | None,
    when: str | None,
    intake: Intake,
) -> bool:
    domain = intake.terms.find_list_domain(code)
    if domain is None or not intake.terms.is_nil_known(reason):
        return False
    source = make_source(item, item.place, f"{intake.terms.show(code)}: empty, nothing known")
    when = when or intake.written
    intake.entries.append(RawCompleteness(domain=domain, when=when, source=source))
    return True


def read_composition(item: Item, entry: fhir.Composition, intake: Intake) -> None:
    """Take the sections of a document that are empty because nothing is known to exist."""
    if intake.people.find_about(entry.subject, full=False) is None:
        for section in _list_sections(entry.section or []):
            _take_empty(item, section.code, section.empty_reason, entry.date, intake)
    intake.leave(item.place, "Composition", "the frame of a document: its entries are read")


def _list_sections(sections: list[fhir.Section]) -> list[fhir.Section]:
    return [
        one for section in sections for one in (section, *_list_sections(section.section or []))
    ]


__all__ = [
    "read_allergy",
    "read_composition",
    "read_condition",
    "read_family_history",
    "read_immunization",
    "read_list",
    "read_procedure",
    "say_completeness",
]
