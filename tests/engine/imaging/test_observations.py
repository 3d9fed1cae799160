"""The table of observations: Eq. 3, its errors, rows and reasons."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.observations import joined_tables
from tests.helpers.imaging_tables import imaging_table


def test_the_factor_is_model_flux_over_corrected_sum_and_solid_angle() -> None:
    table = imaging_table(
        1, model_jy=[2.0], flux_dn_s=[4.0], aperture_correction=[1.25], solid_angle_sr=[1e-6]
    )

    factors = table.factors()

    assert factors.value == pytest.approx([0.4], rel=1e-15)  # 2e-6 MJy / (4 * 1.25 * 1e-6)


def test_relative_errors_add_in_quadrature() -> None:
    table = imaging_table(
        1,
        flux_error=[100.0],  # of 1e4: 1 %
        aperture_correction_error=[0.03],  # of 1.5: 2 %
        model_error=[2e-5],  # of 1e-3: 2 %
    )

    factors = table.factors()

    assert factors.photometry_error / factors.value == pytest.approx([0.01], rel=1e-12)
    assert factors.error / factors.value == pytest.approx([0.03], rel=1e-12)


def test_an_error_that_is_not_known_counts_as_none() -> None:
    factors = imaging_table(1, flux_error=[50.0]).factors()

    assert factors.error == pytest.approx(factors.value * 0.005, rel=1e-12)


@pytest.mark.parametrize(
    "column", [{"flux_dn_s": [-5.0]}, {"model_jy": [np.nan]}, {"aperture_correction": [np.nan]}]
)
def test_a_row_without_flux_model_or_correction_has_no_factor(column: dict[str, object]) -> None:
    factors = imaging_table(1, **column).factors()

    assert np.isnan(factors.value).all()
    assert np.isnan(factors.error).all()


def test_the_rows_of_a_filter_keep_their_order() -> None:
    table = imaging_table(3, filters=("F560W", "F770W", "F560W"), mjd=[3.0, 2.0, 1.0])

    chosen = table.of_filter("F560W")

    assert chosen.ids == ("o0", "o2")
    assert chosen.mjd.tolist() == [3.0, 1.0]
    assert table.filter_names == ("F560W", "F770W")


def test_reasons_replace_those_of_before() -> None:
    table = imaging_table(2, reasons=("saturated", ""))

    changed = table.without({"o1": "debris disk", "elsewhere": "moved"})

    assert changed.reasons == ("", "debris disk")
    assert table.reasons == ("saturated", "")


def test_tables_of_files_and_images_join() -> None:
    first = imaging_table(1, ids=("file.1",), mjd=[1.0])
    second = imaging_table(2, ids=("image.1", "image.2"), mjd=[2.0, 3.0])

    joined = joined_tables([first, second])

    assert joined.ids == ("file.1", "image.1", "image.2")
    assert joined.mjd.tolist() == [1.0, 2.0, 3.0]


def test_an_id_that_comes_twice_is_refused() -> None:
    table = imaging_table(1)

    with pytest.raises(DataError, match="same id"):
        joined_tables([table, table])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(DataError, match="column mjd has 3 rows, not 2"):
        imaging_table(2, mjd=[1.0, 2.0, 3.0])


def test_nothing_to_join_is_said() -> None:
    with pytest.raises(DataError, match="no table"):
        joined_tables([])
