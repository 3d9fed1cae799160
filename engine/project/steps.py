"""The steps of the chain, in their order; each one is told in its own module."""

from engine.project.asteroid_step import ASTEROID_STEP
from engine.project.band_snr_step import BAND_SNR_STEP
from engine.project.budget_step import BUDGET_STEP
from engine.project.calibrate_step import CALIBRATE_STEP
from engine.project.channel4_step import CHANNEL4_STEP
from engine.project.combine_step import COMBINE_STEP
from engine.project.dithers_step import BACKGROUND_STEP
from engine.project.dropouts_step import DROPOUTS_STEP
from engine.project.energy_step import ENERGY_STEP
from engine.project.epochs_step import EPOCHS_STEP, IMAGE_SOURCES_STEP
from engine.project.extract_step import EXTRACT_STEP
from engine.project.factors_step import DEPENDENCIES_STEP, FACTORS_STEP, SOURCE_TYPES_STEP
from engine.project.feature_step import FEATURE_STEP
from engine.project.filters_step import FILTERS_STEP
from engine.project.flat_step import FLAT_STEP
from engine.project.fluxes_step import FLUXES_STEP
from engine.project.footprints_step import FOOTPRINTS_STEP
from engine.project.fringe_flat_step import FRINGE_FLAT_STEP
from engine.project.fringe_step import FRINGE_STEP
from engine.project.growth_step import GROWTH_STEP
from engine.project.history_step import HISTORY_STEP
from engine.project.jumps_step import JUMPS_STEP
from engine.project.junction_steps_step import JUNCTION_STEPS_STEP
from engine.project.junctions_step import JUNCTIONS_STEP
from engine.project.leak_curve_step import LEAK_CURVE_STEP
from engine.project.leak_step import LEAK_STEP
from engine.project.loss_step import LOSS_STEP
from engine.project.models_step import MODELS_STEP
from engine.project.modules_step import (
    MODULE_CORRECTION_STEP,
    MODULE_GRADIENTS_STEP,
    MODULE_OFFSETS_STEP,
)
from engine.project.nods_step import NODS_STEP
from engine.project.normalize_step import NORMALIZE_STEP
from engine.project.observations_step import OBSERVATIONS_STEP
from engine.project.photom_step import PHOTOM_STEP, VERSIONS_STEP
from engine.project.photometry_step import PHOTOMETRY_STEP
from engine.project.rate_step import RATE_STEP
from engine.project.response_step import RESPONSE_STEP
from engine.project.slitless_steps import PERIODIC_STEP, SLITLESS_BACKGROUND_STEP
from engine.project.snr_step import SNR_STEP
from engine.project.spectrograph_step import SPECTROGRAPH_STEP
from engine.project.step import Step
from engine.project.temperature_step import TEMPERATURE_STEP
from engine.project.time_loss_step import SUBARRAYS_STEP, TIME_LOSS_STEP
from engine.project.trends_step import TRENDS_STEP
from engine.project.usable_step import USABLE_STEP
from engine.project.visit_steps import NOISE_STEP, REPEATABILITY_STEP

STEPS: tuple[Step, ...] = (
    FOOTPRINTS_STEP,
    GROWTH_STEP,
    EXTRACT_STEP,
    RATE_STEP,
    FRINGE_FLAT_STEP,
    FRINGE_STEP,
    LEAK_CURVE_STEP,
    LEAK_STEP,
    LOSS_STEP,
    FLAT_STEP,
    FEATURE_STEP,
    RESPONSE_STEP,
    COMBINE_STEP,
    MODELS_STEP,
    ASTEROID_STEP,
    CHANNEL4_STEP,
    CALIBRATE_STEP,
    PHOTOM_STEP,
    VERSIONS_STEP,
    BAND_SNR_STEP,
    NORMALIZE_STEP,
    JUNCTIONS_STEP,
    JUNCTION_STEPS_STEP,
    JUMPS_STEP,
    REPEATABILITY_STEP,
    NOISE_STEP,
    SNR_STEP,
    TRENDS_STEP,
    FILTERS_STEP,
    SPECTROGRAPH_STEP,
    TEMPERATURE_STEP,
    IMAGE_SOURCES_STEP,
    EPOCHS_STEP,
    MODULE_OFFSETS_STEP,
    MODULE_GRADIENTS_STEP,
    MODULE_CORRECTION_STEP,
    USABLE_STEP,
    DROPOUTS_STEP,
    NODS_STEP,
    SLITLESS_BACKGROUND_STEP,
    PERIODIC_STEP,
    BACKGROUND_STEP,
    ENERGY_STEP,
    FLUXES_STEP,
    PHOTOMETRY_STEP,
    OBSERVATIONS_STEP,
    FACTORS_STEP,
    DEPENDENCIES_STEP,
    SOURCE_TYPES_STEP,
    TIME_LOSS_STEP,
    SUBARRAYS_STEP,
    HISTORY_STEP,
    BUDGET_STEP,
)

_BY_NAME = {step.analysis.name: step for step in STEPS}


def step_named(name: str) -> Step:
    """Return the step that runs the analysis ``name``."""
    return _BY_NAME[name]
