"""Tests of engine.lrs.matched_spectrum."""

from dataclasses import replace

import numpy as np

from engine.lrs.box_spectrum import box_spectrum
from engine.lrs.matched_spectrum import NO_SPECTRUM, match_spectrum, mended_spectrum
from engine.lrs.spectral_image import spectral_image
from engine.lrs.trace import find_trace
from engine.model.data_quality import FLUX_ESTIMATED


def parts(nods, **options):
    made = nods.make(**options)
    image = spectral_image(nods.image(made))
    return made, nods.spectrum(made), box_spectrum(image.values, find_trace(image.values), 4)


def test_samples_are_laid_on_rows_by_wavelength(nods):
    made, spectrum, box = parts(nods)

    found = match_spectrum(spectrum, made.wave_um, box)

    assert np.array_equal(found.on_rows, made.flux_jy)
    assert found.n_rows == made.wave_um.size


def test_without_wavelengths_the_likeness_tells_which_way_round_the_rows_run(nods):
    made, spectrum, box = parts(nods)
    unknown = np.full(made.wave_um.size, np.nan)

    found = match_spectrum(spectrum, unknown, box)
    turned = match_spectrum(spectrum, unknown, box[::-1])

    assert np.allclose(found.wave_um, made.wave_um)
    assert np.allclose(turned.wave_um, made.wave_um[::-1])


def test_what_cannot_be_matched_says_why(nods):
    made, spectrum, box = parts(nods)
    unknown = np.full(made.wave_um.size, np.nan)

    apart = match_spectrum(spectrum, made.wave_um + 40.0, box)
    fewer = match_spectrum(spectrum, unknown[:-1], box[:-1])
    flat = match_spectrum(replace(spectrum, flux=np.ones(390)), unknown, box)

    assert "it covers 4.60–14.30 µm, the image 44.60–54.30 µm" in apart.reason
    assert "390 samples, the image 389 rows" in fewer.reason
    assert "both directions" in flat.reason
    assert apart.n_rows == fewer.n_rows == flat.n_rows == 0


def test_mended_samples_are_flagged_and_only_those(nods):
    made, spectrum, box = parts(nods)
    matched = match_spectrum(spectrum, made.wave_um, box)
    rows = np.zeros(made.wave_um.size, dtype=bool)
    rows[100:103] = True
    expected = np.full(made.wave_um.size, 7.0)

    mended = mended_spectrum(matched, rows, expected, FLUX_ESTIMATED)

    changed = mended.spectrum.flux != spectrum.flux
    assert np.count_nonzero(changed) == 3
    assert np.all(mended.spectrum.flags[changed] == FLUX_ESTIMATED)
    assert np.all(mended.spectrum.flux[changed] == 7.0)
    assert "3 samples were filled" in mended.spectrum.origin.notes[-1]
    assert mended_spectrum(NO_SPECTRUM, rows, expected, FLUX_ESTIMATED) is NO_SPECTRUM
