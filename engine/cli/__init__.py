"""The command ``fluxknot``."""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``fluxknot`` with ``arguments``; the window opens before the engine is imported.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        0 done, 1 expected trouble, told in one sentence on standard error, 2 wrong usage.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    from engine.cli.commands import COMMANDS  # noqa: PLC0415  (keeps the import of the package light)

    if given and (given[0] in COMMANDS or given[0] in {"-h", "--help", "--version"}):
        from engine.cli.headless import run_headless  # noqa: PLC0415  (not needed for the window)

        if arguments is None and hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly when nobody reads on
        return run_headless(given)
    from engine.cli.window import open_window  # noqa: PLC0415  (needs Qt)

    return open_window(given)
