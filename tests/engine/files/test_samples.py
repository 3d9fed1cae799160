"""Tests of engine.files.samples."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import FileError
from engine.files.notes import FileNotes
from engine.files.samples import Samples, ordered


def samples(wave, flux=None, error=None, flags=None, **columns):
    wave = np.asarray(wave, dtype=float)
    return Samples(
        wave,
        np.ones(wave.size) if flux is None else np.asarray(flux, dtype=float),
        np.full(wave.size, 0.1) if error is None else np.asarray(error, dtype=float),
        np.zeros(wave.size, np.uint32) if flags is None else np.asarray(flags, np.uint32),
        {name: np.asarray(values, dtype=float) for name, values in columns.items()},
    )


def notes():
    return FileNotes(Path("file.fits"))


def test_good_samples_stay_as_they_are_without_a_word():
    told = notes()
    given_samples = samples([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])

    result = ordered(given_samples, told)

    assert result is given_samples
    assert told.messages == ()


def test_repeated_wavelengths_are_averaged_by_their_errors():
    # Weights 1/0.1^2 and 1/0.2^2: (4 * 1 + 1 * 2) / 5 = 1.2; error 1/sqrt(125).
    result = ordered(samples([5.0, 6.0, 6.0], [9.0, 1.0, 2.0], [0.1, 0.1, 0.2]), notes())

    assert_array_equal(result.wave_um, [5.0, 6.0])
    assert_allclose(result.flux, [9.0, 1.2], rtol=1e-12)
    assert_allclose(result.error, [0.1, 125**-0.5], rtol=1e-12)


def test_repeated_wavelengths_without_errors_are_averaged_evenly():
    result = ordered(samples([6.0, 6.0], [1.0, 2.0], [np.nan, np.nan], extra=[3.0, 5.0]), notes())

    assert_allclose(result.flux, [1.5])
    assert np.isnan(result.error[0])
    assert_allclose(result.columns["extra"], [4.0])


def test_a_flagged_sample_does_not_enter_the_average():
    result = ordered(samples([6.0, 6.0], [1.0, 99.0], flags=[0, 1]), notes())

    assert_allclose(result.flux, [1.0])
    assert result.flags.tolist() == [0]


def test_the_count_of_what_was_dropped_is_said():
    told = notes()

    result = ordered(samples([np.nan, 5.0, -1.0, 6.0, np.inf]), told)

    assert result.wave_um.tolist() == [5.0, 6.0]
    assert "3 of 5" in told.messages[0].text


def test_no_wavelength_at_all_is_refused():
    with pytest.raises(FileError, match="All 2 wavelengths"):
        ordered(samples([np.nan, 0.0]), notes())


def test_gaps_filled_with_zeros_become_no_measurement():
    result = ordered(samples([1.0, 2.0, 3.0], [0.0, 0.0, 5.0], [0.0, 0.1, 0.1]), notes())

    assert_array_equal(result.flux, [np.nan, 0.0, 5.0])


def test_errors_of_flagged_samples_are_masked_without_a_word():
    told = notes()

    result = ordered(samples([1.0, 2.0], error=[0.0, 0.1], flags=[1, 0]), told)

    assert_array_equal(result.error, [np.nan, 0.1])
    assert told.messages == ()


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0]), min_size=1, max_size=12), st.randoms())
def test_the_order_of_the_rows_never_matters(waves, random):
    flux = [10.0 * wave + n % 3 for n, wave in enumerate(waves)]
    rows = list(zip(waves, flux, strict=True))
    mixed = rows[:]
    random.shuffle(mixed)

    one, other = (ordered(samples(*zip(*some, strict=True)), notes()) for some in (rows, mixed))

    assert_array_equal(one.wave_um, other.wave_um)
    assert_allclose(one.flux, other.flux, rtol=1e-12)
    assert np.all(np.diff(one.wave_um) > 0.0)
