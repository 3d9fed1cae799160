"""The window on a set of the demo, as a stage: scenes play on it, and a picture is taken."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QColor, QImage, QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QDialog

from engine.demo_titles import FIRST_DEMO
from engine.model.identity import Identity
from engine.model.star_names import star_key
from guiapp.app import make_application, make_window
from guiapp.controllers.main import MainController
from guiapp.main_window import dress
from guiapp.settings.preferences import Preferences

THEMES = ("light", "dark")
SMALL = (1280, 720)  # points
_LONGEST_S = 600.0
_COMMON = 144  # colors that are kept exactly


def needs_no_display(*, scale: int) -> None:
    """Draw into memory, with ``scale`` pixels for each point; call it before there is a stage."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    os.environ["TZ"] = "UTC"


class Stage:
    """The window on the demo, and what a scene does with it.

    ``folder`` holds the settings and the demo; ``names`` are other names for stars of the demo.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: tuple[int, int] = SMALL,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.application: QApplication = make_application()
        self.window, self.troubles = make_window(Preferences(folder / "settings.json"))
        self.controller = MainController(self.window, self.window, self.troubles, folder / "state")
        self.window.preferences.set("tour", value=False)  # it would be in every picture
        self.window.resize(*size)
        self.window.show()
        self.folder = folder
        self.names = dict(names or {})
        self.demo = ""  # name of the set that is open

    def dress(self, theme: str) -> None:
        """Put on a theme."""
        self.window.preferences.set("theme", theme)
        dress(self.window.preferences)  # it may be what was kept from another time
        self.settle()

    def settle(self) -> None:
        """Wait until no job is under way and everything is painted."""
        end = time.monotonic() + _LONGEST_S
        quiet = 0
        while quiet < 20:
            self.application.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            time.sleep(0.02)
            quiet = 0 if self.controller.workspace.runner.jobs else quiet + 1
            if time.monotonic() > end:
                raise SystemExit("The window did not come to rest.")

    def open_demo(self, name: str = FIRST_DEMO) -> None:
        """Open a set of the demo and run its whole chain, unless that is done."""
        if self.demo != name:
            self.controller.session.ask_about_changes = lambda: "discard"
            self.controller.demos.make(name, self._open)
            self.demo = name
            self.settle()
            self.window.action("calibrate.run_all").trigger()
            self.settle()

    def _open(self, path: str) -> None:
        """Open a session of the demo, with the other names of stars."""
        session = Path(path)
        text = session.read_text(encoding="utf-8")
        for name, other in self.names.items():
            text = text.replace(f'"{name}"', f'"{other}"').replace(f'"{name}/', f'"{other}/')
        if self.names:
            session = session.with_stem(f"{session.stem}_renamed")
            session.write_text(text, encoding="utf-8")
        self.controller.session.open(str(session))

    @property
    def response(self) -> Any:
        """The response view."""
        return self.controller.views["response"].view

    def show(self, view: str, star: str, band: str) -> None:
        """Show a view, and an observation in it."""
        self.open_demo()
        wanted = next(
            segment.id
            for segment in self.controller.workspace.session.segments
            if is_star(segment.identity, star) and segment.identity.band == band
        )
        self.controller.workspace.selection.select((wanted,))
        self.window.set_view(view)
        self.settle()

    def undo_all(self) -> None:
        """Take every edit back."""
        self.controller.workspace.document.undo_stack.setIndex(0)
        self.settle()

    def picture(self) -> QPixmap:
        """Return the window as it is, with the dialog over it if one is open."""
        self.settle()
        whole = self.window.grab()
        for over in QApplication.topLevelWidgets():
            if over is self.window or not over.isVisible():
                continue
            painter = QPainter(whole)
            if isinstance(over, QDialog):
                painter.fillRect(self.window.rect(), QColor(0, 0, 0, 70))
                middle = self.window.rect().center() - over.rect().center()
                painter.drawPixmap(middle, over.grab())
            else:
                painter.drawPixmap(self.window.mapFromGlobal(over.pos()), over.grab())
            painter.end()
        return whole

    def close_dialogs(self) -> None:
        """Close what a scene opened."""
        for over in QApplication.topLevelWidgets():
            if over is not self.window:
                over.close()
        self.settle()

    def end(self) -> None:
        """End the program."""
        self.controller.session.ask_about_changes = lambda: "discard"
        self.window.close()


def is_star(identity: Identity, star: str) -> bool:
    """Tell whether ``identity`` is that of ``star``, under whichever name."""
    return star_key(identity.target) == star_key(star)


@contextmanager
def on_stage(
    folder: Path, *, size: tuple[int, int] = SMALL, names: Mapping[str, str] | None = None
) -> Iterator[Stage]:
    """Open the window, and end the program afterwards."""
    stage = Stage(folder, size=size, names=names)
    yield stage
    stage.end()


def write_picture(picture: QPixmap, path: Path) -> None:
    """Write a picture with 256 colors: those it is made of, and some for what lies between."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    width, height = image.width(), image.height()
    rows = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), dtype=np.uint8)
    pixels = rows.reshape(height, -1)[:, : 3 * width].reshape(-1, 3)
    colors, index, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    common = colors[np.argsort(counts, kind="stable")[::-1][:_COMMON]]
    whole = Image.fromarray(pixels.reshape(height, width, 3))
    between = whole.quantize(256 - _COMMON, method=Image.Quantize.MAXCOVERAGE).getpalette()
    palette = np.concatenate([common, np.array(between, dtype=np.uint8).reshape(-1, 3)])
    away = np.sum((colors[:, None].astype(int) - palette[None].astype(int)) ** 2, axis=2)
    few = Image.fromarray(np.argmin(away, axis=1)[index].reshape(height, width).astype(np.uint8))
    few.putpalette(palette.tobytes())
    few.save(path, optimize=True)
    print(path)
