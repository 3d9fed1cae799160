"""Tests of engine.simulate.nircam_demo, nircam_field and nircam_images."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
from numpy.testing import assert_allclose

from engine.simulate.nircam_demo import make_nircam_demo
from engine.simulate.nircam_field import (
    array_places,
    draw_sky,
    epochs,
    measure,
    published_terms,
    sky_position,
)


@pytest.fixture(scope="module")
def files():
    """Return the files of the demo by name."""
    return {one.name: one.content for one in make_nircam_demo(2025)}


@pytest.fixture(scope="module")
def truth(files):
    """Return the truth."""
    return json.loads(files["truth.json"])


def table_of(content):
    """Return an ECSV table as astropy reads it."""
    return Table.read(content.decode().splitlines(), format="ascii.ecsv")


def test_the_same_seed_gives_the_same_bytes(files):
    again = {one.name: one.content for one in make_nircam_demo(2025)}

    assert again == files
    assert {one.name: one.content for one in make_nircam_demo(1)} != files


def test_the_demo_is_small(files):
    assert sum(map(len, files.values())) < 15e6
    assert len(files) == 20 + 12 + 1


def test_arrays_of_one_id_fall_onto_each_other_when_the_field_turns():
    for channel in ("short", "long"):
        places = array_places(channel)
        assert len(places) == (8 if channel == "short" else 2)
        for (module, array), (x, y, side) in places.items():
            other = places["B" if module == "A" else "A", array]
            assert_allclose(other, (-x, -y, side))


def test_positions_are_those_of_an_independent_package(rng):
    x, y = rng.uniform(-3, 3, (2, 20))
    center = SkyCoord(260.7, 68.97, unit="deg")
    # The tangent plane: d along 72 deg, y a quarter turn further.
    angle = np.deg2rad(72.0)
    xi, eta = x * np.sin(angle) + y * np.cos(angle), x * np.cos(angle) - y * np.sin(angle)
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [center.ra.deg, center.dec.deg]
    wcs.wcs.cdelt = [1 / 60, 1 / 60]

    expected = wcs.pixel_to_world(xi - 1, eta - 1)

    found = SkyCoord(*sky_position(x, y), unit="deg")
    assert found.separation(expected).max() < 1e-6 * units.arcsec


def test_what_the_arrays_add_is_table_2():
    sky = draw_sky(np.random.default_rng(1))
    quiet = replace(sky, changes=np.zeros(sky.changes.size))
    first, second, _ = epochs()
    totals = {}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        one, other = (
            measure(quiet, epoch, "F444W", published_terms(), rng) for epoch in (first, second)
        )
        _, i, j = np.intersect1d(one.source, other.source, return_indices=True)
        d = sky.x_arcmin[one.source[i]]
        delta = other.mag[j] - one.mag[i]
        for name, which in (("p", one.module[i] == "B"), ("q", one.module[i] == "A")):
            totals.setdefault(name, []).append(np.polyfit(d[which], delta[which], 1))

    term = published_terms()["F444W", "long"]
    for name, sign in (("p", 1.0), ("q", -1.0)):
        rows = np.array(totals[name])
        error = rows.std(axis=0) / np.sqrt(len(rows))
        assert abs(rows[:, 0].mean() - term.slope) < 4 * error[0]
        assert abs(rows[:, 1].mean() - sign * term.delta_ab) < 4 * error[1]


def test_the_catalogs_say_what_they_hold(files):
    table = table_of(files["catalogs/1130_epoch2_f444w.ecsv"])  # fmt: skip

    assert table.meta["epoch"] == "2"
    assert table.meta["pa_deg"] == 342.0
    assert set(table["array"]) == {"NRCALONG", "NRCBLONG"}
    bright = table["mag_ab"] < 22.0
    # Ma+2023, Table 1: 84 and 82 sources.
    assert 130 < np.count_nonzero(bright) < 210
    assert np.median(table["mag_error"][bright]) < 0.01


def test_both_calibrations_are_made_from_the_same_exposure(files):
    one, other = (
        table_of(files[f"catalogs/{context}_epoch1_f150w.ecsv"])
        for context in ("1039", "1130")
    )  # fmt: skip

    difference = one["mag_ab"] - other["mag_ab"]
    in_b = np.array([name.startswith("NRCB") for name in one["array"]])
    assert_allclose(difference[in_b], 0.0, atol=1e-4)
    assert_allclose(difference[one["array"] == "NRCA1"], 0.035 - 0.01296, atol=1e-4)


def test_the_images_show_the_sources_where_the_catalogs_have_them(files):
    name = "images/jw02738002001_f444w_nrcalong_cal.fits"
    catalog = table_of(files["catalogs/1130_epoch2_f444w.ecsv"])  # fmt: skip
    with fits.open(io.BytesIO(files[name])) as hdus:
        image, wcs = hdus["SCI"].data, WCS(hdus["SCI"].header)
        area_sr = hdus["SCI"].header["PIXAR_SR"]

    own = catalog[(catalog["array"] == "NRCALONG") & (catalog["mag_ab"] < 20.0)]
    x, y = wcs.all_world2pix(own["ra_deg"], own["dec_deg"], 0)
    level = np.median(image)
    checked = 0
    for column, row, mag in zip(x, y, own["mag_ab"], strict=True):
        i, j = round(float(column)), round(float(row))
        if not (8 <= i < 136 and 8 <= j < 136):
            continue
        stamp = image[j - 6 : j + 7, i - 6 : i + 7] - level
        found = -2.5 * np.log10(stamp.sum() * area_sr * 1e6 / 3631.0)
        checked += 1
        assert found < mag + 0.1  # neighbors add light
    assert checked > 5


def test_the_truth_is_written(truth):
    assert truth["angle_deg"] == 72.0
    rows = truth["calibrations"]["jwst_1130.pmap"]
    assert {"filter": "F444W", "array": "long", "delta_ab": -0.01654, "slope": 0.00433} in rows
    assert len(truth["variable"]) == 3
