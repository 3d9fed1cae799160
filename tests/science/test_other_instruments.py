"""Comparisons with other instruments on real files: VV 114, IRS, hot stars through IRAC."""

import numpy as np
import pytest

from engine.compare.spectrograph_ratios import SpectrographParams
from engine.files import load
from engine.files.packaged_bandpasses import packaged_bandpass
from engine.photometry.synthetic import band_flux, pivot_wavelength
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.spectrograph_step import coarse_spectra, spectrograph_key
from engine.spectra.overlaps import good_error, good_flux

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize("name", ["hd204172", "hd229238"])
def test_hot_stars_fall_with_the_square_of_the_wavelength_through_irac(name, real_data):
    star = load(real_data(f"bandpasses/{name}_irs.fits")).products[0]
    bands = [packaged_bandpass(one) for one in ("IRAC3", "IRAC4")]

    fluxes = [
        band_flux(one, star.wave_um, good_flux(star), good_error(star), outside="Rayleigh-Jeans")
        for one in bands
    ]

    pivots = [pivot_wavelength(one) for one in bands]
    expected = (pivots[1] / pivots[0]) ** -2
    # Free-free emission of the winds of these supergiants makes the fall shallower, never steeper.
    assert 0.97 < fluxes[1].flux / fluxes[0].flux / expected < 1.12
    assert fluxes[1].coverage == pytest.approx(1.0, abs=1e-6)
    assert 0.8 < fluxes[0].coverage < 1.0  # IRS begins at 5.0 um


def test_vv_114_over_the_irs_spectrum_that_lies_beside_it(real_data):
    folder = real_data("mrs_vv114")
    chain = Chain()
    files = [*sorted(folder.glob("*.fits")), folder / "M101_Nucleus_irs.ipac"]
    session = add_files(Session(), read_files(files, chain.library)).session
    [other] = coarse_spectra(session)
    params = SpectrographParams(partners=(("VV114", other.identity.target),))

    compared = chain.evaluate(
        session.with_params(NodeKey("spectrograph", EVERYTHING), params),
        spectrograph_key("extracted"),
    )

    [one] = compared.stars
    covered = np.isfinite(one.ratio)
    assert one.unit == "Jy"
    assert covered[(one.wave_um > 5.3) & (one.wave_um < 27.5)].mean() > 0.95
    assert not covered[one.wave_um > 28.6].any()  # nothing is extrapolated
    assert np.all(one.fine[covered] > 0.0)
