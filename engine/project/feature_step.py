"""The step that fits a narrow feature of the throughput of a band."""

from dataclasses import replace

import numpy as np

from engine.analyses import FEATURE
from engine.arrays import freeze
from engine.errors import EngineError
from engine.figures import Draw, draw_narrow_feature
from engine.model.bands import band_named
from engine.mrs.narrow_feature import NarrowFeature, NarrowFeatureParams, fit_narrow_feature
from engine.mrs.pixel_flat import PixelFlat
from engine.project.feature_tables import feature_curve_table, feature_table
from engine.project.flat_step import exposure_needs, flat_key
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

_PIXELS = "@pixels"


def feature_key(band: str) -> NodeKey:
    """Return the node of the narrow feature of ``band``."""
    return NodeKey(FEATURE.name, f"{band}{_PIXELS}")


def band_of_feature(subject: str) -> str:
    """Return the band of a subject of this step."""
    return subject.removesuffix(_PIXELS)


def _subjects(session: Session) -> tuple[str, ...]:
    names = sorted({one.identity.band for one in session.exposures if one.identity.band})
    return tuple(f"{name}{_PIXELS}" for name in names if _holds_range(session, name))


def _holds_range(session: Session, name: str) -> bool:
    """Tell whether the range lies inside a band, with room for continuum on both sides."""
    band = band_named(name)
    own: NarrowFeatureParams = session.own_params(feature_key(name)) or NarrowFeatureParams()
    low, high = own.range_um
    return band is not None and band.wave_min_um < low and high < band.wave_max_um


def _needs(session: Session, subject: str) -> Needs:
    band = band_of_feature(subject)
    flat = flat_key(session, band)
    return replace(exposure_needs(session, band), options=() if flat is None else (flat,))


def _run(work: Work, subject: str) -> NarrowFeature:
    needs = _needs(work.session, subject)
    flat: PixelFlat | None = None
    missing = ""
    for key in needs.options:
        try:
            flat = work.result(key)
        except EngineError as error:
            missing = f"There is no flat: {error.what}"
    images = [work.product(*file) for file in needs.files]
    clean = None if flat is None else flat.clean
    found = fit_narrow_feature(band_of_feature(subject), images, clean, work.params)
    if flat is not None:
        both = np.hypot(found.flat_error, flat.error * found.correction)
        return replace(found, flat_error=freeze(both))
    return replace(found, messages=(missing, *found.messages)) if missing else found


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_narrow_feature(figure, shown.result)


FEATURE_STEP = Step(
    FEATURE,
    _subjects,
    _needs,
    _run,
    tables=(("features", feature_table), ("feature-curves", feature_curve_table)),
    draw=_draw,
)
