"""What factors of images may depend on: eight parameters of star and detector (Gordon+2025)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from engine.arrays import FloatArray, IntArray, freeze
from engine.compare.factor_table import FactorTable, Parameter, Scale
from engine.compare.trend_results import FactorTrends, Level, Trend, TrendParams
from engine.compare.trends import measure_trends
from engine.errors import DataError
from engine.imaging.averages import FactorAverage
from engine.imaging.calibration_curve import DAY_ZERO_MJD
from engine.imaging.factor_results import FactorStudy

FACTOR_UNIT = "MJy/sr per DN/s"
CHANCE = 0.003  #: of a trend that is reported: three sigma
_ONE = "One observation is used: nothing to compare."
_MJY = 1e3  # mJy in one Jy


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """One of the eight parameters.

    Attributes
    ----------
    name, label, unit : str
        As in tables; in words; ``""``: none.
    column : str
        Of `engine.imaging.observations.ImagingTable`.
    scale : {"linear", "log"}
        The axis of the paper.
    figure : str
        Where the paper shows it for all filters.
    """

    name: str
    label: str
    unit: str
    column: str
    scale: Scale
    figure: str


@cache
def parameter_kinds() -> Mapping[str, ParameterKind]:
    """Return the eight parameters of Gordon+2025, Figs. 6, 8 and 10 to 17, by name."""
    kinds = (
        ParameterKind("model_flux_mjy", "Model flux", "mJy", "model_jy", "log", "Fig. 10"),
        ParameterKind("background_dn_s", "Background", "DN/s", "background_dn_s", "log", "Fig. 11"),
        ParameterKind("day", "Day", "MJD − 59720", "mjd", "linear", "Fig. 12"),
        ParameterKind("source_type", "Source type", "", "classes", "linear", "Fig. 13"),
        ParameterKind("peak_rate_dn_s", "Peak rate", "DN/s", "peak_dn_s", "log", "Fig. 14"),
        ParameterKind("well_depth_dn", "Well depth", "DN", "well_depth_dn", "linear", "Fig. 15"),
        ParameterKind(
            "integration_time_s", "Integration time", "s", "integration_s", "log", "Fig. 16"
        ),
        ParameterKind("subarray", "Subarray", "", "subarrays", "linear", "Fig. 17"),
    )
    return {one.name: one for one in kinds}


def filter_table(study: FactorStudy, filter_name: str) -> FactorTable:
    """Return the corrected factors of a filter with the eight parameters.

    Parameters
    ----------
    study : FactorStudy
        All factors.
    filter_name : str
        Which of them.

    Returns
    -------
    FactorTable
        Rows in the order of the observations. What deviates is left out like what the user left
        out, with its own reason.
    """
    rows = np.array([i for i, one in enumerate(study.table.filters) if one == filter_name])
    rows = rows.astype(np.int64)
    table = study.table
    return FactorTable(
        title=f"Factors of {filter_name}",
        unit=FACTOR_UNIT,
        ids=_picked(table.ids, rows),
        stars=_picked(table.stars, rows),
        classes=_picked(table.classes, rows),
        factor=freeze(study.factor[rows]),
        error=freeze(study.error[rows]),
        reasons=tuple(_reason(study, int(row)) for row in rows),
        flags=_picked(study.notes, rows),
        notes=tuple(_note(study, int(row)) for row in rows),
        parameters=tuple(_parameter(study, one, rows) for one in parameter_kinds().values()),
    )


def filter_trends(study: FactorStudy, filter_name: str, *, chance: float = CHANCE) -> FactorTrends:
    """Return how the factors of a filter depend on the eight parameters.

    Parameters
    ----------
    study : FactorStudy
        All factors.
    filter_name : str
        Which of them.
    chance : float, optional
        A trend is reported when it arises by chance less often than this, the eight together.

    Returns
    -------
    FactorTrends
        The mean is the weighted average of the study, and its scatter that of an observation.

    Raises
    ------
    DataError
        If no observation of the filter has a factor.
    """
    own = study.of(filter_name)
    if own is None or not own.average.n_used:
        raise DataError(
            f"No observation of {filter_name} is used.",
            hint="Bring observations back, or keep those that deviate.",
        )
    table = filter_table(study, filter_name)
    level = _level_of(own.average)
    if own.average.n_used < 2:
        nothing = tuple(Trend(one, reason=_ONE) for one in parameter_kinds())
        return FactorTrends(table, level, (), (), (), nothing, 0)
    found = _trends_of(_Question(table, TrendParams(chance=chance)))
    return replace(found, table=table, all=level)


def all_trends(study: FactorStudy, *, chance: float = CHANCE) -> dict[str, FactorTrends]:
    """Return the trends of all filters that have a factor, in the order of wavelength."""
    return {
        one.name: filter_trends(study, one.name, chance=chance)
        for one in study.filters
        if one.average.n_used
    }


class _Question:
    """A table of which the trends are asked for: the same numbers are the same question.

    An edit changes the observations of one filter, and by their loss with time those of few
    others: the trends of all others are at hand.
    """

    def __init__(self, table: FactorTable, params: TrendParams) -> None:
        self.table = table
        self.params = params
        columns = [one.numbers.tobytes() for one in table.parameters]
        self._content = (
            table.stars, table.classes, table.factor.tobytes(), table.error.tobytes(),
            table.used.tobytes(), params, *columns, *(one.texts for one in table.parameters),
        )  # fmt: skip

    def __hash__(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self._content == other._content


@lru_cache(maxsize=96)
def _trends_of(question: _Question) -> FactorTrends:
    return measure_trends(question.table, question.params)


def _level_of(average: FactorAverage) -> Level:
    return Level(
        "all",
        average.n_used,
        round(average.n_stars),
        average.mean,
        average.error,
        average.scatter,
    )


def _picked(values: tuple[str, ...], rows: IntArray) -> tuple[str, ...]:
    return tuple(values[row] for row in rows)


def _reason(study: FactorStudy, row: int) -> str:
    """Return why an observation takes no part; ``""``: it does, or it has no factor."""
    if study.table.reasons[row] or study.is_used[row] or not study.is_deviant[row]:
        return study.table.reasons[row]
    return f"more than {study.params.sigma:g} σ from the average"


def _note(study: FactorStudy, row: int) -> str:
    table = study.table
    program = f"PID {table.programs[row]}" if table.programs[row] else ""
    date = f"MJD {table.mjd[row]:.1f}" if np.isfinite(table.mjd[row]) else ""
    return "   ".join(filter(None, (program, table.subarrays[row], date)))


def _parameter(study: FactorStudy, kind: ParameterKind, rows: IntArray) -> Parameter:
    values = getattr(study.table, kind.column)
    if isinstance(values, tuple):
        return Parameter(kind.name, kind.label, kind.unit, texts=_picked(values, rows))
    return Parameter(
        kind.name, kind.label, kind.unit, freeze(_shown(kind, values[rows])), scale=kind.scale
    )


def _shown(kind: ParameterKind, values: FloatArray) -> FloatArray:
    if kind.name == "day":
        return values - DAY_ZERO_MJD
    return values * _MJY if kind.name == "model_flux_mjy" else values
