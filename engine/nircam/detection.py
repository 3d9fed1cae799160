"""Sources of mosaics or images, measured alike in every epoch (Ma+2023, Sec. 3.1)."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.ndimage import binary_dilation

from engine.arrays import BoolArray, FloatArray, frozen
from engine.errors import DataError, FitError
from engine.model.sky import SkyPlane
from engine.nircam.epoch_images import EpochImage, mean_on_grid, usable_pixels
from engine.nircam.source_catalog import SourceCatalog
from engine.numerics.robust import robust_scatter
from engine.progress import SILENT, Progress

_AB_ZERO_JY = 3631.0
_MAG = 2.5 / np.log(10.0)
_MJY_TO_JY = 1e6


@dataclass(frozen=True, slots=True)
class DetectionParams:
    """What the user decides about detection and photometry.

    Attributes
    ----------
    flux_in : {"isophote", "circle"}
        Sum inside the outline of the source, or in a circle about its center.
    n_sigma : float
        Pixels of a source stand this far above the background, in standard deviations.
    fewest_pixels : int
        Smallest source.
    radius_pixels : float
        Of the circle. Unit: pixel.
    background_pixels : int
        Side of the boxes that the background is measured in; 0: there is none. Unit: pixel.
    """

    flux_in: Literal["isophote", "circle"] = "isophote"
    n_sigma: float = 3.0
    fewest_pixels: int = 5
    radius_pixels: float = 4.0
    background_pixels: int = 48


@dataclass(frozen=True, eq=False, slots=True)
class MeasuredEpoch:
    """Sources of one patch of sky in one epoch.

    Attributes
    ----------
    filter, module, array, epoch, calibration : str
        What the image shows.
    time_mjd : float
        Unit: d. NaN: not known.
    ids : tuple of str
        Alike in all epochs.
    ra_deg, dec_deg : ndarray, shape (n,)
        Position of the light in this epoch. Unit: deg.
    mag, mag_error : ndarray, shape (n,)
        AB. Unit: mag. The error is that of the pixels' ERR; NaN: not known.
    """

    filter: str
    module: str
    array: str
    epoch: str
    calibration: str
    time_mjd: float
    ids: tuple[str, ...]
    ra_deg: FloatArray
    dec_deg: FloatArray
    mag: FloatArray
    mag_error: FloatArray

    def as_catalog(self) -> SourceCatalog:
        """Return the sources as a catalog."""
        n = len(self.ids)
        return SourceCatalog(
            name=f"images of epoch {self.epoch}",
            ids=self.ids, ra_deg=self.ra_deg, dec_deg=self.dec_deg, mag=self.mag,
            mag_error=self.mag_error, filters=(self.filter,) * n, modules=(self.module,) * n,
            arrays=(self.array,) * n, epochs=(self.epoch,) * n,
            calibrations=(self.calibration,) * n, time_mjd=frozen(np.full(n, self.time_mjd)),
            angle_deg=frozen(np.full(n, np.nan)), reasons=("",) * n,
        )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class DetectedSources:
    """What `detect_sources` found.

    Attributes
    ----------
    epochs : tuple of MeasuredEpoch
        By filter, patch of sky and epoch.
    messages : tuple of str
        What the user should know.
    """

    epochs: tuple[MeasuredEpoch, ...]
    messages: tuple[str, ...] = ()


def detect_sources(
    images: Sequence[EpochImage],
    params: DetectionParams = DetectionParams(),
    *,
    progress: Progress = SILENT,
) -> DetectedSources:
    """Find the sources of the first epoch and measure them in every epoch with the same pixels.

    Parameters
    ----------
    images : sequence of EpochImage
        In MJy/sr. Images of one array id in one filter that see the same sky belong together;
        those that are not on the grid of the first epoch are brought onto it.
    params : DetectionParams, optional
        Threshold and kind of flux.
    progress : Progress, optional
        Told after each patch of sky.

    Returns
    -------
    DetectedSources
        Sources that touch a pixel without a measurement in some epoch are left out.

    Raises
    ------
    DataError
        If no patch of sky was seen in two epochs, or an image is not in MJy/sr.
    FitError
        If no source stands above the threshold.

    Notes
    -----
    Detection, outlines, isophotal sums and centroids are those of photutils on one detection
    image, the first epoch, as the dual-image mode of SExtractor in the paper. Blends are not taken
    apart: they are the same pixels in every epoch.
    """
    wrong = next((one for one in images if not one.is_calibrated), None)
    if wrong is not None:
        raise DataError(
            f"{wrong.title} is in {wrong.image.unit or 'no unit'}, not in MJy/sr.",
            hint="Open images after the photometric calibration.",
        )
    patches = [one for one in _patches(images) if len(one) > 1]
    if not patches:
        raise DataError(
            "No patch of sky was seen by arrays of one id in two epochs.",
            hint="Open images of another epoch in which the field is turned by 180°.",
        )
    found: list[MeasuredEpoch] = []
    messages = []
    for done, patch in enumerate(patches):
        progress.step(done, len(patches), "measuring sources")
        measured = _measured(patch, params, prefix=f"nircam.image{done + 1}.")
        if not measured:
            first = patch[0][0]
            messages.append(
                f"No source in {first.filter}, array {first.array}, epoch {first.epoch}."
            )
        found += measured
    if not found:
        raise FitError(
            f"No source stands {params.n_sigma:g} sigma above the background.",
            hint="Lower the threshold.",
        )
    return DetectedSources(tuple(found), tuple(messages))


Patch = list[list[EpochImage]]  # images by epoch


def _patches(images: Sequence[EpochImage]) -> list[Patch]:
    """Return images of the same sky by epoch, in order of time."""
    patches: list[Patch] = []
    for one in sorted(images, key=lambda each: each.image.identity.mjd or 0.0):
        patch = next((each for each in patches if _belongs(one, each[0][0])), None)
        if patch is None:
            patches.append([[one]])
        elif patch[-1][0].epoch == one.epoch:
            patch[-1].append(one)
        else:
            patch.append([one])
    return patches


def _belongs(image: EpochImage, first: EpochImage) -> bool:
    if (image.filter, image.array) != (first.filter, first.array):
        return False
    n_y, n_x = first.image.data.shape
    place = (np.array([one]) for one in image.center_deg())
    x, y = (float(one[0]) for one in first.sky.places_in_image(*place))
    return bool(0 <= x <= n_x - 1 and 0 <= y <= n_y - 1)


def _measured(patch: Patch, params: DetectionParams, *, prefix: str) -> list[MeasuredEpoch]:
    first = patch[0][0]
    grid, shape = first.sky, first.image.data.shape
    planes = [_planes(images, grid, shape) for images in patch]
    missing = np.logical_or.reduce([~np.isfinite(values) for values, _ in planes])
    planes = [_without_background(*plane, missing, params) for plane in planes]
    outlines = _outlines(planes[0], missing, params)
    if outlines is None:
        return []
    first_measure = _measure(planes[0], outlines, missing, params, None)
    centers = (first_measure.x, first_measure.y)
    measures = [first_measure]
    measures += [_measure(plane, outlines, missing, params, centers) for plane in planes[1:]]
    good = np.logical_and.reduce(
        [(one.flux > 0.0) & np.isfinite(one.x + one.y) for one in measures]
    )
    good &= ~_touches(outlines, missing)
    ids = tuple(f"{prefix}{i + 1}" for i in np.flatnonzero(good))
    area = first.image.pixel_area_sr or (grid.pixel_scale_arcsec / 206264.806) ** 2
    return [
        _epoch(images, measure, good, ids, area * _MJY_TO_JY, grid)
        for images, measure in zip(patch, measures, strict=True)
    ]


def _planes(
    images: Sequence[EpochImage], grid: SkyPlane, shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    size = (shape[0], shape[1])
    stacks = [
        (np.array([usable_pixels(one.image), one.image.error.astype(np.float64)]), one.sky)
        for one in images
    ]
    data, error = mean_on_grid(stacks, grid, size)
    return data, error / np.sqrt(len(images))


def _without_background(
    data: FloatArray, error: FloatArray, missing: BoolArray, params: DetectionParams
) -> tuple[FloatArray, FloatArray]:
    filled = np.where(missing, 0.0, data)
    if params.background_pixels > 0:
        from photutils.background import Background2D, MedianBackground  # noqa: PLC0415  (slow)

        box = min(params.background_pixels, *data.shape)
        background = Background2D(
            filled, box, mask=missing, bkg_estimator=MedianBackground(), exclude_percentile=90.0
        )
        filled = np.where(missing, 0.0, filled - background.background)
    return filled, error


def _outlines(
    plane: tuple[FloatArray, FloatArray], missing: BoolArray, params: DetectionParams
) -> Any:
    """Return the segmentation of the detection image, or `None` when it holds no source."""
    from photutils.segmentation import detect_sources as segmented  # noqa: PLC0415  (slow)
    from photutils.utils.exceptions import NoDetectionsWarning  # noqa: PLC0415  (slow)

    data, error = plane
    known = np.isfinite(error) & (error > 0.0) & ~missing
    noise = float(np.median(error[known])) if known.any() else robust_scatter(data[~missing])
    threshold = params.n_sigma * np.where(known, error, noise)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoDetectionsWarning)
        return segmented(data, threshold, params.fewest_pixels, mask=missing)


@dataclass(frozen=True, eq=False, slots=True)
class _Measure:
    flux: FloatArray
    error: FloatArray
    x: FloatArray
    y: FloatArray


def _measure(
    plane: tuple[FloatArray, FloatArray],
    outlines: Any,
    missing: BoolArray,
    params: DetectionParams,
    centers: tuple[FloatArray, FloatArray] | None,
) -> _Measure:
    """Return sums and centers of the outlines in one epoch; circles about ``centers``."""
    from photutils.segmentation import SourceCatalog as Segments  # noqa: PLC0415  (slow)

    data, error = plane
    known = np.isfinite(error) & (error > 0.0)
    error = np.where(known & ~missing, error, 0.0)
    segments = Segments(data, outlines, error=error, mask=missing)
    x, y = (np.atleast_1d(one) for one in np.transpose(np.atleast_2d(segments.centroid)))
    if params.flux_in == "isophote":
        flux, sigma = np.atleast_1d(segments.segment_flux), _flux_error(segments)
    else:
        flux, sigma = _circles(data, error, missing, centers or (x, y), params.radius_pixels)
    sigma = np.where(sigma > 0.0, sigma, np.nan)
    return _Measure(np.asarray(flux, dtype=np.float64), sigma, x, y)


def _flux_error(segments: Any) -> FloatArray:
    name = "segment_flux_err" if hasattr(segments, "segment_flux_err") else "segment_fluxerr"
    error: FloatArray = np.atleast_1d(getattr(segments, name)).astype(np.float64)
    return error


def _circles(
    data: FloatArray,
    error: FloatArray,
    missing: BoolArray,
    centers: tuple[FloatArray, FloatArray],
    radius: float,
) -> tuple[FloatArray, FloatArray]:
    from photutils.aperture import CircularAperture  # noqa: PLC0415  (slow to import)

    circles = CircularAperture(np.column_stack(centers), radius)
    flux, sigma = circles.do_photometry(data, error=error, mask=missing)
    return np.asarray(flux, dtype=np.float64), np.asarray(sigma, dtype=np.float64)


def _touches(outlines: Any, missing: BoolArray) -> BoolArray:
    """Tell which outlines lie beside a pixel without a measurement, or at the edge."""
    grown = binary_dilation(missing, iterations=2)
    grown[[0, -1]], grown[:, [0, -1]] = True, True
    touching = np.unique(outlines.data[grown])
    found: BoolArray = np.isin(outlines.labels, touching)
    return found


def _epoch(
    images: Sequence[EpochImage],
    measure: _Measure,
    good: BoolArray,
    ids: tuple[str, ...],
    jy_per_unit: float,
    grid: SkyPlane,
) -> MeasuredEpoch:
    first = images[0]
    ra, dec = grid.places_on_sky(measure.x[good], measure.y[good])
    flux, error = measure.flux[good], measure.error[good]
    mjd = first.image.identity.mjd
    return MeasuredEpoch(
        filter=first.filter,
        module=first.module,
        array=first.array,
        epoch=first.epoch,
        calibration=first.image.origin.crds_context,
        time_mjd=float("nan") if mjd is None else mjd,
        ids=ids,
        ra_deg=frozen(ra),
        dec_deg=frozen(dec),
        mag=frozen(-2.5 * np.log10(flux * jy_per_unit / _AB_ZERO_JY)),
        mag_error=frozen(_MAG * error / flux),
    )
