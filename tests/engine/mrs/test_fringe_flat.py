"""What headers say of the static fringe flat, and how much of it is in a spectrum."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.mrs.fringe_flat import FringeFlatParams, fringe_flat_state, overlay_fringe_flat

_NAME = "jwst_miri_fringe_0060.fits"
_CASES = {
    ("COMPLETE", f"crds://{_NAME}"): ("applied", _NAME),
    ("COMPLETE", ""): ("applied", ""),
    ("COMPLETE", "N/A"): ("applied", ""),
    ("SKIPPED", "N/A"): ("not applied", ""),
    ("SKIPPED", f"crds://{_NAME}"): ("not applied", _NAME),
    ("FAILED", ""): ("not applied", ""),
    ("", f"crds://{_NAME}"): ("not known", _NAME),
    ("", ""): ("not known", ""),
    ("NONSENSE", ""): ("not known", ""),
}


def _origin(status, reference):
    steps = (("S_FRINGE", status),) if status else ()
    references = (("R_FRINGE", reference),) if reference else ()
    return Origin(steps=steps, references=references)


@pytest.mark.parametrize(("header", "expected"), _CASES.items())
def test_the_header_tells_whether_it_was_applied_and_which(header, expected):
    state = fringe_flat_state(_origin(*header))

    assert (state.applied, state.reference) == expected
    assert state.sentence.endswith(".")


def _detector():
    """Return a map of wavelengths with two halves and gaps, and a flat with fringes."""
    rows, columns = np.mgrid[:1024, :1032]
    wave = 5.66 + (6.63 - 5.66) * rows / 1023 + 1e-4 * (columns % 25)
    wave[:, 512:] = 0.0
    wave[:, ::25] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = np.where(wave > 0, 1 + 0.1 * np.cos(2 * np.pi * 1e4 / wave / 2.9), np.nan)
    return wave, flat


def _spectrum(rng, share, *, status="SKIPPED"):
    wave = np.linspace(5.67, 6.62, 1180)
    fringes = 1 + share * 0.1 * np.cos(2 * np.pi * 1e4 / wave / 2.9)
    flux = (3.0 - 0.3 * (wave - 6.0)) * fringes * rng.normal(1.0, 0.003, wave.size)
    flags = np.zeros(wave.size, dtype=np.uint32)
    identity = Identity(target="star", band="1B")
    return Spectrum(
        wave, flux, 0.003 * flux, flags, "Jy", identity, _origin(status, f"crds://{_NAME}")
    )


@pytest.mark.parametrize("share", [1.0, 0.3, 0.0, -0.5])
def test_the_share_of_the_pattern_is_found(share, rng):
    wave, flat = _detector()

    found = overlay_fringe_flat(
        _spectrum(rng, share), flat=flat, wave_map_um=wave, columns=slice(0, 512)
    )

    assert found.share == pytest.approx(share, abs=max(0.03, 4 * found.share_error))
    assert found.share_error < 0.01


def test_the_overlay_is_the_flat_at_the_wavelengths_of_its_pixels(rng):
    wave, flat = _detector()

    found = overlay_fringe_flat(
        _spectrum(rng, 0.5), FringeFlatParams(column=101), flat=flat, wave_map_um=wave
    )

    np.testing.assert_array_equal(found.flat_wave_um, wave[:, 101])
    np.testing.assert_array_equal(found.flat, flat[:, 101])
    assert found.column == 101


@pytest.mark.parametrize("column", [25, 700])
def test_a_column_without_light_is_refused(column, rng):
    wave, flat = _detector()

    with pytest.raises(DataError, match=f"Column {column}"):
        overlay_fringe_flat(
            _spectrum(rng, 1.0),
            FringeFlatParams(column=column),
            flat=flat,
            wave_map_um=wave,
            columns=slice(0, 512),
        )


def test_without_a_flat_the_header_is_told_alone(rng):
    found = overlay_fringe_flat(_spectrum(rng, 1.0, status="COMPLETE"))

    assert (found.applied, found.reference) == ("applied", _NAME)
    assert np.isnan(found.share)
    assert "nothing to overlay" in found.messages[-1]


def test_flat_and_map_of_different_detectors_are_refused(rng):
    wave, flat = _detector()

    with pytest.raises(DataError, match="map of wavelengths"):
        overlay_fringe_flat(_spectrum(rng, 1.0), flat=flat[:1000], wave_map_um=wave)


def test_a_short_spectrum_gives_no_share(rng):
    wave, flat = _detector()
    one = _spectrum(rng, 1.0)
    cut = replace(
        one, wave_um=one.wave_um[:90], flux=one.flux[:90], error=one.error[:90],
        flags=one.flags[:90],
    )  # fmt: skip

    found = overlay_fringe_flat(cut, flat=flat, wave_map_um=wave)

    assert np.isnan(found.share)
