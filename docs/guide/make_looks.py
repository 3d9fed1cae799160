"""Make pictures of every view, small and large, light and dark, and list what code finds wrong.

``python docs/guide/make_looks.py OUT`` opens the sets of the demo, with the longest names that
stars have, and writes ``OUT/<screen>/<set>-<scene>-<theme>.png`` with ``findings.txt`` beside
them, and ``cut.txt``: what is cut with … and whole in a tip, as names of data may be.
The small screen has 1280 × 720 pixels, the large one 3840 × 2160 at twice the density.
``--set mrs``, ``--screen small``, ``--themes dark`` and ``--only junctions`` make some of them.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from look_checks import cut_texts, findings
from mrs_scenes import MRS
from other_scenes import IMAGING, LRS, NIRCAM
from PyQt6.QtGui import QPixmap
from PyQt6.QtWidgets import QApplication
from stage import SMALL, THEMES, Stage, needs_no_display, on_stage
from window_scenes import WINDOW

from engine.model import stars

SETS: dict[str, dict[str, Callable[[Stage], QPixmap]]] = {
    "mrs": MRS | WINDOW,
    "imaging": IMAGING,
    "nircam": NIRCAM,
    "lrs": LRS,
}
SCREENS = {"small": (1, SMALL), "large": (2, (1920, 1080))}  # scale, points
#: What other catalogs call the sources of the demo, at most as long as names of real targets.
LONG_NAMES = {
    "10 Lac": "2MASS J22391567+3903009",
    "16 Cyg B": "2MASS J19415198+5031032",
    "HD 163466": "2MASS J17522536+6023462",
    "HD 2811": "2MASS J00311861-4336230",
    "HD 167060": "2MASS J18174419-6142317",
    "HD 37962": "2MASS J05405176-3121040",
    "HR 5467": "2MASS J14371520+7942330",
    "HR 6538": "2MASS J17325700+5554110",
    "mu Col": "2MASS J05455989-3218232",
    "μ Col": "2MASS J05455989-3218232",
    "del UMi": "2MASS J17321299+8635112",
    "δ UMi": "2MASS J17321299+8635112",
    "SAO 206462": "2MASS J15154844-3709160",
    "BD+60 1753": "2MASS J17245227+6025508",
    "JWIDF": "JWST-IDF-SPOKE-3-NORTHEAST",
}


def main() -> int:
    """Make the pictures that the command line asks for; each screen in a process of its own."""
    options = _options()
    if len(options.screen) > 1:
        rest = _without_screens(sys.argv[1:])
        codes = [
            subprocess.run(
                [sys.executable, __file__, *rest, "--screen", screen], check=False
            ).returncode
            for screen in options.screen
        ]
        return max(codes)
    [screen] = options.screen
    scale, size = SCREENS[screen]
    needs_no_display(scale=scale)
    name_stars(LONG_NAMES)
    out = options.out / screen
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.state or Path(scratch)
        with on_stage(folder, size=size, names=LONG_NAMES) as stage:
            lines = [line for name in options.set for line in _look(stage, name, out, options)]
    (out / "findings.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} findings in {out / 'findings.txt'}")
    return 0


def _look(stage: Stage, name: str, out: Path, options: argparse.Namespace) -> list[str]:
    """Take the pictures of a set; return what is wrong with them."""
    lines = []
    for scene, play in SETS[name].items():
        if options.only and scene not in options.only:
            continue
        for theme in options.themes:
            stage.dress(theme)
            stage.window.data_browser.tree.expandAll()  # a group that is shut shows no names
            path = out / f"{name}-{scene}-{theme}.png"
            play(stage).save(str(path))
            print(path, flush=True)
            stage.settle()  # a scene may have put something back
            shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
            lines += [f"{path.stem}: {one}" for over in shown for one in findings(over)]
            cut = [f"{path.stem}: {one}\n" for over in shown for one in cut_texts(over)]
            with (out / "cut.txt").open("a", encoding="utf-8") as file:
                file.writelines(cut)
            stage.close_dialogs()
    return lines


def name_stars(names: dict[str, str]) -> None:
    """Let the list of stars know the sources called ``names`` under their other names alone."""
    renamed = tuple(
        replace(star, name=names.get(star.name, star.name), aliases=(*star.aliases, star.name))
        for star in stars.stars()
    )
    stars.stars = lambda: renamed  # type: ignore[assignment]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--set", nargs="+", choices=tuple(SETS), default=tuple(SETS))
    parser.add_argument("--screen", nargs="+", choices=tuple(SCREENS), default=tuple(SCREENS))
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=THEMES)
    parser.add_argument("--only", nargs="+", help="some of the scenes")
    parser.add_argument("--state", type=Path, help="where the demo is kept for another time")
    return parser.parse_args()


def _without_screens(arguments: list[str]) -> list[str]:
    kept, is_screen = [], False
    for one in arguments:
        is_screen = one == "--screen" or (is_screen and one in SCREENS)
        if not is_screen:
            kept.append(one)
    return kept


if __name__ == "__main__":
    sys.exit(main())
