"""The correction of residual fringes beside that of the pipeline, on the same spectra."""

import logging
import warnings

import numpy as np
import pytest

pytest.importorskip("jwst")
from jwst.residual_fringe.utils import fit_residual_fringes_1d

from engine.files.load import load
from engine.mrs.residual_fringes import ResidualFringeParams, correct_residual_fringes
from engine.mrs.response_params import Mask
from tests.helpers.fringes import fringed_spectrum

pytestmark = pytest.mark.reference

BANDS = ("1A", "1C", "2B", "3A", "3C", "4A", "4C")


@pytest.fixture(autouse=True)
def quiet():
    logging.getLogger("jwst").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def jwst_flux(spectrum, **how):
    """Return the flux as the pipeline corrects it."""
    channel = int(spectrum.identity.band[0])
    return fit_residual_fringes_1d(
        spectrum.flux.copy(), spectrum.wave_um.copy(), channel=channel, **how
    )


@pytest.mark.parametrize("amplitude", [0.04, 0.01, 0.004])
@pytest.mark.parametrize("band", BANDS)
def test_the_scatter_is_reduced_as_much_as_by_the_pipeline(band, amplitude, rng):
    spectrum, clean = fringed_spectrum(band, rng, amplitude=amplitude)
    used = spectrum.wave_um <= 27.6

    ours = correct_residual_fringes(spectrum).spectrum.flux
    theirs = jwst_flux(spectrum)

    assert np.std((ours / clean)[used]) <= 1.1 * np.std((theirs / clean)[used])
    assert abs(np.mean(ours) / np.mean(spectrum.flux) - 1.0) < 1e-3


@pytest.mark.parametrize("band", ["1A", "2C"])
def test_in_channels_with_one_family_both_remove_the_same(band, rng):
    spectrum, _ = fringed_spectrum(band, rng, amplitude=0.02)

    ours = correct_residual_fringes(spectrum).spectrum.flux
    theirs = jwst_flux(spectrum)

    removed = np.std(spectrum.flux / theirs)
    assert np.std(ours / theirs) < 0.05 * removed


def test_an_ignored_region_of_the_pipeline_is_weighted_alike_but_still_changed_there(rng):
    spectrum, _ = fringed_spectrum("1C", rng, amplitude=0.02)
    inside = (spectrum.wave_um >= 7.0) & (spectrum.wave_um <= 7.1)
    protected = ResidualFringeParams(protected=(Mask(7.0, 7.1),))

    ours = correct_residual_fringes(spectrum, protected).spectrum.flux
    theirs = jwst_flux(spectrum, ignore_regions=[[7.0, 7.1]])

    assert np.array_equal(ours[inside], spectrum.flux[inside])
    assert not np.array_equal(theirs[inside], spectrum.flux[inside])
    assert np.std((ours / theirs)[~inside]) < 1e-3


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["ch2_LONG", "ch3_LONG", "ch3_MEDIUM", "ch4_SHORT", "ch4_MEDIUM"])
def test_real_fringes_are_reduced_as_much_as_by_the_pipeline(name, real_data):
    (spectrum,) = load(real_data(f"mrs_vv114/VV114_MIRI_{name}_s1d.fits")).products

    result = correct_residual_fringes(spectrum)
    theirs = jwst_flux(spectrum)

    deviation = [flux / result.continuum - 1.0 for flux in (result.spectrum.flux, theirs)]
    calm = (result.weight > 0) & (np.abs(deviation[0]) < 5 * result.scatter_after)
    ours, reference = (float(np.std(one[calm])) for one in deviation)
    assert result.outcome == "corrected"
    assert ours <= 1.1 * reference
