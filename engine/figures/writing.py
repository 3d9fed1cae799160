"""Figures as PNG, SVG or PDF: on white, text as text, the same bytes each time."""

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from engine.errors import FileError
from engine.figures.dense import pixels_where_dense
from engine.figures.labels import FONT
from engine.figures.palette import color
from engine.figures.sizes import PAGE, FigureSize
from engine.files.atomic import IfExists, atomic_write
from engine.files.facts import provenance_facts
from engine.model.provenance import Provenance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("pdf", "svg", "png")
Draw = Callable[["Figure"], None]

# matplotlib keeps its settings in one global place: figures are written one after the other.
_ONE_AT_A_TIME = threading.Lock()


def write_figure(
    path: str | Path,
    draw: Draw,
    *,
    provenance: Provenance,
    size: FigureSize = PAGE,
    exists: IfExists = "refuse",
) -> Path:
    """Draw a figure and write it as ``.png``, ``.svg`` or ``.pdf``, as the suffix says.

    Parameters
    ----------
    path : path-like
        The file.
    draw : callable
        Draws on the empty `matplotlib.figure.Figure` that it is given; `functools.partial` of one
        of the functions ``draw_...`` of this package.
    provenance : Provenance
        Written to the metadata of the file.
    size : FigureSize
        Size in print.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the suffix is another one, or the file cannot be written.
    """
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise FileError(
            path, f"A figure is not written as {kind!r}.", hint="Choose .pdf, .svg or .png."
        )
    content = render_figure(draw, kind, size=size, title=Path(path).stem, provenance=provenance)

    def write(stream: BinaryIO) -> None:
        stream.write(content)

    return atomic_write(path, write, exists=exists)


def render_figure(
    draw: Draw,
    kind: str,
    *,
    size: FigureSize = PAGE,
    title: str = "",
    provenance: Provenance,
    dense: Literal["as drawn", "pixels"] = "as drawn",
) -> bytes:
    """Return the content of a figure file: the same figure gives the same bytes.

    Parameters
    ----------
    draw : callable
        Draws on the empty `matplotlib.figure.Figure` that it is given.
    kind : {"pdf", "svg", "png"}
        The format.
    size : FigureSize
        Size in print.
    title : str
        Written to the metadata.
    provenance : Provenance
        Written to the metadata.
    dense : {"as drawn", "pixels"}
        How SVG and PDF hold what has many points: each of them, or a picture of them as fine as
        ``size`` says. Text is text in both.

    Returns
    -------
    bytes
        What the file holds.
    """
    from matplotlib import rc_context  # noqa: PLC0415  (slow to import)
    from matplotlib.figure import Figure  # noqa: PLC0415

    stream = io.BytesIO()
    with _ONE_AT_A_TIME, rc_context(_settings(size)):
        figure = Figure(figsize=size.inches, layout="constrained")
        draw(figure)
        if dense == "pixels":
            pixels_where_dense(figure)
        metadata = _metadata(kind, title, provenance)
        figure.savefig(stream, format=kind, dpi=size.dots_per_inch, metadata=metadata)
        _take_apart(figure)
    return stream.getvalue()


def _take_apart(figure: "Figure") -> None:
    """Let the parts of a figure know nothing of each other, so that they are gone at once.

    Twenty thousand objects in cycles would wait for a collection, which holds up every thread:
    those of all figures of an export for a second.
    """
    canvas = figure.canvas
    for part in figure.findobj():
        known = vars(part)
        if "_marker" in known:
            vars(known["_marker"]).clear()
        known.clear()
    vars(canvas).clear()


def _metadata(kind: str, title: str, provenance: Provenance) -> dict[str, str | None]:
    """Return the metadata of the format; `None` takes out the time of day."""
    making = json.dumps(provenance_facts(provenance), ensure_ascii=True, sort_keys=True)
    if kind == "svg":
        return {
            "Title": title,
            "Creator": provenance.creator,
            "Description": making,
            "Date": None,
        }
    if kind == "pdf":
        return {
            "Title": title,
            "Creator": provenance.creator,
            "Subject": making,
            "CreationDate": None,
        }
    return {"Title": title, "Software": provenance.creator, "Description": making}


def _settings(size: FigureSize) -> dict[str, Any]:
    """Return every setting of matplotlib, whatever the user's own configuration says."""
    from matplotlib import rcParamsDefault  # noqa: PLC0415  (slow to import)

    text, dim = color("text"), color("dim")
    own = {
        "font.family": FONT,
        "font.size": size.font_pt,
        "axes.titlesize": size.font_pt + 1.0,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": size.font_pt,
        "xtick.labelsize": size.font_pt - 0.5,
        "ytick.labelsize": size.font_pt - 0.5,
        "legend.fontsize": size.font_pt - 1.0,
        "legend.frameon": False,
        "text.color": text,
        "axes.labelcolor": text,
        "axes.edgecolor": dim,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": dim,
        "ytick.color": dim,
        "xtick.labelcolor": text,
        "ytick.labelcolor": text,
        "xtick.direction": "out",
        "ytick.direction": "out",
        "lines.linewidth": 0.9,
        "lines.markersize": 2.0,
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "savefig.facecolor": "white",
        "svg.fonttype": "none",
        "svg.hashsalt": "fluxknot",
        "pdf.fonttype": 42,
    }
    return {
        name: value for name, value in rcParamsDefault.items() if not name.startswith("backend")
    } | own
