"""Spectra over their own continuum, with the lines that stars have (Law+2025, Figs. 11, 25-28)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.errors import DataError, EngineError
from engine.model.bands import bands
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_star_name
from engine.spectra.continuum import Continuum, fit_continuum
from engine.spectra.lines import SpectralBand, SpectralLine, bands_between, lines_between
from engine.spectra.width_error import Baseline, width_error

#: The pages of the appendix: Figs. 25, 26, 27 and 28. Unit: um.
PAGES_UM = ((4.9, 6.7), (6.7, 10.5), (10.5, 16.0), (16.0, 27.0))

_ATOMS = {"H I", "He I", "He II"}
_IONS = {"[Ne V]", "[Ne VI]", "[O IV]"}
_BROAD = 0.0045  # of the wavelength: half-width of the broad lines of 10 Lac
_FEWEST = 20  # samples of a band
_FEWEST_ON_LINE = 3
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class NormalizedParams:
    """What the user decides about continua.

    Attributes
    ----------
    n_breakpoints : int
        Interior breakpoints of the continuum in each band.
    n_sigma : float
        Samples farther off are lines. Unit: robust standard deviations.
    line_half_width_percent : float
        The continuum is not fitted this close to a known line. Unit: per cent of the wavelength.
    """

    n_breakpoints: int = 8
    n_sigma: float = 3.0
    line_half_width_percent: float = 0.3


@dataclass(frozen=True, eq=False, slots=True)
class NormalizedBand:
    """One band of a source over its continuum. Arrays of shape (n,) share `wave_um`.

    Attributes
    ----------
    id, band : str
        Observation and band.
    wave_um : ndarray, shape (n,)
        Unit: um.
    data, error : ndarray, shape (n,)
        Flux and its error over the continuum of the flux. NaN: no measurement, not known.
    model : ndarray, shape (n,)
        The model over its own continuum. NaN: there is none.
    reason : str
        Why there is nothing; ``""``: there is.
    """

    id: str
    band: str
    wave_um: FloatArray
    data: FloatArray
    error: FloatArray
    model: FloatArray
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineMeasure:
    """One line, or a blend of lines, in one band of a source.

    Attributes
    ----------
    band, line : str
        Names; of a blend those of its lines with `` + `` in between, the strongest first.
    wave_um : float
        Rest wavelength, of a blend that of its strongest line. Unit: um.
    width_um, width_error : float
        Equivalent width of the data, positive in absorption, with its error: what the scatter
        beside the line, correlated as it is, does to the line and to the continuum under it.
        NaN: too little continuum. Unit: um.
    model_width_um : float
        Equivalent width of the model. NaN: no model.
    """

    band: str
    line: str
    wave_um: float
    width_um: float
    width_error: float
    model_width_um: float


@dataclass(frozen=True, eq=False, slots=True)
class NormalizedSource:
    """A source in all of its bands.

    Attributes
    ----------
    source, star : str
        Source key, usual name.
    bands : tuple of NormalizedBand
        Those observed, in order of wavelength.
    lines : tuple of LineMeasure
        The marked lines that are inside a band, in order of wavelength.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    source: str
    star: str
    bands: tuple[NormalizedBand, ...]
    lines: tuple[LineMeasure, ...]
    messages: tuple[str, ...] = ()


def marked_lines(low_um: float, high_um: float) -> tuple[SpectralLine, ...]:
    """Return the lines that are marked: H I, He I, He II, and the broad ones of 10 Lac.

    Parameters
    ----------
    low_um, high_um : float
        Unit: um, vacuum, at rest.
    """
    found = lines_between(low_um, high_um)
    return tuple(one for one in found if one.family in _ATOMS or one.name in _IONS)


def marked_blends(
    low_um: float, high_um: float, params: NormalizedParams = NormalizedParams()
) -> tuple[tuple[SpectralLine, ...], ...]:
    """Return the marked lines, those in each other's windows together: they have one width.

    Parameters
    ----------
    low_um, high_um : float
        Unit: um.
    params : NormalizedParams, optional
        Half-width of the window of a line.

    Returns
    -------
    tuple of tuple of SpectralLine
        In order of wavelength; the strongest line of a blend first, where strengths are known.
    """
    groups: list[list[SpectralLine]] = []
    for line in marked_lines(low_um, high_um):
        before = groups[-1][-1] if groups else None
        if before is not None:
            reach = max(_half_width(before, params), _half_width(line, params))
            if line.wave_um / before.wave_um - 1.0 <= reach:
                groups[-1].append(line)
                continue
        groups.append([line])

    def strength(line: SpectralLine) -> float:
        return line.strength if np.isfinite(line.strength) else np.inf

    return tuple(tuple(sorted(group, key=strength, reverse=True)) for group in groups)


def marked_bands(low_um: float, high_um: float) -> tuple[SpectralBand, ...]:
    """Return the molecular bands that are marked: CO of cool stars.

    Parameters
    ----------
    low_um, high_um : float
        Unit: um.
    """
    return tuple(one for one in bands_between(low_um, high_um) if one.family == "CO")


def normalize_source(
    source: str,
    spectra: Sequence[tuple[str, Spectrum, FloatArray]],
    params: NormalizedParams = NormalizedParams(),
) -> NormalizedSource:
    """Divide spectra and models by their own continua.

    Parameters
    ----------
    source : str
        Source key.
    spectra : sequence of (str, Spectrum, ndarray of shape (n,))
        Id, spectrum and model of each band, in any order. The model is in any unit, on the
        wavelengths of the spectrum; NaN throughout: there is none.
    params : NormalizedParams, optional
        The continuum.

    Returns
    -------
    NormalizedSource
        Bands, and the marked lines measured.

    Raises
    ------
    DataError
        If there is no spectrum, or a parameter is out of range.

    Notes
    -----
    Law+2025, Fig. 11 and Appendix. Levels cancel, so that an observation and its model can be
    compared line by line, and stars can be stacked. A continuum is a cubic spline with rejection
    (see `engine.spectra.continuum.fit_continuum`) that is not fitted within
    `line_half_width_percent` of a marked line, or 0.45 % of the broad ones of 10 Lac. The
    equivalent width is the integral of 1 - f over that window, positive in absorption; lines in
    each other's windows are a blend with one width, over the union of the windows. Its error
    holds correlated scatter, fringes among it, and the error of the continuum under the line
    (`engine.spectra.width_error`).
    """
    _require_usable(spectra, params)
    order = {band.name: at for at, band in enumerate(bands())}
    ordered = sorted(spectra, key=lambda one: order.get(one[1].identity.band, len(order)))
    pairs = tuple(_normalized(*one, params) for one in ordered)
    found = tuple(one for one, _ in pairs)
    return NormalizedSource(
        source=source,
        star=shown_star_name(spectra[0][1].identity.target),
        bands=found,
        lines=tuple(sorted(
            (line for one, under in pairs for line in _line_measures(one, under, params)),
            key=lambda line: (line.wave_um, line.band),
        )),
        messages=tuple(one.reason for one in found if one.reason),
    )  # fmt: skip


def _require_usable(
    spectra: Sequence[tuple[str, Spectrum, FloatArray]], params: NormalizedParams
) -> None:
    if not spectra:
        raise DataError("There is no spectrum to normalize.")
    if params.n_breakpoints < 0:
        raise DataError(
            f"A continuum cannot have {params.n_breakpoints} breakpoints.", hint="Take 0 or more."
        )
    if not params.n_sigma >= 1.0:
        raise DataError(
            f"Leaving out what is {params.n_sigma:g} σ off leaves no continuum.",
            hint="Take a limit of 1 or more; 3 is usual.",
        )


def _normalized(
    name: str, spectrum: Spectrum, model: FloatArray, params: NormalizedParams
) -> tuple[NormalizedBand, Continuum | None]:
    wave, band = spectrum.wave_um, spectrum.identity.band
    flux = np.where(spectrum.is_good, spectrum.flux, np.nan)
    line = _near_lines(wave, params)
    nothing = frozen(np.full(wave.shape, np.nan))
    count = int(np.count_nonzero(np.isfinite(flux) & ~line))
    reason = f"{band}: {count} good samples beside lines, {_FEWEST} are needed."
    if count >= _FEWEST:
        try:
            under = _continuum(wave, flux, line, params)
        except EngineError as error:
            reason = f"{band}: {error.what}"
        else:
            data, stated = _over(flux, under.curve), _over(spectrum.error, np.abs(under.curve))
            own = _normalized_model(wave, model, line, params)
            return NormalizedBand(name, band, wave, data, stated, own), under
    return NormalizedBand(name, band, wave, nothing, nothing, nothing, reason), None


def _normalized_model(
    wave_um: FloatArray, model: FloatArray, line: BoolArray, params: NormalizedParams
) -> FloatArray:
    if np.count_nonzero(np.isfinite(model) & ~line) < _FEWEST:
        return frozen(np.full(wave_um.shape, np.nan))
    return _over(model, _continuum(wave_um, model, line, params).curve)


def _continuum(
    wave_um: FloatArray, flux: FloatArray, line: BoolArray, params: NormalizedParams
) -> Continuum:
    """Return the continuum beside lines, and under them; NaN beyond the first and last sample."""
    return fit_continuum(
        wave_um,
        np.where(line, np.nan, flux),
        n_breakpoints=params.n_breakpoints,
        n_sigma=params.n_sigma,
    )


def _near_lines(wave_um: FloatArray, params: NormalizedParams) -> BoolArray:
    near = np.zeros(wave_um.shape, dtype=bool)
    for line in marked_lines(0.98 * float(wave_um[0]), 1.02 * float(wave_um[-1])):
        near |= np.abs(wave_um / line.wave_um - 1.0) <= _half_width(line, params)
    return near


def _half_width(line: SpectralLine, params: NormalizedParams) -> float:
    """Return the half-width of a line's window, relative to its wavelength."""
    return _BROAD if line.name in _IONS else params.line_half_width_percent / 100.0


def _over(values: FloatArray, curve: FloatArray) -> FloatArray:
    usable = np.isfinite(values) & np.isfinite(curve) & (curve != 0)
    ratio = np.divide(values, curve, out=np.full(values.shape, np.nan), where=usable)
    return freeze(ratio)


def _line_measures(
    one: NormalizedBand, under: Continuum | None, params: NormalizedParams
) -> list[LineMeasure]:
    if under is None:
        return []
    step = np.gradient(one.wave_um)
    beside = np.isfinite(one.data) & ~_near_lines(one.wave_um, params)
    baseline = Baseline(one.wave_um, step, one.data, beside, under)
    found = []
    for blend in marked_blends(float(one.wave_um[0]), float(one.wave_um[-1]), params):
        inside = np.zeros(one.wave_um.shape, dtype=bool)
        for line in blend:
            inside |= np.abs(one.wave_um / line.wave_um - 1.0) <= _half_width(line, params)
        inside &= np.isfinite(one.data)
        if np.count_nonzero(inside) < _FEWEST_ON_LINE:
            continue
        with_model = inside & np.isfinite(one.model)
        found.append(
            LineMeasure(
                band=one.band,
                line=" + ".join(line.name for line in blend),
                wave_um=blend[0].wave_um,
                width_um=float(np.sum((1.0 - one.data)[inside] * step[inside])),
                width_error=width_error(baseline, inside),
                model_width_um=float(np.sum((1.0 - one.model)[with_model] * step[with_model]))
                if with_model.any()
                else _NAN,
            )
        )
    return found
