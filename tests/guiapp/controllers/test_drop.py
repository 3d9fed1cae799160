"""Files dropped anywhere on the window are opened: the whole program but its display."""

import pytest
from PyQt6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication

from guiapp.controllers.main import MainController
from guiapp.controllers.troubles import Troubles
from guiapp.main_window import MainWindow
from tests.helpers.cubes_and_model import STAR, write_cubes_and_model


@pytest.fixture
def program(qtbot, preferences, tmp_path, dressed):
    """Return the window and its controller, empty."""
    window = MainWindow(preferences)
    controller = MainController(window, window, Troubles(window), tmp_path / "state")
    qtbot.addWidget(window, before_close_func=lambda window: end(window, controller))
    with qtbot.waitExposed(window):
        window.show()
    return window, controller


def end(window, controller):
    """End the program in order: the controller goes before the window that it speaks to."""
    controller.session.ask_about_changes = lambda: "discard"
    assert controller.may_close()
    window.may_close = lambda: True
    controller.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def drop(widget, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(event)
    assert event.isAccepted()


def kinds(controller):
    return sorted(entry.kind for entry in controller.workspace.session.entries)


def wait_for(qtbot, controller, n_files):
    qtbot.waitUntil(lambda: len(controller.workspace.session.entries) == n_files, timeout=20_000)


@pytest.mark.parametrize("target", ["welcome", "window"])
def test_files_dropped_on_the_empty_window_are_opened_as_one_undoable_edit(
    program, qtbot, tmp_path, target
):
    window, controller = program
    paths = write_cubes_and_model(tmp_path, bands=("4A",))

    drop(window.welcome if target == "welcome" else window, *paths)
    wait_for(qtbot, controller, 2)

    assert kinds(controller) == ["cube", "model spectrum"]
    assert window.view_area.isVisible()
    stack = controller.workspace.document.undo_stack
    assert [stack.text(i) for i in range(stack.count())] == [f"Open {STAR}, 2 files"]

    stack.undo()

    assert controller.workspace.session.entries == ()
    assert window.welcome.isVisible()


def test_a_folder_and_a_file_that_is_no_data_open_what_can_be_and_say_what_cannot(
    program, qtbot, tmp_path
):
    window, controller = program
    folder = tmp_path / "night"
    folder.mkdir()
    write_cubes_and_model(folder, bands=("4A",))
    stray = tmp_path / "shopping.fits"
    stray.write_text("milk, bread\n")

    drop(window, folder, stray)
    wait_for(qtbot, controller, 2)

    assert kinds(controller) == ["cube", "model spectrum"]
    qtbot.waitUntil(window.view_area.notice.isVisible)
    assert "shopping.fits" in window.view_area.notice.text.full_text()


def test_more_files_dropped_on_the_data_browser_join_the_session(program, qtbot, tmp_path):
    window, controller = program
    cube, model = write_cubes_and_model(tmp_path, bands=("4A",))
    drop(window, cube)
    wait_for(qtbot, controller, 1)

    drop(window.data_browser.tree, model)
    wait_for(qtbot, controller, 2)

    assert controller.workspace.document.undo_stack.count() == 2
