"""Other ways to run the consult that were tried, so that the report can show what each would have changed.

A variant changes rules or models on their way into the package's functions; none of it is part of the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from msgspec.structs import replace as change

from gentian.language.kinetics import PopulationModel
from gentian.pharmacokinetics.eligibility import Candidate
from gentian.pharmacokinetics.individual import read_additive
from gentian.pharmacokinetics.rules import Rules


@dataclass(frozen=True, slots=True)
class VariedRules(Rules):
    """Rules with some numbers replaced."""

    values: Mapping[str, float] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """The replaced value, else the guideline's."""
        return self.values[name] if name in self.values else Rules.number(self, name)


@dataclass(frozen=True, slots=True)
class Variant:
    """rules: numbers put in their place; residual: factor on the residual variance of foreign models beyond what
    the package does; bridge: the bridge is weighed like the others.
    """

    id: str
    name: str
    rules: Mapping[str, float] = field(default_factory=dict)
    residual: float = 1.0
    bridge: bool = False

    def vary_rules(self, rules: Rules) -> Rules:
        """The rules with what this variant replaces."""
        if not self.rules:
            return rules
        return VariedRules(rules.entry, rules.find_value, self.rules)

    def vary(self, candidate: Candidate) -> Candidate:
        """The candidate as this variant has it."""
        model = candidate.model
        if self.residual != 1.0 and candidate.foreign:
            model = widen(model, self.residual)
        if self.bridge and model.use == "robustness":
            model = change(model, use="dosing")
        return replace(candidate, model=model)


def widen(model: PopulationModel, factor: float) -> PopulationModel:
    """The model with its residual variance times a factor."""
    residual, wider = model.residual, factor**0.5
    additive = read_additive(model) * wider
    return change(
        model,
        residual=change(
            residual,
            additive=f"{additive:.9f} {model.concentration}" if residual.additive else "",
            proportional=residual.proportional * wider,
            log_sd=residual.log_sd * wider,
        ),
    )


AS_IS = Variant("as-is", "as it is")
TRIED = (
    Variant("printed", "residual error as printed (before)", residual=0.5),
    AS_IS,
    Variant("bridge", "and the bridge weighed like the others", bridge=True),
    Variant("triple", "every variance × 3", {"inflation": 3.0}),
    Variant("priors", "variances between people × 4, residual × 2", {"inflation": 4.0}, 0.5),
    Variant("equal", "all models of equal weight", {"tempering": 1e9}),
)
