"""Findings, procedures, vaccines, allergies and gene variants as events.

Present without an end goes on. A later stated absence closes an earlier open presence: the end
lies between the last time the presence was stated and the absence. Where a presence and an
absence cannot be put in order, the presence is only possible afterwards, and the report asks to
confirm it. A class that is stated absent is absent in all its members.
"""

from __future__ import annotations

from dataclasses import replace

from gentian.chart.desk import (
    Desk,
    Draft,
    Refused,
    check_birth,
    check_status,
    check_words,
    hyphenate,
    need_span,
    read_span,
)
from gentian.chart.events import FOREVER, Event, change_event
from gentian.chart.raw import RawFinding
from gentian.chart.variants import check_fraction, note_name
from gentian.language.dates import DAY, Interval, format_date
from gentian.language.model import Concept

SORTS = ("finding", "class", "procedure", "vaccine", "allergy", "gene")


def read_finding(raw: RawFinding, desk: Desk) -> list[Draft]:
    """A finding as draft events (a class stated absent gives one per member).

    Raises Refused or NotUsed.
    """
    check_status(raw.status)
    concept = desk.find(raw.what)
    if concept.sort not in SORTS:
        raise Refused(f"{concept.name} is a {concept.sort}, not a finding")
    check_words({name: getattr(raw, name) for name in ("zygosity", "origin", "classification")})
    mention = read_span(raw.mentioned, desk, raw.about)
    starts, ends = _find_times(raw, concept, mention, desk)
    check_birth(starts, raw.about, desk)
    if concept.sort == "gene":
        note_name(raw, concept, desk)
    event = _build(raw, concept.id, starts, ends)
    ids = list_ids(concept, event.present, desk)
    return [Draft(change_event(event, what=id_), mention or starts) for id_ in ids]


def list_ids(concept: Concept, present: bool | None, desk: Desk) -> list[str]:
    """A class that is absent stands for every member; anything else for itself."""
    if concept.sort == "class" and present is False:
        return desk.vocabulary.members[concept.id]
    return [concept.id]


def _find_times(
    raw: RawFinding, concept: Concept, mention: Interval | None, desk: Desk
) -> tuple[Interval, Interval]:
    """When it began and when it ended, as intervals."""
    starts, ends = read_span(raw.starts, desk, raw.about), read_span(raw.ends, desk, raw.about)
    if raw.status == "planned":
        when = need_span(raw.starts, concept.name, desk, raw.about)
        return when, when
    if raw.present is False:
        when = starts or mention or (desk.upto(None), desk.upto(None))
        return when, when
    if ends is not None:
        begun = starts or (desk.birth(raw.about), ends[1])
        if ends[1] < begun[0]:
            raise Refused(
                f"ends {format_date(ends)} before it starts {format_date(begun)}",
                "check the two dates",
            )
        return begun, (max(ends[0], begun[0]), ends[1])
    return _find_open_times(raw, starts, mention, desk)


def _find_open_times(
    raw: RawFinding, starts: Interval | None, mention: Interval | None, desk: Desk
) -> tuple[Interval, Interval]:
    if raw.ended:
        over = desk.upto(mention)
        begun = starts or (desk.birth(raw.about), over)
        last = max(over, begun[1]) - 1  # it no longer goes on when it is said
        return begun, (begun[0], max(last, begun[0]))
    begun = starts or (desk.birth(raw.about), desk.upto(mention))
    return begun, ((FOREVER, FOREVER) if raw.ongoing else begun)


def _build(raw: RawFinding, what: str, starts: Interval, ends: Interval) -> Event:
    present = True if raw.status == "planned" else raw.present
    return Event(
        what=what,
        starts=starts,
        ends=ends,
        source=raw.source,
        present=present,
        about=raw.about,
        certainty="suspected" if present is None else "confirmed",
        status=raw.status,
        category=hyphenate(raw.category),
        zygosity=hyphenate(raw.zygosity),
        origin=hyphenate(raw.origin),
        classification=hyphenate(raw.classification),
        classified_by=raw.classified_by,
        allele_fraction=check_fraction(raw.allele_fraction),
        reason=hyphenate(raw.reason),
        response=hyphenate(raw.response),
        specimen=raw.specimen,
        method=raw.method,
        sample=raw.sample,
        site=raw.site,
        printed=raw.printed,
    )


def close_presences(drafts: list[Draft], desk: Desk) -> list[Draft]:
    """End every open presence (or taking) that a later stated absence contradicts."""
    absences: dict[tuple[str, str | None], list[Draft]] = {}
    presences: dict[tuple[str, str | None], list[Draft]] = {}
    still_open = {_key(draft) for draft in drafts if draft.event.ends[1] == FOREVER}
    if not still_open:
        return drafts
    for draft in drafts:
        key = _key(draft)
        if key in still_open and draft.event.status != "planned":
            (absences if draft.event.present is False else presences).setdefault(key, []).append(
                draft
            )
    return [
        _close(draft, absences.get(_key(draft), []), presences.get(_key(draft), []), desk)
        if draft.event.ends[1] == FOREVER
        else draft
        for draft in drafts
    ]


def _key(draft: Draft) -> tuple[str, str | None]:
    return draft.event.what, draft.event.about


def _close(draft: Draft, absences: list[Draft], presences: list[Draft], desk: Desk) -> Draft:
    event = draft.event
    if event.ends[1] != FOREVER or event.present is False or event.status == "planned":
        return draft
    against = [item.event for item in absences if item.event.site in (None, event.site)]
    later = [item for item in against if item.starts[0] > event.starts[1]]
    event = _start_after(event, draft.mention, [item for item in against if item not in later])
    unclear = [item for item in against if item not in later and _overlap(item, event)]
    if unclear:
        why = "present and absent at times that cannot be put in order"
        desk.note("confirm", event.source, event.what, why, "say which came later")
        return replace(draft, event=change_event(event, ends=(event.starts[0], FOREVER)))
    if not later:
        return replace(draft, event=event)
    absence = min(later, key=lambda item: item.starts)
    return replace(
        draft, event=_end_before(event, absence.starts, _last_mention(draft, presences, absence))
    )


def _start_after(event: Event, mention: Interval, absences: list[Event]) -> Event:
    """What is stated present after an absence began after that absence."""
    before = [item.starts[1] for item in absences if item.starts[1] < mention[0]]
    first = max([event.starts[0], *before])
    if first == event.starts[0] or first > event.starts[1]:
        return event
    ends = (max(event.ends[0], first), event.ends[1])
    return change_event(event, starts=(first, event.starts[1]), ends=ends)


def _overlap(absence: Event, presence: Event) -> bool:
    """The absence may have come after the presence began."""
    return absence.starts[1] > presence.starts[0] or absence.starts == presence.starts


def _last_mention(draft: Draft, presences: list[Draft], absence: Event) -> int:
    """The last minute before the absence at which anyone stated the presence."""
    stated = [item for item in presences if item.event.site in (None, draft.event.site)]
    times = [time for item in (draft, *stated) for time in (item.event.starts[0], item.mention[0])]
    return max(time for time in times if time < absence.starts[0])


def _end_before(event: Event, absent: Interval, mention: int) -> Event:
    """The end lies between the last mention and the absence; a day says it for the whole day."""
    last = absent[0] - 1 if absent[1] - absent[0] < DAY else absent[1]
    return change_event(event, ends=(min(max(mention, event.starts[0]), last), last))
