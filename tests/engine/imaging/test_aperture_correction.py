"""Aperture corrections: closed forms, and the published radii and fluxes."""

import numpy as np
import pytest
from astropy.table import Table
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.imaging.aperture_correction import (
    Apertures,
    aperture_correction,
    correction_error,
    published_apertures,
)


def test_gaussian_correction_has_a_closed_form():
    sigma = 2.3
    radius = [sigma * np.sqrt(-2.0 * np.log1p(-part)) for part in (0.70, 0.80, 0.85)]
    ratio = np.log(0.30) / np.log(0.15 / 0.20)  # r_a^2 over (r_b2^2 - r_b1^2)

    found = aperture_correction(Apertures(*radius))

    assert_allclose(found, 1.0 / (0.70 - 0.05 * ratio), rtol=1e-12)


def test_f560w_follows_from_its_radii_and_not_from_the_printed_column():
    row = published_apertures()["F560W"]

    found = row.correction.value

    assert_allclose(found, 1.4355, atol=5e-5)
    assert row.printed == 1.671


def test_published_fluxes_follow_from_the_computed_corrections():
    # Gordon+2025, Table 5: BD-like star J1743, F770W, MJD 59763.0: iflux, flux, bkg and ibkg.
    iflux, flux_mjy, ibkg, bkg = 4.67e3, 0.497, 17.0, 4.38

    corrected = 1e9 * iflux * (bkg / ibkg) * 2.8606e-13
    factor = flux_mjy / corrected

    assert_allclose(factor, published_apertures()["F770W"].correction.value, rtol=3e-3)


def test_error_of_the_correction_is_that_of_drawn_radii():
    apertures, errors = Apertures(5.18, 7.61, 10.99), (0.03, 0.03, 0.06)
    rng = np.random.default_rng(1)
    drawn = np.array([5.18, 7.61, 10.99]) + rng.standard_normal((20000, 3)) * errors

    spread = np.std([aperture_correction(Apertures(*one)) for one in drawn])

    assert_allclose(correction_error(apertures, errors), spread, rtol=0.03)


def test_all_fourteen_filters_are_published():
    table = published_apertures()

    assert len(table) == 14
    assert table["F2550W"].radius_errors_px == (0.0, 0.0, 0.0)
    assert all(1.4 < row.correction.value < 1.6 for row in table.values())


@pytest.mark.real_data
def test_every_radius_is_the_printed_one(real_data):
    printed = Table.read(real_data("published_tables/gordon2025_table4_apertures.ecsv"))

    for row in printed:
        own = published_apertures()[row["band"]]
        radii = own.apertures.radius_px, own.apertures.inner_px, own.apertures.outer_px
        assert radii == (row["r_a"], row["r_b1"], row["r_b2"])
        assert (own.printed, own.printed_error) == (row["A_cor"], row["A_cor_unc"])


def test_annulus_that_takes_all_away_gives_no_number():
    assert np.isnan(aperture_correction(Apertures(20.0, 3.0, 3.1)))


@pytest.mark.parametrize("radii", [(0.0, 3.0, 4.0), (2.0, 4.0, 4.0), (2.0, float("nan"), 4.0)])
def test_radii_that_make_no_annulus_are_refused(radii):
    with pytest.raises(DataError, match="is none"):
        Apertures(*radii)


@pytest.mark.real_data
def test_fluxes_of_table_5_follow_from_the_computed_corrections(real_data):
    table = Table.read(real_data("published_tables/gordon2025_table5_portion.ecsv"))
    omega_sr = 2.8606e-13
    ratios = []
    for row in table:
        factor = row["bkg_mjysr"] / row["ibkg"]
        correction = published_apertures()[row["filter"]].correction.value
        ratios.append(row["flux_mjy"] / (1e9 * row["iflux"] * correction * omega_sr * factor))
    misprinted = [abs(ratio - 1.0) > 0.1 for ratio in ratios]

    # Background and its rate are printed with three digits: half a percent each at worst.
    names = [
        (row["name"], row["filter"])
        for row, is_off in zip(table, misprinted, strict=True)
        if is_off
    ]
    assert names == [("G 191-B2B", "F1000W")]
    kept = np.array(ratios)[~np.array(misprinted)]
    assert np.max(np.abs(kept - 1.0)) < 0.015
    assert abs(np.median(kept) - 1.0) < 3e-3
