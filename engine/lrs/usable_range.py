"""The wavelengths at which an LRS spectrum can be used, and why the others cannot."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.compare.noise_bins import bin_places, inverse_root, mean_in_bins, mean_square
from engine.compare.spline_noise import measure_spline_noise
from engine.errors import DataError
from engine.lrs.modes import is_slitless
from engine.model.spectrum import Spectrum
from engine.numerics.robust import running_median
from engine.spectra.overlaps import good_flux

Color = Literal["automatic", "blue", "red"]

_SLOPE_RANGE_UM = (5.3, 9.0)  # free of fold-over, and of the dust features beyond
_FEWEST = 5  # samples
_WINDOW = 21  # samples: dropouts are shorter
_STEP_UM = 1.0  # below a red limit in which the signal-to-noise ratio counts


@dataclass(frozen=True, slots=True)
class UsableRangeParams:
    """Limits of the usable range; those of the page on known issues by default.

    Attributes
    ----------
    fold_um : float
        Below it two wavelengths lie on each other where no slit filter blocks them. Unit: um.
    blue_um, blue_red_um : float
        Blue limit, and that of red sources without the slit. Unit: um.
    red_um : tuple of float
        Red limits to be tried, the largest first. Unit: um.
    least_snr : float
        A red limit holds when the micron below it has this signal-to-noise ratio per element.
    color : {"automatic", "blue", "red"}
        Color of the source; automatic: by its slope.
    red_slope : float
        d ln F_nu / d ln wavelength above which a source is red; -2 is that of hot stars.
    """

    fold_um: float = 4.5
    blue_um: float = 5.0
    blue_red_um: float = 5.2
    red_um: tuple[float, ...] = (14.0, 13.0, 12.0)
    least_snr: float = 5.0
    color: Color = "automatic"
    red_slope: float = -1.0


@dataclass(frozen=True, slots=True)
class UnusableRange:
    """A range that should not be used.

    Attributes
    ----------
    low_um, high_um : float
        Its ends; infinite: open. Unit: um.
    reason : str
        Why, in a few words.
    """

    low_um: float
    high_um: float
    reason: str


@dataclass(frozen=True, eq=False, slots=True)
class UsableRange:
    """What of a spectrum can be used.

    Attributes
    ----------
    low_um, high_um : float
        The usable range. Unit: um.
    is_red : bool
        Whether the source is taken for red.
    slope : float
        d ln F_nu / d ln wavelength, 5.3-9 um. NaN: not measured.
    limits_um, snr : tuple of float
        Red limits that were tried, and the signal-to-noise ratio in the micron below each. NaN:
        not measured.
    unusable : tuple of UnusableRange
        In order of wavelength.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    low_um: float
    high_um: float
    is_red: bool
    slope: float
    limits_um: tuple[float, ...]
    snr: tuple[float, ...]
    unusable: tuple[UnusableRange, ...]
    messages: tuple[str, ...] = ()

    def holds(self, wave_um: FloatArray) -> FloatArray:
        """Return 1 inside the range, NaN outside, shape of ``wave_um``."""
        return np.where((wave_um >= self.low_um) & (wave_um <= self.high_um), 1.0, np.nan)


def find_usable_range(
    spectrum: Spectrum, params: UsableRangeParams = UsableRangeParams()
) -> UsableRange:
    """Tell which wavelengths of an LRS spectrum can be used.

    Parameters
    ----------
    spectrum : Spectrum
        Of the LRS, its EXP_TYPE telling whether there was a slit.
    params : UsableRangeParams, optional
        The limits.

    Returns
    -------
    UsableRange
        With the reason of each range that is left out.

    Raises
    ------
    DataError
        If there is no red limit to try, or the spectrum has no measurement.

    Notes
    -----
    LRS known issues, "Useable wavelength range". Fold-over below 4.5 um; blue limit 5 um, 5.2 um
    for red sources without the slit; red limit 14 um, or 13 or 12 um where the signal-to-noise
    ratio is low. That ratio is the level over the scatter about a spline (Law+2025, fn. 19), not
    over ERR, which is wrong for the LRS (MIRI-LRS05). The page gives no number for "low" and for
    "red": `least_snr` and `red_slope` are ours.
    """
    if not params.red_um:
        raise DataError("No red limit is given.", hint="Give one or more, such as 14, 13, 12 µm.")
    flux = good_flux(spectrum)
    if not np.any(np.isfinite(flux)):
        raise DataError("The spectrum has no measurement, so no range of it can be used.")
    slitless = is_slitless(spectrum.identity)
    slope = _slope(spectrum.wave_um, flux)
    is_red = params.color == "red" or (params.color == "automatic" and slope > params.red_slope)
    low = params.blue_red_um if slitless and is_red else params.blue_um
    limits = tuple(sorted(params.red_um, reverse=True))
    snr = _snr_below(spectrum, limits)
    good = [limit for limit, ratio in zip(limits, snr, strict=True) if ratio >= params.least_snr]
    high = good[0] if good else limits[-1]
    return UsableRange(
        low_um=low,
        high_um=high,
        is_red=is_red,
        slope=slope,
        limits_um=limits,
        snr=snr,
        unusable=_unusable(params, low, high, limits, slitless=slitless),
        messages=_messages(spectrum, params, slope, limits, snr, slitless=slitless),
    )


def _slope(wave_um: FloatArray, flux: FloatArray) -> float:
    """Return d ln F / d ln wavelength; NaN where the flux is not positive or not measured."""
    low, high = _SLOPE_RANGE_UM
    use = (wave_um >= low) & (wave_um <= high) & np.isfinite(flux) & (flux > 0)
    if np.count_nonzero(use) < _FEWEST:
        return float("nan")
    level = running_median(np.log(flux[use]), np.ones(int(use.sum()), dtype=bool), _WINDOW)
    return float(np.polyfit(np.log(wave_um[use]), level, 1)[0])


def _snr_below(spectrum: Spectrum, limits: tuple[float, ...]) -> tuple[float, ...]:
    """Return the signal-to-noise ratio of an element in the micron below each limit."""
    noise = measure_spline_noise(spectrum, n_breakpoints=20)
    if noise is None:
        return tuple(float("nan") for _ in limits)
    found = []
    for limit in limits:
        if spectrum.wave_um[-1] < limit - 0.5 * _STEP_UM:
            found.append(float("nan"))
            continue
        edges = np.array([limit - _STEP_UM, limit])
        where = bin_places(noise.wave_um, edges)
        square, _ = mean_square(noise.residual[None, :] / noise.variance_part**0.5, where, 1)
        level = mean_in_bins(noise.level, where, 1)
        found.append(float((level * inverse_root(square))[0]))
    return tuple(found)


def _unusable(
    params: UsableRangeParams,
    low: float,
    high: float,
    limits: tuple[float, ...],
    *,
    slitless: bool,
) -> tuple[UnusableRange, ...]:
    inf = float("inf")
    fold = "fold-over" if slitless else "slit filter"
    ranges = [UnusableRange(-inf, params.fold_um, f"below {params.fold_um:g} µm: {fold}")]
    blue = "blue limit, red source" if low > params.blue_um else "blue limit"
    ranges.append(UnusableRange(params.fold_um, low, f"below {low:g} µm: {blue}"))
    red = "red limit" if high == limits[0] else "low S/N"
    ranges.append(UnusableRange(high, inf, f"beyond {high:g} µm: {red}"))
    return tuple(ranges)


def _messages(
    spectrum: Spectrum,
    params: UsableRangeParams,
    slope: float,
    limits: tuple[float, ...],
    snr: tuple[float, ...],
    *,
    slitless: bool,
) -> tuple[str, ...]:
    said = []
    if not spectrum.identity.exp_type:
        said.append("The file does not say whether there was a slit (EXP_TYPE): one is assumed.")
    if slitless and params.color == "automatic" and not np.isfinite(slope):
        said.append("The color of the source is not known: it is taken for blue.")
    if not any(ratio >= params.least_snr for ratio in snr):
        known = [ratio for ratio in snr if np.isfinite(ratio)]
        best = f"at most {max(known):.1f}" if known else "not measured"
        said.append(
            f"The signal-to-noise ratio below {limits[-1]:g} µm is {best}: even there the "
            "spectrum is poor."
        )
    return tuple(said)
