"""The data browser: what it shows, and what its menus do."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, pyqtBoundSignal, pyqtSignal
from PyQt6.QtWidgets import QDialog, QWidget

from engine.counting import counted
from engine.errors import EngineError
from engine.model.identity import ROLES, Role
from engine.model.star_names import shown_source_name, shown_star_name
from engine.project.edits import rename_target, restore_recipe, set_role
from engine.project.entries import Entry
from engine.project.reopening import reread
from engine.project.session import Session
from guiapp.controllers import model_menu
from guiapp.controllers.browser_rows import (
    SUBSET,
    entries_of_row,
    rows_of,
    segments_of_row,
    subset_of_row,
)
from guiapp.controllers.columns import has_columns
from guiapp.controllers.file_states import FileStates
from guiapp.controllers.health import HealthController
from guiapp.controllers.leaving_out import WHAT_FOLLOWS, outcome_text
from guiapp.controllers.model_menu import model_commands, set_and_targets
from guiapp.controllers.model_swaps import swap_models
from guiapp.controllers.subset_edits import SubsetEdits
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.troubles import Trouble, TroubleDialog
from guiapp.document.commands import edit
from guiapp.jobs.runner import Job, State
from guiapp.panels.browser_rows import BrowserCommand
from guiapp.panels.data_browser import DataBrowser

_RESTORE = "restore"
_INCLUDE = "include"
_EXCLUDE = "exclude"
_REASON = "reason"
_ACCEPT = "accept"
_COLUMNS = "columns"
_FIND = "find"

_FIELD_KINDS = frozenset({"source catalog", "image"})  # without a spectrum: sources lie in them


class BrowserController(QObject):
    """Ties the data browser to document and selection.

    Signals
    -------
    failed(what, hint)
        Something asked for cannot be done.
    node_wanted(NodeKey)
        A recipe was restored into this node: show it.
    activated(segment id)
        The user wants to see this observation.
    columns_wanted(entry id)
        The user wants to say which columns of a table make a spectrum.
    missing_wanted()
        The user wants to say where missing files are.
    """

    failed = pyqtSignal(str, str)
    node_wanted = pyqtSignal(object)
    activated = pyqtSignal(str)
    columns_wanted = pyqtSignal(str)
    missing_wanted = pyqtSignal()

    def __init__(
        self,
        workspace: Workspace,
        panel: DataBrowser,
        files: FileStates,
        health: HealthController,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._files = files
        self._health = health
        self._panel = panel
        self._window = window
        self._is_telling = False
        self.subsets = SubsetEdits(workspace.document, window, self)
        panel.set_roles(ROLES)
        panel.selected.connect(self._on_selected)
        panel.activated.connect(self._on_activated)
        panel.role_changed.connect(self._set_role)
        panel.renamed.connect(self._rename)
        panel.removed.connect(self._remove)
        panel.command_chosen.connect(self._run_command)
        panel.menu_wanted.connect(lambda rows: panel.set_commands(self._commands(rows)))
        panel.messages_wanted.connect(self._show_messages)
        files.changed.connect(self.refresh)
        health.changed.connect(self.refresh)
        workspace.document.changed.connect(lambda _change: self.refresh())
        workspace.selection.changed.connect(self._show_selection)
        workspace.selection.points_changed.connect(self._show_selection)
        self.refresh()

    @property
    def _session(self) -> Session:
        return self._workspace.session

    @property
    def rows(self) -> tuple[str, ...]:
        """Ids of the rows that are marked."""
        return self._panel.selected_ids()

    def mark(self, rows: tuple[str, ...]) -> None:
        """Mark ``rows`` for what is selected, if they stand for just that."""
        if rows and set(self._segments(rows)) == set(self._workspace.selection.segments):
            self._is_telling = True
            self._panel.select(rows)
            self._is_telling = False

    def refresh(self) -> None:
        """Show the session as it is now."""
        self._is_telling = True
        self._panel.show_tree(
            rows_of(self._session, self._files.trouble_of, self._health.findings_of)
        )
        n_files = len(self._session.entries)
        self._panel.set_foot(
            "Drop files or folders here"
            if n_files == 0
            else f"{counted(n_files, 'file')} · drop more here"
        )
        self._is_telling = False
        rows = self._panel.selected_ids()
        if not rows or self._segments(rows) or self._field_files(rows):
            self._show_selection()  # a row of another kind stays selected until one is picked

    def _commands(self, rows: tuple[str, ...]) -> tuple[BrowserCommand, ...]:
        """Return what can be done with ``rows``: nothing else is offered."""
        session = self._session
        entries = self._entries(rows)
        self._files.look_at(entries)
        kinds = {entry.kind for entry in entries}
        is_out = any(_excluded(session, row) for row in rows)
        is_missing = any(self._files.is_missing(entry) for entry in entries)
        is_table = len(entries) == 1 and has_columns(entries[0])
        offered = (
            (_EXCLUDE, "Leave out…", any(_is_used(session, row) for row in rows)),
            (_REASON, "Change the reason…", is_out),
            (_INCLUDE, "Bring back", is_out),
            (_RESTORE, "Restore the recipe of this vector", kinds == {"vector"}),
            (_COLUMNS, "Choose the columns of this table…", is_table),
            (_ACCEPT, "Read the changed file", bool(self._changed(entries)) and not is_missing),
            (_FIND, "Find the missing file…", is_missing),
        )
        commands = tuple(BrowserCommand(name, text) for name, text, is_right in offered if is_right)
        return (*commands, *self._model_commands(rows))

    def _changed(self, entries: tuple[Entry, ...]) -> tuple[str, ...]:
        """Return the ids of those whose file changed since it was opened."""
        return tuple(entry.id for entry in entries if self._files.trouble_of(entry))

    def _model_commands(self, rows: tuple[str, ...]) -> tuple[BrowserCommand, ...]:
        """Return the models to choose from for the stars of ``rows``."""
        found = (self._session.segment(one) for one in self._segments(rows))
        return model_commands(self._session, [one for one in found if one is not None])

    def exclude_selected(self) -> None:
        """Ask why the selected star, visit or band is, or is to be, left out."""
        rows = self._observed_rows()
        if rows:
            self._exclude(rows)

    def include_selected(self) -> None:
        """Use the selected star, visit or band again."""
        rows = self._observed_rows()
        if rows:
            self._include(rows)

    def _observed_rows(self) -> tuple[str, ...]:
        """Return the selected rows that show observations; else what is selected elsewhere."""
        rows = self._panel.selected_ids()
        observed = tuple(row for row in rows if segments_of_row(self._session, row))
        return observed or self._workspace.selection.segments

    def _on_selected(self, ids: tuple[str, ...]) -> None:
        if self._is_telling:
            return
        segments = self._segments(ids)
        if segments:
            self._workspace.selection.select(segments)
        elif (files := self._field_files(ids)) and files != self._files_of_points():
            self._workspace.selection.select_points(files)

    def select_besides(self, rows: tuple[str, ...]) -> None:
        """Select the observations in ``rows`` beside those that are: views overlay them."""
        selection = self._workspace.selection
        together = dict.fromkeys((*selection.segments, *self._segments(rows)))
        selection.select(tuple(together))

    def _field_files(self, rows: tuple[str, ...]) -> tuple[str, ...]:
        """Return the files in ``rows`` that sources of a field are found in."""
        return tuple(one.id for one in self._entries(rows) if one.kind in _FIELD_KINDS)

    def _files_of_points(self) -> tuple[str, ...]:
        """Return the files that the selected points stand in."""
        files = (one.partition(".")[0] for one in self._workspace.selection.points)
        return tuple(one for one in dict.fromkeys(files) if self._session.entry(one) is not None)

    def _segments(self, rows: tuple[str, ...]) -> tuple[str, ...]:
        """Return the observations in rows; the band that is seen comes first, else the shortest."""
        shown = self._workspace.segment()
        seen = "" if shown is None else shown.identity.band
        found: dict[str, None] = {}
        for row in rows:
            of_row = [(self._band(one), one) for one in segments_of_row(self._session, row)]
            of_row.sort(key=lambda one: (one[0] != seen, one[0]))
            found |= dict.fromkeys(one for _, one in of_row)
        return tuple(found)

    def _band(self, segment_id: str) -> str:
        segment = self._session.segment(segment_id)
        return "" if segment is None else segment.identity.band

    def _show_selection(self) -> None:
        files = self._files_of_points()
        if files:
            if set(files) != set(self._field_files(self._panel.selected_ids())):
                self._is_telling = True
                self._panel.select(files)
                self._is_telling = False
            return
        wanted = set(self._workspace.selection.segments)
        if wanted == set(self._segments(self._panel.selected_ids())):
            return  # a star or a visit stays selected as such
        self._is_telling = True
        self._panel.select(self._workspace.selection.segments)
        self._is_telling = False

    def _on_activated(self, row: str) -> None:
        segments = segments_of_row(self._session, row)
        if segments:
            self._workspace.selection.select(segments)
            self.activated.emit(segments[0])

    def _entries(self, rows: tuple[str, ...]) -> tuple[Entry, ...]:
        ids = dict.fromkeys(one for row in rows for one in entries_of_row(self._session, row))
        return tuple(entry for one in ids if (entry := self._session.entry(one)) is not None)

    def _ids(self, rows: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(entry.id for entry in self._entries(rows))

    def _edit(self, session: Session, text: str) -> None:
        edit(self._workspace.document, session, text)

    def _set_role(self, rows: tuple[str, ...], role: Role) -> None:
        entries = self._entries(rows)
        session = set_role(self._session, self._ids(rows), role)
        self._edit(session, f"Give {_counted(entries)} the role {role}")

    def _rename(self, rows: tuple[str, ...]) -> None:
        ids = self._ids(rows)
        named = [entry for entry in self._entries(rows) if entry.parts]
        if not named:
            return
        old = named[0].parts[0].target

        def rename(name: str) -> None:
            session = rename_target(self._session, ids, name)
            self._edit(session, f"Rename {old or 'a source'} to {name}")

        dialog = TextDialog(
            "Rename the target", "Name of the source", text=old, action="Rename",
            parent=self._window,
        )  # fmt: skip
        dialog.taken.connect(rename)
        _open(dialog)

    def name_selection(self) -> None:
        """Ask for a name of what is selected."""
        segments = (self._session.segment(one) for one in self._workspace.selection.segments)
        keys = dict.fromkeys(one.identity.source_key for one in segments if one is not None)
        self.subsets.ask("selection", tuple(keys))

    def _remove(self, rows: tuple[str, ...]) -> None:
        for row in rows:
            if row.startswith(f"{SUBSET}:"):
                self.subsets.remove(row.removeprefix(f"{SUBSET}:"))
        entries = self._entries(rows)
        if entries:
            session = self._session.without_entries(entry.id for entry in entries)
            self._edit(session, f"Close {_counted(entries)}")

    def _run_command(self, command: str, rows: tuple[str, ...]) -> None:
        if command.startswith(model_menu.ONE):
            self._choose_model(command.removeprefix(model_menu.ONE), rows)
        elif command.startswith(model_menu.SET):
            self._choose_set(command)
        elif command == _COLUMNS:
            for one in self._ids(rows)[:1]:
                self.columns_wanted.emit(one)
        elif command == _FIND:
            self.missing_wanted.emit()
        else:
            what = {
                _EXCLUDE: self._exclude,
                _REASON: self._change_reason,
                _INCLUDE: self._include,
                _RESTORE: self._restore,
                _ACCEPT: self._accept_changed,
            }[command]
            what(rows)

    def _show_messages(self, row: str) -> None:
        entries = self._entries((row,))
        self._files.look_at(entries)
        said = [
            text
            for entry in entries
            for text in (self._files.trouble_of(entry), *entry.warnings)
            if text
        ]
        listed = tuple(Trouble(text) for text in dict.fromkeys(said))
        nothing = (Trouble("There is nothing to say: the files were read without a warning."),)
        _open(TroubleDialog(f"Messages of {_counted(entries)}", listed or nothing, self._window))

    def _choose_model(self, entry_id: str, rows: tuple[str, ...]) -> None:
        session = self._session
        targets = {
            segment.identity.target
            for row in rows
            for one in segments_of_row(session, row)
            if (segment := session.segment(one)) is not None
        }
        for target in sorted(targets):
            session = session.with_model(target, entry_id or None)
        entry = session.entry(entry_id)
        name = "automatically" if entry is None else _name(entry)
        stars = ", ".join(dict.fromkeys(map(shown_star_name, sorted(targets))))
        self._edit(session, f"Choose the model of {stars}: {name}")

    def _choose_set(self, command: str) -> None:
        name, targets = set_and_targets(self._session, command)
        try:
            lacking = swap_models(self._workspace, name, targets)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return
        if lacking:
            what = f"{name} has no model of {', '.join(lacking)}."
            self.failed.emit(what, "They keep the models they had.")

    def _exclude(self, rows: tuple[str, ...]) -> None:
        used = tuple(row for row in rows if _is_used(self._session, row))
        if not used:
            self._change_reason(rows)
            return
        self._ask_reason(
            f"Leave out {self._title(used)}?", WHAT_FOLLOWS, action="Leave out"
        ).connect(lambda reason: self._leave_out(used, reason))

    def _change_reason(self, rows: tuple[str, ...]) -> None:
        """Ask for another reason of what is left out already."""
        session = self._session
        subjects = tuple(dict.fromkeys(one for row in rows for one in _excluded(session, row)))
        found = [one.reason for one in session.exclusions if one.subject in subjects]
        reasons = tuple(dict.fromkeys(found))
        one = len(reasons) == 1
        self._ask_reason(
            f"Change the reason for {self._title(rows)}",
            "It is left out for the reason below: change it."
            if one
            else f"{len(reasons)} reasons were given: the new one takes their place.",
            text=reasons[0] if one else "",
            action="Change",
        ).connect(lambda reason: self._give_reason(rows, subjects, reason))

    def _ask_reason(self, title: str, said: str, *, action: str, text: str = "") -> pyqtBoundSignal:
        """Ask for a reason; return the signal that tells it."""
        given = tuple(dict.fromkeys(one.reason for one in self._session.exclusions))
        dialog = TextDialog(
            title, said, text=text, suggestions=given, action=action, parent=self._window
        )
        _open(dialog)
        return dialog.taken

    def _include(self, rows: tuple[str, ...]) -> None:
        before = self._session
        subjects = tuple(dict.fromkeys(one for row in rows for one in _excluded(before, row)))
        whole = [one for one in subjects if one in before.sources]
        # A band of a source that is left out as a whole brings all of it back.
        title = shown_source_name(whole[0]) if len(whole) == 1 else self._title(rows)
        self._edit(before.with_exclusions(subjects, None), outcome_text(title, None))

    def _leave_out(self, rows: tuple[str, ...], reason: str) -> None:
        session = self._session
        for row in rows:
            for subject in _subjects(session, row):
                if session.exclusion(subject) is None:  # what is out keeps its own reason
                    session = session.with_exclusion(subject, reason)
        self._edit(session, outcome_text(self._title(rows), reason))

    def _give_reason(self, rows: tuple[str, ...], subjects: tuple[str, ...], reason: str) -> None:
        known = {subject: self._session.exclusion(subject) for subject in subjects}
        if any(one is not None and one.reason != reason for one in known.values()):
            session = self._session.with_exclusions(subjects, reason)
            self._edit(session, f"Change the reason for {self._title(rows)}: {reason}")

    def _title(self, rows: tuple[str, ...]) -> str:
        """Return what ``rows`` are called in the history."""
        ids = [one for row in rows for one in segments_of_row(self._session, row)]
        segments = [segment for one in ids if (segment := self._session.segment(one)) is not None]
        if len(segments) == 1:
            return segments[0].title
        sources = list(dict.fromkeys(one.identity.source_key for one in segments))
        return (
            shown_source_name(sources[0]) if len(sources) == 1 else f"{len(segments)} observations"
        )

    def _restore(self, rows: tuple[str, ...]) -> None:
        for entry in self._entries(rows):
            try:
                vector = self._workspace.chain.library.product(entry, 0)
                session, key = restore_recipe(self._session, vector)
            except EngineError as error:
                self.failed.emit(error.what, error.hint)
                return
            self._edit(session, f"Restore the recipe of {_name(entry)}")
            self.node_wanted.emit(key)

    def _accept_changed(self, rows: tuple[str, ...]) -> None:
        """Read changed files again in the background."""
        session, library = self._session, self._workspace.chain.library
        ids = self._changed(self._entries(rows))
        named = [entry for entry in session.entries if entry.id in ids]
        self._workspace.runner.start(
            f"Read {_counted(named)} again",
            lambda _progress: reread(session, ids, library),
            lambda job: self._on_reread(job, ids),
            lane="queue",
        )

    def _on_reread(self, job: Job, ids: tuple[str, ...]) -> None:
        if job.state is State.FAILED and isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        if not isinstance(job.result, Session):
            return
        fresh = [entry for one in ids if (entry := job.result.entry(one)) is not None]
        still = [entry for entry in fresh if self._session.entry(entry.id) is not None]
        self._workspace.chain.forget_failures()
        self._edit(self._session.with_entries(still), f"Read {_counted(still)} again")


def _subjects(session: Session, row: str) -> tuple[str, ...]:
    """Return what is excluded with ``row``: sources as a whole, or a segment."""
    kind, _, name = row.partition(":")
    if kind == SUBSET:
        return subset_of_row(session, row)
    if kind == "target":
        found = (session.segment(one) for one in segments_of_row(session, row))
        return tuple(dict.fromkeys(one.identity.source_key for one in found if one is not None))
    return (name,) if kind == "source" else segments_of_row(session, row)


def _excluded(session: Session, row: str) -> tuple[str, ...]:
    """Return what has to come back so that nothing of ``row`` is left out."""
    subjects = [subject for each in _subjects_of_each(session, row) for subject in each]
    return tuple(dict.fromkeys(one for one in subjects if session.exclusion(one) is not None))


def _is_used(session: Session, row: str) -> bool:
    """Tell whether something of ``row`` is not left out."""
    found = _subjects_of_each(session, row)
    return any(all(session.exclusion(one) is None for one in each) for each in found)


def _subjects_of_each(session: Session, row: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each observation in ``row``, as what it may be left out."""
    ids = segments_of_row(session, row)
    return tuple(
        (one,) if (found := session.segment(one)) is None else (one, found.identity.source_key)
        for one in ids
    )


def _name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]


def _counted(entries: Sequence[Entry]) -> str:
    return _name(entries[0]) if len(entries) == 1 else f"{len(entries)} files"


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
