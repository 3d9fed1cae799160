"""The one way to reach the data that come with the program.

The files of ``resources/`` are data, not code: band table, line list, published tables, star
list, icons. They lie beside the packages in a checkout and inside ``engine`` in a wheel.
"""

import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_INSTALLED = Path(__file__).resolve().parent / "_resources"
_CHECKOUT = Path(__file__).resolve().parent.parent / "resources"


def resource_path(name: str) -> Path:
    """Return where the resource ``name`` lies, e.g. ``"bands.toml"``.

    Raises
    ------
    FileNotFoundError
        If the installation lacks it: a packaging fault, not a user's.
    """
    for root in (_INSTALLED, _CHECKOUT):
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"The installation lacks the resource {name!r}.")


def read_text(name: str) -> str:
    """Return the text of the resource ``name``."""
    return resource_path(name).read_text(encoding="utf-8")


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return the parsed TOML resource ``name``. Callers must not change it."""
    return tomllib.loads(read_text(name))


def package_data_path(package: str, name: str) -> Path | None:
    """Return where an installed package keeps the data file ``name``, or `None`.

    The package is found, not imported: none of its code runs.
    """
    spec = find_spec(package)
    for root in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(root) / name
        if path.is_file():
            return path
    return None
