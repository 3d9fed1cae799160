"""What the program is asked while a journey goes on: places on the screen, and what it holds."""

from dataclasses import replace

from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QMenuBar,
    QTabBar,
    QTreeView,
    QWidget,
)

from engine.analyses import EXTRACT, RESPONSE
from engine.project.codec import to_plain
from engine.project.keys import NodeKey
from engine.project.layout import Layout
from engine.project.session_file import session_text
from guiapp.controllers.main import MainController
from guiapp.dialogs.message_log import MessageStore
from guiapp.main_window import MainWindow
from guiapp.panels.browser_tree import row_of
from guiapp.plots.colors import color_of
from guiapp.plots.themed_plot import ThemedPlot
from tests.helpers.mouse import pixel_of

ANSWERS = {}


class NotThereError(Exception):
    """What was asked for is not on the screen now."""


def answer(function):
    """Let the test ask for ``function`` by its name."""
    ANSWERS[function.__name__] = function
    return function


# Places


@answer
def place(name):
    """Return the middle of what is called ``name``, in the window that can be worked in."""
    for owner in _owners():
        for find in (_in_menus, _in_tabs, _in_rows, _in_widgets):
            found = find(owner, name)
            if found is not None:
                return _on_screen(*found)
    raise NotThereError(f"nothing called {name!r} can be seen")


@answer
def point(plot, x, y):
    """Return where the data point (``x``, ``y``) of a plot lies on the screen."""
    canvas = _plot(plot)
    viewport = canvas.viewport()
    spot = pixel_of(canvas, (x, y)).toPoint()
    return _on_screen(viewport, QRect(spot, spot))


@answer
def view(plot):
    """Return the range that a plot shows."""
    return _plot(plot).view


@answer
def breakpoints():
    """Return (x, y) of the handles of the response view."""
    handles = _controller().views["response"].response.canvas.layers.handles
    return [[float(x), float(y)] for x, y in zip(handles.xs, handles.ys, strict=True)]


@answer
def selected_breakpoint():
    """Return the number of the breakpoint that keys act on; -1: none."""
    return _controller().views["response"].response.canvas.layers.handles.selected


# Facts


@answer
def is_ready():
    """Tell whether the program has begun, and no job is under way."""
    controller = _window_controller()
    return controller is not None and not controller.workspace.runner.jobs


@answer
def keyboard_window():
    """Return the number of the window that the keyboard belongs to: the dialog, if one is open."""
    modal = QApplication.activeModalWidget()
    return int((_window() if modal is None else modal).winId())


@answer
def has_focus():
    """Return the accessible name of what the keyboard goes to."""
    widget = QApplication.focusWidget()
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return "" if widget is None else widget.accessibleName() or text


@answer
def title():
    """Return the title of the main window, and whether it is marked as changed."""
    window = _window()
    return [window.windowTitle(), window.isWindowModified()]


@answer
def current_view():
    """Return the name of the view that is seen; ``""`` before there is one."""
    window = _window()
    return window.current_view if window.view_area.isVisible() else ""


@answer
def texts():
    """Return all texts that can be seen in the window that can be worked in."""
    owner = _owners()[0]
    labels = [one for one in owner.findChildren(QLabel) if one.isVisible()]
    buttons = [one for one in owner.findChildren(QAbstractButton) if one.isVisible()]
    return [one.text() for one in (*labels, *buttons) if one.text()]


@answer
def dialog():
    """Return the title of the dialog that is open, or ``""``."""
    modal = QApplication.activeModalWidget()
    return "" if modal is None else modal.windowTitle()


@answer
def history():
    """Return the texts of the undo stack, and how many of them are done."""
    stack = _controller().workspace.document.undo_stack
    return [[stack.text(i) for i in range(stack.count())], stack.index()]


@answer
def session():
    """Return the session as its file would say it, however it is shown."""
    return session_text(replace(_controller().workspace.session, layout=Layout()), None)


@answer
def entries():
    """Return kind, role, target and band of every open file."""
    found = _controller().workspace.session.entries
    return [
        [one.kind, one.role, one.parts[0].target if one.parts else "", _bands(one)] for one in found
    ]


@answer
def rows():
    """Return text and detail of the data browser's rows."""
    found = [row_of(index) for index in _indexes(_window().data_browser.tree)]
    return [[row.text, row.detail] for row in found]


@answer
def segment():
    """Return target and band of the observation that is shown."""
    shown = _controller().workspace.segment()
    return None if shown is None else [shown.identity.target, shown.identity.band]


@answer
def response_params():
    """Return what is decided about the response that is shown."""
    workspace = _controller().workspace
    return to_plain(workspace.params(NodeKey(RESPONSE.name, workspace.selection.current)))


@answer
def response():
    """Return the numbers of the response that is drawn; `None` while there is none."""
    shown = _controller().views["response"].response.result
    if shown is None:
        return None
    return {
        "wave_um": shown.wave_um.tolist(),
        "vector": [None if v != v else v for v in shown.vector.tolist()],  # noqa: PLR0124
        "breakpoints_um": shown.breakpoints_um.tolist(),
        "kind": shown.kind,
        "state": shown.state.tolist(),
    }


@answer
def extraction():
    """Return the numbers of the extraction of the observation that is shown, or `None`."""
    workspace = _controller().workspace
    key = NodeKey(EXTRACT.name, workspace.selection.current)
    result = workspace.chain.result(workspace.session, key)
    if result is None:
        return None
    return {"center_pixel": list(result.center_pixel), "unit": result.spectrum.unit}


@answer
def response_mode():
    """Return what the mouse does in the response view."""
    return _controller().views["response"].response.mode


@answer
def notice():
    """Return the sentence above the plot, or ``""``."""
    shown = _window().view_area.notice
    return shown.text.full_text() if shown.isVisible() else ""


@answer
def log():
    """Return level and text of every message of the log."""
    store = _window().findChild(MessageStore)
    return [[message.level, message.text] for message in store.messages]


@answer
def picture(path):
    """Write what is on the screen to ``path``."""
    screen = QGuiApplication.primaryScreen()
    assert screen.grabWindow(0).save(path)
    return path


# What is marked, and how it compares


@answer
def cell(source, junction):
    """Return the middle of a cell of the map of junctions."""
    shown = _controller().views["junctions"].junctions.map
    model = shown.model()
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            if model.cell(index) == (source, junction) and shown.isVisible():
                return _on_screen(shown.viewport(), shown.visualRect(index))
    raise NotThereError(f"there is no cell of {source} at {junction}")


@answer
def junction():
    """Return source and name of the junction that is chosen, its range, and what is said of it."""
    shown = _controller().views["junctions"].junctions
    if shown.measure is None:
        return None
    name, limits = shown.measure.junction, list(shown.measure.limits_um)
    return {"cell": [shown.source, name], "limits_um": limits, "said": shown.verdict.text()}


@answer
def marked_sources():
    """Return the sources whose names the map of junctions writes as selected."""
    model = _controller().views["junctions"].junctions.map.model()
    down, role = Qt.Orientation.Vertical, Qt.ItemDataRole
    return [
        model.headerData(row, down, role.DisplayRole)
        for row in range(model.rowCount())
        if model.headerData(row, down, role.ForegroundRole) == color_of("accent")
    ]


@answer
def ringed_jump():
    """Return (x, y) of the points that the plot of jumps draws a ring around."""
    ring = _controller().views["junctions"].junctions.jump_plot.ring
    return [[float(x), float(y)] for x, y in zip(ring.xs, ring.ys, strict=True)]


@answer
def selected_rows():
    """Return the texts of the rows that are selected in the data browser."""
    return [row_of(index).text for index in _window().data_browser.tree.selectedIndexes()]


@answer
def visits(band):
    """Return what one panel of repeatability draws: its points, which are crossed, its words."""
    shown = _controller().views["repeatability"].repeatability
    points, caption = shown.points_of(band), shown.panels.captions[band]
    return {
        "points": [[float(x), float(y)] for x, y in zip(points.xs, points.ys, strict=True)],
        "crossed": [int(i) for i in points.kinds.nonzero()[0]],
        "said": [caption.text, caption.more],
    }


@answer
def star_photometry():
    """Return where the star of an image was measured, in which plot, and its flux, or `None`."""
    shown = _controller().views["photometry"].view
    if shown.result is None:
        return None
    place = shown.result.place
    return {
        "plot": shown.sky.plot.accessibleName(),
        "x": float(place.x),
        "y": float(place.y),
        "flux_dn_s": float(shown.result.flux_dn_s),
    }


@answer
def factor_average():
    """Return the mean of the factors that are drawn, how many count, how many a panel crosses."""
    shown = _controller().views["factors"].view
    panels = [panel for panel in shown.panels if panel.plot.isVisible() and panel.trends]
    if not panels:
        return None
    trends = panels[0].trends
    return {
        "mean": float(trends.all.mean),
        "n_used": int(trends.table.used.sum()),
        "n_crossed": [int((~panel.trends.table.used).sum()) for panel in panels],
    }


@answer
def factor_point(number):
    """Return star, plot and place of a factor that counts."""
    panel = next(one for one in _controller().views["factors"].view.panels if one.plot.isVisible())
    table = panel.trends.table
    used = [place for place, row in enumerate(panel.order) if table.used[row]]
    place = used[number]
    star = table.stars[panel.order[place]]
    x, y = panel.points.xs[place], panel.points.ys[place]
    return [star, panel.plot.accessibleName(), float(x), float(y)]


# Parts


def _window():
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MainWindow) and widget.isVisible():
            return widget
    raise NotThereError("the window is not open")


def _window_controller():
    return _window().findChild(MainController)


def _controller():
    found = _window_controller()
    if found is None:
        raise NotThereError("the program is still starting")
    return found


def _bands(entry):
    return " ".join(part.band for part in entry.parts)


def _owners():
    """Return the widgets that can be worked in: a menu or dialog, or the main window."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        others = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu)]
        return [popup, *(one for one in others if one.isVisible() and one is not popup)]
    modal = QApplication.activeModalWidget()
    return [_window() if modal is None else modal]


def _in_menus(owner, name):
    bars = [owner] if isinstance(owner, QMenu | QMenuBar) else owner.findChildren(QMenuBar)
    for bar in bars:
        for action in bar.actions():
            if action.isVisible() and action.text().replace("&", "") == name and bar.isVisible():
                return bar, bar.actionGeometry(action)
    return None


def _in_tabs(owner, name):
    for bar in owner.findChildren(QTabBar):
        for i in range(bar.count()):
            if bar.isVisible() and bar.isTabVisible(i) and bar.tabText(i) == name:
                return bar, bar.tabRect(i)
    return None


def _in_rows(owner, name):
    lists = [owner] if isinstance(owner, QAbstractItemView) else []
    for rows in (*lists, *owner.findChildren(QAbstractItemView)):
        for index in _indexes(rows) if rows.isVisible() else ():
            if index.data() == name and rows.visualRect(index).isValid():
                return rows.viewport(), rows.visualRect(index)
    return None


def _indexes(rows):
    model, stack, found = rows.model(), [rows.rootIndex()], []
    while stack and model is not None:
        parent = stack.pop(0)
        below = [model.index(i, 0, parent) for i in range(model.rowCount(parent))]
        found += below
        if isinstance(rows, QTreeView):
            stack += below
    return found


def _in_widgets(owner, name):
    widgets = owner.findChildren(QWidget)  # a button comes before a table of the same name
    for widget in sorted(widgets, key=lambda one: not isinstance(one, QAbstractButton)):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if name in {widget.accessibleName(), text.replace("&", "")}:
            if not widget.isEnabled():
                raise NotThereError(f"{name!r} is gray")
            return widget, widget.visibleRegion().boundingRect()
    return None


def _plot(name):
    for canvas in _window().findChildren(ThemedPlot):
        if canvas.accessibleName() == name and canvas.isVisible():
            return canvas
    raise NotThereError(f"no plot called {name!r} can be seen")


def _on_screen(widget, rectangle):
    spot = widget.mapToGlobal(QPoint(rectangle.center()))
    ratio = widget.devicePixelRatioF()
    return [spot.x() * ratio, spot.y() * ratio]
