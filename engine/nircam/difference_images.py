"""Images of one patch of sky in two epochs, subtracted (Ma+2023, Figs. 2 and 7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.nircam.epoch_images import EpochImage, mean_on_grid, usable_pixels
from engine.numerics.robust import robust_scatter
from engine.progress import SILENT, Progress

_MOST_PIXELS = 256  # of the longer side of a difference image; larger images are averaged
_BRIGHT = 5.0  # times the noise: pixels that tell the difference of the calibration
_MAG = 2.5 / np.log(10.0)


@dataclass(frozen=True, eq=False, slots=True)
class DifferenceImage:
    """One patch of sky in two epochs.

    Attributes
    ----------
    filter, array, first, second : str
        Filter, id of the array, and labels of the epochs.
    module_first, module_second : str
        Module that saw the patch in each epoch.
    before, after : ndarray, shape (ny, nx)
        First epoch minus second, each less its median, without and with the correction, averaged
        in circles. Unit: MJy/sr. NaN: no measurement.
    level_mjy_sr : float
        Robust scatter of pixels of `before` without sources; what colors may be scaled with.
    offset_before, offset_after : float
        m(second) - m(first) of the bright pixels. Unit: mag. NaN: none is bright.
    error : float
        One standard deviation of both. Unit: mag.
    """

    filter: str
    array: str
    first: str
    second: str
    module_first: str
    module_second: str
    before: FloatArray
    after: FloatArray
    level_mjy_sr: float
    offset_before: float
    offset_after: float
    error: float

    @property
    def patch(self) -> Literal["p", "q", "same module"]:
        """The patch of sky as in Ma+2023."""
        modules = self.module_first + self.module_second
        return "p" if modules == "BA" else "q" if modules == "AB" else "same module"

    @property
    def title(self) -> str:
        """For example ``"F444W, array long, epochs 1 and 2, p"``."""
        seen = f"module {self.module_first}" if self.patch == "same module" else self.patch
        epochs = f"epochs {self.first} and {self.second}"
        return f"{self.filter}, array {self.array}, {epochs}, {seen}"


def difference_images(
    images: Sequence[EpochImage],
    factor_of: Callable[[EpochImage], FloatArray],
    *,
    radius: float,
    progress: Progress = SILENT,
) -> tuple[DifferenceImage, ...]:
    """Subtract the images of every two epochs that see the same patch of sky.

    Parameters
    ----------
    images : sequence of EpochImage
        Of any arrays; several of one array in one epoch are averaged.
    factor_of : callable
        From an image to what its pixels are multiplied by in the corrected difference.
    radius : float
        Of the circle that differences are averaged in. Unit: pixel.
    progress : Progress, optional
        Told after each pair.

    Returns
    -------
    tuple of DifferenceImage
        On the grid of the first image of the first epoch.
    """
    groups: dict[tuple[str, str, str, str], list[EpochImage]] = {}
    for one in images:
        groups.setdefault((one.filter, one.array, one.epoch, one.module), []).append(one)
    wanted = [
        (one, other)
        for one, other in combinations(groups, 2)
        if one[:2] == other[:2] and one[2] != other[2] and _overlap(groups[one], groups[other])
    ]
    found = []
    for done, keys in enumerate(wanted):
        progress.step(done, len(wanted), "subtracting epochs")
        first, second = sorted((groups[key] for key in keys), key=_time)
        found.append(_difference(first, second, factor_of, radius))
    return tuple(found)


def _time(images: Sequence[EpochImage]) -> float:
    return min(one.image.identity.mjd or 0.0 for one in images)


def _overlap(first: Sequence[EpochImage], second: Sequence[EpochImage]) -> bool:
    """Tell whether the middle of one image lies inside the other."""
    n_y, n_x = first[0].image.data.shape
    ra, dec = second[0].center_deg()
    x, y = (float(one[0]) for one in first[0].sky.places_in_image(np.array([ra]), np.array([dec])))
    return bool(0 <= x <= n_x - 1 and 0 <= y <= n_y - 1)


def _difference(
    first: Sequence[EpochImage],
    second: Sequence[EpochImage],
    factor_of: Callable[[EpochImage], FloatArray],
    radius: float,
) -> DifferenceImage:
    target, shape = first[0].sky, first[0].image.data.shape
    plain, mended = [], []
    for side in (first, second):
        pixels = [(usable_pixels(one.image), one) for one in side]
        stacks = [(np.array([values, values * factor_of(one)]), one.sky) for values, one in pixels]
        both = mean_on_grid(stacks, target, shape)
        plain.append(both[0] - np.nanmedian(both[0]))
        mended.append(both[1] - np.nanmedian(both[1]))
    before, after = plain[0] - plain[1], mended[0] - mended[1]
    level = robust_scatter(before.ravel())
    offset_before, error = _offset(plain[0], plain[1], level)
    offset_after, _ = _offset(mended[0], mended[1], level)
    step = -(-max(shape) // _MOST_PIXELS)
    return DifferenceImage(
        first[0].filter, first[0].array, first[0].epoch, second[0].epoch,
        first[0].module, second[0].module,
        before=frozen(_averaged(_smoothed(before, radius), step)),
        after=frozen(_averaged(_smoothed(after, radius), step)),
        level_mjy_sr=level, offset_before=offset_before, offset_after=offset_after, error=error,
    )  # fmt: skip


def _offset(first: FloatArray, second: FloatArray, level: float) -> tuple[float, float]:
    """Return m(second) - m(first) of the bright pixels and its error, in mag.

    The slope of the difference against the mean; both have the noise of one image, so that the
    mean is not biased against the difference. Pixels of sources that changed stand off and are
    rejected once.
    """
    mean, difference = 0.5 * (first + second), first - second
    bright = np.isfinite(mean) & (mean > _BRIGHT * level)
    if np.count_nonzero(bright) < 3:
        return float("nan"), float("nan")
    x, y = mean[bright], difference[bright]
    share = float(np.median(y / x))
    residual = y - share * x
    noise = np.hypot(robust_scatter(residual), 0.02 * x)
    kept = np.abs(residual) <= 5.0 * noise
    weights = 1.0 / noise[kept] ** 2
    total = float(np.sum(weights * x[kept] ** 2))
    share = float(np.sum(weights * x[kept] * y[kept])) / total
    return _MAG * share, _MAG / float(np.sqrt(total))


def _smoothed(values: FloatArray, radius: float) -> FloatArray:
    """Return the mean in circles of the pixels with a measurement."""
    if radius < 0.5:
        return values
    from scipy.signal import fftconvolve  # noqa: PLC0415  (slow to import)

    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    circle = (np.hypot(x, y) <= radius).astype(np.float64)
    good = np.isfinite(values)
    total = fftconvolve(np.where(good, values, 0.0), circle, mode="same")
    count = fftconvolve(good.astype(np.float64), circle, mode="same")
    smooth: FloatArray = np.where(good, total / np.maximum(count, 1.0), np.nan)
    return smooth


def _averaged(values: FloatArray, step: int) -> FloatArray:
    """Return the image with ``step`` x ``step`` pixels averaged into one."""
    if step <= 1:
        return values
    n_y, n_x = (size // step * step for size in values.shape)
    blocks = values[:n_y, :n_x].reshape(n_y // step, step, n_x // step, step)
    good = np.isfinite(blocks)
    count = good.sum(axis=(1, 3))
    total = np.where(good, blocks, 0.0).sum(axis=(1, 3))
    averaged: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return averaged
