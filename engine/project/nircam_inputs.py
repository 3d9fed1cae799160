"""What the calibration of the NIRCam modules works with, and what of it is left out."""

from collections.abc import Callable

import numpy as np

from engine.analyses import EPOCHS, IMAGE_SOURCES, MODULE_CORRECTION, MODULE_GRADIENTS
from engine.analyses import MODULE_OFFSETS as OFFSETS
from engine.errors import EngineError
from engine.model.nircam import array_of
from engine.nircam.epoch_images import EpochImage, epoch_image, with_epochs
from engine.nircam.module_offsets import array_subject
from engine.nircam.source_catalog import SourceCatalog, read_source_catalog
from engine.project.codec import plain_text
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Work

ALL = "all"
IMAGE_SOURCES_KEY = NodeKey(IMAGE_SOURCES.name, ALL)
EPOCHS_KEY = NodeKey(EPOCHS.name, ALL)
OFFSETS_KEY = NodeKey(OFFSETS.name, ALL)
GRADIENTS_KEY = NodeKey(MODULE_GRADIENTS.name, ALL)
CORRECTION_KEY = NodeKey(MODULE_CORRECTION.name, ALL)

OWN = "nircam"  #: before the dot of what is left out, when it is no row of a file
NIRCAM_STEPS = frozenset(
    one.step for one in (IMAGE_SOURCES_KEY, EPOCHS_KEY, OFFSETS_KEY, GRADIENTS_KEY, CORRECTION_KEY)
)


def catalog_entries(session: Session) -> tuple[Entry, ...]:
    """Return the open catalogs of sources, in the order of opening."""
    return tuple(one for one in session.entries if one.kind == "source catalog")


def term_entries(session: Session) -> tuple[Entry, ...]:
    """Return the open tables of module offsets, in the order of opening."""
    return tuple(one for one in session.entries if one.kind == "module offsets")


def image_entries(session: Session) -> tuple[tuple[Entry, int], ...]:
    """Return the open images of NIRCam arrays (file, product), in the order of opening."""
    return tuple(
        (entry, part)
        for entry in session.entries
        if entry.kind == "image"
        for part, identity in enumerate(entry.parts)
        if identity.instrument.upper() == "NIRCAM"
        and array_of(identity.detector) is not None
        and identity.filter
    )


def has_repeated_images(session: Session) -> bool:
    """Tell whether arrays of one id were imaged in one filter on two days."""
    days: dict[tuple[str, str], set[str]] = {}
    for entry, part in image_entries(session):
        identity = entry.parts[part]
        _, array = array_of(identity.detector) or ("", "")
        days.setdefault((identity.filter.upper(), array), set()).add(identity.date)
    return any(len(one) > 1 for one in days.values())


def uses_images(session: Session) -> bool:
    """Tell whether sources come from images: nobody opened catalogs, or the user wants it."""
    if not has_repeated_images(session):
        return False
    params = session.own_params(EPOCHS_KEY) or EPOCHS.params()
    return params.measured_in == "images" or not catalog_entries(session)


def left_out_facts(session: Session) -> tuple[str, ...]:
    """Return what is left out of the sources and arrays, as facts that results depend on."""
    places = (OWN, *(one.id for one in catalog_entries(session)))
    return tuple(plain_text(one) for place in places for one in session.exclusions_within(place))


def reasons_in(session: Session) -> Callable[[str, str, str], str]:
    """Return what tells why a source is left out, from its id, filter and array."""
    places = (OWN, *(one.id for one in catalog_entries(session)))
    reasons = {
        one.subject: one.reason or "left out"
        for place in places
        for one in session.exclusions_within(place)
    }

    def reason_of(source: str, filter_name: str, array: str) -> str:
        return reasons.get(array_subject(filter_name, array), "") or reasons.get(source, "")

    return reason_of


def left_out_arrays(session: Session) -> tuple[tuple[str, str], ...]:
    """Return filter and id of the arrays that are left out whole."""
    parts = (one.subject.split(".") for one in session.exclusions_within(OWN))
    return tuple((one[1], one[2]) for one in parts if len(one) == 3 and _is_array(one))


def _is_array(parts: list[str]) -> bool:
    return not parts[1].startswith("image")


def catalogs_of(work: Work) -> tuple[list[SourceCatalog], list[str]]:
    """Return the catalogs that can be read, and what is wrong with the others."""
    reason_of = reasons_in(work.session)
    found: list[SourceCatalog] = []
    messages: list[str] = []
    for entry in catalog_entries(work.session):
        for part in range(len(entry.parts)):
            prefix = f"{entry.id}." if len(entry.parts) == 1 else f"{entry.id}.{part + 1}."
            try:
                catalog = read_source_catalog(work.product(entry, part), prefix)
            except EngineError as error:
                messages.append(error.sentence)
            else:
                found.append(catalog.without(reason_of))
    return found, messages


def images_of(work: Work) -> tuple[EpochImage, ...]:
    """Return the images of NIRCam arrays with the labels that the catalogs give to their epochs."""
    times: dict[str, float] = {}
    for catalog in catalogs_of(work)[0]:
        for label, time in zip(catalog.epochs, catalog.time_mjd, strict=True):
            if np.isfinite(time):
                times.setdefault(label, float(time))
    found = (
        epoch_image(image_id(entry, part), work.product(entry, part))
        for entry, part in image_entries(work.session)
    )
    return with_epochs([one for one in found if one is not None], times)


def image_id(entry: Entry, part: int) -> str:
    """Return what an image is called in results: the id of its file, with the part if several."""
    return entry.id if len(entry.parts) == 1 else f"{entry.id}.{part + 1}"
