"""The loss is that of the pipeline's time dependence."""

import numpy as np
import pytest

from engine.mrs.loss_application import read_columns
from engine.mrs.loss_models import loss_at, loss_in_bins

pytestmark = pytest.mark.reference

_WAVE = np.linspace(17.7, 20.9, 10)
_T0 = np.full(10, 59680.0)


def _powers() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    return {
        "binwave": _WAVE,
        "alpha": -rng.uniform(0.02, 0.3, 10),
        "year1value": rng.uniform(0.6, 1.0, 10),
        "tsoft": rng.uniform(1.0, 60.0, 10),
        "t0": _T0,
    }


@pytest.mark.parametrize("mjd", [59681.0, 59900.0, 60400.0, 61000.0])
def test_each_form_equals_the_pipelines(mjd: float) -> None:
    time_dependence = pytest.importorskip("jwst.photom.time_dependence")
    rng = np.random.default_rng(5)
    a, b, c = rng.uniform(0.01, 0.5, 10), rng.uniform(0.1, 1.0, 10), rng.uniform(0.5, 0.9, 10)
    slope, powers = rng.uniform(0.01, 0.2, 10), _powers()

    exponential = read_columns({"binwave": _WAVE, "acoeff": a, "bcoeff": b, "ccoeff": c, "x0": _T0})
    linear = read_columns({"binwave": _WAVE, "lossperyear": slope, "t0": _T0})
    power = read_columns(powers)

    np.testing.assert_allclose(
        loss_in_bins(exponential, mjd),
        time_dependence.exponential_correction(mjd, _T0, a, 100.0 / b, c),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        loss_in_bins(linear, mjd),
        time_dependence.linear_correction(mjd, _T0, slope),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        loss_in_bins(power, mjd),
        time_dependence.powerlaw_correction(
            mjd, _T0, powers["year1value"], powers["tsoft"], powers["alpha"]
        ),
        rtol=1e-12,
    )


@pytest.mark.parametrize("mjd", [59681.0, 59720.0, 60400.0])
def test_the_loss_at_a_wavelength_equals_the_pipelines(mjd: float) -> None:
    time_dependence = pytest.importorskip("jwst.photom.time_dependence")
    powers = _powers()
    wave = np.linspace(17.0, 21.5, 300)
    correction = time_dependence._get_mrs_correction_function("left", {"left": powers}, mjd)

    values = loss_at(read_columns(powers), mjd, wave)

    np.testing.assert_allclose(values, correction(wave), rtol=1e-12)
