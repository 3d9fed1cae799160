"""Tests of engine.lrs.dropouts: the truth is injected by the simulation."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.dropouts import DropoutParams, find_dropouts
from engine.lrs.spectral_image import spectral_image
from engine.model.data_quality import DO_NOT_USE, FLUX_ESTIMATED
from engine.simulate.lrs_slit import draw_runs

REPAIR = DropoutParams(repair="profile")


def search(nods, made, params=REPAIR, *, spectrum=True, **image):
    found = nods.spectrum(made) if spectrum else None
    return find_dropouts(spectral_image(nods.image(made, **image)), params, spectrum=found)


def rows_of(found):
    return tuple((one.first_row, one.last_row) for one in found.dropouts)


def check_seeds(nods, seeds):
    """Return the runs that were injected and found in many images of both sources."""
    injected, found = [], []
    for seed in seeds:
        runs = draw_runs(np.random.default_rng(seed), seed % 5)
        source = (nods.blue, nods.red)[seed % 2]
        made = nods.make(seed, source=source, nod=seed // 2 % 2, runs=runs)
        injected.append(runs)
        found.append(rows_of(search(nods, made, spectrum=False)))
    return injected, found


def test_all_injected_runs_are_found_and_none_is_invented(nods):
    injected, found = check_seeds(nods, range(60))

    assert found == injected


@pytest.mark.rig
def test_all_injected_runs_are_found_and_none_is_invented_in_400_images(nods):
    injected, found = check_seeds(nods, range(1000, 1400))

    assert found == injected


def test_pixels_that_are_nan_but_not_flagged_are_found_too(nods):
    runs = ((150, 152), (300, 300))
    made = nods.make(4, runs=runs)

    assert rows_of(search(nods, made, flags=False)) == runs


def test_the_repair_brings_the_light_back(nods):
    lost, mended = [], []
    for seed in range(20):
        made = nods.make(seed, runs=((300, 304),))
        found = search(nods, made)
        rows = slice(300, 305)
        true = made.true_jy[rows]
        lost.append(np.mean(made.flux_jy[rows] / true))
        mended.append(np.mean(found.matched.on_rows[rows] / true))

    assert np.mean(lost) < 0.75
    assert abs(np.mean(mended) - 1.0) < 0.01
    assert np.std(mended) < 0.03


def test_the_repair_flags_what_it_makes_and_touches_nothing_else(nods):
    made = nods.make(2, runs=((200, 203),))
    before = nods.spectrum(made)

    found = search(nods, made)

    changed = found.spectrum.flux != before.flux
    rows = np.sort(made.wave_um)[changed]
    assert np.array_equal(np.sort(rows), np.sort(made.wave_um[200:204]))
    assert np.all(found.spectrum.flags[changed] & FLUX_ESTIMATED)
    assert not np.any(found.spectrum.flags & DO_NOT_USE)
    known = np.isfinite(found.values)
    assert np.array_equal(found.repaired[known], found.values[known])


def test_without_the_repair_everything_stays_as_it_is(nods):
    made = nods.make(2, runs=((200, 203),))

    found = search(nods, made, DropoutParams())

    assert np.array_equal(found.repaired, found.values, equal_nan=True)
    assert np.array_equal(found.matched.spectrum.flux, nods.spectrum(made).flux)
    assert "left as they are" in found.messages[0]
    with pytest.raises(DataError, match="repair of dropouts is off"):
        _ = found.spectrum
    with pytest.raises(DataError, match="No extracted spectrum"):
        _ = search(nods, made, spectrum=False).spectrum


def test_a_dropout_says_what_it_takes_and_where(nods):
    made = nods.make(2, runs=((200, 203),))

    (one,) = search(nods, made).dropouts

    assert one.n_rows == 4
    assert 4 <= one.n_pixels <= 8
    assert 0.2 < one.lost < 0.9
    assert one.in_spectrum == "low"
    assert np.isclose(one.low_um, made.wave_um[203], atol=1e-5)
    assert np.isclose(one.high_um, made.wave_um[200], atol=1e-5)


def test_samples_that_are_nan_in_the_spectrum_are_called_missing_and_filled(nods):
    made = nods.make(2, runs=((200, 203),))
    made.flux_jy[200:204] = np.nan

    found = search(nods, made)

    assert found.dropouts[0].in_spectrum == "missing"
    assert np.all(np.abs(found.matched.on_rows[200:204] / made.true_jy[200:204] - 1.0) < 0.1)
    assert np.isnan(found.spectrum.error[found.spectrum.flags != 0]).all()


def test_without_wavelengths_and_spectrum_rows_are_counted(nods):
    found = search(nods, nods.make(3, runs=((120, 121),)), spectrum=False, wave=False)

    assert rows_of(found) == ((120, 121),)
    assert np.isnan(found.dropouts[0].low_um)
    assert found.dropouts[0].in_spectrum == "no spectrum"
    assert "rows are counted instead" in " ".join(found.messages)


def test_the_rows_take_their_wavelengths_from_the_spectrum(nods):
    made = nods.make(3, runs=((120, 121),))

    found = search(nods, made, wave=False)

    assert np.allclose(found.wave_um, made.wave_um)
