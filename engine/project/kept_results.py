"""Where results are kept between runs, by the window and by commands."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from engine.project.disk_cache import DiskCache
from engine.project.store import Disk, Store

VARIABLE = "FLUXKNOT_CACHE"  #: environment variable: another folder, or `OFF`
OFF = "off"  #: its value that keeps nothing

_MOST_WAITING = 32  # results: whoever computes faster than a disk writes waits for it


def results_folder() -> Path | None:
    """Return the folder of results, by default in the user's cache; `None`: switched off."""
    wanted = os.environ.get(VARIABLE, "")
    if wanted == OFF:
        return None
    if wanted:
        return Path(wanted)
    import platformdirs  # noqa: PLC0415  (nothing else needs it)

    return platformdirs.user_cache_path("fluxknot", appauthor=False) / "results"


def store_for_window(budget: int) -> Store:
    """Return a store that finds results of earlier runs, and never lets work wait for a disk.

    Parameters
    ----------
    budget : int
        Most bytes in memory, and as many on the disk.
    """
    folder = results_folder()
    disk = None if folder is None else WriteBehind(DiskCache(folder, budget=budget))
    return Store(budget=budget, disk=disk)


class WriteBehind:
    """Writes results on a thread of its own; what waits is written before the program ends.

    Parameters
    ----------
    disk : Disk
        Where they are written to.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._room = threading.Semaphore(_MOST_WAITING)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="results")

    def __contains__(self, digest: str) -> bool:
        return digest in self._disk

    def get(self, digest: str) -> Any | None:
        """Return the result of ``digest``, or `None`."""
        return self._disk.get(digest)

    def size(self, digest: str) -> int:
        """Return how many bytes the result of ``digest`` takes; 0: there is none."""
        return self._disk.size(digest)

    def put(self, digest: str, result: Any) -> None:
        """Keep ``result`` in a moment."""
        self._room.acquire()
        self._writer.submit(self._write, digest, result)

    def finish(self) -> None:
        """Return when all that was put is kept; nothing more can be put."""
        self._writer.shutdown(wait=True)

    def _write(self, digest: str, result: Any) -> None:
        try:
            self._disk.put(digest, result)
        finally:
            self._room.release()
