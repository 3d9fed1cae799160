"""Where results that rest on many exposures come from."""

from engine.project.keys import NodeKey
from guiapp.controllers.view_controller import origin_of
from guiapp.controllers.workspace import Workspace

_NAMED = 2


def exposure_origin(workspace: Workspace, key: NodeKey) -> tuple[str, ...]:
    """Return the first files that ``key`` rests on, a line each, and how many more there are."""
    entries = workspace.chain.inputs(workspace.session, key)
    lines = [line for one in entries[:_NAMED] for line in origin_of(workspace, one.id)]
    more = len(entries) - _NAMED
    return (*lines, f"and {more} more") if more > 0 else tuple(lines)
