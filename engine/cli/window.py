"""The command that opens the window."""

import sys
from collections.abc import Sequence


def open_window(arguments: Sequence[str]) -> int:
    """Open the window and return its exit code."""
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
