"""Write a chart as a form that reads back to the same events (sources and printed texts aside)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from gentian.chart.events import FOREVER, LONG_AGO, Chart, Event, Source, change_event
from gentian.language.dates import (
    Interval,
    format_clock,
    format_date,
    format_duration,
    format_minute,
    format_offset,
    parse_date,
)
from gentian.language.model import Concept, Guideline, Vocabulary
from gentian.language.quantities import (
    QuantityError,
    format_interval,
    parse_number,
    split_quantity,
    to_ticks,
)
from gentian.language.units import UnitError, is_molar_step, parse_molar_mass

UNNAMED_VARIANT = "unspecified"
UNKNOWN = "unknown"
Lines = list[str]
_SECTIONS = {
    "finding": "findings",
    "class": "findings",
    "medicine": "medicines",
    "gene": "genes",
    "procedure": "procedures",
    "vaccine": "vaccines",
    "allergy": "allergies",
}
_ORDER = ("findings", "medicines", "genes", "procedures", "vaccines", "allergies")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .<>=/*+();-]*(?<! )")


def write_form(chart: Chart, guideline: Guideline) -> str:
    """The chart as the text of a form.

    Every event is written with its dates as known; entries that `read_form` would refuse do not
    occur in a chart that a reader made.
    """
    writer = _Writer(chart, guideline.vocabulary)
    return "\n".join(writer.write()) + "\n"


def _quote(text: str) -> str:
    """A text as YAML: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text not in ("null",) and " #" not in text:
        return text
    return json.dumps(text, ensure_ascii=False)


def _write_mapping(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {_quote(text)}" for key, text in pairs) + "}"


def _order(event: Event) -> tuple[Interval, str, str]:
    """By time and name; where an entry stood plays no part, so that the text is always the same."""
    printed = event.printed if event.what.startswith("variant-") else ""
    return event.starts, event.what, repr(change_event(event, source=Source(""), printed=printed))


def add_offset(text: str, offset: int | None) -> str:
    """A time with its offset; days and months have none."""
    return text if offset is None or "T" not in text else text + format_offset(offset)


def _keep_printed(event: Event, concept: Concept) -> str:
    """What was printed in moles, where it says the same: in grams it would be a range."""
    if event.low is None or event.high is None or event.low == event.high:
        return ""
    if event.reference_low is not None or event.reference_high is not None:
        return ""  # whose unit would be read as this one
    try:
        number, unit = split_quantity(event.printed)
        mass = parse_molar_mass(concept.molar_mass)
        ticks = to_ticks(parse_number(number), unit, concept.unit, mass)
    except (QuantityError, UnitError):
        return ""
    same = (ticks.low, ticks.high) == (event.low, event.high)
    return f"{number} {unit}" if same and is_molar_step(unit, concept.unit) else ""


def list_dose(event: Event, unit: str) -> Iterable[tuple[str, str]]:
    """The dose of a medicine as keys of its mapping: one dose and how often, else the day's."""
    if event.every is not None:
        dose = format_interval(event.per_dose_low, event.per_dose_high, unit)
        often = f"every {format_duration(event.every)}" if event.every else "once"
        yield "dose", f"{dose} {often}"
        if not event.every and event.dose_high is None and event.per_dose_high is not None:
            yield "more", "possible"
    elif event.dose_low is not None or event.dose_high is not None:
        yield "dose", format_interval(event.dose_low, event.dose_high, f"{unit}/d")
    if event.times:
        yield "at", " and ".join(format_clock(minute) for minute in event.times)
    elif event.every and event.starts[0] == event.starts[1]:
        yield "at", UNKNOWN


class _Writer:
    def __init__(self, chart: Chart, vocabulary: Vocabulary) -> None:
        self.chart = chart
        self.vocabulary = vocabulary
        born = chart.person.born
        self.birth = born[0] if born else LONG_AGO
        self.events = sorted((*chart.events, *chart.omitted), key=_order)

    def write(self) -> Lines:
        own = [event for event in self.events if event.about is None]
        lines = [*self._write_head(), *self._write_complete(own), *self._write_results(own)]
        for section in _ORDER:
            lines += self._write_section(section, own)
        return [*lines, *self._write_family()]

    # -- head -----------------------------------------------------------------------------------

    def _write_head(self) -> Lines:
        person = self.chart.person
        lines = ["gentian: chart 1", f"person: {_quote(person.id)}"]
        if person.born is not None:
            lines.append(f"born: {_quote(format_date(person.born))}")
        lines += [f"sex: {person.sex}"] if person.sex else []
        lines += [f"country: {_quote(person.country)}"] if person.country else []
        if self.chart.as_of is not None:
            lines.append(f"as_of: {_quote(format_minute(self.chart.as_of).removesuffix('T23:59'))}")
        return lines

    def _write_complete(self, events: list[Event]) -> Lines:
        dates: dict[str, list[str]] = {}
        for event in events:
            if event.what.startswith("complete-"):
                domain = event.what.removeprefix("complete-")
                dates.setdefault(domain, []).append(_quote(self._start(event)))
        lines = [f"  {domain}: [{', '.join(when)}]" for domain, when in sorted(dates.items())]
        return ["complete:", *lines] if lines else []

    # -- dates ----------------------------------------------------------------------------------

    def _date(self, when: Interval, relative: bool = False) -> str:
        """Dates as typed: open ends as `before X` and `after X`."""
        first, last = when
        if first == self.birth < last < FOREVER and not relative:
            return f"before {format_minute(last).removesuffix('T23:59')}"
        return format_date(when)

    def _start(self, event: Event) -> str:
        """The start as typed: what the index time cut short is the whole day, month or year."""
        first, last = event.starts
        cut = last == self.chart.as_of and LONG_AGO < first < last
        if cut and event.status != "planned":
            text = format_minute(first)
            for whole in (text[:10], text[:7], text[:4]):
                if parse_date(whole)[0] == first and parse_date(whole)[1] >= last:
                    return whole
        return add_offset(self._date(event.starts, event.about is not None), event.offset)

    def _end(self, event: Event) -> str:
        return add_offset(self._date(event.ends, event.about is not None), event.end_offset)

    # -- results --------------------------------------------------------------------------------

    def _write_results(self, events: list[Event]) -> Lines:
        days: list[tuple[str, dict[str, str]]] = []
        for event in events:
            concept = self.vocabulary.concepts[event.what]
            if concept.sort != "measurement":
                continue
            when, pairs = _quote(self._start(event)), list(self._list_result(event, concept))
            value = _quote(pairs[0][1]) if len(pairs) == 1 else _write_mapping(pairs)
            if not days or days[-1][0] != when or event.what in days[-1][1]:
                days.append((when, {}))
            days[-1][1][event.what] = value
        lines = [
            f"  - {when}: {{{', '.join(f'{name}: {value}' for name, value in values.items())}}}"
            for when, values in days
        ]
        return ["results:", *lines] if lines else []

    def _list_result(self, event: Event, concept: Concept) -> Iterable[tuple[str, str]]:
        yield "value", self._write_value(event, concept)
        if event.reference_low is not None or event.reference_high is not None:
            yield "normal", format_interval(event.reference_low, event.reference_high)
        if event.flag:
            yield "flag", event.flag
        if event.status not in ("final", "planned"):
            yield "status", event.status
        for name in ("specimen", "method", "sample", "site", "timing"):
            text = getattr(event, name)
            if text:
                yield name, text

    def _write_value(self, event: Event, concept: Concept) -> str:
        if event.status == "planned":
            return "planned"
        if event.category is not None:
            return event.category
        return _keep_printed(event, concept) or format_interval(event.low, event.high, concept.unit)

    # -- findings and medicines -----------------------------------------------------------------

    def _write_section(self, section: str, events: list[Event]) -> Lines:
        lines = [
            f"  - {_quote(name)}: {value}"
            for name, value in (
                self._write_named(event) for event in events if self._find_section(event) == section
            )
        ]
        return [f"{section}:", *lines] if lines else []

    def _find_section(self, event: Event) -> str:
        concept = self.vocabulary.concepts[event.what]
        if concept.sort == "class":
            members = self.vocabulary.members[event.what]
            if any(self.vocabulary.concepts[id_].sort == "medicine" for id_ in members):
                return "medicines"
        return _SECTIONS.get(concept.sort, "")

    def _write_named(self, event: Event) -> tuple[str, str]:
        section = self._find_section(event)
        if section == "medicines":
            return event.product or event.what, _write_mapping(self._list_medicine(event))
        name = event.what
        if section == "genes":
            unnamed = "" if event.present is False else UNNAMED_VARIANT
            gene = self.vocabulary.concepts[name].name
            name = f"{gene} {event.printed or unnamed}".strip()
        return name, _write_mapping([*self._list_times(event), *self._list_qualifiers(event)])

    def _list_times(self, event: Event) -> Iterable[tuple[str, str]]:
        starts = self._start(event)
        if event.status == "planned":
            yield "planned", starts
        elif event.present is False:
            yield "absent", starts
        elif event.present is None:
            yield "suspected", starts
            if event.ends != (FOREVER, FOREVER):
                yield "until", self._end(event)
        elif event.ends == (FOREVER, FOREVER):
            yield "since", starts
        elif event.ends == event.starts:
            yield "on", starts
        else:
            yield "from", starts
            yield "to", self._end(event)

    def _list_qualifiers(self, event: Event) -> Iterable[tuple[str, str]]:
        names = (
            "category", "zygosity", "origin", "classification", "reason", "response", "specimen",
            "method", "sample", "site",
        )  # fmt: skip
        for name in names:
            text = getattr(event, name)
            if text:
                yield name, text
        if event.classified_by:
            yield "classified-by", event.classified_by
        if event.allele_fraction:
            yield "vaf", event.allele_fraction
        if event.status not in ("final", "planned"):
            yield "status", event.status

    def _list_medicine(self, event: Event) -> Iterable[tuple[str, str]]:
        starts = self._start(event)
        not_given = event.present is False and event.every == 0
        if not not_given:
            yield from list_dose(event, self.vocabulary.concepts[event.what].dose_unit)
        if not_given:
            yield "given", starts
            yield "state", "not-taken"
        elif event.present is False:
            yield "absent", starts
        elif event.status == "planned":
            yield "planned", starts
            yield "until", self._end(event)
        elif event.every == 0 and event.starts == event.ends:
            yield "given", starts
        else:
            yield "from", starts
            yield "to", self._end(event)
        if event.present is None:
            yield "state", "unknown"
        for name in ("reason", "response", "route", "category"):
            text = getattr(event, name)
            if text:
                yield name, text

    # -- family ---------------------------------------------------------------------------------

    def _write_family(self) -> Lines:
        lines = []
        for event in self.events:
            if event.about is None:
                continue
            concept = self.vocabulary.concepts[event.what]
            if concept.sort == "measurement":
                pairs = [("on", self._start(event)), *self._list_result(event, concept)]
                name, value = event.what, _write_mapping(pairs)
            else:
                name, value = self._write_named(event)
            lines.append(f"  - {_quote(event.about)}: {{{_quote(name)}: {value}}}")
        return ["family:", *lines] if lines else []
