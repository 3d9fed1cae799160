"""Where a file lies and of which day it is, in few words."""

from datetime import datetime
from pathlib import Path


def place_text(path: str) -> str:
    """Return folder and day of a file: ``"~/stars, 2026-03-14"``; no day: it is gone."""
    folder, home = Path(path).parent, Path.home()
    shown = f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
    shown = "~" if folder == home else shown
    try:
        changed = datetime.fromtimestamp(Path(path).stat().st_mtime).astimezone()
    except OSError:
        return shown
    return f"{shown}, {changed:%Y-%m-%d}"
