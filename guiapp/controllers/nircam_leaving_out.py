"""Leaving sources and arrays of NIRCam out with a reason, and bringing them back."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QWidget

from engine.nircam.module_offsets import array_subject
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit

_REASONS = ("variable", "blended", "saturated", "near the edge", "scattered light")


def leave_sources_out(
    workspace: Workspace, ids: Sequence[str], window: QWidget | None = None
) -> None:
    """Ask why sources are to be left out, or bring them back when all of them are."""
    count = len(ids)
    _leave_out(workspace, ids, f"source {ids[0]}" if count == 1 else f"{count} sources", window)


def leave_array_out(
    workspace: Workspace, filter_name: str, array: str, window: QWidget | None = None
) -> None:
    """Ask why the arrays of one id are to be left out in a filter, or bring them back."""
    subject = array_subject(filter_name, array)
    _leave_out(workspace, (subject,), f"array {array} in {filter_name}", window)


def _leave_out(
    workspace: Workspace, subjects: Sequence[str], title: str, window: QWidget | None
) -> None:
    session = workspace.session
    if all(session.exclusion(one) is not None for one in subjects):
        _exclude(workspace, subjects, title, None)
        return
    given = tuple(one.reason for one in session.exclusions)
    dialog = TextDialog(
        f"Leave out {title}?",
        "It stays in the plots, crossed, but no offset and no fit rests on it. Say why; it can be "
        "undone.",
        suggestions=tuple(dict.fromkeys((*given, *_REASONS))),
        action="Leave out",
        parent=window,
    )
    dialog.taken.connect(lambda reason: _exclude(workspace, subjects, title, reason))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _exclude(workspace: Workspace, subjects: Sequence[str], title: str, reason: str | None) -> None:
    edit(
        workspace.document,
        workspace.session.with_exclusions(subjects, reason),
        outcome_text(title, reason),
    )
