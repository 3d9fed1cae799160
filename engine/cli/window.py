"""The command that opens the window."""

import sys
from collections.abc import Sequence
from pathlib import Path

_DEMO = "--demo"


def open_window(arguments: Sequence[str]) -> int:
    """Open the window and return its exit code.

    Options that do not exist are wrong usage (2); files that do not exist are told before any
    window opens (1).
    """
    unknown = [one for one in arguments if one.startswith("-") and one != _DEMO]
    if unknown:
        print(f"fluxknot: there is no option {unknown[0]!r}; see: fluxknot --help", file=sys.stderr)
        return 2
    missing = [one for one in arguments if one != _DEMO and not _is_there(one)]
    if missing:
        print(
            f"fluxknot: {missing[0]}: there is no such file, folder or command; "
            "see: fluxknot --help",
            file=sys.stderr,
        )
        return 1
    try:
        from guiapp.app import main  # noqa: PLC0415  (Qt may be missing)
    except ImportError as error:
        print(
            f"fluxknot: the window cannot open: {error}. "
            "Install the system libraries that packaging/setup.sh lists.",
            file=sys.stderr,
        )
        return 1
    return main(["fluxknot", *arguments])


def _is_there(argument: str) -> bool:
    """Tell whether an argument is a file, a folder, or a pattern that the program expands."""
    return any(sign in argument for sign in "*?[") or Path(argument).exists()
