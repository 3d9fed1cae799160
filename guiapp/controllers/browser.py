"""The data browser: what it shows, and what its menus do."""

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.model.identity import ROLES, Role
from engine.project.edits import rename_target, restore_recipe, set_role
from engine.project.models import model_of, models
from engine.project.reopening import reread
from engine.project.session import Session
from guiapp.controllers.browser_rows import entries_of_row, rows_of, segments_of_row
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.panels.browser_rows import BrowserCommand
from guiapp.panels.data_browser import DataBrowser

_RESTORE = "restore"
_INCLUDE = "include"
_EXCLUDE = "exclude"
_ACCEPT = "accept"
_COLUMNS = "columns"
_MODEL = "model:"
_TABLES = {"spectrum", "model spectrum", "table", "curve"}  #: kinds that tables are read as


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
    """

    failed = pyqtSignal(str, str)
    node_wanted = pyqtSignal(object)
    activated = pyqtSignal(str)
    columns_wanted = pyqtSignal(str)

    def __init__(self, workspace: Workspace, panel: DataBrowser, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._panel = panel
        self._window = window
        self._is_telling = False
        panel.set_roles(ROLES)
        panel.selected.connect(self._on_selected)
        panel.activated.connect(self._on_activated)
        panel.role_changed.connect(self._set_role)
        panel.renamed.connect(self._rename)
        panel.removed.connect(self._remove)
        panel.command_chosen.connect(self._run_command)
        workspace.document.changed.connect(lambda _change: self.refresh())
        workspace.selection.changed.connect(self._show_selection)
        self.refresh()

    @property
    def _session(self) -> Session:
        return self._workspace.session

    def refresh(self) -> None:
        """Show the session as it is now."""
        self._is_telling = True
        self._panel.show_tree(rows_of(self._session))
        n_files = len(self._session.entries)
        self._panel.set_foot(
            "Drop files or folders here" if n_files == 0 else f"{n_files} files · drop more here"
        )
        self._is_telling = False
        self._show_selection()

    def _commands(self, rows: tuple[str, ...]) -> tuple[BrowserCommand, ...]:
        """Return what can be done with ``rows``: nothing else is offered."""
        session = self._session
        entries = [entry for one in self._entries(rows) if (entry := session.entry(one))]
        kinds = {entry.kind for entry in entries}
        is_observed = any(segments_of_row(session, row) for row in rows)
        is_excluded = any(session.exclusion(one) for row in rows for one in _subjects(session, row))
        offered = (
            (_EXCLUDE, "Exclude…", is_observed),
            (_INCLUDE, "Bring back", is_excluded),
            (_RESTORE, "Restore the recipe of this vector", kinds == {"vector"}),
            (_COLUMNS, "Choose the columns of this table…", len(entries) == 1 and kinds <= _TABLES),
            (_ACCEPT, "Read the changed file", bool(kinds)),
        )
        commands = tuple(BrowserCommand(name, text) for name, text, is_right in offered if is_right)
        return (*commands, *self._model_commands(rows))

    def _model_commands(self, rows: tuple[str, ...]) -> tuple[BrowserCommand, ...]:
        """Return the models to choose from for the stars of ``rows``."""
        session = self._session
        segments = [session.segment(one) for row in rows for one in segments_of_row(session, row)]
        now = {model_of(session, one) for one in segments if one is not None}
        return tuple(
            BrowserCommand(
                f"{_MODEL}{entry.id}",
                f"{entry.parts[0].target}  {entry.path.rpartition('/')[2]}",
                "Model",
                now == {entry},
            )
            for entry in (models(session) if segments else ())
        )

    def _on_selected(self, ids: tuple[str, ...]) -> None:
        if self._is_telling:
            return
        self._panel.set_commands(self._commands(ids))
        segments = [one for row in ids for one in segments_of_row(self._session, row)]
        if segments:
            self._workspace.selection.select(tuple(dict.fromkeys(segments)))

    def _show_selection(self) -> None:
        self._is_telling = True
        self._panel.select(self._workspace.selection.segments)
        self._is_telling = False
        self._panel.set_commands(self._commands(self._panel.selected_ids()))

    def _on_activated(self, row: str) -> None:
        segments = segments_of_row(self._session, row)
        if segments:
            self._workspace.selection.select(segments)
            self.activated.emit(segments[0])

    def _entries(self, rows: tuple[str, ...]) -> tuple[str, ...]:
        found = [one for row in rows for one in entries_of_row(self._session, row)]
        return tuple(dict.fromkeys(found))

    def _edit(self, session: Session, text: str) -> None:
        edit(self._workspace.document, session, text)

    def _set_role(self, rows: tuple[str, ...], role: Role) -> None:
        ids = self._entries(rows)
        self._edit(set_role(self._session, ids, role), f"Give {len(ids)} files the role {role}")

    def _rename(self, rows: tuple[str, ...]) -> None:
        ids = self._entries(rows)
        entry = self._session.entry(ids[0]) if ids else None
        if entry is None or not entry.parts:
            return
        old = entry.parts[0].target

        def rename(name: str) -> None:
            session = rename_target(self._session, ids, name)
            self._edit(session, f"Rename {old or 'a source'} to {name}")

        dialog = TextDialog(
            "Rename the target", "Name of the source", text=old, action="Rename",
            parent=self._window,
        )  # fmt: skip
        dialog.taken.connect(rename)
        _open(dialog)

    def _remove(self, rows: tuple[str, ...]) -> None:
        ids = self._entries(rows)
        if ids:
            session = self._session.without_entries(ids)
            self._edit(session, f"Close {len(ids)} file{'s' if len(ids) > 1 else ''}")

    def _run_command(self, command: str, rows: tuple[str, ...]) -> None:
        if command.startswith(_MODEL):
            self._choose_model(command.removeprefix(_MODEL), rows)
        elif command == _EXCLUDE:
            self._exclude(rows)
        elif command == _INCLUDE:
            self._include(rows)
        elif command == _RESTORE:
            self._restore(rows)
        elif command == _COLUMNS:
            for one in self._entries(rows)[:1]:
                self.columns_wanted.emit(one)
        elif command == _ACCEPT:
            self._accept_changed(rows)

    def _choose_model(self, entry_id: str, rows: tuple[str, ...]) -> None:
        session = self._session
        targets = {
            segment.identity.target
            for row in rows
            for one in segments_of_row(session, row)
            if (segment := session.segment(one)) is not None
        }
        for target in sorted(targets):
            session = session.with_model(target, entry_id)
        if targets:
            self._edit(session, f"Choose the model of {', '.join(sorted(targets))}")

    def _exclude(self, rows: tuple[str, ...]) -> None:
        given = tuple(dict.fromkeys(one.reason for one in self._session.exclusions))
        dialog = TextDialog(
            "Exclude", "Why is it left out? The reason is kept with it.", suggestions=given,
            action="Exclude", parent=self._window,
        )  # fmt: skip
        dialog.taken.connect(lambda reason: self._change_exclusion(rows, reason))
        _open(dialog)

    def _include(self, rows: tuple[str, ...]) -> None:
        self._change_exclusion(rows, None)

    def _change_exclusion(self, rows: tuple[str, ...], reason: str | None) -> None:
        session = self._session
        for row in rows:
            for subject in _subjects(session, row):
                session = session.with_exclusion(subject, reason)
        self._edit(session, f"Exclude: {reason}" if reason else "Bring back what was excluded")

    def _restore(self, rows: tuple[str, ...]) -> None:
        for one in self._entries(rows):
            entry = self._session.entry(one)
            if entry is None or entry.kind != "vector":
                self.failed.emit("This is not a vector.", "Choose a vector that was exported here.")
                return
            try:
                vector = self._workspace.chain.library.product(entry, 0)
                session, key = restore_recipe(self._session, vector)
            except EngineError as error:
                self.failed.emit(error.what, error.hint)
                return
            self._edit(session, f"Restore the recipe of {entry.path.rpartition('/')[2]}")
            self.node_wanted.emit(key)

    def _accept_changed(self, rows: tuple[str, ...]) -> None:
        ids = self._entries(rows)
        try:
            session = reread(self._session, ids, self._workspace.chain.library)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return
        self._workspace.chain.forget_failures()
        self._edit(session, "Read changed files again")


def _subjects(session: Session, row: str) -> tuple[str, ...]:
    """Return what is excluded with ``row``: a source as a whole, or its segments."""
    kind, _, name = row.partition(":")
    return (name,) if kind == "source" else segments_of_row(session, row)


def _open(dialog: TextDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
