"""Make every screenshot of the guide from the demo, in both themes.

``python docs/guide/make_screenshots.py`` writes ``docs/guide/images``: each scene of 1280 × 720
pixels, light and dark. ``--scale 2`` writes them for screens of twice the density, into another
folder. No display is needed, and the same version gives the same pictures.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from mrs_scenes import MRS
from other_scenes import IMAGING, LRS, NIRCAM
from PyQt6.QtGui import QPixmap
from stage import THEMES, Stage, needs_no_display, on_stage, write_picture

_IMAGES = Path(__file__).parent / "images"
SCENES: dict[str, Callable[[Stage], QPixmap]] = MRS | IMAGING | NIRCAM | LRS


def main() -> int:
    """Make the pictures that the command line asks for."""
    options = _options()
    needs_no_display(scale=options.scale)
    out = options.out or (_IMAGES if options.scale == 1 else _IMAGES / f"{options.scale}x")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, on_stage(Path(folder)) as stage:
        for name, scene in SCENES.items():
            if options.only and name not in options.only:
                continue
            for theme in options.themes:
                stage.dress(theme)
                write_picture(scene(stage), out / f"{name}-{theme}.png")
                stage.close_dialogs()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, help="folder; by default images beside this script")
    parser.add_argument("--scale", type=int, default=1, help="pixels for each point (1 or 2)")
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=THEMES)
    parser.add_argument("--only", nargs="+", choices=tuple(SCENES), help="some of the scenes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
