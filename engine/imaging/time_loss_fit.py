"""Fitting an exponential approach to factors of several stars, one of them the monitor."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze

SHORTEST_DAYS = 100.0  #: half a time constant: below it no change with time is sought
TAU_RANGE = (20.0, 2000.0)  #: bounds of a time constant that is fitted. Unit: d
_GRID = 25
_ZOOMS = 5  # until steps of tau are below 1e-5
_ROUNDS = 3  # until normalization and fit settle
_RANK = 1e-9
_FEWEST_FREE = 4  # A, B, tau, and one to spare
_NAN = float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class ApproachFit:
    """``value = A + B exp(-days / tau)`` through the points of several stars.

    Attributes
    ----------
    asymptote, amplitude, tau_days : float
        A, B and tau.
    errors : ndarray, shape (3,)
        One standard deviation of each; NaN: fixed, or not determined.
    fraction_error : float
        One standard deviation of B / A.
    normalized : ndarray, shape (n,)
        Values of the other stars brought to the monitor; NaN: a star never seen near in time.
    scatter : float
        Relative standard deviation about the fit; NaN: no point to spare.
    freedom : float
        Points minus what was fitted, the normalization included.
    is_tau_free : bool
        Whether tau was fitted.
    spread : ndarray, shape (n,)
        Expected standard deviation of each residual over that of a single value: less than 1 for
        a point that draws the fit to itself, more where a normalization adds to it. NaN: not used.
    """

    asymptote: float
    amplitude: float
    tau_days: float
    errors: FloatArray
    fraction_error: float
    normalized: FloatArray
    scatter: float
    freedom: float
    is_tau_free: bool
    spread: FloatArray

    def at(self, days: FloatArray) -> FloatArray:
        """Return the fit ``days`` after day zero."""
        return _model(days, np.array([self.asymptote, self.amplitude, self.tau_days]))


@dataclass(frozen=True, eq=False, slots=True)
class _Points:
    """What is fitted, without those that cannot be normalized; relative errors."""

    days: FloatArray
    values: FloatArray
    errors: FloatArray
    mixing: FloatArray  # relative changes of the normalized values by those of the values


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """A fit of some of A, B, tau, the first ``count``, with what it needs to be judged."""

    points: _Points
    parameters: FloatArray
    count: int
    extra: float  # scatter beyond the errors
    white: FloatArray  # makes relative noise white


def fit_approach(
    days: FloatArray,
    values: FloatArray,
    errors: FloatArray,
    stars: IntArray,
    *,
    near_days: float,
    tau_days: float,
    free_above: float,
) -> ApproachFit:
    """Fit an exponential approach, other stars normalized to the monitor near in time.

    Parameters
    ----------
    days : ndarray, shape (n,)
        After day zero. Finite.
    values, errors : ndarray, shape (n,)
        Positive factors, and their errors; an error that is not known is 0.
    stars : ndarray of int, shape (n,)
        0: the monitor, of which there is at least one point.
    near_days : float
        Two stars are compared when observed within so many days.
    tau_days : float
        Time constant unless it is fitted. Unit: d.
    free_above : float
        tau is fitted where B with this tau exceeds so many of its errors.

    Returns
    -------
    ApproachFit
        With all points within `SHORTEST_DAYS`, B is 0 and its error is not known.

    Notes
    -----
    A star is multiplied by the mean of the monitor's points over the mean of its own, of those
    within `near_days` of each other, the fitted curve taken out of both (Gordon+2025, Sec. 3.1).
    The points of a star share the noise of its normalization: generalized least squares, with
    the errors of the points and a scatter s for all of them, such that the squares of the
    residuals are those expected.
    """
    links = _links(days, stars, near_days)
    is_kept = (stars == 0) | np.any(links != 0, axis=1)
    relative = errors / values
    parameters = np.array([float(np.mean(values[stars == 0])), 0.0, tau_days])
    has_dates = float(np.ptp(days[is_kept])) >= SHORTEST_DAYS
    count, state = 1 + has_dates, None
    for turn in range(2 * _ROUNDS):
        if turn == _ROUNDS and state is not None:
            if not _is_clear(state, free_above):
                break
            count = 3
        normalized = _normalized(values, _model(days, parameters), links)
        points = _points(days, normalized, relative, links, is_kept)
        if state is None:
            state = _State(points, parameters, count, 0.0, _whitening(points, 0.0))
        parameters = _best(points, state.white / points.values, parameters[2], count)
        extra = _extra_scatter(points, state.white, parameters, count)
        state = _State(points, parameters, count, extra, _whitening(points, extra))
    assert state is not None
    normalized = np.full(days.size, np.nan)
    normalized[is_kept] = state.points.values
    return _finished(state, normalized)


def _is_clear(state: "_State", free_above: float) -> bool:
    """Tell whether the time constant is to be fitted."""
    if state.count < 2 or np.unique(state.points.days).size < _FEWEST_FREE:
        return False
    error = float(np.sqrt(_covariance(state)[1, 1]))
    return bool(abs(state.parameters[1]) > free_above * error)


def _model(days: FloatArray, parameters: FloatArray) -> FloatArray:
    curve: FloatArray = parameters[0] + parameters[1] * np.exp(-days / parameters[2])
    return curve


def _links(days: FloatArray, stars: IntArray, near_days: float) -> FloatArray:
    """Return, row by row, what the logarithm of the normalization of a point is made from."""
    count = days.size
    links = np.zeros((count, count))
    is_monitor = stars == 0
    is_near = np.abs(days[:, None] - days[None, :]) <= near_days
    for star in np.unique(stars[~is_monitor]):
        own = stars == star
        from_own = own & is_near[:, is_monitor].any(axis=1)
        if not from_own.any():
            continue
        from_monitor = is_monitor & is_near[:, own].any(axis=1)
        links[own] = from_monitor / from_monitor.sum() - from_own / from_own.sum()
    return links


def _normalized(values: FloatArray, curve: FloatArray, links: FloatArray) -> FloatArray:
    scaled: FloatArray = values * np.exp(links @ np.log(values / np.abs(curve)))
    return scaled


def _points(
    days: FloatArray,
    values: FloatArray,
    errors: FloatArray,
    links: FloatArray,
    is_kept: BoolArray,
) -> _Points:
    mixing = (np.eye(days.size) + links)[np.ix_(is_kept, is_kept)]
    return _Points(days[is_kept], values[is_kept], errors[is_kept], mixing)


def _variances(points: _Points, extra: float) -> FloatArray:
    """Return relative variances before normalization; 1 for all when nothing is known of any."""
    variances = points.errors**2 + extra**2
    return variances if np.all(variances > 0) else np.ones(points.days.size)


def _whitening(points: _Points, extra: float) -> FloatArray:
    """Return what makes the relative noise of the normalized values white: shape (rank, n).

    Normalization leaves combinations without any noise, which say nothing: they have no rank.
    """
    covariance = (points.mixing * _variances(points, extra)) @ points.mixing.T
    values, vectors = np.linalg.eigh(covariance)
    kept = values > _RANK * values[-1]
    white: FloatArray = (vectors[:, kept] / np.sqrt(values[kept])).T
    return white


def _best(points: _Points, white: FloatArray, tau: float, count: int) -> FloatArray:
    target, ones = white @ points.values, white.sum(axis=1)
    if count == 1:
        return np.array([float(ones @ target) / float(ones @ ones), 0.0, tau])

    def linear(taus: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return A, B, tau of least squares for each tau, and the sums of squares."""
        decay = white @ np.exp(-points.days[:, None] / taus)
        share = ones @ decay / float(ones @ ones)
        level = float(ones @ target) / float(ones @ ones)
        rest, centered = target - level * ones, decay - np.outer(ones, share)
        square = np.sum(centered**2, axis=0)
        slope = rest @ centered / square
        found = np.column_stack([level - slope * share, slope, taus])
        return found, float(rest @ rest) - slope**2 * square

    if count == 2:
        return np.array(linear(np.array([tau]))[0][0])
    low, high = np.log(TAU_RANGE)
    for _ in range(_ZOOMS):
        logs = np.linspace(low, high, _GRID)
        place = int(np.argmin(linear(np.exp(logs))[1]))
        low, high = logs[max(place - 1, 0)], logs[min(place + 1, _GRID - 1)]
    return np.array(linear(np.exp([0.5 * (low + high)]))[0][0])


def _slopes(points: _Points, parameters: FloatArray, count: int) -> FloatArray:
    """Return derivatives by A, B, tau, as many as count: shape (n, count)."""
    _, amplitude, tau = parameters
    decay = np.exp(-points.days / tau)
    by_tau = amplitude * decay * points.days / tau**2
    return np.column_stack([np.ones(decay.size), decay, by_tau])[:, :count]


def _covariance(state: _State) -> FloatArray:
    points, count = state.points, state.count
    if not np.any(points.errors > 0) and state.extra == 0.0:
        return np.full((count, count), _NAN)
    slopes = (state.white / points.values) @ _slopes(points, state.parameters, count)
    return np.asarray(np.linalg.pinv(slopes.T @ slopes, hermitian=True), dtype=np.float64)


def _leftover(points: _Points, white: FloatArray, parameters: FloatArray, count: int) -> FloatArray:
    """Return how relative residuals change with relative changes of the values: shape (n, n)."""
    slopes = _slopes(points, parameters, count) / points.values[:, None]
    seen = white @ slopes
    through = np.linalg.pinv(seen.T @ seen, hermitian=True) @ seen.T @ white
    left: FloatArray = points.mixing - slopes @ (through @ points.mixing)
    return left


def _extra_scatter(points: _Points, white: FloatArray, parameters: FloatArray, count: int) -> float:
    """Return the relative scatter beyond the errors: expected squares equal those found."""
    residuals = points.values / _model(points.days, parameters) - 1.0
    left = _leftover(points, white, parameters, count) ** 2
    freedom = float(left.sum())
    if freedom < 0.5:
        return 0.0
    squares = float(residuals @ residuals) - float((left @ points.errors**2).sum())
    return float(np.sqrt(max(squares, 0.0) / freedom))


def _finished(state: _State, normalized: FloatArray) -> ApproachFit:
    points, count, covariance = state.points, state.count, _covariance(state)
    errors = np.full(3, _NAN)
    errors[:count] = np.sqrt(np.diag(covariance))
    asymptote, amplitude, tau = (float(one) for one in state.parameters)
    fraction_error = _NAN
    if count > 1:
        by = np.array([-amplitude / asymptote**2, 1.0 / asymptote])
        fraction_error = float(np.sqrt(by @ covariance[:2, :2] @ by))
    residuals = points.values / _model(points.days, state.parameters) - 1.0
    left = _leftover(points, state.white, state.parameters, count) ** 2
    freedom = float(left.sum())
    spread = np.where(np.isfinite(normalized), 0.0, np.nan)
    spread[np.isfinite(normalized)] = np.sqrt(left.sum(axis=1))
    scatter = float(np.sqrt(residuals @ residuals / freedom)) if freedom > 0.5 else _NAN
    return ApproachFit(
        asymptote,
        amplitude,
        tau,
        freeze(errors),
        fraction_error,
        freeze(normalized),
        scatter,
        freedom,
        count == 3,
        freeze(spread),
    )
