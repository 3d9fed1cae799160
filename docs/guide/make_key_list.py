"""Write ``docs/guide/keys.md`` from the tables that bind the keys.

``python docs/guide/make_key_list.py`` makes it anew; a test tells when it is out of date.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from guiapp.app import make_application, make_window
from guiapp.controllers.help_pages import key_rows
from guiapp.controllers.main import MainController
from guiapp.dialogs.keys import KeyRow
from guiapp.settings.preferences import Preferences

PAGE = Path(__file__).parent / "keys.md"

_HEAD = """\
# Keys

`F1` lists these keys in the window, those of the view that is seen first; `Ctrl+K` finds any action
by its name or by what else it is called. This page is made from
the tables that bind the keys, by `python docs/guide/make_key_list.py`.

A key of a plot acts where the cursor is, while the plot has the keyboard: click into it, or press
Tab until its frame is blue.
"""


def main() -> int:
    """Write the page for the actions that do something in the whole program."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # no display is needed
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        window, troubles = make_window(Preferences(Path(folder) / "settings.json"))
        MainController(window, window, troubles, Path(folder) / "state")
        PAGE.write_text(page(key_rows(window.actions_of.is_idle)), encoding="utf-8")
        window.close()
    application.quit()
    print(PAGE)
    return 0


def page(rows: Sequence[KeyRow]) -> str:
    """Return the page that lists ``rows`` by their groups."""
    parts = [_HEAD]
    for group in dict.fromkeys(row.group for row in rows if row.keys):
        parts += [f"## {group}\n", "| action | keys |\n|---|---|"]
        for row in rows:
            if row.group == group and row.keys:
                keys = ", ".join(f"`{key}`" for key in row.keys)
                parts.append(f"| {row.text} | {keys} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
