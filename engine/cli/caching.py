"""Where headless commands keep results between runs."""

import os
from pathlib import Path

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


def _user_folder() -> Path:
    import platformdirs  # noqa: PLC0415  (nothing else needs it)

    return platformdirs.user_cache_path("fluxknot", appauthor=False) / "results"
