"""What the calibration of each array gets wrong: fitted, published, or from a file (Table 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.model.catalog_columns import TERM_COLUMNS
from engine.model.nircam import ARRAYS, is_long_wave
from engine.model.tabulated import DataTable
from engine.nircam.gradient_model import ArrayGradient, GradientModels
from engine.resources import read_toml

Baseline = Literal["B", "A"]
SlopeGoesTo = Literal["the other module", "half to each"]

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class ModuleTerm:
    """Offset and gradient between the modules for the arrays of one id in one filter.

    Attributes
    ----------
    filter, array : str
        ``"F444W"``, ``"long"``.
    delta_ab, delta_ab_error : float
        m_A - m_B at the point that the field turns about. Unit: mag.
    slope, slope_error : float
        k: the sum of the gradients of both modules. Unit: mag / arcmin. Errors may be NaN.
    """

    filter: str
    array: str
    delta_ab: float
    delta_ab_error: float = _NAN
    slope: float = 0.0
    slope_error: float = _NAN

    def magnitude_error(
        self, module: str, x_arcmin: FloatArray, *, baseline: Baseline, slope_to: SlopeGoesTo
    ) -> FloatArray:
        """Return by how much magnitudes of a module are too faint.

        Parameters
        ----------
        module : str
            ``"A"`` or ``"B"``.
        x_arcmin : ndarray
            Place along the direction from module A to B. Unit: arcmin.
        baseline : {"B", "A"}
            The module that is taken to be right.
        slope_to : {"the other module", "half to each"}
            Which module has the gradient.

        Returns
        -------
        ndarray
            Unit: mag.

        Notes
        -----
        Delta_A = Delta_AB, Delta_B = 0 (Ma+2023, Eqs. 11 and 12), or the other way round. A
        module with the gradient g adds g x; between two epochs in which the field is turned x
        changes its sign, so that k = -(g_A + g_B).
        """
        if slope_to == "half to each":
            gradient = -0.5 * self.slope
        else:
            gradient = 0.0 if module == baseline else -self.slope
        offset = 0.0
        if module != baseline:
            offset = self.delta_ab if module == "A" else -self.delta_ab
        error: FloatArray = offset + gradient * x_arcmin
        return error


@dataclass(frozen=True, slots=True)
class ModuleTerms:
    """Terms of all arrays, and where they come from.

    Attributes
    ----------
    source : str
        ``"Ma+2023, Table 2"``, ``"fit of epochs 1 and 2"``, or the name of a file.
    terms : tuple of ModuleTerm
        One a filter and array id.
    calibration : str
        Context of the data that they hold for; ``""``: not known.
    """

    source: str
    terms: tuple[ModuleTerm, ...]
    calibration: str = ""

    def of(self, filter_name: str, array: str) -> ModuleTerm | None:
        """Return the term of an array in a filter, or `None`."""
        wanted = (filter_name.upper(), array)
        return next((one for one in self.terms if (one.filter, one.array) == wanted), None)


def published_terms() -> ModuleTerms:
    """Return Table 2 of Ma+2023, for data calibrated with jwst_1130.pmap."""
    published = read_toml("published/ma2023_table2.toml")
    return ModuleTerms(
        str(published["source"]),
        tuple(
            ModuleTerm(
                one["filter"], one["id"], one["delta_ab"], one["delta_ab_error"],
                one.get("slope", 0.0), one.get("slope_error", _NAN),
            )
            for one in published["array"]
        ),
        str(published["context"]),
    )  # fmt: skip


def fitted_terms(
    models: GradientModels, *, left_out: Iterable[tuple[str, str]] = ()
) -> ModuleTerms:
    """Return the terms of a fit: of the last calibration, and of the first epochs that have them.

    Parameters
    ----------
    models : GradientModels
        The fit.
    left_out : iterable of (str, str)
        Filters and array ids that are not to be corrected.

    Raises
    ------
    DataError
        If no array has a fit.
    """
    skipped = set(left_out)
    fitted = [one for one in models.arrays if not one.reason]
    fitted = [one for one in fitted if (one.filter, one.array) not in skipped]
    if not fitted:
        raise DataError("No array has a fit.", hint="Bring arrays back, or apply Table 2.")
    latest = max(one.calibration for one in fitted)
    chosen: dict[tuple[str, str], ArrayGradient] = {}
    for one in fitted:
        if one.calibration == latest:
            chosen.setdefault((one.filter, one.array), one)
    first = next(iter(chosen.values()))
    return ModuleTerms(
        f"fit of epochs {first.first} and {first.second}",
        tuple(
            ModuleTerm(
                one.filter, one.array, one.delta_ab, one.delta_ab_error, one.slope, one.slope_error
            )
            for one in chosen.values()
        ),
        latest,
    )


def read_module_terms(table: DataTable, name: str) -> ModuleTerms:
    """Return the terms that a table holds.

    Parameters
    ----------
    table : DataTable
        Columns as in `TERM_COLUMNS`: those that this program writes, or those of the table that
        was published with Ma+2023. Rows without an offset are skipped; of several rows of one
        array the first of the last calibration counts.
    name : str
        Name of the file.

    Raises
    ------
    DataError
        If a column is missing, an array is not known, or there is no offset.
    """
    names = {one.lower(): one for one in table.columns}
    found = {
        what: next((names[one] for one in said if one in names), "")
        for what, said in TERM_COLUMNS.items()
    }
    columns = {what: table.columns[column] for what, column in found.items() if column}
    for what in ("array", "filter", "delta_ab"):
        if what not in columns:
            raise DataError(
                f"{name} has no column “{what}”.", hint="The page on formats lists the columns."
            )
    order = _latest_first(table, names)
    rows = [_row(columns, i, name) for i in order]
    chosen: dict[tuple[str, str], ModuleTerm] = {}
    for one in rows:
        if np.isfinite(one.delta_ab):
            chosen.setdefault((one.filter, one.array), one)
    if not chosen:
        raise DataError(f"{name} holds no offset.", hint="Open a table with numbers.")
    contexts = table.columns.get(names.get("calibration", ""))
    latest = max(contexts, default="") if isinstance(contexts, tuple) else ""
    return ModuleTerms(name, tuple(chosen.values()), latest)


def _latest_first(table: DataTable, names: dict[str, str]) -> list[int]:
    contexts = table.columns.get(names.get("calibration", ""))
    order = list(range(table.size))
    if isinstance(contexts, tuple):
        last = max(contexts)
        order.sort(key=lambda i: contexts[i] != last)
    return order


def _row(columns: dict[str, FloatArray | tuple[str, ...]], i: int, name: str) -> ModuleTerm:
    def number(what: str) -> float:
        values = columns.get(what)
        return float(values[i]) if isinstance(values, np.ndarray) else _NAN

    array = _text(columns["array"][i]).lower().removeprefix("nrc")
    array = "long" if array in {"long", "5"} else array
    if array not in ARRAYS:
        raise DataError(
            f"{name}, row {i + 1}: {array!r} is no array.", hint="Write 1, 2, 3, 4 or long."
        )
    slope = number("slope")
    has_slope = is_long_wave(array) and np.isfinite(slope)
    return ModuleTerm(
        _text(columns["filter"][i]).upper(), array, number("delta_ab"), number("delta_ab_error"),
        slope if np.isfinite(slope) else 0.0,
        number("slope_error") if has_slope else _NAN,
    )  # fmt: skip


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value).strip()
