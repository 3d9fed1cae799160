"""The command ``fluxknot``: some words run headless, all others open the window."""

import sys
from collections.abc import Sequence

from engine.cli import main as run_headless
from engine.cli.commands import HEADLESS
from engine.errors import EngineError, UsageError
from guiapp.arguments import check_arguments, with_lists
from guiapp.system_libraries import why_no_window


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``fluxknot`` with ``arguments``; what runs headless imports no Qt.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        0 done, 1 expected trouble, told in one sentence on standard error, 2 wrong usage.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in HEADLESS:
        return run_headless(arguments)
    return open_window(given)


def open_window(arguments: Sequence[str]) -> int:
    """Open the window and return its exit code.

    Options and commands that do not exist are wrong usage (2); files that do not exist are told
    before any window opens (1).
    """
    try:
        arguments = with_lists(arguments)
        check_arguments(arguments)
    except UsageError as error:
        return _end(error.sentence, 2)
    except EngineError as error:
        return _end(error.sentence, 1)
    reason = why_no_window()
    if reason:
        return _end(f"the window cannot open: {reason}.", 1)
    try:
        from guiapp.app import main as show_window  # noqa: PLC0415  (Qt may be missing)
    except ImportError as error:
        return _end(
            f"the window cannot open: {error}. Install PyQt6 and pyqtgraph, or set all up from "
            "the checkout with: bash packaging/run.sh",
            1,
        )
    return show_window(["fluxknot", *arguments])


def _end(sentence: str, code: int) -> int:
    print(f"fluxknot: {sentence}", file=sys.stderr)
    return code
