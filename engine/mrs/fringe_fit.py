"""The sinusoids of all families of fringes, over a continuum that is fitted with them."""

from itertools import pairwise

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.mrs.fringe_families import (
    FamilyFit,
    FringeFamily,
    ResidualFringeParams,
    continuum_breakpoints,
    fewest_periods,
    fringe_families,
)
from engine.mrs.fringe_samples import FringeSamples
from engine.numerics.background_spline import BackgroundSpline, fit_background
from engine.numerics.sinusoids import (
    NO_SINUSOIDS,
    FrequencyRange,
    Sinusoids,
    SinusoidSearch,
    find_sinusoids,
    refine_sinusoids,
)

DOMAIN = 5.0  #: standard deviations; farther off, a sample does not count in a fit
_RESOLVED = 0.95  # of the highest frequency that samples can hold
_SAMPLES_PER_COEFFICIENT = 1.5


def fit_fringes(
    samples: FringeSamples, families: tuple[FringeFamily, ...], params: ResidualFringeParams
) -> tuple[tuple[FamilyFit, ...], FloatArray]:
    """Find the fringes of all families together.

    Parameters
    ----------
    samples : FringeSamples
        Where they are looked for.
    families : tuple of FringeFamily
        Periods and most sinusoids; one or more.
    params : ResidualFringeParams
        Evidence and largest amplitude.

    Returns
    -------
    fits : tuple of FamilyFit
        The sinusoids of each family, or why there are none.
    modulation : ndarray, shape (m,)
        Their sum at all samples, relative to the continuum.
    """
    spline = continuum_spline(samples)
    reasons = [_why_not(samples, spline, family) for family in families]
    looked_for = [family for family, reason in zip(families, reasons, strict=True) if not reason]
    found = _search(samples, spline, tuple(looked_for), params) if looked_for else NO_SINUSOIDS
    fits = []
    modulation = np.zeros(samples.x.size)
    for family, reason in zip(families, reasons, strict=True):
        own = NO_SINUSOIDS if reason else found.of(looked_for.index(family))
        part, tamed = _tamed(samples, own, params.max_amplitude)
        modulation += part
        fits.append(_family_fit(family, own, reason=reason, tamed=tamed))
    return tuple(fits), modulation


def _search(
    samples: FringeSamples,
    spline: BackgroundSpline,
    families: tuple[FringeFamily, ...],
    params: ResidualFringeParams,
) -> Sinusoids:
    search = SinusoidSearch(
        ranges=tuple(
            FrequencyRange(
                family.frequencies_cm[0],
                min(family.frequencies_cm[1], samples.nyquist_cm),
                family.most_sinusoids,
            )
            for family in families
        ),
        noise_range=(fringe_families()[0].frequencies_cm[0], _RESOLVED * samples.nyquist_cm),
        largest=0.5 * params.max_amplitude,
        least_evidence=params.min_evidence,
        domain=DOMAIN,
    )
    x, flux, weight = samples.x, samples.flux, samples.weight
    continuum, _ = fit_background(spline, flux, weight, domain=DOMAIN)
    found, background = find_sinusoids(x, deviation_from(flux, continuum), weight, spline, search)
    if not found.size:
        return found
    continuum = background.smooth(flux / (1.0 + found.at(x)))
    return refine_sinusoids(x, deviation_from(flux, continuum), weight, spline, found, search)


def continuum_spline(samples: FringeSamples) -> BackgroundSpline:
    """Return the splines that the fringes lie on."""
    spacing, degree = continuum_breakpoints()
    return BackgroundSpline(samples.x, spacing=spacing, degree=degree)


def _why_not(samples: FringeSamples, spline: BackgroundSpline, family: FringeFamily) -> str:
    """Return why no fringes of a family can be found in these samples, or ``""``."""
    periods = samples.span_per_cm / family.period_per_cm
    if periods < fewest_periods():
        return (
            f"The spectrum spans {periods:.1f} periods of {family.name} fringes "
            f"({family.period_per_cm:g} cm⁻¹), fewer than {fewest_periods():g}"
        )
    if samples.nyquist_cm <= family.frequencies_cm[0]:
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
