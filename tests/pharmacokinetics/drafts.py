"""A model or a consult of the guideline with one thing changed, and what its author is then told."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from gentian.language.consult_check import list_broken_consults
from gentian.language.kinetics import ConsultEntry, PopulationModel
from gentian.language.kinetics_check import list_broken_models
from gentian.language.loader import load_guideline
from gentian.language.sources import FOLDER, RawGuideline, read_entries

GUIDELINE = load_guideline()
DOSING = "sirolimus_dosing.yaml"
READABLE = "sirolimus_readable.yaml"
CONSULT = "consult_sirolimus.yaml"


def read_changed(folder: Path, name: str, old: str, new: str) -> RawGuideline:
    """The entries of one file, with the first `old` of it written as `new`."""
    text = (FOLDER / "pharmacokinetics" / name).read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r} to change"
    (folder / "version.yaml").write_text('version: "1"\n', encoding="utf-8")
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_entries(folder)


def draft_models(folder: Path, name: str, old: str, new: str) -> dict[str, PopulationModel]:
    """All models, those of one file changed."""
    entries = read_changed(folder, name, old, new).entries["model"]
    there = {entry.model: entry for entry in entries}
    rest = {
        key: entry
        for key, entry in GUIDELINE.models.items()
        if not entry.line.startswith(f"pharmacokinetics/{name}")
    }
    return rest | there


def list_model_problems(folder: Path, name: str, old: str, new: str) -> list[str]:
    """What the author of a changed model is told."""
    models = draft_models(folder, name, old, new)
    return list_broken_models(replace(GUIDELINE, models=models))


def list_consult_problems(folder: Path, old: str, new: str) -> list[str]:
    """What the author of a changed consult is told."""
    entries: list[ConsultEntry] = read_changed(folder, CONSULT, old, new).entries["consult"]
    consults = {entry.consult: entry for entry in entries}
    return list_broken_consults(replace(GUIDELINE, consults=consults))
