"""Figures that show results of one source together, as a view of all its bands does."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from engine.compare.junctions import SourceJunctions
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_stitched, write_figure
from engine.figures.seen import SeenPanel, as_seen
from engine.figures.sizes import PrintSize, print_size
from engine.files.atomic import IfExists
from engine.model.provenance import Provenance
from engine.model.star_names import shown_source_name
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.export_figures import figure_of, figure_size
from engine.project.export_limits import Only
from engine.project.junction_inputs import spectra_of_junctions
from engine.project.keys import NodeKey, parse_key
from engine.project.session import Session
from engine.project.step import Shown
from engine.project.steps import step_named

STITCHED = "stitched"  #: part of the junctions of a source: its spectrum over all of them


def drawn_together(
    session: Session, only: Only | None, *, of_step: Iterable[NodeKey] = ()
) -> tuple[tuple[NodeKey, ...], ...]:
    """Return the results that share a figure, source by source.

    Parameters
    ----------
    session : Session
        What is exported.
    only : frozenset of (str or NodeKey), or None
        What was asked for: the results that were asked for as such share their figures.
    of_step : iterable of NodeKey, optional
        All results of a step, where it is exported as a whole.
    """
    asked = [key for key in only or () if isinstance(key, NodeKey)]
    whole = [key for key in of_step if step_named(key.step).shares_figures == "always"]
    groups: dict[tuple[str, str], list[NodeKey]] = {}
    for key in (*asked, *whole):
        if step_named(key.step).draw_together is not None:
            segment = session.segment(key.subject)
            source = key.subject if segment is None else segment.identity.source_key
            groups.setdefault((source, key.step), []).append(key)
    return tuple(
        tuple(sorted(keys, key=lambda one: _place(session, one)))
        for _, keys in sorted(groups.items())
        if len(keys) > 1
    )


def figure_writer(
    session: Session,
    chain: Chain,
    nodes: Sequence[str],
    size: PrintSize,
    provenance: Provenance,
    progress: Progress,
    *,
    panels: Sequence[SeenPanel] = (),
    part: str = "",
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the figure of a result, or of several of one source together.

    ``panels`` are the axes that a view shows, in place of those of the figure; ``part`` is what it
    shows of the result.

    Raises
    ------
    EngineError
        If the result, or all of them, cannot be had; what one of several lacks is told where it is
        asked for itself.
    """
    keys = [parse_key(one) for one in nodes]
    draw = as_seen(figure_draw(session, chain, keys, progress, part=part), panels)
    printed = print_size(figure_size(keys[0]), size)
    return lambda path, exists: write_figure(
        path, draw, size=printed, provenance=provenance, exists=exists
    )


def figure_draw(
    session: Session,
    chain: Chain,
    keys: Sequence[NodeKey],
    progress: Progress,
    *,
    part: str = "",
) -> Draw:
    """Return what draws the figure of a result, or of several of one source together.

    ``part`` is what is looked at of a single result: a junction, or `STITCHED`.

    Raises
    ------
    EngineError
        If the result, or all of them, cannot be had.
    """
    if len(keys) == 1:
        result = chain.evaluate(session, keys[0], progress)
        if part == STITCHED and isinstance(result, SourceJunctions):
            spectra = spectra_of_junctions(session, chain, keys[0], progress)
            title = f"{shown_source_name(result.source)}, {keys[0].stage}"
            return lambda figure: draw_stitched(figure, result, spectra, title=title)
        return figure_of(session, chain, keys[0], result, part=part)
    return _together(session, chain, keys, progress)


def _together(session: Session, chain: Chain, keys: Sequence[NodeKey], progress: Progress) -> Draw:
    draw = step_named(keys[0].step).draw_together
    shown, reasons = [], []
    for done, key in enumerate(keys):
        try:
            result = chain.evaluate(session, key, Part(progress, done, len(keys)))
        except EngineError as error:
            reasons.append(error.sentence)
            continue
        shown.append(Shown(session, key, result, chain.library.product))
    if draw is None or not shown:
        raise DataError(*reasons[:1] or ["These results have no figure together."])
    return draw(shown)


def _place(session: Session, key: NodeKey) -> tuple[str, str]:
    segment = session.segment(key.subject)
    return ("" if segment is None else segment.identity.band), key.subject
