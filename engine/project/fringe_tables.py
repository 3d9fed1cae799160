"""Tables of what the correction of residual fringes found."""

from collections.abc import Sequence

import numpy as np

from engine.model.identity import Identity
from engine.model.table import Column, ResultTable
from engine.mrs.residual_fringes import ResidualFringes


def sinusoid_table(spectra: Sequence[tuple[Identity, ResidualFringes]]) -> ResultTable:
    """Return one row a sinusoid that was found: family, period, frequency, amplitude, evidence."""
    rows = [
        (identity, fit, i)
        for identity, result in spectra
        for fit in result.families
        for i in range(fit.frequency_cm.size)
    ]
    return ResultTable(
        "Residual fringes",
        (
            *_identity_columns([identity for identity, *_ in rows]),
            _text("family", [fit.family.name for _, fit, _ in rows], "Where they arise"),
            _number(
                "period", "1/cm", [fit.period_per_cm[i] for _, fit, i in rows], "Of the fringes"
            ),
            _number("frequency", "cm", [fit.frequency_cm[i] for _, fit, i in rows], "Per cm-1"),
            _number(
                "amplitude", "%", [100 * fit.amplitude[i] for _, fit, i in rows], "Of the flux"
            ),
            _number("evidence", "", [fit.evidence[i] for _, fit, i in rows], "Gain of log10"),
        ),
    )


def fringe_summary(spectra: Sequence[tuple[Identity, ResidualFringes]]) -> ResultTable:
    """Return one row a spectrum: what became of it, scatter before and after."""
    done = [result for _, result in spectra]
    return ResultTable(
        "Correction of residual fringes",
        (
            *_identity_columns([identity for identity, _ in spectra]),
            _text("outcome", [one.outcome for one in done], "What became of the spectrum"),
            Column(
                "n_sinusoids", "", np.array([one.n_sinusoids for one in done], dtype=np.int64), ""
            ),
            _number(
                "scatter_before", "%", [100 * one.scatter_before for one in done], "About continuum"
            ),
            _number(
                "scatter_after", "%", [100 * one.scatter_after for one in done], "About continuum"
            ),
            _number("largest_removed", "%", [_largest(one) for one in done], "Of the flux"),
            _text("remarks", [" ".join(one.messages) for one in done], ""),
        ),
    )


def _largest(result: ResidualFringes) -> float:
    return 100.0 * float(np.max(np.abs(result.modulation), initial=0.0))


def _identity_columns(identities: Sequence[Identity]) -> tuple[Column, ...]:
    return tuple(
        _text(name, [getattr(one, name) for one in identities], "")
        for name in ("target", "program", "observation", "band")
    )


def _text(name: str, values: Sequence[str], description: str) -> Column:
    return Column(name, "", np.array(values, dtype=np.str_), description)


def _number(name: str, unit: str, values: Sequence[float], description: str) -> Column:
    return Column(name, unit, np.array(values, dtype=np.float64), description)
