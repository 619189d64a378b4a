"""Conditions as sentences: the same trees that the engines run, said in English.

A leaf is one comparison of a fact; a criterion is said by its own sentence and opened below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from .program import Tree
from .wording import say_quantity

_WORDS = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "=": "equal to",
    "<>": "not",
}
_JOINED = {"AND": "all of", "OR": "any of", "NOT": "not", "AT_LEAST": "at least {} of"}
_NAMED = re.compile(r"\{([a-z0-9_]+)\}")
UNKNOWN_HERE = "a limit not known for this country"

Find = Callable[[str], str | None]  # a parameter's value with its unit, None if unknown
Say = Callable[[str], str]  # the sentence of a fact or criterion


class Clause(Struct, frozen=True, kw_only=True):
    """A part of a condition in words. join: "all of" …, "" for a leaf or a criterion.

    fact, criterion: what a leaf compares, what a sentence stands for. children: the parts joined.
    """

    text: str = ""
    join: str = ""
    fact: str = ""
    criterion: str = ""
    children: list[Clause] = []


def list_named(text: str) -> list[str]:
    """The names in braces, in order."""
    return _NAMED.findall(text)


def fill(text: str, say: Find) -> str:
    """Replace `{name}` by what `say` makes of it; braces it knows nothing of stay."""
    if "{" not in text:
        return text

    def put(found: re.Match[str]) -> str:
        said = say(found[1])
        return found[0] if said is None else said

    return _NAMED.sub(put, text)


def say_comparison(tree: Tree, says: str, find: Find) -> str:
    """One comparison: `platelets below 20 ×10^9/L`. says: the fact in words."""
    if tree.op == "FACT":
        return says
    if tree.op == "IN":
        return f"{says}: {' or '.join(tree.words)}"
    if tree.literal:
        to = tree.literal
    else:
        name = tree.to.split("|")[0]
        to = find(name) or f"{name} (not known here)"
    return f"{says} {_WORDS[tree.op]} {say_quantity(to)}"


def say_condition(tree: Tree, say: Say, find: Find) -> Clause:
    """A condition as clauses; a criterion stays one sentence, to be opened by its own id."""
    if tree.op == "REF":
        return Clause(text=say(tree.criterion), criterion=tree.criterion)
    if not tree.children:
        return Clause(text=say_comparison(tree, say(tree.fact), find), fact=tree.fact)
    children = [say_condition(child, say, find) for child in tree.children]
    if len(children) == 1 and tree.op in ("AND", "OR"):
        return children[0]
    return Clause(join=_JOINED[tree.op].format(tree.k), children=children)
