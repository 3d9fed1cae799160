"""The table of how the loss of count rate was taken out."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.model.identity import Identity
from engine.model.table import Column, ResultTable
from engine.mrs.rate_correction import CorrectedRate

_NAN = float("nan")


def rate_table(spectra: Sequence[tuple[Identity, CorrectedRate]]) -> ResultTable:
    """Return one row a spectrum: what it was divided by, how sure that is, and from what."""
    done = [result for _, result in spectra]
    times = [_NAN if one.mjd is None else one.mjd for one, _ in spectra]
    return ResultTable(
        "Correction of the loss of count rate",
        (
            *(
                _text(name, [getattr(one, name) for one, _ in spectra])
                for name in ("target", "program", "observation", "band")
            ),
            _number("mjd", "d", times, "Middle of the exposure"),
            _text("outcome", [one.outcome for one in done], "What became of the spectrum"),
            _number("loss", "", [_middle(one.loss) for one in done], "Median over the band"),
            _number("loss_error", "", [_middle(one.loss_error) for one in done], "One sigma"),
            _text("source", [one.source for one in done], "Where the loss comes from"),
            _text("form", [one.form for one in done]),
            Column(
                "extrapolated",
                "",
                np.array([one.is_extrapolated for one in done], dtype=np.bool_),
                "Outside the lamp dates",
            ),
            _text("remarks", [" ".join(one.messages) for one in done]),
        ),
    )


def _middle(values: FloatArray) -> float:
    good = values[np.isfinite(values)]
    return float(np.median(good)) if good.size else _NAN


def _text(name: str, values: Sequence[str], description: str = "") -> Column:
    return Column(name, "", np.array(values, dtype=np.str_), description)


def _number(name: str, unit: str, values: Sequence[float], description: str) -> Column:
    return Column(name, unit, np.array(values, dtype=np.float64), description)
