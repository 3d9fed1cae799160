"""Tables of photometry of stars in images, and of the calibration factors that follow from it."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.imaging.factor_results import FactorStudy
from engine.imaging.observations import ImagingTable
from engine.imaging.panel_sets import PanelSet
from engine.imaging.source_types import SourceTypes, TypeMean, TypeRatio
from engine.model.table import Column, ResultTable
from engine.project.trend_tables import trend_table

FACTOR_UNIT = "MJy s / (DN sr)"
_COLUMNS = (
    ("time_mjd", "mjd", "d", "Middle of the observation"),
    ("integration_time_s", "integration_s", "s", "Of one integration"),
    ("rate_dn_s", "flux_dn_s", "DN / s", "In the aperture, background subtracted"),
    ("rate_error_dn_s", "flux_error", "DN / s", "One sigma"),
    ("background_dn_s", "background_dn_s", "DN / s", "Per pixel"),
    ("peak_rate_dn_s", "peak_dn_s", "DN / s", "Of the central pixel"),
    ("well_depth_dn", "well_depth_dn", "DN", "Of the central pixel"),
    ("aperture_px", "aperture_px", "pixel", "Radius of the aperture"),
    ("inner_px", "inner_px", "pixel", "Inner radius of the annulus"),
    ("outer_px", "outer_px", "pixel", "Outer radius of the annulus"),
    ("aperture_correction", "aperture_correction", "", "Gordon+2025, Eqs. 1 and 2"),
    ("aperture_correction_error", "aperture_correction_error", "", "One sigma"),
    ("model_jy", "model_jy", "Jy", "Flux of the model in the band"),
    ("model_error_jy", "model_error", "Jy", "One sigma"),
    ("solid_angle_sr", "solid_angle_sr", "sr", "Of one pixel"),
)


def observation_table(rows: Sequence[tuple[object, ImagingTable]]) -> ResultTable:
    """Return one row an observation, with the columns of docs/formats.md: it can be opened."""
    tables = [one for _, one in rows]
    return ResultTable("Photometry of stars in images", tuple(_own_columns(tables)))


def imaging_factor_table(rows: Sequence[tuple[object, FactorStudy]]) -> ResultTable:
    """Return one row an observation with its factor, raw and corrected, and what is against it."""
    studies = [one for _, one in rows]
    used = [kept for one in studies for kept in one.is_used]
    return ResultTable(
        "Calibration factors of the observations",
        (
            *_own_columns([one.table for one in studies]),
            _numbers(studies, "factor_raw", lambda s: s.raw.value, FACTOR_UNIT, "Eq. 3"),
            _numbers(studies, "factor_error", lambda s: s.raw.error, FACTOR_UNIT, "All terms"),
            _numbers(studies, "time_correction", lambda s: s.time_correction, "", "C(t)/C(inf)"),
            _numbers(studies, "d_sa", lambda s: s.subarray_correction, "", "Of the subarray"),
            _numbers(studies, "factor", lambda s: s.factor, FACTOR_UNIT, "Corrected for both"),
            _numbers(studies, "weight", lambda s: s.weights, "", "Each star counts once"),
            _numbers(studies, "sigma", lambda s: s.sigma, "", "From the average of the others"),
            _text("used", ["yes" if kept else "" for kept in used], "In the average"),
            _text("remarks", [text for one in studies for text in one.notes]),
        ),
    )


def average_table(rows: Sequence[tuple[object, FactorStudy]]) -> ResultTable:
    """Return one row a filter: its average factor as in Gordon+2025, Table 8."""
    found = [one for _, study in rows for one in study.filters]
    means = [one.average for one in found]
    return ResultTable(
        "Average calibration factors of the filters",
        (
            _text("filter", [one.name for one in found]),
            _column("pivot_um", [one.pivot_um for one in found], "um", "Pivot wavelength"),
            _column("factor", [one.mean for one in means], FACTOR_UNIT, "Each star counts once"),
            _column("error", [one.error for one in means], FACTOR_UNIT, "Of the mean"),
            _column("error_percent", [one.error_percent for one in means], "%", "sigma(CF)"),
            _column("loss_percent", [one.loss_percent for one in found], "%", "Of the loss"),
            _column("total_percent", [one.total_percent for one in found], "%", "With the loss"),
            _column("scatter", [one.scatter for one in means], FACTOR_UNIT, "Of an observation"),
            _column("scatter_percent", [one.scatter_percent for one in means], "%", "The same"),
            _column("n_stars", [one.n_stars for one in means], "", "By weight: n_used / n"),
            _count("n_used", [one.n_used for one in means], "Observations in the average"),
            _count("n_rows", [one.n_rows for one in means], "Observations with a factor"),
            _count("n_deviant", [one.n_deviant for one in found], "Observations that deviate"),
            _count("n_left_out", [one.n_excluded for one in found], "Left out by the user"),
            _column(
                "repeatability_percent",
                [100.0 * one.repeatability for one in found],
                "%",
                "sigma(repeat): of repeated observations of one star",
            ),
        ),
    )


def flag_table(rows: Sequence[tuple[object, FactorStudy]]) -> ResultTable:
    """Return one row for everything that is flagged or left out: stars first."""
    found: list[tuple[str, str, str, float, str, str, str]] = []
    for _, study in rows:
        table = study.table
        found += [
            ("star", one.star, "", one.significance, "", one.reason, one.words)
            for one in study.suspects
        ]
        for row, note in enumerate(study.notes):
            if note or table.reasons[row]:
                where = f"{table.filters[row]} {table.subarrays[row]} MJD {table.mjd[row]:.1f}"
                used = "yes" if study.is_used[row] else ""
                sigma = abs(float(study.sigma[row]))
                words = (used, table.reasons[row], note)
                found.append(("observation", table.stars[row], where, sigma, *words))
    return ResultTable(
        "Flags of stars and observations, and reasons",
        (
            _text("kind", [one[0] for one in found]),
            _text("name", [one[1] for one in found]),
            _text("observation", [one[2] for one in found]),
            _column("sigma", [one[3] for one in found], "", "How clear it is"),
            _text("used", [one[4] for one in found], "In the average"),
            _text("reason", [one[5] for one in found], "Why it is left out, or may be"),
            _text("remarks", [one[6] for one in found]),
        ),
    )


def panel_table(rows: Sequence[tuple[object, PanelSet]]) -> ResultTable:
    """Return one row a filter and parameter: the trend, and how likely it is by chance."""
    return trend_table([(name, found) for name, one in rows for found in one.trends])


def type_table(rows: Sequence[tuple[object, SourceTypes]]) -> ResultTable:
    """Return one row a type and filter, and one a type for all filters."""
    ratios = [one for _, found in rows for one in found.ratios]
    means = [one for _, found in rows for one in found.means]
    both: list[TypeRatio | TypeMean] = [*ratios, *means]
    nan = float("nan")
    return ResultTable(
        "Factors of types of stars over those of all",
        (
            _text("source_type", [one.star_class for one in both]),
            _text("filter", [*(one.filter_name for one in ratios), *("all" for _ in means)]),
            _column("pivot_um", [*(o.pivot_um for o in ratios), *(nan for _ in means)], "um", ""),
            _column("ratio", [one.ratio for one in both], "", "Over all types"),
            _column("error", [one.error for one in both], "", "Of the mean"),
            _column(
                "significance",
                [*((o.ratio - 1.0) / o.error for o in ratios), *(o.significance for o in means)],
                "",
                "Of the distance from 1, in sigma",
            ),
            _column(
                "n_stars",
                [*(o.average.n_stars for o in ratios), *(float(o.n_stars) for o in means)],
                "",
                "Sum of n_used / n; for all filters: different stars",
            ),
        ),
    )


def _own_columns(tables: Sequence[ImagingTable]) -> list[Column]:
    named = {
        "id": "ids", "name": "stars", "program": "programs", "source_type": "classes",
        "filter": "filters", "subarray": "subarrays",
    }  # fmt: skip
    columns = [
        _text(name, [text for one in tables for text in getattr(one, attribute)])
        for name, attribute in named.items()
    ]
    columns += [
        Column(name, unit, _joined(getattr(one, attribute) for one in tables), about)
        for name, attribute, unit, about in _COLUMNS
    ]
    columns.append(_text("left_out", [text for one in tables for text in one.reasons], "Why"))
    columns.append(_text("flag", [text for one in tables for text in one.flags]))
    return columns


def _numbers(
    studies: Sequence[FactorStudy],
    name: str,
    of: Callable[[FactorStudy], np.ndarray],
    unit: str,
    about: str,
) -> Column:
    return Column(name, unit, _joined(of(one) for one in studies), about)


def _joined(values: Iterable[FloatArray]) -> FloatArray:
    return np.concatenate([np.zeros(0), *values])


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _column(name: str, values: Iterable[float], unit: str, description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
