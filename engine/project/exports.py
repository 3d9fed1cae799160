"""What leaves the program: which files a session gives, and how they are written.

A plan lists the names first, so that a person can see them before anything is written; writing
the plan never leaves a file half done, and never replaces one unless it is told to.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from engine import __version__
from engine.analyses import (
    CALIBRATE,
    EXTRACT,
    FRINGE,
    JUNCTIONS,
    NOISE,
    REPEATABILITY,
    RESPONSE,
)
from engine.errors import EngineError, FileError
from engine.figures import write_figure
from engine.files.names import export_name, unique_names
from engine.files.write_tables import write_spectrum_table, write_table
from engine.files.write_vectors import write_vector
from engine.files.write_x1d import write_x1d
from engine.model.identity import Identity
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum
from engine.mrs.calibrated_spectra import vector_from_response
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.codec import to_plain
from engine.project.export_figures import figure_of, figure_size
from engine.project.export_tables import build_table, tables_of
from engine.project.fringe_step import is_used
from engine.project.keys import NodeKey
from engine.project.session import Session

What = Literal["spectra", "vectors", "tables", "figures"]
WHATS: tuple[What, ...] = get_args(What)
IfExists = Literal["refuse", "replace"]

FORMATS: dict[What, tuple[str, ...]] = {
    "spectra": ("fits", "ecsv", "csv"),
    "vectors": ("fits", "ecsv"),
    "tables": ("ecsv", "csv"),
    "figures": ("pdf", "svg", "png"),
}
DEFAULT_FORMATS: dict[What, tuple[str, ...]] = {
    "spectra": ("fits",),
    "vectors": ("fits",),
    "tables": ("ecsv",),
    "figures": ("pdf",),
}


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file that an export will write.

    Attributes
    ----------
    name : str
        Its name inside the folder.
    what : str
        ``"spectra"``, ``"vectors"``, ``"tables"`` or ``"figures"``.
    node : NodeKey or None
        The result it is made from; `None` for a table over all results.
    table : str
        Name of the table; ``""`` for everything else.
    """

    name: str
    what: What
    node: NodeKey | None
    table: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What an export did.

    Attributes
    ----------
    paths : tuple of Path
        Files written.
    skipped : tuple of (str, str)
        Names that were not written, and why.
    """

    paths: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]


def plan_exports(
    session: Session,
    chain: Chain,
    what: Iterable[What] = WHATS,
    *,
    formats: dict[What, tuple[str, ...]] = DEFAULT_FORMATS,
    only: frozenset[str] | None = None,
    step: str = "",
) -> tuple[PlannedFile, ...]:
    """List the files that an export would write, without computing anything.

    Parameters
    ----------
    session : Session
        What is exported.
    chain : Chain
        Where its results come from.
    what : iterable of str, optional
        Kinds of products.
    formats : dict, optional
        File name extensions of each kind.
    only : frozenset of str, optional
        Subjects (segment ids, source keys) to limit the export to; `None`: everything.
    step : str, optional
        Step to limit the export to; by default all whose results are used.

    Returns
    -------
    tuple of PlannedFile
        Names are unique and safe.
    """
    wanted = tuple(what)
    planned: list[PlannedFile] = []
    for key in chain.keys(session):
        if only is not None and key.settings.subject not in only:
            continue
        if not (key.step == step if step else is_used(session, key)):
            continue
        identity = _identity(session, key)
        for kind, suffix in _products(key, wanted):
            planned += [
                PlannedFile(export_name(identity, suffix, extension), kind, key)
                for extension in formats[kind]
            ]
    if "tables" in wanted:
        planned += [
            PlannedFile(f"{name}.{extension}", "tables", None, name)
            for name in tables_of(step, session, chain)
            for extension in formats["tables"]
        ]
    names = unique_names(one.name for one in planned)
    return tuple(replace(one, name=name) for one, name in zip(planned, names, strict=True))


def write_exports(
    session: Session,
    chain: Chain,
    folder: str | Path,
    plan: Iterable[PlannedFile],
    *,
    exists: IfExists = "refuse",
    progress: Progress = SILENT,
) -> Written:
    """Write the files of ``plan`` into ``folder``.

    Raises
    ------
    FileError
        Before anything is written, if a file is there already and ``exists`` says refuse; or
        when a file cannot be written. A result that cannot be had is skipped, with the reason.
    """
    folder = Path(folder)
    files = tuple(plan)
    _require_free(folder, files, exists)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    skipped: list[tuple[str, str]] = []
    for done, planned in enumerate(files):
        progress.step(done, len(files), f"writing {planned.name}")
        try:
            path = _write(session, chain, folder / planned.name, planned, exists, progress)
        except FileError:
            raise
        except EngineError as error:
            skipped.append((planned.name, error.sentence))
        else:
            paths.append(path)
    progress.step(len(files), len(files), "")
    return Written(tuple(paths), tuple(skipped))


def provenance_of(session: Session, chain: Chain, key: NodeKey | None) -> Provenance:
    """Return version, inputs and recipe of one result; of the whole session for `None`."""
    if key is None:
        entries, recipe = session.entries, _whole_recipe(session)
    else:
        entries, recipe = chain.inputs(session, key), recipe_text(session, chain, key)
    inputs = tuple((Path(entry.path).name, entry.sha256) for entry in entries)
    return Provenance(version=__version__, inputs=inputs, recipe=recipe)


def recipe_text(session: Session, chain: Chain, key: NodeKey) -> str:
    """Return the JSON from which the result of ``key`` can be made again: equal for equal work."""
    nodes = chain.upstream(session, key)
    return json.dumps(
        {
            "step": key.step,
            "subject": key.subject,
            "params": to_plain(chain.params(session, key)),
            "upstream": [
                {"key": str(node), "params": to_plain(chain.params(session, node))}
                for node in nodes
            ],
        },
        sort_keys=True,
        ensure_ascii=False,
    )


def _whole_recipe(session: Session) -> str:
    return json.dumps(
        {"params": {str(key): to_plain(value) for key, value in session.params.items()}},
        sort_keys=True,
        ensure_ascii=False,
    )


def _identity(session: Session, key: NodeKey) -> Identity:
    segment = session.segment(key.subject)
    if segment is not None:
        return segment.identity
    segments = session.sources.get(key.settings.subject, ())
    if segments:
        return replace(segments[0].identity, band="")
    return Identity(target=key.settings.subject)


def _products(key: NodeKey, wanted: tuple[What, ...]) -> list[tuple[What, str]]:
    """Return the kinds of files that the result of ``key`` gives, with their part of the name."""
    found: dict[str, list[tuple[What, str]]] = {
        EXTRACT.name: [("spectra", "x1d"), ("figures", "extraction")],
        FRINGE.name: [("spectra", "defringed"), ("figures", "fringes")],
        RESPONSE.name: [("vectors", "vector"), ("figures", "response")],
        CALIBRATE.name: [("spectra", "calibrated"), ("figures", "calibrated")],
        JUNCTIONS.name: [("figures", f"junctions-{key.stage}")],
        REPEATABILITY.name: [("figures", f"repeatability-{key.stage}")],
        NOISE.name: [("figures", f"noise-{key.stage}")],
    }
    return [(kind, suffix) for kind, suffix in found[key.step] if kind in wanted]


def _require_free(folder: Path, files: tuple[PlannedFile, ...], exists: IfExists) -> None:
    if exists == "replace":
        return
    taken = [planned.name for planned in files if (folder / planned.name).exists()]
    if taken:
        raise FileError(
            folder / taken[0],
            f"it is in {folder} already, with {len(taken) - 1} more of the names to be written.",
            hint="Choose another folder, or allow replacing (--force).",
        )


def _write(
    session: Session,
    chain: Chain,
    path: Path,
    planned: PlannedFile,
    exists: IfExists,
    progress: Progress,
) -> Path:
    provenance = provenance_of(session, chain, planned.node)
    if planned.node is None:
        table = build_table(session, chain, planned.table, progress=progress)
        return write_table(path, table, provenance=provenance, exists=exists)
    result = chain.evaluate(session, planned.node, progress)
    identity = _identity(session, planned.node)
    if planned.what == "spectra":
        return _write_spectrum(path, result.spectrum, identity, provenance, exists)
    if planned.what == "vectors":
        vector = vector_from_response(result, identity, recipe=provenance.recipe)
        return write_vector(path, vector, provenance=provenance, exists=exists)
    draw = figure_of(session, chain, planned.node, result)
    size = figure_size(planned.node)
    return write_figure(path, draw, size=size, provenance=provenance, exists=exists)


def _write_spectrum(
    path: Path, spectrum: Spectrum, identity: Identity, provenance: Provenance, exists: IfExists
) -> Path:
    """Write a spectrum; a count rate, which x1d cannot hold, goes to ECSV."""
    named = replace(spectrum, identity=identity)
    if path.suffix == ".fits" and spectrum.unit in {"Jy", "MJy/sr"}:
        return write_x1d(path, [named], provenance=provenance, exists=exists)
    target = path.with_suffix(".ecsv") if path.suffix == ".fits" else path
    return write_spectrum_table(target, named, provenance=provenance, exists=exists)
