"""Which figure shows the result of a node."""

from collections.abc import Callable
from typing import Any

from engine.analyses import (
    CALIBRATE,
    COMBINE,
    EXTRACT,
    FRINGE,
    JUNCTIONS,
    LOSS,
    NOISE,
    REPEATABILITY,
    RESPONSE,
)
from engine.figures import (
    COLUMN,
    PAGE,
    FigureSize,
    draw_calibrated_spectra,
    draw_count_rate_loss,
    draw_extraction,
    draw_junctions,
    draw_noise,
    draw_repeatability,
    draw_residual_fringes,
    draw_star_combination,
    draw_star_response,
)
from engine.mrs.response_params import Mask
from engine.project.chain import Chain
from engine.project.fringe_step import effective_params
from engine.project.keys import NodeKey
from engine.project.session import Session

Draw = Callable[[Any], None]


def figure_of(session: Session, chain: Chain, key: NodeKey, result: Any) -> Draw:
    """Return what draws ``result``, the result of ``key``, into an empty figure."""
    title = _title(session, key)
    if key.step == EXTRACT.name:
        segment = session.segment(key.subject)
        assert segment is not None
        cube = chain.library.product(segment.entry, segment.part)
        return lambda figure: draw_extraction(figure, result, cube, title=title)
    draws: dict[str, Draw] = {
        FRINGE.name: lambda figure: draw_residual_fringes(
            figure, result, protected=_protected(session, key), title=title
        ),
        LOSS.name: lambda figure: draw_count_rate_loss(figure, result),
        RESPONSE.name: lambda figure: draw_star_response(
            figure, result, band=_band(session, key), title=title
        ),
        COMBINE.name: lambda figure: draw_star_combination(figure, result, title="All stars"),
        CALIBRATE.name: lambda figure: draw_calibrated_spectra(figure, [result], title=title),
        JUNCTIONS.name: lambda figure: draw_junctions(figure, [result], title=title),
        REPEATABILITY.name: lambda figure: draw_repeatability(
            figure, result, title=f"{title}, {key.stage}"
        ),
        NOISE.name: lambda figure: draw_noise(figure, result, title=f"{title}, {key.stage}"),
    }
    return draws[key.step]


def figure_size(key: NodeKey) -> FigureSize:
    """Return the size of the figure of ``key`` on paper."""
    return COLUMN if key.step == RESPONSE.name else PAGE


def _protected(session: Session, key: NodeKey) -> tuple[Mask, ...]:
    segment = session.segment(key.subject)
    return () if segment is None else effective_params(session, segment).protected


def _title(session: Session, key: NodeKey) -> str:
    segment = session.segment(key.subject)
    return segment.title if segment is not None else key.settings.subject


def _band(session: Session, key: NodeKey) -> str:
    segment = session.segment(key.subject)
    return segment.identity.band if segment is not None else ""
