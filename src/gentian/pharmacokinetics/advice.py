"""Which dose, if any, is marked among those considered, and why not where none is (issue: the consult).

Marked is the dose most likely to keep a measured trough inside the target; the present one, where no other is
worth a change. With one valid level it is "to consider"; with none nothing is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from .companions import Influence
from .individual import Setting, is_valid
from .label import find_bound
from .mixture import Mixture
from .options import Limits
from .outlook import Present
from .report import DoseOption, LabelDose, ModelLine, Said, Status
from .rules import Rules

SAME = 1e-9
NEXT_STEP = 1.25  # a dose this much larger would lie beyond the limit
EVEN_CHANCE = 0.5  # as likely inside the target as outside


@dataclass(frozen=True, slots=True)
class Choice:
    """The marked option (None: none), the status, and what stands against marking."""

    option: DoseOption | None
    status: Status
    against: tuple[Said, ...] = ()
    by_label: bool = False


def choose(
    options: Sequence[DoseOption],
    valid: int,
    against: Sequence[Said],
    label: LabelDose | None,
    rules: Rules,
) -> Choice:
    """Mark one option, or say why none is."""
    if valid < rules.count("levels_to_consider") or not options:
        return Choice(None, "context", tuple(against))
    if against:
        return Choice(None, "context", tuple(against))
    by_label = valid < rules.count("levels_to_lead")
    best = _follow_label(options, label) if by_label else find_best(options, rules)
    if best is None:
        return Choice(None, "context")
    status: Status = "dose" if valid >= rules.count("levels_to_highlight") else "consider"
    mark = "highlighted" if status == "dose" else "consider"
    return Choice(replace(best, mark=mark), status, by_label=by_label)


def find_best(options: Sequence[DoseOption], rules: Rules) -> DoseOption:
    """Of the doses nearly as likely inside the target as the likeliest, the smallest change (TV-06).

    A present dose that is likelier outside than inside is not kept because another is little better.
    """
    best = max(one.inside for one in options)
    near = [
        one
        for one in options
        if one.inside >= best - rules.number("worth_a_change")
        and not (one.is_present and one.inside < EVEN_CHANCE and one.inside < best)
    ]
    return min(near, key=lambda one: (abs(one.fold - 1.0), -one.inside))


def _follow_label(options: Sequence[DoseOption], label: LabelDose | None) -> DoseOption | None:
    """The option nearest to the label's dose."""
    if label is None:
        return None
    return min(options, key=lambda one: (abs(one.per_day - label.per_day), one.per_day))


def list_doubts(
    mixture: Mixture, lines: Sequence[ModelLine], setting: Setting, present: Present
) -> list[Said]:
    """Reasons to ask for another level instead of marking a dose."""
    doubts = []
    if any(one.posterior.multimodal for one in mixture.leading):
        doubts.append(
            _doubt(
                "two-readings",
                "The levels can be read in two ways that ask for different doses.",
                "Repeat the level at steady state, just before a dose.",
            )
        )
    if apart := _find_apart(lines):
        doubts.append(apart)
    doubts += [
        _doubt(
            f"moving-{one.medicine}",
            f"{say_companion(one)} was started or stopped, and no level has been drawn since its effect settled.",
            "Draw a level under the present medicines first.",
            one.row.cites,
        )
        for one in list_unseen(setting)
    ]
    if not present.even:
        doubts.append(
            _doubt(
                "uneven",
                "Doses of different size or interval are taken together; single doses are compared here.",
                "Read the table as daily doses, or enter one regimen.",
            )
        )
    return doubts


def list_unseen(setting: Setting) -> list[Influence]:
    """Companions that started or stopped so late that no valid level shows what they do now.

    The size of an effect, where one is known, is that of a study; this person's own is seen in a level only.
    """
    index = setting.history.index
    seen = max((level.hours for level in setting.levels if is_valid(level)), default=float("-inf"))
    first = min((item.start for item in setting.history.intakes), default=index)
    return [
        one
        for one in setting.influences
        if one.companion.starts <= index and max(seen, first) < one.settles(index)
    ]


def say_companion(one: Influence) -> str:
    """`Diltiazem`."""
    name = one.medicine.replace("-", " ")
    return name[0].upper() + name[1:]


def _find_apart(lines: Sequence[ModelLine]) -> Said | None:
    """Two eligible models whose 90 % intervals do not overlap (evidence section 1.6, e)."""
    found = [line for line in lines if line.eligible and line.weight > 0 and line.expected]
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            if one.expected is None or other.expected is None:
                continue
            if one.expected.q95 < other.expected.q05 or other.expected.q95 < one.expected.q05:
                return _doubt(
                    "models-disagree",
                    f"{one.name} and {other.name} expect troughs that do not overlap.",
                    "Repeat the level before the dose is changed.",
                    ["PK-1-6"],
                )
    return None


def _doubt(id_: str, says: str, mend: str, cites: Sequence[str] = ()) -> Said:
    return Said(id=id_, kind="warning", says=says, mend=mend, cites=list(cites))


def count_valid(setting: Setting, outliers: Sequence[int] = ()) -> int:
    """Levels that are troughs at steady state with time, dose and assay, and are no outlier."""
    return sum(
        is_valid(level) for index, level in enumerate(setting.levels) if index not in outliers
    )


def explain_difference(
    option: DoseOption, label: LabelDose, setting: Setting, rules: Rules, limits: Limits
) -> LabelDose:
    """Say how far the marked dose lies from the label's, and why, where it is far."""
    difference = option.per_day / label.per_day - 1.0
    if abs(difference) <= rules.number("label_difference"):
        return replace(label, difference=difference)
    return replace(
        label, difference=difference, explained=_list_causes(option, label, setting, limits)
    )


def _list_causes(
    option: DoseOption, label: LabelDose, setting: Setting, limits: Limits
) -> list[Said]:
    causes = []
    valid = [level for level in setting.levels if is_valid(level) and not level.below]
    beyond = find_bound(label.per_day, limits)
    if beyond is not None and find_bound(option.per_day * NEXT_STEP, limits) is not None:
        causes.append(beyond)
    elif beyond is not None:
        causes.append(
            _note("smaller-step", "A smaller change is nearly as likely inside the target.")
        )
    now = option.per_day / option.fold
    if not option.is_present and abs(label.per_day - now) < SAME * now:
        causes.append(
            _note(
                "inside-already",
                f"The last level ({label.level}) lies inside the target, where the label changes nothing; the "
                "forecast looks for the dose likeliest to stay inside.",
            )
        )
    if len(valid) > 1:
        causes.append(
            _note(
                "earlier-levels",
                f"The label takes the last level ({label.level}) as exact; the forecast weighs it with "
                f"{len(valid) - 1} earlier.",
            )
        )
    else:
        causes.append(
            _note(
                "one-level",
                "The label takes one level as exact; the forecast draws it towards what is usual for "
                "this body.",
            )
        )
    if option.is_present:
        causes.append(
            _note("no-change-worth", "No other dose is enough likelier to be inside the target.")
        )
    return causes


def _note(id_: str, says: str) -> Said:
    return Said(id=id_, kind="note", says=says)
