"""The detector arrays of NIRCam: two modules, four short-wave arrays and a long-wave one each."""

import re
from typing import Final

ARRAYS: Final = ("1", "2", "3", "4", "long")  #: ids; arrays of one id see the same sky, turned
MODULES: Final = ("A", "B")
_NAME = re.compile(r"(?:NRC)?([AB])([1-5]|LONG)(?:_FULL)?", re.IGNORECASE)
_ID = re.compile(r"[1-5]|LONG", re.IGNORECASE)
_MODULE = re.compile(r"[AB]", re.IGNORECASE)


def array_of(detector: str, module: str = "") -> tuple[str, str] | None:
    """Return module and id of an array, or `None` when the names are of none.

    Parameters
    ----------
    detector : str
        ``"NRCA1"``, ``"nrcblong"``, ``"A5"``; or only the id when the module is given: ``"1"``.
    module : str, optional
        ``"A"`` or ``"B"``.

    Returns
    -------
    tuple of str or None
        ``("A", "1")``, ``("B", "long")``; 5 is the long-wave array.
    """
    detector, module = detector.strip(), module.strip()
    found = _NAME.fullmatch(detector)
    if found is not None:
        return found[1].upper(), _array_id(found[2])
    if _ID.fullmatch(detector) and _MODULE.fullmatch(module):
        return module.upper(), _array_id(detector)
    return None


def detector_name(module: str, array: str) -> str:
    """Return the name of an array as headers have it: ``"NRCA1"``, ``"NRCBLONG"``."""
    return f"NRC{module}{array.upper()}"


def is_long_wave(array: str) -> bool:
    """Tell whether an array sees the long-wave channel."""
    return array == "long"


def _array_id(text: str) -> str:
    return "long" if text.upper() in {"5", "LONG"} else text
