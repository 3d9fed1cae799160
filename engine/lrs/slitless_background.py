"""The background of slitless LRS integrations, from columns off the target."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze
from engine.errors import DataError
from engine.model.data_quality import DO_NOT_USE
from engine.model.image import Image
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN
from engine.numerics.robust import running_median as running

Shape = Literal["median", "linear"]

REFERENCE_COLUMNS = 4  #: at the left, with reference pixels (LRS known issues)
_TRACE_HALF = 10  # columns at each side of the trace that hold the source
_FEWEST_COLUMNS = 3
_MEDIAN_ERROR = float(np.sqrt(np.pi / 2.0))  # of a median of many over that of a mean
_ELONGATED = 2  # rows for each column from which an image is one of the slitless subarray


@dataclass(frozen=True, slots=True)
class SlitlessParams:
    """What the user decides about the background of slitless data.

    Attributes
    ----------
    columns : int
        Columns at each edge of the subarray that are off the target; at the left they begin
        behind the four with reference pixels.
    shape : {"linear", "median"}
        Linear: a line through the medians of both edges in each row, which also takes a gradient
        across the columns out. Median: one number a row.
    smooth_rows : int
        Rows of a running median along the dispersion; 1: none.
    """

    columns: int = 12
    shape: Shape = "linear"
    smooth_rows: int = 1


@dataclass(frozen=True, eq=False, slots=True)
class SlitlessBackground:
    """The background of k integrations of n rows and m columns.

    Attributes
    ----------
    left, right : ndarray, shape (k, n)
        Median of the columns at each edge. NaN: not measured.
    error : ndarray, shape (k, n)
        Of the background in the middle between them.
    left_columns, right_columns : tuple of int
        First and last column of each edge, counted from 0; empty: none.
    trace_column : int
        Where the source is; -1: none stands out.
    before, after : ndarray, shape (n, m)
        Mean of all integrations as measured, and without the background of each.
    shape : {"linear", "median"}
        As asked for.
    unit : str
        Of the pixels.
    level, level_error : ndarray, shape (k,)
        Median background of each integration and its error.
    gradient_before, gradient_after : float
        Right edge minus left edge, mean over rows and integrations. NaN: one edge only.
    messages : tuple of str
        What the user should know, one sentence each.
    name : str
        Of the exposure, for people.
    across_before, across_after : ndarray, shape (k,)
        Right edge minus left edge of each integration. NaN: one edge only.
    """

    left: FloatArray
    right: FloatArray
    error: FloatArray
    left_columns: tuple[int, ...]
    right_columns: tuple[int, ...]
    trace_column: int
    before: FloatArray
    after: FloatArray
    shape: Shape
    unit: str
    level: FloatArray
    level_error: FloatArray
    gradient_before: float
    gradient_after: float
    messages: tuple[str, ...] = ()
    name: str = ""
    across_before: FloatArray = field(default_factory=lambda: freeze(np.zeros(0)))
    across_after: FloatArray = field(default_factory=lambda: freeze(np.zeros(0)))

    @property
    def n_integrations(self) -> int:
        """How many there are."""
        return len(self.left)

    def image_of(self, integration: int) -> FloatArray:
        """Return the background image of one integration, shape (n, m)."""
        left, right = self.left[integration], self.right[integration]
        n_columns = self.before.shape[1]
        if self.shape == "median" or not (self.left_columns and self.right_columns):
            return np.repeat(_mean_of(left, right)[:, None], n_columns, axis=1)
        low, high = np.mean(self.left_columns), np.mean(self.right_columns)
        part = (np.arange(n_columns) - low) / (high - low)
        image: FloatArray = left[:, None] * (1.0 - part) + right[:, None] * part
        return image


def subtract_background(
    images: Sequence[Image], params: SlitlessParams = SlitlessParams()
) -> SlitlessBackground:
    """Measure the background of each integration at the edges of the subarray.

    Parameters
    ----------
    images : sequence of Image
        Integrations of one exposure (rateints), rows along the dispersion.
    params : SlitlessParams, optional
        Columns, shape across them, smoothing along the rows.

    Returns
    -------
    SlitlessBackground
        `SlitlessBackground.image_of` gives the image that is subtracted.

    Raises
    ------
    DataError
        If there are no integrations, their shapes differ, or no column is off the target.

    Notes
    -----
    LRS known issues, "Background subtraction (slitless mode)": medians of off-target columns at
    the edges without the first four, for each integration, as a two-dimensional image. Columns
    within ten of the trace never count. The error is that of a median of pixels that scatter as
    the columns of the edge do.
    """
    data = _stack(images)
    trace = _trace_column(data)
    left, right = _edges(data, params.columns, trace)
    left_level, left_error = _medians(data, left, params.smooth_rows)
    right_level, right_error = _medians(data, right, params.smooth_rows)
    result = SlitlessBackground(
        left=freeze(left_level),
        right=freeze(right_level),
        error=freeze(_joint_error(left_error, right_error)),
        left_columns=_ends(left),
        right_columns=_ends(right),
        trace_column=trace,
        before=freeze(_mean_image(data)),
        after=freeze(np.zeros(data.shape[1:])),
        shape=params.shape,
        unit=images[0].unit,
        level=freeze(_row_medians(_mean_of(left_level, right_level))),
        level_error=freeze(_level_error(left_error, right_error)),
        gradient_before=_gradient(left_level, right_level),
        gradient_after=float("nan"),
        across_before=freeze(_across(left_level, right_level)),
    )
    return _with_after(result, data, images)


def _with_after(
    result: SlitlessBackground, data: FloatArray, images: Sequence[Image]
) -> SlitlessBackground:
    after = np.stack([plane - result.image_of(i) for i, plane in enumerate(data)])
    columns = [result.left_columns, result.right_columns]
    sides = [_side_medians(after, ends) for ends in columns]
    return replace(
        result,
        after=freeze(_mean_image(after)),
        gradient_after=_gradient(*sides),
        across_after=freeze(_across(*sides)),
        messages=_messages(result, images),
    )


def _stack(images: Sequence[Image]) -> FloatArray:
    """Return the integrations as one array; NaN where flagged."""
    if not images:
        raise DataError("There is no integration.", hint="Open a rateints file.")
    shapes = sorted({image.data.shape for image in images})
    if len(shapes) > 1:
        raise DataError(
            f"The integrations differ in shape: {shapes[0]} and {shapes[1]}.",
            hint="Open the integrations of one exposure.",
        )
    n_rows, n_columns = shapes[0]
    if n_rows < _ELONGATED * n_columns:
        raise DataError(
            f"The image has {n_rows} rows and {n_columns} columns: that is not the slitless "
            "subarray of the LRS (416 × 72).",
            hint="Open a rate or rateints file of the subarray SLITLESSPRISM.",
        )
    return np.stack(
        [
            np.where((one.flags & DO_NOT_USE) != 0, np.nan, one.data).astype(np.float64)
            for one in images
        ]
    )


def _trace_column(data: FloatArray) -> int:
    """Return the brightest column of the mean spectrum, or -1 when none stands out."""
    profile = _columns(_mean_image(data))
    known = np.isfinite(profile)
    known[:REFERENCE_COLUMNS] = False
    if np.count_nonzero(known) < _FEWEST_COLUMNS:
        return -1
    values = np.where(known, profile, -np.inf)
    level = float(np.median(profile[known]))
    spread = GAUSSIAN_PER_MEDIAN * float(np.median(np.abs(profile[known] - level)))
    peak = int(np.argmax(values))
    return peak if values[peak] - level > 5.0 * spread else -1


def _columns(image: FloatArray) -> FloatArray:
    known = np.isfinite(image).any(axis=0)
    result = np.full(image.shape[1], np.nan)
    result[known] = np.nanmedian(image[:, known], axis=0)
    return result


def _edges(data: FloatArray, columns: int, trace: int) -> tuple[IntArray, IntArray]:
    """Return the columns at the left and the right edge that are off the target."""
    n_columns = data.shape[2]
    places = np.arange(n_columns)
    measured = np.isfinite(data).any(axis=(0, 1)) & (places >= REFERENCE_COLUMNS)
    off: BoolArray = measured & ((trace < 0) | (np.abs(places - trace) > _TRACE_HALF))
    middle = trace if trace >= 0 else n_columns // 2
    left = places[off & (places < min(REFERENCE_COLUMNS + columns, middle))]
    right = places[off & (places >= max(n_columns - columns, middle))]
    kept = [side if side.size >= _FEWEST_COLUMNS else side[:0] for side in (left, right)]
    if not kept[0].size and not kept[1].size:
        raise DataError(
            f"No column at the edges is off the target: the subarray has {n_columns} columns, the "
            f"first {REFERENCE_COLUMNS} hold reference pixels, and the source is at column "
            f"{trace}.",
            hint="Take more columns, or subtract a dedicated background.",
        )
    return kept[0], kept[1]


def _medians(
    data: FloatArray, columns: IntArray, smooth_rows: int
) -> tuple[FloatArray, FloatArray]:
    """Return the median of some columns in each row of each integration, and its error."""
    shape = data.shape[:2]
    level, error = np.full(shape, np.nan), np.full(shape, np.nan)
    if not columns.size:
        return level, error
    cut = data[:, :, columns]
    count = np.isfinite(cut).sum(axis=2)
    rows = count > 0
    level[rows] = np.nanmedian(cut[rows], axis=1)
    scatter = np.array([_scatter(plane) for plane in cut - level[:, :, None]])
    error[rows] = (scatter[:, None] * _median_error(count))[rows]
    if smooth_rows > 1:
        for k in range(shape[0]):
            use = np.isfinite(level[k])
            smooth = running(np.where(use, level[k], 0.0), use, smooth_rows)
            level[k] = np.where(use, smooth, np.nan)
            error[k] /= np.sqrt(smooth_rows)
    return level, error


def _scatter(away: FloatArray) -> float:
    """Return the scatter of pixels about the medians of their rows, and of their columns."""
    known = np.isfinite(away)
    if not known.any():
        return float("nan")
    columns = known.any(axis=0)
    level = np.where(columns, np.nan, 0.0)
    level[columns] = np.nanmedian(away[:, columns], axis=0)
    n = int(columns.sum())
    rest = np.abs(away - level)[known]
    # Of pixels about their own median: 1 - 2/n + var(median) of the variance is left.
    left = 1.0 - 2.0 / n + float(_median_error(np.array([n]))[0]) ** 2 if n > 1 else 1.0
    return GAUSSIAN_PER_MEDIAN * float(np.median(rest)) / float(np.sqrt(left))


def _median_error(count: IntArray) -> FloatArray:
    """Return the error of a median of some Gaussian values of unit scatter."""
    more = np.where(count % 2 == 0, 1.36, 0.5)  # what fits the exact efficiencies of 3 to 20 values
    error: FloatArray = np.sqrt(0.5 * np.pi / (np.maximum(count, 1) + more))
    return error


def _joint_error(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the error of the mean of both edges, or of the one that is there."""
    both = np.isfinite(left) & np.isfinite(right)
    mean = 0.5 * np.hypot(left, right)
    return np.where(both, mean, np.where(np.isfinite(left), left, right))


def _mean_of(left: FloatArray, right: FloatArray) -> FloatArray:
    both = np.isfinite(left) & np.isfinite(right)
    return np.where(both, 0.5 * (left + right), np.where(np.isfinite(left), left, right))


def _row_medians(level: FloatArray) -> FloatArray:
    return np.array(
        [
            float(np.median(row[np.isfinite(row)])) if np.isfinite(row).any() else np.nan
            for row in level
        ]
    )


def _level_error(left: FloatArray, right: FloatArray) -> FloatArray:
    error = _joint_error(left, right)
    count = np.maximum(np.isfinite(error).sum(axis=1), 1)
    result: FloatArray = _MEDIAN_ERROR * _row_medians(error) / np.sqrt(count)
    return result


def _side_medians(data: FloatArray, ends: tuple[int, ...]) -> FloatArray:
    if not ends:
        return np.full(data.shape[:2], np.nan)
    cut = data[:, :, ends[0] : ends[1] + 1]
    known = np.isfinite(cut).any(axis=2)
    result = np.full(data.shape[:2], np.nan)
    result[known] = np.nanmedian(cut[known], axis=1)
    return result


def _gradient(left: FloatArray, right: FloatArray) -> float:
    away = right - left
    known = away[np.isfinite(away)]
    return float(np.mean(known)) if known.size else float("nan")


def _across(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the mean over rows of right minus left, of each integration."""
    return np.array([_gradient(*sides) for sides in zip(left, right, strict=True)])


def _ends(columns: IntArray) -> tuple[int, ...]:
    return (int(columns[0]), int(columns[-1])) if columns.size else ()


def _mean_image(data: FloatArray) -> FloatArray:
    known = np.isfinite(data)
    count = known.sum(axis=0)
    total = np.where(known, data, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _messages(result: SlitlessBackground, images: Sequence[Image]) -> tuple[str, ...]:
    said = []
    if result.trace_column < 0:
        said.append("No source stands out of the columns: nothing marks where the target is.")
    if not (result.left_columns and result.right_columns):
        side = "left" if result.left_columns else "right"
        said.append(
            f"Only the {side} edge is off the target: a gradient across the columns is left."
        )
    origin = images[0].origin
    if origin.step("S_BKDSUB") == "COMPLETE":
        said.append("The pipeline subtracted a background already (S_BKDSUB is COMPLETE).")
    if not any(np.any(image.flags) for image in images):
        said.append("The file flags no pixel (DQ): bad ones count like all others.")
    return tuple(said)
