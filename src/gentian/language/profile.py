"""Parse a `when` or `where` into a Tree: the small SQL profile of docs/language.md 5, and nothing else.

sqlglot does the parsing; this module only accepts the few node types of the profile. It is needed to
compile a guideline, never to answer with one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp

from .model import Tree


class ProfileError(Exception):
    """A condition outside the profile; the message says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name in a condition stands for.

    kind: `number` (with unit), `yes-no`, `word` (a fact or column), `criterion`, or `parameter`.
    """

    kind: str
    unit: str = ""


Resolve = Callable[[str], Name | None]
Scale = Callable[[str, str], int]  # (literal quantity, unit) → ticks
_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.EQ: "=",
    exp.NEQ: "<>",
}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True, slots=True)
class Profile:
    """The names a condition may use, and how a literal quantity becomes ticks.

    note: told `parameter|unit` of every parameter that is compared with.
    """

    resolve: Resolve
    scale: Scale
    note: Callable[[str], None] = lambda key: None

    def parse(self, text: str) -> Tree:
        """Parse one condition. Raises ProfileError."""
        try:
            node: Any = sqlglot.parse_one(text)
        except sqlglot.errors.ParseError as error:
            message = error.errors[0]["description"] if error.errors else str(error)
            raise ProfileError(
                f"cannot read `{text}` ({message}); quantities are quoted: value < '20 10*9/L'"
            ) from None
        return self._tree(node)

    def _tree(self, node: exp.Expression) -> Tree:
        if isinstance(node, exp.Paren):
            return self._tree(node.this)
        if isinstance(node, exp.And | exp.Or):
            op = "AND" if isinstance(node, exp.And) else "OR"
            return join(op, [self._tree(node.this), self._tree(node.expression)])
        if isinstance(node, exp.Not):
            return Tree(op="NOT", children=[self._tree(node.this)])
        if isinstance(node, exp.Column | exp.Identifier):
            return self._reference(node.name)
        if type(node) in _COMPARISONS:
            return self._comparison(node, _COMPARISONS[type(node)])
        if isinstance(node, exp.Between):
            return self._between(node)
        if isinstance(node, exp.In):
            return self._within(node)
        if isinstance(node, exp.Anonymous):
            return self._function(node)
        raise ProfileError(f"`{node.sql()}` is not part of the language (docs/language.md 5)")

    def _reference(self, name: str) -> Tree:
        known = self._known(name)
        if known.kind == "criterion":
            return Tree(op="REF", criterion=name)
        if known.kind == "yes-no":
            return Tree(op="FACT", fact=name)
        raise ProfileError(f"`{name}` is a {known.kind}: compare it with something")

    def _known(self, name: str) -> Name:
        known = self.resolve(name)
        if known is None:
            raise ProfileError(f"unknown name `{name}`")
        return known

    def _comparison(self, node: exp.Expression, op: str) -> Tree:
        left, right = node.this, node.expression
        if isinstance(left, exp.Literal) or (
            isinstance(left, exp.Column) and self._known(left.name).kind == "parameter"
        ):
            left, right, op = right, left, _MIRROR[op]
        if not isinstance(left, exp.Column):
            raise ProfileError(f"`{node.sql()}` compares no fact")
        return self._compare(left.name, op, right)

    def _compare(self, name: str, op: str, right: exp.Expression) -> Tree:
        known = self._known(name)
        if known.kind == "word":
            return self._compare_word(name, op, right)
        if known.kind != "number":
            raise ProfileError(f"`{name}` is a {known.kind} and cannot be compared with `{op}`")
        if isinstance(right, exp.Literal) and right.is_string:
            ticks = self.scale(right.name, known.unit)
            return Tree(op=op, fact=name, ticks=ticks, literal=right.name)
        if isinstance(right, exp.Literal):
            raise ProfileError(f"`{right.sql()}` has no unit; write '{right.sql()} {known.unit}'")
        if isinstance(right, exp.Column) and self._known(right.name).kind == "parameter":
            key = f"{right.name}|{known.unit}"
            self.note(key)
            return Tree(op=op, fact=name, to=key)
        raise ProfileError(
            f"`{name} {op} {right.sql()}`: compare with a quoted quantity or a parameter"
        )

    def _compare_word(self, name: str, op: str, right: exp.Expression) -> Tree:
        if op not in ("=", "<>") or not (isinstance(right, exp.Literal) and right.is_string):
            raise ProfileError(f"`{name}` is a word: use = 'word' or IN ('word', …)")
        tree = Tree(op="IN", fact=name, words=[right.name])
        return tree if op == "=" else Tree(op="NOT", children=[tree])

    def _between(self, node: exp.Between) -> Tree:
        if not isinstance(node.this, exp.Column):
            raise ProfileError(f"`{node.sql()}` compares no fact")
        name = node.this.name
        low = self._compare(name, ">=", node.args["low"])
        return join("AND", [low, self._compare(name, "<=", node.args["high"])])

    def _within(self, node: exp.In) -> Tree:
        words = node.expressions
        if not isinstance(node.this, exp.Column) or self._known(node.this.name).kind != "word":
            raise ProfileError(f"`{node.sql()}`: IN is for words")
        if not words or not all(isinstance(word, exp.Literal) and word.is_string for word in words):
            raise ProfileError(f"`{node.sql()}`: IN takes quoted words")
        return Tree(op="IN", fact=node.this.name, words=[word.name for word in words])

    def _function(self, node: exp.Anonymous) -> Tree:
        name, arguments = node.name.lower(), list(node.expressions)
        if name == "at_least":
            return self._at_least(arguments)
        if name in ("any_of", "all_of") and arguments:
            return join(
                "OR" if name == "any_of" else "AND", [self._tree(item) for item in arguments]
            )
        raise ProfileError(f"unknown function `{node.name}`; any_of, all_of, at_least")

    def _at_least(self, arguments: list[exp.Expression]) -> Tree:
        first = arguments[0] if arguments else None
        if not isinstance(first, exp.Literal) or first.is_string or not first.name.isdigit():
            raise ProfileError("at_least(k, …): k is a whole number")
        children = [self._tree(item) for item in arguments[1:]]
        if not 1 <= int(first.name) <= len(children):
            raise ProfileError(f"at_least({first.name}, …) of {len(children)} can never be decided")
        return Tree(op="AT_LEAST", k=int(first.name), children=children)


def join(op: str, trees: list[Tree]) -> Tree:
    """AND or OR of trees, flattened so that depth stays small."""
    flat: list[Tree] = []
    for tree in trees:
        flat.extend(tree.children if tree.op == op else [tree])
    return flat[0] if len(flat) == 1 else Tree(op=op, children=flat)


def list_references(tree: Tree) -> set[str]:
    """Criteria a tree refers to."""
    found = {tree.criterion} if tree.op == "REF" else set()
    for child in tree.children:
        found |= list_references(child)
    return found


def list_facts(tree: Tree) -> set[str]:
    """Facts (or columns) a tree compares or names."""
    found = {tree.fact} if tree.fact else set()
    for child in tree.children:
        found |= list_facts(child)
    return found


def measure_depth(tree: Tree) -> int:
    """Nesting of a tree; SQLite takes about 90 nested parentheses."""
    return 1 + max((measure_depth(child) for child in tree.children), default=0)
