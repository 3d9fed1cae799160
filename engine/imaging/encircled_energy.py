"""Encircled energy of a filter: observed stars inside, a model outside (Gordon+2025, Sec. 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, IntArray, freeze, frozen
from engine.errors import DataError
from engine.imaging.aperture_correction import (
    ENCIRCLED,
    Apertures,
    Correction,
    aperture_correction,
)
from engine.imaging.centering import StarPlace
from engine.imaging.circle_grid import overlap_of_circle
from engine.imaging.energy_errors import energy_errors
from engine.imaging.light_model import LightModel
from engine.imaging.missing_pixels import usable_values
from engine.model.image import Image
from engine.progress import SILENT, Progress

#: Parts of the light whose radii are measured: those of Gordon+2025, Fig. 2, and 0.1.
PARTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85)
_STEP_PX = 0.25
_RING_PX = 8.0  # width of the ring outside the join that the background is measured in
_FARTHEST_PX = 160.0
_SHOWN_PART = 0.92  # of the light: the curves end where the model holds as much
_LEAST_COVERED = 0.3  # of a ring's area
_LEAST_JOIN_PX = 5.0
_FALLS = 2e-3  # of the light: less is noise


@dataclass(frozen=True, slots=True)
class EnergyParams:
    """What the user decides about the encircled energy of a filter.

    Attributes
    ----------
    join_px : float
        Radius inside which the stars count, outside which the model does; 0: the model alone.
        Unit: pixel.
    outside : {"automatic", "file", "diffraction"}
        Model outside: an open table of encircled energy, or the diffraction of the telescope.
        Automatic: the table when one of the filter is open.
    background : {"ring", "none"}
        Whether a level is subtracted: of the ring outside the join, minus what the model has there.
    dithers : {"as they are", "subtract mean"}
        Whether the custom background is subtracted first.
    """

    join_px: float = 40.0
    outside: Literal["automatic", "file", "diffraction"] = "automatic"
    background: Literal["ring", "none"] = "ring"
    dithers: Literal["as they are", "subtract mean"] = "as they are"


@dataclass(frozen=True, eq=False, slots=True)
class StarImage:
    """An image of a star whose place is known.

    Attributes
    ----------
    id, title : str
        What the user excludes, and what it is called.
    image : Image
        In any unit that is proportional to light.
    place : StarPlace
        Where the star is.
    observation : str
        What it shares with its dithers; ``""``: it is an observation of its own.
    """

    id: str
    title: str
    image: Image
    place: StarPlace
    observation: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class ObservedCurve:
    """The encircled energy that one observation gives.

    Attributes
    ----------
    id, title : str
        As in `StarImage`.
    join_px : float
        Radius at which it was joined: less than asked for where the image ends before.
    energy : ndarray, shape (n,)
        Part of the light inside each radius.
    radius_px : ndarray, shape (9,)
        Radii of `PARTS`. NaN: not reached.
    correction : float
        From its own radii of 70, 80 and 85 %.
    background : float
        Level that was subtracted, in the unit of the image.
    observation : str
        As in `StarImage`.
    """

    id: str
    title: str
    join_px: float
    energy: FloatArray
    radius_px: FloatArray
    correction: float
    background: float
    observation: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class EncircledEnergies:
    """The encircled energy of a filter.

    Attributes
    ----------
    filter : str
        Its name.
    radius_px : ndarray, shape (n,)
        Radii of the curves. Unit: pixel.
    energy : ndarray, shape (n,)
        Mean of the observations; the model when there is none.
    model : ndarray, shape (n,)
        The model alone.
    observed : tuple of ObservedCurve
        One an observation.
    parts, part_radius_px, part_error_px : ndarray, shape (9,)
        `PARTS`, their radii in the mean curve, and the errors of the radii.
    correction : Correction
        From the mean radii of 70, 80 and 85 %, with its error.
    join_px : float
        As asked for. Unit: pixel.
    pixel_arcsec : float
        Side of a pixel. Unit: arcsec.
    outside : str
        The model, in words.
    messages : tuple of str
        What the user should know, one sentence each.
    error_from : str
        What the errors contain, in a sentence.
    """

    filter: str
    radius_px: FloatArray
    energy: FloatArray
    model: FloatArray
    observed: tuple[ObservedCurve, ...]
    parts: FloatArray
    part_radius_px: FloatArray
    part_error_px: FloatArray
    correction: Correction
    join_px: float
    pixel_arcsec: float
    outside: str
    messages: tuple[str, ...] = ()
    error_from: str = ""

    @property
    def apertures(self) -> Apertures:
        """The radii of 70, 80 and 85 %.

        Raises
        ------
        DataError
            If the curve does not reach them.
        """
        radii = [float(self.part_radius_px[PARTS.index(part)]) for part in ENCIRCLED]
        if not np.isfinite(radii).all():
            raise DataError(
                f"The encircled energy of {self.filter} does not reach 85 %.",
                hint="Choose another join radius, or another model outside.",
            )
        return Apertures(*radii)

    def correction_for(self, apertures: Apertures) -> Correction:
        """Return the correction of any aperture and annulus; its error is that of 70 %."""
        radii = np.array([apertures.radius_px, apertures.inner_px, apertures.outer_px])
        inside, inner, outer = (float(one) for one in np.interp(radii, self.radius_px, self.energy))
        return Correction(
            aperture_correction(apertures, (inside, inner, outer)),
            self.correction.error,
            f"encircled energy of {self.filter} as measured",
        )


def measure_energy(
    name: str,
    stars: Sequence[StarImage],
    model: LightModel,
    params: EnergyParams = EnergyParams(),
    *,
    pixel_arcsec: float,
    progress: Progress = SILENT,
) -> EncircledEnergies:
    """Measure the encircled energy of a filter on its stars.

    Parameters
    ----------
    name : str
        Of the filter.
    stars : sequence of StarImage
        Observations of bright stars; missing pixels are like the rest of their ring.
    model : LightModel
        Of the point-spread function.
    params : EnergyParams, optional
        Join radius and background.
    pixel_arcsec : float
        Side of a pixel. Unit: arcsec.
    progress : Progress, optional
        Told about every star.

    Returns
    -------
    EncircledEnergies
        Mean curve, radii and correction.

    Raises
    ------
    DataError
        If neither star nor model is given.

    Notes
    -----
    With the light I(r) inside r of a star, exact circles on its pixels, and EE_m of the model,
    ``EE(r) = I(r) EE_m(join) / I(join)`` up to the join and EE_m beyond: observed and model radial
    profiles joined multiplicatively (Gordon+2025, Sec. 2.1). The level b below I is, unless there
    is none, what the ring outside the join has beyond the model's light there: b and the total of
    the star are the solution of two linear equations. The errors are those of `energy_errors`.
    """
    _require(name, stars, params)
    end = min(max(1.25 * params.join_px, 1.1 * model.radius_of(_SHOWN_PART), 20.0), _FARTHEST_PX)
    grid = np.arange(0.0, end + _STEP_PX, _STEP_PX)
    of_model = model.inside(grid)
    curves: list[ObservedCurve] = []
    said: list[str] = []
    for done, star in enumerate(stars if params.join_px > 0 else ()):
        progress.step(done, len(stars), star.title)
        found = _observe(star, grid, of_model, params)
        if isinstance(found, ObservedCurve):
            curves.append(found)
        else:
            said.append(found)
    energy = np.mean([one.energy for one in curves], axis=0) if curves else of_model
    radii = radii_of_parts(grid, energy)
    errors = energy_errors(
        name,
        PARTS,
        radii,
        [one.radius_px for one in curves],
        [one.correction for one in curves],
        [one.observation or one.id for one in curves],
    )
    value = _from_radii(radii)
    said += _messages(name, curves, params, model)
    return EncircledEnergies(
        filter=name,
        radius_px=frozen(grid),
        energy=frozen(energy),
        model=frozen(of_model),
        observed=tuple(curves),
        parts=frozen(PARTS),
        part_radius_px=frozen(radii),
        part_error_px=frozen(errors.radius_px),
        correction=Correction(value, errors.correction, f"encircled energy of {name} as measured"),
        join_px=params.join_px,
        pixel_arcsec=pixel_arcsec,
        outside=model.source,
        messages=(*said, errors.sentence),
        error_from=errors.sentence,
    )


def radii_of_parts(radius_px: FloatArray, energy: FloatArray) -> FloatArray:
    """Return the radius where a curve first holds each of `PARTS`; NaN: nowhere."""
    found = np.full(len(PARTS), np.nan)
    for i, part in enumerate(PARTS):
        above = np.flatnonzero(energy >= part)
        if above.size and above[0] > 0:
            k = int(above[0])
            step = (part - energy[k - 1]) / (energy[k] - energy[k - 1])
            found[i] = radius_px[k - 1] + step * (radius_px[k] - radius_px[k - 1])
    return found


def _observe(
    star: StarImage, grid: FloatArray, of_model: FloatArray, params: EnergyParams
) -> ObservedCurve | str:
    """Return the curve of one star, or why there is none."""
    if star.place.n_saturated:
        return f"{star.title} is left out: its core is saturated."
    mean, covered = _rings(star, grid[grid <= params.join_px + _RING_PX + _STEP_PX])
    complete = np.flatnonzero(~(covered >= _LEAST_COVERED))
    reached = float(grid[complete[0]] if complete.size else grid[mean.size])
    at = min(params.join_px, reached - 0.5 * _RING_PX)
    if at < _LEAST_JOIN_PX:
        return f"{star.title} is left out: its image ends {reached:g} px from the star."
    join = round(at / _STEP_PX)
    area = np.pi * np.diff(grid[: mean.size + 1] ** 2)
    ring = np.arange(join, round(reached / _STEP_PX))
    light = np.r_[0.0, np.cumsum(np.nan_to_num(mean) * area)]
    level = (
        _background(light, mean, area, of_model, join, ring) if params.background == "ring" else 0.0
    )
    net = light - level * np.pi * grid[: light.size] ** 2
    total = float(net[join] / of_model[join])
    if not (np.isfinite(total) and total > 0):
        return f"{star.title} is left out: there is no light at its place."
    energy = of_model.copy()
    energy[: join + 1] = net[: join + 1] / total
    radii = radii_of_parts(grid, energy)
    return ObservedCurve(
        id=star.id,
        title=star.title,
        join_px=float(grid[join]),
        energy=freeze(energy),
        radius_px=freeze(radii),
        correction=_from_radii(radii),
        background=level,
        observation=star.observation,
    )


def _rings(star: StarImage, edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and covered part of the rings between ``edges``."""
    image, center = star.image, (star.place.x, star.place.y)
    half = int(np.ceil(edges[-1])) + 1
    n_y = image.data.shape[0]
    x_0, y_0 = max(0, round(center[0]) - half), max(0, round(center[1]) - half)
    part = np.s_[y_0 : min(n_y, round(center[1]) + half + 1), x_0 : round(center[0]) + half + 1]
    values = usable_values(image.data[part], image.flags[part])
    shape = values.shape[0], values.shape[1]
    known = np.isfinite(values)
    sums = np.empty((2, edges.size))
    for i, radius in enumerate(edges):
        inside = overlap_of_circle(shape, (center[0] - x_0, center[1] - y_0), float(radius))
        sums[:, i] = np.sum(inside * known), np.sum(inside[known] * values[known])
    area, light = np.diff(sums, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = light / area
    return mean, area / (np.pi * np.diff(edges**2))


def _background(
    light: FloatArray,
    mean: FloatArray,
    area: FloatArray,
    of_model: FloatArray,
    join: int,
    ring: IntArray,
) -> float:
    """Return the level that makes the ring outside the join what the model says it is.

    ``light(join) - b A = F EE(join)`` and ``mean(ring) - b = F dEE(ring) / A(ring)``.
    """
    inside = float(np.sum(area[:join]))
    per_total = float(of_model[ring[-1] + 1] - of_model[join]) / float(np.sum(area[ring]))
    seen = float(np.sum(mean[ring] * area[ring]) / np.sum(area[ring]))
    ratio = per_total / float(of_model[join])
    return (seen - float(light[join]) * ratio) / (1.0 - inside * ratio)


def _from_radii(radii: FloatArray) -> float:
    wanted = [float(radii[PARTS.index(part)]) for part in ENCIRCLED]
    return aperture_correction(Apertures(*wanted)) if np.isfinite(wanted).all() else float("nan")


def _messages(
    name: str, curves: Sequence[ObservedCurve], params: EnergyParams, model: LightModel
) -> list[str]:
    said = []
    if not curves:
        said.append(f"No star gives a curve: the encircled energy of {name} is that of the model.")
    for one in curves:
        if one.join_px < params.join_px - _STEP_PX:
            said.append(f"{one.title} is joined at {one.join_px:g} px: its image ends soon after.")
        inside = one.energy[: round(one.join_px / _STEP_PX) + 1]
        drop = np.maximum.accumulate(inside) - inside
        if drop.max() > _FALLS:
            where = float(np.argmax(drop > _FALLS)) * _STEP_PX
            said.append(
                f"The curve of {one.title} falls beyond {where:g} px: its ground is not flat, or "
                "the join is too far out."
            )
    if model.source.startswith("diffraction"):
        said.append(
            "Outside the join the light is that of diffraction alone: detector and mirrors scatter "
            "more. Open a table of encircled energy of the filter."
        )
    return said


def _require(name: str, stars: Sequence[StarImage], params: EnergyParams) -> None:
    if params.join_px > 0 and not stars:
        raise DataError(
            f"There is no image of a star in {name}.",
            hint="Open images of bright stars, or set the join radius to 0 for the model alone.",
        )
    if params.join_px and not _LEAST_JOIN_PX <= params.join_px <= _FARTHEST_PX - 2 * _RING_PX:
        raise DataError(
            f"A join radius of {params.join_px:g} px is not between {_LEAST_JOIN_PX:g} and "
            f"{_FARTHEST_PX - 2 * _RING_PX:g}.",
            hint="Gordon et al. (2025) use about 40 px; 0 takes the model alone.",
        )
