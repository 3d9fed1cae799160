"""From the chain to the view of the 12.2 um leak and back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import LEAK, LEAK_CURVE
from engine.errors import EngineError
from engine.figures.seen import SeenPanel
from engine.model.leak import LeakCurve
from engine.mrs.leak_curve import LeakFit
from engine.mrs.spectral_leak import LeakCorrection
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.leak_curve_step import LEAK_CURVE_KEY
from engine.project.leak_step import LEAK_CURVE_KIND
from engine.project.leak_tables import leak_table
from engine.project.session import Session
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.seen_axes import x_seen_in
from guiapp.controllers.view_controller import InspectorContent, ViewController, columns_of, shown
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.spectral_leak import SpectralLeakView

_NOTHING = "Open 3A and 1B of a source to see what leaks from 6.1 to 12.2 µm."
_ALL = NodeKey(LEAK.name, EVERYTHING)
_COLUMNS = {"target": "source", "leak_peak": "leak / 3A", "leak_peak_error": "±"}
_OF_CURVE = {spec.name for spec in LEAK_CURVE.fields}


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """What became of each source, the derived curve, and the one of the file."""

    sources: tuple[tuple[str, str, LeakCorrection], ...]
    fit: LeakFit | None
    file: LeakCurve | None
    problems: tuple[str, ...]


class SpectralLeakController(ViewController):
    """Shows the leak of every source; edges of the window and choices become commands."""

    name = "leak"
    group = "Corrections"
    title = "Leak"
    tip = "What leaks from 6.1 to 12.2 µm, and 3A without it (Law+2025, Sec. 5.3)"
    words = "12.2 contamination"
    step = LEAK.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.leak = SpectralLeakView()
        super().__init__(workspace, self.leak, parent)
        self._gathered: Gathered | None = None
        self._gatherer = Gatherer(workspace, "Subtract the 12.2 µm leak", self)
        self._gatherer.failed.connect(self.failed)
        view = self.leak
        view.apply_chosen.connect(lambda value: self._choose("apply", value))
        view.curve_chosen.connect(lambda value: self._choose("curve", value))
        view.window_dragged.connect(self._on_window)
        view.source_chosen.connect(lambda one: workspace.selection.select((one,)))
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        keys = tuple(key for key in chain.keys(session) if key.step == LEAK.name)
        shown_keys = tuple(key for key in keys if session.exclusion(key.subject) is None)
        self.say_heading("12.2 µm leak", "3A of all sources" if keys else "")
        if not shown_keys:
            self._gatherer.forget()
            self._gathered = None
            self.leak.clear(_NOTHING)
            self.inspector_changed.emit()
            return
        self._show_params()
        is_started = self._gatherer.gather(
            (*shown_keys, LEAK_CURVE_KEY),
            tuple(session.entries),
            lambda progress, _deliver: gather_leaks(session, chain, shown_keys, progress=progress),
            self._show,
        )
        if is_started and self._gathered is None:
            self.leak.clear("Subtracting the leak …")
        self._follow_selection()

    def inspector(self) -> InspectorContent:
        leak, curve = self.workspace.params(_ALL), self.workspace.params(LEAK_CURVE_KEY)
        both = ((LEAK, leak), (LEAK_CURVE, curve))
        rows = [] if self._gathered is None else self._rows(self._gathered)
        table = columns_of(leak_table(rows), _COLUMNS) if rows else None
        return InspectorContent(
            specs=(*LEAK.fields, *LEAK_CURVE.fields),
            defaults={spec.name: one.default(spec.name) for one, _ in both for spec in one.fields},
            values={spec.name: getattr(p, spec.name) for one, p in both for spec in one.fields},
            numbers=table,
            numbers_title="Leak at its peak, over the flux in 3A",
            summary=self._summary(),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        analysis = LEAK_CURVE if name in _OF_CURVE else LEAK
        key = LEAK_CURVE_KEY if name in _OF_CURVE else _ALL
        spec = {one.name: one for one in analysis.fields}[name]
        params = replace(self.workspace.params(key), **{name: value})
        what = "the leak curve" if name in _OF_CURVE else "the leak"
        text = f"Set {spec.label.lower()} of {what} to {shown(value, spec)}"
        self.workspace.set_params(key, params, text)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def export_key(self) -> NodeKey | None:
        found = () if self._gathered is None else self._gathered.sources
        ids = [one for one, _, _ in found]
        if not ids:
            return None
        current = self.workspace.selection.current
        return NodeKey(LEAK.name, current if current in ids else ids[0])

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return (x_seen_in(self.leak.curve_plot),) * 2

    def seen(self) -> tuple[NodeKey, ...]:
        found = () if self._gathered is None else self._gathered.sources
        return tuple(NodeKey(LEAK.name, one) for one, _, _ in found)

    def _choose(self, name: str, value: str) -> None:
        self.set_parameter(name, value)
        self._show_params()  # the switch shows what holds, whatever was clicked

    def _on_window(self, low: float, high: float, gesture: int) -> None:
        params = replace(self.workspace.params(LEAK_CURVE_KEY), window_um=(low, high))
        text = f"Set window of the leak curve to {low:.3f}–{high:.3f} µm"
        self.workspace.set_params(LEAK_CURVE_KEY, params, text, gesture=gesture)

    def _show_params(self) -> None:
        curve = self.workspace.params(LEAK_CURVE_KEY)
        self.leak.show_params(self.workspace.params(_ALL), curve.window_um)

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.sources:
            self.leak.show_curves(gathered.fit, gathered.file)
            self.leak.show_sources(gathered.sources)
        else:
            self.leak.clear(" ".join(dict.fromkeys(gathered.problems)) or _NOTHING)
        self._follow_selection()
        self.inspector_changed.emit()

    def _follow_selection(self) -> None:
        """Mark the source that is selected, whatever band of it."""
        segment = self.workspace.segment()
        gathered = self._gathered
        if gathered is None:
            return
        source = "" if segment is None else segment.identity.source_key
        marked = next((one for one in gathered.sources if self._source(one[0]) == source), None)
        self.leak.choose(marked[0] if marked else "")
        self.leak.say(_in_words(marked, gathered))
        self.inspector_changed.emit()

    def _source(self, segment_id: str) -> str:
        segment = self.workspace.session.segment(segment_id)
        return "" if segment is None else segment.identity.source_key

    def _rows(self, gathered: Gathered) -> list[tuple[Any, LeakCorrection]]:
        found = (
            (self.workspace.session.segment(one), result) for one, _, result in gathered.sources
        )
        return [(segment.identity, result) for segment, result in found if segment is not None]

    def _summary(self) -> str:
        gathered = self._gathered
        if gathered is None:
            return ""
        fit = () if gathered.fit is None else gathered.fit.messages
        told = {text: None for _, _, one in gathered.sources for text in one.messages}
        return "\n".join([*gathered.problems, *fit, *told])

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        act(self.leak.plot)
        act(self.leak.curve_plot)


def gather_leaks(
    session: Session, chain: Chain, keys: tuple[NodeKey, ...], *, progress: Progress
) -> Gathered:
    """Correct every source, and derive the curve where there are sources for it."""
    sources: list[tuple[str, str, LeakCorrection]] = []
    problems: list[str] = []
    for done, key in enumerate(keys):
        progress.step(done, len(keys) + 1, key.subject)
        segment = session.segment(key.subject)
        try:
            result = chain.evaluate(session, key, Part(progress, done, len(keys) + 1))
        except EngineError as error:
            problems.append(error.sentence)
            continue
        sources.append((key.subject, "" if segment is None else segment.title, result))
    fit: LeakFit | None = None
    try:
        fit = chain.evaluate(session, LEAK_CURVE_KEY, Part(progress, len(keys), len(keys) + 1))
    except EngineError as error:
        problems.append(f"No curve is derived: {error.sentence}")
    file, reason = _curve_of_file(session, chain)
    return Gathered(tuple(sources), fit, file, (*problems, *reason))


def _curve_of_file(session: Session, chain: Chain) -> tuple[LeakCurve | None, tuple[str, ...]]:
    entries = [entry for entry in session.entries if entry.kind == LEAK_CURVE_KIND]
    if not entries:
        return None, ()
    try:
        curve: LeakCurve = chain.library.product(entries[-1], 0)
    except EngineError as error:
        return None, (error.sentence,)
    return curve, ()


def _in_words(marked: tuple[str, str, LeakCorrection] | None, gathered: Gathered) -> str:
    """Return the result of the selected source, or the peak of the curve."""
    if marked is not None:
        _, title, one = marked
        if one.outcome != "corrected":
            return f"{title}: {one.messages[0]}"
        return f"{title}: {one.peak_percent:.1f} % of its flux in 3A subtracted at the peak"
    if gathered.fit is not None:
        wave, fraction, error = gathered.fit.peak
        return f"derived: {100 * fraction:.2f} ± {100 * error:.2f} % of 1B at {wave:.2f} µm"
    return ""
