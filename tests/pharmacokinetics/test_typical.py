"""Typical values agree with what the evidence works out (its table 1.4), and with the algebra of covariates."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gentian.language.loader import load_guideline
from gentian.pharmacokinetics.typical import (
    CovariateError,
    MissingCovariate,
    PutIn,
    calculate_typical,
)

MODELS = load_guideline().models
CHENG = MODELS["sirolimus.cheng-2020"]
CHEN = MODELS["sirolimus.chen-2021"]
INFANTS = {"cyp3a5-star-1": False}

# Table 1.4: kg → (typical CL/F in L/h, mg once daily for a steady trough of 8 ng/mL), as printed there.
TABLE = {
    "cheng-2020": {5: ("2.4", "0.54"), 10: ("3.3", "0.83"), 16: ("4.2", "1.13"),
                   28.5: ("5.6", "1.70"), 50: ("7.5", "2.64")},
    "fan-2024": {5: ("1.0", "0.29"), 10: ("2.3", "0.61"), 16: ("4.1", "1.03"),
                 28.5: ("8.3", "1.97"), 50: ("16.5", "3.76")},
    "chen-2021": {5: ("1.2", "0.43"), 10: ("2.0", "0.64"), 16: ("2.8", "0.86"),
                  28.5: ("4.4", "1.24"), 50: ("6.7", "1.80"), 70: ("8.6", "2.25")},
    "chen-2020": {5: ("1.0", "0.22"), 10: ("1.8", "0.36"), 16: ("2.5", "0.51"), 28.5: ("3.8", "0.78")},
    "mao-2024": {70: ("7.1", "1.59")},
}  # fmt: skip
CELLS = [(name, weight, *cell) for name, row in TABLE.items() for weight, cell in row.items()]
BODY = {"bilirubin": None, "oxcarbazepine": None, "haematocrit": 38.0, **INFANTS}


def find_dose(values: dict[str, float], trough: float) -> float:
    """mg once daily for a trough in ng/mL at steady state; one compartment, written out a second time."""
    ka, k = values["ka"], values["cl"] / values["v"]
    left = [exp(-rate * 24) / (1 - exp(-rate * 24)) for rate in (k, ka)]
    per_mg = 1000 * ka / (values["v"] * (ka - k)) * (left[0] - left[1])
    return trough / per_mg


def half_digit(printed: str) -> float:
    return 0.5 * 10 ** -len(printed.partition(".")[2])


@pytest.mark.parametrize(("name", "weight", "clearance", "dose"), CELLS)
def test_a_childs_clearance_and_dose_are_those_of_the_evidence(name, weight, clearance, dose):
    values = calculate_typical(MODELS[f"sirolimus.{name}"], {"weight": weight, **BODY}).values
    assert values["cl"] == pytest.approx(float(clearance), abs=half_digit(clearance))
    # Within one printed digit: one of the 21 doses (0.645 mg, printed 0.64) is not a plain rounding.
    assert find_dose(values, 8) == pytest.approx(float(dose), abs=2 * half_digit(dose))


def test_an_adult_of_thirty_clears_nine_litres_an_hour():
    values = calculate_typical(MODELS["sirolimus.golubovic-2019"], {"age": 30.0}).values
    assert values["cl"] == pytest.approx(9.0, abs=0.05)


@pytest.mark.parametrize(
    ("name", "covariates", "parameter", "times"),
    [  # section 1.3: at a haematocrit of 20 %; doubling the dose in Jiao 2009
        ("mao-2024", ({"haematocrit": 38.0}, {"haematocrit": 20.0}), "cl", 1.78),
        ("wu-2012", ({"haematocrit": 35.1}, {"haematocrit": 20.0}), "cl", 1.08),
        ("fan-2024", ({"weight": 16.0}, {"weight": 70.0}), "cl", 24.9 / 4.06),
        (
            "jiao-2009",
            tuple(
                {"cholesterol": 5.66, "ciclosporin-trough": 104.0, "daily-dose": dose}
                for dose in (2.0, 2.0 * 3.8)
            ),
            "cl",
            3.8 / 2,  # 3.8 times the dose only doubles the trough
        ),
    ],
)
def test_the_traps_of_the_evidence_come_out(name, covariates, parameter, times):
    model = MODELS[f"sirolimus.{name}"]
    before, after = (calculate_typical(model, given).values[parameter] for given in covariates)
    assert after / before == pytest.approx(times, rel=0.005)


# --- what is put in ------------------------------------------------------------------------------


def test_a_missing_bilirubin_is_the_median_and_that_is_noted():
    typical = calculate_typical(CHENG, {"weight": 28.5})
    assert typical.values["cl"] == pytest.approx(5.63)
    assert PutIn("bilirubin", 11.29, "none to use, 11.29 umol/L") in typical.used


def test_a_high_bilirubin_is_capped_and_that_is_noted():
    high = calculate_typical(CHENG, {"weight": 20.0, "bilirubin": 80.0})
    assert high.values == calculate_typical(CHENG, {"weight": 20.0, "bilirubin": 20.5}).values
    assert PutIn("bilirubin", 20.5, "capped at 20.5 umol/L") in high.used


@pytest.mark.parametrize("bilirubin", [5.0, 80.0, None])
def test_in_haemolysis_the_bilirubin_says_nothing_of_the_liver(bilirubin):
    given = {"weight": 20.0, "bilirubin": bilirubin, "active_haemolysis": True}
    typical = calculate_typical(CHENG, given)
    assert typical.values["cl"] == pytest.approx(5.63 * (20 / 28.5) ** 0.5)
    assert PutIn("bilirubin", 11.29, "11.29 umol/L, put in instead") in typical.used


@pytest.mark.parametrize("haemolysis", [False, None])
def test_haemolysis_not_on_record_leaves_the_bilirubin_as_it_is(haemolysis):
    given = {"weight": 20.0, "bilirubin": 5.0, "active_haemolysis": haemolysis}
    assert PutIn("bilirubin", 5.0) in calculate_typical(CHENG, given).used


@pytest.mark.parametrize(("answer", "held"), [(True, True), (None, True), (False, False)])
def test_an_unknown_condition_of_a_cap_is_not_read_as_false(answer, held):
    first = replace(CHENG.covariates[0], cap_when="low_haemoglobin", ignored_when="")
    model = replace(CHENG, covariates=[first, *CHENG.covariates[1:]])
    given = {"weight": 20.0, "bilirubin": 80.0, "low_haemoglobin": answer}
    put = next(
        item for item in calculate_typical(model, given).used if item.covariate == "bilirubin"
    )
    assert put.value == (20.5 if held else 80.0)


def test_without_a_weight_the_model_says_which_covariate_it_needs():
    with pytest.raises(MissingCovariate, match="Cheng 2020 needs weight") as caught:
        calculate_typical(CHENG, {"weight": None})
    assert caught.value.covariate == "weight"


def test_without_the_genotype_no_clearance_is_guessed():
    with pytest.raises(MissingCovariate, match="needs cyp3a5-star-1"):
        calculate_typical(MODELS["sirolimus.chen-2020"], {"weight": 9.0})


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("sirolimus.cheng-2020", {"weight": 20.0, "bilirubin": 0.0}, "cannot use bilirubin 0"),
        (
            "mycophenolate.zhao-2010",
            {"weight": 20.0, "albumin": 70.0},
            "albumin 70 brings cl of Zhao 2010 down to nothing",
        ),
    ],
)
def test_a_value_that_no_formula_can_use_is_named(name, given, told):
    with pytest.raises(CovariateError, match=told):
        calculate_typical(MODELS[name], given)


# --- algebra -------------------------------------------------------------------------------------

WEIGHTS = st.floats(3, 120)


@given(weight=WEIGHTS, times=st.floats(0.2, 5))
def test_weight_scales_clearance_and_volume_by_their_powers(weight, times):
    one, other = (calculate_typical(CHEN, {"weight": kg}).values for kg in (weight, weight * times))
    assert other["cl"] / one["cl"] == pytest.approx(times**0.75)
    assert other["v"] / one["v"] == pytest.approx(times)
    assert other["ka"] == one["ka"]


@given(
    order=st.permutations(MODELS["sirolimus.jiao-2009"].covariates),
    cholesterol=st.floats(2, 12),
    ciclosporin=st.floats(20, 300),
    dose=st.floats(0.5, 8),
)
def test_the_order_in_which_covariates_are_written_changes_nothing(
    order, cholesterol, ciclosporin, dose
):
    model = MODELS["sirolimus.jiao-2009"]
    given = {"cholesterol": cholesterol, "ciclosporin-trough": ciclosporin, "daily-dose": dose,
             "silymarin": True}  # fmt: skip
    written = calculate_typical(model, given).values
    turned = calculate_typical(replace(model, covariates=list(order)), given).values
    assert turned == pytest.approx(written)


@given(weight=WEIGHTS, bilirubin=st.floats(0.5, 600))
def test_bilirubin_never_lowers_clearance_by_more_than_the_cap_allows(weight, bilirubin):
    least = calculate_typical(CHENG, {"weight": weight, "bilirubin": 20.5}).values["cl"]
    found = calculate_typical(CHENG, {"weight": weight, "bilirubin": bilirubin}).values["cl"]
    assert found >= least * (1 - 1e-12)
