"""Leaving out an observation of a source with a reason, and bringing it back."""

from PyQt6.QtWidgets import QWidget

from engine.model.star_names import shown_source_name
from engine.project.session import Exclusion
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit

_COMMON_REASONS = (
    "off-target pointing", "poor background", "mirror tilt", "variable", "debris disk",
    "model in doubt",
)  # fmt: skip
#: What the question says about whatever is left out of everything that combines.
WHAT_FOLLOWS = (
    "It stays in the plots, marked, but no mean, verdict or trend rests on it. Say why; it can be "
    "undone."
)


def outcome_text(title: str, reason: str | None) -> str:
    """Return what the history calls it: left out for a reason, or, `None`, brought back."""
    return f"Bring back {title}" if reason is None else f"Leave out {title}: {reason}"


def left_out_words(exclusion: Exclusion | None) -> str:
    """Return what a heading says of what is left out, and why; ``""``: it is not."""
    if exclusion is None:
        return ""
    return f"left out: {exclusion.reason}" if exclusion.reason else "left out"


def leave_source_out(workspace: Workspace, source: str, window: QWidget | None) -> None:
    """Ask why ``source`` is to be left out of everything that combines; bring it back if it is."""
    if source in workspace.session.sources:
        leave_subject_out(workspace, source, shown_source_name(source), window)


def leave_subject_out(
    workspace: Workspace, subject: str, title: str, window: QWidget | None
) -> None:
    """Ask why ``subject`` is to be left out, or bring it back if it is; ``title``: its name."""
    session = workspace.session
    if session.exclusion(subject) is not None:
        after = session.with_exclusion(subject, None)
        edit(workspace.document, after, outcome_text(title, None))
        return
    given = (one.reason for one in session.exclusions)
    dialog = TextDialog(
        f"Leave out {title}?",
        WHAT_FOLLOWS,
        suggestions=tuple(dict.fromkeys((*given, *_COMMON_REASONS))),
        action="Leave out",
        parent=window,
    )
    dialog.taken.connect(lambda reason: _leave_out(workspace, subject, title, reason))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _leave_out(workspace: Workspace, subject: str, title: str, reason: str) -> None:
    session = workspace.session.with_exclusion(subject, reason)
    edit(workspace.document, session, outcome_text(title, reason))
