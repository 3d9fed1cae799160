"""The simulated frames see the wavelengths and hold the factors that they are meant to."""

import numpy as np
import pytest

from engine.files import load
from engine.model.frames import SHAPE, SPLIT_COLUMN, Frame, frame_named, frames
from engine.simulate.detector import (
    background_frame_bytes,
    delivered_reference_bytes,
    earlier_factor_map,
    wave_map,
)
from engine.simulate.instrument import Instrument, draw_instrument
from engine.simulate.lamps import DAY_ZERO_MJD, LampLoss


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return draw_instrument(np.random.default_rng(3))


def _frame(name: str) -> Frame:
    found = frame_named(name)
    assert found is not None
    return found


@pytest.mark.parametrize("frame", frames(), ids=lambda one: one.name)
def test_each_half_sees_its_band_and_little_else(frame: Frame) -> None:
    wave = wave_map(frame)

    assert wave.shape == SHAPE
    for band, columns in frame.halves:
        seen = wave[:, columns][wave[:, columns] > 0]
        room = 0.02 * (band.wave_max_um - band.wave_min_um)
        assert band.wave_min_um - room < seen.min() < band.wave_min_um
        assert band.wave_max_um < seen.max() < band.wave_max_um + room
        assert 0.8 < seen.size / wave[:, columns].size < 0.96


def test_wavelength_rises_along_the_left_half_and_falls_along_the_right_one() -> None:
    wave = wave_map(_frame("34B"))

    for columns, sign in ((slice(0, SPLIT_COLUMN), 1.0), (slice(SPLIT_COLUMN, None), -1.0)):
        half = wave[:, columns]
        lit = half[:, half[0] > 0]
        assert np.all(sign * np.diff(lit, axis=0) > 0)


def test_the_frame_of_empty_sky_opens_with_its_map(tmp_path) -> None:
    path = tmp_path / "cal.fits.gz"
    path.write_bytes(background_frame_bytes(_frame("12A"), filename="cal.fits"))

    loaded = load(path)

    [image] = loaded.products
    assert (loaded.kind, loaded.role, loaded.messages) == ("image", "other", ())
    expected = wave_map(_frame("12A"))
    np.testing.assert_array_equal(np.nan_to_num(image.wave_um), expected.astype(np.float32))


def test_the_delivered_reference_opens_with_its_factors_and_its_loss(instrument, tmp_path) -> None:
    frame = _frame("34C")
    path = tmp_path / "photom.fits.gz"
    path.write_bytes(delivered_reference_bytes(instrument, frame, filename="photom.fits"))

    loaded = load(path)

    first, second = loaded.products
    assert (loaded.kind, loaded.messages) == ("photom reference", ())
    assert (first.identity.band, second.identity.band) == ("4C", "3C")
    assert sorted(first.losses) == [f"TIMECOEFF_CH{n}" for n in (1, 2, 3, 4)]
    np.testing.assert_allclose(first.factor, earlier_factor_map(instrument, frame), rtol=1e-5)
    one = first.losses["TIMECOEFF_CH4"]
    day = 500.0
    loss = one["acoeff"] * np.exp(-one["bcoeff"] * day / 100.0) + one["ccoeff"]
    expected = LampLoss(frame.left).value(DAY_ZERO_MJD + day, one["binwave"])
    np.testing.assert_allclose(loss, expected, rtol=1e-6)
