"""The steps that make pixel flats, from nebulae and from references that hold the response too."""

from engine.analyses import FLAT
from engine.errors import DataError
from engine.figures import Draw, FigureSize, draw_pixel_flat
from engine.mrs.flat_factoring import factor_reference
from engine.mrs.pixel_flat import PixelFlat, fit_pixel_flat
from engine.project.codec import plain_text
from engine.project.flat_tables import flat_pass_table, flat_patch_table, flat_table
from engine.project.keys import NodeKey
from engine.project.session import Segment, Session
from engine.project.step import Needs, Shown, Step, Work

_NEBULA, _REFERENCE = "@nebula", "@reference"


def flat_key(session: Session, band: str) -> NodeKey | None:
    """Return the node of the flat of ``band``, or `None` when nothing gives one."""
    if any(one.identity.band == band for one in session.exposures):
        return NodeKey(FLAT.name, f"{band}{_NEBULA}")
    if band in session.flat_references:
        return NodeKey(FLAT.name, f"{band}{_REFERENCE}")
    return None


def band_of_flat(subject: str) -> str:
    """Return the band of a subject of this step."""
    return subject.partition("@")[0]


def exposures_of(session: Session, band: str) -> tuple[Segment, ...]:
    """Return the exposures of ``band`` that are not left out, in the order of opening.

    Raises
    ------
    DataError
        If there is none.
    """
    found = tuple(one for one in session.exposures if one.identity.band == band)
    used = tuple(one for one in found if session.exclusion_of(one) is None)
    if not used:
        state = "left out" if found else "not open"
        raise DataError(
            f"The exposures of a nebula in {band} are {state}.",
            hint="Open detector images with ALPHA, BETA and WAVELENGTH.",
        )
    return used


def exposure_needs(session: Session, band: str) -> Needs:
    """Return what follows from all exposures of ``band``."""
    used = exposures_of(session, band)
    return Needs(
        files=tuple((one.entry, one.part) for one in used),
        facts=tuple(f"{one.id} {plain_text(one.identity)}" for one in used),
    )


def _subjects(session: Session) -> tuple[str, ...]:
    nebulae = {one.identity.band for one in session.exposures if one.identity.band}
    references = set(session.flat_references) - {""}
    return (
        *(f"{band}{_NEBULA}" for band in sorted(nebulae)),
        *(f"{band}{_REFERENCE}" for band in sorted(references)),
    )


def _needs(session: Session, subject: str) -> Needs:
    band = band_of_flat(subject)
    if subject.endswith(_REFERENCE):
        reference = session.flat_references.get(band)
        if reference is None:
            raise DataError(f"There is no flat reference of {band} with wavelengths.")
        return Needs(files=(reference,))
    return exposure_needs(session, band)


def _run(work: Work, subject: str) -> PixelFlat:
    images = [work.product(*file) for file in _needs(work.session, subject).files]
    if subject.endswith(_REFERENCE):
        return factor_reference(images[0], work.params)
    return fit_pixel_flat(band_of_flat(subject), images, work.params, progress=work.progress)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_pixel_flat(figure, shown.result)


FLAT_STEP = Step(
    FLAT,
    _subjects,
    _needs,
    _run,
    tables=(
        ("flats", flat_table),
        ("flat-passes", flat_pass_table),
        ("flat-patches", flat_patch_table),
    ),
    draw=_draw,
    figure_size=FigureSize(180.0, 160.0),
)
