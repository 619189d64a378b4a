"""The problems that every peer is given: the same doses, levels and prior, as numbers and as JSON.

Two virtual people on sirolimus once daily, 14 doses and then 8 of another amount, four troughs; numbers of
Cheng 2020 (one compartment, 28.5 kg) and Golubovic 2019 (two compartments, 40 years). The third is the only
problem opendose-poppk can be given: one dose without absorption, additive error, two compartments of which it
fixes the second, ke and bioavailability instead of clearance.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from gentian.pharmacokinetics.batch import Batch
from gentian.pharmacokinetics.problem import Doses, Floats, Problem, Samples, Structure

TIMES = (
    6 * 24 - 0.5,
    13 * 24 - 0.5,
    17 * 24 - 0.5,
    21 * 24 - 0.5,
)  # h, half an hour before the dose
NEXT = 22 * 24 - 0.5  # h: the trough that is forecast


@dataclass(frozen=True)
class Case:
    """typical and omega: {parameter: value}; doses: (start h, amount mg, every h, count)."""

    name: str
    compartments: int
    typical: dict[str, float]
    design: tuple[tuple[float, ...], ...]  # a row for each parameter, a column for each effect
    omega: tuple[float, ...]
    additive: float
    proportional: float
    doses: tuple[tuple[float, float, float, int], ...]
    times: tuple[float, ...]
    levels: tuple[float, ...]

    def write(self) -> str:
        """As JSON, for a peer in another language."""
        return json.dumps({**vars(self), "doses": [list(dose) for dose in self.doses]})

    def repeat(self, people: int) -> Batch:
        """So many people with this person's doses and levels."""
        start, amount, every, count = np.array(self.doses).T

        def rows(values: object) -> Floats:
            return np.tile(np.array(values, dtype=float), (people, 1))

        return Batch(
            structure=Structure(1 if self.compartments == 1 else 2),
            typical=rows(np.log(list(self.typical.values()))),
            design=np.array(self.design),
            omega=np.diag(self.omega),
            start=rows(start),
            amount=rows(amount),
            every=rows(every),
            count=rows(count).astype(np.int64),
            time=rows(self.times),
            value=rows(self.levels),
            weight=np.ones((people, len(self.times))),
            additive=self.additive,
            proportional=self.proportional,
        )

    def pose(self) -> Problem:
        """As the problem of one person."""
        one, samples, segments = self.repeat(1), len(self.times), len(self.doses)
        nothing = np.zeros(samples)
        return Problem(
            structure=one.structure,
            begins=np.array([-np.inf]),
            typical=one.typical,
            design=one.design[None],
            doses=Doses(
                start=one.start[0],
                amount=one.amount[0],
                every=one.every[0],
                count=one.count[0],
                duration=np.zeros(segments),
                oral=np.ones(segments, dtype=bool),
                fraction=np.zeros(segments),
                design=np.zeros((segments, len(self.omega))),
            ),
            samples=Samples(
                time=one.time[0],
                value=one.value[0],
                below=np.zeros(samples, dtype=bool),
                bias=nothing,
                design=np.zeros((samples, len(self.omega))),
                additive=nothing + self.additive,
                proportional=nothing + self.proportional,
                log_sd=nothing,
                floor=nothing,
                weight=one.weight[0],
            ),
            omega=one.omega,
        )


ONE = Case(
    name="1 compartment, 2 effects",
    compartments=1,
    typical={"ka": 0.7521, "cl": 5.63, "v": 144.16},
    design=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),
    omega=(0.0353, 0.0727),
    additive=0.0,
    proportional=0.2245,
    doses=((0.0, 1.5, 24.0, 14), (14 * 24.0, 2.0, 24.0, 8)),
    times=TIMES,
    levels=(6.1, 9.4, 9.9, 12.3),
)
TWO = Case(
    name="2 compartments, 5 effects",
    compartments=2,
    typical={"ka": 2.19, "cl": 12.2 * (1 - 0.388 * 40 / 44), "v1": 118.0, "q": 5.07, "v2": 609.0},
    design=tuple(tuple(float(row == column) for column in range(5)) for row in range(5)),
    omega=(0.145, 0.0547, 0.306, 0.103, 0.0657),
    additive=1.93,
    proportional=0.249,
    doses=((0.0, 2.0, 24.0, 14), (14 * 24.0, 3.0, 24.0, 8)),
    times=TIMES,
    levels=(6.1, 8.3, 12.9, 15.2),
)
SINGLE = Case(
    name="1 dose as opendose-poppk has it, 4 effects",
    compartments=2,
    # everything by bioavailability 0.5; absorbed at once; q 10 L/h and v2 20 L are fixed in opendose-poppk 1.1.1
    typical={"ka": 1e5, "cl": 5.63, "v1": 144.16, "q": 20.0, "v2": 40.0},
    # effects on v1, ke, ka (which it does not use) and bioavailability; clearance = ke × v1
    design=(
        (0.0, 0.0, 0.0, 0.0),
        (1.0, 1.0, 0.0, -1.0),
        (1.0, 0.0, 0.0, -1.0),
        (0.0, 0.0, 0.0, -1.0),
        (0.0, 0.0, 0.0, -1.0),
    ),
    omega=(0.0727, 0.0353, 0.09, 0.04),
    additive=1.5,
    proportional=0.0,
    doses=((0.0, 6.0, 24.0, 1),),
    times=(0.001, 6.0, 12.0, 23.5),  # its curve begins at the first sample: drawn with the dose
    levels=(36.0, 31.1, 22.5, 13.2),
)
