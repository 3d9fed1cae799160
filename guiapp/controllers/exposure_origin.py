"""Where results that rest on many exposures come from."""

from collections.abc import Iterable

from engine.project.entries import Entry
from engine.project.keys import NodeKey
from guiapp.controllers.view_controller import origin_of
from guiapp.controllers.workspace import Workspace

_NAMED = 2


def exposure_origin(workspace: Workspace, key: NodeKey) -> tuple[str, ...]:
    """Return the first files that ``key`` rests on, a line each, and how many more there are."""
    return origin_of_several(workspace, workspace.chain.inputs(workspace.session, key))


def origin_of_several(workspace: Workspace, files: Iterable[Entry]) -> tuple[str, ...]:
    """Return the first of ``files``, a line each, and how many more there are."""
    entries = tuple({one.id: one for one in files}.values())
    lines = [line for one in entries[:_NAMED] for line in origin_of(workspace, one.id)]
    more = len(entries) - _NAMED
    return (*lines, f"and {more} more") if more > 0 else tuple(lines)
