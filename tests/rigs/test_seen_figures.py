"""The figure of every view has the axes that the view shows, however it is zoomed."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.errors import EngineError
from engine.figures.seen import OWN, as_seen, panels_of, panels_text
from engine.progress import SILENT
from engine.project.demo import demo_session
from engine.project.export_together import drawn_together, figure_draw
from guiapp.plots.canvas import PlotCanvas
from guiapp.settings.preferences import Preferences
from tests.helpers.program import Program

pytestmark = pytest.mark.rig


@pytest.fixture
def program(qtbot, tmp_path, monkeypatch):
    """Return the program with folders of its own."""
    for one in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{one}_HOME", str(tmp_path / one))
    program = Program(qtbot, Preferences(tmp_path / "settings.json"))
    yield program
    program.end()


@pytest.mark.parametrize("name", ["mrs", "imaging", "nircam", "lrs"])
def test_the_figure_of_every_view_has_the_zoom_of_the_view(
    name, program, tmp_path, record_property
):
    program.controller.session.open(str(demo_session(tmp_path / "demo", name=name)))
    program.settle()
    program.controller.chain.run_all()
    program.settle()
    looked_at = []
    for view in program.controller.views:
        controller = program.view(view)
        draw = figure_draw_of(controller) if controller.is_active else None
        if draw is None:
            continue
        zoom_into(controller.view)
        program.settle()
        panels = controller.seen_panels()
        assert panels_of(panels_text(panels)) == panels, view
        figure = Figure(layout="constrained")
        as_seen(draw, panels)(figure)
        wrong = [axes.get_label() for axes, panel in taken_over(figure, panels)
                 if not has_axes(axes, panel)]  # fmt: skip
        assert not wrong, view
        looked_at.append(view)

    record_property("views", ", ".join(looked_at))
    assert len(looked_at) >= {"mrs": 20, "imaging": 9, "nircam": 3, "lrs": 3}[name]


def figure_draw_of(controller):
    """Return what draws the figure of the view; `None`: it has none now."""
    key, space = controller.export_key(), controller.workspace
    if key is None:
        return None
    together = drawn_together(space.session, frozenset(controller.seen()))
    keys = next((keys for keys in together if key in keys), (key,))
    try:
        return figure_draw(space.session, space.chain, keys, SILENT, part=controller.seen_part())
    except EngineError:
        return None


def zoom_into(view):
    """Show the middle of what every plot shows."""
    for plot in view.findChildren(PlotCanvas):
        ranges = [np.interp((0.35, 0.6), (0.0, 1.0), one) for one in plot.view]
        plot.set_view(tuple((float(low), float(high)) for low, high in ranges))


def taken_over(figure, panels):
    plain = zip(figure.axes, (one for one in panels if not one.of), strict=False)
    labelled = (
        (axes, one)
        for one in panels
        if one.of
        for axes in figure.axes
        if axes.get_label() == one.of
    )
    found = [pair for pair in (*plain, *labelled) if pair[1] != OWN]
    assert found, "no axes are taken over"
    return found


def has_axes(axes, panel):
    for seen, limits, scale in (
        (panel.x, axes.get_xlim(), axes.get_xscale()),
        (panel.y, axes.get_ylim(), axes.get_yscale()),
    ):
        if seen is None or seen.reach != "as seen":
            continue
        if scale != seen.scale or not np.allclose(limits, (seen.low, seen.high)):
            return False
    return True
