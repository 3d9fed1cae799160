"""The commands of ``fluxknot`` that run headless."""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command of ``fluxknot`` without a window.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        0 done, 1 expected trouble, told in one sentence on standard error, 2 wrong usage.
    """
    from engine.cli.headless import run_headless  # noqa: PLC0415  (keeps this import light)

    if arguments is None and hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly when nobody reads on
    return run_headless(sys.argv[1:] if arguments is None else arguments)
