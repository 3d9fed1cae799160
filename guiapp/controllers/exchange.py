"""Spectra, tables and images to and from other programs on this computer, through SAMP."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine import __version__
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.files.folders import make_folder
from engine.files.names import safe_part
from engine.files.write_tables import write_votable
from engine.model.provenance import Provenance
from engine.model.table import ResultTable
from engine.progress import Progress
from engine.project.exports import plan_exports, write_exports
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.send import SendDialog
from guiapp.exchange.samp import IMAGE, SPECTRUM, TABLE, SampLink
from guiapp.jobs.runner import Job

_NUMBERS, _SPECTRA, _FILES = (
    "Numbers of this view",
    "Selected spectra",
    "Selected files as they are",
)
_KINDS = {_NUMBERS: TABLE, _SPECTRA: SPECTRUM, _FILES: IMAGE}


class ExchangeController(QObject):
    """Connects to the hub when the user asks for it, sends, and opens what comes.

    Signals
    -------
    failed(what, hint)
        It cannot be done.
    said(level, what, hint)
        What was sent, or came.
    received(path)
        Another program sent this file.
    is_connected(bool)
        Whether there is a connection, whatever was asked for.
    """

    failed = pyqtSignal(str, str)
    said = pyqtSignal(str, str, str)
    received = pyqtSignal(str)
    is_connected = pyqtSignal(bool)

    def __init__(
        self,
        workspace: Workspace,
        numbers: Callable[[], ResultTable | None],
        folder: Path,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._numbers = numbers
        self._folder = folder
        self._window = window
        self.link = SampLink(
            folder / "received",
            self.received.emit,
            lambda what: self.said.emit("care", what, ""),
        )

    def toggle(self, wanted: bool) -> None:  # noqa: FBT001  (the state of a menu entry)
        """Connect or disconnect."""
        if not wanted:
            self.link.close()
            self.is_connected.emit(False)  # noqa: FBT003
            return
        self._connect(lambda: self.said.emit("ok", "Connected to other programs.", ""))

    def close(self) -> None:
        """Disconnect: the program ends."""
        self.link.close()

    def ask(self) -> None:
        """Ask what to send to whom, connecting first."""
        if self.link.is_open:
            self._ask()
        else:
            self._connect(self._ask)

    def _connect(self, then: Callable[[], object]) -> None:
        def work(_progress: Progress) -> object:
            self.link.open()
            return True

        def show(job: Job) -> None:
            self.is_connected.emit(self.link.is_open)
            if isinstance(job.error, EngineError):
                self.failed.emit(job.error.what, job.error.hint)
            elif job.result:
                then()

        self._workspace.runner.start("Connect to SAMP", work, show)

    def _offers(self) -> list[str]:
        has_numbers = self._numbers() is not None
        has_spectra = bool(self._workspace.selection.segments)
        return [
            what
            for what, can in (
                (_SPECTRA, has_spectra),
                (_NUMBERS, has_numbers),
                (_FILES, has_spectra),
            )
            if can
        ]

    def _ask(self) -> None:
        offers = self._offers()
        if not offers:
            self.failed.emit("There is nothing to send.", "Select an observation first.")
            return
        try:
            programs = {
                what: tuple((one.id, one.name) for one in self.link.peers(_KINDS[what]))
                for what in offers
            }
        except DataError as error:
            self._lose(error)
            return
        dialog = SendDialog(programs, self._window)
        dialog.chosen.connect(self.send)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def send(self, what: str, to: str) -> None:
        """Write what is sent into a folder of ours, and tell the other program."""
        write = self._writer(what)

        def work(progress: Progress) -> object:
            paths = write(progress)
            for path in paths:
                self.link.send(_KINDS[what], path, path.stem, to=to)
            return len(paths)

        self._workspace.runner.start("Send to another program", work, self._on_sent)

    def _writer(self, what: str) -> Callable[[Progress], tuple[Path, ...]]:
        session, chain = self._workspace.session, self._workspace.chain
        chosen = self._workspace.selection.segments
        folder = self._folder / "sent"
        if what == _NUMBERS:
            table = self._numbers()
            return lambda _progress: (_written(table, folder),) if table is not None else ()
        if what == _FILES:
            entries = {one.entry.path for one in map(session.segment, chosen) if one is not None}
            return lambda _progress: tuple(Path(path) for path in sorted(entries))

        def write(progress: Progress) -> tuple[Path, ...]:
            plan = plan_exports(
                session, chain, ("spectra",), only=frozenset(chosen), step="calibrate"
            )
            done = write_exports(session, chain, folder, plan, exists="replace", progress=progress)
            if not done.paths:
                reason = done.skipped[0][1] if done.skipped else "Nothing is selected."
                raise DataError(f"There is no spectrum to send: {reason}")
            odd = next((path for path in done.paths if path.suffix != ".fits"), None)
            if odd is not None:
                raise DataError(
                    f"{odd.name} is in a unit that spectra of other programs do not have.",
                    hint="Calibrate it first, or send the numbers.",
                )
            return done.paths

        return write

    def _on_sent(self, job: Job) -> None:
        if isinstance(job.error, EngineError):
            self._lose(job.error)
        elif isinstance(job.result, int):
            self.said.emit("ok", f"Sent: {counted(job.result, 'file')}.", "")

    def _lose(self, error: EngineError) -> None:
        self.failed.emit(error.what, error.hint)
        self.is_connected.emit(self.link.is_open)


def _written(table: ResultTable, folder: Path) -> Path:
    name = f"{safe_part(table.title) or 'table'}.vot"
    provenance = Provenance(version=__version__)
    return write_votable(make_folder(folder) / name, table, provenance=provenance, exists="replace")
