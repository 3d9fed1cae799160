"""What is said to the user: above the view that is seen, in the message log, or in a dialog."""

import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices

from engine.counting import bytes_text, counted
from engine.project.exports import Written
from engine.project.keys import NodeKey
from engine.project.opening import Refusal
from guiapp.controllers.naming import node_title
from guiapp.controllers.ports import Window
from guiapp.controllers.troubles import Troubles
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.troubles import Trouble
from guiapp.panels.notice import Way

_MESSAGES = "Tools > Messages"
_NAMED = 2  # of many files, in a notice


class Telling:
    """Says sentences where they are seen: an empty window has no place but a dialog."""

    def __init__(self, workspace: Workspace, window: Window, troubles: Troubles) -> None:
        self._workspace = workspace
        self._window = window
        self._troubles = troubles
        #: Shows a folder in the program that the user has for it: replaced in tests.
        self.open_folder: Callable[[str], object] = _open_folder

    def say(self, level: str, what: str, hint: str) -> None:
        """Say something above the view that is seen, or in a dialog where there is none."""
        if self._workspace.session.entries:
            self.log(level, f"{what} {hint}".strip())
            self._window.show_notice(what, hint, level)
        else:
            self._troubles.tell(what, hint)

    def failed(self, what: str, hint: str) -> None:
        """Say what cannot be done."""
        self.say("wrong", what, hint)

    def stand(self, what: str, hint: str, way: Way) -> None:
        """Say something that stays above the views, whatever else is said, until it is closed."""
        if self._workspace.session.entries:
            self.log("care", f"{what} {hint}".strip())
            self._window.view_area.standing.show_notice(what, hint, "care", way)
        else:
            self._troubles.tell(what, hint)

    def offer(self, what: str, way: Way) -> None:
        """Say something that nobody need mind, and what can be done about it."""
        self.log("note", what)
        self._window.show_notice(what, "", "ok", way)

    def log(self, level: str, text: str) -> None:
        """Keep a message for those who look for it."""
        self._troubles.store.add("care" if level == "warning" else level, text)

    def refused(self, refusals: tuple[Refusal, ...]) -> None:
        """Say which files were not opened, and why."""
        if not self._workspace.session.entries:
            listed = tuple(Trouble(one.what, one.hint) for one in refusals)
            self._troubles.tell_all("This could not be opened", listed)
            return
        for refusal in refusals:
            self.log("wrong", f"{refusal.what} {refusal.hint}".strip())
        first = refusals[0]
        if len(refusals) == 1:
            self._window.show_notice(first.what, first.hint, "wrong")
            return
        way = ("Show messages", self._troubles.show_log)
        names = [Path(one.path).name for one in refusals]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told = counted(len(names), "file was not opened", "files were not opened")
        self._window.show_notice(
            f"{told}: {', '.join(names[:_NAMED])}{more}.",
            "The messages say what is wrong with each, and what to do.",
            "wrong",
            way,
        )

    def saved(self, path: str) -> None:
        """Say in the status line that the session is in its file now."""
        place = Path(path)
        size = bytes_text(place.stat().st_size) if place.exists() else "gone already"
        self.log("note", f"{place.name} saved in {place.parent}, {size}.")
        self._window.status.say(f"Saved {place.name}, {size}, {time.strftime('%H:%M:%S')}")

    def written(self, written: Written) -> None:
        """Say what an export wrote and what it left out."""
        for name, reason in written.skipped:
            self.log("care", f"{name} was not written: {reason}")
        left = f"{len(written.skipped)} could not be had: see {_MESSAGES}."
        hint = left if written.skipped else ""
        if not written.paths:
            self.say("care", "Nothing was written.", hint or "No result of this kind exists yet.")
            return
        files = written.paths[0].name if len(written.paths) == 1 else f"{len(written.paths)} files"
        folder = str(written.paths[0].parent)
        said = f"{files} written to {folder}."
        self.log("note", said)
        self._window.show_notice(
            said, hint, "ok", ("Open the folder", lambda: self.open_folder(folder))
        )

    def chain_finished(self, failures: tuple[tuple[NodeKey, str], ...]) -> None:
        """Keep the results that cannot be had, and why."""
        for key, reason in failures:
            self.log("care", f"{node_title(self._workspace.session, key)}: {reason}")


def _open_folder(folder: str) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
