"""The signal-to-noise ratio of a star told in four ways (Law+2025, Sec. 7, Fig. 18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, freeze, frozen
from engine.compare.noise_bins import (
    bin_places,
    effective_count,
    inverse_root,
    mean_in_bins,
    mean_square,
    neighbor_correlation,
    rms,
)
from engine.compare.repeatability import mjd_of, require_visits
from engine.compare.spline_noise import SplineNoise, measure_spline_noise
from engine.compare.stochastic_noise import deviations_of
from engine.compare.visits import FEWEST_SAMPLES, AlignedVisits, Visit, align_visits
from engine.model.bands import bands
from engine.progress import SILENT, Progress
from engine.spectra.overlaps import good_flux, interpolate_inside

Basis = Literal["visits", "spline", "none"]
ErrorVerdict = Literal["agrees", "too small", "too large", "not judged"]

ERR_IS_WRONG = 1.5  #: stated errors off by more than this factor, and by three sigma, are told
_CERTAIN = 3.0  # sigma
_FEWEST_TO_TELL_APART = 3  # two visits differ by the noise of both: whose it is stays open
_FEWEST = 5  # samples
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class SnrParams:
    """What the user decides about signal-to-noise ratios.

    Attributes
    ----------
    n_bins : int
        Equal wavelength bins of each band; noise is told for each.
    n_breakpoints : int
        Interior breakpoints of the spline that a spectrum is compared with.
    reject_sigma : float
        Values of a visit farther than this from the other visits are cosmic rays, not noise.
    min_samples : int
        A visit with fewer samples in common with the others is not compared with them.
    """

    n_bins: int = 10
    n_breakpoints: int = 20
    reject_sigma: float = 5.0
    min_samples: int = FEWEST_SAMPLES


@dataclass(frozen=True, eq=False, slots=True)
class CalculatorCurve:
    """What the exposure-time calculator expects of one band.

    Attributes
    ----------
    band : str
        ``"4A"``.
    wave_um : ndarray, shape (n,)
        Strictly increasing. Unit: um.
    snr : ndarray, shape (n,)
        For one wavelength element of one visit. NaN: not given.
    flux_jy : ndarray, shape (n,)
        Flux that it was computed for; NaN: not given. Unit: Jy.
    """

    band: str
    wave_um: FloatArray
    snr: FloatArray
    flux_jy: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class VisitSnr:
    """The signal-to-noise ratio of one visit in one band, in k wavelength bins.

    Attributes
    ----------
    id : str
        That of the `Visit`.
    source, date : str
        Target, program and observation; ``"2024-02-28"``.
    mjd : float
        NaN: not known. Unit: d.
    by_spline, by_spline_error : ndarray, shape (k,)
        From the scatter about a spline, for one wavelength element. NaN: not measured.
    by_visits : ndarray, shape (k,)
        From how this visit differs from the others. NaN: there are none.
    stated : ndarray, shape (k,)
        From the errors that the spectrum states. NaN: it states none.
    correlation : float
        Of neighboring samples about the spline; drizzling shares noise among them.
    factor, factor_error : float
        Stated error over measured noise, over the band. NaN: one of them is not known.
    basis : {"visits", "spline", "none"}
        Which noise `factor` rests on.
    verdict : {"agrees", "too small", "too large", "not judged"}
        What `factor` says of the stated errors.
    reason : str
        Why the visit is not compared with the others; ``""``: it is.
    by_visits_error : ndarray, shape (k,)
        Of `by_visits`. What is stated has no error: it is read, not measured.
    """

    id: str
    source: str
    date: str
    mjd: float
    by_spline: FloatArray
    by_spline_error: FloatArray
    by_visits: FloatArray
    stated: FloatArray
    correlation: float
    factor: float
    factor_error: float
    basis: Basis
    verdict: ErrorVerdict
    reason: str = ""
    by_visits_error: FloatArray = field(default_factory=lambda: frozen([]))


@dataclass(frozen=True, eq=False, slots=True)
class BandSnr:
    """Signal-to-noise ratios of one band.

    Attributes
    ----------
    band : str
        ``"4A"``.
    edges_um : ndarray, shape (k + 1,)
        Of the bins; empty when there is no spectrum. Unit: um.
    by_visits, by_visits_error : ndarray, shape (k,)
        Of one visit, from the differences of all of them. NaN: fewer than two compare.
    calculator : ndarray, shape (k,)
        What the exposure-time calculator expects. NaN: no curve is given there.
    visits : tuple of VisitSnr
        In order of date.
    reason : str
        Why visits are not compared; ``""``: they are.
    """

    band: str
    edges_um: FloatArray
    by_visits: FloatArray
    by_visits_error: FloatArray
    calculator: FloatArray
    visits: tuple[VisitSnr, ...]
    reason: str = ""

    @property
    def wave_um(self) -> FloatArray:
        """Middles of the bins. Unit: um."""
        middle: FloatArray = 0.5 * (self.edges_um[1:] + self.edges_um[:-1])
        return middle

    def visit(self, source: str) -> VisitSnr | None:
        """Return the visit with the source key ``source``, or `None`."""
        return next((one for one in self.visits if one.source == source), None)


@dataclass(frozen=True, eq=False, slots=True)
class StarSnr:
    """Signal-to-noise ratios of one star in all bands.

    Attributes
    ----------
    star : str
        Its name.
    bands : tuple of BandSnr
        The twelve bands in order of wavelength.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    star: str
    bands: tuple[BandSnr, ...]
    messages: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Source keys of all visits, in order of date."""
        dated = {(one.mjd, one.source) for band in self.bands for one in band.visits}
        order = sorted(dated, key=lambda pair: (np.isnan(pair[0]), pair))
        return tuple(dict.fromkeys(source for _, source in order))

    @property
    def shown_source(self) -> str:
        """The visit worth a look: the one whose errors are most wrong, else the first."""
        worst: dict[str, float] = {}
        for band in self.bands:
            for one in band.visits:
                if one.verdict in {"too small", "too large"}:
                    worst[one.source] = max(worst.get(one.source, 0.0), abs(np.log(one.factor)))
        return max(worst, key=worst.__getitem__) if worst else next(iter(self.sources), "")


def measure_signal_to_noise(
    star: str,
    visits: Sequence[Visit],
    params: SnrParams = SnrParams(),
    *,
    curves: Sequence[CalculatorCurve] = (),
    progress: Progress = SILENT,
) -> StarSnr:
    """Measure the signal-to-noise ratio in four ways, and judge the errors that spectra state.

    Parameters
    ----------
    star : str
        Its name.
    visits : sequence of Visit
        Spectra of one stage, in any order; one visit is enough for three of the four ways.
    params : SnrParams, optional
        Bins, spline, rejection.
    curves : sequence of CalculatorCurve, optional
        Of the exposure-time calculator; the last one of a band counts.
    progress : Progress, optional
        Told before each band.

    Returns
    -------
    StarSnr
        Twelve bands, with NaN and a sentence for what cannot be told.

    Raises
    ------
    DataError
        If there are no visits at all, or one visit comes twice in a band.

    Notes
    -----
    Law+2025, Sec. 7, Fig. 18, footnote 19. All ratios are for one wavelength element of one visit
    and in the same bins: the level over the rms, with N - k degrees of freedom about a spline
    (see `engine.compare.spline_noise`) and corrected for the median of the other visits
    (see `engine.compare.stochastic_noise`); errors and curves enter as 1 / sqrt(mean(1 / snr^2)).
    Stated errors are judged by how a visit differs from the others when there are three visits
    or more, else by its scatter about the spline, which counts residual fringes as noise.
    """
    require_visits(star, visits)
    known = {curve.band: curve for curve in curves}
    measured = []
    for done, band in enumerate(bands()):
        progress.step(done, len(bands()), f"{star} {band.name}")
        measured.append(_measured(band.name, visits, params, known.get(band.name)))
    return StarSnr(star, tuple(measured), _messages(measured, visits, known))


def _measured(
    band: str, visits: Sequence[Visit], params: SnrParams, curve: CalculatorCurve | None
) -> BandSnr:
    aligned = align_visits(band, visits, min_samples=params.min_samples)
    edges = _edges(aligned, params.n_bins)
    if not edges.size:
        nothing = frozen([])
        return BandSnr(band, nothing, nothing, nothing, nothing, (), aligned.reason)
    pooled, pooled_error, rows = _from_differences(aligned, edges, params)
    owns = [
        measure_spline_noise(visit.spectrum, n_breakpoints=params.n_breakpoints)
        for visit in aligned.visits
    ]
    return BandSnr(
        band=band,
        edges_um=freeze(edges),
        by_visits=freeze(pooled),
        by_visits_error=freeze(pooled_error),
        calculator=freeze(_expected(curve, edges)),
        visits=tuple(
            _visit(visit, own, edges, rows.get(i), aligned.reasons[i] or aligned.reason)
            for i, (visit, own) in enumerate(zip(aligned.visits, owns, strict=True))
        ),
        reason=aligned.reason,
    )


def _edges(aligned: AlignedVisits, n_bins: int) -> FloatArray:
    """Return the bins, equal in wavelength, over everything that the visits measure."""
    waves = [visit.spectrum.wave_um[visit.spectrum.is_good] for visit in aligned.visits]
    waves = [wave for wave in waves if wave.size >= 2]
    if not waves:
        return np.zeros(0)
    low, high = min(wave[0] for wave in waves), max(wave[-1] for wave in waves)
    return np.linspace(low, high, max(n_bins, 1) + 1)


@dataclass(frozen=True, eq=False, slots=True)
class _Row:
    """How one visit differs from the others, and the errors it states there."""

    by_bin: FloatArray
    by_bin_error: FloatArray
    noise: float
    stated: float
    freedom: float


def _from_differences(
    aligned: AlignedVisits, edges: FloatArray, params: SnrParams
) -> tuple[FloatArray, FloatArray, dict[int, _Row]]:
    """Return S/N and its error from all visits, and the rows of those that take part."""
    nothing = np.full(edges.size - 1, np.nan)
    if aligned.reason:
        return nothing, nothing.copy(), {}
    found = deviations_of(aligned, params.reject_sigma)
    away = np.where(found.kept, found.away, np.nan)
    where = bin_places(aligned.wave_um, edges)
    n_visits = away.shape[0]
    shared = 1.0 + 2.0 * neighbor_correlation(away) ** 2
    variance, count = mean_square(away, where, edges.size - 1)
    freedom = count * (n_visits - 1) / n_visits / shared
    snr = inverse_root(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = snr / np.sqrt(2.0 * freedom)
    rows = {}
    for row, i in enumerate(np.flatnonzero(aligned.used)):
        used = found.kept[row] & np.isfinite(found.stated[row])
        own, own_count = mean_square(away[row : row + 1], where, edges.size - 1)
        own_snr = inverse_root(own)
        with np.errstate(divide="ignore", invalid="ignore"):
            own_error = own_snr / np.sqrt(2.0 * own_count / shared)
        rows[int(i)] = _Row(
            own_snr,
            own_error,
            rms(away[row, used]),
            rms(found.stated[row, used]),
            effective_count(found.stated[row, used]) / shared,
        )
    return snr, error, rows if n_visits >= _FEWEST_TO_TELL_APART else {}


def _visit(
    visit: Visit, own: SplineNoise | None, edges: FloatArray, row: _Row | None, reason: str
) -> VisitSnr:
    nothing = frozen(np.full(edges.size - 1, np.nan))
    spline, spline_error, stated = nothing, nothing, nothing
    if own is not None:
        spline, spline_error, stated = _by_spline(own, edges)
    factor, factor_error, basis = _factor(own, row)
    identity = visit.spectrum.identity
    return VisitSnr(
        id=visit.id,
        source=identity.source_key,
        date=identity.date,
        mjd=mjd_of(identity),
        by_spline=spline,
        by_spline_error=spline_error,
        by_visits=nothing if row is None else freeze(row.by_bin),
        by_visits_error=nothing if row is None else freeze(row.by_bin_error),
        stated=stated,
        correlation=_NAN if own is None else own.correlation,
        factor=factor,
        factor_error=factor_error,
        basis=basis,
        verdict=judge_errors(factor, factor_error),
        reason=reason,
    )


def _by_spline(own: SplineNoise, edges: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return S/N about the spline, its error, and what the stated errors say."""
    where, n_bins = bin_places(own.wave_um, edges), edges.size - 1
    square, count = mean_square(own.residual[None, :], where, n_bins)
    level = mean_in_bins(own.level, where, n_bins)
    stated, _ = mean_square(own.error[None, :], where, n_bins)
    snr = level * inverse_root(square / own.variance_part)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = snr / np.sqrt(2.0 * count * own.variance_part / own.shared)
    return freeze(snr), freeze(error), freeze(level * inverse_root(stated))


def _factor(own: SplineNoise | None, row: _Row | None) -> tuple[float, float, Basis]:
    """Return stated error over noise, its own error, and which noise that is."""
    if row is not None and row.noise > 0 and row.stated > 0:
        factor = row.stated / row.noise
        return factor, factor / float(np.sqrt(2.0 * row.freedom)), "visits"
    if own is None:
        return _NAN, _NAN, "none"
    used = own.used & np.isfinite(own.error) & (own.error > 0)
    count = int(np.count_nonzero(used))
    noise = rms(own.residual[used] / own.level[used]) / np.sqrt(own.variance_part)
    if count < _FEWEST or not noise > 0:
        return _NAN, _NAN, "none"
    stated = own.error[used] / own.level[used]
    factor = rms(stated) / noise
    freedom = effective_count(stated) * own.variance_part / own.shared
    return factor, factor / float(np.sqrt(2.0 * freedom)), "spline"


def judge_errors(factor: float, error: float) -> ErrorVerdict:
    """Judge stated errors by how many times the measured noise they are.

    Parameters
    ----------
    factor, error : float
        Stated error over measured noise, and the error of that. NaN: not known.

    Returns
    -------
    {"agrees", "too small", "too large", "not judged"}
        Wrong are those that are off by `ERR_IS_WRONG` and by three sigma.
    """
    if not factor > 0:
        return "not judged"
    is_certain = abs(factor - 1.0) > _CERTAIN * error
    if is_certain and factor < 1.0 / ERR_IS_WRONG:
        return "too small"
    return "too large" if is_certain and factor > ERR_IS_WRONG else "agrees"


def _expected(curve: CalculatorCurve | None, edges: FloatArray) -> FloatArray:
    """Return the expected S/N in each bin; NaN where the curve does not reach across it."""
    result = np.full(edges.size - 1, np.nan)
    if curve is None:
        return result
    fine = np.linspace(edges[:-1], edges[1:], 21)  # 21 places in each bin
    snr = interpolate_inside(curve.wave_um, curve.snr, fine.ravel()).reshape(fine.shape)
    good = np.all(snr > 0, axis=0)
    result[good] = np.mean(snr[:, good] ** -2.0, axis=0) ** -0.5
    return result


def _messages(
    measured: Sequence[BandSnr],
    visits: Sequence[Visit],
    curves: Mapping[str, CalculatorCurve],
) -> tuple[str, ...]:
    found = _wrong_errors(measured)
    found += _other_fluxes(visits, curves)
    if not any((visit.spectrum.error > 0).any() for visit in visits):
        found.append("No spectrum states errors: there is nothing to judge.")
    if all(band.reason for band in measured):
        found.append(
            "No band has two visits that can be compared: errors are judged by the scatter about "
            "a spline, which counts fringes and real features as noise."
        )
    return tuple(found)


def _wrong_errors(measured: Sequence[BandSnr]) -> list[str]:
    """Return one sentence for each visit whose stated errors are wrong in half of its bands."""
    by_visit: dict[tuple[str, str], list[VisitSnr]] = {}
    for band in measured:
        for one in band.visits:
            if one.verdict != "not judged":
                by_visit.setdefault((one.source, one.date), []).append(one)
    said = []
    for (source, date), rows in by_visit.items():
        wrong = [row.factor for row in rows if row.verdict != "agrees"]
        if 2 * len(wrong) > len(rows):
            said.append(
                f"The errors that {source} of {date or 'unknown date'} states are "
                f"{np.median(wrong):.2f} times its noise in {len(wrong)} of {len(rows)} bands."
            )
    return said


def _other_fluxes(visits: Sequence[Visit], curves: Mapping[str, CalculatorCurve]) -> list[str]:
    """Say which curves were computed for another flux than the star has."""
    off: dict[str, float] = {}
    for visit in visits:
        spectrum = visit.spectrum
        curve = curves.get(spectrum.identity.band)
        if curve is None or spectrum.unit != "Jy":
            continue
        flux = good_flux(spectrum)
        ratio = flux / interpolate_inside(curve.wave_um, curve.flux_jy, spectrum.wave_um)
        ratio = ratio[np.isfinite(ratio)]
        if ratio.size and not 0.7 < np.median(ratio) < 1.4:
            off.setdefault(curve.band, float(np.median(ratio)))
    if not off:
        return []
    named = ", ".join(f"{band} ({ratio:.2g} ×)" for band, ratio in off.items())
    return [f"The calculator's curve is for another flux than the star has in {named}."]
