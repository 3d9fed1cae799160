"""What the window needs of the system: told in a sentence, before Qt ends the program."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

#: Libraries that Qt loads from the system, and the Debian packages that hold them.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
#: What an X display needs besides.
X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def why_no_window(
    environment: Mapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    load: Callable[[str], object] = ctypes.CDLL,
) -> str:
    """Return why Qt could not open a window, with the way out; ``""``: nothing is in the way.

    Parameters
    ----------
    environment : mapping of str, optional
        Tells the display.
    platform : str, optional
        As `sys.platform` names it. Elsewhere than on Linux everything comes with Qt.
    load : callable, optional
        Loads a library by its name; raises `OSError` when it is not there.
    """
    if platform != "linux":
        return ""
    wanted = environment.get("QT_QPA_PLATFORM", "")
    if not (wanted or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return "there is no display; start it on a desktop, or work without: fluxknot --help"
    needs_x = "xcb" in wanted if wanted else not environment.get("WAYLAND_DISPLAY")
    needed = LIBRARIES | X_LIBRARIES if needs_x else LIBRARIES
    missing = [name for name in needed if not _is_there(name, load)]
    if not missing:
        return ""
    packages = " ".join(needed[name] for name in missing)
    return (
        f"the system has no {', '.join(missing)}; on Debian and Ubuntu install what is missing "
        f"with: sudo apt-get install {packages}"
    )


def _is_there(name: str, load: Callable[[str], object]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True
