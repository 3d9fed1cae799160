"""What the menu of the data browser offers for the models of stars."""

from collections.abc import Sequence

from engine.counting import counted
from engine.mrs.model_choice import class_name
from engine.project.entries import Entry, Segment
from engine.project.model_sets import model_sets, models_of_star, targets_of_class
from engine.project.models import model_of, models
from engine.project.session import Session
from guiapp.controllers.model_swaps import CLASS_TITLES
from guiapp.panels.browser_rows import BrowserCommand

ONE = "model:"  #: followed by the id of an entry, or by nothing: by name again
SET = "models:"  #: followed by "class:" or "all:" and the name of a set

_MODEL = "Model"


def model_commands(session: Session, segments: Sequence[Segment]) -> tuple[BrowserCommand, ...]:
    """Return what can be chosen for ``segments``: single models, and sets for more stars."""
    if not segments or not models(session):
        return ()
    now = {model_of(session, one) for one in segments}
    listed = tuple(
        BrowserCommand(
            f"{ONE}{entry.id}", f"{entry.parts[0].target}  {_name(entry)}", _MODEL, now == {entry}
        )
        for entry in _own_first(session, segments)
    )
    is_chosen = any(one.identity.target in session.models for one in segments)
    automatic = (BrowserCommand(ONE, "Choose by name again", _MODEL),) if is_chosen else ()
    return (*listed, *automatic, *_set_commands(session, segments))


def _own_first(session: Session, segments: Sequence[Segment]) -> tuple[Entry, ...]:
    """Return all models, those that name the stars of ``segments`` first."""
    targets = dict.fromkeys(one.identity.target for one in segments)
    own = [entry for target in targets for entry in models_of_star(session, target)]
    return tuple(dict.fromkeys((*own, *models(session))))


def _set_commands(session: Session, segments: Sequence[Segment]) -> tuple[BrowserCommand, ...]:
    if not any(one.entry.role == "standard star" for one in segments):
        return ()
    classes = {class_name(one.identity.target) for one in segments}
    reaches = [("all", "Models of all stars")]
    if len(classes) == 1:
        [own] = classes
        if len(targets_of_class(session, own)) > 1:
            reaches.insert(0, (f"class {own}", f"Models of all {CLASS_TITLES[own]}"))
    return tuple(
        BrowserCommand(f"{SET}{reach}:{found.name}", _set_text(found.name, len(found.entries)),
                       title)
        for reach, title in reaches
        for found in model_sets(session)
    )  # fmt: skip


def set_and_targets(session: Session, command: str) -> tuple[str, tuple[str, ...]]:
    """Return the name of the set and the stars that a command of `model_commands` is about."""
    reach, _, name = command.removeprefix(SET).partition(":")
    return name, targets_of_class(session, reach.removeprefix("class ") if reach != "all" else "")


def _set_text(name: str, count: int) -> str:
    return f"{name}  ({counted(count, 'star')})"


def _name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]
