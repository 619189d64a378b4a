"""Bad forms: whatever is wrong, the exit code, the line and the mend are right, and all is said at once.

A good form is damaged in one place at a time. Each mutant names the line that must be pointed at and a
piece of the message that must help.
"""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gentian.chart.errors import INVALID, LARGEST_FORM, UNREADABLE, ReadingError
from gentian.chart.form import read_form
from gentian.chart.reading import read_chart
from gentian.language.model import Guideline
from tests.chart.samples import SMALL

GUIDELINE = cast(Guideline, SimpleNamespace(vocabulary=SMALL))
GOOD = """\
gentian: chart 1
person: example-child
born: 2019-05-04
sex: female
country: US
as_of: 2026-11-20
complete: {medicines: 2026-11-20}
results:
  - 2026-11-20: {platelets: 18 10*9/L, weight: 24 kg}
findings:
  - splenomegaly: since 2025-03
medicines:
  - prednisolone: 20 mg daily since 2026-11-08
genes:
  - FAS c.748C>T: germline heterozygous pathogenic
procedures:
  - splenectomy: 2020
family:
  - mother: {fever: since 2026-01}
"""
LINES = GOOD.splitlines()


@dataclass(frozen=True)
class Mutant:
    """Line `line` of the good form replaced by `text`; `says` must stand in the message."""

    line: int
    text: str
    says: str
    code: int = INVALID
    pointer: int = 0  # the line pointed at, if it is another one

    def __str__(self) -> str:
        return f"{self.line}: {self.text[:40]}"


def damage(mutant: Mutant) -> bytes:
    lines = [*LINES]
    lines[mutant.line - 1] = mutant.text
    return ("\n".join(lines) + "\n").encode()


def result(typed: str) -> str:
    return f"  - 2026-11-20: {{{typed}}}"


BAD_DATES = {
    "2026-13-01": "no month 13", "2026-02-30": "no day 30", "2026-11-31": "no day 31",
    "1899-01-01": "between 1900", "2201": "between 1900", "20261120": "not a date",
    "2026-1-1": "not a date", "2026-11-20T25:00": "time of day",
}  # fmt: skip
HEAD = [
    Mutant(1, "# nothing", "no header", pointer=1),
    Mutant(1, "gentian: chart 2", "gentian: chart 1"),
    Mutant(1, "gentian: chart", "gentian: chart 1"),
    Mutant(1, "gentian:", "gentian: chart 1"),
    Mutant(1, "gentian: {chart: 1}", "gentian: chart 1"),
    Mutant(1, "gentain: chart 1", "did you mean gentian"),
    Mutant(2, "# nobody", "no person", pointer=1),
    Mutant(2, "person:", "one identifier"),
    Mutant(2, "person: Jane Example", "never a name"),
    Mutant(2, "person: [one, two]", "a list"),
    Mutant(2, "person: {id: one}", "a mapping"),
    Mutant(2, "person: -", "not readable", UNREADABLE),
    Mutant(2, "person: ../../x", "identifier"),
    Mutant(2, "person: " + "x" * 100, "identifier"),
    Mutant(3, "person: another-child", "given twice (first on line 2)"),
    Mutant(3, "born: yesterday", "not a date"),
    Mutant(3, "born: 04/05/2019", "2019-05-04"),
    Mutant(3, "born: 2027-01-01", "after as_of"),
    Mutant(3, "born: 7 years", "not a date"),
    Mutant(3, "born: [2019]", "a list"),
    *(Mutant(3, f"born: {date}", says) for date, says in BAD_DATES.items()),
    Mutant(4, "sex: f", "female or male or unknown"),
    Mutant(4, "sex: femal", "did you mean female"),
    Mutant(4, "sex: [female]", "a list"),
    Mutant(4, "sex:", "nothing"),
    Mutant(4, "gender: female", "unknown name 'gender'"),
    Mutant(5, "country: us", "write US"),
    Mutant(5, "country: USA", "two capital letters"),
    Mutant(5, "country: United States", "two capital letters"),
    Mutant(5, "country: {US: 1}", "a mapping"),
    Mutant(6, "as_of: 2026-11", "a whole date"),
    Mutant(6, "as_of: 2026", "a whole date"),
    Mutant(6, "as_of: today", "not a date"),
    Mutant(6, "as_of: {day: 1}", "a mapping"),
    *(Mutant(6, f"as_of: {date}", says) for date, says in BAD_DATES.items()),
    Mutant(7, "complete: 2026-11-20", "{medicines: 2026-11-20"),
    Mutant(7, "complete: {medicine: 2026-11-20}", "did you mean medicines"),
    Mutant(7, "complete: {medicines: }", "the day on which"),
    Mutant(7, "complete: {medicines: yes}", "not a date"),
    Mutant(7, "complete: {medicines: 2026-12-20}", "after as_of"),
    Mutant(7, "complete: [medicines]", "{medicines: 2026-11-20"),
    Mutant(7, "complet: {medicines: 2026-11-20}", "did you mean complete"),
]
RESULTS = [
    Mutant(9, result("platlets: 18 10*9/L"), "did you mean platelets"),
    Mutant(9, result("thrombocytes: 18 10*9/L"), "unknown name"),
    Mutant(9, result("prednisolone: 18 10*9/L"), "belongs under `medicines`"),
    Mutant(9, result("splenomegaly: 18 cm"), "belongs under `findings`"),
    Mutant(9, result("platelets: 18"), "write what was printed: 18 10*9/L"),
    Mutant(9, result("haemoglobin: 80"), "80 g/L or 80 g/dL"),
    Mutant(9, result("platelets: 18 10*9L"), "did you mean 10*9/L"),
    Mutant(9, result("platelets: 18 109/L"), "write 18 10*9/L"),
    Mutant(9, result("platelets: 18 kg"), "different things"),
    Mutant(9, result("platelets: 18 K"), "unknown unit"),
    Mutant(9, result("platelets: 18000 10*9/L"), "18000 /uL"),
    Mutant(9, result("haemoglobin: 109 g/dL"), "109 g/L"),
    Mutant(9, result("platelets: -18 10*9/L"), "not possible"),
    Mutant(9, result("weight: -24 kg"), "not possible"),
    Mutant(9, result("weight: 0 kg"), "not possible"),
    Mutant(9, result("weight: 52 lb"), "give the weight in kg"),
    Mutant(9, result("weight: 24 stone"), "give the weight in kg"),
    Mutant(9, result("weight: 24 in"), "give the length in cm"),
    Mutant(9, result("creatinine: 1 mg"), "different things"),
    Mutant(9, result("weight: twenty kg"), "not a number"),
    Mutant(9, result("weight: NaN kg"), "not a number"),
    Mutant(9, result("weight: nan"), "not a number"),
    Mutant(9, result("weight: inf"), "not a number"),
    Mutant(9, result("weight: 1e99 kg"), "out of range"),
    Mutant(9, result("weight: 999999999999999999 kg"), "too large"),
    Mutant(9, result("weight: '24,5 kg'"), "write 24.5"),
    Mutant(9, result("platelets: '18,000 /uL'"), "write 18.000 or 18000"),
    Mutant(9, result("platelets: 18 000 /uL"), "write 18000"),
    Mutant(9, result("platelets: 18,000 /uL"), "numbers without commas"),
    Mutant(9, result("platelets: 18 10*9/L (150-400, low)"), "without the comma"),
    Mutant(9, result("weight: 24..5 kg"), "decimal point"),
    Mutant(9, result("weight: 6-4 kg"), "runs downwards"),
    Mutant(9, result("weight: "), "a value with its unit"),
    Mutant(9, result("weight: [24 kg]"), "a list"),
    Mutant(9, result("weight: {valu: 24 kg}"), "did you mean value"),
    Mutant(9, result("weight: {normal: 20-30}"), "no value"),
    Mutant(9, result("weight: {value: {x: 24 kg}}"), "a mapping"),
    Mutant(9, result("weight: {value: 24 kg, status: maybe}"), "preliminary, final or corrected"),
    Mutant(9, result("weight: 24 kg (heavy)"), "not understood"),
    Mutant(9, result("weight: 24 kg, weight: 25 kg"), "given twice"),
    Mutant(9, result("dat: maybe"), "positive, negative or weakly positive"),
    Mutant(9, result("dat: 3 1"), "said in words"),
    Mutant(9, result("ana: 1:x"), "unknown unit"),
    Mutant(9, result("sample: [1], weight: 24 kg"), "a list"),
    Mutant(9, "  - 2026-11-20: platelets 18 10*9/L", "{platelets: 18 10*9/L}"),
    Mutant(9, "  - 2026-11-20:", "{platelets: 18 10*9/L}"),
    Mutant(9, "  - platelets: 18 10*9/L", "{2026-11-20: …}"),
    Mutant(9, "  - platelets 18 10*9/L", "has no value"),
    Mutant(9, "  - [2026-11-20, 18]", "has no value"),
    Mutant(9, "  - 2018-11-20: {weight: 24 kg}", "before the birth"),
    Mutant(9, "  - 2026-12-20: {weight: 24 kg}", "after as_of 2026-11-20"),
    Mutant(9, "  - 2062-11-20: {weight: 24 kg}", "after as_of 2026-11-20"),
    *(Mutant(9, f"  - {date}: {{weight: 24 kg}}", says) for date, says in BAD_DATES.items()),
    Mutant(9, "  - 2026-11-20: {sfasl: >1500 ng/L}", "over 1500 ng/L", UNREADABLE),
    Mutant(9, "  - 2026-11-20: {weight: 24 kg", "close the brace", UNREADABLE),
    Mutant(9, "  - 2026-11-20: {weight: '24 kg}", "quotation", UNREADABLE),
    Mutant(9, "\t- 2026-11-20: {weight: 24 kg}", "spaces instead of tabs", UNREADABLE),
    Mutant(9, "  - 2026-11-20: {? [a]: 1}", "a name that is a list"),
]
FINDINGS = [
    Mutant(11, "  - splenomegali: since 2025-03", "did you mean splenomegaly"),
    Mutant(11, "  - qqqq: since 2025-03", "unknown name 'qqqq'"),
    Mutant(11, "  - splenectomy: 2019", "belongs under `procedures`"),
    Mutant(11, "  - platelets: now", "belongs under `results`"),
    Mutant(11, "  - steroid: now", "belongs under `medicines`"),
    Mutant(11, "  - splenomegaly: 2025-03", "`since 2025-03` if it still goes on"),
    Mutant(11, "  - splenomegaly: maybe", "expected now, since"),
    Mutant(11, "  - splenomegaly: 6 cm", "expected now, since"),
    Mutant(11, "  - splenomegaly: since", "expected now, since"),
    Mutant(11, "  - splenomegaly: since last year", "expected now, since"),
    Mutant(11, "  - splenomegaly:", "no time is given"),
    Mutant(11, "  - splenomegaly", "has no value"),
    Mutant(11, "  splenomegaly", "a list of lines"),
    Mutant(11, "  - splenomegaly: [now]", "a list"),
    Mutant(11, "  - splenomegaly: {}", "one statement of time"),
    Mutant(11, "  - splenomegaly: {site: left}", "one statement of time"),
    Mutant(11, "  - splenomegaly: {since: 2025, absent: 2026}", "one statement of time"),
    Mutant(11, "  - splenomegaly: {sinse: 2025}", "did you mean since"),
    Mutant(11, "  - splenomegaly: {since: [2025]}", "a list"),
    Mutant(11, "  - splenomegaly: {on: }", "a date"),
    Mutant(11, "  - splenomegaly: 2025-05 to 2025-03", "before it starts"),
    Mutant(11, "  - splenomegaly: since 2018", "before the birth"),
    Mutant(11, "  - splenomegaly: since 2027", "after as_of"),
    Mutant(11, "  - splenomegaly: {since: 2025, status: done}", "preliminary, final or corrected"),
    *(Mutant(11, f"  - splenomegaly: {{since: {date}}}", says) for date, says in BAD_DATES.items()),
]
MEDICINES = [
    Mutant(13, "  - prednisolon: 20 mg daily", "did you mean prednisolone"),
    Mutant(13, "  - splenomegaly: 20 mg daily", "belongs under `findings`"),
    Mutant(13, "  - prednisolone: 20 daily since 2026-11-08", "20 mg daily"),
    Mutant(13, "  - prednisolone: 20 since 2026-11-08", "has no unit"),
    Mutant(13, "  - prednisolone: 20 mg since 2026-11-08", "how often"),
    Mutant(13, "  - prednisolone: 2 mg/kg daily since 2026-11-08", "different things"),
    Mutant(13, "  - prednisolone: 20 bananas daily", "unknown unit"),
    Mutant(13, "  - prednisolone: 5 mL daily", "different things"),
    Mutant(13, "  - prednisolone: 20 mg sometimes", "such as 20 mg daily"),
    Mutant(13, "  - prednisolone: a lot", "expected 20 mg daily"),
    Mutant(13, "  - prednisolone: '2,5 mg daily'", "2.5"),
    Mutant(13, "  - prednisolone: NaN mg daily", "not understood"),
    Mutant(13, "  - prednisolone:", "no time and no dose"),
    Mutant(13, "  - prednisolone: {dos: 20 mg daily}", "did you mean dose"),
    Mutant(13, "  - prednisolone: {since: 2026-01, planned: 2026-12}", "more than one statement"),
    Mutant(13, "  - prednisolone: since 2026-01 on 2026-02-01", "more than one time"),
    Mutant(13, "  - prednisolone: {dose: {a: 1}}", "a mapping"),
    Mutant(13, "  - prednisolone: since 2026-11-31", "no day 31"),
    Mutant(13, "  - prednisolone: since 2027-01-01", "after as_of"),
    Mutant(13, "  - prednisolone: since 2018", "before the birth"),
    Mutant(13, "  - prednisolone: 2026-03 to 2026-01", "before it starts"),
    Mutant(13, "  - prednisolone: {since: 2026-01, state: whatever}", "active"),
]
OTHERS = [
    Mutant(15, "  - FASS c.748C>T: germline", "did you mean"),
    Mutant(15, "  - FAS: germline", "no variant"),
    Mutant(15, "  - FAS c.748C>T: germlin", "expected now"),
    Mutant(15, "  - FAS c.748C>T: {origin: germlin}", "use germline, somatic"),
    Mutant(15, "  - FAS c.748C>T: {zygosity: het}", "heterozygous"),
    Mutant(15, "  - FAS c.748C>T: {colour: red}", "unknown name 'colour'"),
    Mutant(15, "  - FAS c.748C>T: [germline]", "a list"),
    Mutant(17, "  - splenectomi: 2020", "did you mean splenectomy"),
    Mutant(17, "  - splenectomy: someday", "expected 2019"),
    Mutant(17, "  - splenectomy: 2018", "before the birth"),
    Mutant(17, "  - splenectomy: 2027", "after as_of"),
    Mutant(17, "  - fever: 2020", "belongs under `findings`"),
    *(Mutant(17, f"  - splenectomy: on {date}", says) for date, says in BAD_DATES.items()),
    Mutant(19, "  - mother: fever", "mother: {splenomegaly"),
    Mutant(19, "  - Jane Example: {fever: now}", "never a name"),
    Mutant(19, "  - mother: {fevr: now}", "did you mean fever"),
    Mutant(19, "  - mother: {weight: 60 kg}", "no date"),
    Mutant(19, "  - mother: {FAS: heterozygous}", "no variant"),
    Mutant(18, "famly:", "did you mean family"),
    Mutant(19, "  - mother: &m {fever: now}", "anchor or alias"),
    Mutant(19, "  - mother: *m", "anchor or alias"),
    Mutant(19, "  - mother: !!python/object:os.system {fever: now}", "a tag"),
    Mutant(19, "---\ngentian: chart 1", "a second person"),
    Mutant(19, "  - mother: " + "{a: " * 9 + "1" + "}" * 9, "nested too deeply", UNREADABLE),
    Mutant(19, "  - mother: " + "[" * 5000 + "]" * 5000, "nested too deeply", UNREADABLE),
    Mutant(19, "  - mother: {fever: now}}", "not readable", UNREADABLE),
    Mutant(19, ": :", "", UNREADABLE),
    Mutant(19, "%", "", UNREADABLE),
    Mutant(19, "@", "", UNREADABLE),
    Mutant(19, "  - mother: \x07", "a control character", UNREADABLE),
]
MUTANTS = [*HEAD, *RESULTS, *FINDINGS, *MEDICINES, *OTHERS]


def test_the_form_is_good_before_it_is_damaged() -> None:
    chart = read_form(GOOD.encode(), "child.yaml", SMALL)
    assert chart.reading.counts["taken"] == 8
    assert len(MUTANTS) >= 150


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_damaged_form_says_which_line_and_how_to_mend_it(mutant: Mutant) -> None:
    with pytest.raises(ReadingError) as refusal:
        read_chart(damage(mutant), GUIDELINE, file="child.yaml")
    error = refusal.value
    pointer = f"child.yaml:{mutant.pointer or mutant.line}"
    pointed = [str(trouble) for trouble in error.troubles if trouble.place == pointer]
    assert error.code == mutant.code, str(error)
    assert pointed, str(error)
    assert mutant.says in " ".join(pointed), str(error)
    assert all(trouble.expected or trouble.mend or trouble.what for trouble in error.troubles)


def test_everything_that_is_wrong_is_said_at_once_and_in_order() -> None:
    text = (
        GOOD.replace("sex: female", "sex: x")
        .replace("18 10*9/L", "18")
        .replace("since 2025-03", "soon")
    )
    with pytest.raises(ReadingError) as refusal:
        read_form(text.encode(), "child.yaml", SMALL)
    assert [trouble.place for trouble in refusal.value.troubles] == [
        "child.yaml:4",
        "child.yaml:9",
        "child.yaml:11",
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n\t\n", "empty"),
        (b"# only a comment\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (GOOD.encode()[:100] + b"\0" + GOOD.encode()[100:], "NUL bytes"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (GOOD.replace("example", "ex\u00e4mple").encode("latin-1"), "child.yaml:2: not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "NUL bytes"),
        (b"gentian: chart 1\n# " + b"x" * LARGEST_FORM, "too large"),
    ],
)
def test_what_is_no_text_at_all_is_unreadable(data: bytes, says: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        read_chart(data, GUIDELINE, file="child.yaml")
    assert refusal.value.code == UNREADABLE
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "data", [b"just a sentence", b"- a\n- list\n", b"42", b"'quoted'", b"gentian"]
)
def test_what_is_no_form_is_invalid(data: bytes) -> None:
    with pytest.raises(ReadingError, match="begin with `gentian: chart 1`") as refusal:
        read_chart(data, GUIDELINE, file="child.yaml")
    assert refusal.value.code == INVALID


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path, "a directory"),
        (tmp_path / "no.yaml", "no such file"),
        (Path("a\0b"), ""),
    ):
        with pytest.raises(ReadingError) as refusal:
            read_chart(path, GUIDELINE)
        assert refusal.value.code == UNREADABLE
        assert says in str(refusal.value)


@pytest.mark.parametrize("length", range(0, len(GOOD), 7))
def test_a_truncated_form_is_read_or_refused_but_never_breaks(length: int) -> None:
    try:
        read_chart(GOOD.encode()[:length], GUIDELINE, file="child.yaml")
    except ReadingError as refusal:
        assert refusal.code in (UNREADABLE, INVALID)
        assert all(trouble.place.startswith("child.yaml") for trouble in refusal.troubles)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(1, len(LINES)), st.text(max_size=30), st.integers(0, 40))
def test_noise_anywhere_never_breaks_the_reader(line: int, noise: str, column: int) -> None:
    lines = [*LINES]
    lines[line - 1] = lines[line - 1][:column] + noise + lines[line - 1][column:]
    try:
        read_chart("\n".join(lines).encode("utf-8", "surrogatepass"), GUIDELINE, file="child.yaml")
    except ReadingError as refusal:
        assert refusal.code in (UNREADABLE, INVALID)
