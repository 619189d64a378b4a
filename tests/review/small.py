"""A small guideline in which a reviewer finds nothing, to be broken in one place by each test."""

from __future__ import annotations

from pathlib import Path

from gentian.language.compiler import compile_guideline
from gentian.language.model import Guideline
from gentian.language.sources import read_entries
from gentian.review.check import review_guideline
from gentian.review.rules import Rules, read_rules

FILES = {
    "version.yaml": 'version: "1"\nreview_due: 2027-11-01\n',
    "small.yaml": """\
- domain: results
- domain: medicines
- measurement: platelets
  unit: 10*9/L
  domain: results
  codes: [{system: loinc, code: 777-3, read: seen}]
- measurement: haemoglobin
  unit: g/L
  domain: results
- measurement: result
  words: [positive, negative]
  domain: results
- medicine: sirolimus
  domain: medicines
- medicine: voriconazole
  domain: medicines
- cite: TX-001
  says: Thirty.
  read: seen
- cite: TX-002
  says: Remembered.
  read: known
- cite: TX-003
  says: How often it is seen.
  read: seen
- parameter: completeness_valid_for
  value: 30 d
  cites: [TX-001]
  read: seen
- parameter: platelets_low
  value: 30 10*9/L
  cites: [TX-001]
  read: seen
- figure: responders
  name: responders of one series
  value: 7 1
  of: 9 1
  cites: [TX-001]
  read: seen
- fact: platelets
  says: platelets
  read: latest
  of: platelets
- fact: haemoglobin
  says: haemoglobin
  read: latest
  of: haemoglobin
- fact: result
  says: result
  read: latest
  of: result
- criterion: low_platelets
  says: Platelets below {platelets_low}.
  when: platelets < platelets_low
  cites: [TX-001]
  tests: [{platelets: 12 10*9/L, is: true}, {platelets: 120 10*9/L, is: false}, {is: unknown}]
- statement: sirolimus-start
  row: autoimmune-cytopenia
  kind: consider
  phase: start
  medicine: sirolimus
  says: "Sirolimus below {platelets_low}: {responders} answered; CD4 and IL-10 play no part."
  plainly: Sirolimus can help when there are few platelets.
  when: low_platelets
  if_unknown: ask
  dose: sirolimus_start
  topics: [sirolimus]
  cites: [TX-001]
  tests:
    - {given: {platelets: 12 10*9/L}, answer: applies}
    - {given: {platelets: 120 10*9/L}, answer: does-not-apply}
    - {given: {}, answer: cannot-tell}
- statement: sirolimus-stop
  row: living
  kind: do-not-start
  medicine: sirolimus
  says: Not with too many.
  plainly: There are enough platelets.
  when: platelets > '400 10*9/L'
  if_unknown: silent
  topics: [watch]
  hazards: [HZ-01]
  cites: [TX-002]
  tests:
    - {given: {platelets: 500 10*9/L}, answer: applies}
    - {given: {platelets: 120 10*9/L}, answer: does-not-apply}
    - {given: {}, answer: cannot-tell}
- interaction: sirolimus
  with: voriconazole
  effect: {auc_ratio: [11, 11]}
  action: avoid
  says: Raises it {fold}.
  plainly: These two do not go together.
  cites: [TX-001]
  read: seen
- schedule: counts
  name: counts
  what: [platelets]
  because: to see
  when: low_platelets
  phases: [{every: 7 d}]
  cites: [TX-001]
- dose: sirolimus_start
  medicine: sirolimus
  name: start
  per: flat
  low: 2 mg
  high: 2 mg
  frequency: {times: 1, per: 1 d, says: daily}
  no_cap: none found
  do_not_start: [sirolimus-stop]
  monitoring: [counts]
  stop: sirolimus-stop
  cites: [TX-001]
  read: seen
  tests: [{low: 2 mg, high: 2 mg}]
""",
    "topics.yaml": "- topic: watch\n  says: watching\n- topic: interactions\n  says: pairs\n",
    "hazards.yaml": """\
- hazard: HZ-01
  says: Too much.
  harm: Harm.
  residual: Some.
  controls:
    - {says: It stops., where: sirolimus-stop, without: {drop: [sirolimus-stop]}, test: stops}
""",
    "coverage.yaml": "- {ids: [TX-003], state: descriptive, because: informs}\n",
    "words/names.yaml": "- name: type 0\n",
    "words/en.yaml": """\
- language: en
  sentence_words: 12
  text_words: 20
  grade: 9
  grade_from: 12
  long_word: 9
  long_words: [platelets]
  orders: [must]
  banned: {cytopenia: low counts}
""",
}


def load_broken(
    folder: Path, file: str = "", old: str = "", new: str = ""
) -> tuple[Guideline, Rules]:
    """The small guideline with one text of one file replaced."""
    (folder / "words").mkdir(exist_ok=True)
    for name, text in FILES.items():
        if name == file:
            assert old in text, f"{file} holds no {old!r}"
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, encoding="utf-8")
    return compile_guideline(read_entries(folder)), read_rules(folder)


def list_findings(folder: Path, file: str = "", old: str = "", new: str = "") -> list[str]:
    """What a reviewer is told of the small guideline with one text replaced."""
    return [str(item) for item in review_guideline(*load_broken(folder, file, old, new))]
