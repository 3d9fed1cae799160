"""The controllers of one window, put together."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.demo_titles import DEMO_TITLES
from engine.project.chain import Chain
from engine.project.entries import Segment
from engine.project.kept_results import store_for_window
from engine.resources import read_text
from guiapp.controllers.arrangement import Arrangement
from guiapp.controllers.browser import BrowserController
from guiapp.controllers.chain import ChainController
from guiapp.controllers.collecting import CollectController
from guiapp.controllers.columns import ColumnsController
from guiapp.controllers.comparison import ComparisonController
from guiapp.controllers.demos import Demos
from guiapp.controllers.exchange import ExchangeController
from guiapp.controllers.exports import ExportsController
from guiapp.controllers.file_states import FileStates
from guiapp.controllers.files import FilesController
from guiapp.controllers.health import HealthController
from guiapp.controllers.inspecting import Inspecting
from guiapp.controllers.instrument import groups_in_use
from guiapp.controllers.junctions import JunctionsController
from guiapp.controllers.lost_work import LostWork
from guiapp.controllers.ports import Window
from guiapp.controllers.search import SearchController
from guiapp.controllers.session import SessionController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.telling import Telling
from guiapp.controllers.tour import TourController
from guiapp.controllers.troubles import Troubles
from guiapp.controllers.unit_switch import UnitSwitch
from guiapp.controllers.vector_form import apply_combined
from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.view_output import ViewOutput
from guiapp.controllers.views import ViewKind, Views
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.view_help import ViewHelpDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.jobs.runner import Runner
from guiapp.settings.actions import ACTIONS, demo_action

_APPLIED = {"autosave_s", "pick_tolerance_px", "show_errors"}


class MainController(QObject):
    """Connects everything in one window; owns the workspace.

    Parameters
    ----------
    window : Window
        The main window, still empty, as controllers see it; ``widget`` is the same as a widget.
    troubles : Troubles
        Where messages and faults go.
    state_folder : Path
        Where autosaved copies and the demo lie.
    """

    def __init__(
        self, window: Window, widget: QWidget, troubles: Troubles, state_folder: Path
    ) -> None:
        super().__init__(widget)
        self._window = window
        self._widget = widget
        document = Document(parent=self)
        self.workspace = Workspace(
            document,
            Selection(self),
            Chain(store=store_for_window(window.preferences.integer("cache_mb") * 2**20)),
            Runner(self, workers=window.preferences.integer("workers")),
        )
        self.telling = Telling(self.workspace, window, troubles)
        start = StartFolder(window.preferences)
        self.session = SessionController(self.workspace, widget, state_folder / "autosave", start)
        self.files = FilesController(self.workspace, self.session.open, widget, start)
        self.file_states = FileStates(self.workspace, self)
        self.health = HealthController(self.workspace, widget)
        self.browser = BrowserController(
            self.workspace, window.data_browser, self.file_states, self.health, widget
        )
        self.arrangement = Arrangement(
            self.workspace, window, self.session, self.browser, self, lambda: self.views
        )
        self.chain = ChainController(self.workspace, window.chain_strip)
        self.exports = ExportsController(
            self.workspace, widget, state_folder, window.preferences, lambda: self._active
        )
        self.collecting = CollectController(self.workspace, widget, start)
        self.columns = ColumnsController(self.workspace, window.preferences, widget)
        self.lost_work = LostWork(self.workspace, self.session, widget, start)
        self.comparison = ComparisonController(self.workspace, widget, start)
        self.search = SearchController(self.workspace, window, self)
        self.output = ViewOutput(lambda: self._active, self.exports.ask_figure, self)
        self.output.copied.connect(window.status.say)
        self.exchange = ExchangeController(
            self.workspace, self.output.numbers, state_folder / "exchange", widget
        )
        self.units = UnitSwitch(widget, window.preferences, window.action)
        self.tour = TourController(self.workspace, window, window.tour)
        self.demos = Demos(
            state_folder,
            self.workspace.runner,
            self.session,
            self.tour,
            self.telling,
            window.preferences,
        )
        self.views = Views(self.workspace, self, self._connect_view)
        self._active: ViewController | None = None
        self._inspecting = Inspecting(window, self)
        for kind in self.views.kinds.values():
            self._add_view(kind)
        self._connect_parts()
        self._connect_actions()
        self._apply_preferences()
        self.demos.forget_as_recent()
        window.preferences.changed.connect(self._on_preference_changed)
        window.inspector.show_history(document.undo_stack)
        window.may_close = self.may_close
        self._on_view_changed(window.current_view)
        self._on_document_changed()

    # Starting and ending

    def start(self, paths: Sequence[str], *, demo: str = "") -> None:
        """Open what the command line asks for, and offer to recover lost work.

        Parameters
        ----------
        paths : sequence of str
            Files, folders or a session.
        demo : str, optional
            Which set of the demo; ``""``: none.
        """
        self._window.warm_up()
        dialog = self.lost_work.offer_recovery()
        if dialog is None:
            self._open_wanted(tuple(paths), demo)
        else:
            dialog.finished.connect(lambda _code: self._open_wanted(tuple(paths), demo))

    def _open_wanted(self, paths: tuple[str, ...], demo: str) -> None:
        """Open what was asked for, but never a session in place of work just recovered."""
        is_recovered = bool(self.workspace.session.entries)
        wanted = tuple(one for one in paths if not (is_recovered and one.endswith(".fluxknot")))
        if wanted:
            self.files.open_paths(wanted)
        elif demo and not is_recovered:
            self.demos.begin_with(demo)

    def may_close(self) -> bool:
        """Tell whether the window may close; if so, end all work."""
        if not self.session.may_leave():
            return False
        self.exchange.close()
        self.workspace.runner.close()
        self.session.close()
        return True

    # Parts

    def _add_view(self, kind: ViewKind) -> None:
        name = kind.name
        self._window.add_view(
            kind.group,
            name,
            kind.title,
            lambda: self.views[name].view,
            tip=kind.tip,
            words=kind.words,
        )

    def _connect_view(self, controller: ViewController) -> None:
        """Connect a view that has been made."""
        controller.apply_preferences(self._window.preferences)
        controller.keys_wanted.connect(self._window.action("help.keys").trigger)
        controller.inspector_changed.connect(lambda c=controller: self._inspecting.refresh(c))
        controller.failed.connect(self.telling.failed)
        controller.heading_changed.connect(
            lambda title, detail, c=controller: self._if_active(
                c, self._window.heading, title, detail
            )
        )
        apart = partial(self._window.view_area.say_apart, controller.name)
        controller.heading_changed.connect(apart)
        for signal, show, name in (
            (controller.mode_changed, self._window.mode_chip, "mode"),
            (controller.cursor_changed, self._window.set_cursor_text, "cursor"),
            (controller.hint_changed, self._window.set_hint_text, "hint"),
        ):
            signal.connect(
                lambda text, c=controller, show=show, name=name: self._tell(c, show, name, text)
            )

    def _connect_parts(self) -> None:
        window, document = self._window, self.workspace.document
        window.view_changed.connect(self._on_view_changed)
        window.help_wanted.connect(self._show_help)
        window.files_dropped.connect(self.files.open_paths)
        window.rows_dropped.connect(self.browser.select_besides)
        window.recent_chosen.connect(self._open_recent)
        window.menu_opening.connect(self._mark_errors)
        document.changed.connect(lambda _change: self._on_document_changed())
        self.workspace.selection.changed.connect(lambda: self._inspecting.refresh(self._active))
        self.files.opened.connect(self._on_opened)
        self.files.refused.connect(self.telling.refused)
        self.files.told.connect(self.telling.log)
        self.files.noticed.connect(lambda what, hint: self.telling.say("care", what, hint))
        elsewhere = ("Save as…", self.session.save_as)
        self.session.noticed.connect(lambda what, hint: self.telling.stand(what, hint, elsewhere))
        self.session.title_changed.connect(
            lambda name, modified: window.set_title(name, is_modified=modified)
        )
        self.session.saved.connect(window.preferences.remember_recent)
        self.session.saved.connect(self.telling.saved)
        self.session.saved.connect(self.exports.place.follow_session)
        self.session.opened.connect(self._on_session_opened)
        self.session.recovered.connect(self._on_recovered)
        self.session.exports_now = self.exports.place.unkept
        self.exports.place.chosen = self.session.keep_place
        self.session.leaving.connect(window.clear_notice)
        for settled in (self.session.leaving, self.session.saved):
            settled.connect(window.view_area.standing.clear)
        for source in (
            self.session,
            self.browser,
            self.collecting,
            self.columns,
            self.exports,
            self.comparison,
            self.exchange,
            self.output,
            self.chain,
        ):
            source.failed.connect(self.telling.failed)
        self.collecting.told.connect(self.telling.log)
        self.collecting.said.connect(self.telling.say)
        self.exchange.said.connect(self.telling.say)
        self.exchange.received.connect(lambda path: self.files.open_paths((path,)))
        self.browser.node_wanted.connect(self._show_node)
        self.browser.columns_wanted.connect(self.columns.ask)
        self.browser.missing_wanted.connect(self.lost_work.ask_for_missing)
        self.file_states.checked.connect(self.telling.say)
        self.browser.activated.connect(self._show_observation)
        self.health.show_wanted.connect(self._show_issue)
        self.health.failed.connect(self.telling.failed)
        self.chain.step_clicked.connect(self._show_step)
        self.exports.written.connect(self.telling.written)
        self.chain.finished.connect(self.telling.chain_finished)
        self.exports.written.connect(self.tour.on_written)
        self.tour.demo_wanted.connect(self.demos.lead_through)

    def _connect_actions(self) -> None:
        stack = self.workspace.document.undo_stack
        chosen = {
            "file.new": self.session.new,
            "file.open": self.files.ask_files,
            "file.open_folder": self.files.ask_folder,
            "file.open_session": self.session.ask_open,
            "file.save": self.session.save,
            "file.save_as": self.session.save_as,
            "file.collect": lambda: self.collecting.ask(self.session.as_seen(), self.session.path),
            "file.export": self.exports.ask,
            "file.export_figure": self.output.export_figure,
            "file.close": self.session.new,
            "edit.undo": stack.undo,
            "edit.redo": stack.redo,
            "edit.copy_data": lambda: self.output.copy_data(self._window.inspector.numbers),
            "edit.copy_picture": self.output.copy_picture,
            "calibrate.run_all": self.chain.run_all,
            "calibrate.apply_combined": self._apply_combined,
            "inspect.health": self.health.ask,
            "inspect.recheck": self.file_states.recheck,
            "inspect.worst_junction": self._show_worst_junction,
            "inspect.keep_version": self.comparison.keep,
            "inspect.compare_with": self.comparison.ask,
            "inspect.differences": self.comparison.list_differences,
            "inspect.stop_comparing": self.comparison.stop,
            "tools.cancel_jobs": self._cancel_jobs,
            "tools.send": self.exchange.ask,
            "help.tour": self.tour.ask,
        } | {demo_action(name): partial(self.demos.open, name) for name in DEMO_TITLES}
        for action_id, what in chosen.items():
            self._window.action(action_id).triggered.connect(lambda _checked, what=what: what())
        samp = self._window.action("tools.samp")
        samp.triggered.connect(self.exchange.toggle)
        self.exchange.is_connected.connect(samp.setChecked)
        self._connect_view_actions()
        for name, action_id in (("Undo", "edit.undo"), ("Redo", "edit.redo")):
            self._follow_stack(name, action_id)

    def _connect_view_actions(self) -> None:
        """Let actions do what the view that is seen makes of them, few something elsewhere."""
        self._elsewhere = {
            "calibrate.exclude": self.browser.exclude_selected,
            "calibrate.include": self.browser.include_selected,
            "edit.name_subset": self.browser.name_selection,
        }
        self._of_views = [spec.id for spec in ACTIONS if spec.is_of_view]
        for action_id in self._of_views:
            self._window.action(action_id).triggered.connect(
                lambda _checked, action_id=action_id: self._run_in_view(action_id)
            )

    def _run_in_view(self, action_id: str) -> None:
        known = self._active.actions() if self._active is not None else {}
        what = known.get(action_id, self._elsewhere.get(action_id))
        if what is not None:
            what()
        self._mark_errors()

    def _mark_errors(self) -> None:
        """Let the menu say whether errors are drawn: a legend or the preferences may decide."""
        are_shown = self._active is not None and self._active.has_errors
        self._window.action("view.errors").setChecked(are_shown)

    def _enable_view_actions(self) -> None:
        known = self._active.actions() if self._active is not None else {}
        known = {**self._elsewhere, **known}
        for action_id in self._of_views:
            self._window.action(action_id).setEnabled(action_id in known)
        self._mark_errors()

    def _apply_preferences(self) -> None:
        preferences = self._window.preferences
        self.session.set_autosave_interval(preferences.integer("autosave_s"))
        for view in self.views.made:
            view.apply_preferences(preferences)

    def _on_preference_changed(self, name: str) -> None:
        if name in _APPLIED:  # others would turn on again what was switched off in a plot
            self._apply_preferences()
            self._mark_errors()

    def _follow_stack(self, word: str, action_id: str) -> None:
        stack, action = self.workspace.document.undo_stack, self._window.action(action_id)
        can = stack.canUndoChanged if word == "Undo" else stack.canRedoChanged
        text = stack.undoTextChanged if word == "Undo" else stack.redoTextChanged
        can.connect(action.setEnabled)
        text.connect(lambda what: action.setText(f"{word} {what}".strip().replace("&", "&&")))
        action.setEnabled(stack.canUndo() if word == "Undo" else stack.canRedo())

    # Following

    def _on_document_changed(self) -> None:
        session = self.workspace.session
        if session.entries:
            self._window.show_workbench()
        else:
            self._window.show_welcome()
        kept = tuple(one for one in self.workspace.selection.segments if session.segment(one))
        if not kept and session.segments:
            kept = (_first(session.segments).id,)
        self.workspace.selection.select(kept)
        self._inspecting.refresh(self._active)

    def _on_view_changed(self, name: str) -> None:
        shown = self._window.shown_views
        for controller in self.views.made:
            if controller.is_active and controller.name not in shown:
                controller.set_active(False)
        if name not in self.views:
            self._active = None
            self._inspecting.follow(None)
            return
        self._active = self.views[name]
        texts = self._active.texts
        self._window.heading(*self._active.heading)
        self._window.mode_chip(texts["mode"])
        self._window.set_cursor_text("")
        self._window.set_hint_text(texts["hint"])
        self._window.chain_strip.set_active(self._active.step)
        for one in shown:
            if not self.views[one].is_active:
                self.views[one].set_active(True)
            self._window.view_area.say_apart(one, *self.views[one].heading)
        self._enable_view_actions()
        self._inspecting.follow(self._active)

    def _if_active(self, controller: ViewController, show: object, *texts: str) -> None:
        if controller is self._active and callable(show):
            show(*texts)

    def _tell(self, controller: ViewController, show: object, name: str, text: str) -> None:
        controller.texts[name] = text
        self._if_active(controller, show, text)

    def _on_opened(self, ids: tuple[str, ...]) -> None:
        self.exports.place.follow_data(self.files.last_folder)
        session = self.workspace.session
        segments = [one for one in session.segments if one.entry.id in ids]
        if segments:
            self.workspace.selection.select((_first(segments).id,))
        if len(ids) == len(session.entries):
            self._show_instrument()

    def _on_session_opened(self, path: str) -> None:
        if not self.session.is_demo(Path(path)):  # it has its own way in, and is never one's own
            self._window.preferences.remember_recent(path)
        self.exports.place.follow_session(path)
        self.arrangement.restore()
        self._show_instrument()
        self.file_states.look_at(self.workspace.session.entries)
        self.chain.take_up()
        self.lost_work.ask_for_missing()

    def _on_recovered(self, path: str, exports: str) -> None:
        if path:
            self.exports.place.follow_session(path)
        else:
            self.exports.place.recall(exports)
        self.arrangement.restore_recovered()
        self._show_instrument()
        self.file_states.look_at(self.workspace.session.entries)
        self.chain.take_up()

    def _show_instrument(self) -> None:
        """Show a view of the instrument that was opened, unless one is seen already."""
        session, chain = self.workspace.session, self.workspace.chain
        groups = groups_in_use(session, chain)
        if not groups or (self._active is not None and self._active.group in groups):
            return
        views = [one for one in self.views.kinds.values() if one.group in groups]
        at_work = [one for one in views if one.step and chain.keys_of(session, one.step)]
        for one in (at_work or views)[:1]:
            self._window.set_view(one.name)

    def _open_recent(self, path: str) -> None:
        if not self.session.open(path) and not Path(path).exists():
            self._window.preferences.forget_recent(path)

    def _apply_combined(self) -> None:
        """Calibrate everything with the combined vectors, and say how much that is."""
        done = apply_combined(self.workspace)
        if done:
            self.telling.offer(done, ("See the spectra", lambda: self._window.set_view("spectra")))
        else:
            self.telling.failed(
                "There are no combined vectors to apply.",
                "Open count rates of two standard stars or more, and their models.",
            )

    def _cancel_jobs(self) -> None:
        for job in self.workspace.runner.jobs:
            job.cancel()

    def _show_help(self, name: str) -> None:
        title, _, page = read_text(f"help/{name}.md").partition("\n")
        dialog = ViewHelpDialog(title.strip("# "), page, self._widget)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_issue(self, subject: str, view: str) -> None:
        if self.workspace.session.segment(subject) is not None:
            self.workspace.selection.select((subject,))
        if view in self.views:
            self._window.set_view(view)

    def _show_node(self, key: object) -> None:
        subject, step = getattr(key, "subject", ""), getattr(key, "step", "")
        self.workspace.selection.select((subject,))
        self._show_step(step)

    def _show_step(self, step: str) -> None:
        view = self.views.showing(step)
        if view:
            self._window.set_view(view)

    def _show_worst_junction(self) -> None:
        if not self.workspace.session.segments:
            self.telling.failed("There is no junction yet.", "Open two bands of a star first.")
            return
        self._window.set_view(JunctionsController.name)
        controller = self.views[JunctionsController.name]
        assert isinstance(controller, JunctionsController)
        controller.show_worst()

    def _show_observation(self, segment_id: str) -> None:
        segment = self.workspace.session.segment(segment_id)
        if segment is not None:
            self._show_step("extract" if segment.is_cube else "response")


def _first(segments: Sequence[Segment]) -> Segment:
    """Return the shortest band of the source that was opened first."""
    source = segments[0].identity.source_key
    of_source = [one for one in segments if one.identity.source_key == source]
    return min(of_source, key=lambda one: one.identity.band)
