"""Conditions of the known issues of MIRI LRS. Each returns its evidence, or ``""``."""

import numpy as np

from engine.arrays import BoolArray
from engine.health.facts import Facts
from engine.model.data_quality import DO_NOT_USE
from engine.model.image import Image

SLIT, SLITLESS = "MIR_LRS-FIXEDSLIT", "MIR_LRS-SLITLESS"
_PATH_LOSS_MENDED_IN = ((1, 12), "10.0")
_EMI_SINCE = ((1, 13), "10.1")
_BACKGROUND_SINCE = ((1, 20), "12.1")
_FEWEST_GROUPS = 10  # for the EMI correction before build 11.3
_EMI_ANY_GROUPS_IN = ((1, 18), "11.3")
_INNER = (0.1, 0.9)  # part of the rows in which the trace is sure to be


def is_lrs(facts: Facts) -> bool:
    """Tell whether a product is of the LRS."""
    return facts.mode in {SLIT, SLITLESS}


def is_slit(facts: Facts) -> bool:
    """Tell whether a product was observed through the slit."""
    return facts.mode == SLIT


def is_slitless(facts: Facts) -> bool:
    """Tell whether a product was observed without the slit."""
    return facts.mode == SLITLESS


def is_acquisition(facts: Facts) -> bool:
    """Tell whether a product is an image of target acquisition."""
    return facts.mode == "MIR_TACQ"


def dropouts(facts: Facts) -> str:
    """Find rows of a two-dimensional spectrum that lack the peak of the trace alone."""
    image = facts.product
    if not isinstance(image, Image) or image.kind != "s2d" or image.data.ndim != 2:
        return ""
    missing = missing_peaks(image)
    number = int(np.count_nonzero(missing))
    return f"{number} rows lack the peak of the trace." if number else ""


def missing_peaks(image: Image) -> BoolArray:
    """Return the rows in which only the peak of the trace is missing, shape (ny,)."""
    unusable = ~np.isfinite(image.data) | ((image.flags & DO_NOT_USE) != 0)
    values = np.where(unusable, np.nan, image.data)
    rows = np.arange(image.data.shape[0])
    low, high = (int(part * rows.size) for part in _INNER)
    known = np.count_nonzero(np.isfinite(values[low:high]), axis=0) > (high - low) // 2
    if not known.any():
        return np.zeros(rows.size, dtype=bool)
    profile = np.full(values.shape[1], -np.inf)
    profile[known] = np.nanmedian(values[low:high][:, known], axis=0)
    peak = int(np.argmax(profile))
    if not 0 < peak < values.shape[1] - 1:
        return np.zeros(rows.size, dtype=bool)
    beside = np.isfinite(values[:, peak - 1]) & np.isfinite(values[:, peak + 1])
    found: BoolArray = unusable[:, peak] & beside
    return found


def wrong_path_loss(facts: Facts) -> str:
    """Find path-loss corrections from before build 10.0."""
    if facts.origin.step("S_PTHLOS") != "COMPLETE":
        return ""
    return facts.version_before(*_PATH_LOSS_MENDED_IN)


def wrong_errors(facts: Facts) -> str:
    """Find errors of the pipeline: those of the LRS are wrong in all builds."""
    return f"CAL_VER {facts.origin.cal_version}." if facts.origin.cal_version else ""


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
    return facts.skipped("S_BKDSUB") or facts.version_before(*_BACKGROUND_SINCE)
