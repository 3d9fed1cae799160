"""Axes that are read in the unit of the user's choice, whatever unit the data have."""

import math

import numpy as np
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QApplication

from engine.arrays import FloatArray
from guiapp.look.units import Reading, reading_of
from guiapp.plots.axes import NumberAxis
from guiapp.plots.pixels import Scale, from_axis, to_axis
from guiapp.plots.ticks import TickLevels, multiples, powers_of, tick_levels, tick_text

_GAP = 6.0  # pixels between labels beside each other
_STEPS = (5.0, 2.0, 1.0)  # of each power of ten, the coarsest first: ticks that are not even
_POWERS = 4
_FINEST = 30.0  # steps in what is shown: finer ones are no round numbers any more
_UNEVEN_SHARE = 0.75  # of the usual distance of labels: uneven ones are read one by one


class ReadingAxis(NumberAxis):
    """A `NumberAxis` of wavelengths or fluxes: ticks are round in the unit that is read.

    The data keep their unit and their place, so that a choice of units changes no zoom.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._name = ""
        self._shown_scale: Scale = "linear"
        #: Axes that show the same range: one without a label of its own is read as they are.
        self.partners: tuple[ReadingAxis, ...] = ()

    def name(self, label: str) -> None:
        """Write the name of the axis, with the unit of the data; another one may be shown."""
        self._name = label
        self.setLabel(self.full_label)

    @property
    def reading(self) -> Reading | None:
        """How the axis is read; `None`: as its data are."""
        names = [self._name, *(one._name for one in self.partners)]
        return self._suited(reading_of(next((one for one in names if one), "")))

    def _suited(self, reading: Reading | None) -> Reading | None:
        """Return ``reading`` if this axis can be read so: magnitudes are even on a log axis."""
        is_crowded = reading is not None and reading.needs_log and self.scale_kind == "linear"
        return None if is_crowded else reading

    def levels(self, low: float, high: float, size: float) -> TickLevels:
        reading = self.reading
        if reading is None or self.names or not high > low:
            return super().levels(low, high, size)
        self._shown_scale = "log" if self.scale_kind == "log" and reading.suits_log else "linear"
        ends = self._shown(np.array([low, high]), reading)
        if not np.isfinite(ends).all():
            return []
        if self.scale_kind == "linear" and not reading.is_even and low > 0:
            return self._uneven_levels(low, high, size, reading)
        most = size / self.pixels_per_label
        found = tick_levels(float(ends.min()), float(ends.max()), most, self._shown_scale)
        placed: TickLevels = []
        for place, (step, values) in enumerate(found):
            at = self._data(np.array(values), reading)
            inside = [float(one) for one in at if low <= one <= high]
            kept = self._readable(inside, step, size / (high - low)) if place == 0 else inside
            placed.append((step, sorted(kept)))
        return placed

    def _uneven_levels(self, low: float, high: float, size: float, reading: Reading) -> TickLevels:
        """Return round numbers as close as labels may stand, the roundest first: 1000, 500, 400."""
        ends = self._shown(np.array([low, high]), reading)
        top = 10.0 ** math.floor(math.log10(float(ends.max())))
        apart = _UNEVEN_SHARE * self.pixels_per_label * (high - low) / size
        kept: list[float] = []
        step = top
        for power in range(_POWERS):
            for factor in _STEPS:
                finer = factor * top / 10.0**power
                if finer < float(np.ptp(ends)) / _FINEST:
                    break
                values = np.array(multiples(float(ends.min()), float(ends.max()), finer))
                for at in self._data(values[values > 0], reading).tolist():
                    room = min((abs(at - one) for one in kept), default=np.inf)
                    if low <= at <= high and room >= apart:
                        kept.append(at)
                        step = finer
        return [(step, sorted(kept))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        reading = self.reading
        if reading is None or self.names:
            return super().tickStrings(values, scale, spacing)
        shown = self._shown(np.array(values, dtype=np.float64), reading)
        is_log = self._shown_scale == "log"
        style = powers_of([float(one) for one in shown], spacing) if is_log else "plain"
        return [tick_text(float(one), spacing, self._shown_scale, style) for one in shown]

    @property
    def full_label(self) -> str:
        """Its name as it is read, however little of it fits beside the plot."""
        reading = self._suited(reading_of(self._name))
        return self._name if reading is None else reading.label

    def marks(self, low: float, high: float) -> tuple[tuple[float, str], ...]:
        """Return the data and the texts of the ticks from ``low`` to ``high`` (axis units).

        None where the axis is read as its data are: their numbers need no table.
        """
        if self.reading is None or self.names:
            return ()
        size = self._length()
        found = self.levels(low, high, size)[:1]
        return tuple(
            (from_axis(at, self.scale_kind), text)
            for step, places in found
            for at, text in zip(places, self.tickStrings(places, 1.0, step), strict=True)
        )

    def read_anew(self) -> None:
        """Take over the units that are chosen now."""
        self.name(self._name)
        self.picture = None
        self.update()

    def _shown(self, places: FloatArray, reading: Reading) -> FloatArray:
        """Return what is read at ``places`` of the axis; log10 of it where there are decades."""
        data = places if self.scale_kind == "linear" else 10.0**places
        return to_axis(reading.to_shown(data), self._shown_scale)

    def _data(self, shown: FloatArray, reading: Reading) -> FloatArray:
        """Return the places of the axis at which ``shown`` is read."""
        values = shown if self._shown_scale == "linear" else 10.0**shown
        return to_axis(reading.to_data(values), self.scale_kind)

    def _readable(self, places: list[float], step: float, pixels: float) -> list[float]:
        """Return the places whose labels do not overprint one before them."""
        metrics = QFontMetricsF(QApplication.font())
        is_across = self.orientation in {"bottom", "top"}
        texts = self.tickStrings(places, 1.0, step)
        kept: list[float] = []
        edge = -np.inf
        for at, text in sorted(zip(places, texts, strict=True)):
            size = metrics.horizontalAdvance(text) if is_across else metrics.height()
            if at * pixels - size / 2 >= edge:
                kept.append(at)
                edge = at * pixels + size / 2 + _GAP
        return kept
