"""What the search finds of the data: every star and every band."""

from PyQt6.QtCore import QObject

from engine.counting import counted
from engine.model.star_names import shown_star_name, star_key
from engine.model.stars import star_named
from engine.project.entries import Segment
from engine.project.session import Session
from guiapp.controllers.ports import Window
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Change
from guiapp.panels.search_palette import SearchItem

_SOURCE = "data"
_STAR, _SEGMENT = "star", "segment"


class SearchController(QObject):
    """Offers stars and observations to the search, and selects what was found."""

    def __init__(self, workspace: Workspace, window: Window, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = window
        workspace.document.changed.connect(self._on_changed)
        window.search_chosen.connect(self._on_chosen)
        self._offer()

    def _on_changed(self, change: Change) -> None:
        if change.concerns_files:
            self._offer()

    def _offer(self) -> None:
        self._window.set_search_items(_SOURCE, search_items(self._workspace.session))

    def _on_chosen(self, kind: str, found: str) -> None:
        if kind == _SEGMENT:
            self._workspace.selection.select((found,))
        elif kind == _STAR:
            segments = _by_star(self._workspace.session).get(found, ())
            self._workspace.selection.select(tuple(one.id for one in segments))


def search_items(session: Session) -> tuple[SearchItem, ...]:
    """Return every star and every observed band of ``session``."""
    stars = [_star_item(key, segments) for key, segments in _by_star(session).items()]
    return (*stars, *(_segment_item(segment) for segment in session.segments))


def _by_star(session: Session) -> dict[str, tuple[Segment, ...]]:
    """Return the segments of each star, its visits in order, each from short to long waves."""
    found: dict[str, list[Segment]] = {}
    for segments in session.sources.values():
        found.setdefault(star_key(segments[0].identity.target), []).extend(segments)
    return {key: tuple(segments) for key, segments in found.items() if key}


def _star_item(key: str, segments: tuple[Segment, ...]) -> SearchItem:
    name = segments[0].identity.target
    star = star_named(name)
    bands = counted(len(segments), "band")
    said = (star.spectral_type if star is not None else "", bands)
    return SearchItem(
        _STAR, key, shown_star_name(name), ", ".join(filter(None, said)), also=name, icon="star"
    )


def _segment_item(segment: Segment) -> SearchItem:
    identity = segment.identity
    name = shown_star_name(identity.target) if identity.target else "unnamed"
    said = (
        "cube" if segment.is_cube else "spectrum",
        identity.program and f"{identity.program} o{identity.observation}",
        identity.date,
    )
    return SearchItem(
        _SEGMENT,
        segment.id,
        f"{name} {identity.band or 'spectrum'}",
        ", ".join(filter(None, said)),
        also=f"{identity.target} {identity.source_key} {segment.entry.path.rpartition('/')[2]}",
        icon="cube" if segment.is_cube else "view",
    )
