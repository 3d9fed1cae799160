"""Conditions of the known issues of the MRS. Each returns its evidence, or ``""``."""

import numpy as np

from engine.health.facts import Facts
from engine.model.cube import Cube
from engine.model.image import Image
from engine.mrs.loss_application import LAST_CONTEXT_WITHOUT_LOSS

_FEWEST_DITHERS = 4
_ERRORS_MENDED_IN = ((1, 15), "11.0")
_SHOWERS_SOUGHT_IN = ((1, 17), "11.2")
_DEEP_S = 300.0  # effective integration time from which showers matter
_GAP_COLUMNS = slice(504, 512)  # between the two channels of each detector
_PEDESTAL_DN_S = 0.1
_DETECTOR = (1024, 1032)


def is_mrs(facts: Facts) -> bool:
    """Tell whether a product is of the MRS."""
    return facts.mode == "MIR_MRS"


def time_not_corrected(facts: Facts) -> str:
    """Find flux calibrations from before the correction for the loss of count rate."""
    context = facts.context
    if facts.origin.step("S_PHOTOM") != "COMPLETE" or context is None:
        return ""
    if context > LAST_CONTEXT_WITHOUT_LOSS:
        return ""
    return f"CRDS_CTX {facts.origin.crds_context} has no reference with the correction."


def errors_too_small(facts: Facts) -> str:
    """Find errors from before build 11.0."""
    return facts.version_before(*_ERRORS_MENDED_IN)


def fringe_flat_missing(facts: Facts) -> str:
    """Find data without the static fringe flat."""
    return facts.skipped("S_FRINGE")


def residual_fringes(facts: Facts) -> str:
    """Find data without the correction of residual fringes."""
    return facts.skipped("S_RESFRI")


def leak_not_corrected(facts: Facts) -> str:
    """Find spectra of 3A without the correction of the leak; cubes never have it."""
    if facts.identity.band != "3A" or facts.identity.source_type.upper() == "EXTENDED":
        return ""
    if isinstance(facts.product, Cube):
        return "Cubes are never corrected; this one holds band 3A."
    return facts.skipped("S_SPLEAK")


def few_dithers(facts: Facts) -> str:
    """Find point sources with fewer than four dithers."""
    number = facts.number("NUMDTHPT")
    if number is None or number >= _FEWEST_DITHERS:
        return ""
    return f"NUMDTHPT is {number:.0f}."


def no_background(facts: Facts) -> str:
    """Find channel 4 without any background subtraction."""
    if not facts.identity.band.startswith("4") or facts.says("BKGDTARG") == "T":
        return ""
    return facts.skipped("S_BKDSUB", "S_MSBSUB")


def showers(facts: Facts) -> str:
    """Find long integrations from before showers were looked for."""
    seconds = facts.number("EFFINTTM")
    if seconds is None or seconds < _DEEP_S:
        return ""
    return facts.version_before(*_SHOWERS_SOUGHT_IN)


def stray_light(facts: Facts) -> str:
    """Find data without the stray-light step."""
    return facts.skipped("S_STRAY")


def pedestal(facts: Facts) -> str:
    """Find dark current in the gap between the channels of a rate image."""
    image = facts.product
    if not isinstance(image, Image) or image.unit != "DN/s" or image.data.shape != _DETECTOR:
        return ""
    gap = image.data[:, _GAP_COLUMNS]
    known = gap[np.isfinite(gap)]
    level = float(np.median(known)) if known.size else 0.0
    if level < _PEDESTAL_DN_S:
        return ""
    return f"The median between the channels is {level:.2f} DN/s."


def bad_pixels(facts: Facts) -> str:
    """Find data with a dedicated background that did not serve to find bad pixels."""
    if facts.origin.step("S_BKDSUB") != "COMPLETE":
        return ""
    return facts.skipped("S_BPXSLF")


def pixels_not_replaced(facts: Facts) -> str:
    """Find data in which missing pixels were not replaced."""
    return facts.skipped("S_PXREPL")
