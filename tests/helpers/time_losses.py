"""Observations of several stars in a filter that loses response, with known truth."""

from collections.abc import Mapping

import numpy as np

from engine.imaging.observations import MJY_OF_JY, PIXEL_SR, ImagingTable
from tests.helpers.imaging_tables import imaging_table

ZERO_MJD = 59720.0
MONITOR = "BD+60 1753"
THROUGHPUTS: Mapping[str, float] = {"FULL": 1.0, "SUB256": 0.98, "SUB64": 0.966}
_CORRECTION = 1.5


def factor_rows(
    factors: np.ndarray, *, errors: np.ndarray | float = 0.0, **columns: object
) -> ImagingTable:
    """Return observations whose factors are ``factors``, with these relative errors."""
    count = len(factors)
    flux = MJY_OF_JY * 1e-3 / (factors * _CORRECTION * PIXEL_SR)
    relative = np.broadcast_to(errors, count)
    return imaging_table(
        count,
        flux_dn_s=flux,
        flux_error=flux * relative,
        aperture_correction=np.full(count, _CORRECTION),
        **columns,
    )


def losing_filter(
    rng: np.random.Generator | None,
    *,
    name: str = "F2550W",
    asymptote: float = 0.9064,
    amplitude: float = -0.2011,
    tau_days: float = 235.4,
    scatter: float = 0.012,
    error: float = 0.003,
) -> ImagingTable:
    """Return observations of the monitor and two other stars, as Gordon+2025, Sec. 3.1, had them.

    Models of the others are wrong by 2 and 3 per cent. Without ``rng`` there is no noise.
    """
    monitor = np.concatenate([np.linspace(5.0, 60.0, 5), np.arange(400.0, 1000.0, 30.0)])
    days = np.concatenate([monitor, [110.0, 150.0, 480.0], [130.0, 190.0, 495.0]])
    stars = (MONITOR,) * monitor.size + ("δ UMi",) * 3 + ("HD 37962",) * 3
    # In commissioning, the monitor was observed in FULL.
    subarrays = ("FULL",) * 5 + ("SUB256",) * (monitor.size - 5) + ("SUB64",) * 6
    models = np.array([{MONITOR: 1.0, "δ UMi": 1.02, "HD 37962": 0.97}[one] for one in stars])
    throughput = np.array([THROUGHPUTS[one] for one in subarrays])
    factors = (asymptote + amplitude * np.exp(-days / tau_days)) * models / throughput
    if rng is not None:
        factors = factors * (1.0 + np.hypot(scatter, error) * rng.standard_normal(days.size))
    return factor_rows(
        factors,
        errors=error if rng is not None else 0.0,
        ids=tuple(f"{name}.{i}" for i in range(days.size)),
        stars=stars,
        subarrays=subarrays,
        filters=(name,) * days.size,
        mjd=ZERO_MJD + days,
    )
