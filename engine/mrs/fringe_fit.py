"""The sinusoids of one family of fringes, over a continuum that is fitted with them."""

from itertools import pairwise

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.mrs.fringe_families import (
    FamilyFit,
    FringeFamily,
    ResidualFringeParams,
    fewest_periods,
    fringe_families,
)
from engine.mrs.fringe_samples import FringeSamples
from engine.numerics.background_spline import BackgroundSpline, fit_background
from engine.numerics.sinusoids import (
    NO_SINUSOIDS,
    Sinusoids,
    SinusoidSearch,
    find_sinusoids,
    refine_sinusoids,
)

DOMAIN = 10.0  #: standard deviations; farther off, a sample does not count in a fit
_RESOLVED = 0.95  # of the highest frequency that samples can hold
_SAMPLES_PER_COEFFICIENT = 1.5


def fit_family(
    samples: FringeSamples, total: FloatArray, family: FringeFamily, params: ResidualFringeParams
) -> tuple[FamilyFit, FloatArray]:
    """Find the fringes of one family.

    Parameters
    ----------
    samples : FringeSamples
        Where they are looked for.
    total : ndarray, shape (m,)
        What other families do to the flux: it is divided by this first.
    family : FringeFamily
        Periods, most sinusoids, continuum.
    params : ResidualFringeParams
        Evidence and largest amplitude.

    Returns
    -------
    fit : FamilyFit
        The sinusoids, or why there are none.
    modulation : ndarray, shape (m,)
        Their sum at all samples, relative to the continuum.
    """
    nothing = np.zeros(samples.x.size)
    lowest, highest = family.frequencies_cm
    search = SinusoidSearch(
        lowest=lowest,
        highest=min(highest, samples.nyquist_cm),
        noise_range=(fringe_families()[0].frequencies_cm[0], _RESOLVED * samples.nyquist_cm),
        most=family.most_sinusoids,
        largest=0.5 * params.max_amplitude,
        least_evidence=params.min_evidence,
        domain=DOMAIN,
    )
    spline = continuum_spline(samples, family)
    reason = _why_not(samples, spline, family, search)
    if reason:
        return _family_fit(family, NO_SINUSOIDS, reason=reason), nothing
    flux = samples.flux / total
    continuum, _ = fit_background(spline, flux, samples.weight, domain=DOMAIN)
    deviation = deviation_from(flux, continuum)
    found, background = find_sinusoids(samples.x, deviation, samples.weight, spline, search)
    if not found.size:
        return _family_fit(family, found), nothing
    continuum = background.smooth(flux / (1.0 + found.at(samples.x)))
    found = refine_sinusoids(samples.x, deviation_from(flux, continuum), background, found, search)
    modulation, tamed = _tamed(samples, found, params.max_amplitude)
    return _family_fit(family, found, tamed=tamed), modulation


def continuum_spline(samples: FringeSamples, family: FringeFamily) -> BackgroundSpline:
    """Return the splines that the fringes of ``family`` lie on."""
    return BackgroundSpline(
        samples.x, spacing=family.continuum_spacing_per_cm, degree=family.continuum_degree
    )


def _why_not(
    samples: FringeSamples, spline: BackgroundSpline, family: FringeFamily, search: SinusoidSearch
) -> str:
    """Return why no fringes of a family can be found in these samples, or ``""``."""
    periods = samples.span_per_cm / family.period_per_cm
    if periods < fewest_periods():
        return (
            f"The spectrum spans {periods:.1f} periods of {family.name} fringes "
            f"({family.period_per_cm:g} cm⁻¹), fewer than {fewest_periods():g}"
        )
    if search.highest <= search.lowest:
        return f"The samples are too far apart for {family.name} fringes"
    count = int(np.count_nonzero(samples.used))
    if count < _SAMPLES_PER_COEFFICIENT * spline.size:
        return f"{count} samples are too few for the continuum under {family.name} fringes"
    return ""


def deviation_from(flux: FloatArray, continuum: FloatArray) -> FloatArray:
    """Return flux over continuum minus 1; 0 where the continuum of a gap is not above zero."""
    deviation: FloatArray = flux / np.where(continuum > 0, continuum, flux) - 1.0
    return deviation


def _tamed(
    samples: FringeSamples, sinusoids: Sinusoids, max_amplitude: float
) -> tuple[FloatArray, tuple[tuple[float, float], ...]]:
    """Return the sum of sinusoids, 0 in beats that are too large, and where these are."""
    modulation = sinusoids.at(samples.x)
    envelope = sinusoids.envelope(samples.x)
    nodes = 1 + np.flatnonzero((envelope[1:-1] < envelope[:-2]) & (envelope[1:-1] <= envelope[2:]))
    edges = np.concatenate([[0], nodes, [envelope.size]])
    tamed = []
    for first, last in pairwise(edges):
        if 2.0 * float(envelope[first:last].max()) > max_amplitude:
            modulation[first:last] = 0.0
            tamed.append((float(samples.wave_um[first]), float(samples.wave_um[last - 1])))
    return modulation, tuple(tamed)


def _family_fit(
    family: FringeFamily,
    sinusoids: Sinusoids,
    *,
    reason: str = "",
    tamed: tuple[tuple[float, float], ...] = (),
) -> FamilyFit:
    return FamilyFit(
        family=family,
        frequency_cm=sinusoids.frequency,
        amplitude=freeze(sinusoids.amplitude),
        evidence=sinusoids.evidence,
        reason=reason,
        tamed_um=tamed,
    )
