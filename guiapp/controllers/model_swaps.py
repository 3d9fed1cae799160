"""Swapping the models of stars: one edit of the session, with the words of the history."""

from collections.abc import Iterable

from engine.counting import counted
from engine.errors import DataError
from engine.model.star_names import shown_star_name
from engine.mrs.model_choice import class_name
from engine.project.entries import Entry
from engine.project.model_sets import choose_models, model_set, targets_of_class
from engine.project.models import chosen_model
from engine.project.session import Session
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit

CLASS_TITLES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs", "other": "other stars"}


def targets_within(session: Session, target: str, reach: str) -> tuple[str, ...]:
    """Return the stars that a swap is about.

    Parameters
    ----------
    session : Session
        As it is.
    target : str
        The star that is selected.
    reach : str
        ``"star"``, ``"class"`` or ``"all"``.

    Raises
    ------
    DataError
        If no standard star is meant.
    """
    if reach == "all":
        return targets_of_class(session, "")
    if not target:
        raise DataError("No star is selected.", hint="Select one in the data browser.")
    return (target,) if reach == "star" else targets_of_class(session, class_name(target))


def swap_models(workspace: Workspace, name: str, targets: Iterable[str]) -> tuple[str, ...]:
    """Give stars the models of a set, undoably; return those that the set does not know.

    Raises
    ------
    DataError
        If there is no such set, it has a model of none of them, or they have those models already.
    """
    wanted = tuple(targets)
    chosen = model_set(workspace.session, name)
    session, lacking = choose_models(workspace.session, wanted, chosen)
    if not lacking and _models_of(session, wanted) == _models_of(workspace.session, wanted):
        raise DataError(
            f"{named(wanted)} already: {name}. Nothing is changed.", hint="Choose another set."
        )
    if session.models != workspace.session.models:
        edit(workspace.document, session, f"Use {name} as models of {named(wanted)}")
    return lacking


def _models_of(session: Session, targets: Iterable[str]) -> list[Entry | None]:
    """Return the model that each star has, chosen or by its name."""
    return [chosen_model(session, target) for target in targets]


def forget_choices(workspace: Workspace, targets: Iterable[str]) -> None:
    """Let the models of stars be chosen by their names again, undoably."""
    wanted = tuple(one for one in targets if one in workspace.session.models)
    session = workspace.session
    for target in wanted:
        session = session.with_model(target, None)
    if wanted:
        edit(workspace.document, session, f"Choose the models of {named(wanted)} by name again")


def named(targets: Iterable[str]) -> str:
    """Return stars as the history names them."""
    names = [shown_star_name(one) for one in dict.fromkeys(targets)]
    if len(names) <= 2:
        return " and ".join(names)
    classes = {class_name(one) for one in names}
    if len(classes) == 1:
        return f"{len(names)} {CLASS_TITLES[classes.pop()]}"
    return counted(len(names), "star")
