"""The parts that every controller needs, made once and handed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.model.bands import junctions
from engine.project.chain import Chain
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.other_version import OtherVersion
from guiapp.document.selection import Selection
from guiapp.jobs.runner import Runner

_JUNCTIONS = frozenset(one.name for one in junctions())


@dataclass(frozen=True, eq=False)
class Workspace:
    """Document, selection, chain and runner of one window.

    Attributes
    ----------
    document : Document
        What is open and decided.
    selection : Selection
        What is selected, everywhere.
    chain : Chain
        What follows from the document.
    runner : Runner
        Where work is done.
    """

    document: Document
    selection: Selection
    chain: Chain
    runner: Runner

    @cached_property
    def other(self) -> OtherVersion:
        """The version that this one is compared with."""
        return OtherVersion(self.document)

    @property
    def session(self) -> Session:
        """The session as it is now."""
        return self.document.session

    def segment(self) -> Segment | None:
        """Return the current segment."""
        return self.session.segment(self.selection.current)

    def step_band(self, by: int) -> None:
        """Select another band of the current source; at the ends nothing happens."""
        segment = self.segment()
        if segment is not None:
            self.step_in(self.session.sources[segment.identity.source_key], by)

    def step_star(self, by: int) -> None:
        """Select the current band of another source; at the ends nothing happens."""
        segment = self.segment()
        if segment is not None:
            band = segment.identity.band
            self.step_in([one for one in self.session.segments if one.identity.band == band], by)

    def step_in(self, segments: Sequence[Segment], by: int) -> None:
        """Select the one ``by`` places after the current one of ``segments``, if it is there."""
        ids = [one.id for one in segments]
        if self.selection.current not in ids:
            return
        place = ids.index(self.selection.current) + by
        if 0 <= place < len(ids):
            self.selection.select((ids[place],))

    def selected_sources(self) -> frozenset[str]:
        """Return the source keys of everything that is selected."""
        found = (self.session.segment(one) for one in self.selection.segments)
        return frozenset(one.identity.source_key for one in found if one is not None)

    def selected_bands(self) -> frozenset[str]:
        """Return the band that is selected, or both of a junction; a whole star marks none."""
        found = (self.session.segment(one) for one in self.selection.segments)
        bands = [one.identity.band for one in found if one is not None]
        is_meant = len(set(bands)) == 1 or "|".join(sorted(bands)) in _JUNCTIONS
        return frozenset(bands) if is_meant else frozenset()

    def params(self, key: NodeKey) -> Any:
        """Return the parameters of ``key``."""
        return self.chain.params(self.session, key)

    def set_params(self, key: NodeKey, params: Any, text: str, *, gesture: int = 0) -> None:
        """Make ``params`` the parameters of ``key``, undoably."""
        if params == self.params(key) and not gesture:
            return
        edit(self.document, self.session.with_params(key, params), text, gesture=gesture)
