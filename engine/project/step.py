"""What a step of the chain is, and how it gets at the observed spectra."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from engine.analyses import EXTRACT, Analysis
from engine.errors import DataError
from engine.figures import PAGE, Draw, FigureSize
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_source_name
from engine.model.table import ResultTable
from engine.mrs.extraction import Extraction
from engine.progress import Progress
from engine.project.codec import plain_text
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.session import Session

BuildTable = Callable[[Any], ResultTable]  # from rows of (identity or stage, result)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a node is computed from.

    Attributes
    ----------
    nodes : tuple of NodeKey
        Results of other nodes, without each of which there is no result.
    files : tuple of (Entry, int)
        Products of files.
    facts : tuple of str
        Anything else that the result depends on, e.g. the name that the user gave to a target.
    options : tuple of NodeKey
        Results of other nodes of which some may be missing.
    settings : tuple of NodeKey
        Nodes whose parameters this one reads, although it does not need their results.
    """

    nodes: tuple[NodeKey, ...] = ()
    files: tuple[tuple[Entry, int], ...] = ()
    facts: tuple[str, ...] = ()
    options: tuple[NodeKey, ...] = ()
    settings: tuple[NodeKey, ...] = ()


class Work(Protocol):
    """What a step may ask for while it runs."""

    session: Session
    params: Any
    progress: Progress

    def product(self, entry: Entry, part: int) -> Any:
        """Return a product of a file."""

    def result(self, key: NodeKey) -> Any:
        """Return the result of another node, computing it when necessary."""


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A result that is to be drawn.

    Attributes
    ----------
    session : Session
        What it was computed from.
    key : NodeKey
        Which result it is.
    result : object
        The result.
    product : callable
        From an entry and a part of it to the product of the file.
    part : str
        What of the result is looked at, where it holds more than one figure shows: a junction;
        ``""``: the step decides.
    """

    session: Session
    key: NodeKey
    result: Any
    product: Callable[[Entry, int], Any]
    part: str = ""

    @property
    def title(self) -> str:
        """What stands above the figure."""
        segment = self.session.segment(self.key.subject)
        if segment is not None:
            return segment.title
        return shown_source_name(self.key.settings.subject)

    @property
    def band(self) -> str:
        """The band of the observation; ``""``: none."""
        segment = self.session.segment(self.key.subject)
        return segment.identity.band if segment is not None else ""


def _always(_session: Session, _subject: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain.

    Attributes
    ----------
    analysis : Analysis
        The analysis that it runs.
    subjects : callable
        From a session to the subjects that have such a node.
    needs : callable
        From a session and a subject to what the node is computed from. Raises `DataError` when
        something is missing.
    run : callable
        From a `Work` and a subject to the result.
    tables : tuple of (str, callable)
        Names of tables, and what builds each from rows of (identity or stage, result).
    draw : callable
        From a `Shown` to what draws the result into an empty figure.
    figure_size : FigureSize
        Size of the figure on paper.
    is_used : callable
        From a session and a subject to whether anything follows from the result; a correction
        that is off is only looked at.
    draw_together : callable or None
        From several `Shown` of one source to what draws them into one figure; `None`: each has a
        figure of its own.
    shares_figures : {"when asked", "always"}
        Whether results of a source share a figure only where they were asked for as such, as the
        figure of one alone shows more, or also in an export of the whole step.
    """

    analysis: Analysis
    subjects: Callable[[Session], tuple[str, ...]]
    needs: Callable[[Session, str], Needs]
    run: Callable[[Work, str], Any]
    tables: tuple[tuple[str, BuildTable], ...]
    draw: Callable[[Shown], Draw]
    figure_size: FigureSize = PAGE
    is_used: Callable[[Session, str], bool] = _always
    draw_together: Callable[[Sequence[Shown]], Draw] | None = None
    shares_figures: Literal["when asked", "always"] = "when asked"


def segment_of(session: Session, subject: str) -> Segment:
    """Return the segment ``subject``.

    Raises
    ------
    DataError
        If the session has no such segment.
    """
    segment = session.segment(subject)
    if segment is None:
        raise DataError(f"There is no observation {subject!r} in this session.")
    return segment


def source_title(shown: Shown) -> str:
    """Return what stands above a figure of all bands: the source."""
    segment = segment_of(shown.session, shown.key.subject)
    return shown_source_name(segment.identity.source_key).replace("/", " ")


def extracted_needs(segment: Segment) -> Needs:
    """Return what the spectrum of ``segment``, before any correction, is computed from."""
    facts = (plain_text(segment.identity),)
    if segment.is_cube:
        return Needs(nodes=(NodeKey(EXTRACT.name, segment.id),), facts=facts)
    return Needs(files=((segment.entry, segment.part),), facts=facts)


def extracted_of(work: Work, segment: Segment) -> Spectrum:
    """Return the spectrum of ``segment`` before any correction, named as the user named it."""
    if segment.is_cube:
        extraction: Extraction = work.result(NodeKey(EXTRACT.name, segment.id))
        spectrum = extraction.spectrum
    else:
        spectrum = work.product(segment.entry, segment.part)
    return replace(spectrum, identity=segment.identity)
