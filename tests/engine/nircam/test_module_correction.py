"""Tests of engine.nircam.module_correction and of the difference images."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.model.identity import Origin
from engine.nircam.gradient_model import fit_gradients
from engine.nircam.module_correction import CorrectionParams, Corrector, correct_modules
from engine.nircam.module_terms import ModuleTerm, ModuleTerms, fitted_terms, published_terms
from tests.helpers.nircam import CENTER, matches
from tests.helpers.nircam_images import open_images, write_images


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Return the long-wave images of three epochs."""
    folder = tmp_path_factory.mktemp("images")
    return open_images(write_images(folder, 1, labels=("1", "2", "3")))


@pytest.fixture(scope="module")
def sources():
    """Return the matched sources of all filters."""
    return matches(4)


def test_offsets_are_below_0_02_mag_after_the_correction(sources):
    # Ma+2023, Fig. 8: "reduced to < 0.02 mag for all arrays".
    models = fit_gradients(sources)

    found = correct_modules(fitted_terms(models), [], matches=sources, models=models)

    assert max(abs(one.delta_ab) for one in found.before) > 0.04
    assert max(abs(one.delta_ab) for one in found.after) < 0.02
    for one in found.after:
        assert abs(one.delta_ab) < 4.0 * one.delta_ab_error
        assert abs(one.p.median) < 0.02
        assert abs(one.q.median) < 0.02


@pytest.mark.parametrize("baseline", ["A", "B"])
@pytest.mark.parametrize("slope_to", ["the other module", "half to each"])
def test_a_fit_to_corrected_sources_finds_nothing(sources, baseline, slope_to):
    models = fit_gradients(sources)
    corrector = Corrector(fitted_terms(models), baseline, slope_to, models.center_deg)

    pairs = tuple(corrector.corrected_pair(one, models, models.angle_deg) for one in sources.pairs)

    for one in fit_gradients(replace(sources, pairs=pairs)).arrays:
        assert abs(one.delta_ab) < 0.15 * one.delta_ab_error
        if one.array == "long":
            assert abs(one.slope) < 0.15 * one.slope_error


def test_the_difference_between_turned_epochs_is_flat_after_the_correction(images):
    found = correct_modules(
        published_terms(), images, CorrectionParams(smoothing_pixels=3.0), matches=None,
        models=fit_gradients(matches(1, filters=("F444W",))),
    )  # fmt: skip

    turned = [one for one in found.differences if one.patch in "pq"]
    same = [one for one in found.differences if one.patch == "same module"]
    assert (len(turned), len(same)) == (4, 2)
    for one in turned:
        assert abs(one.offset_before) > 4.0 * one.error
        assert abs(one.offset_after) < 4.0 * one.error
    for one in same:
        assert one.offset_after == pytest.approx(one.offset_before, abs=3e-4)
    # As clean as epochs that saw the field alike: the scatter of the pixels, sources included.
    rms = {one.title: np.nanstd(one.after[4:, 4:]) for one in turned + same}
    assert max(rms[one.title] for one in turned) < 1.35 * max(rms[one.title] for one in same)


def test_the_gradient_is_taken_out_pixel_by_pixel(images):
    # Without noise the corrected differences would vanish; here along the long side, in thirds.
    terms = ModuleTerms("strong", (ModuleTerm("F444W", "long", 0.1, slope=0.05),))
    corrector = Corrector(terms, center_deg=CENTER)

    module_a = next(one for one in images if one.module == "A")
    factor = corrector.factor(module_a)

    x = -1.46 + (np.arange(144) - 71.5) * 129.0 / 60.0 / 144.0
    assert_allclose(2.5 * np.log10(factor[70]), 0.1 - 0.05 * x, atol=2e-4)


def test_the_baseline_stays_and_can_be_switched(images):
    for baseline, other in (("B", "A"), ("A", "B")):
        found = correct_modules(published_terms(), images, CorrectionParams(baseline=baseline))

        for one in found.files:
            assert bool(one.reason) == (one.module == baseline)
            assert np.isfinite(one.factor) == (one.module == other)
        assert f"Module {baseline} is the baseline" in " ".join(one.reason for one in found.files)


def test_half_of_the_gradient_to_each_changes_both(images):
    found = correct_modules(
        published_terms(), images, CorrectionParams(slope_to="half to each")
    ).files

    assert not any(one.reason for one in found)


def test_what_cannot_be_corrected_says_why(images):
    one = images[0]
    done = replace(one, image=replace(one.image, origin=Origin(header=(("MODCORR", "T"),))))
    mosaic = replace(one, image=replace(one.image, kind="i2d"))
    rate = replace(one, image=replace(one.image, unit="DN/s"))
    other = replace(one, filter="F277W")

    found = correct_modules(published_terms(), [done, mosaic, rate, other]).files

    words = ["already", "mosaic", "not in MJy/sr", "no offset for array long in F277W"]
    for about, expected in zip(found, words, strict=True):
        assert expected in about.reason
        assert np.isnan(about.factor)


def test_a_corrected_file_is_not_corrected_again_in_the_difference(images):
    corrected = [
        replace(one, image=replace(
            one.image, data=one.image.data * Corrector(published_terms()).factor_or_one(one),
            origin=Origin(header=(("MODCORR", "T"),)),
        )) for one in images[:4]
    ]  # fmt: skip

    found = correct_modules(published_terms(), corrected).differences

    for one in found:
        assert one.offset_after == one.offset_before
        assert abs(one.offset_before) < 4.0 * one.error


def test_nothing_to_correct_is_refused():
    with pytest.raises(DataError, match="nothing to correct"):
        correct_modules(published_terms(), [])


def test_arrays_without_an_offset_are_named(sources):
    only = ModuleTerms("mine", tuple(one for one in published_terms().terms if one.array != "3"))

    found = correct_modules(only, [], matches=sources, models=fit_gradients(sources))

    assert "There is no offset for array 3 in F150W." in found.messages


def test_the_result_says_whose_gradient_it_took(sources):
    models = fit_gradients(sources)
    found = correct_modules(fitted_terms(models), [], matches=sources, models=models)

    assert any("data cannot tell whose it is" in one for one in found.messages)
