"""One page on a session: what was found and how, readable without the program."""

import html
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from engine import __version__
from engine.counting import counted
from engine.errors import EngineError
from engine.files.text import write_text
from engine.health.issues import LEVELS, Finding
from engine.health.rules import find_issues
from engine.model.star_names import shown_star_name
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.export_limits import is_used
from engine.project.export_tables import build_table
from engine.project.issues_here import answered
from engine.project.keys import NodeKey, parse_key
from engine.project.recipes import limited_session, session_recipe, shown_name
from engine.project.report_changes import changed_parameters
from engine.project.report_choice import REPORT, WHOLE_REPORT, ReportChoice, left_out_in_words
from engine.project.report_comparison import Comparison, comparison_of
from engine.project.report_figures import figures_of_results, figures_of_step, title_of
from engine.project.report_inputs import files_behind
from engine.project.report_tables import micron, rows_in_html, table_in_html
from engine.project.session import Session
from engine.project.step import Step
from engine.project.steps import STEPS
from engine.resources import read_text

_MOST_ROWS = 1000  # of a table; a longer one is a curve, of which the beginning is shown
_BEGINNING = 12
_MOST_NAMES = 3  # of files with the same finding
_SERIOUS = {"wrong": "do not use as it is", "care": "look before you trust it", "info": "note"}

_Issues = Sequence[tuple[Entry, Finding]]


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the page: it is told in the contents under its title."""

    anchor: str
    title: str
    pieces: Sequence[str]


def write_report(
    session: Session,
    chain: Chain,
    path: str | Path,
    *,
    choice: ReportChoice = WHOLE_REPORT,
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
    choice : ReportChoice, optional
        What it is about and which sections it has, as it says at its top; by default everything.
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
    compared = choice.compared or comparison_of(session, chain, choice.of)
    choice = replace(choice, compared=compared)
    if choice.of:
        session = limited_session(session, chain, map(parse_key, choice.of))
    parts = tuple(_parts(session, chain, choice, Path(path).name, progress))
    pieces = (
        _HEAD.format(style=read_text("report.css"), version=html.escape(__version__)),
        *(f"<p><b>{html.escape(said)}</b></p>\n" for said in left_out_in_words(session, choice)),
        _contents(parts),
        *(piece for part in parts for piece in _section(part)),
        _END,
    )
    return write_text(path, pieces, exists=exists)


_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Fluxknot report</title>
<style>
{style}
</style>
</head>
<body>
<h1>Fluxknot report</h1>
<p class="dim">Made by Fluxknot {version}. The same session gives the same page.
Errors are one sigma.</p>
"""
_END = """</body>
</html>
"""


def _parts(
    session: Session, chain: Chain, choice: ReportChoice, name: str, progress: Progress
) -> Iterable[_Part]:
    """Yield the parts of the page in their order."""
    issues = _found_issues(session, chain, choice)
    yield _overview(session, chain, choice, issues)
    if "changes" in choice.sections:
        yield from (*_changed(session), *_left_out(session), *_compared(choice.compared))
    if "health" in choice.sections:
        yield _health(issues)
    yield from _steps(session, chain, choice, progress)
    if "files" in choice.sections:
        yield _files(session)
    yield _recipe(session, {"what": REPORT, "name": name} | choice.product)


def _section(part: _Part) -> Iterable[str]:
    """Yield a part piece by piece: a whole that is this long stops other threads."""
    yield f'<section id="{part.anchor}"><h2>{html.escape(part.title)}</h2>\n'
    yield from part.pieces
    yield "</section>\n"


def _contents(parts: Sequence[_Part]) -> str:
    links = "\n".join(
        f'<li><a href="#{part.anchor}">{html.escape(part.title)}</a></li>' for part in parts
    )
    return f"<nav aria-label='Contents'><ol>\n{links}\n</ol></nav>\n"


def _overview(session: Session, chain: Chain, choice: ReportChoice, issues: _Issues) -> _Part:
    seen = [part for entry in session.entries for part in entry.parts if part.is_of_webb]
    seen = [part for part in seen if part.program]
    dates = sorted({part.date for part in seen if part.date})
    names = sorted({shown_star_name(part.target) for part in seen if part.target})
    steps = [step.analysis.title for step, _ in _shown_steps(session, chain, choice)]
    said = (
        ("Sources", f"{len(names)}: {', '.join(names)}" if names else ""),
        ("Observations", str(len({part.source_key for part in seen}) or "")),
        ("Programs", ", ".join(sorted({part.program for part in seen}))),
        ("Observed", dates[0] + (f" to {dates[-1]}" if dates[1:] else "") if dates else ""),
        ("Files", str(len(session.entries) or "")),
        ("Steps", ", ".join(steps)),
        ("Health check", _health_in_short(issues)),
        ("Changed", _changed_in_short(session, choice)),
        ("Left out", counted(len(session.exclusions), "item") if session.exclusions else ""),
        ("Compared with", choice.compared.label if choice.compared else ""),
    )
    rows = "".join(
        f"<tr><th>{name}</th><td class=t>{html.escape(text)}</td></tr>\n"
        for name, text in said
        if text
    )
    known = f"<table class=facts>{rows}</table>" if rows else "<p>No files are open.</p>"
    return _Part("overview", "Overview", [known])


def _changed_in_short(session: Session, choice: ReportChoice) -> str:
    n_rows = len(changed_parameters(session))
    below = ": see below" if "changes" in choice.sections else ""
    return f"{counted(n_rows, 'choice')} away from the defaults{below}" if n_rows else "nothing"


def _changed(session: Session) -> tuple[_Part, ...]:
    """Return what differs from the defaults; nothing when nothing does."""
    rows = changed_parameters(session)
    if not rows:
        return ()
    said = (
        "<p class='dim'>Chosen here, or in the session this one was begun from, as that of a demo. "
        "All else is as the program proposes it.</p>"
    )
    header = ("step", "of", "parameter", "value", "default")
    return (_Part("changed", "What differs from the defaults", [said, rows_in_html(header, rows)]),)


def _left_out(session: Session) -> tuple[_Part, ...]:
    """Return what was left out, with the reasons; nothing when nothing was."""
    rows = [(title_of(session, NodeKey("", one.subject)), one.reason) for one in session.exclusions]
    if not rows:
        return ()
    said = "<p class='dim'>No mean, verdict or trend rests on it.</p>"
    return (_Part("left-out", "Left out", [said, rows_in_html(("what", "why"), rows)]),)


def _compared(compared: Comparison | None) -> tuple[_Part, ...]:
    """Return what differs from the version that is compared with; nothing when none is."""
    if compared is None:
        return ()
    rows = [(one.where, one.what, one.then, one.now) for one in compared.changes]
    said = "<p class='dim'>Results differ by nothing else than by these decisions.</p>"
    table = rows_in_html(("where", "what", "then", "now"), rows)
    pieces = [said, table] if rows else ["<p>Both are made in the same way.</p>"]
    return (_Part("compared", f"What differs from {compared.label}", pieces),)


def _files(session: Session) -> _Part:
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
    return _Part("files", "Files", [rows_in_html(header, rows)])


def _health_in_short(issues: _Issues) -> str:
    levels = dict.fromkeys((one.id, one.level) for _, one in issues)
    n_wrong = sum(level == "wrong" for _, level in levels)
    grave = f", {n_wrong} of them not to be used as it is" if n_wrong else ""
    return f"{counted(len(levels), 'known issue')}{grave}" if levels else ""


def _health(issues: _Issues) -> _Part:
    """Return what is known to be wrong, each issue once, the most serious first."""
    found: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for entry, one in issues:
        said = (one.level, one.id, micron(one.what), micron(one.effect), micron(one.action))
        found[said].append((shown_name(entry.path), micron(one.evidence)))
    if not found:
        return _Part("health", "Health check", ["<p>No known issue was found.</p>"])
    rows = [
        (issue, _SERIOUS[level], what, effect, action, *_seen(files))
        for (level, issue, what, effect, action), files in sorted(
            found.items(),
            key=lambda item: -LEVELS.index(item[0][0]),
        )
    ]
    header = (
        "issue", "how serious", "what", "what it does to the flux", "what to do", "evidence",
        "files",
    )  # fmt: skip
    return _Part("health", "Health check", [rows_in_html(header, rows)])


def _seen(files: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return evidence and names of the first of the files with one finding."""
    names = list(dict.fromkeys(name for name, _ in files))
    evidence = list(dict.fromkeys(text for _, text in files if text))
    return _first(evidence), _first(names)


def _first(texts: Sequence[str]) -> str:
    more = len(texts) - _MOST_NAMES
    return "; ".join(texts[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _found_issues(session: Session, chain: Chain, choice: ReportChoice) -> _Issues:
    """Return what is known to be wrong with the files that the results rest on, file by file."""

    def result_of(key: NodeKey) -> Any | None:
        try:
            return chain.evaluate(session, key)
        except EngineError:
            return None

    entries = session.entries
    if choice.of:
        entries = files_behind(session, chain, map(parse_key, choice.of))
    return [
        (entry, answered(session, entry, one, result_of))
        for entry in entries
        for one in _issues(chain, entry)
    ]


def _issues(chain: Chain, entry: Entry) -> tuple[Finding, ...]:
    found = chain.library.findings(entry)
    if found is not None:
        return found
    try:
        return find_issues(chain.library.loaded(entry).products)
    except EngineError:
        return ()


def _shown_steps(
    session: Session, chain: Chain, choice: ReportChoice
) -> list[tuple[Step, tuple[NodeKey, ...]]]:
    """Return the steps that are reported, with their results, in the order of the chain.

    Of a whole session those whose results are used.
    """
    keys: dict[str, list[NodeKey]] = defaultdict(list)
    for key in map(parse_key, choice.of) if choice.of else chain.keys(session):
        if choice.of or is_used(session, key):
            keys[key.step].append(key)
    return [(step, tuple(keys[step.analysis.name])) for step in STEPS if step.analysis.name in keys]


def _steps(
    session: Session, chain: Chain, choice: ReportChoice, progress: Progress
) -> Iterable[_Part]:
    for step, keys in _shown_steps(session, chain, choice):
        shown: list[str] = []
        if "figures" in choice.sections:
            draw = figures_of_results if choice.of else figures_of_step
            shown += draw(session, chain, keys, progress)
        if "tables" in choice.sections:
            of = tuple(map(str, keys)) if choice.of else ()
            tables = (_table(session, chain, name, of, progress) for name, _ in step.tables)
            shown += [table for table in tables if table]
        if shown:
            analysis = step.analysis
            said = html.escape(micron(f"{analysis.summary} {analysis.source}.".replace("..", ".")))
            yield _Part(
                f"step-{analysis.name}", analysis.title, [f"<p class='dim'>{said}</p>\n", *shown]
            )


def _table(
    session: Session, chain: Chain, name: str, of: tuple[str, ...], progress: Progress
) -> str:
    """Return the table ``name``, of a long one its beginning; ``""`` when nothing gives a row."""
    try:
        table = build_table(session, chain, name, of=of, progress=progress)
    except EngineError:
        return ""
    if not len(table):
        return ""
    is_long = len(table) > _MOST_ROWS
    rows = table_in_html(table, most_rows=_BEGINNING if is_long else _MOST_ROWS)
    left = (
        f"<p class='dim'>The first {_BEGINNING} of {len(table)} rows; all of them are written by "
        f"File &gt; Export, Tables ({name}.ecsv).</p>"
        if is_long
        else ""
    )
    return f'<h3 id="{name}">{html.escape(micron(table.title))}</h3>{left}{rows}\n'


def _recipe(session: Session, product: dict[str, str]) -> _Part:
    document = json.loads(session_recipe(session, product))
    text = html.escape(json.dumps(document, indent=1, ensure_ascii=False))
    said = (
        "<p class='dim'>From this and the files with these SHA-256, Fluxknot opens the session "
        "again (File &gt; Open a session) or makes this page anew (fluxknot rerun).</p>"
    )
    body = f"<details><summary>Files and parameters as JSON</summary><pre>{text}</pre></details>"
    return _Part("recipe", "Recipe", [said, body])
