"""Tests of engine.nircam.module_terms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError
from engine.files import load
from engine.model.tabulated import DataTable
from engine.nircam.gradient_model import fit_gradients
from engine.nircam.module_terms import (
    ModuleTerm,
    fitted_terms,
    published_terms,
    read_module_terms,
)
from tests.helpers.nircam import matches

TERM = ModuleTerm("F444W", "long", -0.0165, slope=0.0043)
X = np.array([-1.0, 0.0, 2.0])


def test_with_b_as_the_baseline_everything_goes_to_a():
    # Ma+2023, Eqs. 11 and 12.
    a = TERM.magnitude_error("A", X, baseline="B", slope_to="the other module")
    b = TERM.magnitude_error("B", X, baseline="B", slope_to="the other module")

    assert_allclose(a, -0.0165 - 0.0043 * X)
    assert_allclose(b, 0.0)


@pytest.mark.parametrize("baseline", ["A", "B"])
@pytest.mark.parametrize("slope_to", ["the other module", "half to each"])
def test_what_is_taken_out_is_what_two_epochs_differ_by(baseline, slope_to):
    # Between turned epochs patch p is seen by B at x = d and by A at x = -d (Eqs. 9 and 10).
    def out(module, x):
        return TERM.magnitude_error(module, x, baseline=baseline, slope_to=slope_to)

    d = X
    assert_allclose(out("A", -d) - out("B", d), 0.0043 * d - 0.0165)
    assert_allclose(out("B", -d) - out("A", d), 0.0043 * d + 0.0165)


def test_table_2_of_the_paper_has_ten_arrays():
    found = published_terms()

    assert len(found.terms) == 10
    assert found.of("f444w", "long") == ModuleTerm(
        "F444W", "long", -0.01654, 0.00128, 0.00433, 0.0009
    )
    assert found.of("F200W", "2").delta_ab == -0.05267
    assert found.of("F444W", "2") is None


@pytest.mark.real_data
def test_the_recipe_published_with_the_paper_is_read_and_is_table_2(real_data):
    loaded = load(real_data("published_tables/idf_zpcor_1130_pmap.ecsv"))

    found = read_module_terms(loaded.products[0], "recipe")

    assert loaded.kind == "module offsets"
    for term in published_terms().terms:
        own = found.of(term.filter, term.array)
        assert own.delta_ab == pytest.approx(term.delta_ab, abs=6e-6)
        assert own.slope == pytest.approx(term.slope, abs=6e-6)
        # The paper prints 0.00228 for 0.00228133.
        assert own.delta_ab_error == pytest.approx(term.delta_ab_error, abs=6e-6)


def test_a_fit_gives_the_terms_of_the_first_epochs():
    models = fit_gradients(matches(1, labels=("1", "2", "3"), filters=("F150W", "F444W")))

    found = fitted_terms(models, left_out=[("F150W", "3")])

    assert found.source == "fit of epochs 1 and 2"
    assert [(one.filter, one.array) for one in found.terms] == [
        ("F150W", "1"), ("F150W", "2"), ("F150W", "4"), ("F444W", "long"),
    ]  # fmt: skip
    first = next(one for one in models.arrays if one.array == "long" and one.first == "1")
    assert found.of("F444W", "long").delta_ab == first.delta_ab


def table(**columns):
    return DataTable("", columns, dict.fromkeys(columns, ""))


def test_a_table_of_our_own_is_read_without_what_has_no_number():
    found = read_module_terms(
        table(
            calibration=("1039", "1039", "1130", "1130"), filter=("F150W", "F444W") * 2,
            array=("1", "long") * 2, delta_ab=frozen([0.1, 0.2, np.nan, 0.4]),
            slope=frozen([0.0, 0.1, 0.0, np.nan]),
        ), "mine",
    )  # fmt: skip

    assert found.of("F444W", "long").delta_ab == 0.4
    assert found.of("F444W", "long").slope == 0.0
    assert found.of("F150W", "1").delta_ab == 0.1


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"filter": ("F150W",), "delta_ab": frozen([0.1])}, "no column “array”"),
        ({"array": ("9",), "filter": ("F150W",), "delta_ab": frozen([0.1])}, "'9' is no array"),
        ({"array": ("1",), "filter": ("F150W",), "delta_ab": frozen([np.nan])}, "holds no offset"),
    ],
)
def test_tables_that_make_no_sense_are_refused(columns, words):
    with pytest.raises(DataError, match=words):
        read_module_terms(table(**columns), "mine.ecsv")
