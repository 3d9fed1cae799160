"""The version of a session file that was saved before the one that is there."""

from pathlib import Path

_BEHIND = "~"  # its name


def previous_version(path: Path) -> Path:
    """Return where the previous version of the session file ``path`` is kept."""
    return path.with_name(path.name + _BEHIND)


def way_out(path: Path) -> str:
    """Return what to do when the session file ``path`` is damaged."""
    copy = previous_version(path)
    if copy.is_file():
        return f"Open {copy.name} in the same folder: it was saved before it."
    return "Help > About names the folder of autosaved copies."
