"""Photom references hold the factor of each pixel, and update what was delivered."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.frames import SHAPE, Frame, frame_named
from engine.model.identity import Identity
from engine.model.photom import PhotomReference
from engine.model.vector import CalibrationVector, FactorKind
from engine.mrs.loss_application import read_columns
from engine.mrs.loss_models import LossTable, loss_at
from engine.mrs.photom_losses import losses_of
from engine.mrs.photom_reference import PhotomParams, make_photom_reference
from engine.simulate.detector import wave_map

_EXPONENTIAL = read_columns(
    {"binwave": [5.0, 5.6], "acoeff": [0.2, 0.3], "bcoeff": [0.5, 0.6],
     "ccoeff": [0.8, 0.7], "x0": [59680.0, 59680.0]}
)  # fmt: skip
_POWER = read_columns(
    {"binwave": [5.0, 5.6], "alpha": [-0.1, -0.2], "year1value": [0.9, 0.8],
     "tsoft": [20.0, 30.0], "t0": [59680.0, 59680.0]}
)  # fmt: skip


@cache
def _frame() -> Frame:
    found = frame_named("12A")
    assert found is not None
    return found


@cache
def _map() -> np.ndarray:
    return wave_map(_frame())


def _curve(wave: np.ndarray) -> np.ndarray:
    """Return a truth that a straight line between samples follows exactly."""
    return 100.0 + 7.0 * wave


def _vector(
    band: str, *, kind: FactorKind = "calibration factor", low: float = 0.0, high: float = 0.0
) -> CalibrationVector:
    one = next(band_ for band_, _ in _frame().halves if band_.name == band)
    wave = np.linspace(one.wave_min_um - 0.1 + low, one.wave_max_um + 0.1 - high, 500)
    value = _curve(wave) if kind == "calibration factor" else 1.0 + 0.01 * (wave - 5.0)
    return CalibrationVector(
        wave_um=wave,
        value=value,
        stat_error=np.full(500, 3.0),
        sys_error=np.full(500, 4.0),
        flags=np.zeros(500, dtype=np.uint32),
        kind=kind,
        identity=Identity(target="combined", band=band),
    )


def _both(**options: object) -> dict[str, CalibrationVector]:
    return {band: _vector(band, **options) for band in ("1A", "2A")}  # type: ignore[arg-type]


def _delivered(**changes: object) -> PhotomReference:
    rng = np.random.default_rng(1)
    factor = rng.uniform(50.0, 200.0, SHAPE).astype(np.float32)
    factor[_map() == 0] = np.nan
    flags = np.zeros(SHAPE, dtype=np.uint32)
    flags[5, 5] = 4
    return replace(
        PhotomReference(
            frame="12A",
            factor=factor,
            error=np.ones(SHAPE, np.float32),
            flags=flags,
            flag_names=((2, "DO_NOT_USE"), (4, "UNRELIABLE_SLOPE")),
            losses={"TIMECOEFF_CH1": {"binwave": np.array([5.0, 6.0])}},
        ),
        **changes,
    )


def test_each_pixel_gets_the_factor_of_its_wavelength() -> None:
    made = make_photom_reference(_frame(), _map(), _both())

    lit = _map() > 0
    np.testing.assert_allclose(made.reference.factor[lit], _curve(_map()[lit]), rtol=1e-6)
    assert np.all(np.isnan(made.reference.factor[~lit]))
    np.testing.assert_array_equal(made.reference.flags, (~lit).astype(np.uint32))
    np.testing.assert_allclose(made.reference.error[lit], 5.0)
    assert made.base == "new"


def test_a_delivered_reference_is_multiplied_by_the_factor() -> None:
    old = _delivered()

    made = make_photom_reference(_frame(), _map(), _both(kind="relative factor"), delivered=old)

    lit = _map() > 0
    expected = old.factor[lit].astype(float) * (1.0 + 0.01 * (_map()[lit] - 5.0))
    np.testing.assert_allclose(made.reference.factor[lit], expected, rtol=1e-6)
    assert made.reference.losses is old.losses
    assert made.reference.flag_names == old.flag_names
    assert made.reference.flags[5, 5] == 4
    assert np.all(made.reference.flags[~lit] & 2)


def test_a_factor_of_one_gives_the_delivered_reference_back() -> None:
    old = _delivered()
    ones = {
        band: replace(one, value=np.ones(500), stat_error=np.zeros(500), sys_error=np.zeros(500))
        for band, one in _both(kind="relative factor").items()
    }

    made = make_photom_reference(_frame(), _map(), ones, delivered=old)

    np.testing.assert_array_equal(made.reference.factor, old.factor)


@pytest.mark.parametrize("beyond", ["leave out", "hold"])
def test_pixels_beyond_the_vector_are_left_out_or_hold_its_end_and_are_told(beyond: str) -> None:
    vectors = {"1A": _vector("1A", low=0.2, high=0.3), "2A": _vector("2A")}
    params = PhotomParams(beyond=beyond)  # type: ignore[arg-type]

    made = make_photom_reference(_frame(), _map(), vectors, params)

    left, wave = made.reference.factor[:, :512], _map()[:, :512]
    grid = vectors["1A"].wave_um
    low, high = (wave > 0) & (wave < grid[0]), wave > grid[-1]
    assert made.halves[0].n_beyond == low.sum() + high.sum() > 1000
    assert f"{made.halves[0].n_beyond} pixels of 1A" in made.messages[0]
    if beyond == "hold":
        np.testing.assert_allclose(left[low], _curve(grid[0]), rtol=1e-6)
        np.testing.assert_allclose(left[high], _curve(grid[-1]), rtol=1e-6)
    else:
        assert np.all(np.isnan(left[low | high]))
        assert np.all(made.reference.flags[:, :512][low | high] == 1)


def test_a_missing_band_leaves_its_half_empty_and_says_so() -> None:
    made = make_photom_reference(_frame(), _map(), {"1A": _vector("1A")})

    assert np.all(np.isnan(made.reference.factor[:, 512:]))
    assert np.isfinite(made.reference.factor[:, :512]).any()
    assert "no vector of 2A" in made.messages[0]


def test_both_forms_of_the_loss_are_written_for_all_four_channels() -> None:
    losses = {"1A": (_EXPONENTIAL, _POWER), "2A": (_EXPONENTIAL,)}

    made = make_photom_reference(_frame(), _map(), _both(), losses=losses)

    names = {f"TIMECOEFF_{form}CH{n}" for form in ("", "POWERLAW_") for n in (1, 2, 3, 4)}
    assert set(made.reference.losses) == names
    newest, older = losses_of(made.reference, "1A")
    wave = np.array([5.3])
    for found, truth in ((newest, _POWER), (older, _EXPONENTIAL)):
        assert loss_at(found, 60200.0, wave) == loss_at(truth, 60200.0, wave)
    assert loss_at(losses_of(made.reference, "3A")[0], 60200.0, np.array([12.0])) == 1.0
    assert any("power law form is known for 2A" in one for one in made.messages)


def test_a_table_of_one_bin_is_written_as_two_for_the_pipeline_interpolates() -> None:
    single = LossTable("power law", np.array([5.3]), {n: v[:1] for n, v in _POWER.columns.items()})

    made = make_photom_reference(_frame(), _map(), _both(), losses={"1A": (single,)})

    [table] = [one for one in losses_of(made.reference, "1A") if one.form == "power law"]
    assert table.wave_um.size == 2
    np.testing.assert_array_equal(
        loss_at(table, 60200.0, np.array([5.0, 6.0])),
        loss_at(single, 60200.0, np.array([5.0, 6.0])),
    )


def test_without_a_loss_there_is_no_table_and_that_is_said() -> None:
    made = make_photom_reference(_frame(), _map(), _both())

    assert made.reference.losses == {}
    assert any("the pipeline will not correct it" in one for one in made.messages)


@pytest.mark.parametrize(
    ("vectors", "options", "reason"),
    [
        ({}, {}, "no vector of 1A or 2A"),
        (_both(kind="relative factor"), {}, "need the delivered photom reference"),
        (_both(), {"params": PhotomParams(base="delivered")}, "make no update of a delivered"),
        (
            _both(kind="relative factor"),
            {"params": PhotomParams(base="new"), "delivered": _delivered()},
            "make no new reference",
        ),
        (
            {"1A": _vector("1A"), "2A": _vector("2A", kind="relative factor")},
            {"delivered": _delivered()},
            "two kinds",
        ),
        (_both(), {"delivered": _delivered(frame="34A")}, "is of 34A, not of 12A"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(vectors, options, reason) -> None:
    with pytest.raises(DataError, match=reason):
        make_photom_reference(_frame(), _map(), vectors, **options)


def test_a_map_of_another_shape_is_refused() -> None:
    with pytest.raises(DataError, match="16 x 16 pixels, not 1024 x 1032"):
        make_photom_reference(_frame(), np.ones((16, 16)), _both())
