"""The loss is taken out where it is due, once, and says when it is extrapolated."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.bands import Band, band_named
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.mrs.count_rate_loss import BandLoss, LampDate, LossParams, fit_count_rate_loss
from engine.mrs.loss_application import read_columns
from engine.mrs.rate_correction import (
    CorrectedRate,
    KnownLoss,
    RateCorrectionParams,
    correct_rate,
)
from engine.simulate.lamps import DAY_ZERO_MJD, DAYS, LampLoss, lamp_days, lamp_rates

_ON, _OFF = RateCorrectionParams("on"), RateCorrectionParams("off")
_REFERENCE = KnownLoss(
    "photom.fits",
    read_columns(
        {"binwave": [18.0, 21.0], "acoeff": [0.2, 0.2], "bcoeff": [0.5, 0.5],
         "ccoeff": [0.8, 0.8], "x0": [59680.0, 59680.0]}
    ),
)  # fmt: skip


def _band(name: str) -> Band:
    found = band_named(name)
    assert found is not None
    return found


@cache
def _fit(name: str, form: str = "exponential") -> BandLoss:
    band = _band(name)
    wave, rates, errors = lamp_rates(band, np.random.default_rng(11))
    flags = np.zeros(wave.size, dtype=np.uint32)
    dates = [
        LampDate(
            f"d{i}",
            Spectrum(wave, rate, error, flags, "DN/s", Identity(band=name, mjd=DAY_ZERO_MJD + day)),
        )
        for i, (rate, error, day) in enumerate(zip(rates, errors, lamp_days(band), strict=True))
    ]
    return fit_count_rate_loss(name, dates, LossParams(form=form))  # type: ignore[arg-type]


def _known(name: str, form: str = "exponential") -> KnownLoss:
    fit = _fit(name, form)
    return KnownLoss("lamps", fit.table, fit)


def _spectrum(name: str, day: float | None, *, unit: str = "DN/s") -> Spectrum:
    """Return a flat source of 10 DN/s on day zero, seen on ``day`` without noise."""
    band = _band(name)
    wave = np.linspace(band.wave_min_um + 0.05, band.wave_max_um - 0.05, 201)
    mjd = None if day is None else DAY_ZERO_MJD + day
    lost = np.ones(201) if mjd is None else LampLoss(band).value(mjd, wave)
    return Spectrum(
        wave_um=wave,
        flux=10.0 * lost,
        error=0.1 * lost,
        flags=np.zeros(201, dtype=np.uint32),
        unit=unit,
        identity=Identity(band=name, mjd=mjd),
    )


def _pulls(corrected: CorrectedRate) -> np.ndarray:
    return (corrected.spectrum.flux / 10.0 - 1.0) / corrected.relative_error


@pytest.mark.parametrize("name", ["1A", "3B", "4A", "4C"])
@pytest.mark.parametrize("day", [96.0, 300.0, 700.0])
def test_the_rate_of_day_zero_comes_back_within_the_error_of_the_loss(
    name: str, day: float
) -> None:
    corrected = correct_rate(_spectrum(name, day), _known(name))

    assert corrected.outcome == "corrected"
    assert not corrected.is_extrapolated
    assert float(np.median(np.abs(_pulls(corrected)))) < 3.0
    assert np.max(np.abs(corrected.spectrum.flux / 10.0 - 1.0)) < 0.02


def test_before_and_after_are_known_whether_it_is_applied_or_not() -> None:
    spectrum = _spectrum("4B", 500.0)

    applied = correct_rate(spectrum, _known("4B"))
    looked_at = correct_rate(spectrum, _known("4B"), _OFF)

    assert looked_at.outcome == "left as it is"
    assert looked_at.spectrum is spectrum
    np.testing.assert_allclose(applied.flux_before, spectrum.flux, rtol=1e-14)
    np.testing.assert_array_equal(looked_at.flux_before, spectrum.flux)
    np.testing.assert_array_equal(looked_at.flux_after, applied.flux_after)
    np.testing.assert_array_equal(looked_at.relative_error, np.zeros(201))


def test_beyond_the_last_lamp_date_it_is_flagged_and_the_error_grows() -> None:
    days = [DAYS[-1], DAYS[-1] + 60.0, DAYS[-1] + 400.0, DAYS[-1] + 1500.0]

    found = [correct_rate(_spectrum("4A", day), _known("4A")) for day in days]

    errors = [float(np.median(one.loss_error)) for one in found]
    assert [one.is_extrapolated for one in found] == [False, True, True, True]
    assert errors == sorted(errors)
    assert errors[-1] > 3.0 * errors[0]
    assert "400 d after the last lamp spectrum of 4A" in found[2].messages[0]
    assert found[2].messages[0] in found[2].spectrum.origin.notes


def test_before_the_first_lamp_date_it_is_flagged_too() -> None:
    corrected = correct_rate(_spectrum("4A", -30.0), _known("4A"))

    assert corrected.is_extrapolated
    assert "30 d before the first lamp spectrum" in corrected.messages[0]


def test_before_day_zero_the_rate_is_not_raised() -> None:
    corrected = correct_rate(_spectrum("4A", -30.0), _known("4A"))

    inside = (corrected.spectrum.wave_um > 18.0) & (corrected.spectrum.wave_um < 20.6)
    assert np.max(corrected.loss[inside]) <= 1.0


def test_it_is_never_taken_out_twice() -> None:
    once = correct_rate(_spectrum("4A", 400.0), _known("4A"))

    again = correct_rate(once.spectrum, _known("4A"))

    assert again.outcome == "left as it is"
    assert again.spectrum is once.spectrum
    assert "corrected already" in again.messages[0]
    with pytest.raises(DataError, match="corrected already"):
        correct_rate(once.spectrum, _known("4A"), _ON)


def test_what_the_pipeline_corrected_is_left_as_it_is() -> None:
    done = Origin(steps=(("S_PHOTOM", "COMPLETE"),), cal_version="1.15.1")

    left = correct_rate(replace(_spectrum("4A", 400.0), origin=done), _known("4A"))

    assert left.outcome == "left as it is"
    assert "pipeline has corrected" in left.messages[0]


@pytest.mark.parametrize(
    ("spectrum", "known", "reason"),
    [
        (_spectrum("4A", 400.0, unit="Jy"), _known("4A"), "count rates alone; this is in Jy"),
        (_spectrum("4A", 400.0), None, "No loss of count rate is known for band 4A"),
        (_spectrum("4A", None), _known("4A"), "time of the observation is not known"),
        (_spectrum("4A", -400.0), _known("4A", "power law"), "has no value at MJD 59280"),
        (_spectrum("4C", 3000.0), _known("4C", "linear"), "of the rate at MJD 62680"),
    ],
)
def test_what_stands_against_it_is_said_and_an_error_when_it_is_on(
    spectrum: Spectrum, known: KnownLoss | None, reason: str
) -> None:
    left = correct_rate(spectrum, known)

    assert left.outcome == "left as it is"
    assert left.spectrum is spectrum
    assert reason in left.messages[0]
    with pytest.raises(DataError, match=reason):
        correct_rate(spectrum, known, _ON)


def test_a_reference_file_gives_its_loss_without_errors() -> None:
    corrected = correct_rate(_spectrum("4A", 500.0), _REFERENCE)

    expected = 0.2 * np.exp(-2.5) + 0.8  # in both bins
    assert corrected.source == "photom.fits"
    np.testing.assert_allclose(corrected.loss, expected, rtol=1e-14)
    assert np.all(np.isnan(corrected.loss_error))
    np.testing.assert_array_equal(corrected.relative_error, np.zeros(201))
    assert "errors are not known" in corrected.messages[0]
