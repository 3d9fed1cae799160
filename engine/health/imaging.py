"""Conditions of the known issues of MIRI images and coronagraphs. Each returns its evidence."""

from engine.health.facts import Facts

_CROSS_FILTERS = {"F560W", "F770W"}
_LONG_FILTERS = {"F1500W", "F1800W", "F2100W", "F2550W"}
_SHOWERS_SOUGHT_IN = ((1, 17), "11.2")
_DEEP_S = 3000.0
_MOSAICS = {"i2d"}


def is_image(facts: Facts) -> bool:
    """Tell whether a product is an image of the imager."""
    return facts.mode == "MIR_IMAGE"


def is_coronagraphic(facts: Facts) -> bool:
    """Tell whether a product was observed behind a coronagraph."""
    return facts.mode in {"MIR_LYOT", "MIR_4QPM"}


def cruciform(facts: Facts) -> str:
    """Find the filters in which the detector scatters light into a cross."""
    band = facts.identity.filter.upper()
    return f"FILTER is {band}." if band in _CROSS_FILTERS else ""


def no_background(facts: Facts) -> str:
    """Find long wavelengths without a dedicated background."""
    band = facts.identity.filter.upper()
    if band not in _LONG_FILTERS or facts.says("BKGDTARG") == "T":
        return ""
    skipped = facts.skipped("S_BKDSUB")
    return skipped and f"FILTER is {band}, {skipped}"


def lyot_border(facts: Facts) -> str:
    """Find mosaics of the full detector, which hold the Lyot field too."""
    if getattr(facts.product, "kind", "") not in _MOSAICS:
        return ""
    return "A mosaic of SUBARRAY FULL." if facts.identity.subarray.upper() == "FULL" else ""


def not_aligned(facts: Facts) -> str:
    """Find mosaics whose exposures were not aligned on stars."""
    return facts.skipped("S_TWKREG")


def showers(facts: Facts) -> str:
    """Find deep exposures from before showers were looked for."""
    seconds = facts.number("EFFEXPTM")
    if seconds is None or seconds < _DEEP_S:
        return ""
    return facts.version_before(*_SHOWERS_SOUGHT_IN)


def glow_sticks(facts: Facts) -> str:
    """Find coronagraphic data without a dedicated background."""
    return "" if facts.says("BKGDTARG") == "T" else facts.skipped("S_BKDSUB")


def edge_light(facts: Facts) -> str:
    """Find coronagraphic data without a dedicated background: the edge of the mask is bright."""
    return "" if facts.says("BKGDTARG") == "T" else facts.skipped("S_BKDSUB")
