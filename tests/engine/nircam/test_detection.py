"""Tests of engine.nircam.detection."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError, FitError
from engine.nircam.detection import DetectionParams, detect_sources
from engine.nircam.gradient_model import fit_gradients
from engine.nircam.matching import match_epochs
from engine.simulate.nircam_field import draw_sky, published_terms, sky_position
from tests.helpers.nircam_images import open_images, write_images


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Return the images of array 2 in F200W, two epochs."""
    folder = tmp_path_factory.mktemp("images")
    return open_images(write_images(folder, 1, filter_name="F200W", array="2"))


@pytest.fixture(scope="module")
def found(images):
    """Return what was detected with circles."""
    return detect_sources(images, DetectionParams(flux_in="circle"))


def test_every_epoch_has_the_same_sources(found):
    ids = {}
    for one in found.epochs:
        ids.setdefault(one.ids, []).append((one.epoch, one.module))

    assert sorted(map(sorted, ids.values())) == [
        [("1", "A"), ("2", "B")], [("1", "B"), ("2", "A")],
    ]  # fmt: skip


def test_positions_and_magnitudes_are_those_of_the_sky(found):
    sky = draw_sky(np.random.default_rng(1))
    ra, dec = sky_position(sky.x_arcmin, sky.y_arcmin)
    first = next(one for one in found.epochs if (one.epoch, one.module) == ("1", "B"))

    for a, d, mag in zip(first.ra_deg, first.dec_deg, first.mag, strict=True):
        away = np.hypot((ra - a) * np.cos(np.deg2rad(d)), dec - d) * 3600.0
        near = int(np.argmin(away))
        neighbors = np.sort(away)[1]
        if neighbors > 6.0 and mag < 22.0:  # alone in its circle
            assert away[near] < 0.06
            # A circle of 4 pixels holds 99.9 % of a Gaussian of FWHM 2.6.
            assert mag == pytest.approx(sky.mags["F200W"][near], abs=0.02)


@pytest.mark.parametrize("flux_in", ["isophote", "circle"])
def test_the_offset_put_into_the_images_comes_back(images, flux_in):
    measured = detect_sources(images, DetectionParams(flux_in=flux_in))

    fit = fit_gradients(match_epochs([one.as_catalog() for one in measured.epochs])).arrays[0]

    truth = published_terms()["F200W", "2"].delta_ab
    assert fit.delta_ab == pytest.approx(truth, abs=5.0 * fit.delta_ab_error)
    assert fit.delta_ab_error < 0.003


def test_a_constant_background_changes_no_flux(images, found):
    raised = [replace(one, image=replace(one.image, data=one.image.data + 0.3)) for one in images]

    other = detect_sources(raised, DetectionParams(flux_in="circle"))

    for one, same in zip(found.epochs, other.epochs, strict=True):
        assert_allclose(same.mag, one.mag, atol=5e-3)


def test_sources_at_bad_pixels_are_left_out(images, found):
    first = next(one for one in found.epochs if (one.epoch, one.module) == ("1", "B"))
    plane = next(one for one in images if (one.epoch, one.module) == ("1", "B")).sky
    x, y = plane.sky_to_pixel(float(first.ra_deg[0]), float(first.dec_deg[0]))
    spoiled = []
    for one in images:
        flags = one.image.flags.copy()
        if (one.epoch, one.module) == ("2", "A"):
            flags[143 - round(y), 143 - round(x)] = 1
        spoiled.append(replace(one, image=replace(one.image, flags=flags)))

    again = detect_sources(spoiled, DetectionParams(flux_in="circle"))

    kept = next(one for one in again.epochs if (one.epoch, one.module) == ("1", "B"))
    assert len(kept.ids) == len(first.ids) - 1
    assert first.ra_deg[0] not in kept.ra_deg


def test_images_in_count_rates_are_refused(images):
    raw = [replace(one, image=replace(one.image, unit="DN/s")) for one in images]

    with pytest.raises(DataError, match="is in DN/s, not in MJy/sr"):
        detect_sources(raw)


def test_one_epoch_is_refused(images):
    with pytest.raises(DataError, match="No patch of sky"):
        detect_sources([one for one in images if one.epoch == "1"])


def test_an_empty_sky_is_refused(images):
    empty = [replace(one, image=replace(one.image, data=0.0 * one.image.data)) for one in images]

    with pytest.raises(FitError, match="No source stands 3 sigma"):
        detect_sources(empty)
