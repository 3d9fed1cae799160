"""The loss of count rate over wavelength for chosen dates, with the jumps between bands."""

from collections.abc import Sequence

import numpy as np

from engine.model.bands import bands
from engine.mrs.count_rate_loss import BandLoss, DateRatio, evaluate_loss
from engine.mrs.loss_models import DAY_ZERO_MJD
from guiapp.plots.curves import CurveLayer
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot

_SLOTS = (0, 1)  # two dates at most
_NEAR_DAYS = 1.0


class LossSpectra:
    """One plot with all bands: ratios as points, the loss of the bins as curves."""

    def __init__(self) -> None:
        self.plot = ThemedPlot(
            name="Loss over wavelength",
            x_label="Wavelength (µm)",
            y_label="Count rate over day zero",
        )
        self.plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self._points: dict[tuple[str, int], PointsLayer] = {}
        self._curves: dict[tuple[str, int], CurveLayer] = {}
        for band in bands():
            for slot in _SLOTS:
                symbol = PointStyle(f"band {band.name}", size=3.5, opacity=0.8)
                where = (band.name, slot)
                self._points[where] = self.plot.add_layer(PointsLayer((symbol,)), z=2)
                self._curves[where] = self.plot.add_layer(CurveLayer("text", width=1.4), z=3)

    def show(self, losses: Sequence[BandLoss], day: int | None) -> None:
        """Draw the dates near ``day``; `None`: a middle one and the last one of each band."""
        known = {one.band: one for one in losses}
        empty = np.zeros(0)
        for band in bands():
            loss = known.get(band.name)
            dates = () if loss is None else _chosen(loss, day)
            for slot in _SLOTS:
                where = (band.name, slot)
                if loss is None or slot >= len(dates):
                    self._points[where].set_data(empty, empty)
                    self._curves[where].set_data(empty, empty)
                    continue
                date = dates[slot]
                level = float(loss.fit.values[0])
                self._points[where].set_data(loss.wave_um, date.spectrum / level)
                found = evaluate_loss(loss, date.mjd, loss.wave_um)
                self._curves[where].set_data(loss.wave_um, found.values)

    def points_of(self, band: str, slot: int = 0) -> PointsLayer:
        """Return the points of one band and date."""
        return self._points[band, slot]


def _chosen(loss: BandLoss, day: int | None) -> tuple[DateRatio, ...]:
    if day is not None:
        near = (one for one in loss.dates if abs(one.mjd - DAY_ZERO_MJD - day) <= _NEAR_DAYS)
        return tuple(near)[: len(_SLOTS)]
    used = [one for one in loss.dates if one.is_used]
    if len(used) < 3:
        return tuple(used[-1:])
    middle = min(used, key=lambda one: abs(one.mjd - 0.5 * (loss.first_mjd + loss.last_mjd)))
    return (middle, used[-1])
