"""One page on a session: figures, tables, recipe and health check, readable without the program."""

import html
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engine import __version__
from engine.analyses import ANALYSES, JUNCTIONS, RESPONSE
from engine.errors import EngineError
from engine.figures import FigureSize, render_figure
from engine.files.text import write_text
from engine.health.issues import Finding
from engine.health.rules import find_issues
from engine.model.table import Column, ResultTable
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.export_figures import figure_of
from engine.project.export_tables import TABLES, build_table
from engine.project.exports import provenance_of
from engine.project.keys import NodeKey
from engine.project.recipes import session_recipe, shown_name
from engine.project.session import Session
from engine.resources import read_text

REPORT = "report"  #: what it is called among the products of a session
_FIGURE = FigureSize(150.0, 100.0)
_MOST_FIGURES = 40  #: of each kind; the rest is told, and exported on request
_SIGNIFICANT = 5
_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?\d[\d.]*(e[-+\N{MINUS SIGN}]?\d+)?|\N{EN DASH}")
_UNITS = {"um": "µm", "arcsec2": "arcsec²", "percent": "%"}


def write_report(
    session: Session,
    chain: Chain,
    path: str | Path,
    *,
    exists: Literal["refuse", "replace"] = "refuse",
    progress: Progress = SILENT,
) -> Path:
    """Write the report of ``session`` as one HTML file that needs nothing else.

    Parameters
    ----------
    session : Session
        What is reported.
    chain : Chain
        Where its results come from; missing ones are computed.
    path : path-like
        The file.
    exists : {"refuse", "replace"}, optional
        What to do when the file is there already.
    progress : Progress, optional
        Told after each part.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    head = _HEAD.format(
        title="Fluxknot report", style=read_text("report.css"), version=html.escape(__version__)
    )
    pieces = (
        head,
        f"{_files(session)}\n",
        f"{_health(session, chain)}\n",
        *(f"{table}\n" for table in _tables(session, chain, progress)),
        *_figures(session, chain, progress),
        f"{_recipe(session, Path(path).name)}\n",
        _END,
    )
    return write_text(path, pieces, exists=exists)


_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="dim">Made by Fluxknot {version}. The same session gives the same page.</p>
"""
_END = """</body>
</html>
"""


def _files(session: Session) -> str:
    rows = [
        (
            shown_name(entry.path),
            entry.kind,
            entry.role,
            ", ".join(dict.fromkeys(part.target for part in entry.parts if part.target)),
            " ".join(dict.fromkeys(part.band for part in entry.parts if part.band)),
            entry.sha256[:12],
        )
        for entry in session.entries
    ]
    header = ("file", "content", "role", "target", "bands", "SHA-256")
    return _section("Files", _html_table(header, rows))


def _health(session: Session, chain: Chain) -> str:
    rows = []
    for entry in session.entries:
        rows += [
            (shown_name(entry.path), one.id, one.what, one.evidence, one.effect, one.action)
            for one in _issues(chain, entry)
        ]
    if not rows:
        return _section("Health check", "<p>No known issue was found.</p>")
    header = ("file", "issue", "what", "evidence", "what it does to the flux", "what to do")
    return _section("Health check", _html_table(header, rows))


def _issues(chain: Chain, entry: Any) -> tuple[Finding, ...]:
    found = chain.library.findings(entry)
    if found is not None:
        return found
    try:
        return find_issues(chain.library.loaded(entry).products)
    except EngineError:
        return ()


def _tables(session: Session, chain: Chain, progress: Progress) -> Iterable[str]:
    for name in TABLES:
        try:
            table = build_table(session, chain, name, progress=progress)
        except EngineError:
            continue
        header = [_heading(column) for column in table.columns]
        yield _section(table.title, _html_table(header, _cells(table)), anchor=name)


def _cells(table: ResultTable) -> list[tuple[str, ...]]:
    columns = [
        [_cell(value, day=column.unit == "d") for value in column.values]
        for column in table.columns
    ]
    return list(zip(*columns, strict=True))


def _heading(column: Column) -> str:
    """Return the name of a column in words, with its unit."""
    words = column.name.replace("_", " ").removesuffix(f" {column.unit.lower()}")
    unit = _UNITS.get(column.unit, column.unit)
    return f"{words} ({unit})" if unit else words


def _cell(value: Any, *, day: bool = False) -> str:
    if isinstance(value, str | np.str_):
        return str(value)
    if isinstance(value, int | np.integer):
        return str(int(value))
    if not np.isfinite(value):
        return "–"
    text = f"{value:.3f}" if day else f"{value:.{_SIGNIFICANT}g}"
    return text.replace("-", "−")


def _figures(session: Session, chain: Chain, progress: Progress) -> Iterable[str]:
    """Yield the page piece by piece: a whole that is this long stops other threads."""
    titles = {analysis.name: analysis.title for analysis in ANALYSES}
    for step in (JUNCTIONS.name, RESPONSE.name):
        keys = [key for key in chain.keys(session) if key.step == step]
        drawn = [
            figure
            for key in keys[:_MOST_FIGURES]
            if (figure := _figure(session, chain, key, progress))
        ]
        left = len(keys) - _MOST_FIGURES
        if left > 0:
            drawn.append(f"<p class='dim'>{left} more are written by the export of figures.</p>")
        if drawn:
            yield f"<section><h2>{html.escape(titles[step])}: figures</h2>"
            yield drawn[0]
            yield from (f"\n{one}" for one in drawn[1:])
            yield "</section>\n"


def _figure(session: Session, chain: Chain, key: NodeKey, progress: Progress) -> str:
    try:
        result = chain.evaluate(session, key, progress)
    except EngineError as error:
        return f"<p class='dim'>{html.escape(str(key))}: {html.escape(error.sentence)}</p>"
    drawing = render_figure(
        figure_of(session, chain, key, result),
        "svg",
        size=_FIGURE,
        title=str(key),
        provenance=provenance_of(session, chain, key),
    ).decode("utf-8")
    return f"<figure>{drawing[drawing.index('<svg') :]}</figure>"


def _recipe(session: Session, name: str) -> str:
    document = json.loads(session_recipe(session, {"what": REPORT, "name": name}))
    text = html.escape(json.dumps(document, indent=1, ensure_ascii=False))
    body = f"<details><summary>Files and parameters as JSON</summary><pre>{text}</pre></details>"
    return _section("Recipe", body)


def _section(title: str, body: str, *, anchor: str = "") -> str:
    name = f' id="{html.escape(anchor, quote=True)}"' if anchor else ""
    return f"<section{name}><h2>{html.escape(title)}</h2>{body}</section>"


def _html_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = list(rows)
    kinds = [_kind([row[i] for row in cells]) for i in range(len(header))]
    head = "".join(
        f"<th{kind}>{html.escape(name)}</th>" for name, kind in zip(header, kinds, strict=True)
    )
    body = "\n".join(f"<tr>{_tds(row, kinds)}</tr>" for row in cells)
    return f"<div class='wide'><table><tr>{head}</tr>\n{body}</table></div>"


def _tds(row: Sequence[str], kinds: Sequence[str]) -> str:
    both = zip(row, kinds, strict=True)
    return "".join(f"<td{kind}>{html.escape(cell)}</td>" for cell, kind in both)


def _kind(cells: Sequence[str]) -> str:
    """Return the class of a column: numbers stand at its right, their digits below each other."""
    is_number = bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)
    return ' class="number"' if is_number else ""
