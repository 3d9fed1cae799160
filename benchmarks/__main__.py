"""All benchmarks in one run, as one table: ours, the peer, the ratio, the target, the versions.

``python -m benchmarks [--reference PYTHON] [--glue PYTHON] [NAME...]``. Every benchmark runs in a
process of its own. ``--reference`` is the Python of an environment with jwst, PyDL and specutils
(`packaging/test.sh --full` makes one), ``--glue`` one with glue-qt; without them their columns are
empty. On a display the window is shown, otherwise it is painted in memory. ``--quick`` leaves out
what takes minutes.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.line import Line, told

#: Beside jwst, PyDL and specutils, in the environment that has them.
_BESIDE_PEERS = ("extraction", "splines", "fringes", "reading")
_QUICK = (
    *("photometry", "window_start", "drag", "linked_views", "trends", "imaging_factors"),
    *("memory", "chain_scaling"),
)
_LONG = ("whole_chain_growth", "heartbeat", "second_run", "whole_chain")
_EVERY = (*_BESIDE_PEERS, *_QUICK, *_LONG)
_HEAD = ("what", "ours", "peer", "theirs", "ratio", "target", "")
_VERSIONS = """
from importlib.metadata import distribution, PackageNotFoundError
import platform
found = ["Python " + platform.python_version()]
for name in {names!r}:
    try:
        found.append(name + " " + distribution(name).version)
    except PackageNotFoundError:
        pass
print(", ".join(found))
"""
_OURS = ("numpy", "scipy", "astropy", "photutils", "PyQt6", "pyqtgraph")
_PEERS = ("numpy", "jwst", "stdatamodels", "pydl", "specutils", "glue-qt")


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for, print the table; 1 when a target is missed or a benchmark fails."""
    options = _options(arguments)
    wanted = options.names or [one for one in _EVERY if one not in _LONG or not options.quick]
    pythons = [sys.executable, options.reference, options.glue]
    for name, python, packages in zip(
        ("ours", "reference", "glue"), pythons, (_OURS, _PEERS, _PEERS), strict=True
    ):
        if python:
            print(f"{name}: {_versions(python, packages)}")
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before\n")
    print("| " + " | ".join(_HEAD) + " |\n" + "|---" * len(_HEAD) + "|", flush=True)
    is_good = True
    for name in wanted:
        found = _run(name, options)
        is_good &= bool(found) and all(line.verdict != "missed" for line in found)
        for line in found or (Line(f"{name}: failed, see above", float("nan")),):
            print("| " + " | ".join(line.cells()) + " |", flush=True)
    print(f"\nload {os.getloadavg()[0]:.1f} after")
    return 0 if is_good else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_EVERY))
    parser.add_argument("--reference", metavar="PYTHON", help="has jwst, PyDL and specutils")
    parser.add_argument("--glue", metavar="PYTHON", help="has glue-qt")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in _EVERY]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(_EVERY)}")
    return options


def _run(name: str, options: argparse.Namespace) -> tuple[Line, ...]:
    """Run one benchmark in the environment that it needs."""
    python = options.reference if name in _BESIDE_PEERS and options.reference else sys.executable
    given = [options.glue] if name == "window_start" and options.glue else []
    code = f"from benchmarks.line import tell; tell({name!r})"
    done = subprocess.run(
        [python, "-W", "ignore", "-c", code, *given],
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return told(done.stdout)


def _environment() -> dict[str, str]:
    home = str(Path(__file__).parents[1])
    paths = [home, *_paths(os.environ.get("PYTHONPATH", ""))]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if not {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"} & found.keys():
        found["QT_QPA_PLATFORM"] = "offscreen"
    return found


def _paths(text: str) -> Iterator[str]:
    return (one for one in text.split(os.pathsep) if one)


def _versions(python: str, packages: Sequence[str]) -> str:
    code = _VERSIONS.format(names=tuple(packages))
    done = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True, env=_environment()
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
