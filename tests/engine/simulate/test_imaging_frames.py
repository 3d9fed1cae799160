"""Images of the imaging demo: what the truth says is in them, in the layout of the pipeline."""

import gzip
import json
from collections import Counter

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose

from engine.simulate.demo import TRUTH_NAME
from engine.simulate.imaging_demo import make_imaging_demo
from engine.simulate.imaging_frames import COORDINATES_NAME, imaging_files


@pytest.fixture(scope="module")
def images():
    found = {}
    for name, _, make in imaging_files():
        if name.endswith("_cal.fits.gz"):
            made = make(np.random.default_rng(3))
            found[name] = fits.HDUList.fromstring(gzip.decompress(made.content)), made.truth
    return found


def test_images_hold_what_the_truth_says(images):
    for content, truth in images.values():
        header, data = content["SCI"].header, content["SCI"].data
        rate = data / header["PHOTMJSR"]
        seen = np.isfinite(rate)
        total = np.nansum(rate - truth["background_dn_s"]) * seen.size / seen.sum()
        x, y = truth["center_px"]
        assert rate[round(y), round(x)] > 0.95 * np.nanmax(rate)
        assert_allclose(np.nanmax(rate), truth["peak_dn_s"], rtol=0.03)
        if truth["subarray"] == "SUB256":
            assert_allclose(total, truth["rate_dn_s"], rtol=0.05)
        # Eq. 3 of Gordon+2025.
        back = 1e-6 * truth["model_jy"] / (truth["rate_dn_s"] * header["PIXAR_SR"])
        assert_allclose(back, truth["factor"])


def test_scatter_of_empty_ground_is_the_stated_error(images):
    content, _ = next(one for name, one in images.items() if "bd_60" in name)
    data, error = content["SCI"].data, content["ERR"].data

    difference = np.diff(data[:12, :60], axis=1)  # the wings of the star hardly change there

    assert_allclose(np.nanstd(difference), np.sqrt(2.0) * np.nanmedian(error[:12, :60]), rtol=0.1)


def test_bad_pixels_are_flagged_and_never_in_a_core(images):
    for content, truth in images.values():
        bad = content["DQ"].data == 1
        x, y = (round(one) for one in truth["center_px"])
        assert_allclose(np.isnan(content["SCI"].data), bad)
        assert not bad[y - 3 : y + 4, x - 3 : x + 4].any()
        assert 0 < bad.mean() < 0.01


def test_each_observation_has_its_dithers_and_each_file_its_name(images):
    names = Counter(name.rpartition("/")[2] for name in images)
    visits = Counter((truth["star"], truth["filter"], truth["mjd"]) for _, truth in images.values())

    assert len(images) == 20
    assert max(names.values()) == 1
    assert sorted(visits.values()) == [2, 2, 4, 4, 4, 4]


def test_models_references_and_coordinates_come_first():
    names = [name for name, _, _ in imaging_files()]
    roles = Counter(role for _, role, _ in imaging_files())

    assert names[0] == COORDINATES_NAME
    assert "models/sirius_simulated_001.fits" in names
    assert roles == {"standard star": 20, "model": 5, "reference": 5, "table": 1}


def test_one_star_moves_by_many_pixels_and_one_has_no_motion():
    table = next(
        make(None).content.decode() for name, _, make in imaging_files() if "coord" in name
    )

    assert '"16 Cyg B" 295.46666000 50.51752500 -135.0 -163.0 2000.0' in table
    assert '"del UMi" 263.05416700 86.58646200 nan nan 2022.5' in table


def test_demo_holds_the_images_and_their_truth():
    files = {one.name: one for one in make_imaging_demo(7)}
    truth = json.loads(files[TRUTH_NAME].content)["images"]

    assert len(truth) == 20
    assert set(truth) <= set(files)
    assert sum(len(one.content) for one in files.values()) < 15e6
