"""The form of the step Calibrate: whose vectors calibrate a source, or all observations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.analyses import CALIBRATE
from engine.counting import counted
from engine.mrs.star_combination import COMBINED
from engine.project.entries import Segment
from engine.project.vector_choice import (
    SEVERAL,
    VectorChoice,
    calibrated_together,
    usual_choice,
    vector_choice,
    vector_choices,
    with_vectors,
)
from guiapp.controllers.view_controller import SCOPE_ALL, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit

SCOPE_SOURCE = "This source"


def vector_form(
    workspace: Workspace, segments: Sequence[Segment], *, scope: str
) -> InspectorContent:
    """Return the form for the spectra of one source, or, as ``scope`` says, for all."""
    session = workspace.session
    held = calibrated_together(session) if scope == SCOPE_ALL else tuple(segments)
    choices = vector_choices(session, held)
    now = vector_choice(session, held)
    if now not in {one.name for one in choices}:
        choices = (*choices, _unlisted(now))
    [spec] = CALIBRATE.fields
    return InspectorContent(
        specs=(
            replace(
                spec,
                kind="choice",
                choices=tuple(one.name for one in choices),
                choice_words=tuple(one.word for one in choices),
            ),
        ),
        defaults={spec.name: usual_choice(session, held)},
        values={spec.name: now},
        scopes=(SCOPE_SOURCE, SCOPE_ALL),
        scope=SCOPE_ALL if scope == SCOPE_ALL else SCOPE_SOURCE,
    )


def _unlisted(name: str) -> VectorChoice:
    """Return what holds now, though it could not be chosen: of a star that is left out, say."""
    word = "several, as they are" if name == SEVERAL else f"{name}, as it is"
    return VectorChoice(name, word, word)


def choose_vectors(
    workspace: Workspace, segments: Sequence[Segment], name: Any, *, whose: str
) -> None:
    """Calibrate ``segments`` as the choice ``name`` says, undoably."""
    session = workspace.session
    title = next((one.title for one in vector_choices(session, segments) if one.name == name), "")
    if title:
        after = with_vectors(session, segments, name)
        edit(workspace.document, after, f"Calibrate {whose} with {title}")


def apply_combined(workspace: Workspace) -> str:
    """Calibrate everything with the combined vectors; return how that went, ``""``: it cannot be.

    Asteroids and red disks keep their own, and so do spectra in Jy.
    """
    held = calibrated_together(workspace.session)
    names = {one.name for one in vector_choices(workspace.session, held)}
    if COMBINED not in names:
        return ""
    choose_vectors(workspace, held, COMBINED, whose="all observations")
    sources = {one.identity.source_key for one in held}
    told = counted(len(sources), "source is", "sources are")
    return f"{told} calibrated with the combined vectors."
