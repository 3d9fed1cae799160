"""Where a file lies and of which day it is, in few words."""

from datetime import datetime
from pathlib import Path

_LEFT_OUT = "…"


def place_text(path: str) -> str:
    """Return folder and day of a file: ``"~/stars, 2026-03-14"``; no day: it is gone."""
    return place_texts(path)[0]


def place_texts(path: str) -> tuple[str, ...]:
    """Return where a file lies in ever fewer words; the last part of its folder is always whole."""
    folder, home = Path(path).parent, Path.home()
    shown = f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
    shown = "~" if folder == home else shown
    parts = Path(shown).parts
    first = parts[0] if parts and parts[0] in {"~", folder.anchor} else ""
    rest = parts[1:] if first else parts
    short = shown if len(rest) <= 1 else str(Path(first, _LEFT_OUT, rest[-1]))
    try:
        changed = datetime.fromtimestamp(Path(path).stat().st_mtime).astimezone()
    except OSError:
        return shown, short
    return f"{shown}, {changed:%Y-%m-%d}", f"{short}, {changed:%Y-%m-%d}", short
