"""Look-alikes on a page: the shown ones each in an entry, the others named by why they are not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gentian.plan.model import LookAlike, OpenSign

from .entries import bracket, explain, print_cites
from .lines import GUTTER, Entry, Section, print_whole, wrap

TIERS = {"must-exclude": "must exclude", "panel": "gene panel"}
STATES = {
    "proven": ("●", "proven"),
    "suspected": ("▲", "suspected"),
    "excluded": ("–", "excluded as stated"),
    "open": ("?", "open"),
}
RANKS = {"must-exclude": 11, "panel": 19}  # what is said first when the page is full
NAMED_RANK = 48
NONE = "nothing known"
MOST_NAMED = 3
MOST_SIGNS = 2
MOST_REASONS = 3


def list_look_alikes(look_alikes: Sequence[LookAlike], whole: bool) -> tuple[Entry, ...]:
    """The entries of a text page: the leading look-alikes of a tier in one entry, or each of them.

    whole: each in full, then the others in a line for each reason why they are not shown.
    """
    shown = [item for item in look_alikes if not item.folded]
    if whole:
        groups = group_folded(look_alikes)
        rest = (_name_folded(why, same) for why, same in groups.items())
        return (*map(say_look_alike, shown), *rest)
    tiers = dict.fromkeys(item.tier for item in shown)
    return tuple(_say_tier(tier, [item for item in shown if item.tier == tier]) for tier in tiers)


def render_look_alike(item: LookAlike) -> str:
    """One look-alike in full as text, ending in a newline."""
    why = f"only named in the plan: {item.folded}" if item.folded else "shown in the plan"
    section = Section("LOOK-ALIKE", (say_look_alike(item),))
    lines = [*(line.text for line in print_whole(section)), *wrap(why, " " * GUTTER, " " * GUTTER)]
    return "".join(f"{line}\n" for line in lines)


def _say_tier(tier: str, items: Sequence[LookAlike]) -> Entry:
    """The first look-alikes of a tier with what points to each."""
    gravest = any(item.state in ("proven", "suspected") for item in items)
    more = len(items) - MOST_NAMED
    said = "; ".join(map(_say_signs, items[:MOST_NAMED])) + (f"; {more} more" if more > 0 else "")
    return Entry(
        lead=f"{'▲' if gravest else '?'} {TIERS.get(tier, tier)}:",
        text=said,
        ids=bracket(" ".join(item.id for item in items[:MOST_NAMED])),
        name=f"{TIERS.get(tier, tier)} ({len(items)})",
        rank=RANKS.get(tier, NAMED_RANK),
    )


def _say_signs(item: LookAlike) -> str:
    """`visceral leishmaniasis, suspected (ever in a region with leishmaniasis and 2 more)`."""
    signs = [sign.says for sign in item.points_to[:MOST_SIGNS]]
    more = len(item.points_to) - MOST_SIGNS
    said = ", ".join(signs) + (f" and {more} more" if more > 0 else "")
    return f"{item.name}{_say_state(item)}" + (f" ({said})" if said else "")


def _say_state(item: LookAlike) -> str:
    return "" if item.state == "open" else f", {find_state(item.state)[1]}"


def find_state(state: str) -> tuple[str, str]:
    """The shape and the word of a state."""
    return STATES.get(state, ("?", state))


def group_folded(look_alikes: Iterable[LookAlike]) -> dict[str, list[LookAlike]]:
    """Why a look-alike is only named → those of which this is so, in the plan's order."""
    groups: dict[str, list[LookAlike]] = {}
    for item in look_alikes:
        if item.folded:
            groups.setdefault(item.folded, []).append(item)
    return groups


def say_look_alike(item: LookAlike) -> Entry:
    """Three lists, the decisive test and what the disease would imply."""
    lead = f"{find_state(item.state)[0]} {TIERS.get(item.tier, item.tier)}:"
    review = f" ({item.review})" if item.review else ""
    return Entry(
        lead=lead,
        text=f"{item.name}{_say_state(item)} — {say_lists(item)} Decides: {say_test(item)} "
        f"Would imply: {item.therapy}{review}",
        ids=bracket(item.id, print_cites(item.cites)),
        name=item.id,
        details=tuple(_list_details(item)),
    )


def say_lists(item: LookAlike) -> str:
    """`Points to it: …. Speaks against: …. Not yet asked: ….`: what is empty says so."""
    lists = {
        "Points to it": ", ".join(sign.says for sign in item.points_to),
        "Speaks against": ", ".join(sign.says for sign in item.speaks_against),
        "Not yet asked": "; ".join(ask.question.rstrip(".") for ask in item.not_asked),
    }
    return " ".join(f"{name}: {said or NONE}." for name, said in lists.items()).replace("?.", "?")


def say_test(item: LookAlike) -> str:
    """The decisive test, and whether it is on record."""
    return f"{item.test.rstrip('.')} ({'on record' if item.tested else 'not on record'})."


def _list_details(item: LookAlike) -> Iterable[str]:
    """Where each sign stands in the record, the open questions, what immunosuppression would do."""
    for name, signs in (("points to it", item.points_to), ("speaks against", item.speaks_against)):
        for sign in signs:
            yield f"{name}: {sign.says} {bracket(print_cites(sign.cites))}"
            yield from explain(sign.because[:MOST_REASONS])
    yield from map(say_question, item.not_asked)
    if item.harm:
        yield f"immunosuppression: {item.harm}"
    if item.asked_by:
        yield f"ordered by: {', '.join(item.asked_by)}"


def say_question(ask: OpenSign) -> str:
    """`ask: Raw milk or livestock? (never recorded) — would point to it: raw milk or livestock`."""
    lists = {"would point to it": ask.would_point_to, "against it": ask.would_speak_against}
    said = "; ".join(f"{name}: {', '.join(signs)}" for name, signs in lists.items() if signs)
    return f"{ask.cost}: {ask.question} ({ask.cause}) — {said or 'would decide'}"


def _name_folded(why: str, items: Sequence[LookAlike]) -> Entry:
    return Entry(
        lead=f"– {why}:",
        text=", ".join(item.name for item in items),
        ids=bracket(" ".join(item.id for item in items)),
        name=f"{why} ({len(items)})",
        rank=NAMED_RANK,
    )
