"""What leaves the program: which files a session gives, and how they are written.

A plan lists the names first, so that a person can see them before anything is written; writing
the plan never leaves a file half done, and never replaces one unless it is told to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from engine import __version__
from engine.analyses import (
    CHANNEL4,
    COMBINE,
    FEATURE,
    FLAT,
    HISTORY,
    PHOTOM,
    VERSIONS,
)
from engine.compare.junctions import SourceJunctions
from engine.errors import EngineError
from engine.figures.seen import SeenPanel, panels_text
from engine.figures.sizes import AS_DESIGNED, PrintSize
from engine.files.folders import make_folder, require_free
from engine.files.names import export_name, unique_names
from engine.files.write_aperture_correction import write_aperture_correction
from engine.files.write_imaging_photom import write_imaging_photom
from engine.files.write_leak_curve import write_leak_curve
from engine.files.write_photom import write_photom_reference
from engine.files.write_tables import write_spectrum_table, write_table
from engine.files.write_vectors import write_vector
from engine.files.write_x1d import write_x1d
from engine.imaging.calibration_history import CalibrationHistory
from engine.model.identity import Identity
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum
from engine.model.vector import CalibrationVector
from engine.mrs.calibrated_spectra import vector_from_response
from engine.mrs.channel4_vectors import CHANNEL_4_BANDS, Channel4, vector_of_channel4
from engine.mrs.growth_curve import GrowthCurve
from engine.mrs.leak_curve import LeakFit
from engine.mrs.narrow_feature import NarrowFeature
from engine.mrs.pixel_flat import PixelFlat
from engine.mrs.reference_versions import ReferenceVersions, ratio_vector
from engine.mrs.star_combination import COMBINED, vector_from_combination
from engine.progress import SILENT, Part, Progress, Stretch
from engine.project.chain import Chain
from engine.project.combine_step import combined_segments
from engine.project.export_flats import flat_writer
from engine.project.export_images import image_writer, planned_images
from engine.project.export_limits import Only, is_wanted, limited_name
from engine.project.export_products import (
    FORMATS,
    WHATS,
    What,
    extensions_of,
    products_of,
)
from engine.project.export_spectra import spectrum_for_export
from engine.project.export_stitched import stitched_writer
from engine.project.export_tables import build_table, tables_of
from engine.project.export_together import drawn_together, figure_writer
from engine.project.flat_step import band_of_flat
from engine.project.junction_inputs import spectra_of_junctions
from engine.project.keys import NodeKey, parse_key
from engine.project.photom_step import frame_of_subject
from engine.project.recipes import (
    NOTHING,
    limited_session,
    recipe_text,
    session_recipe,
    shown_name,
)
from engine.project.session import Session
from engine.project.star_images import image_identity

IfExists = Literal["refuse", "replace"]
_Write = Callable[[Path, IfExists], Path]
_TABLE = ".ecsv"
_X1D_UNITS = {"Jy", "MJy/sr"}

DEFAULT_FORMATS: dict[What, tuple[str, ...]] = {kind: every[:1] for kind, every in FORMATS.items()}


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file that an export will write.

    Attributes
    ----------
    name : str
        Its name inside the folder.
    what : str
        One of `WHATS`.
    node : NodeKey or None
        The result it is made from; `None` for a table over all results.
    table : str
        Name of the table; ``""`` for everything else.
    band : str
        Band of a combined vector, or id of the image that a copy is made of; ``""`` for
        everything else.
    size : PrintSize
        Size of a figure in print.
    of : tuple of str
        Results that a table is limited to, empty: all; those that a figure shows together.
    panels : tuple of SeenPanel
        Axes that a figure takes over from the view that shows it; empty: its own.
    part : str
        What of the result a figure shows, where a view shows one of several; ``""``: as usual.
    """

    name: str
    what: What
    node: NodeKey | None
    table: str = ""
    band: str = ""
    size: PrintSize = AS_DESIGNED
    of: tuple[str, ...] = ()
    panels: tuple[SeenPanel, ...] = ()
    part: str = ""

    @property
    def product(self) -> dict[str, str]:
        """Which file it is, as its recipe says it."""
        said = {"what": self.what, "name": self.name, "table": self.table, "band": self.band}
        said["of"] = "\n".join(self.of)
        said["axes"], said["part"] = panels_text(self.panels), self.part
        if self.size != AS_DESIGNED:
            said |= {"width": self.size.width, "journal": self.size.journal}
        return {name: text for name, text in said.items() if text}


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


class WriteFiles(Protocol):
    """Writes planned files: `write_files`, or something that lets others do it."""

    def __call__(
        self,
        session: Session,
        chain: Chain,
        folder: Path,
        files: Sequence[PlannedFile],
        /,
        *,
        exists: IfExists,
        progress: Progress,
    ) -> Written: ...


def plan_exports(
    session: Session,
    chain: Chain,
    what: Iterable[What] = WHATS,
    *,
    formats: dict[What, tuple[str, ...]] = DEFAULT_FORMATS,
    only: Only | None = None,
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
    only : frozenset of (str or NodeKey), optional
        Subjects (segment ids, source keys) and results to limit it to; `None`: everything.
    step : str, optional
        Step to limit the export to; by default all whose results are used.

    Returns
    -------
    tuple of PlannedFile
        Names are unique and safe.
    """
    wanted = tuple(what)
    whole = chain.keys_of(session, step) if step and only is None else ()
    together = drawn_together(session, only, of_step=whole) if "figures" in wanted else ()
    grouped = {key for keys in together for key in keys}
    planned: list[PlannedFile] = []
    for key in chain.keys(session):
        if not is_wanted(session, key, only, step):
            continue
        identity = _identity(session, key)
        for kind, suffix in products_of(key, wanted):
            if kind == "figures" and key in grouped:
                continue
            planned += [
                PlannedFile(
                    export_name(replace(identity, band=band), suffix, extension),
                    kind,
                    key,
                    band=band if _is_combined(key, kind) else "",
                )
                for band in _bands(session, key, kind, identity)
                for extension in extensions_of(key, kind, formats)
            ]
        if "images" in wanted:
            planned += [
                PlannedFile(name, "images", key, band=image)
                for name, image in planned_images(session, key)
            ]
    planned += _planned_together(session, together, formats)
    if "tables" in wanted:
        planned += [
            PlannedFile(limited_name(session, name, of, extension), "tables", None, name, of=of)
            for name, of in tables_of(step, session, chain, only)
            for extension in formats["tables"]
        ]
    names = unique_names(one.name for one in planned)
    return tuple(replace(one, name=name) for one, name in zip(planned, names, strict=True))


def _planned_together(
    session: Session, together: Iterable[tuple[NodeKey, ...]], formats: dict[What, tuple[str, ...]]
) -> list[PlannedFile]:
    """Return the figures that show several results of one source, and so are of no one band."""
    planned = []
    for keys in together:
        identity = replace(_identity(session, keys[0]), band="")
        [(_, suffix)] = products_of(keys[0], ("figures",))
        names = (export_name(identity, suffix, extension) for extension in formats["figures"])
        nodes = tuple(map(str, keys))
        planned += [PlannedFile(name, "figures", None, of=nodes) for name in names]
    return planned


def write_exports(
    session: Session,
    chain: Chain,
    folder: str | Path,
    plan: Iterable[PlannedFile],
    *,
    exists: IfExists = "refuse",
    progress: Progress = SILENT,
    write: WriteFiles | None = None,
) -> Written:
    """Write the files of ``plan`` into ``folder``; ``write`` does it in place of `write_files`.

    Raises
    ------
    FileError
        Before anything is written, if a file is there already and ``exists`` says refuse; or
        when a file cannot be written. A result that cannot be had is skipped, with the reason.
    """
    folder, files = Path(folder), tuple(plan)
    if exists == "refuse":
        require_free(folder, (planned.name for planned in files))
    count, half = len(files), len(files) // 2  # what decides on names is computed before
    files, skipped = _under_final_names(session, chain, files, Stretch(progress, 0, half, count))
    if exists == "refuse":
        require_free(folder, (planned.name for planned in files))
    make_folder(folder)
    written = (write or write_files)(
        session, chain, folder, files, exists=exists, progress=Stretch(progress, half, count, count)
    )
    return replace(written, skipped=(*skipped, *written.skipped))


def write_files(
    session: Session,
    chain: Chain,
    folder: Path,
    files: Sequence[PlannedFile],
    *,
    exists: IfExists = "refuse",
    progress: Progress = SILENT,
) -> Written:
    """Write ``files`` one after the other into ``folder``, which is there.

    Raises
    ------
    FileError
        If a file cannot be written. A result that cannot be had is skipped, with the reason.
    """
    paths: list[Path] = []
    skipped: list[tuple[str, str]] = []
    for done, planned in enumerate(files):
        progress.step(done, len(files), f"writing {planned.name}")
        try:
            write = _writer(session, chain, planned, Part(progress, done, len(files)))
        except EngineError as error:
            skipped.append((planned.name, error.sentence))
            continue
        paths.append(write(folder / planned.name, exists))
    progress.step(len(files), len(files), "")
    return Written(tuple(paths), tuple(skipped))


def provenance_of(
    session: Session, chain: Chain, key: NodeKey | None, product: Mapping[str, str] = NOTHING
) -> Provenance:
    """Return version, inputs and recipe of one result; for `None` of the product's, or of all."""
    if key is None:
        of = [parse_key(one) for one in product.get("of", "").splitlines()]
        session = limited_session(session, chain, of) if of else session
        entries, recipe = session.entries, session_recipe(session, product)
    else:
        entries, recipe = chain.inputs(session, key), recipe_text(session, chain, key, product)
    inputs = tuple((shown_name(entry.path), entry.sha256) for entry in entries)
    return Provenance(version=__version__, inputs=inputs, recipe=recipe)


def _identity(session: Session, key: NodeKey) -> Identity:
    segment = session.segment(key.subject)
    image = image_identity(session, key.subject) if segment is None else segment.identity
    if image is not None:
        return image
    entry = session.entry(key.subject)
    if entry is not None and entry.parts:
        return entry.parts[0]
    if key.step in {PHOTOM.name, VERSIONS.name}:
        return Identity(target="mrs", band=frame_of_subject(key.subject).name)
    if key.step in {FLAT.name, FEATURE.name}:
        return Identity(target="mrs", band=band_of_flat(key.subject))
    segments = session.sources.get(key.settings.subject, ())
    if segments:
        return replace(segments[0].identity, band="")
    named = {COMBINE.name: COMBINED, HISTORY.name: "imaging"}
    return Identity(target=named.get(key.step, key.settings.subject))


def _is_combined(key: NodeKey, kind: What) -> bool:
    return key.step in {COMBINE.name, CHANNEL4.name, VERSIONS.name} and kind == "vectors"


def _bands(session: Session, key: NodeKey, kind: What, identity: Identity) -> tuple[str, ...]:
    """Return the bands of which the result of ``key`` gives a file each."""
    if not _is_combined(key, kind):
        return (identity.band,)
    if key.step == CHANNEL4.name:
        return CHANNEL_4_BANDS
    if key.step == VERSIONS.name:
        return tuple(band.name for band, _ in frame_of_subject(key.subject).halves)
    return tuple(sorted({one.identity.band for one in combined_segments(session)}))


def _under_final_names(
    session: Session, chain: Chain, files: tuple[PlannedFile, ...], progress: Progress
) -> tuple[tuple[PlannedFile, ...], list[tuple[str, str]]]:
    """Give ECSV names to count rates, which x1d cannot hold; leave out what cannot be had."""
    final: list[PlannedFile] = []
    skipped: list[tuple[str, str]] = []
    tables = {one.node for one in files if one.what == "spectra" and one.name.endswith(_TABLE)}
    for done, planned in enumerate(files):
        try:
            part = Part(progress, done, len(files))
            suits = planned.what != "spectra" or _suits(session, chain, planned, part)
        except EngineError as error:
            skipped.append((planned.name, error.sentence))
            continue
        if suits:
            final.append(planned)
        elif planned.node in tables:
            skipped.append((planned.name, "Its unit has no place in x1d; see the ECSV file."))
        else:
            final.append(replace(planned, name=str(Path(planned.name).with_suffix(_TABLE))))
    names = unique_names(planned.name for planned in final)
    renamed = (replace(one, name=name) for one, name in zip(final, names, strict=True))
    return tuple(renamed), skipped


def _suits(session: Session, chain: Chain, planned: PlannedFile, progress: Progress) -> bool:
    """Tell whether the format of ``planned`` can hold its spectrum."""
    if planned.node is None or not planned.name.endswith(".fits"):
        return True
    return chain.evaluate(session, planned.node, progress).spectrum.unit in _X1D_UNITS


def planned_figure(
    session: Session, chain: Chain, planned: PlannedFile, progress: Progress
) -> _Write:
    """Return what writes a figure, its recipe in it: everything that it needs is at hand then."""
    return figure_writer(
        session,
        chain,
        planned.of or (str(planned.node),),
        planned.size,
        provenance_of(session, chain, planned.node, planned.product),
        progress,
        panels=planned.panels,
        part=planned.part,
    )


def _writer(session: Session, chain: Chain, planned: PlannedFile, progress: Progress) -> _Write:
    """Return what writes one file: everything that it needs is at hand then."""
    if planned.what == "figures":
        return planned_figure(session, chain, planned, progress)
    provenance = provenance_of(session, chain, planned.node, planned.product)
    if planned.node is None:
        table = build_table(session, chain, planned.table, of=planned.of, progress=progress)
        return lambda path, exists: write_table(path, table, provenance=provenance, exists=exists)
    result = chain.evaluate(session, planned.node, progress)
    identity = _identity(session, planned.node)
    if planned.what == "spectra" and isinstance(result, SourceJunctions):
        spectra = spectra_of_junctions(session, chain, planned.node, progress)
        return stitched_writer(
            result,
            spectra,
            stage=planned.node.stage,
            anchor=chain.params(session, planned.node).anchor,
            identity=identity,
            provenance=provenance,
        )
    if planned.what == "spectra":
        spectrum = replace(result.spectrum, identity=identity)
        spectrum = spectrum_for_export(session, chain, planned.node, spectrum, progress)
        return lambda path, exists: _write_spectrum(path, spectrum, provenance, exists)
    own = (
        image_writer(session, chain, result, planned.band, provenance)
        if planned.what == "images"
        else _own_writer(result, planned.what, provenance)
    )
    if own is not None:
        return own
    if planned.what == "vectors":
        vector = _vector(result, planned.band, identity, provenance.recipe)
        return lambda path, exists: write_vector(path, vector, provenance=provenance, exists=exists)
    raise AssertionError(planned.what)  # all kinds of files were looked at above


def _vector(result: Any, band: str, identity: Identity, recipe: str) -> CalibrationVector:
    """Return the vector that a result gives, or gives for one of its bands."""
    if isinstance(result, ReferenceVersions):
        return replace(ratio_vector(result, result.versions[-1][0], band), recipe=recipe)
    if isinstance(result, Channel4):
        return vector_of_channel4(result, band, recipe=recipe)
    if band:
        return vector_from_combination(result, band, recipe=recipe)
    return vector_from_response(result, identity, recipe=recipe)


def _own_writer(result: Any, what: What, provenance: Provenance) -> _Write | None:
    """Return what writes a reference file, or a curve that is no calibration vector."""
    if isinstance(result, LeakFit) and what == "vectors":
        curve = result.curve
        return lambda path, exists: write_leak_curve(
            path, curve, provenance=provenance, exists=exists
        )
    if isinstance(result, GrowthCurve) and what == "references":
        table = result.correction
        return lambda path, exists: write_aperture_correction(
            path, table, provenance=provenance, exists=exists
        )
    if isinstance(result, PixelFlat | NarrowFeature) and what == "references":
        return flat_writer(result, provenance)
    if isinstance(result, CalibrationHistory) and what == "references":
        imaging = result.reference
        return lambda path, exists: write_imaging_photom(
            path, imaging, provenance=provenance, exists=exists
        )
    if what == "references":
        reference = result.reference
        return lambda path, exists: write_photom_reference(
            path, reference, provenance=provenance, exists=exists
        )
    return None


def _write_spectrum(
    path: Path, spectrum: Spectrum, provenance: Provenance, exists: IfExists
) -> Path:
    if path.suffix == ".fits":
        said = spectrum.origin.notes
        return write_x1d(path, [spectrum], provenance=provenance, history=said, exists=exists)
    return write_spectrum_table(path, spectrum, provenance=provenance, exists=exists)
