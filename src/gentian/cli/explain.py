"""`gentian explain FILE STATEMENT`: why, why not the alternative, and what would change it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

from gentian.documents.explanation import list_changes, render_explanation, render_statements
from gentian.documents.look_alikes import render_look_alike
from gentian.documents.page import name_statement
from gentian.engine.explanation import Explainer
from gentian.engine.one import answer
from gentian.language.model import Guideline
from gentian.plan.assembly import assemble, settle
from gentian.plan.look_alikes import LookAlikeWriter
from gentian.plan.model import Plan, Statement
from gentian.plan.relatives import join_answers
from gentian.plan.words import Words

from .failures import USAGE, Failure
from .inputs import read_request
from .output import write_result
from .plan import report_empty


def run(arguments: Namespace) -> int:
    """Print the explanation of a statement, criterion or look-alike; without one, list the statements."""
    guideline, chart, as_of, settings = read_request(arguments)
    chart, index, settings = settle(guideline, chart, as_of, settings)
    answers = answer(guideline, chart, index, settings)
    plan = assemble(guideline, chart, answers, settings)
    if arguments.statement is None:
        write_result(_list(plan, arguments.format), None)
        return report_empty(chart)
    explainer = Explainer(guideline, chart, answers, settings)
    writer = LookAlikeWriter(guideline, explainer, Words(guideline, settings), plan.statements)
    look_alike = writer.explain(arguments.statement)
    if look_alike is not None:
        as_json = arguments.format == "json"
        write_result(_print_json(look_alike) if as_json else render_look_alike(look_alike), None)
        return report_empty(chart)
    key, statement = find_condition(arguments.statement, guideline, plan)
    about = statement.item if statement is not None else arguments.statement.partition(":")[2]
    if about in answers.relatives:
        answers = join_answers(answers, answers.relatives[about])
        explainer = Explainer(guideline, chart, answers, settings, about)
    node = explainer.explain(key)
    name = arguments.statement
    if arguments.format == "json":
        found = {
            "name": name,
            "statement": statement,
            "tree": node,
            "changes": list_changes(node, statement is not None),
        }
        write_result(_print_json(found), None)
    else:
        write_result(render_explanation(plan, node, name, statement), None)
    return report_empty(chart)


def find_condition(name: str, guideline: Guideline, plan: Plan) -> tuple[str, Statement | None]:
    """Return the key of a condition, and the statement of that name with or without its item.

    Raises Failure (exit 2) for an unknown name, with the nearest ones.
    """
    named = {statement.id: statement for statement in reversed(plan.statements)}
    named |= {name_statement(statement): statement for statement in plan.statements}
    if name in named:
        return f"statement:{named[name].id}", named[name]
    if name in guideline.program.trees:
        return name, None
    criterion, _, item = name.partition(":")  # of one relative: `relative_carries:mother`
    if criterion in guideline.program.relative.trees and any(
        relative.id == item for relative in plan.relatives
    ):
        return criterion, None
    look_alikes = [entry.look_alike for entry in guideline.look_alikes]
    raise Failure(USAGE, _suggest(name, [*named, *guideline.criteria, *look_alikes]))


def _suggest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(dict.fromkeys(known)), n=4, cutoff=0.5)
    mend = f"did you mean {', '.join(near)}?" if near else "`gentian explain FILE` lists them"
    return f"no statement, criterion or look-alike `{name[:60]}`; {mend}"


def _list(plan: Plan, form: str) -> str:
    if form == "text":
        return render_statements(plan)
    return _print_json(
        [{"statement": name_statement(s), "outcome": s.outcome} for s in plan.statements]
    )


def _print_json(found: object) -> str:
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
