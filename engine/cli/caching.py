"""Where headless commands keep results between runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import FileError
from engine.files.folders import make_folder
from engine.project.chain import Chain
from engine.project.disk_cache import DiskCache
from engine.project.kept_results import results_folder
from engine.project.store import Store


def chain_with_cache() -> Chain:
    """Return a chain that finds results of earlier runs in the user's cache folder.

    The environment variable ``FLUXKNOT_CACHE`` switches that off (``off``) or names another folder.
    """
    folder = results_folder()
    return Chain() if folder is None else Chain(store=Store(disk=DiskCache(folder)))


@contextmanager
def shared_results() -> Iterator[Path]:
    """Give a folder for the results that several processes share.

    It is the folder of `chain_with_cache`; where that is switched off or cannot be written, a
    temporary one.
    """
    folder = results_folder()
    if folder is not None and _is_writable(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="fluxknot-") as temporary:
        yield Path(temporary)


def _is_writable(folder: Path) -> bool:
    try:
        return os.access(make_folder(folder), os.W_OK | os.X_OK)
    except FileError:
        return False
