"""Photometry of images as rows of the table of observations (Gordon+2025, Table 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.imaging.model_fluxes import ModelFluxes
from engine.imaging.observations import ImagingTable
from engine.imaging.photometry import Photometry
from engine.model.star_names import shown_star_name, star_key
from engine.model.stars import STELLAR_CLASSES, star_named


@dataclass(frozen=True, slots=True)
class MeasuredImage:
    """The photometry of one image.

    Attributes
    ----------
    id : str
        What the user excludes: the id of the image in the session.
    photometry : Photometry
        What was measured.
    star : str
        Name of the star; ``""``: that of the image.
    """

    id: str
    photometry: Photometry
    star: str = ""


def rows_from_photometry(
    measured: Sequence[MeasuredImage],
    fluxes: ModelFluxes | None = None,
    *,
    reasons: Mapping[str, str] | None = None,
) -> ImagingTable:
    """Make rows of the table of observations of the photometry of images.

    Parameters
    ----------
    measured : sequence of MeasuredImage
        Images with their photometry; any number, also none.
    fluxes : ModelFluxes, optional
        Model fluxes; a star without a model, and a filter without a bandpass, get NaN.
    reasons : mapping of str to str, optional
        Why the user left an image out, by id.

    Returns
    -------
    ImagingTable
        One row an image, in their order. What is known against one stands in `flags`.
    """
    found = [one.photometry for one in measured]
    stars = [shown_star_name(one.star or one.photometry.identity.target) for one in measured]
    models = [
        None if fluxes is None else fluxes.of(star, one.identity.filter)
        for star, one in zip(stars, found, strict=True)
    ]
    nan = float("nan")
    given = reasons or {}
    return ImagingTable(
        ids=tuple(one.id for one in measured),
        stars=tuple(stars),
        classes=tuple(_class_of(star) for star in stars),
        filters=tuple(one.identity.filter for one in found),
        subarrays=tuple(one.identity.subarray for one in found),
        programs=tuple(one.identity.program for one in found),
        mjd=_column([nan if one.identity.mjd is None else one.identity.mjd for one in found]),
        integration_s=_column([one.integration_s for one in found]),
        flux_dn_s=_column([one.flux_dn_s for one in found]),
        flux_error=_column([one.flux_error for one in found]),
        background_dn_s=_column([one.background_dn_s for one in found]),
        peak_dn_s=_column([one.peak_dn_s for one in found]),
        well_depth_dn=_column([one.well_depth_dn for one in found]),
        aperture_px=_column([one.apertures.radius_px for one in found]),
        inner_px=_column([one.apertures.inner_px for one in found]),
        outer_px=_column([one.apertures.outer_px for one in found]),
        aperture_correction=_column([one.correction.value for one in found]),
        aperture_correction_error=_column([one.correction.error for one in found]),
        model_jy=_column([nan if one is None else one.flux_jy for one in models]),
        model_error=_column([nan if one is None else one.error_jy for one in models]),
        solid_angle_sr=_column([one.pixel_sr for one in found]),
        reasons=tuple(given.get(one.id, "") for one in measured),
        flags=tuple(
            " ".join(filter(None, (_flag(one), _without_model(fluxes, star, one.identity.filter))))
            for star, one in zip(stars, found, strict=True)
        ),
    )


def _class_of(star: str) -> str:
    found = star_named(star) if star else None
    return found.star_class if found is not None and found.star_class in STELLAR_CLASSES else ""


def _flag(one: Photometry) -> str:
    """Return the reason why there is no flux, which is said last."""
    return "" if np.isfinite(one.flux_dn_s) or not one.messages else one.messages[-1]


def _without_model(fluxes: ModelFluxes | None, star: str, name: str) -> str:
    """Return why there is no model flux; ``""``: there is one."""
    none = "there is no model flux."
    if fluxes is None or all(star_key(one.star) != star_key(star) for one in fluxes.fluxes):
        return f"No model of {star or 'an unnamed star'} is open: {none}"
    if all(one.filter != name for one in fluxes.fluxes):
        return f"No bandpass of {name or 'an unnamed filter'}: {none}"
    found = fluxes.of(star, name)
    if found is None or not np.isfinite(found.flux_jy):
        return f"The model of {star} gives no flux in {name}: {none}"
    return ""


def _column(values: Sequence[float]) -> FloatArray:
    return freeze(np.array(values, dtype=np.float64))


def with_model_fluxes(table: ImagingTable, fluxes: ModelFluxes) -> ImagingTable:
    """Return the table with the fluxes of models where it has none.

    Parameters
    ----------
    table : ImagingTable
        Of a file; its own model fluxes stay as they are.
    fluxes : ModelFluxes
        Of the open models.

    Returns
    -------
    ImagingTable
        NaN where there is no model of the star, or no bandpass of the filter: `flags` says which.
    """
    flux, error = table.model_jy.copy(), table.model_error.copy()
    flags = list(table.flags)
    for row in np.flatnonzero(np.isnan(flux)):
        found = fluxes.of(table.stars[row], table.filters[row])
        if found is not None:
            flux[row], error[row] = found.flux_jy, found.error_jy
        said = _without_model(fluxes, table.stars[row], table.filters[row])
        flags[row] = " ".join(filter(None, (flags[row], said)))
    return replace(table, model_jy=freeze(flux), model_error=freeze(error), flags=tuple(flags))
