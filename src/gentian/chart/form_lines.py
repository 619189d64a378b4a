"""The lines of a form: results, findings, procedures, vaccines, allergies, genes and medicines."""

from __future__ import annotations

import re
from dataclasses import replace

from gentian.chart.desk import CLOSED_WORDS, Refused, hyphenate
from gentian.chart.form_sheet import (
    SORTS,
    Sheet,
    find_name,
    format_index,
    make_source,
    need_text,
    read_keys,
    resolve_date,
)
from gentian.chart.form_writer import UNKNOWN, UNNAMED_VARIANT
from gentian.chart.medicines import find_interval, read_dose
from gentian.chart.nodes import Node
from gentian.chart.phrases import (
    DATED_EXPECTED,
    DOSE_EXPECTED,
    FINDING_EXPECTED,
    MEDICINE_EXPECTED,
    PhraseError,
    Taking,
    Times,
    parse_bracket,
    parse_clocks,
    parse_dose,
    parse_result,
    parse_taking,
    parse_times,
    take_clock,
)
from gentian.chart.raw import RawFinding, RawMedicine, RawResult
from gentian.language.dates import (
    DAY,
    DateError,
    format_clock,
    format_minute,
    parse_date,
    parse_duration,
)
from gentian.language.model import Concept

_QUALIFIERS = {
    "how": "method", "method": "method", "site": "site", "where": "site", "kind": "category",
    "category": "category", "reason": "reason", "response": "response", "specimen": "specimen",
    "sample": "sample", "zygosity": "zygosity", "origin": "origin",
    "classification": "classification", "classified-by": "classified_by",
    "vaf": "allele_fraction", "status": "status",
}  # fmt: skip
_SUSPECT_WORDS = ("failed", "failure", "relapse")


# -- results --------------------------------------------------------------------------------------

_SAMPLE_KEYS = ("sample", "specimen", "method", "timing")
_RESULT_KEYS = ("value", "normal", "flag", "status", "site", "on", *_SAMPLE_KEYS)


def read_results(sheet: Sheet, item: Node) -> None:
    """`2026-11-20: {platelets: 18 10*9/L, …}`, or `platelets: {2026-11-20: 18 10*9/L, …}`."""
    for key, node in item.pairs:
        by_date = re.match(r"^(?:\d|now$|today$|before |after )", key) is not None
        if node.kind != "mapping":
            example = f"{key}: {{platelets: 18 10*9/L}}" if by_date else f"{key}: {{2026-11-20: …}}"
            sheet.troubles.add(node.line, f"{key}: {node.show()[:40]}", example)
            continue
        if by_date:
            _read_day(sheet, key, node)
        else:
            for when, value in node.pairs:
                read_result_line(sheet, when, key, value, {}, None)


def _read_day(sheet: Sheet, when: str, node: Node) -> None:
    shared = {
        key: need_text(sheet, item, key, "a word")
        for key, item in node.pairs
        if key in _SAMPLE_KEYS
    }
    for name, item in node.pairs:
        if name not in _SAMPLE_KEYS:
            read_result_line(sheet, when, name, item, shared, None)


def read_result_line(
    sheet: Sheet, when: str, name: str, node: Node, shared: dict[str, str], about: str | None
) -> None:
    concept = find_name(sheet, "results", name, node.key_line, ("measurement",))
    if concept is None:
        return
    given = dict(shared)
    if node.kind == "mapping":
        given |= read_keys(sheet, node, _RESULT_KEYS)
    else:
        given["value"] = need_text(sheet, node, name, "a value with its unit")
    if given.get("value"):
        _add_result(sheet, given.pop("on", when), concept, node, given, about)
    elif node.kind == "mapping":
        sheet.troubles.add(node.line, f"{name}: no value", "{value: 18 10*9/L, …}")


def _add_result(
    sheet: Sheet, when: str, concept: Concept, node: Node, given: dict[str, str], about: str | None
) -> None:
    try:
        planned = given["value"] == "planned"
        status = "planned" if planned else _check_status(given.get("status"))
        measured = parse_result("" if planned else given["value"])
        bracket = parse_bracket(given.get("normal", ""))[0]
        date = resolve_date(sheet, when, node)
    except PhraseError as error:
        sheet.say(node, error)
        return
    sheet.entries.append(
        RawResult(
            what=concept.id,
            when=date,
            source=make_source(node, concept.id),
            number=measured.number,
            unit=measured.unit,
            word=measured.word,
            reference=measured.reference or bracket,
            flag=measured.flag or given.get("flag", ""),
            status=status,
            about=about,
            specimen=given.get("specimen"),
            method=given.get("method"),
            sample=given.get("sample"),
            site=given.get("site"),
            timing=given.get("timing"),
        )
    )


# -- findings, procedures, vaccines, allergies, genes ---------------------------------------------

_TIME_KEYS = ("now", "since", "on", "from", "to", "until", "past", "absent", "excluded", "suspected",
              "planned")  # fmt: skip


def read_named(sheet: Sheet, section: str, name: str, node: Node, about: str | None = None) -> None:
    if section == "medicines":
        _read_medicine(sheet, name, node, about)
    elif section == "genes":
        _read_gene(sheet, name, node, about)
    else:
        concept = find_name(sheet, section, name, node.key_line, SORTS[section])
        if concept is not None:
            dated = section in ("procedures", "vaccines")
            for item in node.items if node.kind == "list" and dated else (node,):
                _read_finding(sheet, concept, item, "on" if dated else "", about, {})


def _read_finding(
    sheet: Sheet,
    concept: Concept,
    node: Node,
    bare: str,
    about: str | None,
    extra: dict[str, str | None],
) -> None:
    """A finding with its times. bare: what a date that stands alone means (phrases.parse_times)."""
    try:
        times, qualifiers = _read_times(sheet, node, bare)
        _add_finding(sheet, concept, node, times, about, {**qualifiers, **extra})
    except PhraseError as error:
        sheet.say(node, error)


def _read_times(sheet: Sheet, node: Node, bare: str) -> tuple[Times, dict[str, str | None]]:
    """Times and qualifiers of a text or a mapping. Raises PhraseError."""
    expected = DATED_EXPECTED if bare == "on" else FINDING_EXPECTED
    if node.kind == "text" and node.text:
        times = parse_times(node.text, bare=bare, expected=expected)
        return times, {"method": times.detail or None}
    if node.kind != "mapping":
        raise PhraseError("a list" if node.kind == "list" else "no time is given", expected)
    given = read_keys(sheet, node, (*_TIME_KEYS, *_QUALIFIERS))
    qualifiers: dict[str, str | None] = {
        _QUALIFIERS[key]: text for key, text in given.items() if key in _QUALIFIERS and text
    }
    said = {key: given[key] for key in given if key in _TIME_KEYS}
    if not said and bare == "since":  # a variant is there, whenever it was found
        said = {"now": ""}
    return _join_times(said, expected), qualifiers


def _check_status(status: str | None) -> str:
    """The status of a report, `final` where none is given. Raises PhraseError."""
    if status not in (None, "", "preliminary", "final", "corrected"):
        raise PhraseError(f"status: {status}", "preliminary, final or corrected")
    return status or "final"


def _join_times(given: dict[str, str], expected: str) -> Times:
    """Time keys of a mapping as one phrase: exactly one statement of time."""
    kinds = frozenset(given)
    start = given.get("since") or given.get("from") or ""
    end = given.get("to") or given.get("until") or ""
    if kinds in _STARTED and start:
        return Times("between", start, end) if end else Times("since", start)
    if kinds in ({"suspected", "to"}, {"suspected", "until"}) and given["suspected"]:
        return Times("suspected", given["suspected"], end)
    if kinds in ({"to"}, {"until"}) and end:
        return Times("until", last=end)
    if len(kinds) == 1 and kinds <= {
        "now",
        "on",
        "past",
        "absent",
        "excluded",
        "suspected",
        "planned",
    }:
        (kind,) = kinds
        if kind in ("on", "planned") and not given[kind]:
            raise PhraseError(f"{kind}: nothing", "a date")
        text = "" if kind in ("now", "past") else given[kind]
        return Times("absent" if kind == "excluded" else kind, text)
    raise PhraseError("one statement of time is needed", expected)


_STARTED = tuple(
    frozenset(keys)
    for keys in (("since",), ("from",), ("since", "to"), ("since", "until"), ("from", "to"),
                 ("from", "until"))
)  # fmt: skip


_SAID_NOW = ("now", "since", "past", "suspected", "stopped")  # true at the form's index time


def _add_finding(
    sheet: Sheet,
    concept: Concept,
    node: Node,
    times: Times,
    about: str | None,
    qualifiers: dict[str, str | None],
) -> None:
    first, last = resolve_date(sheet, times.first, node), resolve_date(sheet, times.last, node)
    index = "" if sheet.as_of is None else format_minute(sheet.as_of)
    kind = times.kind
    if kind in ("now", "past", "absent", "suspected") and not (first or index):
        raise PhraseError(f"{kind!r} needs a line as_of", "as_of: 2026-11-20", "or write the date")
    if kind == "absent" and not first:
        first = format_index(sheet.as_of or 0)
    status = _check_status(qualifiers.pop("status", None))
    sheet.entries.append(
        RawFinding(
            what=concept.id,
            source=make_source(node, concept.id),
            present={"absent": False, "suspected": None}.get(kind, True),
            starts=first,
            ends=last,
            ongoing=kind in ("now", "since", "suspected") and not last,
            ended=kind == "past",
            mentioned=index if kind in _SAID_NOW else "",
            status="planned" if kind == "planned" else status,
            about=about,
            **qualifiers,  # type: ignore[arg-type]
        )
    )


_GENE_WORDS = {word: name for name, words in CLOSED_WORDS.items() for word in words}


def _read_gene(sheet: Sheet, name: str, node: Node, about: str | None) -> None:
    """`FAS c.748C>T: germline heterozygous pathogenic since 2025-01`, or a mapping."""
    gene, _, variant = name.partition(" ")
    concept = find_name(sheet, "genes", gene, node.key_line, SORTS["genes"])
    if concept is None:
        return
    if not variant and not _is_absent(node):
        expected, mend = f"{gene} c.748C>T: …", f"or {gene}: absent 2026-01-20"
        sheet.troubles.add(node.key_line, f"{gene}: no variant", expected, mend)
        return
    extra: dict[str, str | None] = {"printed": "" if variant == UNNAMED_VARIANT else variant}
    written, before = make_source(node, name), len(sheet.entries)
    if node.kind == "text":
        rest, words = _take_gene_words(node.text)
        extra |= words
        node = Node("text", node.line, rest or "now", key_line=node.key_line)
    _read_finding(sheet, concept, node, "since", about, extra)
    sheet.entries[before:] = [replace(entry, source=written) for entry in sheet.entries[before:]]


def _is_absent(node: Node) -> bool:
    if node.kind == "text":
        return re.match(r"(?i)(?:absent|no|none|negative|not found)\b", node.text) is not None
    return any(key in ("absent", "excluded") for key, _ in node.pairs)


def _take_gene_words(text: str) -> tuple[str, dict[str, str | None]]:
    """Zygosity, origin and classification out of a text, and what is left of it."""
    found: dict[str, str | None] = {}
    rest = text
    for word in sorted(_GENE_WORDS, key=len, reverse=True):
        pattern = rf"(?<![\w-]){word.replace('-', '[- ]')}(?![\w-])"
        if re.search(pattern, rest, re.IGNORECASE):
            found.setdefault(_GENE_WORDS[word], word)
            rest = re.sub(pattern, " ", rest, count=1, flags=re.IGNORECASE)
    return " ".join(rest.replace(",", " ").split()), found


# -- medicines ------------------------------------------------------------------------------------

_MEDICINE_KEYS = (
    "dose", "since", "started", "from", "to", "until", "stopped", "on", "given", "planned",
    "absent", "now", "reason", "response", "route", "category", "kind", "supply", "mentioned",
    "state", "at", "more",
)  # fmt: skip


def _read_medicine(sheet: Sheet, name: str, node: Node, about: str | None) -> None:
    concept = find_name(sheet, "medicines", name, node.key_line, SORTS["medicines"])
    if concept is None:
        return
    for item in node.items if node.kind == "list" else (node,):
        try:
            _add_medicine(sheet, concept, item, about)
        except (PhraseError, Refused) as error:
            sheet.say(item, error)


def _add_medicine(sheet: Sheet, concept: Concept, node: Node, about: str | None) -> None:
    given: dict[str, str] = {}
    if node.kind == "mapping":
        given = read_keys(sheet, node, _MEDICINE_KEYS)
        taking = _join_taking(given)
    elif node.text:
        taking = parse_taking(node.text)
    else:
        raise PhraseError("no time and no dose", MEDICINE_EXPECTED)
    raw = _build_medicine(sheet, concept, node, taking, given, about)
    medicine = sheet.vocabulary.concepts[concept.of] if concept.sort == "product" else concept
    if raw.dose:
        read_dose(raw, concept, medicine)
    sheet.entries.append(raw)


def _join_taking(given: dict[str, str]) -> Taking:
    """The keys of a medicine's mapping as a phrase."""
    starts = [given[key] for key in ("since", "started", "from") if given.get(key)]
    ends = [given[key] for key in ("to", "until", "stopped") if given.get(key)]
    points = [key for key in ("on", "given", "planned", "absent") if key in given]
    if len(starts) > 1 or len(ends) > 1 or len(points) > 1 or (points and starts):
        raise PhraseError("more than one statement of time", MEDICINE_EXPECTED)
    if points:
        kind = "on" if points[0] == "given" else points[0]
        times = Times(kind, given[points[0]], ends[0] if ends else "")
    elif starts and ends:
        times = Times("between", starts[0], ends[0])
    elif "stopped" in given and not ends:
        times = Times("stopped", starts[0] if starts else "")
    elif ends:
        times = Times("until", last=ends[0])
    else:
        times = Times("since", starts[0]) if starts else Times("now")
    said, at = take_clock(given.get("dose", ""))
    taking = parse_dose(said) if said else Taking(times)
    clocks = given.get("at", "")
    if clocks not in ("", UNKNOWN):
        at = parse_clocks(clocks)
    return replace(taking, times=times, at=at)


def _build_medicine(
    sheet: Sheet,
    concept: Concept,
    node: Node,
    taking: Taking,
    given: dict[str, str],
    about: str | None,
) -> RawMedicine:
    times = taking.times
    first, last = resolve_date(sheet, times.first, node), resolve_date(sheet, times.last, node)
    index = "" if sheet.as_of is None else format_minute(sheet.as_of)
    if times.kind in ("now", "stopped") and not (first or index):
        raise PhraseError("no date", MEDICINE_EXPECTED, "add the date, or a line as_of")
    if times.kind == "absent" and not first:
        first = format_index(sheet.as_of) if sheet.as_of is not None else ""
    response, reason = _sort_detail(times.detail)
    once = bool(taking.dose) and not taking.every and _is_once(taking)
    at = _find_clock(taking, first, given)
    once = once or ("given" in given and given.get("state") == "not-taken")
    # a dose of one occasion is that day's dose; "as needed" has no dose per day
    dated_once = not taking.count and not once
    return RawMedicine(
        what=concept.id,
        source=make_source(node, concept.id),
        kind="administration" if times.kind == "on" else "statement",
        state=_check_state(given.get("state"), "given" in given)
        or _STATES.get(times.kind, "active"),
        starts=first,
        ends=last,
        mentioned=resolve_date(sheet, given.get("mentioned", ""), node)
        or (index if times.kind in _SAID_NOW else ""),
        supply=given.get("supply", ""),
        dose="" if dated_once and _is_as_needed(taking.dose_text) else taking.dose,
        dose_unit=taking.unit,
        times=taking.count,
        every=taking.every,
        once=once,
        more=_check_more(given.get("more")),
        at=at,
        printed=taking.dose_text,
        about=about,
        reason=given.get("reason") or reason,
        response=given.get("response") or response,
        route=given.get("route"),
        category=given.get("category") or given.get("kind"),
    )


_STATES = {"until": "stopped", "between": "completed", "stopped": "stopped", "absent": "not-taken",
           "planned": "planned"}  # fmt: skip


def _is_once(taking: Taking) -> bool:
    """A dose given on one occasion, or said to be one."""
    if taking.times.kind == "on":
        return not _is_as_needed(taking.dose_text)
    said = re.search(r"(?i)\b(?:once|single dose|one dose)$", taking.dose_text) is not None
    return said and taking.times.kind in ("between", "planned")


def _find_clock(taking: Taking, first: str, given: dict[str, str]) -> tuple[int, ...]:
    """The times of day of every dose, from those that are named or the time of the first dose.

    Raises PhraseError where they do not fit how often it is taken.
    """
    if not taking.every or not taking.count:
        if taking.at:
            mend = "write the date with its time, such as 2026-05-02T08:10"
            raise PhraseError("a time of day, and not how often", DOSE_EXPECTED, mend)
        return ()
    every = find_interval(taking.count, parse_duration(taking.every))
    named = taking.at
    if not named and "at" not in given and "T" in first:
        named = _read_clock(first)
    return _repeat(named, every, bool(taking.at)) if named else ()


def _read_clock(text: str) -> tuple[int, ...]:
    """The time of day of a date with one; nothing for all else (a bad date is refused elsewhere)."""
    try:
        first, last = parse_date(text)
    except DateError:
        return ()
    return (first % DAY,) if first == last else ()


def _repeat(named: tuple[int, ...], every: int | None, is_said: bool) -> tuple[int, ...]:
    """All times of day, from one or all of them. Raises PhraseError."""
    count = DAY // every if every and DAY % every == 0 else 1
    if len(named) == 1 and every and DAY % every == 0:
        return tuple(sorted((named[0] + place * every) % DAY for place in range(count)))
    if is_said and (every is None or len(named) != count or (every > DAY and every % DAY)):
        clocks = " and ".join(format_clock(minute) for minute in named)
        raise PhraseError(f"at {clocks} does not fit how often it is taken", DOSE_EXPECTED,
                          "name one time of day for each dose")  # fmt: skip
    return named if (every and every % DAY == 0) or len(named) == count > 1 else ()


def _check_more(text: str | None) -> bool:
    """Whether other doses may have been given on the day. Raises PhraseError."""
    if text not in (None, "possible"):
        raise PhraseError(f"more: {text}", "possible, or nothing")
    return text is not None


def _check_state(state: str | None, one_dose: bool) -> str:
    """A state given by name, empty where none is; one dose may be `not-taken`. Raises PhraseError."""
    if one_dose and state == "not-taken":
        return state
    allowed = ("active", "unknown", "on-hold", "stopped", "completed")
    if state not in (None, "", *allowed):
        raise PhraseError(f"state: {state}", ", ".join(allowed))
    return state or ""


def _is_as_needed(text: str) -> bool:
    return re.search(r"(?i)\b(?:as needed|prn|when needed)$", text) is not None


def _sort_detail(detail: str) -> tuple[str | None, str | None]:
    """What stands in the bracket after a medicine: a response, or a reason for stopping."""
    if not detail:
        return None, None
    word = hyphenate(detail) or ""
    if "response" in word or word in _SUSPECT_WORDS:
        return word, None
    return None, word
