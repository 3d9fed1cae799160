"""Tables of the photometry of images, of encircled energies, of model fluxes."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from engine.imaging.aperture_correction import published_apertures
from engine.imaging.custom_background import CustomBackground
from engine.imaging.encircled_energy import EncircledEnergies
from engine.imaging.model_fluxes import ModelFlux, ModelFluxes
from engine.imaging.photometry import Photometry
from engine.model.star_names import shown_star_name
from engine.model.table import Column, ResultTable

_NAN = float("nan")
_PX = "pix"
_FLAM = "erg / (s cm2 Angstrom)"
_MAG = 2.5 / math.log(10.0)  # magnitudes of a relative error


def photometry_table(rows: Sequence[tuple[object, Photometry]]) -> ResultTable:
    """Return one row an image: Table 5 of Gordon+2025 with center, radii and correction."""
    found = [one for _, one in rows]
    who = [one.identity for one in found]
    return ResultTable(
        "Photometry of stars in images",
        (
            _text("name", (shown_star_name(one.target) for one in who)),
            _text("program", (one.program for one in who)),
            _text("filter", (one.filter for one in who)),
            _text("subarray", (one.subarray for one in who)),
            _number("time_mjd", "d", (_NAN if w.mjd is None else w.mjd for w in who), ""),
            _number("x", _PX, (one.place.x for one in found), "Center, from 0"),
            _number("y", _PX, (one.place.y for one in found), "Center, from 0"),
            _text("center", (one.place.how for one in found), "How it was found"),
            _number("radius", _PX, (one.apertures.radius_px for one in found), "Aperture"),
            _number("inner", _PX, (one.apertures.inner_px for one in found), "Annulus"),
            _number("outer", _PX, (one.apertures.outer_px for one in found), "Annulus"),
            _number("rate_dn_s", "DN / s", (one.flux_dn_s for one in found), "In the aperture"),
            _number("rate_error_dn_s", "DN / s", (one.flux_error for one in found), "One sigma"),
            _number(
                "propagated_dn_s", "DN / s", (one.propagated_error for one in found), "Of pixels"
            ),
            _number(
                "background_part_dn_s", "DN / s", (one.background_error for one in found), "Of it"
            ),
            _number(
                "background_dn_s", "DN / s", (one.background_dn_s for one in found), "Per pixel"
            ),
            _number("peak_rate_dn_s", "DN / s", (one.peak_dn_s for one in found), "Central pixel"),
            _number("well_depth_dn", "DN", (one.well_depth_dn for one in found), "Central pixel"),
            _number("integration_time_s", "s", (one.integration_s for one in found), ""),
            _number(
                "aperture_correction", "", (one.correction.value for one in found), "Eqs. 1, 2"
            ),
            _number(
                "aperture_correction_error", "", (one.correction.error for one in found), "Sigma"
            ),
            _number("flux_jy", "Jy", (one.flux_jy for one in found), "By PHOTMJSR of the image"),
            _number("flux_error_jy", "Jy", (one.flux_error_jy for one in found), "One sigma"),
            _text("remarks", (" ".join(one.messages) for one in found)),
        ),
    )


def energy_table(rows: Sequence[tuple[object, EncircledEnergies]]) -> ResultTable:
    """Return one row a filter and radius: encircled energy of the stars and of the model."""
    found = [(one, i) for _, one in rows for i in range(one.radius_px.size)]
    return ResultTable(
        "Encircled energy",
        (
            _text("filter", (one.filter for one, _ in found)),
            _number("radius", _PX, (one.radius_px[i] for one, i in found), ""),
            _number(
                "radius_arcsec",
                "arcsec",
                (one.radius_px[i] * one.pixel_arcsec for one, i in found),
                "",
            ),
            _number("encircled_energy", "", (one.energy[i] for one, i in found), "Joined"),
            _number("model", "", (one.model[i] for one, i in found), "The model alone"),
            _text(
                "from",
                (
                    "stars" if one.observed and one.radius_px[i] <= one.join_px else "model"
                    for one, i in found
                ),
            ),
        ),
    )


def energy_radius_table(rows: Sequence[tuple[object, EncircledEnergies]]) -> ResultTable:
    """Return one row a filter and part of the light, with the printed numbers beside."""
    found = [(one, i) for _, one in rows for i in range(one.parts.size)]
    return ResultTable(
        "Radii of encircled energy",
        (
            _text("filter", (one.filter for one, _ in found)),
            _number("part", "", (one.parts[i] for one, i in found), "Of all light"),
            _number("radius", _PX, (one.part_radius_px[i] for one, i in found), "As measured"),
            _number(
                "radius_error", _PX, (one.part_error_px[i] for one, i in found), "See error_from"
            ),
            _number("published_radius", _PX, (_published(one, i) for one, i in found), "Table 4"),
            _number(
                "aperture_correction", "", (one.correction.value for one, _ in found), "Eqs. 1, 2"
            ),
            _number(
                "aperture_correction_error", "", (one.correction.error for one, _ in found), "Sigma"
            ),
            _number(
                "printed_correction",
                "",
                (_printed(one) for one, _ in found),
                "Table 4 as printed: does not follow from its radii, not used",
            ),
            _count("n_observations", (len(one.observed) for one, _ in found), ""),
            _text("outside", (one.outside for one, _ in found), "Model beyond the join"),
            _text("error_from", (one.error_from for one, _ in found), "What the errors contain"),
        ),
    )


def background_table(rows: Sequence[tuple[object, CustomBackground]]) -> ResultTable:
    """Return one row an observation: level and structure of the mean of its dithers."""
    found = [one for _, one in rows]
    return ResultTable(
        "Backgrounds of dithers",
        (
            _text("dithers", (", ".join(one.titles) for one in found)),
            _count("n", (len(one.ids) for one in found), "Dithers"),
            _number("level", "", (_level(one) for one in found), "Median, unit beside"),
            _number("structure", "", (_spread(one) for one in found), "16 to 84 %, halved"),
            _text("unit", (one.unit for one in found)),
            _number("mask", _PX, (one.mask_px for one in found), "Radius"),
            _number("lost", "", (one.lost for one in found), "Of the star, with the background"),
            _text("remarks", (" ".join(one.messages) for one in found)),
        ),
    )


def flux_table(rows: Sequence[tuple[object, ModelFluxes]]) -> ResultTable:
    """Return one row a star and filter."""
    found = [one for _, fluxes in rows for one in fluxes.fluxes]
    return ResultTable(
        "Model fluxes",
        (
            _text("name", (one.star for one in found)),
            _text("filter", (one.filter for one in found)),
            _number("flux_jy", "Jy", (one.flux_jy for one in found), "At the pivot"),
            _number("flux_error_jy", "Jy", (one.error_jy for one in found), "One sigma"),
            _number("flam", _FLAM, (one.flam for one in found), "At the pivot"),
            _number("flam_error", _FLAM, (one.flam * _relative(one) for one in found), "One sigma"),
            _number("mag", "mag", (one.mag for one in found), "Sirius-Vega"),
            _number("mag_error", "mag", (_MAG * _relative(one) for one in found), "One sigma"),
            _number("coverage", "", (one.coverage for one in found), "Part of the bandpass"),
        ),
    )


def zero_point_table(rows: Sequence[tuple[object, ModelFluxes]]) -> ResultTable:
    """Return one row a filter: the flux of magnitude zero beside the published one."""
    found = [one for _, fluxes in rows for one in fluxes.zero_points]
    return ResultTable(
        "Zero points of Sirius-Vega magnitudes",
        (
            _text("filter", (one.filter for one in found)),
            _number("pivot_um", "um", (one.pivot_um for one in found), "Pivot wavelength"),
            _number("flam", _FLAM, (one.flam for one in found), "Computed here"),
            _number("fnu_jy", "Jy", (one.fnu_jy for one in found), "Computed here"),
            _number(
                "published_flam",
                _FLAM,
                (one.published_flam for one in found),
                "Gordon+2025, Table 6",
            ),
            _number(
                "published_fnu_jy",
                "Jy",
                (one.published_fnu_jy for one in found),
                "Gordon+2025, Table 6",
            ),
        ),
    )


def _relative(one: ModelFlux) -> float:
    """Return the relative error of a flux; NaN without one."""
    return one.error_jy / one.flux_jy if one.flux_jy > 0 else float("nan")


def _published(one: EncircledEnergies, i: int) -> float:
    row = published_apertures().get(one.filter)
    if row is None:
        return _NAN
    radii = row.apertures
    by_part = {0.70: radii.radius_px, 0.80: radii.inner_px, 0.85: radii.outer_px}
    return by_part.get(round(float(one.parts[i]), 2), _NAN)


def _printed(one: EncircledEnergies) -> float:
    row = published_apertures().get(one.filter)
    return _NAN if row is None else row.printed


def _level(one: CustomBackground) -> float:
    known = one.mean[np.isfinite(one.mean)]
    return float(np.median(known)) if known.size else _NAN


def _spread(one: CustomBackground) -> float:
    known = one.mean[np.isfinite(one.mean)]
    if not known.size:
        return _NAN
    low, high = np.percentile(known, (16.0, 84.0))
    return float(high - low) / 2.0


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[Any], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
