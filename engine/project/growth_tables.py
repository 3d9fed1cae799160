"""Tables of growth curves: the part of the light inside each radius, and the corrections."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.identity import Identity
from engine.model.table import Column, ResultTable
from engine.mrs.growth_curve import RADII_FWHM, GrowthCurve

_Rows = Sequence[tuple[Identity, GrowthCurve]]


def growth_table(rows: _Rows) -> ResultTable:
    """Return one row a band, wavelength bin and radius: encircled energy of data and model."""
    found = [
        (identity, one, k, i)
        for identity, one in rows
        for i in range(one.wave_um.size)
        for k in range(one.radius_fwhm.size)
        if np.isfinite(one.encircled[k, i])
    ]
    return ResultTable(
        "Growth curves",
        (
            *_identity_columns([identity for identity, *_ in found]),
            _number("wave_um", "um", (g.wave_um[i] for _, g, _, i in found), "Mean of the bin"),
            _number("radius_fwhm", "", (g.radius_fwhm[k] for _, g, k, _ in found), "In FWHM"),
            _number("encircled", "", (g.encircled[k, i] for _, g, k, i in found), "Part inside"),
            _number(
                "encircled_error", "", (g.encircled_error[k, i] for _, g, k, i in found), "Sigma"
            ),
            _number("model", "", (g.model[k, i] for _, g, k, i in found), "The model alone"),
            _text("from", (_side(g, k) for _, g, k, _ in found), "Data inside the join radius"),
        ),
    )


def correction_table(rows: _Rows) -> ResultTable:
    """Return one row a band, wavelength bin and radius: the aperture correction."""
    found = [
        (identity, one, m, i)
        for identity, one in rows
        for i in range(one.correction.wave_um.size)
        for m in range(len(RADII_FWHM))
    ]
    return ResultTable(
        "Aperture corrections",
        (
            *_identity_columns([identity for identity, *_ in found]),
            _number("wave_um", "um", (g.correction.wave_um[i] for _, g, _, i in found), "Bin"),
            _number("radius_fwhm", "", (RADII_FWHM[m] for _, _, m, _ in found), "In FWHM"),
            _number(
                "radius_arcsec",
                "arcsec",
                (g.correction.radius_arcsec[m, i] for _, g, m, i in found),
                "Of the aperture",
            ),
            _number("factor", "", (g.correction.factor[m, i] for _, g, m, i in found), "A"),
            _number(
                "factor_error", "", (g.correction.factor_error[m, i] for _, g, m, i in found), ""
            ),
        ),
    )


def _side(one: GrowthCurve, k: int) -> str:
    return "data" if one.radius_fwhm[k] <= one.join_fwhm + 1e-9 else "model"


def _identity_columns(identities: Sequence[Identity]) -> tuple[Column, ...]:
    return tuple(
        _text(name, (getattr(one, name) for one in identities), "")
        for name in ("target", "program", "observation", "band")
    )


def _text(name: str, values: Iterable[str], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)
