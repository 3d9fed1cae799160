"""Tables of the loss of count rate: bands, dates, and the coefficients of the bins."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.count_rate_loss import BandLoss
from engine.mrs.loss_fit import NAMES
from engine.mrs.loss_models import COLUMNS, DAY_ZERO_MJD, LOSS_FORMS

_Rows = Sequence[tuple[object, BandLoss]]
_NAN = float("nan")
#: Unit and meaning of what is fitted, and of the columns of the pipeline (`loss_at`).
_FITTED = {
    "a": ("", "Amplitude of the exponential"),
    "b": ("", "Exponent over 100 days"),
    "alpha": ("", "Exponent of the power law"),
    "tsoft": ("d", "Softening of the power law"),
    "lossperyear": ("1 / yr", "Slope of the straight line"),
}
_COEFFICIENTS = {
    "acoeff": ("", "Amplitude of the exponential"),
    "bcoeff": ("", "Exponent over 100 days"),
    "ccoeff": ("", "Limit of the exponential"),
    "x0": ("d", "MJD of day zero"),
    "alpha": ("", "Exponent of the power law"),
    "year1value": ("", "Power law after a year"),
    "tsoft": ("d", "Softening of the power law"),
    "t0": ("d", "MJD of day zero"),
    "lossperyear": ("1 / yr", "Slope of the straight line"),
}


def loss_table(rows: _Rows) -> ResultTable:
    """Return one row a band: the fit at its median wavelength, and the rival forms."""
    losses = [one for _, one in rows]
    values = [dict(zip(NAMES[one.form], one.fit.values, strict=True)) for one in losses]
    errors = [dict(zip(NAMES[one.form], one.fit.errors, strict=True)) for one in losses]
    columns = [
        _text("band", (one.band for one in losses)),
        _text("form", (one.form for one in losses)),
        _number("wave_um", "um", (one.median_um for one in losses), "Median wavelength"),
        _number("last_mjd", "d", (one.last_mjd for one in losses), "Last date of the fit"),
        _number("last_loss", "", (_last(one)[0] for one in losses), "Rate over day zero there"),
        _number("last_loss_error", "", (_last(one)[1] for one in losses), "One sigma"),
    ]
    for name, (unit, said) in _FITTED.items():
        columns.append(_number(name, unit, (one.get(name, _NAN) for one in values), said))
        columns.append(
            _number(f"{name}_error", unit, (one.get(name, _NAN) for one in errors), "One sigma")
        )
    columns += [
        _number("chi2", "", (one.fit.chi2 for one in losses), "Of the fit"),
        _count("freedom", (one.fit.freedom for one in losses)),
    ]
    for form in LOSS_FORMS:
        scores = [{score.form: score for score in one.comparison}[form] for one in losses]
        name = form.replace(" ", "_")
        columns.append(
            _number(f"aic_{name}", "", (score.aic for score in scores), "Akaike's criterion")
        )
        columns.append(
            _number(
                f"held_out_{name}",
                "",
                (score.held_out for score in scores),
                "How far the last date, left out, lies off",
            )
        )
    columns.append(_text("remarks", (" ".join(one.messages) for one in losses)))
    return ResultTable("Loss of count rate", tuple(columns))


def lamp_date_table(rows: _Rows) -> ResultTable:
    """Return one row a band and date: the ratio, the residual, why it is left out."""
    found = [(loss, date) for _, loss in rows for date in loss.dates]
    residuals = [
        date.ratio - float(loss.fit.ratio_at(np.array([date.mjd - DAY_ZERO_MJD]))[0])
        for loss, date in found
    ]
    return ResultTable(
        "Lamp spectra over the first",
        (
            _text("band", (loss.band for loss, _ in found)),
            _number("mjd", "d", (date.mjd for _, date in found)),
            _number("ratio", "", (date.ratio for _, date in found), "At the median wavelength"),
            _number("ratio_error", "", (date.error for _, date in found), "One sigma"),
            _number("residual", "", residuals, "Ratio minus fit"),
            _text("left_out", (date.reason for _, date in found), "Why it is left out"),
        ),
    )


def loss_bin_table(rows: _Rows) -> ResultTable:
    """Return one row a bin, with the columns of the pipeline's reference files."""
    bins = [(one, i) for _, one in rows for i in range(one.table.wave_um.size)]
    names = dict.fromkeys(name for form in LOSS_FORMS for name in COLUMNS[form])
    return ResultTable(
        "Coefficients of the loss of count rate",
        (
            _text("band", (one.band for one, _ in bins)),
            _text("form", (one.form for one, _ in bins)),
            _number(
                "binwave", "um", (float(one.table.wave_um[i]) for one, i in bins), "Of the bin"
            ),
            *(
                _number(name, unit, (_coefficient(one, name, i) for one, i in bins), said)
                for name, (unit, said) in ((name, _COEFFICIENTS[name]) for name in names)
            ),
        ),
    )


def _last(one: BandLoss) -> tuple[float, float]:
    day = np.array([one.last_mjd - DAY_ZERO_MJD])
    return float(one.fit.loss_at(day)[0]), float(one.fit.loss_error_at(day)[0])


def _coefficient(one: BandLoss, name: str, i: int) -> float:
    values = one.table.columns.get(name)
    return _NAN if values is None else float(values[i])


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=str), description)


def _number(name: str, unit: str, values: Iterable[float], description: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=float), description)


def _count(name: str, values: Iterable[int], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
