"""Making an export again from nothing but what stands inside it, and the files it was made from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import DataError, FileError
from engine.figures.seen import panels_of
from engine.figures.sizes import AS_DESIGNED, JOURNALS, WIDTHS, PrintSize
from engine.files.folders import make_folder, require_free
from engine.files.gate import hash_gated
from engine.files.making import read_making
from engine.model.provenance import Provenance
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.export_products import FORMATS, WHATS
from engine.project.export_tables import TABLES
from engine.project.exports import IfExists, PlannedFile, plan_exports, write_files
from engine.project.input_files import InputFiles
from engine.project.keys import NodeKey
from engine.project.recipes import restore_session
from engine.project.report import write_report
from engine.project.report_choice import ALL_SECTIONS, REPORT, ReportChoice, chosen_sections
from engine.project.report_comparison import comparison_from
from engine.project.session import Session
from engine.project.strict_json import parse_json

_LONGEST_NAME = 200
_KINDS = {*(kind for kinds in FORMATS.values() for kind in kinds), "asdf", "html"}
_SAID = (
    "what", "name", "table", "band", "width", "journal", "of", "sections", "axes", "part",
    "compared",
)  # fmt: skip
_NAME = re.compile(r"[^./\\\x00-\x1f-][^/\\\x00-\x1f]*\.([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Rerun:
    """What became of one export that was made again.

    Attributes
    ----------
    path : Path
        The new file.
    version : str
        Version of the program that made the old one.
    is_identical : bool
        Whether both hold the same bytes.
    """

    path: Path
    version: str
    is_identical: bool


def restore_export(
    export: str | Path, data: Iterable[str | Path] | InputFiles
) -> tuple[Session, NodeKey | None]:
    """Return the session that an exported file was made in, as far as the file rests on it.

    Parameters
    ----------
    export : path-like
        Any file that was exported.
    data : iterable of path-like, or InputFiles
        Where its inputs are.

    Returns
    -------
    session : Session
        With the inputs and the decisions that matter.
    key : NodeKey or None
        The result that the file shows; `None` for one over the whole session.

    Raises
    ------
    FileError
        If the file cannot be read, or holds no recipe.
    DataError
        If the recipe cannot be understood, or an input is not among the files.
    """
    return restore_session(read_making(export).recipe, data)


def rerun_export(
    export: str | Path,
    data: Iterable[str | Path] | InputFiles,
    folder: str | Path,
    chain: Chain,
    *,
    exists: IfExists = "refuse",
    progress: Progress = SILENT,
) -> Rerun:
    """Make an exported file again, under the name it was given then.

    Parameters
    ----------
    export : path-like
        A spectrum, vector, reference, corrected image, table, figure or report.
    data : iterable of path-like, or InputFiles
        Where its inputs are; they are known by their hashes.
    folder : path-like
        Where the new file goes; made when it is not there.
    chain : Chain
        Computes the results.
    exists : {"refuse", "replace"}, optional
        What to do when the new file is there already.
    progress : Progress, optional
        Told where the work is.

    Returns
    -------
    Rerun
        The new file, and whether it is the old one to the bit.

    Raises
    ------
    FileError
        If a file cannot be read or written.
    DataError
        If the recipe cannot be understood, an input is missing, or there is no result.
    """
    making = read_making(export)
    session, key = restore_session(making.recipe, data)
    product = _product(making)
    folder = Path(folder)
    if exists == "refuse":
        require_free(folder, [product["name"]])
    make_folder(folder)
    if product["what"] == REPORT:
        path = folder / product["name"]
        choice = _report_choice(session, chain, product)
        write_report(session, chain, path, choice=choice, exists=exists, progress=progress)
    else:
        planned = _planned(session, chain, key, product)
        path = _written(session, chain, planned, folder, exists=exists, progress=progress)
    return Rerun(path, making.version, hash_gated(path) == hash_gated(export))


def _product(making: Provenance) -> dict[str, str]:
    """Return what kind of file it is, and its name, which must not lead out of the folder."""
    plain = parse_json(making.recipe).get("product")
    said = plain if isinstance(plain, dict) else {}
    product = {name: said.get(name, "") for name in _SAID}
    if not all(isinstance(text, str) for text in product.values()) or not product["what"]:
        raise DataError("The recipe does not say what was exported.", hint="Export it again.")
    name = _NAME.fullmatch(product["name"])
    if (
        name is None
        or name[1].lower() not in _KINDS
        or len(product["name"].encode()) > _LONGEST_NAME
    ):
        raise DataError(
            f"The recipe asks for a file called {product['name'][:60]!r}.", hint="Export it again."
        )
    return product


def _report_choice(session: Session, chain: Chain, product: dict[str, str]) -> ReportChoice:
    """Return what the report is about, if such a session gives it."""
    of, sections = tuple(product["of"].splitlines()), product["sections"].splitlines()
    unknown = set(of).difference(map(str, chain.keys(session))) if of else ()
    if unknown:
        raise DataError(
            f"The recipe of {product['name']} is about results that its session does not give.",
            hint="It may be of another version: export it again.",
        )
    shown = chosen_sections(sections) if sections else ALL_SECTIONS
    return ReportChoice(of, shown, comparison_from(product["compared"]))


def _planned(
    session: Session, chain: Chain, key: NodeKey | None, product: dict[str, str]
) -> PlannedFile:
    """Return the file that the recipe asks for, if such a session gives it."""
    what = next((one for one in WHATS if one == product["what"]), None)
    if what is not None and key is None and product["table"] in TABLES:
        of = tuple(product["of"].splitlines())
        return PlannedFile(product["name"], what, None, product["table"], of=of)
    if what == "figures" and key is None and product["of"]:
        nodes = tuple(product["of"].splitlines())
        size, panels = _size(product), panels_of(product["axes"])
        return PlannedFile(product["name"], what, None, of=nodes, size=size, panels=panels)
    if what is not None and key is not None:
        given = plan_exports(session, chain, [what], step=key.step)
        known = {(one.node, one.band) for one in given if one.what == what}
        # A figure may be of a step that this session alone would not offer.
        if (key, product["band"]) in known or (what == "figures" and not product["band"]):
            size, panels = _size(product), panels_of(product["axes"])
            planned = PlannedFile(product["name"], what, key, "", product["band"], size)
            return replace(planned, panels=panels, part=product["part"])
    raise DataError(
        f"The recipe of {product['name']} gives no such file.",
        hint="It may be of another version: export it again.",
    )


def _size(product: dict[str, str]) -> PrintSize:
    journals = {one.name for one in JOURNALS}
    width = next((one for one in WIDTHS if one == product["width"]), None)
    if width is None or product["journal"] not in journals:
        return AS_DESIGNED
    return PrintSize(width, product["journal"])


def _written(
    session: Session,
    chain: Chain,
    planned: PlannedFile,
    folder: Path,
    *,
    exists: IfExists,
    progress: Progress,
) -> Path:
    done = write_files(session, chain, folder, [planned], exists=exists, progress=progress)
    if done.skipped:
        raise FileError(planned.name, f"it cannot be made again: {done.skipped[0][1]}")
    return done.paths[0]
