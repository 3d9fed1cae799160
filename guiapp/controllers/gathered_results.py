"""What the controllers share whose views show the results of many nodes of one step at once."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.view_controller import SCOPE_ALL, ViewController
from guiapp.controllers.workspace import Workspace


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The results of many nodes, and (subject, sentence) of those that have none."""

    results: tuple[Any, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What could not be had, one sentence each."""
        return tuple(f"{subject}: {said}" for subject, said in self.problems)


class GatheredController(ViewController):
    """Shows what many nodes give: each as it comes at first, later all at once.

    Attributes
    ----------
    job, nothing, busy : str
        Name of the work; what is said without nodes, and until the first result.
    """

    job = ""
    nothing = ""
    busy = ""

    def __init__(self, workspace: Workspace, view: QWidget, parent: QObject | None = None) -> None:
        super().__init__(workspace, view, parent)
        self.scope = SCOPE_ALL
        self.gathered: Gathered | None = None
        self._gatherer = Gatherer(workspace, self.job, self)
        self._gatherer.failed.connect(self.failed)

    @abstractmethod
    def nodes(self) -> tuple[NodeKey, ...]:
        """Return the nodes that are shown, in order: overridden by each controller."""

    @abstractmethod
    def draw(self, gathered: Gathered) -> None:
        """Draw results, one at least: overridden by each controller."""

    @abstractmethod
    def clear(self, reason: str) -> None:
        """Draw nothing, and say why: overridden by each controller."""

    @abstractmethod
    def say_what(self, nodes: tuple[NodeKey, ...]) -> None:
        """Write the heading: overridden by each controller."""

    def follow_selection(self) -> None:
        """Show what is selected: overridden where it means something."""

    @property
    def results(self) -> tuple[Any, ...]:
        """What is shown."""
        return () if self.gathered is None else self.gathered.results

    def seen(self) -> tuple[NodeKey, ...]:
        return self.nodes() if self.results else ()

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        nodes = self.nodes()
        self.say_what(nodes)
        if not nodes:
            self._gatherer.forget()
            self.gathered = None
            self.clear(self.nothing)
            self.inspector_changed.emit()
            return
        is_first = self.gathered is None  # later, results still to come would seem gone
        is_started = self._gatherer.gather(
            nodes,
            (nodes,),
            lambda progress, deliver: gather_results(
                session, chain, nodes, progress=progress, deliver=deliver if is_first else None
            ),
            self._show,
        )
        if is_started and is_first:
            self.clear(self.busy)
        self.follow_selection()

    def _show(self, gathered: Gathered) -> None:
        self.gathered = gathered
        if gathered.results:
            self.draw(gathered)
            self.follow_selection()
        else:
            said = dict.fromkeys(sentence for _, sentence in gathered.problems)
            self.clear(" ".join(said) or self.nothing)
        self.inspector_changed.emit()


def gather_results(
    session: Session,
    chain: Chain,
    nodes: tuple[NodeKey, ...],
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Compute the results of ``nodes``; what cannot be had is told, the others go on.

    With ``deliver`` what there is so far is handed on after each.
    """
    results: list[Any] = []
    problems: list[tuple[str, str]] = []
    for done, node in enumerate(nodes):
        progress.step(done, len(nodes), node.subject)
        try:
            results.append(chain.evaluate(session, node, Part(progress, done, len(nodes))))
        except EngineError as error:
            problems.append((node.subject, error.sentence))
            continue
        if deliver is not None:
            deliver(Gathered(tuple(results), tuple(problems)))
    return Gathered(tuple(results), tuple(problems))
