"""The files of the nebula are small, the same for the same seed, and say what is in them."""

import gzip
import io

import numpy as np
from astropy.io import fits

from engine.simulate.nebula import DEMO_STRIPS
from engine.simulate.nebula_files import (
    REFERENCE_STRIP,
    combined_reference,
    ground_response,
    nebula_exposure,
    nebula_names,
    strip_flat,
)


def test_all_exposures_have_names_of_their_own() -> None:
    names = [name for _, _, name in nebula_names()]

    assert len(set(names)) == len(names) == 36


def test_the_same_stream_gives_the_same_bytes_and_small_ones() -> None:
    one, again = (nebula_exposure(DEMO_STRIPS[1], 3, 5, np.random.default_rng(5)) for _ in range(2))

    assert one.content == again.content
    assert len(one.content) < 250_000


def test_the_truth_stands_beside_the_first_exposure() -> None:
    first = nebula_exposure(DEMO_STRIPS[1], 0, 5, np.random.default_rng(5)).truth
    later = nebula_exposure(DEMO_STRIPS[1], 1, 5, np.random.default_rng(5)).truth

    np.testing.assert_allclose(first["pixel_flat"], strip_flat(DEMO_STRIPS[1], 5), atol=1e-5)
    assert first["feature"].min() < 0.97
    assert "pixel_flat" not in later
    assert first["pointing_arcsec"] != later["pointing_arcsec"]


def test_rounding_keeps_rates_and_places() -> None:
    strip = DEMO_STRIPS[0]
    made = nebula_exposure(strip, 0, 5, np.random.default_rng(5))
    with fits.open(io.BytesIO(gzip.decompress(made.content))) as hdus:
        rate, error = hdus["SCI"].data, hdus["ERR"].data
        alpha = hdus["ALPHA"].data

    lit = np.isfinite(rate)
    np.testing.assert_allclose(np.nanmedian((error / rate)[lit]), 0.01, rtol=0.02)
    assert np.isfinite(alpha).sum() == lit.sum()


def test_the_reference_is_flat_times_response() -> None:
    made = combined_reference("flat.fits", 5, np.random.default_rng(5))
    with fits.open(io.BytesIO(gzip.decompress(made.content))) as hdus:
        data, wave = hdus["SCI"].data, hdus["WAVELENGTH"].data
        assert hdus[0].header["REFTYPE"] == "FLAT"

    ratio = data / (strip_flat(REFERENCE_STRIP, 5) * ground_response(wave))

    assert np.nanstd(ratio) < 0.003
    np.testing.assert_allclose(np.nanmean(ratio), 1.0, atol=1e-3)
