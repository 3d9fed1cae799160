"""View of the loss with time of imaging: nine filters over time, and what is left of the fits."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.imaging.calibration_curve import DAY_ZERO_MJD
from engine.imaging.published_factors import published_bands
from engine.imaging.time_loss_results import FilterLoss, LossPoints, TimeLoss
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, button, fitted
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import NamedPanels

Page = Literal["response", "residual"]

_PAGES = (
    ("response", "Over time", "Response over that of day zero, with the fit"),
    ("residual", "Residuals", "Response over the fit, minus one, per cent"),
)
_ABOUT = {
    "response": "Response over that of day zero; after the filter: loss at late times, −B/A",
    "residual": "Response over the fit, minus one (%); after the filter: loss at late times, −B/A",
}
_SMALL = 0.9  # of the size of text
_STARS = (
    PointStyle("accent", symbol="square", size=6.0, off_scale="marked"),
    PointStyle("#b8860b", symbol="triangle", size=7.0, off_scale="marked"),
    PointStyle("#b0508a", symbol="diamond", size=7.0, off_scale="marked"),
    PointStyle("#3f9a6b", symbol="circle", size=6.0, off_scale="marked"),
    PointStyle("dim", symbol="circle", size=5.0, fill="open", off_scale="marked"),
)
_OTHER_STARS = len(_STARS) - 1  #: kind of all stars beyond the first few
_CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6, off_scale="marked")
_DEVIANT = PointStyle(
    "care", symbol="crossed circle", size=9.0, fill="open", line=1.5, off_scale="marked"
)
_LEFT_OUT, _DEVIATES = len(_STARS), len(_STARS) + 1
_RING = PointStyle("accent", symbol="circle", size=13.0, fill="open", line=1.8)
_PICK_PIXELS = 9.0
_EXCLUDE, _BRING_BACK, _KEEP, _DROP = "Leave out…", "Bring back", "Keep", "Do not keep"
_NONE = np.zeros(0)


class _Panel:
    """The layers of one filter."""

    def __init__(self, plot: ThemedPlot) -> None:
        self.plot = plot
        self.level = plot.add_layer(LevelsLayer("dim", style="dashed"), z=1)
        self.fit = plot.add_layer(CurveLayer("text", width=1.5), z=2)
        self.bars = plot.add_layer(ErrorBarsLayer("dim", opacity=0.7), z=3)
        self.points = plot.add_layer(PointsLayer((*_STARS, _CROSS, _DEVIANT)), z=4)
        self.ring = plot.add_layer(PointsLayer((_RING,), counts=()), z=5)
        self.loss: FilterLoss | None = None
        self.x: FloatArray = _NONE
        self.y: FloatArray = _NONE

    def show(self, loss: FilterLoss | None, page: Page, stars: Sequence[str]) -> None:
        """Draw response and fit, or residuals."""
        self.loss = loss
        if loss is None or not loss.points.ids:
            self.x = self.y = _NONE
            self.points.set_data(_NONE, _NONE)
            self.bars.set_data(_NONE, _NONE, _NONE)
            self.fit.set_data(_NONE, _NONE)
            self.level.set_values(())
            return
        points = loss.points
        self.x = points.mjd - DAY_ZERO_MJD
        is_response = page == "response"
        self.y = points.response if is_response else points.residual_percent
        scale = 1.0 if is_response else 100.0 / loss.response_at(points.mjd)
        self.points.set_data(self.x, self.y, _kinds(points, stars))
        self.bars.set_data(self.x, self.y, np.where(points.is_used, points.error * scale, np.nan))
        self.level.set_values((1.0 + loss.amplitude_ratio if is_response else 0.0,))
        if is_response:
            days = np.linspace(min(0.0, float(self.x[0])), float(self.x[-1]), 120)
            self.fit.set_data(days, loss.response_at(days + DAY_ZERO_MJD))
        else:
            self.fit.set_data(_NONE, _NONE)

    def mark(self, observation: str) -> None:
        """Ring one observation."""
        ids = () if self.loss is None else self.loss.points.ids
        chosen = np.array([one == observation for one in ids], dtype=bool)
        if self.x.size:
            self.ring.set_data(self.x[chosen], self.y[chosen])
        else:
            self.ring.set_data(_NONE, _NONE)


class TimeLossView(QWidget):
    """Draws the loss of all filters; says which observation shall be left out, or kept.

    Signals
    -------
    filter_chosen(str)
        The user clicked in the plot of a filter.
    exclusion_wanted(str), keeping_wanted(str)
        Id of the observation to leave out or bring back; to keep although it deviates.
    cursor_changed(str)
        Text below the plots.
    """

    filter_chosen = pyqtSignal(str)
    exclusion_wanted = pyqtSignal(str)
    keeping_wanted = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click an observation to select it · x: leave it out, or bring it back · k: keep it"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: TimeLoss | None = None
        self.page: Page = "response"
        self.kept: frozenset[str] = frozenset()
        self._picked = ("", "")  # filter, id
        self._kind_of: dict[str, int] = {}
        names = [one.name for one in published_bands().values() if one.kind == "imaging"]
        self.panels = NamedPanels(
            "Time loss", names, x_label=f"Days since MJD {DAY_ZERO_MJD:.0f}", x_numbers="lowest row"
        )
        self.pages = SegmentBar("What is shown", _PAGES)
        self.exclude = button(_EXCLUDE, "quiet", tip="Leave the selected observation out (x)")
        self.keep = button(_KEEP, "quiet", tip="Let the fit rest on it although it deviates (k)")
        self.legend = LegendBar()
        self.remark = ElidedLabel("", "dim", rows=3)
        self.about = ElidedLabel(_ABOUT["response"], "dim", size=_SMALL)
        self._panels = {name: _Panel(plot) for name, plot in self.panels.plots.items()}
        self._build()
        self._connect()
        self._mark()

    def _build(self) -> None:
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        for part in (self.pages, self.exclude, self.keep):
            row.addWidget(part)
        row.addWidget(self.remark, 1)
        self.empty = EmptyState.over(
            self, SentenceRow(row, self.remark), self.legend, self.about, self.panels
        )

    def _connect(self) -> None:
        self.pages.chosen.connect(self._turn)
        self.exclude.clicked.connect(self.ask_exclusion)
        self.keep.clicked.connect(self.ask_keeping)
        self.legend.switched.connect(self._on_switched)
        first = next(iter(self.panels.plots.values()))
        for name, plot in self.panels.plots.items():
            plot.add_tool(_PickObservation(self, name))
            plot.all_bounds = lambda name=name: self._bounds(name)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            if plot is not first:
                first.link_x(plot)

    def bind_keys(self, exclude: Sequence[str], keep: Sequence[str]) -> None:
        """Let keys leave the selected observation out, and keep it."""
        for plot in self.panels.plots.values():
            for key in exclude:
                plot.keys.bind(key, self.ask_exclusion)
            for key in keep:
                plot.keys.bind(key, self.ask_keeping)

    # What the follower asks

    def show_result(self, result: TimeLoss) -> None:
        """Draw ``result``; the zoom stays while the filters are the same."""
        names = [one.filter_name for one in result.filters]
        before = self.result
        is_new = before is None or names != [one.filter_name for one in before.filters]
        self.result = result
        self.empty.say("")
        reasons, decimals = dict(result.problems), loss_decimals(result)
        for name, caption in self.panels.captions.items():
            loss = result.of(name)
            text, more = ("", "") if loss is None else caption_of(loss, decimals)
            caption.say(
                text, more=more, reason=reasons.get(name, "no observations") if loss is None else ""
            )
        self._draw()
        self.say(" ".join((*result.messages, *(f"{a}: {b}" for a, b in result.problems))))
        if is_new:
            self._frame()

    def show_stale(self) -> None:
        """Leave what is drawn: new fits come at once."""

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result."""
        self.say(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self._draw()
        self.empty.say(reason)

    def say(self, text: str, tone: Literal["dim", "wrong"] = "dim") -> None:
        """Write beside the choices."""
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)

    # What the mouse does

    @property
    def filter_name(self) -> str:
        """The filter that was clicked last."""
        return self._picked[0]

    @property
    def picked(self) -> str:
        """Id of the observation that is marked; ``""``: none."""
        return self._picked[1]

    def pick(self, name: str, observation: str) -> None:
        """Mark one observation of one filter."""
        self._picked = (name, observation)
        self._mark()

    def choose(self, name: str, index: int) -> None:
        """Take a click in the plot of a filter."""
        loss = self._panels[name].loss
        self.pick(name, loss.points.ids[index] if loss is not None and index >= 0 else "")
        self.panels.mark({name})
        self.filter_chosen.emit(name)

    def ask_exclusion(self) -> None:
        """Say that the marked observation shall be left out, or brought back."""
        if self.picked:
            self.exclusion_wanted.emit(self.picked)

    def ask_keeping(self) -> None:
        """Say that the marked observation shall be kept, or no longer."""
        if self.picked and (self._is_deviant() or self.picked in self.kept):
            self.keeping_wanted.emit(self.picked)

    def index_at(self, name: str, mouse: PlotMouse) -> int:
        """Return the observation under the mouse in the plot of a filter, or -1."""
        return self._panels[name].points.point_at(mouse, _PICK_PIXELS)

    def tell(self, name: str, index: int) -> None:
        """Write what is under the cursor below the plots."""
        loss = self._panels[name].loss
        said = "" if loss is None or index < 0 else point_text(loss, index)
        self.cursor_changed.emit(said)

    def points_of(self, name: str) -> PointsLayer:
        """Return the points of one panel."""
        return self._panels[name].points

    def for_each_plot(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with every plot."""
        self.panels.for_each(act)

    def set_kept(self, kept: Sequence[str]) -> None:
        """Say which deviant observations the fits rest on all the same."""
        self.kept = frozenset(kept)
        self._mark()

    def _turn(self, page: Page) -> None:
        self.page = page
        self.about.set_full_text(_ABOUT[page])
        self._draw()
        self._frame()

    def _frame(self) -> None:
        """Show what the fits rest on; what lies beyond is marked at the edge."""
        self.panels.for_each(ThemedPlot.show_all_afresh)
        for name, plot in self.panels.plots.items():
            bounds = self._bounds(name, "used")
            if bounds is not None:
                plot.set_view((bounds[:2], bounds[2:]))
                plot.history.clear()

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        kind = self._kind_of.get(name, -1)
        hidden = next(iter(self._panels.values())).points.hidden_kinds
        wanted = hidden - {kind} if is_on else hidden | {kind}
        for panel in self._panels.values():
            panel.points.hide_kinds(wanted)

    def _draw(self) -> None:
        stars = () if self.result is None else stars_of(self.result)
        for name, panel in self._panels.items():
            panel.show(None if self.result is None else self.result.of(name), self.page, stars)
        entries = _legend(stars)
        self.legend.set_entries(entries)
        names = [one.name for one in entries]
        self._kind_of = {name: _LEFT_OUT + i for i, name in enumerate(names[-2:])}
        self._kind_of |= {name: i for i, name in enumerate(names[:-2])}
        self._mark()

    def _is_deviant(self) -> bool:
        name, observation = self._picked
        loss = self._panels[name].loss if name in self._panels else None
        if loss is None or observation not in loss.points.ids:
            return False
        return bool(loss.points.is_deviant[loss.points.ids.index(observation)])

    def _mark(self) -> None:
        name, observation = self._picked
        for own, panel in self._panels.items():
            panel.mark(observation if own == name else "")
        loss = self._panels[name].loss if name in self._panels else None
        is_there = loss is not None and observation in loss.points.ids
        self.exclude.setEnabled(is_there)
        is_out = False
        if loss is not None and is_there:
            is_out = bool(loss.points.reasons[loss.points.ids.index(observation)])
        self.exclude.setText(_BRING_BACK if is_out else _EXCLUDE)
        self.exclude.setAccessibleName(self.exclude.text().rstrip("…"))
        is_kept = observation in self.kept
        self.keep.setEnabled(is_there and (is_kept or self._is_deviant()))
        self.keep.setText(_DROP if is_kept else _KEEP)
        self.keep.setAccessibleName(self.keep.text())

    def _bounds(self, name: str, what: Literal["all", "used"] = "all") -> Bounds | None:
        """Show all days of all filters, and all of this one, or what its fit rests on."""
        panel = self._panels[name]
        every = [one.x for one in self._panels.values() if one.x.size]
        if not every or panel.loss is None:
            return None
        days = np.concatenate(every)
        used = panel.loss.points.is_used
        values = panel.y[used if what == "used" else np.isfinite(panel.y)]
        least = 0.01 if self.page == "response" else 0.5
        low, high = float(np.min(values, initial=np.inf)), float(np.max(values, initial=-np.inf))
        if not low <= high:
            return None
        middle, half = 0.5 * (low + high), max(0.5 * (high - low), 0.5 * least)
        return (
            min(float(days.min()), 0.0) - 15.0,
            float(days.max()) + 15.0,
            middle - 1.15 * half,
            middle + 1.7 * half,  # room for the caption
        )


class _PickObservation(MouseTool):
    """Selects the observation that is clicked, and reads the one under the cursor."""

    def __init__(self, view: TimeLossView, name: str) -> None:
        self._view = view
        self._name = name

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        index = self._view.index_at(self._name, mouse)
        self._view.tell(self._name, index)
        return None if index < 0 else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._view.choose(self._name, self._view.index_at(self._name, mouse))
        return True


def stars_of(result: TimeLoss) -> tuple[str, ...]:
    """Return the stars that fits rest on: those seen most often first."""
    counts: dict[str, int] = {}
    for one in result.filters:
        for star, is_used in zip(one.points.stars, one.points.is_used, strict=True):
            counts[star] = counts.get(star, 0) + bool(is_used)
    return tuple(sorted((s for s, n in counts.items() if n), key=lambda star: -counts[star]))


def loss_decimals(result: TimeLoss) -> int:
    """Return the decimals of all losses in per cent, as the table beside the panels has them."""
    errors = [100.0 * one.amplitude_ratio_error for one in result.filters]
    known = sorted(one for one in errors if np.isfinite(one) and one > 0)
    return max(1 - int(np.floor(np.log10(known[len(known) // 2]))), 0) if known else 2


def caption_of(loss: FilterLoss, decimals: int = 2) -> tuple[str, str]:
    """Return −B/A as it is printed in the panel, and tau with the repeatability."""
    error = 100.0 * loss.amplitude_ratio_error
    lost = fixed_text(100.0 * loss.loss_fraction, decimals)
    if np.isfinite(error):
        lost = f"{lost} ± {fixed_text(error, decimals)}"
    tau = f"τ {tau_text(loss)} d"
    sigma = f"σ {100.0 * loss.repeatability:.2f} %" if np.isfinite(loss.repeatability) else ""
    return f"{lost} %", f"{tau}   {sigma}".strip()


def tau_text(loss: FilterLoss) -> str:
    """Return the time constant in days with its error, or why it has none."""
    if loss.is_tau_fitted:
        return number_text(loss.tau_days, loss.tau_error)
    why = "interpolated" if loss.source == "interpolated" else "assumed"
    return f"{fixed_text(loss.tau_days, 0)} ({why})"


def point_text(loss: FilterLoss, index: int) -> str:
    """Return one observation in one line."""
    points = loss.points
    response = number_text(points.response[index], points.error[index])
    said = (
        f"{loss.filter_name}   {points.stars[index]}   {points.subarrays[index]}   "
        f"MJD {points.mjd[index]:.1f}   response {response}   "
        f"{signed_percent(points.residual_percent[index])}"
    )
    if points.reasons[index]:
        return f"{said}   left out: {points.reasons[index]}"
    if points.is_deviant[index]:
        return f"{said}   deviates by {abs(points.sigma[index]):.1f} σ"
    return said


def signed_percent(value: float) -> str:
    """Return per cent with a sign."""
    return f"{'+' if value > 0 else ''}{fixed_text(value, 2)} %"


def _kinds(points: LossPoints, stars: Sequence[str]) -> "np.ndarray":
    places = {star: min(i, _OTHER_STARS) for i, star in enumerate(stars)}
    kinds = np.array([places.get(one, _OTHER_STARS) for one in points.stars], dtype=np.int64)
    kinds[~points.is_used] = _LEFT_OUT
    kinds[points.is_deviant] = _DEVIATES
    return kinds


def _legend(stars: Sequence[str]) -> tuple[LegendEntry, ...]:
    if not stars:
        return ()
    shown = list(zip(stars[:_OTHER_STARS], _STARS, strict=False))
    if len(stars) > _OTHER_STARS:
        shown.append(("other stars", _STARS[_OTHER_STARS]))
    entries = [LegendEntry(name, name, "points", style.color, style) for name, style in shown]
    return (
        *entries,
        LegendEntry("left out", "left out", "points", "wrong", _CROSS, "By you, with a reason"),
        LegendEntry(
            "deviates", "deviates", "points", "care", _DEVIANT, "The fit does not rest on it"
        ),
    )
