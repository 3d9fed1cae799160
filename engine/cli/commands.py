"""The words of the command line: names and options, without the work behind them."""

import argparse
import math
from typing import Any, NoReturn, TypeAlias

from engine import __version__
from engine.demo_titles import DEMO_TITLES, FIRST_DEMO

COMMANDS = ("inspect", "new", "extract", "run", "export", "rerun", "demo", "list", "analyze")
HEADLESS = frozenset({*COMMANDS, "-h", "--help", "--version"})  #: first words that open no window
EXPORTS = ("spectra", "vectors", "references", "images", "tables", "figures", "report", "all")
SECTIONS = ("changes", "health", "figures", "tables", "files")  #: of a report

_LARGEST_FWHM = 20.0

_DESCRIPTION = """\
Fluxknot, a workbench for the spectrophotometric calibration of JWST instruments.

Without a command the window opens:
  fluxknot                 an empty window
  fluxknot FILE...         with files, folders, patterns or one session
  fluxknot @LIST           with the files that a text names, one a line
  fluxknot --demo [SET]    on the demo, or on another set of it
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and where the help is: it is not the help itself."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see: {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all headless commands."""
    parser = _Parser(
        prog="fluxknot",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Fluxknot {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_inspect(commands)
    _add_new(commands)
    _add_extract(commands)
    _add_run(commands)
    _add_export(commands)
    _add_rerun(commands)
    _add_demo(commands)
    commands.add_parser("list", help="list the analyses")
    _add_analyze(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _add_inspect(commands: Commands) -> None:
    parser = commands.add_parser("inspect", help="say what files are, and what is wrong with them")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def _add_new(commands: Commands) -> None:
    parser = commands.add_parser("new", help="make a session from files")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", required=True, metavar="SESSION.fluxknot")
    parser.add_argument("--force", action="store_true", help="replace an existing session")


def _add_extract(commands: Commands) -> None:
    parser = commands.add_parser("extract", help="extract point-source spectra from cubes")
    parser.add_argument("files", nargs="+", metavar="CUBE")
    _add_out(parser)
    parser.add_argument("--radius-fwhm", type=_width, default=2.0, metavar="R")
    parser.add_argument(
        "--annulus-fwhm",
        type=_width,
        nargs=2,
        default=(3.0, 4.0),
        metavar=("IN", "OUT"),
        action=_Annulus,
    )
    parser.add_argument("--center", type=_center, default="auto", metavar="auto|target|X,Y")
    correction = parser.add_mutually_exclusive_group()
    correction.add_argument("--apcorr", metavar="FILE", help="aperture-correction reference")
    correction.add_argument("--no-aperture-correction", action="store_true")
    method = parser.add_mutually_exclusive_group()
    method.add_argument("--pipeline", dest="method", action="store_const", const="pipeline")
    method.add_argument("--unbiased", dest="method", action="store_const", const="unbiased")
    parser.set_defaults(method="unbiased")


def _add_run(commands: Commands) -> None:
    parser = commands.add_parser("run", help="run the whole chain of a session and export all")
    parser.add_argument("session", metavar="SESSION")
    _add_out(parser)
    _add_workers(parser)


def _add_export(commands: Commands) -> None:
    parser = commands.add_parser("export", help="write results of a session")
    parser.add_argument("session", metavar="SESSION")
    parser.add_argument(
        "--what", type=_exports, default=("all",), metavar="WHAT", help=", ".join(EXPORTS)
    )
    parser.add_argument(
        "--of",
        action="append",
        metavar="NAME",
        help="only what follows from this target, observation, band or file; may be given again",
    )
    parser.add_argument("--step", metavar="NAME", help="only results of this analysis")
    parser.add_argument(
        "--sections",
        type=_sections,
        default=SECTIONS,
        metavar="SECTION",
        help=f"of the report: {', '.join(SECTIONS)}",
    )
    _add_out(parser)
    _add_workers(parser)


def _add_rerun(commands: Commands) -> None:
    parser = commands.add_parser(
        "rerun", help="make exported files again from what stands inside them, and compare"
    )
    parser.add_argument("files", nargs="+", metavar="EXPORT")
    parser.add_argument(
        "--data", nargs="+", required=True, metavar="PATH", help="where the inputs are"
    )
    _add_out(parser)


def _add_demo(commands: Commands) -> None:
    parser = commands.add_parser("demo", help="write the demo data and their session")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument(
        "--set", dest="name", choices=tuple(DEMO_TITLES), default=FIRST_DEMO, help="which data"
    )
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--force", action="store_true", help="replace existing files")


def _add_analyze(commands: Commands) -> None:
    parser = commands.add_parser("analyze", help="run one analysis on everything in a session")
    parser.add_argument("name", metavar="NAME", help="see: fluxknot list")
    parser.add_argument("session", metavar="SESSION")
    _add_out(parser)


def _add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="DIR")
    parser.add_argument("--force", action="store_true", help="replace existing files")


def _add_workers(parser: argparse.ArgumentParser) -> None:
    workers = parser.add_mutually_exclusive_group()
    workers.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="work in N processes"
    )
    workers.add_argument(
        "--scheduler", metavar="ADDRESS", help="work on the Dask cluster with this scheduler"
    )


class _Annulus(argparse.Action):
    """Takes the two radii of an annulus, the inner one first."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        inner, outer = values
        if not inner < outer:
            parser.error(f"argument {option_string}: {inner} is not smaller than {outer}")
        setattr(namespace, self.dest, (inner, outer))


def _width(text: str) -> float:
    width = _number(text)
    if not 0.0 < width <= _LARGEST_FWHM:
        raise argparse.ArgumentTypeError(f"{text!r} is not a width up to {_LARGEST_FWHM:g} FWHM")
    return width


def _center(text: str) -> str | tuple[float, float]:
    if text in {"auto", "target"}:
        return text
    parts = [_number(part) for part in text.split(",")]
    if len(parts) != 2 or not all(map(math.isfinite, parts)):
        raise argparse.ArgumentTypeError(f"{text!r} is not auto, target or X,Y")
    return parts[0], parts[1]


def _number(text: str) -> float:
    """Return the number in ``text``; NaN when there is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _exports(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in wanted if part not in EXPORTS]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"{text!r}: choose from {', '.join(EXPORTS)}")
    return wanted


def _sections(text: str) -> tuple[str, ...]:
    wanted = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in wanted if part not in SECTIONS]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"{text!r}: choose from {', '.join(SECTIONS)}")
    return wanted


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of jobs")
    return number
