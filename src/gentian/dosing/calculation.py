"""One dose for one body: amounts, caps, products, and whether it may be given now (design 6).

Tiers: *ready*; *indicative* (a check is open, a source was not read, or an amount is above its
ceiling); *withheld* (no number is shown). An unknown never withholds a rescue: it becomes "ask
while giving".
"""

from __future__ import annotations

from fractions import Fraction

from msgspec.structs import replace

from gentian.language.model import Cap, DoseRecord, Vocabulary

from .body import Body
from .dose import Amount, Dose
from .ends import End, Rhythm
from .limits import (
    check_ceiling,
    find_limit,
    find_size,
    list_caps,
    print_cap,
    print_ceiling,
    read_rhythms,
)
from .obstacles import (
    Circumstances,
    list_obstacles,
    loosen_body,
    note_jumps,
    note_newer_weight,
    note_pairing,
    say_missing_size,
)
from .products import Portion, find_left_out, list_measures, measure_ends
from .rates import Rate, read_rate
from .regimen import Regimen, Unclear, choose_regimen
from .wording import (
    print_arithmetic,
    print_dose,
    print_per_body,
    print_per_day,
    print_per_dose,
    print_unsized,
)

REMEMBERED = "range as remembered, unchecked"
UNCHECKED = "unchecked dose"
Portions = tuple[list[Portion], list[Portion]]


def calculate_dose(
    record: DoseRecord, body: Body, circumstances: Circumstances, vocabulary: Vocabulary
) -> Dose:
    """The dose of `record` for this body, or why none is given.

    Sources: TX-006 (body surface), HZ-01 to HZ-04, HZ-09, HZ-23, PR-13. Raises GuidelineError when
    an amount of the record cannot be read.
    """
    body = loosen_body(body, circumstances.rescue)
    reasons, checks = list_obstacles(record, body, circumstances)
    try:
        regimen = choose_regimen(
            record, body.age, circumstances.sex, circumstances.country, rescue=circumstances.rescue
        )
    except Unclear as why:
        return _withhold(record, [*reasons, str(why)], circumstances, None)
    size = find_size(regimen.low, body)
    if size is None:
        reasons = list(dict.fromkeys([*reasons, say_missing_size(regimen, body)]))
    if reasons or size is None:
        return _withhold(record, reasons, circumstances, regimen)
    notes = [
        note_newer_weight(regimen, body),
        note_pairing(regimen, body),
        *note_jumps(regimen, body),
    ]
    checks = list(dict.fromkeys([*checks, *filter(None, notes)]))
    return _Giving(record, regimen, size, body, circumstances, vocabulary).give(checks)


def _withhold(
    record: DoseRecord, reasons: list[str], circumstances: Circumstances, regimen: Regimen | None
) -> Dose:
    """No amount. In a rescue the sourced rate is still printed: a scale may be minutes away."""
    because = list(dict.fromkeys(reasons))
    text = f"no dose shown ({'; '.join(because)})"
    if circumstances.rescue and regimen is not None and not circumstances.withheld:
        text = f"{print_unsized(record, regimen)} ({'; '.join(because)})"
    return replace(
        _describe(record, circumstances),
        text=text,
        withheld_because=because,
        cites=list(regimen.cites if regimen else record.cites),
    )


def _describe(record: DoseRecord, circumstances: Circumstances) -> Dose:
    """What every dose says of itself, given or withheld."""
    return Dose(
        id=record.dose,
        medicine=record.medicine,
        tier="withheld",
        text="",
        frequency=record.frequency.says,
        duration=record.duration.says if record.duration else "",
        choose_by=record.choose_by,
        ceiling=print_ceiling(record),
        do_not_start=list(record.do_not_start),
        monitoring=list(circumstances.monitoring),
        stop=record.stop,
    )


class _Giving:
    """The steps from a regimen and a size to a Dose; each attribute is worked out once."""

    def __init__(
        self,
        record: DoseRecord,
        regimen: Regimen,
        size: Fraction,
        body: Body,
        circumstances: Circumstances,
        vocabulary: Vocabulary,
    ) -> None:
        self.record, self.regimen, self.size, self.body = record, regimen, size, body
        self.circumstances = circumstances
        self.caps: list[Cap] = list_caps(record, circumstances.adult, circumstances.criteria)
        self.rhythms = read_rhythms(record)
        self.measures = list_measures(record, vocabulary, regimen.low.unit)
        self.left_out = find_left_out(self.measures, circumstances.allergies, vocabulary)

    def give(self, checks: list[str]) -> Dose:
        """The whole dose, with `checks` still to do."""
        low, uncounted = self._end(self.regimen.low, self.rhythms[0])
        high, _ = self._end(self.regimen.high, self.rhythms[1])
        low, high = (low, high) if low.per_dose <= high.per_dose else (high, low)
        default = self._default()
        above = self._list_ceilings([low, high, *([default] if default else [])])
        checks = [*checks, *uncounted, *above]
        review = self._review([low, high])
        tier = "indicative" if checks or review else "ready"
        portions = self._measure(low, high)
        amounts = self._amounts(low, high, portions)
        return replace(
            _describe(self.record, self.circumstances),
            tier=tier,
            text=print_dose(
                self.record, (low, high), portions, review, list(self.left_out.values())
            ),
            low=amounts[0],
            high=amounts[1],
            default=self._default_amount(default),
            arithmetic=print_arithmetic(self.record, low, high, self.body),
            checks=checks,
            caps=[print_cap(cap) for cap in self.caps] or list(filter(None, [self.record.no_cap])),
            review=review,
            cites=self._cites(),
        )

    def _end(self, rate: Rate, rhythm: Rhythm) -> tuple[End, list[str]]:
        whole = rate.times(self.size)
        uncapped = whole / rhythm.per_day if self.record.is_ == "day" else whole
        limit, unclear = find_limit(self.caps, rhythm, rate.unit, self.body, self.record.line)
        return End(rate, self.size, rhythm, uncapped, limit), unclear

    def _default(self) -> End | None:
        if self.record.default is None or self.regimen.low.basis != self._record_basis():
            return None
        rate = read_rate(self.record.default.value, self.record.line).turn(self.regimen.low.unit)
        return self._end(rate, self.rhythms[0])[0]

    def _default_amount(self, end: End | None) -> Amount | None:
        return self._amounts(end, end, self._measure(end, end))[0] if end else None

    def _record_basis(self) -> str:
        return "" if self.record.per == "flat" else self.record.per

    def _list_ceilings(self, ends: list[End]) -> list[str]:
        found = [check_ceiling(self.record, end, self.body) for end in ends]
        return list(dict.fromkeys(filter(None, found)))

    def _review(self, ends: list[End]) -> str:
        """A number that becomes a dose must come from a source that was read (`seen`)."""
        binding = [end.limit for end in ends if end.is_capped and end.limit]
        if self.regimen.read == "known" or any(not limit.seen for limit in binding):
            return REMEMBERED
        return "" if self.regimen.read == "seen" else UNCHECKED

    def _amounts(self, low: End, high: End, portions: Portions) -> tuple[Amount, Amount]:
        first, last = (
            Amount(
                per_dose=print_per_dose(end),
                per_day=print_per_day(end),
                per_body=print_per_body(self.record, end),
                products=[portion.print() for portion in measured],
                capped=end.limit.text if end.limit and end.is_capped else "",
            )
            for end, measured in zip((low, high), portions, strict=True)
        )
        return first, last

    def _measure(self, low: End, high: End) -> Portions:
        return measure_ends(self.measures, low, high, self.body, self.left_out)

    def _cites(self) -> list[str]:
        """Sources of the amounts and of the caps that hold."""
        of_caps = (cite for cap in self.caps for cite in cap.cites)
        return list(dict.fromkeys([*self.regimen.cites, *of_caps]))
