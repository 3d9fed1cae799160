"""Of what an export is: what is selected and seen, one step, or everything."""

from collections.abc import Mapping

from engine.counting import bytes_text, counted
from engine.errors import DataError
from engine.files.packed_recipes import pack_recipe
from engine.model.star_names import shown_source_name
from engine.project.export_limits import Only, bands_of_source, limits_in_words
from engine.project.export_products import WHATS, What
from engine.project.export_session import SeenFigure
from engine.project.export_sizes import about_bytes, about_report_bytes
from engine.project.exports import plan_exports
from engine.project.keys import NodeKey
from engine.project.recipes import session_recipe
from engine.project.report_choice import (
    ALL_SECTIONS,
    REPORT,
    report_name,
    results_of_report,
)
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
        self._seen: Only = frozenset(() if view is None else view.seen())
        #: The figure of the view, with the axes that are seen; `None`: it has its own.
        self.seen_figure = seen_figure(view)
        self._recipe = len(pack_recipe(session_recipe(workspace.session)))
        self._reports: dict[str, tuple[str, ...] | None] = {}
        self._known: dict[tuple[str, ...], dict[str, tuple[int, int]]] = {}

    @property
    def offered(self) -> tuple[ExportScope, ...]:
        """What can be chosen, the least first."""
        found, selection = [], self._selection()
        if self._seen:
            tip = "The results that the view draws"
            parts = (self._title, self._seen_in_words())
            said = ": ".join(part for part in parts if part)
            found.append(ExportScope(SEEN, "What is seen", said, tip))
        if selection:
            tip = "All that follows from the selection alone"
            found.append(ExportScope(SELECTED, "What is selected", selection, tip))
        if self._has_results():
            tip = "All results of the step whose view is seen"
            found.append(ExportScope(STEP, "This step", self._title, tip))
        return (*found, ExportScope(EVERYTHING, "Everything", "", "All results of the session"))

    def amounts(
        self,
        what: tuple[str, ...],
        formats: Mapping[What, tuple[str, ...]],
        *,
        sections: tuple[str, ...] = ALL_SECTIONS,
    ) -> dict[str, str]:
        """Return how much each choice is: ``"12 files, about 3 MB"``."""
        said = {}
        for scope in self.offered:
            parts = {**self._parts(scope.id, formats), REPORT: self._report(scope.id, sections)}
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
            }
        return self._known[asked]

    def _report(self, scope: str, sections: tuple[str, ...]) -> tuple[int, int]:
        """Return number and size of the reports."""
        of = self._report_of(scope)
        if of is None:
            return 0, 0
        session, has_figures = self._workspace.session, "figures" in sections
        return 1, about_report_bytes(session, len(of), has_figures=has_figures)

    def _report_of(self, scope: str) -> tuple[str, ...] | None:
        """Return what the report is limited to; nothing: it is not; `None`: there is none."""
        if scope not in self._reports:
            only, step = self.limits(scope)
            session, chain = self._workspace.session, self._workspace.chain
            try:
                self._reports[scope] = results_of_report(session, chain, only, step)
            except DataError:
                self._reports[scope] = None
        return self._reports[scope]

    def reports(self, scope: str) -> tuple[str, ...]:
        """Return the name of the report; none where nothing is to be reported on."""
        of = self._report_of(scope)
        return () if of is None else (report_name(self._workspace.session, of),)

    def limits(self, scope: str) -> tuple[Only | None, str]:
        """Return the subjects and results that an export is limited to, and its step."""
        if scope == STEP:
            return None, self._step
        only: dict[str, Only] = {SEEN: self._seen, SELECTED: self._subjects()}
        return only.get(scope), ""

    def usual_kinds(self) -> tuple[str, ...]:
        """Return the kinds of files that show what is seen."""
        if not self._has_results():
            return _USUAL
        session, chain = self._workspace.session, self._workspace.chain
        only = self._seen or None
        step = "" if only else self._step
        planned = plan_exports(session, chain, WHATS, only=only, step=step)
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

    def _seen_in_words(self) -> str:
        """Return of which observations or sources the view draws results; ``""``: of no one."""
        session = self._workspace.session
        keys = [one for one in self._seen if isinstance(one, NodeKey)]
        subjects = sorted({key.settings.subject for key in keys})
        segments = [one for one in map(session.segment, subjects) if one is not None]
        sources = {one.identity.source_key for one in segments}
        if len(sources) == 1 and len(segments) > 1:
            return bands_of_source(sources.pop(), len(segments))
        known = [one for one in subjects if session.segment(one) or one in session.sources]
        return limits_in_words(session, (str(key) for key in keys if key.settings.subject in known))

    def _selection(self) -> str:
        """Return what is selected, in words; ``""``: nothing is."""
        chosen, segment = self._workspace.selection.segments, self._workspace.segment()
        if segment is None:
            return ""
        source = _source_title(segment.identity.source_key)
        more = f" and {len(chosen) - 1} more" if chosen[1:] else ""
        return f"{source} {segment.identity.band}".strip() + more


def seen_figure(view: ViewController | None) -> SeenFigure | None:
    """Return which figure takes over which axes of ``view``; `None`: none does."""
    key = None if view is None else view.export_key()
    if view is None or key is None:
        return None
    panels, part = view.seen_panels(), view.seen_part()
    beside = tuple(one for one in view.seen() if one.step == key.step and one != key)
    return SeenFigure(key, panels, part, beside) if panels or part else None


def _source_title(source: str) -> str:
    return shown_source_name(source).replace("/", " ")
