"""View of the loss of count rate: twelve bands over time, and all of them over wavelength."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QWidget

from engine.arrays import FloatArray
from engine.mrs.count_rate_loss import BandLoss, DateRatio
from engine.mrs.loss_models import DAY_ZERO_MJD
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, button, fitted
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import BandPanels
from guiapp.views.loss_spectra import LossSpectra

Page = Literal["ratio", "residual", "wavelength"]

_PAGES = (
    ("ratio", "Over time", "Ratio to day zero over time, with the fit"),
    ("residual", "Residuals", "Ratio minus fit, per cent"),
    ("wavelength", "Over wavelength", "Ratio over wavelength for one date or two"),
)
_QUANTITIES = {
    "ratio": "count rate over that of day zero",
    "residual": "ratio − fit, per cent",
    "wavelength": "count rate over that of day zero",
}
_PICK_PIXELS = 9.0
_CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6)
_RING = PointStyle("accent", symbol="circle", size=13.0, fill="open", line=1.8)
_EXCLUDE, _BRING_BACK = "Leave out date…", "Bring date back"
_DEFAULT_DATES = "middle and last"


class _Panel:
    """The layers of one band over time."""

    def __init__(self, plot: ThemedPlot, band: str) -> None:
        self.plot = plot
        self.zero = plot.add_layer(LevelsLayer("dim"), z=1)
        self.fit = plot.add_layer(CurveLayer("text", width=1.5), z=2)
        self.bars = plot.add_layer(ErrorBarsLayer(f"band {band}", opacity=0.8), z=3)
        styles = (PointStyle(f"band {band}", symbol="square", size=6.0), _CROSS)
        self.points = plot.add_layer(PointsLayer(styles), z=4)
        self.ring = plot.add_layer(PointsLayer((_RING,), counts=()), z=5)
        self.dates: tuple[DateRatio, ...] = ()
        self.x: FloatArray = np.zeros(0)
        self.y: FloatArray = np.zeros(0)

    def show(self, loss: BandLoss | None, page: Page) -> None:
        """Draw ratios and fit, or residuals."""
        empty = np.zeros(0)
        self.dates = () if loss is None else _shown(loss)
        if loss is None:
            self.x = self.y = empty
            self.points.set_data(empty, empty)
            self.bars.set_data(empty, empty, empty)
            self.fit.set_data(empty, empty)
            self.zero.set_values(())
            return
        level = float(loss.fit.values[0])
        self.x = np.array([one.mjd for one in self.dates]) - DAY_ZERO_MJD
        ratio = np.array([one.ratio for one in self.dates]) / level
        error = np.array([one.error for one in self.dates]) / level
        is_ratio = page == "ratio"
        self.y = ratio if is_ratio else 100.0 * (ratio - loss.fit.loss_at(self.x))
        kinds = np.array([0 if one.is_used else 1 for one in self.dates], dtype=np.int64)
        self.points.set_data(self.x, self.y, kinds)
        self.bars.set_data(self.x, self.y, error if is_ratio else 100.0 * error)
        self.zero.set_values((1.0 if is_ratio else 0.0,))
        count = 120 if is_ratio else 0
        days = np.linspace(min(0.0, float(self.x[0])), float(self.x[-1]), count)
        self.fit.set_data(days, loss.fit.loss_at(days))

    def mark(self, date: str) -> None:
        """Ring the date ``date``."""
        chosen = np.array([one.id == date for one in self.dates], dtype=bool)
        self.ring.set_data(self.x[chosen], self.y[chosen])


class CountRateLossView(QWidget):
    """Draws the loss of all bands; says which date is picked, and which one shall be left out.

    Signals
    -------
    band_chosen(str)
        The user clicked in the plot of a band.
    exclusion_wanted(str)
        Id of the lamp spectrum to leave out, or to bring back.
    cursor_changed(str)
        Text below the plots.
    """

    band_chosen = pyqtSignal(str)
    exclusion_wanted = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a date to select it · x or Delete: leave it out, or bring it back"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.losses: tuple[BandLoss, ...] = ()
        self.page: Page = "ratio"
        self._picked = ("", "")  # band, id
        self.panels = BandPanels("Loss", x_label="Days since 2022-04-11", x_numbers="lowest row")
        self.spectra = LossSpectra()
        self.pages = SegmentBar("What is shown", _PAGES)
        self.dates = QComboBox()
        self.exclude = button(_EXCLUDE, "quiet", tip="Leave the selected date out (x)")
        self.quantity = Label("", "dim")
        self.remark = ElidedLabel("", "dim", rows=3)
        self._panels = {band: _Panel(plot, band) for band, plot in self.panels.plots.items()}
        self._build()
        self._connect()
        self._turn("ratio")
        self._mark()

    def _build(self) -> None:
        self.dates.setAccessibleName("Dates over wavelength")
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        for part in (self.pages, self.dates, self.exclude):
            row.addWidget(part)
        row.addWidget(self.remark, 1)
        row.addWidget(self.quantity)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.panels)
        self._stack.addWidget(self.spectra.plot)
        self.empty = EmptyState.over(self, SentenceRow(row, self.remark), self._stack)

    def _connect(self) -> None:
        self.pages.chosen.connect(self._turn)
        self.dates.activated.connect(lambda _i: self._draw_spectra())
        self.exclude.clicked.connect(self.ask_exclusion)
        self.spectra.plot.cursor_moved.connect(self._on_wavelength)
        first = next(iter(self.panels.plots.values()))
        for band, plot in self.panels.plots.items():
            plot.add_tool(_PickDate(self, band))
            plot.all_bounds = lambda band=band: self._bounds(band)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            if plot is not first:
                first.link_x(plot)

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave the selected date out, or bring it back."""
        for plot in self.panels.plots.values():
            for key in keys:
                plot.keys.bind(key, self.ask_exclusion)

    def show_losses(self, losses: Sequence[BandLoss], problems: Sequence[tuple[str, str]]) -> None:
        """Draw what there is; ``problems`` are bands without a loss, and why."""
        is_new = {one.band for one in losses} != {one.band for one in self.losses}
        self.losses = tuple(losses)
        self.empty.say("")
        reasons = dict(problems)
        known = {one.band: one for one in losses}
        for band, caption in self.panels.captions.items():
            reason = "" if band in known else reasons.get(band, "no lamp spectra")
            loss = known.get(band)
            text, more = ("", "") if loss is None else caption_of(loss)
            caption.say(text, more=more, reason=reason)
        self._offer_dates()
        self._draw()
        self._draw_spectra()
        self.say(" ".join(dict.fromkeys(reasons.values())))
        if is_new:
            self.panels.for_each(ThemedPlot.show_all_afresh)
            self.spectra.plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.losses = ()
        self._draw()
        self._draw_spectra()
        self.empty.say(reason)

    def say(self, text: str) -> None:
        """Write beside the choices."""
        self.remark.set_full_text(text)

    def pick(self, band: str, date: str) -> None:
        """Mark one date of one band."""
        self._picked = (band, date)
        self._mark()

    @property
    def band(self) -> str:
        """The band that was clicked last."""
        return self._picked[0]

    def picked(self) -> DateRatio | None:
        """Return the date that is marked."""
        band, date = self._picked
        panel = self._panels.get(band)
        return next((one for one in panel.dates if one.id == date), None) if panel else None

    def ask_exclusion(self) -> None:
        """Say that the marked date shall be left out, or brought back."""
        date = self.picked()
        if date is not None:
            self.exclusion_wanted.emit(date.id)

    def date_at(self, band: str, mouse: PlotMouse) -> DateRatio | None:
        """Return the date under the mouse in the plot of ``band``."""
        panel = self._panels[band]
        index = panel.points.point_at(mouse, _PICK_PIXELS)
        return panel.dates[index] if index >= 0 else None

    def choose(self, band: str, date: DateRatio | None) -> None:
        """Take a click in the plot of a band."""
        self.pick(band, "" if date is None else date.id)
        self.band_chosen.emit(band)

    def tell(self, band: str, date: DateRatio | None) -> None:
        """Write what is under the cursor below the plots."""
        self.cursor_changed.emit("" if date is None else date_text(band, date))

    def points_of(self, band: str) -> PointsLayer:
        """Return the points of one panel."""
        return self._panels[band].points

    def fit_of(self, band: str) -> CurveLayer:
        """Return the curve of one panel."""
        return self._panels[band].fit

    def _turn(self, page: Page) -> None:
        self.page = page
        is_time = page != "wavelength"
        self._stack.setCurrentIndex(0 if is_time else 1)
        self.exclude.setVisible(is_time)
        self.dates.setVisible(not is_time)
        self.quantity.setText(_QUANTITIES[page])
        self._draw()
        if is_time:
            self.panels.for_each(ThemedPlot.show_all_afresh)

    def _draw(self) -> None:
        known = {one.band: one for one in self.losses}
        for band, panel in self._panels.items():
            panel.show(known.get(band), self.page)
        self._mark()

    def _mark(self) -> None:
        for band, panel in self._panels.items():
            panel.mark(self._picked[1] if band == self._picked[0] else "")
        date = self.picked()
        self.exclude.setEnabled(date is not None)
        text = _BRING_BACK if date is not None and not date.is_used else _EXCLUDE
        self.exclude.setText(text)
        self.exclude.setAccessibleName(text.rstrip("…"))

    def _offer_dates(self) -> None:
        days = sorted({round(one.mjd - DAY_ZERO_MJD) for loss in self.losses for one in loss.dates})
        texts = [_DEFAULT_DATES, *(f"day {day}" for day in days)]
        if [self.dates.itemText(i) for i in range(self.dates.count())] != texts:
            self.dates.clear()
            self.dates.addItem(_DEFAULT_DATES, None)
            for day in days:
                self.dates.addItem(f"day {day}", day)

    def _draw_spectra(self) -> None:
        self.spectra.show(self.losses, self.dates.currentData())

    def _bounds(self, band: str) -> Bounds | None:
        """Show all days of all bands, and the values of this one with their errors."""
        panel = self._panels[band]
        every = [one.x for one in self._panels.values() if one.x.size]
        if not every:
            return None
        days = np.concatenate(every)
        least = 0.01 if self.page == "ratio" else 0.2
        middle = 1.0 if self.page == "ratio" else 0.0
        errors = np.nan_to_num(panel.bars.errors)
        low = min(np.min(panel.y - errors, initial=middle), middle - least)
        high = max(np.max(panel.y + errors, initial=middle), middle + 0.1 * least)
        room = 0.05 * float(np.ptp(days)) + 5.0
        below = float(low - 0.1 * (high - low))
        above = float(high + 0.4 * (high - low))  # for the caption
        return float(days.min()) - room, float(days.max()) + room, below, above

    def _on_wavelength(self, x: float, y: float, _index: int) -> None:
        self.cursor_changed.emit(f"{wave_text(x, 3)}   {fixed_text(y, 4)}")


class _PickDate(MouseTool):
    """Selects the date that is clicked, and reads the one under the cursor."""

    def __init__(self, view: CountRateLossView, band: str) -> None:
        self._view = view
        self._band = band

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        date = self._view.date_at(self._band, mouse)
        self._view.tell(self._band, date)
        return None if date is None else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._view.choose(self._band, self._view.date_at(self._band, mouse))
        return True


def caption_of(loss: BandLoss) -> tuple[str, str]:
    """Return what is left on the last day, and the day, as they are printed in the panel."""
    if loss.is_flat:
        return "no time dependence", ""
    day = np.array([loss.last_mjd - DAY_ZERO_MJD])
    value, error = float(loss.fit.loss_at(day)[0]), float(loss.fit.loss_error_at(day)[0])
    return f"{number_text(100.0 * value, 100.0 * error)} %", f"day {day[0]:.0f}"


def date_text(band: str, date: DateRatio) -> str:
    """Return one date in one line."""
    said = (
        f"{band}   day {date.mjd - DAY_ZERO_MJD:.0f}   MJD {date.mjd:.1f}   "
        f"ratio to the first {number_text(date.ratio, date.error)}"
    )
    return f"{said}   left out: {date.reason}" if date.reason else said


def _shown(loss: BandLoss) -> tuple[DateRatio, ...]:
    return tuple(one for one in loss.dates if np.isfinite(one.ratio))
