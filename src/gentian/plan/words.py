"""Sentences of the guideline with their parameters filled in, each worked out once."""

from __future__ import annotations

from gentian.engine.explanation import fill
from gentian.engine.settings import Settings
from gentian.language.model import Guideline


class Words:
    """Says criteria, facts and statements by id."""

    def __init__(self, guideline: Guideline, settings: Settings) -> None:
        self.guideline, self.settings = guideline, settings
        self._said: dict[str, str] = {}

    def say(self, name: str) -> str:
        """The sentence of a statement, criterion or fact, without its full stop; the id if none."""
        if name not in self._said:
            self._said[name] = self.fill(self._find(name)).rstrip(".")
        return self._said[name]

    def _find(self, name: str) -> str:
        lists = (self.guideline.statements, self.guideline.criteria, self.guideline.facts)
        for entries in lists:
            entry = entries.get(name)
            if entry is not None and entry.says:
                return str(entry.says)
        return name.replace("_", " ")

    def fill(self, text: str) -> str:
        """`{parameter}` → its value with unit, the overlay's where there is one."""
        return fill(text, self.guideline, self.settings)
