"""Conditions of the known issues of MIRI LRS. Each returns its evidence, or ``""``."""

import numpy as np

from engine.errors import DataError
from engine.health.facts import Facts
from engine.lrs import modes
from engine.lrs.spectral_image import spectral_image
from engine.lrs.trace import find_trace, missing_peaks
from engine.model.image import Image
from engine.model.ramp import Ramp

_PATH_LOSS_MENDED_IN = ((1, 12), "10.0")
_EMI_SINCE = ((1, 13), "10.1")
_BACKGROUND_SINCE = ((1, 20), "12.1")
_FEWEST_GROUPS = 10  # for the EMI correction before build 11.3
_EMI_ANY_GROUPS_IN = ((1, 18), "11.3")


def is_lrs(facts: Facts) -> bool:
    """Tell whether a product is of the LRS."""
    return modes.is_lrs(facts.identity)


def is_slit(facts: Facts) -> bool:
    """Tell whether a product was observed through the slit."""
    return modes.is_slit(facts.identity)


def is_slitless(facts: Facts) -> bool:
    """Tell whether a product was observed without the slit."""
    return modes.is_slitless(facts.identity)


def is_acquisition(facts: Facts) -> bool:
    """Tell whether a product is an image of target acquisition."""
    return facts.mode == "MIR_TACQ"


def dropouts(facts: Facts) -> str:
    """Find rows of a two-dimensional spectrum that lack the peak of the trace alone."""
    image = facts.product
    if not isinstance(image, Image) or image.kind != "s2d" or image.data.ndim != 2:
        return ""
    try:
        values = spectral_image(image).values
        missing = missing_peaks(values, find_trace(values))
    except DataError:  # no trace, so no peak of it either
        return ""
    number = int(np.count_nonzero(missing))
    lack = "1 row lacks" if number == 1 else f"{number} rows lack"
    return f"{lack} the peak of the trace." if number else ""


def wrong_path_loss(facts: Facts) -> str:
    """Find path-loss corrections from before build 10.0."""
    if facts.origin.step("S_PTHLOS") != "COMPLETE":
        return ""
    return facts.version_before(*_PATH_LOSS_MENDED_IN)


def wrong_errors(facts: Facts) -> str:
    """Find errors of the pipeline: those of the LRS are wrong in all builds."""
    if not facts.origin.cal_version or isinstance(facts.product, Ramp):
        return ""  # ramps have no errors yet
    return f"CAL_VER {facts.origin.cal_version}."


def acquisition_rate(facts: Facts) -> str:
    """Find readouts that the ramp fit takes for shorter than they are."""
    pattern = facts.says("READPATT").upper()
    return f"READPATT is {pattern}." if pattern.startswith("FASTGRPAVG") else ""


def blind_pointing(facts: Facts) -> str:
    """Find observations without target acquisition."""
    return facts.skipped("S_TACNTR")


def scattered_light(facts: Facts) -> str:
    """Find slit spectra without any background subtraction."""
    return facts.skipped("S_BKDSUB", "S_MSBSUB")


def fold_over(facts: Facts) -> str:
    """Find data without the filter that blocks what folds over."""
    return f"EXP_TYPE is {facts.mode}."


def emi(facts: Facts) -> str:
    """Find subarrays without the correction of 390 Hz noise, or with too few groups for it."""
    skipped = facts.skipped("S_MIREMI") or facts.version_before(*_EMI_SINCE)
    groups = facts.number("NGROUPS")
    if skipped or groups is None or groups > _FEWEST_GROUPS:
        return skipped
    older = facts.version_before(*_EMI_ANY_GROUPS_IN)
    return older and f"NGROUPS is {groups:.0f}, and {older}"


def slitless_background(facts: Facts) -> str:
    """Find slitless data without background subtraction."""
    if isinstance(facts.product, Ramp):
        return ""  # nothing is subtracted from ramps
    return facts.skipped("S_BKDSUB") or facts.version_before(*_BACKGROUND_SINCE)
