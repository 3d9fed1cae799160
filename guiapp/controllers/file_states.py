"""Whether the open files are still what they were when they were opened."""

import os
from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from engine.counting import counted
from engine.errors import FileError
from engine.progress import Progress
from engine.project.entries import Entry
from engine.project.library import Library
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job

_MOST_NAMED = 3


class FileStates(QObject):
    """Knows which files were moved, removed or changed by another program.

    Signals
    -------
    changed()
        More is known than before.
    checked(level, what, hint)
        What looking at all files gave.
    """

    changed = pyqtSignal()
    checked = pyqtSignal(str, str, str)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._known: dict[tuple[str, str], str] = {}  # by path and hash

    def trouble_of(self, entry: Entry) -> str:
        """Return what is wrong with the file of ``entry``, without reading it; ``""``: nothing."""
        return self._known.get(_key(entry), "")

    def look_at(self, entries: Iterable[Entry]) -> None:
        """Look at a few files: whether they are there, and as large as they were."""
        met = self._met()
        found = {_key(entry): _seen(entry) or met.get(entry.path, "") for entry in entries}
        self._learn({**self._known, **found})

    def recheck(self) -> None:
        """Read all files again in the background, and say which are not what they were."""
        entries, library = self._workspace.session.entries, self._workspace.chain.library
        if entries:
            self._workspace.runner.start(
                "Check the files",
                lambda progress: check_files(entries, library, progress),
                self._on_checked,
                lane="queue",
            )

    def is_missing(self, entry: Entry) -> bool:
        """Tell whether the file of ``entry`` is not where it was."""
        return not os.path.isfile(entry.path)  # noqa: PTH113  (odd paths are no files, no errors)

    def _met(self) -> dict[str, str]:
        """Return what steps of the chain met when they read files, by path."""
        session, chain = self._workspace.session, self._workspace.chain
        if not chain.met_files():
            return {}  # no need to ask every step
        failures = (chain.failure(session, key) for key in chain.keys(session))
        return {str(one.path): one.what for one in failures if isinstance(one, FileError)}

    def _on_checked(self, job: Job) -> None:
        if not isinstance(job.result, dict):
            return
        found: dict[tuple[str, str], str] = job.result
        self._learn(found)
        wrong = [path for (path, _), trouble in found.items() if trouble]
        if wrong:
            names = ", ".join(Path(path).name for path in wrong[:_MOST_NAMED])
            more = ", …" if len(wrong) > _MOST_NAMED else ""
            what = "is not what it was" if len(wrong) == 1 else "are not what they were"
            said = f"{len(wrong)} of {len(found)} files {what}: {names}{more}."
            self.checked.emit("care", said, "They are marked among the data; right-click them.")
        else:
            said = counted(len(found), "file is", "files are")
            self.checked.emit("ok", f"{said} as when opened.", "")

    def _learn(self, known: dict[tuple[str, str], str]) -> None:
        if known != self._known:
            self._known = known
            self.changed.emit()


def check_files(
    entries: Iterable[Entry], library: Library, progress: Progress
) -> dict[tuple[str, str], str]:
    """Return what is wrong with each file, by its path and hash; ``""``: nothing."""
    listed = tuple(entries)
    found = {}
    for done, entry in enumerate(listed):
        progress.step(done, len(listed), Path(entry.path).name)
        try:
            library.verify(entry)
        except FileError as error:
            found[_key(entry)] = error.what
        else:
            found[_key(entry)] = ""
    progress.step(len(listed), len(listed))
    return found


def _key(entry: Entry) -> tuple[str, str]:
    return entry.path, entry.sha256


def _seen(entry: Entry) -> str:
    """Return what a look from outside tells."""
    name = Path(entry.path).name
    try:
        size = os.stat(entry.path).st_size  # noqa: PTH116  (paths of sessions may be odd)
    except (OSError, ValueError):
        return f"{name}: it is not there any more."
    return "" if size == entry.size else f"{name}: it changed since it was opened."
