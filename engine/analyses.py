"""The registry of analyses: what the command line, the menus and the forms are made from.

An analysis is one engine function from data and frozen parameters to a frozen result. To add one,
see CONTRIBUTING; nothing is discovered, everything that exists is in `ANALYSES`.
"""

from engine.analysis_specs.asteroid import ASTEROID
from engine.analysis_specs.band_snr import BAND_SNR
from engine.analysis_specs.calibrated_spectra import CALIBRATE
from engine.analysis_specs.channel4 import CHANNEL4
from engine.analysis_specs.extraction import EXTRACT
from engine.analysis_specs.field import FOOTPRINTS, FRINGE_FLAT
from engine.analysis_specs.filters import FILTERS
from engine.analysis_specs.fringe import FRINGE
from engine.analysis_specs.growth import GROWTH
from engine.analysis_specs.imaging_factors import (
    DEPENDENCIES,
    FACTORS,
    OBSERVATIONS,
    SOURCE_TYPES,
)
from engine.analysis_specs.imaging_photometry import BACKGROUND, ENERGY, FLUXES, PHOTOMETRY
from engine.analysis_specs.imaging_time import BUDGET, HISTORY, SUBARRAYS, TIME_LOSS
from engine.analysis_specs.jumps import JUMPS, JUNCTION_STEPS
from engine.analysis_specs.junctions import JUNCTIONS
from engine.analysis_specs.leak import LEAK, LEAK_CURVE
from engine.analysis_specs.loss import LOSS
from engine.analysis_specs.lrs import DROPOUTS, NODS, PERIODIC, SLITLESS_BACKGROUND, USABLE
from engine.analysis_specs.models import MODELS
from engine.analysis_specs.nircam import (
    EPOCHS,
    IMAGE_SOURCES,
    MODULE_CORRECTION,
    MODULE_GRADIENTS,
    MODULE_OFFSETS,
)
from engine.analysis_specs.normalize import NORMALIZE
from engine.analysis_specs.photom import PHOTOM, VERSIONS
from engine.analysis_specs.pixel_flat import FEATURE, FLAT
from engine.analysis_specs.rate import RATE
from engine.analysis_specs.signal_to_noise import SIGNAL_TO_NOISE
from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.analysis_specs.spectrograph import SPECTROGRAPH
from engine.analysis_specs.star_combination import COMBINE
from engine.analysis_specs.star_response import RESPONSE
from engine.analysis_specs.temperature import TEMPERATURE
from engine.analysis_specs.trends import TRENDS
from engine.analysis_specs.visits import NOISE, REPEATABILITY

__all__ = [
    "ANALYSES",
    "ASTEROID",
    "BACKGROUND",
    "BAND_SNR",
    "BUDGET",
    "CALIBRATE",
    "CHANNEL4",
    "COMBINE",
    "DEPENDENCIES",
    "DROPOUTS",
    "ENERGY",
    "EPOCHS",
    "EXTRACT",
    "FACTORS",
    "FEATURE",
    "FILTERS",
    "FLAT",
    "FLUXES",
    "FOOTPRINTS",
    "FRINGE",
    "FRINGE_FLAT",
    "GROWTH",
    "HISTORY",
    "IMAGE_SOURCES",
    "JUMPS",
    "JUNCTIONS",
    "JUNCTION_STEPS",
    "LEAK",
    "LEAK_CURVE",
    "LOSS",
    "MODELS",
    "MODULE_CORRECTION",
    "MODULE_GRADIENTS",
    "MODULE_OFFSETS",
    "NODS",
    "NOISE",
    "NORMALIZE",
    "OBSERVATIONS",
    "PERIODIC",
    "PHOTOM",
    "PHOTOMETRY",
    "RATE",
    "REPEATABILITY",
    "RESPONSE",
    "SIGNAL_TO_NOISE",
    "SLITLESS_BACKGROUND",
    "SOURCE_TYPES",
    "SPECTROGRAPH",
    "SUBARRAYS",
    "TEMPERATURE",
    "TIME_LOSS",
    "TRENDS",
    "USABLE",
    "VERSIONS",
    "Analysis",
    "FieldSpec",
    "analysis_named",
]

#: First the chain in the order of its steps, then what is looked at and measured beside it.
ANALYSES: tuple[Analysis, ...] = (
    LOSS,
    EXTRACT,
    RATE,
    LEAK,
    FRINGE,
    RESPONSE,
    COMBINE,
    CALIBRATE,
    PHOTOM,
    JUNCTIONS,
    REPEATABILITY,
    NOISE,
    TRENDS,
    ASTEROID,
    CHANNEL4,
    LEAK_CURVE,
    GROWTH,
    FLAT,
    FEATURE,
    FRINGE_FLAT,
    FOOTPRINTS,
    VERSIONS,
    MODELS,
    BAND_SNR,
    NORMALIZE,
    JUNCTION_STEPS,
    JUMPS,
    SIGNAL_TO_NOISE,
    FILTERS,
    SPECTROGRAPH,
    TEMPERATURE,
    IMAGE_SOURCES,
    EPOCHS,
    MODULE_OFFSETS,
    MODULE_GRADIENTS,
    MODULE_CORRECTION,
    USABLE,
    DROPOUTS,
    NODS,
    SLITLESS_BACKGROUND,
    PERIODIC,
    BACKGROUND,
    ENERGY,
    PHOTOMETRY,
    FLUXES,
    OBSERVATIONS,
    FACTORS,
    DEPENDENCIES,
    SOURCE_TYPES,
    TIME_LOSS,
    SUBARRAYS,
    HISTORY,
    BUDGET,
)


def analysis_named(name: str) -> Analysis:
    """Return the analysis called ``name``.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {analysis.name: analysis for analysis in ANALYSES}[name]
