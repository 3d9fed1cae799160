"""How soon a mouse move shows while a breakpoint is dragged: from the event to the painted pixels.

Run on a screen: ``xvfb-run -s "-screen 0 1440x900x24" python -m benchmarks.drag``. The window is
the response view with 1e4 samples and 40 breakpoints; every move refits the curve, moves the
bands and the residuals, and paints both plots. "event" ends when the new curve is computed,
"painted" when the window has been drawn; "busy" is the time that the processor really worked,
which other programs on the machine do not lengthen.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication

from benchmarks.line import Line
from engine.arrays import FloatArray, frozen
from engine.model.spectrum import Spectrum
from engine.mrs.response_preview import ResponsePreview
from engine.mrs.star_response import StarResponse, StarResponseParams, fit_star_response
from guiapp.look import theme
from guiapp.plots.coalesce import FRAME_MS
from guiapp.views.response_edits import MoveBreakpoint, ResponseEdit
from guiapp.views.star_response import StarResponseView
from guiapp.views.star_response_gestures import Preview

_SEED = 20250113
_LIMITS_UM = (5.66, 6.63)
_TARGET_MS = 16.0
_NONE = Qt.MouseButton.NoButton
_LEFT = Qt.MouseButton.LeftButton


def star(n_samples: int) -> tuple[Spectrum, Spectrum]:
    """Return an observed star with noise and outliers, and its model."""
    rng = np.random.default_rng(_SEED)
    wave = np.linspace(*_LIMITS_UM, n_samples)
    model_jy = 20.0 * (wave / 6.0) ** -2
    truth = 1.02 + 0.045 * np.sin(5 * (wave - 5.5)) + 0.02 * np.cos(14 * wave)
    flux = model_jy / truth * rng.normal(1.0, 0.004, n_samples)
    flux[rng.choice(n_samples, n_samples // 50, replace=False)] *= 1.1
    flags = frozen(np.zeros(n_samples), dtype=np.uint32)
    observed = Spectrum(frozen(wave), frozen(flux), frozen(0.004 * flux), flags, "Jy")
    return observed, replace(observed, flux=frozen(model_jy))


def shown_view(
    observed: Spectrum, model: Spectrum, n_breakpoints: int, size: tuple[int, int]
) -> StarResponseView:
    """Return the view on the screen, with a preview that refits."""
    low, high = _LIMITS_UM
    places = np.linspace(low, high, n_breakpoints + 2)[1:-1]
    params = StarResponseParams(tuple(float(v) for v in places), line_windows="none")
    result = fit_star_response(observed, model, params)
    view = StarResponseView()
    view.resize(*size)
    view.show_subject("1B", "benchmark")
    view.show_params(params)
    view.show_result(result)
    view.preview = previewer(ResponsePreview(observed, model, params, result), params, result)
    view.show()
    return view


def previewer(
    refit: ResponsePreview, params: StarResponseParams, result: StarResponse
) -> Callable[[ResponseEdit], Preview | None]:
    """Return what the controller hands to the view, without a document."""

    def preview(edit: ResponseEdit) -> Preview | None:
        if not isinstance(edit, MoveBreakpoint) or params.breakpoints_um is None:
            return None
        moved = tuple(edit.to_um if at == edit.from_um else at for at in params.breakpoints_um)
        wave_um, vector = refit.move(moved, params.held)
        whole = np.full(result.wave_um.size, np.nan)
        whole[np.searchsorted(result.wave_um, wave_um)] = vector
        return Preview(whole)

    return preview


def measure(view: StarResponseView, n_moves: int) -> tuple[FloatArray, ...]:
    """Drag one breakpoint to and fro; return times to the curve, to the paint, of the processor."""
    plot, handles = view.plot, view.canvas.layers.handles
    index = handles.xs.size // 2
    pixels = plot.pixels
    box = plot.getViewBox()
    room = 0.4 * (
        pixels.x_pixel(float(handles.xs[index + 1])) - pixels.x_pixel(float(handles.xs[index]))
    )
    start = QPointF(
        box.mapToScene(
            QPointF(
                pixels.x_pixel(float(handles.xs[index])), pixels.y_pixel(float(handles.ys[index]))
            )
        )
    )
    _send(plot, QEvent.Type.MouseMove, start, _NONE, _NONE)
    _send(plot, QEvent.Type.MouseButtonPress, start, _LEFT, _LEFT)
    QApplication.processEvents()
    computed, painted, busy = [], [], []
    for step in range(n_moves):
        place = start + QPointF(room * np.sin(0.37 * (step + 1)), 3 * np.cos(0.2 * step))
        _rest()
        began, worked = time.perf_counter(), time.thread_time()
        _send(plot, QEvent.Type.MouseMove, place, _NONE, _LEFT)
        computed.append(time.perf_counter() - began)
        QApplication.processEvents()
        painted.append(time.perf_counter() - began)
        busy.append(time.thread_time() - worked)
    _send(plot, QEvent.Type.MouseButtonRelease, start, _LEFT, _NONE)
    return tuple(1e3 * np.array(times[5:]) for times in (computed, painted, busy))


def _rest() -> None:
    """Wait longer than a frame, so that each move is answered on its own."""
    until = time.perf_counter() + 1.5e-3 * FRAME_MS
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.001)


def _send(
    plot: object, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
) -> None:
    viewport = plot.viewport()  # type: ignore[attr-defined]
    where = QPointF(viewport.mapToGlobal(place.toPoint()))
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QMouseEvent(kind, place, where, button, held, keys))


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    _, painted, busy = _dragged(10_000, 40, 200, (880, 700))
    what = "dragging one of 40 breakpoints on 1e4 samples, painted, 95 % of the moves"
    return (
        Line(f"{what}: processor", float(np.percentile(busy, 95)), most=_TARGET_MS),
        Line(f"{what}: clock", float(np.percentile(painted, 95))),
    )


def _dragged(
    n_samples: int, n_breakpoints: int, n_moves: int, size: tuple[int, int]
) -> tuple[FloatArray, ...]:
    """Show the view and return the times of `measure`."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.install(application)
    theme.choose("light")
    view = shown_view(*star(n_samples), n_breakpoints, size)
    for _ in range(20):
        application.processEvents()
        time.sleep(0.01)
    return measure(view, n_moves)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--breakpoints", type=int, default=40)
    parser.add_argument("--moves", type=int, default=400)
    parser.add_argument("--size", type=int, nargs=2, default=(880, 700))
    wanted = parser.parse_args()
    application = QApplication([])
    computed, painted, busy = _dragged(
        wanted.samples, wanted.breakpoints, wanted.moves, tuple(wanted.size)
    )
    load = os.getloadavg()[0]
    print(
        f"{wanted.samples} samples, {wanted.breakpoints} breakpoints, {wanted.size[0]} x "
        f"{wanted.size[1]} pixels on {application.platformName()}, load {load:.1f} on "
        f"{os.cpu_count()} cores, {painted.size} moves"
    )
    for name, times in (("event", computed), ("painted", painted), ("busy", busy)):
        share = 100 * np.mean(times <= _TARGET_MS)
        p50, p95, p99 = np.percentile(times, [50, 95, 99])
        print(
            f"{name:8} p50 {p50:5.1f}  p95 {p95:5.1f}  p99 {p99:5.1f}  most {times.max():5.1f} ms"
            f"   {share:5.1f} % within {_TARGET_MS:.0f} ms"
        )


if __name__ == "__main__":
    main()
