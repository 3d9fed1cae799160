"""The steps that make photom references of detector frames, and compare their versions."""

from pathlib import PurePath

from engine.analyses import PHOTOM, VERSIONS
from engine.arrays import AnyFloatArray
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_photom_reference, draw_reference_versions
from engine.model.bands import bands
from engine.model.frames import Frame, frame_named, frames
from engine.model.image import Image
from engine.model.photom import PhotomReference
from engine.model.vector import CalibrationVector
from engine.mrs.channel4_vectors import CHANNEL_4_BANDS, vector_of_channel4
from engine.mrs.count_rate_loss import BandLoss, table_in_form
from engine.mrs.loss_models import LossForm, LossTable
from engine.mrs.photom_reference import MadeReference, PhotomParams, make_photom_reference
from engine.mrs.reference_versions import ReferenceVersions, Version, compare_references
from engine.mrs.star_combination import StarCombination, vector_from_combination
from engine.project.channel4_step import CHANNEL4_STEP
from engine.project.combine_step import COMBINATION, COMBINE_STEP, combined_segments
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.loss_step import loss_key
from engine.project.photom_tables import reference_table, version_table
from engine.project.rate_step import keeps_loss
from engine.project.red_roles import CHANNEL4_KEY
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

MADE = "made"  #: id of the version that this session makes
_FRAME = "@frame"
_FORMS: tuple[LossForm, ...] = ("exponential", "power law")


def photom_key(frame: str) -> NodeKey:
    """Return the node of the reference of ``frame``."""
    return NodeKey(PHOTOM.name, f"{frame}{_FRAME}")


def versions_key(frame: str) -> NodeKey:
    """Return the node that compares the references of ``frame``."""
    return NodeKey(VERSIONS.name, f"{frame}{_FRAME}")


def frame_of_subject(subject: str) -> Frame:
    """Return the frame of a subject of these steps.

    Raises
    ------
    DataError
        If there is no such frame.
    """
    frame = frame_named(subject.removesuffix(_FRAME))
    if frame is None:
        raise DataError(f"{subject} is no frame of the MRS.")
    return frame


def _params(session: Session, frame: Frame) -> PhotomParams:
    own: PhotomParams | None = session.own_params(photom_key(frame.name))
    return PhotomParams() if own is None else own


# --- what a reference is made from ----------------------------------------------------------------


def _uses_combination(session: Session, frame: Frame, *, stars: tuple[str, ...]) -> bool:
    """Tell whether the vectors are the combined ones; ``stars``: subjects of the combination."""
    choice = _params(session, frame).vectors
    return choice == "combined" or (choice == "automatic" and bool(stars))


def _opened_vectors(session: Session, frame: Frame) -> dict[str, tuple[Entry, int]]:
    """Return the vector file of each band of ``frame`` that was opened last."""
    if _params(session, frame).vectors == "combined":
        return {}
    names = {band.name for band, _ in frame.halves}
    return {
        entry.parts[0].band: (entry, 0)
        for entry in session.entries
        if entry.kind == "vector" and entry.parts and entry.parts[0].band in names
    }


def _delivered(session: Session, frame: Frame) -> tuple[Entry, int] | None:
    """Return the photom reference of ``frame`` that was opened last."""
    found = session.photom_references.get(frame.left.name, ())
    return found[-1] if found else None


def _wave_map(session: Session, frame: Frame) -> tuple[Entry, int]:
    found = session.wave_maps.get(frame.name)
    if found is None:
        raise DataError(
            f"The wavelength of each pixel of {frame.name} is not known.",
            hint=f"Open a cal file of {frame.detector}, {frame.grating}, with its WAVELENGTH "
            "extension.",
        )
    return found


def _four_bands(frame: Frame) -> tuple[str, ...]:
    """Return the bands of all channels in the setting of ``frame``."""
    return tuple(one.name for one in bands() if one.grating == frame.grating)


def _photom_subjects(session: Session) -> tuple[str, ...]:
    if not session.wave_maps:
        return ()
    stars = COMBINE_STEP.subjects(session)
    return tuple(
        f"{frame.name}{_FRAME}"
        for frame in frames()
        if frame.name in session.wave_maps
        and (_uses_combination(session, frame, stars=stars) or _opened_vectors(session, frame))
    )


def _photom_needs(session: Session, subject: str) -> Needs:
    frame = frame_of_subject(subject)
    delivered = _delivered(session, frame)
    files = [_wave_map(session, frame), *((delivered,) if delivered else ())]
    nodes = []
    if _uses_combination(session, frame, stars=COMBINE_STEP.subjects(session)):
        nodes.append(COMBINATION)
    else:
        opened = _opened_vectors(session, frame)
        if not opened:
            names = " or ".join(band.name for band, _ in frame.halves)
            raise DataError(
                f"There is no vector of {names} for {frame.name}.",
                hint="Combine standard stars in these bands, or open vectors of them.",
            )
        files += opened.values()
    losses = [loss_key(one) for one in _four_bands(frame) if one in session.lamp_bands]
    red = [CHANNEL4_KEY] if _channel4_band(session, frame) else []
    return Needs(nodes=tuple(nodes), files=tuple(files), options=(*losses, *red))


def _channel4_band(session: Session, frame: Frame) -> str:
    """Return the band of ``frame`` whose vector an asteroid and a red disk give; ``""``: none.

    Beyond 18 um they are better than stars, and taken before them unless the combined vectors were
    asked for.
    """
    if _params(session, frame).vectors != "automatic" or not CHANNEL4_STEP.subjects(session):
        return ""
    names = [band.name for band, _ in frame.halves if band.name in CHANNEL_4_BANDS]
    return names[0] if names else ""


def _run_photom(work: Work, subject: str) -> MadeReference:
    frame = frame_of_subject(subject)
    session = work.session
    wave_map_um, pixel_area_sr = _map_of(work, frame)
    vectors, messages = _vectors(work, frame)
    delivered = _delivered(session, frame)
    losses, said = _losses(work, frame)
    made = make_photom_reference(
        frame,
        wave_map_um,
        vectors,
        work.params,
        delivered=None if delivered is None else work.product(*delivered),
        losses=losses,
        pixel_area_sr=pixel_area_sr,
    )
    return MadeReference(made.reference, made.base, made.halves, (*made.messages, *said, *messages))


def _map_of(work: Work, frame: Frame) -> tuple[AnyFloatArray, float | None]:
    """Return the map of wavelengths, and the solid angle of a pixel."""
    image: Image = work.product(*_wave_map(work.session, frame))
    if image.wave_um is None:
        raise DataError(f"{PurePath(image.origin.path).name} holds no map of wavelengths.")
    return image.wave_um, image.pixel_area_sr


def _vectors(work: Work, frame: Frame) -> tuple[dict[str, CalibrationVector], list[str]]:
    """Return the final vectors of both bands, as far as there are, and what is missing."""
    if not _uses_combination(work.session, frame, stars=COMBINE_STEP.subjects(work.session)):
        opened = _opened_vectors(work.session, frame)
        return {band: work.product(*file) for band, file in opened.items()}, []
    combination: StarCombination = work.result(COMBINATION)
    found = {
        band.name: vector_from_combination(combination, band.name, recipe="")
        for band, _ in frame.halves
        if combination.band(band.name) is not None
    }
    red, said = _red_vector(work, frame)
    return found | red, [*said, *_remarks_on_rates(work, frame)]


def _red_vector(work: Work, frame: Frame) -> tuple[dict[str, CalibrationVector], list[str]]:
    """Return the vector of channel 4, if there is one, and what is to be told about it."""
    band = _channel4_band(work.session, frame)
    if not band:
        return {}, []
    try:
        vector = vector_of_channel4(work.result(CHANNEL4_KEY), band, recipe="")
    except EngineError as error:
        return {}, [f"{band} has the vector of the stars: {error.what}"]
    return {band: vector}, [f"The vector of {band} is that of the asteroid and the red source."]


def _remarks_on_rates(work: Work, frame: Frame) -> list[str]:
    """Say when stars behind the vectors still have the loss that the tables describe."""
    names = {band.name for band, _ in frame.halves}
    left = []
    for segment in combined_segments(work.session):
        if segment.identity.band not in names:
            continue
        try:
            is_left = keeps_loss(work, segment)
        except EngineError:
            continue
        if is_left:
            left.append(segment.title)
    if not left or not names & work.session.lamp_bands:
        return []
    return [
        f"The loss is not taken out of {counted(len(left), 'spectrum', 'spectra')} "
        "behind the vectors "
        f"({', '.join(left[:3])}{', …' if left[3:] else ''}): they hold it as if it were response."
    ]


def _losses(work: Work, frame: Frame) -> tuple[dict[str, tuple[LossTable, ...]], list[str]]:
    """Return the loss of all four channels in both forms, and what cannot be had."""
    found: dict[str, tuple[LossTable, ...]] = {}
    said = []
    for band in _four_bands(frame):
        if band not in work.session.lamp_bands:
            continue
        tables = []
        for form in _FORMS:
            try:
                loss: BandLoss = work.result(loss_key(band))
                tables.append(table_in_form(loss, form))
            except EngineError as error:
                said.append(f"{band}, {form}: {error.what}")
        found[band] = tuple(tables)
    return found, said


def _draw_photom(shown: Shown) -> Draw:
    return lambda figure: draw_photom_reference(figure, shown.result)


PHOTOM_STEP = Step(
    PHOTOM,
    _photom_subjects,
    _photom_needs,
    _run_photom,
    tables=(("references", reference_table),),
    draw=_draw_photom,
)


# --- versions -------------------------------------------------------------------------------------


def _version_files(session: Session, frame: Frame) -> tuple[tuple[Entry, int], ...]:
    return session.photom_references.get(frame.left.name, ())


def _is_made(session: Session, frame: Frame) -> bool:
    return f"{frame.name}{_FRAME}" in _photom_subjects(session)


def _version_subjects(session: Session) -> tuple[str, ...]:
    return tuple(
        f"{frame.name}{_FRAME}"
        for frame in frames()
        if frame.name in session.wave_maps and _version_files(session, frame)
    )


def _version_needs(session: Session, subject: str) -> Needs:
    frame = frame_of_subject(subject)
    files = _version_files(session, frame)
    return Needs(
        files=(_wave_map(session, frame), *files),
        options=(photom_key(frame.name),) if _is_made(session, frame) else (),
        facts=tuple(entry.id for entry, _ in files),  # the result names the versions by them
    )


def _run_versions(work: Work, subject: str) -> ReferenceVersions:
    frame = frame_of_subject(subject)
    versions, messages = [], []
    for entry, part in _version_files(work.session, frame):
        reference: PhotomReference = work.product(entry, part)
        versions.append(Version(entry.id, PurePath(entry.path).name, reference))
    if _is_made(work.session, frame):
        try:
            made: MadeReference = work.result(photom_key(frame.name))
            versions.append(Version(MADE, "made here", made.reference))
        except EngineError as error:
            messages.append(f"None is made here: {error.what}")
    found = compare_references(frame, _map_of(work, frame)[0], versions, work.params)
    return ReferenceVersions(
        found.frame,
        found.baseline,
        found.mjd,
        found.versions,
        found.curves,
        (*found.messages, *messages),
    )


def _draw_versions(shown: Shown) -> Draw:
    return lambda figure: draw_reference_versions(figure, shown.result)


VERSIONS_STEP = Step(
    VERSIONS,
    _version_subjects,
    _version_needs,
    _run_versions,
    tables=(("reference-versions", version_table),),
    draw=_draw_versions,
)
