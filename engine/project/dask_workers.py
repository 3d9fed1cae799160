"""Workers of a Dask cluster."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.errors import EngineError
from engine.project.crew import Workers
from engine.project.disk_cache import edition

_PATIENCE_S = 10


@contextmanager
def dask_workers(address: str) -> Iterator[Workers]:
    """Take the workers of the Dask scheduler at ``address``, as long as the context lasts.

    Parameters
    ----------
    address : str
        For example ``"tcp://127.0.0.1:8786"``.

    Raises
    ------
    EngineError
        If Dask is not installed, the scheduler cannot be reached, it has no workers, or they run
        another program than this one; or when a worker ends before its time.
    """
    try:
        import distributed  # noqa: PLC0415  (an optional extra)
    except ImportError as error:
        raise EngineError("Dask is not installed.", hint=_way_to_dask()) from error
    client = _client(distributed, address)
    try:
        _require_same_program(client, address)
        size = sum(client.nthreads().values())
        yield Workers(client.get_executor(pure=False), size)
    except distributed.KilledWorker as error:
        raise EngineError(
            f"A worker of {address} ended before its work was done.",
            hint="If its memory was full, give it more, or fewer threads.",
        ) from error
    finally:
        client.close()


def _way_to_dask() -> str:
    if getattr(sys, "frozen", False):
        return (
            "The program in one piece has none: use --jobs, or, here and where the workers run, "
            'Fluxknot from pip install "fluxknot[dask]".'
        )
    return 'Install it with: pip install "fluxknot[dask]".'


def _client(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise EngineError(
            f"The scheduler {address} cannot be reached.",
            hint="Start it with: dask scheduler; its first lines tell the address.",
        ) from error


def _require_same_program(client: Any, address: str) -> None:
    try:
        found = client.run(edition)
    except (ImportError, AttributeError, RuntimeError) as error:
        raise EngineError(
            f"The workers of {address} cannot run Fluxknot: {error}.",
            hint="Install the same Fluxknot where they run.",
        ) from error
    if not found:
        raise EngineError(
            f"The scheduler {address} has no workers.", hint=f"Start one: dask worker {address}"
        )
    others = sorted(name for name, theirs in found.items() if theirs != edition())
    if others:
        raise EngineError(
            f"The worker {others[0]} runs another Fluxknot, Python or libraries than this one.",
            hint="Install the same ones: results would not be the same otherwise.",
        )
