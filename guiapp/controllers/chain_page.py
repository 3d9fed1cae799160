"""The page of the junctions that follows them along the chain."""

from engine.compare.junction_steps import JunctionSteps
from guiapp.views.junctions import JunctionsView


class ChainPage:
    """The page along the chain, as the follower of its node sees it."""

    def __init__(self, view: JunctionsView) -> None:
        self._view = view

    def show_result(self, result: JunctionSteps) -> None:
        self._view.show_steps(result)

    def show_stale(self) -> None:
        self._view.chain.say("Computing …")

    def show_problem(self, what: str, hint: str) -> None:
        self._view.chain.clear(f"{what} {hint}".strip())

    def clear(self, reason: str) -> None:
        self._view.chain.clear(reason)
