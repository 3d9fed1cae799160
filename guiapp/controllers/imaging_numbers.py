"""The tables beside the panels of calibration factors of images, and what is said about them."""

from collections.abc import Iterable

import numpy as np

from engine.arrays import BoolArray
from engine.imaging.factor_results import FactorStudy
from engine.imaging.panel_sets import PanelSet
from engine.model.table import Column, ResultTable
from engine.project.observation_tables import FACTOR_UNIT, average_table, flag_table
from guiapp.controllers.view_controller import columns_of
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.views.imaging_factors import FactorNumbers
from guiapp.views.trend_words import change_text

_AVERAGES = {
    "filter": "filter", "factor": "C", "error": "±", "error_percent": "σ(CF)",
    "total_percent": "total", "scatter_percent": "scatter", "n_stars": "Σ weights",
    "n_used": "used", "n_rows": "of", "n_deviant": "deviate", "repeatability_percent": "repeat",
}  # fmt: skip
_FLAGS = {
    "kind": "kind", "name": "name", "observation": "observation", "sigma": "σ", "used": "used",
    "reason": "reason", "remarks": "remarks",
}  # fmt: skip


def factor_numbers(study: FactorStudy, panels: PanelSet) -> FactorNumbers:
    """Return the tables for what the panels show; averages and flags are of all filters."""
    rows = _shown_rows(study, panels)
    flags = flag_table([("", study)])
    return FactorNumbers(
        observations=_observations(study, rows),
        averages=columns_of(average_table([("", study)]), _AVERAGES),
        flags=columns_of(flags, _FLAGS),
        ids=tuple(study.table.ids[row] for row in np.flatnonzero(rows)),
        filters=tuple(one.name for one in study.filters),
        flag_ids=_flag_ids(study),
        n_flags=_open_flags(study),
    )


def average_columns(study: FactorStudy) -> ResultTable:
    """Return filter, factor, error and sum of weights: what fits into the inspector."""
    names = {"filter": "filter", "factor": "C", "error": "±", "n_stars": "Σ weights"}
    return columns_of(average_table([("", study)]), names)


def chip_text(study: FactorStudy, panels: PanelSet) -> str:
    """Return the average of the filter that is shown; ``""`` for all filters."""
    own = study.of(panels.subject) if panels.is_of_filter else None
    if own is None:
        return ""
    average = own.average
    mean = number_text(average.mean, average.error)
    stars = f"Σ weights {fixed_text(average.n_stars, 1)} stars"
    if not np.isfinite(average.error):
        return f"C {mean}   {stars}"
    return (
        f"C {mean}   error {fixed_text(average.error_percent, 2)} %, with that of the time loss "
        f"{fixed_text(own.total_percent, 2)} %   scatter "
        f"{fixed_text(average.scatter_percent, 1)} %   {stars}"
    )


def words_of(study: FactorStudy, panels: PanelSet) -> str:
    """Return what is to be reported, in one line: suspected stars, then trends."""
    found = [one.words for one in study.suspects if not _is_out(study, one.star)]
    for trends in panels.trends:
        name = trends.table.title.rpartition(" ")[2]
        shown = trends.reported
        if not panels.is_of_filter:
            shown = tuple(one for one in shown if one.parameter == panels.subject)
        found += [f"The factor of {name} {change_text(trends, one)}." for one in shown]
    if found:
        return " ".join(found)
    what = "filter" if not panels.is_of_filter else "parameter"
    return f"No {what} shows a trend, and no star is suspected."


def _is_out(study: FactorStudy, star: str) -> bool:
    table = study.table
    own = [reason for name, reason in zip(table.stars, table.reasons, strict=True) if name == star]
    return bool(own) and all(own)


def _open_flags(study: FactorStudy) -> int:
    stars = sum(not _is_out(study, one.star) for one in study.suspects)
    reasons = np.array([bool(one) for one in study.table.reasons], dtype=bool)
    return stars + int(np.count_nonzero(study.is_deviant & ~reasons))


def _shown_rows(study: FactorStudy, panels: PanelSet) -> BoolArray:
    if not panels.is_of_filter:
        return np.ones(len(study.table), dtype=bool)
    return np.array([one == panels.subject for one in study.table.filters], dtype=bool)


def _observations(study: FactorStudy, rows: BoolArray) -> ResultTable:
    table = study.table
    where = np.flatnonzero(rows)
    used = ["yes" if study.is_used[row] else "" for row in where]
    return ResultTable(
        "Observations",
        (
            _text("star", (table.stars[row] for row in where)),
            _text("type", (table.classes[row] for row in where)),
            _text("filter", (table.filters[row] for row in where)),
            _text("subarray", (table.subarrays[row] for row in where)),
            _text("PID", (table.programs[row] for row in where)),
            Column("MJD", "", np.round(table.mjd[where], 2), "Date, unit days"),
            Column("C", FACTOR_UNIT, study.factor[where], "Corrected for time and subarray"),
            Column("±", FACTOR_UNIT, study.error[where], "Of the photometry, one sigma"),
            Column("σ", "", study.sigma[where], "From the average of the others"),
            _text("used", used),
            _text("left out", (table.reasons[row] for row in where)),
            _text("remarks", (study.notes[row] for row in where)),
            Column("model", "mJy", 1e3 * table.model_jy[where], "Flux of the model"),
            Column("rate", "DN/s", table.flux_dn_s[where], "In the aperture"),
            Column("background", "DN/s", table.background_dn_s[where], "Per pixel"),
            Column("peak", "DN/s", table.peak_dn_s[where], "Central pixel"),
            Column("well", "DN", table.well_depth_dn[where], "Central pixel"),
            Column("integration", "s", table.integration_s[where], "Time of one integration"),
            Column("A_cor", "", table.aperture_correction[where], "To an infinite aperture"),
        ),
    )


def _flag_ids(study: FactorStudy) -> tuple[tuple[str, ...], ...]:
    """Return the observations of each row of the table of flags."""
    table = study.table
    found = [
        tuple(one for one, star in zip(table.ids, table.stars, strict=True) if star == suspect.star)
        for suspect in study.suspects
    ]
    found += [
        (table.ids[row],) for row, note in enumerate(study.notes) if note or table.reasons[row]
    ]
    return tuple(found)


def _text(name: str, values: Iterable[str]) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), "")
