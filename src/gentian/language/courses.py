"""Facts and criteria that follow from a definition of response, for the course of each therapy.

A response is written once; `course.before`, `course.ratio` or `course.responded` in its conditions stand
for the facts and criteria of one course: `platelets_before_on_sirolimus` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Criterion, Fact
from .response import ResponseEntry, Therapy

SHOWN = "shown"  # the criterion under which a response is judged at all
TERMS = "time", "judge", "given"
_COURSE = re.compile(r"\bcourse\.([a-z_]+)")
_AFTER = ["1 d", "99 a"]  # from the day after the start on
_CHANGES = {  # a change → from and to; `now` and its like are facts the response names
    "ratio": ("before", "now"),
    "gain": ("before", "now"),
    "previous_ratio": ("before", "previous"),
    "previous_gain": ("before", "previous"),
    "earlier_gain": ("before", "earlier"),
    "best_ratio": ("before", "best"),
    "best_gain": ("before", "best"),
}


class CourseError(Exception):
    """A `course.X` that means nothing; the text says where."""


def name_part(response: str, part: str, therapy: str) -> str:
    """`platelets_before_on_sirolimus`: the fact or criterion of one course."""
    return f"{response}_{part}_on_{therapy}".replace("-", "_")


def list_criteria(entry: ResponseEntry) -> list[str]:
    """Names of the criteria that follow from one response, on all of its therapies."""
    parts = [SHOWN, *entry.terms, *(item.level for item in entry.levels)]
    return [name_part(entry.response, part, therapy) for therapy in entry.on for part in parts]


def expand_response(
    entry: ResponseEntry, therapy: Therapy
) -> tuple[list[Fact], list[Criterion], list[str]]:
    """The facts and criteria of one response on one therapy, and what is wrong with it."""
    return _Course(entry, therapy).expand()


class _Course:
    def __init__(self, entry: ResponseEntry, therapy: Therapy) -> None:
        self.entry, self.therapy = entry, therapy
        self.facts: dict[str, Fact] = {}
        self.problems: list[str] = []
        self.named = {SHOWN, *entry.terms, *(item.level.replace("-", "_") for item in entry.levels)}

    def expand(self) -> tuple[list[Fact], list[Criterion], list[str]]:
        criteria = list(self._list_criteria())
        if self.entry.of and not self.entry.beside:
            for part in ("before", "best"):  # the table of responses shows them
                self._need(part)
        return list(self.facts.values()), criteria, self.problems

    def _list_criteria(self) -> Iterator[Criterion]:
        entry = self.entry
        yield self._build(
            SHOWN, f"{entry.name} on {self.therapy.name} can be judged", entry.applies
        )
        for term, when in entry.terms.items():
            yield self._build(term, f"{entry.name} on {self.therapy.name}: {_say(term)}", when)
        for item in entry.levels:
            yield self._build(item.level, item.says, item.when, item.cites)

    def _build(self, part: str, says: str, when: str, cites: list[str] | None = None) -> Criterion:
        return Criterion(
            criterion=self._name(part),
            says=says,
            when=_COURSE.sub(lambda found: self._resolve(found[1]), when),
            cites=cites or self.entry.cites,
            line=self.entry.line,
        )

    def _name(self, part: str) -> str:
        return name_part(self.entry.response, part, self.therapy.therapy)

    def _resolve(self, part: str) -> str:
        therapy = self.therapy
        if part in TERMS:
            return {
                "time": therapy.time,
                "judge": self.entry.on[therapy.therapy],
                "given": therapy.given,
            }[part]
        if part not in self.named:
            self._need(part)
        return self._name(part)

    def _need(self, part: str) -> None:
        """Have a fact of the course, and those it is reckoned from."""
        name = self._name(part)
        if name in self.facts:
            return
        if part == "regained":
            of = {"from": self._of("before"), "by": self._of("best"), "to": self._of("now")}
            self.facts[name] = self._read(part, "change", of=of, as_="regained")
        elif part in _CHANGES:
            start, now = _CHANGES[part]
            as_ = "ratio" if part.endswith("ratio") else "difference"
            of = {"from": self._of(start), "to": self._of(now)}
            self.facts[name] = self._read(part, "change", of=of, as_=as_)
        elif part in _READS and self.entry.of:
            read, more = _READS[part]
            self.facts[name] = self._read(part, read, **self._settle(more))
        else:
            known = ", ".join(sorted({*_READS, *_CHANGES, *TERMS, *self.named, "regained"}))
            self.problems.append(f"course.{part} means nothing here; one of {known}")

    def _of(self, part: str) -> str:
        if part in ("now", "previous", "earlier"):
            fact = str(getattr(self.entry, part))
            if not fact:
                self.problems.append(f"course.{part} is used, so `{part}:` must name a fact")
            return fact
        self._need(part)
        return self._name(part)

    def _settle(self, more: dict[str, object]) -> dict[str, object]:
        settled = {"of": self.entry.of, "anchor": self.therapy.start, **more}
        where = [str(settled.get("where", "")), self.entry.unaided if "where" in settled else ""]
        if "where" in settled:
            settled["where"] = " AND ".join(filter(None, where))
        return settled

    def _read(self, part: str, read: str, **more: object) -> Fact:
        if read == "best":
            read = "highest" if self.entry.better == "higher" else "lowest"
        says = _SAYS[part].format(name=self.entry.name, therapy=self.therapy.name)
        return Fact(
            fact=self._name(part),
            says=says,
            read=read,  # type: ignore[arg-type]
            cites=self.entry.cites,
            line=self.entry.line,
            **more,  # type: ignore[arg-type]
        )


_BEFORE = ["-{response_baseline_memory}", "0 d"]
_READS: dict[str, tuple[str, dict[str, object]]] = {
    "before": ("latest", {"window": _BEFORE}),
    "before_low": ("latest", {"window": _BEFORE, "take": "below_limit"}),
    "counted": ("any", {"window": _AFTER, "absent": "false"}),
    "counts": ("count", {"window": _AFTER, "absent": "false"}),
    "unaided": ("any", {"window": _AFTER, "where": "", "absent": "false"}),
    "best": ("best", {"window": _AFTER, "where": ""}),
    "normal": ("any", {"window": _AFTER, "where": "NOT below_limit", "absent": "false"}),
}
_SAYS = {
    "before": "{name} before {therapy}",
    "before_low": "{name} below the limit before {therapy}",
    "counted": "{name} measured since {therapy} began",
    "counts": "measurements of {name} since {therapy} began",
    "unaided": "{name} on {therapy} that no rescue explains",
    "best": "best {name} on {therapy}",
    "normal": "{name} within its limits at any time on {therapy}",
    "ratio": "{name} against the value before {therapy}",
    "gain": "{name}: change since before {therapy}",
    "previous_ratio": "earlier {name} against the value before {therapy}",
    "previous_gain": "earlier {name}: change since before {therapy}",
    "earlier_gain": "much earlier {name}: change since before {therapy}",
    "best_ratio": "best {name} against the value before {therapy}",
    "best_gain": "best {name}: change since before {therapy}",
    "regained": "share of what {therapy} had gained that is lost again: {name}",
}


def _say(term: str) -> str:
    return term.replace("_", " ")
