"""What is selected anywhere is seen in every view and table."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PyQt6.QtCore import Qt

from guiapp.controllers.junctions import JunctionsController
from guiapp.controllers.repeatability import RepeatabilityController
from guiapp.controllers.signal_to_noise import SnrController
from guiapp.controllers.spectra import SpectraController
from guiapp.controllers.visit_noise import VisitNoiseController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.junctions import two_sides
from tests.helpers.mouse import click
from tests.helpers.open_files import OpenFiles

STARS = ("Star A", "Star A", "Star A", "Star B")  # of the visits 1 to 4
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


@pytest.fixture
def workspace(runner, rng):
    """Return three visits of one star and one of another, each in 2A (e1, e3, ...) and 2B."""
    files = OpenFiles()
    for number, star in enumerate(STARS, 1):
        mjd = 59700.0 + 100.0 * number
        for one in two_sides(rng, 1.0 + 0.01 * number, program=str(number), mjd=mjd):
            named = replace(one, identity=replace(one.identity, target=star))
            files.add(named, "spectrum", "standard star")
    selection = Selection()
    selection.select(("e1",))
    return Workspace(Document(files.session), selection, files.chain, runner)


@pytest.fixture
def views(qtbot, workspace):
    """Return every view of observations, all active at once."""
    made = {}
    for kind in (
        JunctionsController,
        RepeatabilityController,
        VisitNoiseController,
        SnrController,
        SpectraController,
    ):
        controller = kind(workspace)
        qtbot.addWidget(controller.view)
        controller.view.resize(760, 640)
        controller.view.show()
        controller.set_active(True)
        made[controller.name] = controller
    qtbot.waitUntil(lambda: made["junctions"].junctions.jumps is not None)
    for name in ("repeatability", "noise", "signal_to_noise"):
        qtbot.waitUntil(lambda name=name: made[name].result is not None)
    made["spectra"]._on_stage("extracted")
    qtbot.waitUntil(lambda: len(made["spectra"].spectra._curves) == 2)
    return made


def check_seen(views, source, band, segment, *, beside=()):
    """Check that a visit in one band, and bands beside it, is what every view shows as selected."""
    junctions = views["junctions"].junctions
    assert junctions.source == source
    assert junctions.map.current()[0] == source
    head = junctions.map.model()
    role = Qt.ItemDataRole.ForegroundRole
    rows = [head.headerData(i, _DOWN) for i in range(head.rowCount())]
    accent = head.headerData(rows.index(source), _DOWN, role)
    others = [head.headerData(i, _DOWN, role) for i, name in enumerate(rows) if name != source]
    assert accent not in others

    repeatability = views["repeatability"].repeatability
    assert repeatability.selected().source == source
    assert repeatability.ring_of(band).xs.size == 1
    marked = [name for name, one in repeatability.panels.captions.items() if one.is_marked]
    assert marked == [band, *beside]

    noise = views["noise"].noise
    own = next(one for one in noise.band(band).visits if one.source == source)
    peak = np.max(noise.of_visit[band].ys) / np.max(noise.gaussians[band].ys)
    assert peak == pytest.approx(noise.band(band).noise / own.noise, rel=0.02)
    assert noise.panels.captions[band].is_marked

    snr = views["signal_to_noise"].snr
    assert snr.source == source
    edges = next(one for one, _ in snr.shown() if one.band == band).edges_um
    assert (snr._spans[0].spans[0].low, snr._spans[0].spans[0].high) == (edges[0], edges[-1])

    assert views["spectra"].spectra._selected == segment


def check_rows(views, band):
    for name in ("repeatability", "noise", "signal_to_noise"):
        table = views[name].inspector().numbers
        [row] = views[name].selected_rows()
        assert table.column("band").values[row] == band


def test_a_selection_in_the_browser_is_seen_everywhere(views, workspace):
    workspace.selection.select(("e4",))

    check_seen(views, "Star A/2-1", "2B", "e4")
    check_rows(views, "2B")


def test_a_cell_of_the_map_is_seen_everywhere(views, workspace):
    table = views["junctions"].junctions.map
    table.setCurrentIndex(table.model().index_of("Star A/3-1", "2A|2B"))

    check_seen(views, "Star A/3-1", "2A", "e5", beside=["2B"])


def test_a_visit_clicked_in_a_panel_is_seen_everywhere(views, workspace):
    repeatability = views["repeatability"].repeatability
    points = repeatability.points_of("2B")

    click(repeatability.panels.plots["2B"], (float(points.xs[1]), float(points.ys[1])))

    check_seen(views, "Star A/2-1", "2B", "e4")


def test_a_band_clicked_in_the_noise_is_seen_everywhere(views):
    noise = views["noise"].noise

    click(noise.panels.plots["2B"], (0.0, 5.0))

    check_seen(views, "Star A/1-1", "2B", "e2")


def test_a_band_clicked_in_the_signal_to_noise_is_seen_everywhere(views):
    snr = views["signal_to_noise"].snr
    band, visit = next(row for row in snr.shown() if row[0].band == "2B")

    click(snr.plots.ratios, (float(band.wave_um[6]), float(visit.by_spline[6])))

    check_seen(views, "Star A/1-1", "2B", "e2")


def test_a_band_clicked_in_the_spectra_is_seen_everywhere(views):
    views["spectra"].spectra.segment_clicked.emit("e2")

    check_seen(views, "Star A/1-1", "2B", "e2")


@pytest.mark.parametrize("name", ["repeatability", "noise", "signal_to_noise"])
def test_a_row_of_a_table_is_seen_everywhere(views, name):
    table = views[name].inspector().numbers
    row = list(table.column("band").values).index("2B")

    views[name].select_rows((row,))

    check_seen(views, "Star A/1-1", "2B", "e2")


def test_a_row_of_the_junctions_is_shown_from_close_by(views):
    junctions = views["junctions"]
    row = list(junctions.inspector().numbers.column("junction").values).index("3C|4A")

    junctions.select_rows((row,))

    assert junctions.junctions.measure.junction == "3C|4A"
    assert junctions.selected_rows() == (row,)


def test_a_whole_star_is_marked_as_such(views, workspace):
    workspace.selection.select(tuple(f"e{i}" for i in range(1, 7)))

    repeatability = views["repeatability"].repeatability
    assert_allclose(repeatability.ring_of("2A").xs, repeatability.points_of("2A").xs)
    model = views["junctions"].junctions.map.model()
    role = Qt.ItemDataRole.ForegroundRole
    inks = [model.headerData(i, _DOWN, role).name() for i in range(4)]
    assert inks[0] == inks[1] == inks[2] != inks[3]
    assert not any(one.is_marked for one in repeatability.panels.captions.values())


def test_the_junctions_of_the_selected_band_are_marked(views, workspace):
    workspace.selection.select(("e2",))

    model = views["junctions"].junctions.map.model()
    role = Qt.ItemDataRole.ForegroundRole
    inks = {model.headerData(i, _ACROSS).partition("\n")[0]: model.headerData(i, _ACROSS, role)
            for i in range(model.columnCount())}  # fmt: skip
    marked = [name for name, ink in inks.items() if ink != inks["1A|1B"]]
    assert marked == ["2A|2B", "2B|2C"]


def test_a_view_that_was_hidden_catches_up(views, workspace):
    views["noise"].set_active(False)
    workspace.selection.select(("e4",))
    assert not views["noise"].noise.panels.captions["2B"].is_marked

    views["noise"].set_active(True)

    check_seen(views, "Star A/2-1", "2B", "e4")
