"""The command that opens the window."""

import sys
from collections.abc import Sequence
from pathlib import Path

from engine.cli.system_libraries import why_no_window
from engine.demo_titles import DEMO_TITLES, FIRST_DEMO
from engine.errors import EngineError

_DEMO = "--demo"


def open_window(arguments: Sequence[str]) -> int:
    """Open the window and return its exit code.

    Options that do not exist are wrong usage (2); files that do not exist are told before any
    window opens (1).
    """
    try:
        arguments = _with_lists(arguments)
    except EngineError as error:
        print(f"fluxknot: {error.sentence}", file=sys.stderr)
        return 1
    _, paths = split_demo(arguments)
    unknown = [one for one in paths if one.startswith("-")]
    if unknown:
        print(f"fluxknot: there is no option {unknown[0]!r}; see: fluxknot --help", file=sys.stderr)
        return 2
    missing = [one for one in paths if not _is_there(one)]
    if missing:
        print(
            f"fluxknot: {missing[0]}: there is no such file, folder or command; "
            "see: fluxknot --help",
            file=sys.stderr,
        )
        return 1
    reason = why_no_window()
    if reason:
        print(f"fluxknot: the window cannot open: {reason}.", file=sys.stderr)
        return 1
    try:
        from guiapp.app import main  # noqa: PLC0415  (Qt may be missing)
    except ImportError as error:
        print(
            f"fluxknot: the window cannot open: {error}. Install PyQt6 and pyqtgraph, or set all "
            "up from the checkout with: bash packaging/run.sh",
            file=sys.stderr,
        )
        return 1
    return main(["fluxknot", *arguments])


def split_demo(arguments: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return which set of the demo is asked for, ``""`` for none, and the other arguments."""
    rest = list(arguments)
    if _DEMO not in rest:
        return "", tuple(rest)
    place = rest.index(_DEMO)
    is_named = rest[place + 1 : place + 2] and rest[place + 1] in DEMO_TITLES
    name = rest[place + 1] if is_named else FIRST_DEMO
    del rest[place : place + 2 if is_named else place + 1]
    return name, tuple(rest)


def _with_lists(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the arguments with the names in a list in place of ``@list``."""
    found: list[str] = []
    for one in arguments:
        if one.startswith("@") and not Path(one).exists():
            from engine.files.path_list import read_path_list  # noqa: PLC0415  (rarely needed)

            found += read_path_list(one[1:])
        else:
            found.append(one)
    return tuple(found)


def _is_there(argument: str) -> bool:
    """Tell whether an argument is a file, a folder, or a pattern that the program expands."""
    return any(sign in argument for sign in "*?[") or Path(argument).exists()
