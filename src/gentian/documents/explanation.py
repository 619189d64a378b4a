"""Why a statement is offered or not: the tree of its condition down to the record, and what would
change the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gentian.engine.explanation import Leaf, Node
from gentian.plan.model import Citation, Plan, Statement

from .entries import list_missing, say_variant
from .lines import MARGIN, clip, wrap
from .page import (
    ANSWERS,
    HELD,
    find_places,
    lead_statement,
    list_checks,
    list_cites,
    list_reasons_held,
    name_statement,
)

Truth = bool | None
Key = tuple[str, str]
OPERATORS = {"AND": "all of", "OR": "any of", "NOT": "not", "AT_LEAST": "at least {} of"}
APPLIES = {True: "applies", False: "does not apply", None: "cannot be told"}
ORDER = ("offer", "offer-after-checks", "assumed", "blocked", "withheld", "cannot-tell")
MOST_TURNED = 300  # leaves that are turned one by one
DEEPEST = 24  # columns of indentation; deeper branches stay there


def render_explanation(plan: Plan, node: Node, name: str, statement: Statement | None) -> str:
    """Return why a condition is answered as it is, as text ending in a newline.

    statement: the statement that hangs on the condition; None for a bare criterion `name`.
    """
    lines = _print_head(plan, node, name, statement)
    lines += ["", "WHY", *_print_tree(node, 1, set())]
    if statement is not None and statement.instead:
        lines += ["", "WHY NOT THE ALTERNATIVE", *_print_list(statement.instead)]
    if variants := _list_variants(plan, node):
        lines += ["", "VARIANTS IT RESTS ON", *_print_list(variants)]
    lines += ["", "WHAT WOULD CHANGE IT", *_print_list(list_changes(node, statement is not None))]
    if statement is not None:
        lines += ["", "FROM", *_print_list(_list_sources(plan.sources, list_cites(statement)))]
    return "\n".join(lines) + "\n"


def render_statements(plan: Plan) -> str:
    """Return one line for each statement: what became of it, its id, and what it says."""
    ranks = {outcome: place for place, outcome in enumerate(ORDER)}
    statements = sorted(plan.statements, key=lambda s: ranks.get(s.outcome, len(ranks)))
    width = min(44, max((len(name_statement(s)) for s in statements), default=0))
    lines = (f"{s.outcome:<19} {name_statement(s):<{width}} {s.says}" for s in statements)
    return "".join(clip(line) + "\n" for line in lines)


# --- head and sources --------------------------------------------------------------------------


def _print_head(plan: Plan, node: Node, name: str, statement: Statement | None) -> list[str]:
    where = f"{plan.person.id} as of {plan.as_of}, guideline {plan.guideline.version}"
    answer = ANSWERS[node.answer]
    if statement is None:
        return wrap(f"{answer[0]} {name} is {answer[1]} for {where}")
    return [
        *wrap(f"{lead_statement(statement)} {statement.says}"),
        *wrap(f"{name} for {where}"),
        *wrap(f"Outcome: {statement.outcome}, because {_say_outcome(node, statement)}"),
    ]


def _say_outcome(node: Node, statement: Statement) -> str:
    """What made the outcome of the answer: what holds it back, what is assumed, what to do first."""
    parts = [f"its condition {APPLIES[node.answer]}"]
    if statement.outcome in HELD:
        parts.append(f"{statement.outcome}: {'; '.join(list_reasons_held(statement))}")
    if statement.outcome == "cannot-tell":
        parts.append(f"it needs {list_missing(statement.missing)}")
    if statement.folded:
        parts.append(f"not a line of its own: {statement.folded}")
    parts += [statement.assumed] if statement.assumed else []
    return "; ".join([*parts, *(f"☐ {check}" for check in list_checks(statement))])


def _list_sources(sources: Iterable[Citation], cites: list[str]) -> list[str]:
    known = {source.id: source for source in sources}
    return [_say_source(cite, known.get(cite)) for cite in cites]


def _say_source(cite: str, source: Citation | None) -> str:
    if source is None:
        return cite
    parts = [f"{cite} ({source.read}) {source.says}", source.source, source.url]
    return " ".join(part for part in parts if part)


def _list_variants(plan: Plan, node: Node) -> list[str]:
    """The variants among the entries that the leaves of a condition came from, as they were read."""
    leaves = [leaf for _, leaf in _list_leaves(node)]
    found = {(source.place, source.resource) for leaf in leaves for source in leaf.sources}
    entries = [
        say_variant(variant)
        for variant in plan.variants
        if any((source.place, source.resource) in found for source in variant.sources)
    ]
    return [
        text
        for entry in entries
        for text in (f"{entry.lead} {entry.text} {entry.ids}", *entry.details)
    ]


def _print_list(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in wrap(text, MARGIN, MARGIN * 2)]


# --- the tree ----------------------------------------------------------------------------------


def _print_tree(node: Node, depth: int, seen: set[str]) -> list[str]:
    """One line for each criterion, operator and leaf; a criterion is opened once."""
    if node.op in ("AND", "OR") and len(node.children) == 1:
        return _print_tree(node.children[0], depth, seen)
    margin = " " * min(2 * depth, DEEPEST)
    text, opened = _say_node(node), node.criterion in seen
    lines = wrap(f"{text} (as above)" if opened else text, margin, margin + MARGIN)
    if opened:
        return lines
    seen |= {node.criterion} if node.criterion else set()
    return lines + [line for child in node.children for line in _print_tree(child, depth + 1, seen)]


def _say_node(node: Node) -> str:
    shape, word = ANSWERS[node.answer]
    if node.leaf is not None:
        return f"{shape} {_say_leaf(node.leaf)}"
    if node.criterion:
        return f"{shape} {node.criterion} is {word}: {node.text}"
    return f"{shape} {OPERATORS.get(node.op, node.op).format(node.at_least)}"


def _say_leaf(leaf: Leaf) -> str:
    """The condition, what the record says, and where."""
    found = leaf.value or leaf.cause or ANSWERS[leaf.answer][1]
    cause = f" ({leaf.cause})" if leaf.value and leaf.cause else ""
    printed = next((source.text for source in leaf.sources if source.text), "")
    places = ", ".join(find_places([leaf]))
    where = f" [{places}{': ' if places and printed else ''}{printed}]" if leaf.sources else ""
    return f"{leaf.condition}: {found}{cause}{where}"


# --- what would change it ----------------------------------------------------------------------


def list_changes(node: Node, of_statement: bool = True) -> list[str]:
    """Return the single leaves that would turn the answer, each with what it would become."""
    words = APPLIES if of_statement else {truth: word for truth, (_, word) in ANSWERS.items()}
    leaves = dict(list(_list_leaves(node))[:MOST_TURNED])
    changes = []
    for key, leaf in leaves.items():
        turned = [truth for truth in (True, False) if truth is not leaf.answer]
        becomes = {truth: judge(node, {key: truth}) for truth in turned}
        parts = [
            f"{ANSWERS[truth][1]} → {words[answer]}"
            for truth, answer in becomes.items()
            if answer is not node.answer
        ]
        if parts:
            changes.append(f"if “{leaf.condition}” were {', or '.join(parts)}")
    return changes or ["no single fact; more than one would have to change"]


def _list_leaves(node: Node) -> Iterable[tuple[Key, Leaf]]:
    if node.leaf is not None:
        yield (node.leaf.fact, node.leaf.condition), node.leaf
    for child in node.children:
        yield from _list_leaves(child)


def judge(node: Node, turned: Mapping[Key, Truth]) -> Truth:
    """Return the answer of a tree in three values, with some leaves turned."""
    if node.leaf is not None:
        return turned.get((node.leaf.fact, node.leaf.condition), node.leaf.answer)
    answers = [judge(child, turned) for child in node.children]
    if node.op == "NOT":
        return None if answers[0] is None else not answers[0]
    least = {"OR": 1, "AT_LEAST": node.at_least}.get(node.op, len(answers))
    surely = sum(answer is True for answer in answers)
    possibly = sum(answer is not False for answer in answers)
    return True if surely >= least else None if possibly >= least else False
