"""Periodic noise of the electronics: its amplitude in ramps, a diagnosis in rate images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.ndimage import median_filter

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import DataError
from engine.lrs.read_times import pattern_frequencies, readout_of
from engine.lrs.wave_fit import Samples, WaveFit, amplitude_spectrum, fit_wave
from engine.model.data_quality import DO_NOT_USE
from engine.model.identity import Origin
from engine.model.image import Image
from engine.model.ramp import Ramp

Source = Literal["ramps", "rate images", "one rate image"]

_REFERENCE_COLUMNS = 4
_SMOOTH_ROWS = 101  # background along the rows of a single image; a tenth of a 10 Hz period
_FEWEST_GROUPS = 3
_FEWEST_FOR_DRIFT = 4  # integrations
_BRIGHT = 3.0  # medians of the scatter of pixels from which one is left out
_FEWEST_PIXELS = 100


@dataclass(frozen=True, slots=True)
class PeriodicParams:
    """What the user decides about periodic noise.

    Attributes
    ----------
    highest_hz, step_hz : float
        End and step of the periodogram, which begins at one step. Unit: Hz.
    chance : float
        A frequency is found when noise alone gives its amplitude less often than this.
    """

    highest_hz: float = 500.0
    step_hz: float = 0.5
    chance: float = 1e-4


@dataclass(frozen=True, slots=True)
class FoundWave:
    """The wave at one frequency that is known.

    Attributes
    ----------
    name : str
        ``"emi"`` or ``"heater"``.
    frequency_hz : float
        Unit: Hz.
    amplitude, error : float
        Half of peak to peak, in the unit of the data, and one standard deviation of it. NaN: it
        cannot be told.
    cosine, sine : float
        Parts of the wave at the read of the first pixel.
    cosine_error, sine_error : float
        One standard deviation.
    chance : float
        How often noise alone gives as much. NaN: it cannot be told.
    is_found : bool
        Whether that is seldom enough.
    reason : str
        Why it cannot be told; ``""``: it can.
    """

    name: str
    frequency_hz: float
    amplitude: float
    error: float
    cosine: float
    sine: float
    cosine_error: float
    sine_error: float
    chance: float
    is_found: bool
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class PeriodicNoise:
    """Periodic noise of one exposure.

    Attributes
    ----------
    source : {"ramps", "rate images", "one rate image"}
        What it was looked for in.
    subarray : str
        ``"SLITLESSPRISM"``.
    unit : str
        Of the amplitudes: that of the data.
    frequency_hz, amplitude : ndarray, shape (k,)
        Periodogram as amplitudes, the phase of each integration free.
    noise : float
        Amplitude that noise alone gives on average.
    waves : tuple of FoundWave
        At the frequencies that are known.
    n_pixels, n_frames : int
        Pixels and frames (or integrations) that took part.
    messages : tuple of str
        What the user should know, one sentence each.
    name : str
        Of the exposure, for people.
    """

    source: Source
    subarray: str
    unit: str
    frequency_hz: FloatArray
    amplitude: FloatArray
    noise: float
    waves: tuple[FoundWave, ...]
    n_pixels: int
    n_frames: int
    messages: tuple[str, ...] = ()
    name: str = ""

    def wave(self, name: str) -> FoundWave:
        """Return the wave called ``name``; `KeyError` when there is none."""
        return {one.name: one for one in self.waves}[name]


def noise_in_ramp(ramp: Ramp, params: PeriodicParams = PeriodicParams()) -> PeriodicNoise:
    """Measure the amplitude of periodic noise in ramps.

    Parameters
    ----------
    ramp : Ramp
        Of a subarray with known read times.
    params : PeriodicParams, optional
        Frequencies of the periodogram, certainty.

    Returns
    -------
    PeriodicNoise
        Amplitudes in DN.

    Raises
    ------
    DataError
        If there are fewer than three groups, too few pixels, or the read times are not known.

    Notes
    -----
    Every pixel of every integration has a straight ramp of its own; what is left of all groups
    is fitted with one cosine and one sine of the time of each read (a pixel is read 10 us after
    its neighbor of the same output, see `engine.lrs.read_times`). The errors are those of a sum
    over pixels that are independent of each other, whatever the reads of one pixel share
    (photons add up along a ramp). Bright pixels are left out.
    """
    n_int, n_groups, n_rows, n_columns = ramp.data.shape
    if n_groups < _FEWEST_GROUPS:
        raise DataError(
            f"The ramps have {n_groups} groups: {_FEWEST_GROUPS} or more tell a wave from a slope.",
            hint="Open ramps of a longer integration.",
        )
    _require_plain_groups(ramp.origin)
    readout = readout_of(ramp.identity, ramp.origin)
    good = _lit_pixels(n_rows, n_columns) & ((ramp.flags & DO_NOT_USE) == 0)
    reads = ramp.data.reshape(n_int * n_groups, -1).T.astype(np.float64)
    use = good.ravel() & np.isfinite(reads).all(axis=1)
    basis = _lines_of_each(n_int, n_groups)
    samples = Samples(
        values=reads[use],
        place_s=readout.pixel_times(n_rows, n_columns).ravel()[use],
        frame_s=readout.frame_times(n_int, n_groups).ravel(),
        nuisance=basis,
        integration=np.repeat(np.arange(n_int), n_groups),
    )
    return _analyzed(samples, params, "ramps", readout.subarray, ramp.unit or "DN", ())


def noise_in_rates(
    images: Sequence[Image], params: PeriodicParams = PeriodicParams()
) -> PeriodicNoise:
    """Look for periodic noise in rate images of one exposure: a diagnosis, no measurement.

    Parameters
    ----------
    images : sequence of Image
        Integrations of one exposure (rateints), or one rate image.
    params : PeriodicParams, optional
        Frequencies of the periodogram, certainty.

    Returns
    -------
    PeriodicNoise
        Amplitudes in DN/s, which depend on how a ramp fit weighs the groups; the messages say so.

    Raises
    ------
    DataError
        If there is no image, too few pixels, or the read times are not known.

    Notes
    -----
    In several integrations the mean of each pixel, and from four on its drift, is taken out: sky,
    source and fixed pattern stay the same, the phase of the noise does not. In one image a running
    median along the rows is taken out instead; what is slower than that, like 10 Hz, cannot be told
    from background.
    """
    if not images:
        raise DataError("There is no rate image.", hint="Open a rateints file.")
    first = images[0]
    readout = readout_of(first.identity, first.origin)
    data = np.stack(
        [np.where(one.flags & DO_NOT_USE, np.nan, one.data).astype(np.float64) for one in images]
    )
    n_int, n_rows, n_columns = data.shape
    groups = _groups_of(first.origin)
    use = (_lit_pixels(n_rows, n_columns) & np.isfinite(data).all(axis=0)).ravel()
    if n_int > 1:
        values, nuisance = data.reshape(n_int, -1).T, _drift(n_int)
    else:
        values, nuisance = _without_background(data[0]).reshape(-1, 1), np.zeros((1, 0))
    samples = Samples(
        values=values[use],
        place_s=readout.pixel_times(n_rows, n_columns).ravel()[use],
        frame_s=readout.frame_times(n_int, groups)[:, 0].copy(),
        nuisance=nuisance,
        integration=np.arange(n_int),
    )
    source: Source = "rate images" if n_int > 1 else "one rate image"
    messages = _about_rates(first.origin)
    return _analyzed(samples, params, source, readout.subarray, first.unit, messages)


def _analyzed(
    samples: Samples,
    params: PeriodicParams,
    source: Source,
    subarray: str,
    unit: str,
    messages: tuple[str, ...],
) -> PeriodicNoise:
    if samples.values.shape[0] < _FEWEST_PIXELS:
        raise DataError(
            f"{samples.values.shape[0]} pixels can be used: too few to look for periodic noise.",
            hint="Open an exposure whose pixels are not all flagged.",
        )
    kept = samples.only(_calm_pixels(samples))
    known = pattern_frequencies()
    even = np.arange(params.step_hz, params.highest_hz + 0.5 * params.step_hz, params.step_hz)
    frequencies = np.union1d(even, [one for one in known.values() if one <= params.highest_hz])
    amplitude, noise = amplitude_spectrum(kept, frequencies)
    waves = tuple(_found(name, hertz, kept, params, source) for name, hertz in known.items())
    return PeriodicNoise(
        source=source,
        subarray=subarray,
        unit=unit,
        frequency_hz=freeze(frequencies),
        amplitude=freeze(amplitude),
        noise=noise,
        waves=waves,
        n_pixels=kept.values.shape[0],
        n_frames=kept.values.shape[1],
        messages=(*_about_waves(waves, unit, source), *messages),
    )


def _found(
    name: str, hertz: float, samples: Samples, params: PeriodicParams, source: Source
) -> FoundWave:
    reason = ""
    span = float(np.ptp(samples.place_s))
    if source == "one rate image" and hertz * span < 10.0:
        reason = (
            f"{hertz * span:.1f} periods of {hertz:.3f} Hz fit into one image: that cannot be told "
            "from a background."
        )
    fit = None if reason else fit_wave(samples, hertz)
    if fit is None and not reason:
        reason = f"All frames see the same phase of {hertz:.3f} Hz: it looks like a fixed pattern."
    if fit is None:
        unknown = (float("nan"),) * 7
        return FoundWave(name, hertz, *unknown, is_found=False, reason=reason)
    return _told(name, hertz, fit, params)


def _told(name: str, hertz: float, fit: WaveFit, params: PeriodicParams) -> FoundWave:
    return FoundWave(
        name=name,
        frequency_hz=hertz,
        amplitude=fit.amplitude,
        error=fit.amplitude_error,
        cosine=fit.cosine,
        sine=fit.sine,
        cosine_error=fit.cosine_error,
        sine_error=fit.sine_error,
        chance=fit.chance,
        is_found=fit.chance < params.chance,
    )


def _lines_of_each(n_int: int, n_groups: int) -> FloatArray:
    """Return a level and a slope for each integration, as columns over all frames."""
    basis = np.zeros((n_int * n_groups, 2 * n_int))
    for i in range(n_int):
        rows = slice(i * n_groups, (i + 1) * n_groups)
        basis[rows, 2 * i] = 1.0
        basis[rows, 2 * i + 1] = np.arange(n_groups) - 0.5 * (n_groups - 1)
    return basis


def _drift(n_int: int) -> FloatArray:
    """Return a level, and from four integrations on a slope, over the integrations."""
    level = np.ones((n_int, 1))
    if n_int < _FEWEST_FOR_DRIFT:
        return level
    return np.hstack([level, np.arange(n_int)[:, None] - 0.5 * (n_int - 1)])


def _lit_pixels(n_rows: int, n_columns: int) -> BoolArray:
    """Return all pixels but the reference pixels at the left."""
    lit = np.ones((n_rows, n_columns), dtype=bool)
    lit[:, :_REFERENCE_COLUMNS] = False
    return lit


def _calm_pixels(samples: Samples) -> BoolArray:
    """Leave out pixels that scatter much more than the others: bright, hot, or hit."""
    scatter = np.sqrt(np.mean(samples.reduced() ** 2, axis=1))
    calm: BoolArray = scatter <= _BRIGHT * float(np.median(scatter))
    return calm


def _without_background(image: FloatArray) -> FloatArray:
    """Take out of one image what is smooth along its rows, column by column."""
    filled = np.where(np.isfinite(image), image, 0.0)
    smooth = median_filter(filled, size=(_SMOOTH_ROWS, 1), mode="reflect")
    result: FloatArray = image - smooth
    return result


def _groups_of(origin: Origin) -> int:
    text = dict(origin.header).get("NGROUPS", "")
    if not text.isdecimal() or int(text) < 1:
        raise DataError(
            "The file does not say how many groups an integration has (NGROUPS): nothing tells "
            "when the next one was read.",
            hint="Open a file with the keywords of the exposure.",
        )
    return int(text)


def _require_plain_groups(origin: Origin) -> None:
    frames = dict(origin.header).get("NFRAMES", "1")
    if frames != "1":
        raise DataError(
            f"A group is the mean of {frames} frames (NFRAMES): its reads have no one time.",
            hint="Open ramps of FASTR1 or SLOWR1.",
        )


def _about_waves(waves: Sequence[FoundWave], unit: str, source: Source) -> tuple[str, ...]:
    said = []
    for one in waves:
        if one.reason:
            said.append(one.reason)
        elif one.is_found:
            digits = max(0, 1 - int(np.floor(np.log10(one.error)))) if one.error > 0 else 2
            said.append(
                f"{one.frequency_hz:.3f} Hz is there: amplitude {one.amplitude:.{digits}f} ± "
                f"{one.error:.{digits}f} {unit}."
            )
        else:
            limit = one.amplitude + 3.0 * one.error
            said.append(f"{one.frequency_hz:.3f} Hz is not found: below {limit:.2g} {unit}.")
    if source != "ramps":
        said.append(
            "Rate images give a diagnosis only: how much of the wave a ramp fit keeps depends on "
            "the groups. Open the ramps to measure the amplitude."
        )
    return tuple(said)


def _about_rates(origin: Origin) -> tuple[str, ...]:
    if origin.step("S_MIREMI") == "COMPLETE":
        return (
            "The pipeline corrected the pattern noise (S_MIREMI is COMPLETE): this is the rest.",
        )
    return ()
