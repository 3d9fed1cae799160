"""Scenes of parts of the window that no page of the guide shows: looked at, in no guide."""

from collections.abc import Callable

from PyQt6.QtGui import QPixmap
from stage import Stage

_SHOWN = ("response", "10 Lac", "3B")


def _beside(first: str, second: str) -> Callable[[Stage], QPixmap]:
    """Return the scene of two views beside each other, or below each other on a small screen."""

    def scene(stage: Stage) -> QPixmap:
        stage.show(first, "10 Lac", "2A")
        stage.window.put_beside(second)
        stage.settle()
        picture = stage.picture()
        stage.window.put_beside("")
        stage.settle()
        return picture

    return scene


def _after(action: str) -> Callable[[Stage], QPixmap]:
    """Return the scene of what an action opens."""

    def scene(stage: Stage) -> QPixmap:
        stage.show(*_SHOWN)
        stage.window.action(action).trigger()
        return stage.picture()

    return scene


def _history(stage: Stage) -> QPixmap:
    """Unfold the edits."""
    stage.show(*_SHOWN)
    header = stage.window.inspector.history.header
    header.setChecked(True)
    picture = stage.picture()
    header.setChecked(False)
    stage.settle()
    return picture


def _all_found(stage: Stage) -> QPixmap:
    stage.show(*_SHOWN)
    stage.window.open_search()
    stage.window.palette_box.field.setText("star")
    return stage.picture()


WINDOW: dict[str, Callable[[Stage], QPixmap]] = {
    "split": _beside("response", "junctions"),
    "split_cube": _beside("cube", "spectra"),
    "split_trends": _beside("trends", "combine"),
    "keys": _after("help.keys"),
    "preferences": _after("edit.preferences"),
    "messages": _after("tools.message_log"),
    "about": _after("help.about"),
    "history_open": _history,
    "found": _all_found,
}
