"""Of what an export is: what is selected and seen, one step, or everything."""

from collections.abc import Mapping

from engine.counting import bytes_text, counted
from engine.model.star_names import shown_source_name
from engine.project.export_limits import Only
from engine.project.export_sizes import about_bytes, about_report_bytes
from engine.project.exports import WHATS, What, plan_exports
from engine.project.keys import NodeKey
from engine.project.recipes import session_recipe
from engine.project.report import REPORT
from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.export import ExportScope

SEEN, SELECTED, STEP, EVERYTHING = "seen", "selected", "step", "everything"
_USUAL: tuple[What, ...] = ("spectra", "vectors", "tables")


class ExportScopes:
    """What can be exported while one view is seen.

    Parameters
    ----------
    workspace : Workspace
        With what is selected.
    view : ViewController or None
        The view that is seen.
    """

    def __init__(self, workspace: Workspace, view: ViewController | None) -> None:
        self._workspace = workspace
        self._title = "" if view is None else view.title
        self._step = "" if view is None else view.step
        self._key: NodeKey | None = None if view is None else view.export_key()
        self._recipe = len(session_recipe(workspace.session))
        self._known: dict[tuple[str, ...], dict[str, tuple[int, int]]] = {}

    @property
    def offered(self) -> tuple[ExportScope, ...]:
        """What can be chosen, the least first."""
        found, selection = [], self._selection()
        if self._seen():
            tip = "The results that the view shows, of what is selected"
            is_of_selection = any(key != self._key for key in self._seen()) or self._is_selected()
            said = f"{self._title}: {selection}" if is_of_selection else self._title
            found.append(ExportScope(SEEN, "What is seen", said, tip))
        if selection:
            tip = "All that follows from the selection alone"
            found.append(ExportScope(SELECTED, "What is selected", selection, tip))
        if self._has_results():
            tip = "All results of the step whose view is seen"
            found.append(ExportScope(STEP, "This step", self._title, tip))
        return (*found, ExportScope(EVERYTHING, "Everything", "", "All results of the session"))

    def amounts(
        self, what: tuple[str, ...], formats: Mapping[What, tuple[str, ...]]
    ) -> dict[str, str]:
        """Return how much each choice is: ``"12 files, about 3 MB"``."""
        said = {}
        for scope in self.offered:
            parts = self._parts(scope.id, formats)
            wanted = [parts[kind] for kind in what if kind in parts]
            count = sum(n_files for n_files, _ in wanted)
            size = bytes_text(sum(n_bytes for _, n_bytes in wanted))
            said[scope.id] = f"{counted(count, 'file')}, about {size}" if count else "no file"
        return said

    def _parts(
        self, scope: str, formats: Mapping[What, tuple[str, ...]]
    ) -> dict[str, tuple[int, int]]:
        """Return number and size of the files of each kind; a session of many is asked once."""
        asked = (scope, *(name for kind in WHATS for name in formats[kind]))
        if asked not in self._known:
            session, chain = self._workspace.session, self._workspace.chain
            only, step = self.limits(scope)
            plan = plan_exports(session, chain, WHATS, formats=dict(formats), only=only, step=step)
            parts = {kind: [one for one in plan if one.what == kind] for kind in WHATS}
            self._known[asked] = {
                kind: (len(files), about_bytes(files, session, recipe_bytes=self._recipe))
                for kind, files in parts.items()
            } | {REPORT: (1, about_report_bytes(session))}
        return self._known[asked]

    def limits(self, scope: str) -> tuple[Only | None, str]:
        """Return the subjects and results that an export is limited to, and its step."""
        if scope == STEP:
            return None, self._step
        only: dict[str, Only] = {SEEN: self._seen(), SELECTED: self._subjects()}
        return only.get(scope), ""

    def usual_kinds(self) -> tuple[str, ...]:
        """Return the kinds of files that show what is seen."""
        if not self._has_results():
            return _USUAL
        session, chain = self._workspace.session, self._workspace.chain
        only = self._seen()
        planned = plan_exports(session, chain, WHATS, only=only or None, step=self._step)
        return tuple(dict.fromkeys(one.what for one in planned)) or _USUAL

    def _has_results(self) -> bool:
        session, chain = self._workspace.session, self._workspace.chain
        return bool(self._step and chain.keys_of(session, self._step))

    def _subjects(self) -> Only:
        """Return what is selected, and its sources."""
        selection = self._workspace.selection
        return frozenset(
            {*selection.segments, *selection.points, *self._workspace.selected_sources()}
        )

    def _seen(self) -> Only:
        """Return the results of the view's step that are selected, and the one that it shows."""
        subjects, found = self._subjects(), set()
        if self._step:
            keys = self._workspace.chain.keys_of(self._workspace.session, self._step)
            found = {key for key in keys if key.settings.subject in subjects}
        return frozenset(found if self._key is None else {*found, self._key})

    def _is_selected(self) -> bool:
        return self._key is not None and self._key.settings.subject in self._subjects()

    def _selection(self) -> str:
        """Return what is selected, in words; ``""``: nothing is."""
        chosen, segment = self._workspace.selection.segments, self._workspace.segment()
        if segment is None:
            return ""
        source = shown_source_name(segment.identity.source_key).replace("/", " ")
        more = f" and {len(chosen) - 1} more" if chosen[1:] else ""
        return f"{source} {segment.identity.band}".strip() + more
