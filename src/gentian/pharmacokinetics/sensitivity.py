"""What the answer hangs on: each model alone, the model that only stands beside, and disputed covariates."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace as change

from .eligibility import Candidate, read_covariates
from .individual import Setting
from .mixture import Member
from .outlook import Outlook
from .report import Said, TargetLine
from .typical import calculate_typical

NAMES = {"cl": "clearance", "v": "volume", "v1": "volume"}


def list_sensitivities(
    outlook: Outlook, candidates: Iterable[Candidate], target: TargetLine
) -> list[Said]:
    """One line for each thing that would move the trough on the present dose."""
    found = [
        _say_member(member, outlook, target)
        for member in outlook.mixture.members
        if member.weight == 0 and member.sound
    ]
    for candidate in candidates:
        found += _list_disputed(candidate, outlook.setting)
    return found


def _say_member(member: Member, outlook: Outlook, target: TargetLine) -> Said:
    model, trough = member.candidate.model, outlook.expect(member)
    return Said(
        id=f"beside-{model.model}",
        kind="note",
        says=f"{model.name}, which never leads, would expect a trough of "
        f"{trough.q10:.2g} to {trough.q90:.2g} {target.unit} on the present dose (4 in 5).",
        cites=list(model.cites),
    )


def _list_disputed(candidate: Candidate, setting: Setting) -> list[Said]:
    """Covariates that a cap holds back, and those of models that contradict each other (section 1.3)."""
    model = candidate.model
    covariates = read_covariates(setting.consult, setting.history, setting.history.index)
    lines = []
    for item in model.covariates:
        if not (candidate.eligible and item.cap and covariates.get(item.of) is not None):
            continue
        given = {**setting.criteria, **covariates}
        capped = calculate_typical(model, given)
        free = change(item, cap="", cap_when="", ignored_when="")
        others = [free if other is item else other for other in model.covariates]
        plain = calculate_typical(change(model, covariates=others), given)
        ratio = plain.values[item.on] / capped.values[item.on]
        if abs(ratio - 1.0) > 0.005:
            lines.append(
                Said(
                    id=f"cap-{item.of}",
                    kind="note",
                    says=f"With {item.of} put in as measured, {model.name} would take {ratio:.2f} times the "
                    f"{NAMES.get(item.on, item.on)} that is used here. {item.note}".rstrip(),
                    cites=list(model.cites),
                )
            )
    return lines
