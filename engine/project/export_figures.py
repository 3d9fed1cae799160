"""Which figure shows the result of a node."""

from typing import Any

from engine.figures import Draw, FigureSize
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Shown
from engine.project.steps import step_named


def figure_of(session: Session, chain: Chain, key: NodeKey, result: Any, *, part: str = "") -> Draw:
    """Return what draws ``result``, the result of ``key``, or a ``part`` of it, into a figure."""
    shown = Shown(session, key, result, chain.library.product, part)
    return step_named(key.step).draw(shown)


def figure_size(key: NodeKey) -> FigureSize:
    """Return the size of the figure of ``key`` on paper."""
    return step_named(key.step).figure_size
