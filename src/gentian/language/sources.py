"""Read the guideline's YAML into typed entries.

YAML is read as version 1.2 would have it: only `true` and `false` are yes-no, dates are text, so that a
country `NO` or a read-off `on` stays what it says.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from . import figures, kinetics, look_alikes, model
from .errors import GuidelineError

FOLDER = Path(__file__).resolve().parent.parent / "guideline"
# Hashed with the rest, read where they are used: tables of exchange formats, and what the review goes by.
TABLES = ("exchange/", "words/", "coverage.yaml", "hazards.yaml", "topics.yaml")

VOCABULARY_SORTS = (
    "measurement",
    "finding",
    "class",
    "medicine",
    "product",
    "gene",
    "procedure",
    "vaccine",
    "allergy",
    "domain",
)
SORTS: dict[str, Any] = {
    "parameter": model.Parameter,
    "figure": figures.Figure,
    "limit": model.Limit,
    "locale": model.Locale,
    "episode": model.Episode,
    "anchor": model.Anchor,
    "fact": model.Fact,
    "criterion": model.Criterion,
    "standard": model.Standard,
    "genetic_class": model.GeneticClassEntry,
    "care_status": model.CareStatusEntry,
    "problem": model.ProblemEntry,
    "statement": model.StatementEntry,
    "interaction": model.Interaction,
    "schedule": model.Schedule,
    "dose": model.DoseRecord,
    "vaccination": model.Vaccination,
    "vaccine_hold": model.VaccineHold,
    "outcome": model.OutcomeRow,
    "look_alike": look_alikes.LookAlike,
    "look_alike_tier": look_alikes.LookAlikeTier,
    "cite": model.SourceEntry,
    "gene_reference": model.GeneReference,
    "invariant": model.Invariant,
    "relation": model.Relation,
    "relative_state": model.RelativeStateEntry,
    "therapy": model.Therapy,
    "response": model.ResponseEntry,
    "model": kinetics.PopulationModel,
    "consult": kinetics.ConsultEntry,
} | dict.fromkeys(VOCABULARY_SORTS, model.Concept)

_INTEGER = re.compile(r"[-+]?[0-9]+$")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+$")


@dataclass
class RawGuideline:
    """All entries by sort, in the order of files and lines; `version` and `review_due` from `version.yaml`."""

    version: str
    hash: str
    review_due: str = ""
    entries: dict[str, list[Any]] = field(default_factory=dict)


def list_files(folder: Path = FOLDER) -> list[Path]:
    """Return the guideline's YAML files in a fixed order."""
    return sorted(folder.rglob("*.yaml"))


def hash_files(paths: list[Path]) -> str:
    """Return the SHA-256 over names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_entries(folder: Path = FOLDER) -> RawGuideline:
    """Read every entry; raise GuidelineError with all malformed ones at once."""
    raw = RawGuideline(version="", hash=hash_files(list_files(folder)))
    problems: list[str] = []
    for path in list_files(folder):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(TABLES):
            _read_file(path, name, raw, problems)
    if problems:
        raise GuidelineError(problems)
    return raw


def _read_file(path: Path, name: str, raw: RawGuideline, problems: list[str]) -> None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root: Any = yaml.compose(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.YAMLError as error:
        problems.append(f"{name}: not YAML: {' '.join(str(error).split())}")
        return
    if root is None:
        return
    if name == "version.yaml":
        head = _construct(root)
        raw.version, raw.review_due = str(head["version"]), str(head.get("review_due") or "")
        return
    if root.id != "sequence":
        problems.append(f"{name}: expected a list of entries")
        return
    for node in root.value:
        _read_entry(node, f"{name}:{node.start_mark.line + 1}", raw, problems)


def read_list(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """`file:line` and content of each entry of a table; nothing when there is no such file.

    Raises GuidelineError when it is no list of entries.
    """
    import yaml

    if not path.exists():
        return []
    try:
        root: Any = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise GuidelineError([f"{path.name}: not YAML: {' '.join(str(error).split())}"]) from None
    nodes = root.value if root is not None and root.id == "sequence" else []
    found = [(f"{path.name}:{node.start_mark.line + 1}", _construct(node)) for node in nodes]
    if root is not None and not (nodes and all(isinstance(item, dict) for _, item in found)):
        raise GuidelineError([f"{path.name}: expected a list of entries"])
    return found


def _read_entry(node: Any, place: str, raw: RawGuideline, problems: list[str]) -> None:
    value = _construct(node)
    if not isinstance(value, dict) or not value:
        problems.append(f"{place}: expected an entry that begins with its sort, e.g. `fact: name`")
        return
    sort = next(iter(value))
    if sort not in SORTS:
        problems.append(f"{place}: unknown sort `{sort}`; one of {', '.join(SORTS)}")
        return
    try:
        entry = msgspec.convert(_shape(sort, value) | {"line": place}, type=SORTS[sort])
    except msgspec.ValidationError as error:
        problems.append(f"{place}: {sort} {value[sort]}: {error}")
        return
    raw.entries.setdefault(sort, []).append(entry)


def _shape(sort: str, value: dict[str, Any]) -> dict[str, Any]:
    """Vocabulary entries carry their sort as the first key; genes get the event's id."""
    if sort not in VOCABULARY_SORTS:
        return value
    rest = {key: item for key, item in value.items() if key != sort}
    name = str(value[sort])
    if sort == "gene":
        synonyms = [name, *rest.pop("synonyms", [])]
        return {
            "name": name,
            **rest,
            "sort": sort,
            "id": f"variant-{name.lower()}",
            "synonyms": synonyms,
        }
    return {"name": name.replace("-", " "), **rest, "sort": sort, "id": name}


def _construct(node: Any) -> Any:
    if node.id == "mapping":
        return {str(_construct(key)): _construct(item) for key, item in node.value}
    if node.id == "sequence":
        return [_construct(item) for item in node.value]
    return _construct_scalar(node)


def _construct_scalar(node: Any) -> Any:
    text = node.value
    if node.style:  # quoted or block text
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text
