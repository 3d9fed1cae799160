"""Residual fringes of a one-dimensional spectrum (Kavanagh et al. 2024; Law+2025, Sec. 5.1)."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.model.bands import band_named
from engine.model.spectrum import Spectrum
from engine.mrs.fringe_families import (
    FamilyFit,
    FringeFamily,
    ResidualFringeParams,
    families_of,
    fringe_families,
)
from engine.mrs.fringe_fit import DOMAIN, continuum_spline, deviation_from, fit_fringes
from engine.mrs.fringe_remarks import (
    RESIDUAL_FRINGE_STEP,
    corrected_note,
    reason_to_leave,
    remarks_on_families,
    remarks_on_samples,
)
from engine.mrs.fringe_samples import FringeSamples, choose_samples
from engine.numerics.background_spline import bisquare, fit_background
from engine.numerics.periodograms import PeriodogramGrid
from engine.numerics.robust import scatter_about_zero
from engine.progress import SILENT, Progress

__all__ = [
    "FamilyFit",
    "FringePeriodogram",
    "ResidualFringeParams",
    "ResidualFringes",
    "correct_residual_fringes",
]

Outcome = Literal["corrected", "no fringes", "left as it is"]

_DEFAULTS = ResidualFringeParams()
_FAR_OFF = 5.0  # standard deviations: such samples do not count in the scatter that is told
_SHOWN_BEYOND = 1.2  # of the highest frequency looked for
_RESCALED_COLUMNS = (
    "flux_jy",
    "flux_error_jy",
    "surf_bright_mjy_sr",
    "surf_bright_error_mjy_sr",
)
_SUPERSEDED_COLUMNS = ("fringe_corrected_flux_jy", "fringe_corrected_surf_bright_mjy_sr")


@dataclass(frozen=True, eq=False, slots=True)
class FringePeriodogram:
    """Amplitude of the sinusoid at each frequency, about the continuum.

    Attributes
    ----------
    frequency_cm : ndarray, shape (m,)
        Cycles per cm-1. Unit: cm.
    before, after : ndarray, shape (m,)
        Amplitude relative to the continuum.
    """

    frequency_cm: FloatArray
    before: FloatArray
    after: FloatArray


_NO_PERIODOGRAM = FringePeriodogram(*(freeze(np.zeros(0)) for _ in range(3)))


@dataclass(frozen=True, eq=False, slots=True)
class ResidualFringes:
    """A spectrum without residual fringes, and what was removed.

    Attributes
    ----------
    spectrum : Spectrum
        The corrected spectrum; the given one itself when nothing was removed.
    observed : ndarray, shape (n,)
        The flux before, in the unit of the spectrum.
    modulation : ndarray, shape (n,)
        What was removed: observed = corrected (1 + modulation). Exactly 0 in protected ranges, at
        samples that are not above zero, and where nothing was found.
    continuum : ndarray, shape (n,)
        What the fringes lie on, in the unit of the spectrum. NaN where no sample was used.
    lower, upper : ndarray, shape (n,)
        Envelopes of the flux. NaN where there is none.
    weight : ndarray, shape (n,)
        Weight in the fits; 0 on lines, flags, protected ranges, and where there is no flux.
    families : tuple of FamilyFit
        One a family that was looked for.
    periodogram : FringePeriodogram
        Before and after; empty when the spectrum is too short.
    scatter_before, scatter_after : float
        Root mean square about the continuum, relative, over the samples in use that lie within five
        standard deviations of it. NaN without any.
    outcome : {"corrected", "no fringes", "left as it is"}
        What became of the spectrum.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    spectrum: Spectrum
    observed: FloatArray
    modulation: FloatArray
    continuum: FloatArray
    lower: FloatArray
    upper: FloatArray
    weight: FloatArray
    families: tuple[FamilyFit, ...]
    periodogram: FringePeriodogram
    scatter_before: float
    scatter_after: float
    outcome: Outcome
    messages: tuple[str, ...]

    @property
    def removed(self) -> FloatArray:
        """What was removed, in the unit of the spectrum, shape (n,)."""
        removed: FloatArray = self.observed - self.spectrum.flux
        return removed

    @property
    def n_sinusoids(self) -> int:
        """How many were removed."""
        return sum(fit.frequency_cm.size for fit in self.families)


def correct_residual_fringes(
    spectrum: Spectrum,
    params: ResidualFringeParams = _DEFAULTS,
    *,
    progress: Progress = SILENT,
) -> ResidualFringes:
    """Remove sinusoids of the periods that residual fringes are known to have.

    Parameters
    ----------
    spectrum : Spectrum
        Of one band. Samples that are NaN, zero or negative stay what they are; flagged ones do not
        take part in the fits.
    params : ResidualFringeParams, optional
        Families, protected ranges, limits.
    progress : Progress, optional
        Told before and after; the search itself takes hundredths of a second.

    Returns
    -------
    ResidualFringes
        The corrected spectrum, and everything that was removed from it. A spectrum that is too
        short, or was corrected before, comes back unchanged, with a message.

    Notes
    -----
    Over wavenumber: a robust spline with one breakpoint a period of the slower fringes; in data
    over spline minus 1, sinusoids of all families one after the other while the evidence grows,
    fitted jointly with the spline; data divided by 1 + their sum. As in the pipeline
    (`fit_residual_fringes_1d` of jwst 3.0.0; Kavanagh et al. 2024) the middle of the envelopes
    tells lines from fringes, weights are flux over median, and beats beyond the largest amplitude
    are not believed. Otherwise than there, families are searched together, the spline cannot hide
    a part of the fringes from the sinusoids, and noise alone gives none.
    """
    band = band_named(spectrum.identity.band)
    families = families_of(None if band is None else band.channel, params.families)
    samples = choose_samples(spectrum, params)
    reason = reason_to_leave(spectrum, samples, families, params)
    if reason or samples is None:
        return _left(spectrum, samples, reason)
    progress.step(0, 1, "looking for fringes")
    fits, modulation = fit_fringes(samples, families, params)
    progress.step(1, 1, "")
    return _finished(spectrum, samples, 1.0 + modulation, fits, params)


def _left(spectrum: Spectrum, samples: FringeSamples | None, reason: str) -> ResidualFringes:
    """Return the spectrum as it is, with what can be shown of it."""
    n = spectrum.size
    flat = freeze(np.zeros(n))
    if samples is None:
        nan = freeze(np.full(n, np.nan))
        return ResidualFringes(
            spectrum=spectrum,
            observed=spectrum.flux,
            modulation=flat,
            continuum=nan,
            lower=nan,
            upper=nan,
            weight=flat,
            families=(),
            periodogram=_NO_PERIODOGRAM,
            scatter_before=float("nan"),
            scatter_after=float("nan"),
            outcome="left as it is",
            messages=(reason,),
        )
    shown = _shown(samples, np.ones(samples.x.size), fringe_families()[:1], n)
    return ResidualFringes(
        spectrum=spectrum,
        observed=spectrum.flux,
        modulation=flat,
        families=(),
        outcome="left as it is",
        messages=(reason,),
        **shown,
    )


def _finished(
    spectrum: Spectrum,
    samples: FringeSamples,
    total: FloatArray,
    fits: tuple[FamilyFit, ...],
    params: ResidualFringeParams,
) -> ResidualFringes:
    total = np.where(samples.may_change, total, 1.0)
    factor = np.ones(spectrum.size)
    factor[samples.where] = total
    is_changed = bool((factor != 1.0).any())
    outcome: Outcome = "corrected" if is_changed else "no fringes"
    if all(fit.reason for fit in fits):
        outcome = "left as it is"
    return ResidualFringes(
        spectrum=_divided(spectrum, factor, fits) if is_changed else spectrum,
        observed=spectrum.flux,
        modulation=freeze(factor - 1.0),
        families=fits,
        outcome=outcome,
        messages=(
            *remarks_on_families(fits),
            *remarks_on_samples(spectrum, samples, total - 1.0, params),
        ),
        **_shown(samples, total, tuple(fit.family for fit in fits), spectrum.size),
    )


def _shown(
    samples: FringeSamples, total: FloatArray, families: tuple[FringeFamily, ...], n: int
) -> dict[str, Any]:
    """Return continuum, envelopes, weights, periodogram and scatter as they are shown."""
    used, weight = samples.used, samples.weight
    corrected = samples.flux / total
    spline = continuum_spline(samples)
    continuum, _ = fit_background(spline, corrected, weight, domain=DOMAIN)
    before, after = deviation_from(samples.flux, continuum), deviation_from(corrected, continuum)
    inside = np.flatnonzero(used)
    covered = np.zeros(used.size, dtype=bool)
    covered[inside[0] : inside[-1] + 1] = True
    highest = max(family.frequencies_cm[1] for family in families)
    grid = PeriodogramGrid(samples.x, highest=min(_SHOWN_BEYOND * highest, samples.nyquist_cm))
    near = used & (np.abs(after) <= _FAR_OFF * scatter_about_zero(after[used]))
    clipped = weight * bisquare(after, used, domain=DOMAIN)
    spectra = [grid.of(one, clipped) for one in (before, after)]
    return {
        "continuum": _spread(samples, np.where(covered, continuum, np.nan), n, np.nan),
        "lower": _spread(samples, samples.envelopes.lower, n, np.nan),
        "upper": _spread(samples, samples.envelopes.upper, n, np.nan),
        "weight": _spread(samples, weight, n, 0.0),
        "periodogram": FringePeriodogram(
            spectra[0].frequency, freeze(spectra[0].amplitude), freeze(spectra[1].amplitude)
        ),
        "scatter_before": _scatter(before[near]),
        "scatter_after": _scatter(after[near]),
    }


def _divided(spectrum: Spectrum, factor: FloatArray, fits: tuple[FamilyFit, ...]) -> Spectrum:
    """Return the spectrum over ``factor``, errors and other columns of the source alike."""
    columns = {
        name: freeze(values / factor) if name in _RESCALED_COLUMNS else values
        for name, values in spectrum.columns.items()
        if name not in _SUPERSEDED_COLUMNS
    }
    origin = spectrum.origin
    steps = dict(origin.steps) | {RESIDUAL_FRINGE_STEP: "COMPLETE"}
    return replace(
        spectrum,
        flux=freeze(spectrum.flux / factor),
        error=freeze(spectrum.error / factor),
        columns=MappingProxyType(columns),
        origin=replace(
            origin,
            steps=tuple(sorted(steps.items())),
            notes=(*origin.notes, corrected_note(fits)),
        ),
    )


def _spread(samples: FringeSamples, values: FloatArray, n: int, empty: float) -> FloatArray:
    """Return ``values`` at their places among all samples."""
    spread = np.full(n, empty)
    spread[samples.where] = values
    return freeze(spread)


def _scatter(deviation: FloatArray) -> float:
    return float(np.sqrt(np.mean(deviation**2)))
