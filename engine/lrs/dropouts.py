"""Dropouts: rows of a two-dimensional spectrum that lack the peak of the trace (MIRI-LRS03)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze
from engine.errors import DataError
from engine.lrs.box_spectrum import box_spectrum, trace_profiles
from engine.lrs.matched_spectrum import (
    NO_SPECTRUM,
    MatchedSpectrum,
    match_spectrum,
    mended_spectrum,
)
from engine.lrs.spectral_image import SpectralImage
from engine.lrs.trace import find_trace, missing_peaks, runs_of
from engine.lrs.usable_range import UsableRange
from engine.model.data_quality import FLUX_ESTIMATED
from engine.model.spectrum import Spectrum

Repair = Literal["off", "profile"]
InSpectrum = Literal["missing", "low", "not seen", "no spectrum"]

_LOW = 0.9  # of the repaired flux: below that an extracted spectrum shows the dropout


@dataclass(frozen=True, slots=True)
class DropoutParams:
    """What the user decides about dropouts.

    Attributes
    ----------
    repair : {"off", "profile"}
        Whether missing pixels are filled with the profile of the rows beside, and flagged.
    half_width : int
        Columns at each side of the peak that belong to the trace. Unit: pixel.
    profile_rows : int
        Rows at each side whose median profile fills a dropout.
    """

    repair: Repair = "off"
    half_width: int = 4
    profile_rows: int = 8


@dataclass(frozen=True, slots=True)
class Dropout:
    """A run of rows that lack the peak of the trace.

    Attributes
    ----------
    first_row, last_row : int
        Rows along the dispersion, counted from 0, both included.
    low_um, high_um : float
        Wavelengths of both ends. NaN: not known. Unit: um.
    n_pixels : int
        Missing pixels of the trace in these rows.
    lost : float
        Largest part of the light in the box that is missing in a row.
    in_spectrum : {"missing", "low", "not seen", "no spectrum"}
        What the extracted spectrum has there.
    """

    first_row: int
    last_row: int
    low_um: float
    high_um: float
    n_pixels: int
    lost: float
    in_spectrum: InSpectrum

    @property
    def n_rows(self) -> int:
        """Length of the run."""
        return self.last_row - self.first_row + 1


@dataclass(frozen=True, eq=False, slots=True)
class DropoutSearch:
    """Dropouts of one two-dimensional spectrum of n rows and m columns.

    Attributes
    ----------
    values, repaired : ndarray, shape (n, m)
        As measured, and with the dropouts filled; the same where `repair` is off.
    estimated : ndarray of bool, shape (n, m)
        Pixels that the repair fills; flagged FLUX_ESTIMATED.
    wave_um : ndarray, shape (n,)
        NaN: not known. Unit: um.
    trace : ndarray of int64, shape (n,)
        Column of the peak.
    missing : ndarray of bool, shape (n,)
        Rows that lack the peak.
    box, box_repaired : ndarray, shape (n,)
        Sum over the columns of the trace, missing pixels left out, and filled.
    unit : str
        Of the pixels.
    dropouts : tuple of Dropout
        In order of rows.
    matched : MatchedSpectrum
        The extracted spectrum on the rows; all NaN when there is none.
    repair : {"off", "profile"}
        What was asked for.
    usable : UsableRange or None
        Of the extracted spectrum; `None`: there is none.
    messages : tuple of str
        What the user should know, one sentence each.
    name : str
        Of the exposure, for people.
    """

    values: FloatArray
    repaired: FloatArray
    estimated: BoolArray
    wave_um: FloatArray
    trace: IntArray
    missing: BoolArray
    box: FloatArray
    box_repaired: FloatArray
    unit: str
    dropouts: tuple[Dropout, ...]
    matched: MatchedSpectrum
    repair: Repair
    usable: UsableRange | None = None
    messages: tuple[str, ...] = ()
    name: str = ""

    @property
    def spectrum(self) -> Spectrum:
        """The extracted spectrum with the dropouts filled.

        Raises
        ------
        DataError
            If the repair is off, or there is no spectrum that fits the image.
        """
        if self.matched.spectrum is None or not self.matched.n_rows:
            raise DataError(
                "No extracted spectrum that fits this image is open.", hint="Open its x1d file."
            )
        if self.repair == "off":
            raise DataError(
                "The repair of dropouts is off: the spectrum is as it was extracted.",
                hint="Switch the repair on.",
            )
        return self.matched.spectrum


def find_dropouts(
    image: SpectralImage,
    params: DropoutParams = DropoutParams(),
    *,
    spectrum: Spectrum | None = None,
) -> DropoutSearch:
    """Find the rows that lack the peak of the trace, and fill them on request.

    Parameters
    ----------
    image : SpectralImage
        NaN and DO_NOT_USE are missing.
    params : DropoutParams, optional
        Repair, width of the trace, rows of the profile.
    spectrum : Spectrum, optional
        Extracted from this image.

    Returns
    -------
    DropoutSearch
        Runs of rows, what they take from the light, and how the spectrum shows them.

    Raises
    ------
    DataError
        If the image shows no trace.

    Notes
    -----
    LRS known issues, MIRI-LRS03. A row counts where a pixel of the top of the trace is missing
    and light at both sides of it is not: ends of the slit and rows that are missing as a whole
    are no dropouts. The repair is that of the pipeline's pixel_replace by profile: the median of
    the normalized profiles of the rows beside, scaled by least squares to what is left of the
    row. It never touches a pixel that is measured.
    """
    trace = find_trace(image.values)
    missing = missing_peaks(image.values, trace)
    profiles = trace_profiles(image.values, trace, missing, params.half_width, params.profile_rows)
    filled = profiles.fill(image.values, missing)
    box = box_spectrum(image.values, trace, params.half_width)
    box_filled = box_spectrum(filled, trace, params.half_width)
    estimated = np.isfinite(filled) & ~np.isfinite(image.values)
    matched = NO_SPECTRUM if spectrum is None else match_spectrum(spectrum, image.wave_um, box)
    wave = matched.wave_um if matched.n_rows and not image.has_wavelengths else image.wave_um
    lost = np.where(box_filled > 0, 1.0 - box / np.where(box_filled > 0, box_filled, 1.0), np.nan)
    expected = matched.expected(box_filled)
    dropouts = tuple(
        _dropout(rows, wave, estimated, lost, matched.on_rows, expected)
        for rows in runs_of(missing)
    )
    is_on = params.repair == "profile"
    mended = mended_spectrum(matched, missing, expected, FLUX_ESTIMATED) if is_on else matched
    return DropoutSearch(
        values=image.values,
        repaired=freeze(filled) if is_on else image.values,
        estimated=freeze(estimated),
        wave_um=freeze(np.array(wave)),
        trace=freeze(trace),
        missing=freeze(missing),
        box=freeze(box),
        box_repaired=freeze(box_filled if is_on else box.copy()),
        unit=image.unit,
        dropouts=dropouts,
        matched=mended,
        repair=params.repair,
        messages=_messages(image, dropouts, spectrum, matched, params),
    )


def _dropout(
    rows: tuple[int, int],
    wave_um: FloatArray,
    estimated: BoolArray,
    lost: FloatArray,
    on_rows: FloatArray,
    expected: FloatArray,
) -> Dropout:
    first, last = rows
    inside = slice(first, last + 1)
    known = wave_um[inside][np.isfinite(wave_um[inside])]
    losses = lost[inside][np.isfinite(lost[inside])]
    return Dropout(
        first_row=first,
        last_row=last,
        low_um=float(known.min()) if known.size else float("nan"),
        high_um=float(known.max()) if known.size else float("nan"),
        n_pixels=int(np.count_nonzero(estimated[inside])),
        lost=float(losses.max()) if losses.size else float("nan"),
        in_spectrum=_seen(on_rows[inside], expected[inside]) if on_rows.size else "no spectrum",
    )


def _seen(flux: FloatArray, expected: FloatArray) -> InSpectrum:
    if not np.isfinite(flux).all():
        return "missing"
    with np.errstate(invalid="ignore"):
        return "low" if np.any(flux < _LOW * expected) else "not seen"


def _messages(
    image: SpectralImage,
    dropouts: tuple[Dropout, ...],
    spectrum: Spectrum | None,
    matched: MatchedSpectrum,
    params: DropoutParams,
) -> tuple[str, ...]:
    said = []
    rows = sum(one.n_rows for one in dropouts)
    if dropouts:
        what = "are filled and flagged" if params.repair == "profile" else "are left as they are"
        runs = f"{len(dropouts)} dropout" + ("s" if len(dropouts) > 1 else "")
        said.append(f"{runs}: {rows} rows lack the peak of the trace; they {what}.")
    else:
        said.append("There are no dropouts: the peak of the trace is there in every row.")
    if spectrum is not None and not matched.n_rows:
        said.append(f"The extracted spectrum cannot be laid beside the image: {matched.reason}")
    if not image.has_wavelengths:
        said.append(
            "The rows have the wavelengths of the extracted spectrum."
            if matched.n_rows
            else "The wavelengths of the rows are not known: rows are counted instead."
        )
    if not image.unit:
        said.append("The unit of the image is not known: values are shown raw.")
    return tuple(said)
