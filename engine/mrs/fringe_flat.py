"""The static fringe flat of a spectrum: was it applied, which one, and what is left of its pattern.

Law+2025, Sec. 2.1; Crouzet et al. 2025.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray, freeze, frozen
from engine.errors import DataError
from engine.model.identity import Origin
from engine.model.spectrum import Spectrum
from engine.numerics.robust import running_median
from engine.spectra.overlaps import good_flux

Applied = Literal["applied", "not applied", "not known"]

_WINDOW = 75  # samples of the running median: several periods of the fringes
_FEWEST = 150
_NO_REFERENCE = {"", "N/A", "NONE", "UNDEFINED"}


@dataclass(frozen=True, slots=True)
class FringeFlatParams:
    """What the user decides about the overlay.

    Attributes
    ----------
    column : int or None
        Column of the detector that is overlaid, counted from 0; `None`: the one of the band with
        the most pixels that have a wavelength, nearest to the middle of its half.
    """

    column: int | None = None


@dataclass(frozen=True, slots=True)
class FringeFlatState:
    """What a header says of the static fringe flat.

    Attributes
    ----------
    applied : {"applied", "not applied", "not known"}
        Whether it was divided out.
    reference : str
        Name of the reference file; ``""``: not said.
    sentence : str
        The same in words.
    """

    applied: Applied
    reference: str
    sentence: str


@dataclass(frozen=True, eq=False, slots=True)
class FringeFlatOverlay:
    """A spectrum and the static fringe flat over one wavelength axis.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Of the spectrum. Unit: um.
    pattern : ndarray, shape (n,)
        Spectrum over its running median, minus 1. NaN: no measurement.
    flat_wave_um, flat : ndarray, shape (m,)
        Wavelength and value of the pixels of one column; empty when no flat is open.
    flat_pattern : ndarray, shape (n,)
        The flat at the wavelengths of the spectrum over its running median, minus 1. NaN: none.
    column : int
        The column; -1: none.
    share, share_error : float
        How much of the pattern of the flat is in the spectrum: 1 when nothing was done, 0 when
        it was taken out, below 0 when too much was. NaN: no flat is open.
    applied, reference : str
        What the header says: see `FringeFlatState`.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    wave_um: FloatArray
    pattern: FloatArray
    flat_wave_um: FloatArray
    flat: FloatArray
    flat_pattern: FloatArray
    column: int
    share: float
    share_error: float
    applied: Applied
    reference: str
    messages: tuple[str, ...] = ()


def fringe_flat_state(origin: Origin) -> FringeFlatState:
    """Return what the header of a product says of the static fringe flat.

    Parameters
    ----------
    origin : Origin
        With the status of the step (S_FRINGE) and the reference (R_FRINGE).
    """
    name = origin.reference("R_FRINGE").removeprefix("crds://").strip()
    name = "" if name.upper() in _NO_REFERENCE else name
    status = origin.step("S_FRINGE").strip().upper()
    match status:
        case "COMPLETE" if name:
            return FringeFlatState("applied", name, f"The static fringe flat {name} was applied.")
        case "COMPLETE":
            return FringeFlatState(
                "applied", "", "A static fringe flat was applied; the header does not say which."
            )
        case "SKIPPED" | "FAILED":
            verb = "skipped" if status == "SKIPPED" else "tried, and failed"
            return FringeFlatState(
                "not applied", name, f"No static fringe flat was applied: the step was {verb}."
            )
        case "" if name:
            return FringeFlatState(
                "not known", name, f"The header names {name}, but not whether it was applied."
            )
        case _:
            return FringeFlatState(
                "not known", name, "The header does not say whether a fringe flat was applied."
            )


def overlay_fringe_flat(
    spectrum: Spectrum,
    params: FringeFlatParams = FringeFlatParams(),
    *,
    flat: AnyFloatArray | None = None,
    wave_map_um: AnyFloatArray | None = None,
    columns: slice = slice(None),
) -> FringeFlatOverlay:
    """Lay the static fringe flat over a spectrum, and say how much of it is in there.

    Parameters
    ----------
    spectrum : Spectrum
        Of one band.
    params : FringeFlatParams, optional
        Column of the detector.
    flat, wave_map_um : ndarray, shape (ny, nx), optional
        The reference, and the wavelength of each pixel (0 or NaN: none). Without either only the
        header is looked at.
    columns : slice, optional
        Columns of the detector that see the band.

    Returns
    -------
    FringeFlatOverlay
        Patterns and the share of the flat in the spectrum.

    Raises
    ------
    DataError
        If the column sees no light of the band, or the shapes differ.

    Notes
    -----
    ``share = sum(f s) / sum(f^2)`` with s and f the patterns of spectrum and flat, each over its
    running median of 75 samples, which several fringes fit in; its error is that of the regression.
    A point source has fringes of another phase than the extended light that the flat was made
    from, so a share below 1 does not say that a flat was applied (Law+2025, Sec. 2.1).
    """
    state = fringe_flat_state(spectrum.origin)
    pattern = _pattern(good_flux(spectrum))
    said = [state.sentence]
    empty = frozen(np.zeros(0))
    if flat is None or wave_map_um is None:
        missing = "fringe flat" if flat is None else "map of wavelengths of the detector"
        said.append(f"No {missing} of this band is open: there is nothing to overlay.")
        nothing = frozen(np.full(spectrum.size, np.nan))
        return FringeFlatOverlay(
            frozen(spectrum.wave_um), freeze(pattern), empty, empty, nothing, -1, np.nan, np.nan,
            state.applied, state.reference, tuple(said),
        )  # fmt: skip
    column = _column(wave_map_um, columns, params)
    wave, value = _along(flat, wave_map_um, column)
    seen = np.interp(spectrum.wave_um, wave, value, left=np.nan, right=np.nan)
    flat_pattern = _pattern(seen)
    share, error = _share(pattern, flat_pattern)
    if np.isfinite(share):
        digits = max(2, 1 - int(np.floor(np.log10(error)))) if error > 0 else 2
        said.append(
            f"The spectrum has {share:.{digits}f} ± {error:.{digits}f} of the pattern of column "
            f"{column}."
        )
    return FringeFlatOverlay(
        wave_um=frozen(spectrum.wave_um),
        pattern=freeze(pattern),
        flat_wave_um=freeze(wave),
        flat=freeze(value),
        flat_pattern=freeze(flat_pattern),
        column=column,
        share=share,
        share_error=error,
        applied=state.applied,
        reference=state.reference,
        messages=tuple(said),
    )


def _column(wave_map_um: AnyFloatArray, columns: slice, params: FringeFlatParams) -> int:
    """Return the column to overlay."""
    known = np.isfinite(wave_map_um) & (wave_map_um > 0)
    count = known.sum(axis=0)
    inside = np.arange(wave_map_um.shape[1])[columns]
    if params.column is not None:
        if params.column not in inside or count[params.column] < _FEWEST:
            raise DataError(
                f"Column {params.column} of the detector sees no light of this band.",
                hint=f"Choose one from {inside[0]} to {inside[-1]}, inside a slice.",
            )
        return params.column
    full = inside[count[inside] >= 0.95 * count[inside].max()]
    if not count[inside].max() >= _FEWEST:
        raise DataError("No column of the detector sees this band.", hint="Open another map.")
    return int(full[np.argmin(np.abs(full - inside.mean()))])


def _along(
    flat: AnyFloatArray, wave_map_um: AnyFloatArray, column: int
) -> tuple[FloatArray, FloatArray]:
    if flat.shape != wave_map_um.shape:
        raise DataError(
            f"The fringe flat has {flat.shape} pixels, the map of wavelengths {wave_map_um.shape}.",
            hint="Open the references of one detector and setting.",
        )
    wave = wave_map_um[:, column].astype(np.float64)
    value = flat[:, column].astype(np.float64)
    good = np.isfinite(wave) & (wave > 0) & np.isfinite(value) & (value > 0)
    if np.count_nonzero(good) < _FEWEST:
        raise DataError(
            f"Column {column} of the fringe flat holds {np.count_nonzero(good)} values.",
            hint="Choose another column.",
        )
    wave, first = np.unique(wave[good], return_index=True)
    return wave, value[good][first]


def _pattern(values: FloatArray) -> FloatArray:
    """Return values over their running median, minus 1."""
    known = np.isfinite(values)
    pattern = np.full(values.size, np.nan)
    if np.count_nonzero(known) < _WINDOW:
        return pattern
    level = running_median(values, known, _WINDOW)
    np.divide(values, level, out=pattern, where=known & (level != 0))
    return pattern - 1.0


def _share(pattern: FloatArray, flat_pattern: FloatArray) -> tuple[float, float]:
    both = np.isfinite(pattern + flat_pattern)
    scatter = 1.4826 * float(np.median(np.abs(pattern[both]))) if both.any() else np.nan
    both &= np.abs(np.nan_to_num(pattern)) <= 8.0 * scatter
    power = float(np.sum(flat_pattern[both] ** 2))
    if np.count_nonzero(both) < _FEWEST or not power > 0:
        return np.nan, np.nan
    share = float(np.sum(pattern[both] * flat_pattern[both]) / power)
    rest = pattern[both] - share * flat_pattern[both]
    return share, float(np.sqrt(np.sum(rest**2) / (rest.size - 1) / power))
