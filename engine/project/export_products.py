"""Which kinds of files a result gives, in which formats, and what is in their names."""

from typing import Literal, get_args

from engine.analyses import (
    CALIBRATE,
    CHANNEL4,
    COMBINE,
    DROPOUTS,
    EXTRACT,
    FEATURE,
    FLAT,
    FRINGE,
    GROWTH,
    HISTORY,
    JUNCTIONS,
    LEAK,
    LEAK_CURVE,
    PHOTOM,
    RATE,
    RESPONSE,
    VERSIONS,
)
from engine.project.export_stitched import stitched_suffix
from engine.project.keys import NodeKey

What = Literal["spectra", "vectors", "references", "images", "tables", "figures"]
WHATS: tuple[What, ...] = get_args(What)

FORMATS: dict[What, tuple[str, ...]] = {
    "spectra": ("fits", "ecsv", "csv"),
    "vectors": ("fits", "ecsv"),
    "references": ("fits",),
    "images": ("fits",),
    "tables": ("ecsv", "csv"),
    "figures": ("pdf", "svg", "png"),
}


def products_of(key: NodeKey, wanted: tuple[What, ...]) -> list[tuple[What, str]]:
    """Return the kinds of files that the result of ``key`` gives, with their part of the name."""
    found: dict[str, list[tuple[What, str]]] = {
        EXTRACT.name: [("spectra", "x1d"), ("figures", "extraction")],
        RATE.name: [("spectra", "day-zero"), ("figures", "rate")],
        FRINGE.name: [("spectra", "defringed"), ("figures", "fringes")],
        JUNCTIONS.name: [("spectra", stitched_suffix(key)), ("figures", _suffix(key))],
        RESPONSE.name: [("vectors", "vector"), ("figures", "response")],
        COMBINE.name: [("vectors", "vector"), ("figures", "stars")],
        CHANNEL4.name: [("vectors", "vector"), ("figures", "channel4")],
        PHOTOM.name: [("references", "photom"), ("figures", "photom")],
        VERSIONS.name: [("vectors", "ratio"), ("figures", "versions")],
        CALIBRATE.name: [("spectra", "calibrated"), ("figures", "calibrated")],
        GROWTH.name: [("references", "apcorr"), ("figures", "growth")],
        HISTORY.name: [("references", "photom"), ("figures", "history")],
        FLAT.name: [("references", "flat"), ("figures", "flat")],
        FEATURE.name: [("references", "flat-with-feature"), ("figures", "feature")],
        DROPOUTS.name: [("spectra", "dropouts-filled"), ("figures", "dropouts")],
        LEAK.name: [("spectra", "leak-corrected"), ("figures", "leak")],
        LEAK_CURVE.name: [("vectors", "leak-curve"), ("figures", "leak-curve")],
    }
    plain: list[tuple[What, str]] = [("figures", _suffix(key))]
    return [(kind, suffix) for kind, suffix in found.get(key.step, plain) if kind in wanted]


def extensions_of(
    key: NodeKey, kind: What, formats: dict[What, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the formats of a product: aperture corrections are ASDF, what x1d cannot hold ECSV."""
    if key.step == GROWTH.name and kind == "references":
        return ("asdf",)
    if key.step == JUNCTIONS.name and kind == "spectra":
        return tuple(dict.fromkeys("ecsv" if one == "fits" else one for one in formats[kind]))
    return formats[kind]


def _suffix(key: NodeKey) -> str:
    """Return the part of a file's name that says which analysis it is from."""
    return "-".join(part for part in (key.step.replace("_", "-"), key.stage) if part)
