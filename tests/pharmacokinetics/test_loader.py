"""The guideline refuses a model or a consult that nobody could calculate with, in words its author can mend."""

from __future__ import annotations

import shutil

import pytest

from gentian.language.compiler import compile_guideline
from gentian.language.errors import GuidelineError
from gentian.language.sources import FOLDER, read_entries
from gentian.pharmacokinetics.specs import find_failures, list_units
from tests.pharmacokinetics.drafts import (
    DOSING,
    GUIDELINE,
    READABLE,
    draft_models,
    list_consult_problems,
    list_model_problems,
)

CHENG_V = "    v: {value: 144.16 L, rse: 24 %}\n"
CHENG_SPREAD = "    - of: [cl]\n      variance: 0.0353\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # structure and units
        (
            CHENG_V,
            "",
            "parameter `v` is missing; 1 compartment and first-order absorption ask for it, with its unit",
        ),
        (
            "cl: {value: 5.63 L/h",
            "cl: {value: 5.63 L",
            "parameter `cl`: `5.63 L` is of another dimension; write a volume per time, such as 5.63 L/h",
        ),
        (
            "v: {value: 144.16 L,",
            "v: {value: 144.16 L/h,",
            "parameter `v`: `144.16 L/h` is of another dimension; write a volume, such as 144 L",
        ),
        (
            "ka: {value: 0.7521 /h",
            "ka: {value: 0.7521 h",
            "parameter `ka`: `0.7521 h` is of another dimension; write a rate per time, such as 0.75 /h",
        ),
        ("ka: {value: 0.7521 /h", 'ka: {value: "0.7521"', "parameter `ka`: '0.7521' has no unit"),
        ("cl: {value: 5.63 L/h", "cl: {value: 0 L/h", "`0 L/h` is not above zero"),
        (
            CHENG_V,
            CHENG_V + "    q: {value: 3 L/h}\n",
            "parameter `q` has no place in 1 compartment; one of ka, cl, v, lag",
        ),
        (
            "rse: 9 %",
            "rse: 9 L/h",
            "rse of `cl`: `9 L/h` is of another dimension; write a quantity in %",
        ),
        (
            "  analyte: sirolimus-trough\n",
            "  analyte: sirolimus-trough\n  concentration: mg/L\n",
            "concentration: mg/L, but its levels are kept in ng/mL; write ng/mL",
        ),
        (
            "  analyte: sirolimus-trough\n",
            "  analyte: sirolimus-trough\n  concentration: mg\n",
            "concentration: `mg` is no mass per volume; write for example ng/mL",
        ),
        # covariates
        (
            "of: weight, center: 28.5 kg",
            "of: wieght, center: 28.5 kg",
            "covariate `wieght` on `cl`: unknown covariate; one of age, albumin, ast",
        ),
        (
            "of: weight, center: 28.5 kg",
            "of: weight, center: 28.5 cm",
            "covariate `weight` on `cl`: center: `28.5 cm` is of another dimension; write a quantity in kg",
        ),
        (
            "of: weight, center: 28.5 kg",
            "of: weight, center: 28500 g",
            "center: `28500 g` is not in the unit of its source; write it in kg",
        ),
        (
            "{on: cl, kind: power, of: weight, center: 28.5 kg",
            "{on: clearance, kind: power, of: weight, center: 28.5 kg",
            "the model has no parameter `clearance`",
        ),
        (
            ", center: 28.5 kg, exponent: 0.50",
            ", center: 28.5 kg",
            "covariate `weight` on `cl`: `power` needs `exponent`",
        ),
        (
            "kind: power, of: weight, center: 28.5 kg, exponent: 0.50",
            "kind: offset, of: weight, center: 28.5 kg, slope: 0.1",
            "`offset` is for readable models only; set `use: readable`",
        ),
        (
            "of: oxcarbazepine, factor: 1.16",
            "of: silymarin, factor: 1.16",
            "covariate `silymarin` on `cl`: the record has no place for it",
        ),
        ('missing: "no"}', "missing: never}", 'missing: `never`; write "yes" or "no", in quotes'),
        (
            "ignored_when: active_haemolysis",
            "ignored_when: active_hemolysis",
            "`active_hemolysis` is no criterion",
        ),
        ("      missing: 11.29 umol/L\n", "", "`ignored_when` needs `missing`"),
        # variability and error
        (
            CHENG_SPREAD,
            "    - of: [clearance]\n      variance: 0.0353\n",
            "variability of `clearance`: the model has no parameter `clearance`",
        ),
        (
            "variance: 0.0353",
            "variance: 0",
            "variability of `cl`: the variance 0 is not above zero",
        ),
        (
            "    - of: [v]\n      variance: 0.0727",
            "    - of: [cl]\n      variance: 0.0727",
            "variability of `cl`: stands twice; keep one",
        ),
        (
            "    - of: [v]\n      variance: 0.0727",
            "    - of: [cl, v]\n      variance: 0.0727",
            "a covariance needs the variance of `v`; add it",
        ),
        (
            "residual: {proportional: 0.2245, note",
            "residual: {note",
            "no residual error; write `additive` with its unit, `proportional`, or both",
        ),
        (
            "residual: {proportional: 0.2245",
            "residual: {proportional: 22.45",
            "proportional: 22.45 is a fraction; write 0.25 for 25 %",
        ),
        (
            "residual: {proportional: 0.2245",
            "residual: {additive: 2 kg, proportional: 0.2245",
            "residual: additive: `2 kg` is of another dimension",
        ),
        # ranges, use, names
        (
            "{of: weight, low: 7 kg, high: 43 kg}",
            "{of: weight}",
            "within `weight`: the range is empty; write `low`, `high` or both",
        ),
        (
            "{of: weight, low: 7 kg, high: 43 kg}",
            "{of: weight, low: 43 kg, high: 7 kg}",
            "within `weight`: nothing lies from 43 kg to 7 kg",
        ),
        (
            "    - {of: weight, low: 7 kg, high: 43 kg}\n",
            "",
            "`use: dosing` without a range of weight; add it to `within`, with both ends",
        ),
        (
            "{of: age, low: 1 a, high: 15 a}",
            "{of: age, low: 1 a}",
            "`use: dosing` without a range of age",
        ),
        ("  rank: 1\n", "", "`use: dosing` without `rank`; write 1 for the first choice"),
        ("  rank: 1\n", "  rank: 2\n", "rank 2 is also that of sirolimus.cheng-2020"),
        (
            "  use: dosing\n  rank: 1\n",
            "  use: readable\n",
            "`use: readable` without `because`; say why it is not selectable",
        ),
        ("assay: fpia", "assay: tdx-2", "assay: `tdx-2` is unknown; write one of chromatography"),
        ("assay: fpia", 'assay: ""', "assay: none; a level cannot be compared without its assay"),
        (
            "- model: sirolimus.cheng-2020",
            "- model: cheng",
            "its id is not `substance.author-year`; write for example `sirolimus.cheng-2020`",
        ),
        (
            "- model: sirolimus.cheng-2020",
            "- model: everolimus.cheng-2020",
            "its id is not `substance.author-year`",
        ),
        ("cites: [PK-101,", "cites: [PK-999,", "cites: `PK-999` is no source"),
        # test people
        (
            "{weight: 10 kg, cl: 3.33 L/h}",
            "{weight: 10 kg}",
            "test: expects no parameter; write what was worked out",
        ),
        (
            "{weight: 10 kg, cl: 3.33 L/h}",
            "{wieght: 10 kg, cl: 3.33 L/h}",
            "test: `wieght` is neither a parameter nor a covariate of the model",
        ),
        (
            "{weight: 10 kg, cl: 3.33 L/h}",
            "{weight: 10 cm, cl: 3.33 L/h}",
            "test: `weight`: `10 cm` is of another dimension",
        ),
    ],
)
def test_a_model_that_cannot_be_used_is_refused(tmp_path, old, new, told):
    problems = list_model_problems(tmp_path, DOSING, old, new)
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith(DOSING) for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "variance: 0.0665, note: covariance",
            "variance: 0.2, note: covariance",
            "sirolimus.mao-2024: the matrix of its variability is not positive definite",
        ),
        (
            "residual: {kind: log, log_sd: 0.299}",
            "residual: {kind: log}",
            "sirolimus.jiao-2009: no residual error: `kind: log` needs `log_sd` above zero",
        ),
        (
            "    km: {value: 13.8 mg}\n",
            "",
            "sirolimus.wu-2012: parameter `km` is missing; 2 compartments and saturable absorption ask",
        ),
        (
            "vmax: {value: 4.56 mg/h",
            "vmax: {value: 4.56 ug/L/h",
            "parameter `vmax`: `4.56 ug/L/h` is of another dimension",
        ),
    ],
)
def test_a_readable_model_is_held_to_its_structure_too(tmp_path, old, new, told):
    problems = list_model_problems(tmp_path, READABLE, old, new)
    assert any(told in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    second_look: {value: 50 %, cites",
            "    second_glance: {value: 50 %, cites",
            "rules: `second_look` is missing; add it with its value",
        ),
        (
            "    second_look: {value: 50 %, cites",
            "    second_glance: {value: 50 %, cites",
            "rules: `second_glance` is not known",
        ),
        (
            "steady_after: {value: 5 d",
            "steady_after: {value: 5 mg",
            "rule `steady_after`: `5 mg` is of another dimension; write a time",
        ),
        (
            "most_per_day: {value: sirolimus_dose_ceiling,",
            "most_per_day: {value: sirolimus_dose_roof,",
            "rule `most_per_day`: 'sirolimus_dose_roof' is not a number",
        ),
        (
            "cites: [PK-712], read: proposal",
            "cites: [PK-712], read: seen",
            "is `read: seen`, but all it cites was only proposal",
        ),
        (
            "- when: breast_feeding",
            "- when: breastfeeding",
            "refusal `breastfeeding`: is no criterion",
        ),
        (
            "products: [sirolimus-solution-1,",
            "products: [mycophenolate-mofetil-suspension-200,",
            "products: `mycophenolate-mofetil-suspension-200` is no product of sirolimus",
        ),
        (
            "low: 4 ng/mL, high: 12 ng/mL",
            "low: 12 ng/mL, high: 4 ng/mL",
            "target `adult-aiha-evans`: nothing lies from 12 ng/mL to 4 ng/mL",
        ),
        (
            "names: [FPIA, TDx,",
            "names: [FPIA, Architect,",
            "assays: `Architect` of fpia already means cmia",
        ),
        (
            "{covariate: weight, of: weight, unit: kg}",
            "{covariate: weight, of: weight, unit: cm}",
            "covariate `weight`: unit: `cm` is not of the dimension of its source; write for example kg",
        ),
        (
            "{covariate: oxcarbazepine, of: oxcarbazepine}",
            "{covariate: oxcarbazepine, of: oxcarbamazepine}",
            "covariate `oxcarbazepine`: of: `oxcarbamazepine` is not in the vocabulary",
        ),
    ],
)
def test_a_consult_that_nobody_could_hold_is_refused(tmp_path, old, new, told):
    problems = list_consult_problems(tmp_path, old, new)
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith("consult_sirolimus.yaml:4: sirolimus: ") for problem in problems)


def test_a_model_with_a_single_test_person_is_refused(tmp_path):
    old = "    - {weight: 20 kg, cl: 3.52 L/h, v1: 33.7 L, q: 1.98 L/h, v2: 174 L}"
    problems = list_model_problems(tmp_path, DOSING, old, "   ")
    assert [problem.partition(": ")[2] for problem in problems] == [
        "sirolimus.bridge-2026: tests: 1 is too few; work out at least 2 people by hand"
    ]


def test_a_test_person_that_does_not_come_out_says_what_was_found(tmp_path):
    old, new = "{weight: 10 kg, cl: 3.33 L/h}", "{weight: 10 kg, cl: 3.35 L/h}"
    model = draft_models(tmp_path, DOSING, old, new)["sirolimus.cheng-2020"]
    found = [
        text for test in model.tests for text in find_failures(model, test, list_units(GUIDELINE))
    ]
    assert found == ["expected cl 3.35 L/h, found 3.33492 L/h"]


def test_a_misspelt_field_is_refused_by_its_entry(tmp_path):
    with pytest.raises(GuidelineError) as caught:
        list_model_problems(tmp_path, DOSING, "compartments: 1", "compartment: 1")
    assert "model sirolimus.cheng-2020: Object contains unknown field `compartment`" in str(
        caught.value
    )


def test_the_whole_guideline_does_not_compile_with_a_broken_model(tmp_path):
    folder = tmp_path / "guideline"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.json", "*.py*"))
    path = folder / "pharmacokinetics" / DOSING
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("cl: {value: 5.63 L/h", "cl: {value: 5.63 L"), encoding="utf-8")
    with pytest.raises(GuidelineError) as caught:
        compile_guideline(read_entries(folder))
    assert caught.value.problems == [
        "pharmacokinetics/sirolimus_dosing.yaml:6: sirolimus.cheng-2020: parameter `cl`: `5.63 L` is of"
        " another dimension; write a volume per time, such as 5.63 L/h"
    ]
