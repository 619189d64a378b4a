"""YAML of a hand-typed form as nodes that know their line, with everything unsafe refused.

Scalars stay texts: nothing becomes a number, a date or a yes-no by itself. Anchors, aliases,
tags, several documents, keys given twice and deep nesting are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from gentian.chart.errors import (
    DEEPEST_FORM,
    INVALID,
    ReadingError,
    Trouble,
    refuse_file,
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FORM = "a form that begins with `gentian: chart 1`"


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a form: exactly one of text, pairs (a mapping) and items (a list) is meant by kind.

    kind: text | mapping | list. line counts from 1. raw: what stands there, shortened.
    """

    kind: str
    line: int
    text: str = ""
    pairs: tuple[tuple[str, Node], ...] = ()
    items: tuple[Node, ...] = ()
    key_line: int = 0

    def show(self) -> str:
        """The node as one short line of text."""
        if self.kind == "text":
            return self.text
        if self.kind == "list":
            return f"[{', '.join(item.show() for item in self.items)}]"
        return f"{{{', '.join(f'{key}: {node.show()}' for key, node in self.pairs)}}}"


@dataclass(slots=True)
class Troubles:
    """What is wrong with a form, gathered so that it is said at once."""

    file: str
    found: list[Trouble] = field(default_factory=list)

    def add(self, line: int, what: str, expected: str = "", mend: str = "") -> None:
        """Note one thing that is wrong."""
        self.found.append(Trouble(f"{self.file}:{line}", what, expected, mend))

    def fail(self) -> None:
        """Raise ReadingError (exit 11) with everything found, in the order of lines."""
        if self.found:
            raise ReadingError(sorted(set(self.found), key=_by_line), INVALID)


def _by_line(trouble: Trouble) -> tuple[int, str]:
    line = trouble.place.rpartition(":")[2]
    return (int(line) if line.isdigit() else 0, str(trouble))


def decode_text(data: bytes, file: str) -> str:
    """UTF-8 text of a form. Raises ReadingError (exit 10) with the line of the first bad byte."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse_file(
            f"{file}:{line}", "not UTF-8 text", mend="save the file as UTF-8"
        ) from None
    for number, line_text in enumerate(text.split("\n"), 1):
        if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", line_text):
            raise refuse_file(f"{file}:{number}", "a control character", "plain text")
    return text


def parse_form(text: str, file: str, expected: str = FORM) -> Node:
    """The one document of a form. Raises ReadingError: 10 where it is no YAML, 11 where unsafe.

    expected: what the file should hold, said when it is empty.
    """
    try:
        _check_events(text, file)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _explain(error, text, file) from None
    if root is None:
        raise refuse_file(file, "empty", expected)
    troubles = Troubles(file)
    node = _build(root, troubles)
    troubles.fail()
    return node


def _check_events(text: str, file: str) -> None:
    """Depth, anchors, tags and the number of documents, before anything is built."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > DEEPEST_FORM:
            raise refuse_file(
                f"{file}:{line}", "nested too deeply", f"{DEEPEST_FORM} levels at most"
            )
        if documents > 1:
            raise _refuse(
                file, line, "a second person", "one form for one person", "split the file"
            )
        _check_sharing(event, file, line)


def _check_sharing(event: object, file: str, line: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _refuse(file, line, "an anchor or alias (& or *)", "plain text", "write it out")
    if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
        raise _refuse(file, line, "a tag (!)", "plain text", "leave the tag out, or use quotes")


def _refuse(file: str, line: int, what: str, expected: str, mend: str) -> ReadingError:
    return ReadingError([Trouble(f"{file}:{line}", what, expected, mend)], INVALID)


def _explain(error: yaml.YAMLError, text: str, file: str) -> ReadingError:
    """What YAML stumbled over, in words for someone who never heard of YAML."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = str(getattr(error, "context", "") or "")
    if "flow" in context or "quoted" in context:  # where the brace or quotation mark was opened
        mark = getattr(error, "context_mark", None) or mark
    if mark is None:
        return refuse_file(file, "not readable as a form", mend="compare with the example")
    lines = text.split("\n")
    number = min(mark.line + 1, len(lines))
    here = lines[number - 1]
    problem = " ".join(str(getattr(error, "problem", "") or "not readable").split())
    return refuse_file(f"{file}:{number}", f"not readable: {problem}", mend=_suggest_mend(here))


def _suggest_mend(line: str) -> str:
    if "\t" in line:
        return "use spaces instead of tabs"
    if re.search(r"[:,{]\s*>", line):
        return 'write "over 1500 ng/L" instead of ">1500 ng/L", or put it in quotes'
    if re.search(r"[:,{]\s*[%@`\[{]", line) and ("[IU]" in line or "{copies}" in line):
        return "write IU/mL or copies/mL"
    if line.count('"') % 2 or line.count("'") % 2:
        return "close the quotation mark"
    if line.count("{") != line.count("}"):
        return "close the brace: {name: value, name: value}"
    return "check the colon after the name, the indentation, and quotation marks"


def _build(node: yaml.Node, troubles: Troubles, key_line: int = 0) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        pairs = tuple(_build_pairs(node, troubles))
        return Node("mapping", line, pairs=pairs, key_line=key_line or line)
    if isinstance(node, yaml.SequenceNode):
        items = tuple(_build(item, troubles) for item in node.value)
        return Node("list", line, items=items, key_line=key_line or line)
    plain = getattr(node, "style", None) is None
    text = "" if plain and node.value in ("~", "null") else str(node.value)
    return Node("text", line, text=" ".join(text.split()), key_line=key_line or line)


def _build_pairs(node: yaml.MappingNode, troubles: Troubles) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            troubles.add(line, "a name that is a list or a mapping", "name: value")
            continue
        name = " ".join(str(key.value).split())
        if name in seen:
            what = f"{name!r} is given twice (first on line {seen[name]})"
            troubles.add(line, what, mend="keep one, or give each its own line with its date")
            continue
        seen[name] = line
        yield name, _build(value, troubles, line)
