"""Tables of pixel flats: bands, passes, patches."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.pixel_flat import PixelFlat

_Rows = Sequence[tuple[object, PixelFlat]]


def flat_table(rows: _Rows) -> ResultTable:
    """Return one row a band: how the flat was made, and how well it is known."""
    flats = [one for _, one in rows]
    return ResultTable(
        "Pixel flats",
        (
            _text("band", (one.band for one in flats)),
            _text("method", (one.method for one in flats)),
            _count("n_exposures", (one.n_exposures for one in flats)),
            _count("n_passes", (len(one.passes) for one in flats)),
            _number("last_correction", (_last(one) for one in flats), "Mean deviation from 1"),
            _number("median_error", (_median_error(one) for one in flats), "Relative, one sigma"),
            _number("low", (_quantile(one, 0.02) for one in flats), "2 % of the pixels are lower"),
            _number("high", (_quantile(one, 0.98) for one in flats), "2 % are higher"),
            _count("n_pixels", (int(np.isfinite(one.clean).sum()) for one in flats)),
            _count("n_patched", (int(one.is_patched.sum()) for one in flats)),
            _count("n_left_out", (_left_out(one) for one in flats), "Dark or never measured"),
            _text("remarks", (" ".join(one.messages) for one in flats)),
        ),
    )


def flat_pass_table(rows: _Rows) -> ResultTable:
    """Return one row a band and pass."""
    found = [(flat, i, one) for _, flat in rows for i, one in enumerate(flat.passes)]
    return ResultTable(
        "Passes of pixel flats",
        (
            _text("band", (flat.band for flat, _, _ in found)),
            _count("pass", (i + 1 for _, i, _ in found)),
            _number("correction", (one.typical for *_, one in found), "Mean deviation from 1"),
            _count("n_used", (one.n_used for *_, one in found), "Pixels of all exposures"),
            _count("n_steep", (one.n_rejected for *_, one in found), "Where the cube is steep"),
        ),
    )


def flat_patch_table(rows: _Rows) -> ResultTable:
    """Return one row a range that was interpolated over."""
    found = [(flat.band, low, high) for _, flat in rows for low, high in flat.patches]
    return ResultTable(
        "Patches of pixel flats",
        (
            _text("band", (band for band, _, _ in found)),
            _number("low_um", (low for _, low, _ in found), "First wavelength", "um"),
            _number("high_um", (high for *_, high in found), "Last wavelength", "um"),
        ),
    )


def _last(flat: PixelFlat) -> float:
    return flat.passes[-1].typical if flat.passes else float("nan")


def _median_error(flat: PixelFlat) -> float:
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = flat.error / flat.clean
    known = relative[np.isfinite(relative)]
    return float(np.median(known)) if known.size else float("nan")


def _quantile(flat: PixelFlat, part: float) -> float:
    known = flat.clean[np.isfinite(flat.clean)]
    return float(np.quantile(known, part)) if known.size else float("nan")


def _left_out(flat: PixelFlat) -> int:
    return int(np.count_nonzero((flat.slices > 0) & np.isnan(flat.clean)))


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=str), description)


def _number(name: str, values: Iterable[float], description: str = "", unit: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=float), description)


def _count(name: str, values: Iterable[int], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
