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
from engine.project.store import Store

VARIABLE = "FLUXKNOT_CACHE"
_OFF = "off"


def chain_with_cache() -> Chain:
    """Return a chain that finds results of earlier runs in the user's cache folder.

    The environment variable ``FLUXKNOT_CACHE`` switches that off (``off``) or names another folder.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted == _OFF:
        return Chain()
    return Chain(store=Store(disk=DiskCache(wanted or _user_folder())))


@contextmanager
def shared_results() -> Iterator[Path]:
    """Give a folder for the results that several processes share.

    It is the folder of `chain_with_cache`; where that is switched off or cannot be written, a
    temporary one.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted != _OFF:
        folder = Path(wanted) if wanted else _user_folder()
        if _is_writable(folder):
            yield folder
            return
    with tempfile.TemporaryDirectory(prefix="fluxknot-") as temporary:
        yield Path(temporary)


def _is_writable(folder: Path) -> bool:
    try:
        return os.access(make_folder(folder), os.W_OK | os.X_OK)
    except FileError:
        return False


def _user_folder() -> Path:
    import platformdirs  # noqa: PLC0415  (nothing else needs it)

    return platformdirs.user_cache_path("fluxknot", appauthor=False) / "results"
