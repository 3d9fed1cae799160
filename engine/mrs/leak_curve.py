"""The curve of the 12.2 um leak, derived from a blue and a red source (Law+2025, Sec. 5.3)."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.counting import counted
from engine.errors import DataError, FitError
from engine.model.leak import LeakCurve
from engine.model.spectrum import Spectrum
from engine.numerics.robust import scatter_about_zero
from engine.spectra.lines import lines_between
from engine.spectra.overlaps import good_error, good_flux, interpolate_inside
from engine.spectra.resample import rebin

_DEGREE = 3
_EDGE = 2  # splines at each end that would not start from zero with zero slope
_PASSES = 4
_MAX_REJECTIONS = 20
_LEAST_CONTRAST = 0.3
_FEWEST_OUTSIDE = 40
_STRONG = 0.5  # of Humphreys alpha
_BRIDGE = 0.02  # of the peak
_LIGHT_KM_S = 299792.458


@dataclass(frozen=True, slots=True)
class LeakCurveParams:
    """What the user decides about the curve.

    Attributes
    ----------
    blue, red : str
        Sources (``"10 Lac/1524-16"``, or the name of a star); ``""``: chosen by their roles.
    window_um : tuple of float
        Where light leaks; outside the curve is 0. Unit: um.
    spacing_um : float
        Distance of the breakpoints of the curve. Unit: um. At 0.03 a cubic misses a bump with a
        half-width of 0.05 by a quarter of its error.
    order : int
        Order of the polynomial in wavelength that the levels of the two sources differ by.
    reject_sigma : float
        Samples farther off than this take no part: cosmic rays.
    line_half_width_km_s : float
        Samples nearer than this to a strong line of hydrogen take no part: models of stars are
        not good enough there. 0: all take part.
    """

    blue: str = ""
    red: str = ""
    window_um: tuple[float, float] = (11.92, 12.70)
    spacing_um: float = 0.024
    order: int = 5
    reject_sigma: float = 5.0
    line_half_width_km_s: float = 1200.0


@dataclass(frozen=True, eq=False, slots=True)
class LeakSource:
    """One source that shows, or does not show, the leak.

    Attributes
    ----------
    name : str
        For messages.
    leaky, leaking : Spectrum
        Its spectra of 3A and of 1B, in one unit.
    model : Spectrum or None
        Model of the source in Jy; `None`: it is smooth over 3A, and nothing else is assumed.
    """

    name: str
    leaky: Spectrum
    leaking: Spectrum
    model: Spectrum | None = None


@dataclass(frozen=True, eq=False, slots=True)
class LeakFit:
    """A leak curve and what it rests on.

    Attributes
    ----------
    curve : LeakCurve
        Fraction and error on the wavelengths of the blue source; 0 outside the window.
    sample : ndarray, shape (n,)
        Fraction that each sample gives by itself. NaN: no measurement.
    sample_error : ndarray, shape (n,)
        One standard deviation of `sample`.
    used : ndarray of bool, shape (n,)
        Samples of the last fit.
    level : ndarray, shape (n,)
        The polynomial: response seen with the blue source over that seen with the red one.
    ratio : ndarray, shape (n,)
        Blue over red, each over its model: the level, plus the leak.
    color : tuple of float
        Signal at 6.1 um over signal at 12.2 um of the blue and of the red source.
    chi2, freedom : float, int
        Of the last fit; errors are raised by the root of their ratio when it exceeds 1.
    window_um : tuple of float
        Where the curve is not 0. Unit: um.
    line_windows_um : tuple of (float, float)
        Ranges around lines that take no part. Unit: um.
    blue, red : str
        Names of the sources.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    curve: LeakCurve
    sample: FloatArray
    sample_error: FloatArray
    used: BoolArray
    level: FloatArray
    ratio: FloatArray
    color: tuple[float, float]
    chi2: float
    freedom: int
    window_um: tuple[float, float]
    line_windows_um: tuple[tuple[float, float], ...]
    blue: str
    red: str
    messages: tuple[str, ...] = ()

    @property
    def peak(self) -> tuple[float, float, float]:
        """Wavelength (um), fraction and error of the highest point."""
        at = int(np.argmax(self.curve.fraction))
        values = (self.curve.wave_um[at], self.curve.fraction[at], self.curve.error[at])
        return float(values[0]), float(values[1]), float(values[2])


def derive_leak_curve(
    blue: LeakSource, red: LeakSource, params: LeakCurveParams = LeakCurveParams()
) -> LeakFit:
    """Derive the fraction of 1B that leaks into 3A from two sources of different color.

    Parameters
    ----------
    blue, red : LeakSource
        Much and little light at 6.1 um compared with 12.2 um. All four spectra in one unit.
    params : LeakCurveParams, optional
        Window, spacing, level, rejection.

    Returns
    -------
    LeakFit
        The curve in the unit of the spectra, with its error.

    Raises
    ------
    DataError
        If units differ, spectra do not overlap, or the two colors are too similar.
    FitError
        If too few samples are left.

    Notes
    -----
    With y the signal of 3A over the model, x that of 1B at half the wavelength over the same
    model, R the response and L the leak, ``y_i = R k_i + L x_i``. The ratio of the sources is
    ``y_b / y_r = k + L (x_b - k x_r) / y_r`` with k a polynomial in wavelength: what the levels of
    two sources differ by (Law+2025, Figs. 9 and 16), and the shape of a source without a model.
    L is a cubic B-spline that begins and ends with the window at zero. Both are fitted together,
    so the error of L holds that of k; k on the right is that of the last pass. A leak that is as
    smooth as k is not seen. Breakpoints inside the window of a line are left out: the curve
    bridges it, and its error there is raised by 2 % of the peak, as far as a bridge was off in
    simulated data.
    """
    _require_units(blue, red)
    color = _colors(blue, red, params)
    data = _Ratio.of(blue, red)
    design = _Design.of(data.wave_um, params)
    _require_outside(data, design)
    fit = _fit(data, design, params)
    fraction = design.splines @ fit.leak
    variance = np.einsum("ij,ij->i", design.splines @ fit.leak_covariance, design.splines)
    scale = max(1.0, fit.chi2 / fit.freedom)
    weight = data.lever(fit.level)
    bridged = design.lines * _BRIDGE * np.max(np.abs(fraction))
    curve = LeakCurve(
        wave_um=frozen(data.wave_um),
        fraction=freeze(fraction),
        error=freeze(np.hypot(np.sqrt(np.maximum(variance, 0.0) * scale), bridged)),
        unit=blue.leaky.unit,
    )
    return LeakFit(
        curve=curve,
        sample=freeze((data.ratio - fit.level) / weight),
        sample_error=freeze(data.error / np.abs(weight)),
        used=frozen(fit.used, dtype=bool),
        level=freeze(fit.level),
        ratio=freeze(data.ratio),
        color=color,
        chi2=fit.chi2,
        freedom=fit.freedom,
        window_um=params.window_um,
        line_windows_um=design.line_windows_um,
        blue=blue.name,
        red=red.name,
        messages=_messages(blue, red, scale),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Ratio:
    """The two sources on the wavelengths of the blue one."""

    wave_um: FloatArray
    ratio: FloatArray
    error: FloatArray
    blue_lever: FloatArray  # x_b / y_r
    red_lever: FloatArray  # x_r / y_r

    @classmethod
    def of(cls, blue: LeakSource, red: LeakSource) -> "_Ratio":
        at = blue.leaky.wave_um
        y, y_error, x = _over_model(blue, at)
        red_y, red_error, red_x = _over_model(red, at)
        with np.errstate(invalid="ignore", divide="ignore"):
            usable = (y > 0) & (red_y > 0)
            ratio = np.where(usable, y / red_y, np.nan)
            error = ratio * np.hypot(y_error / y, red_error / red_y)
            found = cls(at, ratio, error, x / red_y, red_x / red_y)
        if not found.counts.any():
            raise DataError(
                f"{blue.name} and {red.name} have no sample of 3A and 1B in common.",
                hint="Choose other sources.",
            )
        return found

    @property
    def counts(self) -> BoolArray:
        """Samples that tell something."""
        whole = self.ratio + self.error + self.blue_lever + self.red_lever
        counts: BoolArray = np.isfinite(whole) & (self.error > 0)
        return counts

    def lever(self, level: FloatArray) -> FloatArray:
        """Return what the leak is multiplied by in the ratio."""
        return self.blue_lever - level * self.red_lever


@dataclass(frozen=True, eq=False, slots=True)
class _Design:
    """The functions that level and leak are made of, at each sample."""

    polynomials: FloatArray
    splines: FloatArray
    inside: BoolArray
    lines: BoolArray
    line_windows_um: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, wave_um: FloatArray, params: LeakCurveParams) -> "_Design":
        low, high = params.window_um
        if not (low < high and params.spacing_um > 0):
            raise DataError(
                f"A window of {low:g}–{high:g} µm with breakpoints {params.spacing_um:g} µm apart "
                "holds no curve.",
                hint="Choose a lower limit below the upper one.",
            )
        pieces = max(round((high - low) / params.spacing_um), 2 * _EDGE)
        windows = _line_windows(params)
        edges = _breakpoints(np.linspace(low, high, pieces + 1), windows)
        knots = np.concatenate([[low] * _DEGREE, edges, [high] * _DEGREE])
        inside = (wave_um >= low) & (wave_um <= high)
        size = knots.size - _DEGREE - 1
        splines = np.zeros((wave_um.size, size))
        splines[inside] = BSpline.design_matrix(wave_um[inside], knots, _DEGREE).toarray()
        middle, half = 0.5 * (wave_um[0] + wave_um[-1]), 0.5 * (wave_um[-1] - wave_um[0])
        scaled = (wave_um - middle) / half
        polynomials = np.polynomial.chebyshev.chebvander(scaled, params.order)
        lines = _within(wave_um, windows)
        return cls(polynomials, splines[:, _EDGE:-_EDGE], inside, lines, windows)


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    level: FloatArray
    leak: FloatArray
    leak_covariance: FloatArray
    used: BoolArray
    chi2: float
    freedom: int


def _fit(data: _Ratio, design: _Design, params: LeakCurveParams) -> _Fit:
    """Fit level and leak together, rejecting what stands off until the choice is stable."""
    allowed = data.counts & ~design.lines
    used = allowed
    level = _level_outside(data, design, used)
    for _ in range(_MAX_REJECTIONS):
        solution, covariance, matrix = _solve(data, design, used, level)
        n_level = design.polynomials.shape[1]
        level = design.polynomials @ solution[:n_level]
        deviation = (data.ratio - matrix @ solution) / data.error
        unit = max(scatter_about_zero(deviation[used]), 1e-12)
        kept = allowed & (np.abs(np.nan_to_num(deviation)) <= params.reject_sigma * unit)
        if np.array_equal(kept, used):
            break
        used = kept
    freedom = int(np.count_nonzero(used)) - solution.size
    if freedom < 1:
        raise FitError(
            f"{np.count_nonzero(used)} samples do not determine {solution.size} values.",
            hint="Choose a larger spacing.",
        )
    return _Fit(
        level=level,
        leak=solution[n_level:],
        leak_covariance=covariance[n_level:, n_level:],
        used=used,
        chi2=float(np.sum(deviation[used] ** 2)),
        freedom=freedom,
    )


def _line_windows(params: LeakCurveParams) -> tuple[tuple[float, float], ...]:
    """Return the ranges around strong lines of hydrogen inside the window of the leak."""
    reach = params.line_half_width_km_s / _LIGHT_KM_S
    if not reach > 0:
        return ()
    lines = lines_between(*params.window_um, species="hydrogen")
    return tuple(
        (one.wave_um * (1 - reach), one.wave_um * (1 + reach))
        for one in lines
        if one.strength >= _STRONG
    )


def _breakpoints(edges: FloatArray, windows: tuple[tuple[float, float], ...]) -> FloatArray:
    """Return breakpoints of which none lies in a window, and two at its limits."""
    margin = 0.5 * (edges[1] - edges[0])
    for low, high in windows:
        near = (edges > low - margin) & (edges < high + margin)
        near[[0, -1]] = False
        limits = [one for one in (low, high) if edges[0] + margin < one < edges[-1] - margin]
        edges = np.sort(np.concatenate([edges[~near], limits]))
    return edges


def _within(wave_um: FloatArray, windows: tuple[tuple[float, float], ...]) -> BoolArray:
    found = np.zeros(wave_um.size, dtype=bool)
    for low, high in windows:
        found |= (wave_um >= low) & (wave_um <= high)
    return found


def _level_outside(data: _Ratio, design: _Design, used: BoolArray) -> FloatArray:
    """Return the level as the samples outside the window have it."""
    chosen = used & ~design.inside
    weight = 1.0 / data.error[chosen]
    solution = np.linalg.lstsq(
        design.polynomials[chosen] * weight[:, None], data.ratio[chosen] * weight, rcond=None
    )[0]
    level: FloatArray = design.polynomials @ solution
    return level


def _solve(
    data: _Ratio, design: _Design, used: BoolArray, level: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the least-squares solution, its covariance, and the design of the last pass."""
    weight = 1.0 / data.error[used]
    for _ in range(_PASSES):
        lever = np.nan_to_num(data.lever(level))
        matrix = np.concatenate([design.polynomials, design.splines * lever[:, None]], axis=1)
        scaled = matrix[used] * weight[:, None]
        size = np.linalg.norm(scaled, axis=0)
        if not np.all(size > 0):
            raise FitError(
                "Part of the window has no samples.", hint="Choose a larger spacing or a window "
                "that both sources cover.",
            )  # fmt: skip
        left, values, right = np.linalg.svd(scaled / size, full_matrices=False)
        if values[-1] < 1e-10 * values[0]:
            raise FitError(
                "The leak and the level of the sources cannot be told apart.",
                hint="Choose a narrower window or a lower order.",
            )
        inverse = right.T / values
        solution = inverse @ (left.T @ (data.ratio[used] * weight)) / size
        level = design.polynomials @ solution[: design.polynomials.shape[1]]
    return solution, (inverse @ inverse.T) / np.outer(size, size), matrix


def _over_model(source: LeakSource, at_um: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return 3A, its error, and 1B at half the wavelength, all over the model of 3A."""
    leaky, leaking = source.leaky, source.leaking
    good = leaking.is_good
    signal = interpolate_inside(leaky.wave_um, good_flux(leaky), at_um)
    error = interpolate_inside(leaky.wave_um, good_error(leaky), at_um)
    source_um = 2.0 * leaking.wave_um[good]
    at_half = interpolate_inside(source_um, leaking.flux[good], at_um)
    if source_um.size:  # the ends of 1B are held, as where the leak is subtracted
        held = np.interp(at_um, source_um, leaking.flux[good])
        at_half = np.where(np.isfinite(at_half), at_half, held)
    model = np.ones(at_um.size) if source.model is None else _binned(source.model, at_um)
    return signal / model, error / model, at_half / model


def _binned(model: Spectrum, at_um: FloatArray) -> FloatArray:
    good = model.is_good
    return rebin(model.wave_um[good], model.flux[good], at_um)


def _require_units(blue: LeakSource, red: LeakSource) -> None:
    spectra = (blue.leaky, blue.leaking, red.leaky, red.leaking)
    units = sorted({one.unit or "no unit" for one in spectra})
    if len(units) > 1:
        raise DataError(
            f"The spectra of {blue.name} and {red.name} are in {' and '.join(units)}.",
            hint="Choose two sources whose 1B and 3A are all in one unit.",
        )


def _require_outside(data: _Ratio, design: _Design) -> None:
    outside = int(np.count_nonzero(data.counts & ~design.inside))
    if outside < _FEWEST_OUTSIDE:
        raise FitError(
            f"Only {counted(outside, 'sample lies', 'samples lie')} "
            "outside the window: the level of the sources is not "
            "known.",
            hint="Choose a narrower window.",
        )


def _colors(blue: LeakSource, red: LeakSource, params: LeakCurveParams) -> tuple[float, float]:
    """Return 1B over 3A of both sources in the window.

    Raises
    ------
    DataError
        If they are too similar to tell the leak from the response.
    """
    low, high = params.window_um
    found = []
    for source in (blue, red):
        inside = (source.leaky.wave_um >= low) & (source.leaky.wave_um <= high)
        half = (source.leaking.wave_um >= 0.5 * low) & (source.leaking.wave_um <= 0.5 * high)
        long = np.nanmedian(good_flux(source.leaky)[inside])
        found.append(float(np.nanmedian(good_flux(source.leaking)[half]) / long))
    first, second = found
    if first - second < _LEAST_CONTRAST * (abs(first) + abs(second)):
        raise DataError(
            f"1B over 3A is {first:.3g} for {blue.name} and {second:.3g} for {red.name}: too "
            "similar to tell a leak from the response.",
            hint="Choose a star as the blue source, and an asteroid or a disk as the red one.",
        )
    return first, second


def _messages(blue: LeakSource, red: LeakSource, scale: float) -> tuple[str, ...]:
    said = [
        f"{one.name} has no model: it is taken to be smooth over 3A."
        for one in (blue, red)
        if one.model is None
    ]
    if scale > 1.5:
        said.append(
            f"Samples scatter {np.sqrt(scale):.1f} times as much as their errors say (fringes, "
            "lines); the error of the curve is raised by that."
        )
    return tuple(said)
