"""Spectra against the photometry of an imager, filter by filter (Law+2025, Secs. 8.3 and 8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from astropy.stats import mad_std

from engine.arrays import BoolArray, FloatArray
from engine.counting import counted
from engine.errors import DataError
from engine.model.bandpass import Bandpass
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_star_name, star_key
from engine.photometry.synthetic import BandFlux, Outside, band_flux, pivot_wavelength
from engine.spectra.overlaps import good_error, good_flux

_NAN = float("nan")
_FEWEST_TO_CLIP = 4  # stars: of three nobody can tell which one is off


@dataclass(frozen=True, slots=True)
class FilterParams:
    """What the user decides about the comparison with an imager.

    Attributes
    ----------
    n_sigma : float
        Stars farther from the median than this take no part in the mean of a filter.
    min_coverage : float
        A star whose spectrum covers less of a bandpass gives no ratio.
    outside : {"Rayleigh-Jeans", "leave out"}
        What stands for the part of a bandpass that is not covered.
    weighting : {"as stated", "photon", "energy"}
        What the bandpasses of files count; those that do not say it count photons.
    excluded : tuple of (str, str)
        Points left out, ``"HD 2811/F770W"``, and why.
    """

    n_sigma: float = 4.0
    min_coverage: float = 0.8
    outside: Outside = "Rayleigh-Jeans"
    weighting: Literal["as stated", "photon", "energy"] = "as stated"
    excluded: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSpectrum:
    """The spectrum of one observation over all of its bands.

    Attributes
    ----------
    source : str
        Target, program and observation.
    star : str
        Its name.
    spectrum : Spectrum
        In Jy, bands joined.
    reason : str
        Why it is left out; ``""``: it is not.
    """

    source: str
    star: str
    spectrum: Spectrum
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FilterMeasurement:
    """What an imager measured of one star in one filter.

    Attributes
    ----------
    star, filter : str
        The star in any spelling; the filter as `engine.photometry.bandpasses.filter_name`.
    flux_jy, error_jy : float
        Flux density and one standard deviation (NaN: not known). Unit: Jy.
    instrument : str
        ``"MIRI"``, ``"IRAC"``.
    """

    star: str
    filter: str
    flux_jy: float
    error_jy: float = _NAN
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class StarRatio:
    """One star in one filter: spectrum over imager.

    Attributes
    ----------
    id : str
        ``"HD 2811/F770W"``.
    star, filter : str
        Names.
    ratio, error : float
        Synthetic over measured flux; one standard deviation, NaN: not known.
    synthetic_jy, measured_jy : float
        Both sides. Unit: Jy.
    synthetic_error_jy, measured_error_jy : float
        One standard deviation, NaN: not known. Unit: Jy.
    coverage : float
        Part of the bandpass that the spectrum covers.
    sources : tuple of str
        Observations whose spectra are averaged.
    reason : str
        Why it takes no part, in words; ``""``: it does.
    is_clipped : bool
        Whether it is the clipping that leaves it out.
    """

    id: str
    star: str
    filter: str
    ratio: float = _NAN
    error: float = _NAN
    synthetic_jy: float = _NAN
    measured_jy: float = _NAN
    synthetic_error_jy: float = _NAN
    measured_error_jy: float = _NAN
    coverage: float = 0.0
    sources: tuple[str, ...] = ()
    reason: str = ""
    is_clipped: bool = False

    @property
    def is_used(self) -> bool:
        """Whether the mean of the filter rests on it."""
        return not self.reason and bool(np.isfinite(self.ratio))


@dataclass(frozen=True, slots=True)
class FilterRatio:
    """All stars in one filter.

    Attributes
    ----------
    filter, instrument : str
        Which one.
    pivot_um : float
        Pivot wavelength; NaN: no bandpass. Unit: um.
    stars : tuple of StarRatio
        In order of name; those that take no part say why.
    mean : float
        Sigma-clipped mean of the ratios.
    rms : float
        Their scatter with N - 1. NaN: fewer than two.
    mean_error : float
        rms over the root of their number.
    n_used : int
        Stars in the mean.
    reason : str
        Why there is no mean; ``""``: there is.
    """

    filter: str
    instrument: str
    pivot_um: float
    stars: tuple[StarRatio, ...]
    mean: float = _NAN
    rms: float = _NAN
    mean_error: float = _NAN
    n_used: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FilterComparison:
    """Spectra against photometry in all filters.

    Attributes
    ----------
    filters : tuple of FilterRatio
        In order of wavelength; those without a bandpass last.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    filters: tuple[FilterRatio, ...]
    messages: tuple[str, ...] = ()


def point_id(star: str, name: str) -> str:
    """Return the id of the point of ``star`` in the filter ``name``."""
    return f"{star}/{name}"


def compare_filters(
    spectra: Sequence[SourceSpectrum],
    measurements: Sequence[FilterMeasurement],
    bandpasses: Mapping[str, Bandpass],
    params: FilterParams = FilterParams(),
) -> FilterComparison:
    """Compare spectra with the photometry of the same stars.

    Parameters
    ----------
    spectra : sequence of SourceSpectrum
        Several of one star are averaged with equal weight.
    measurements : sequence of FilterMeasurement
        Several of one star and filter are averaged with equal weight.
    bandpasses : mapping of str to Bandpass
        By name of the filter; those that are missing are said.
    params : FilterParams, optional
        Clipping and coverage.

    Returns
    -------
    FilterComparison
        The ratio of each star, and mean and rms of each filter.

    Raises
    ------
    DataError
        If there is no spectrum in Jy, or no photometry.

    Notes
    -----
    The synthetic flux is the photon-weighted mean (Law+2025, Eq. 2). Stars farther from the
    median than ``n_sigma`` robust standard deviations are clipped, until nothing changes; the
    robust deviation is no smaller than the median error of the ratios, so that stars that agree
    by chance do not make outliers of the others.
    """
    fluxes = [one for one in spectra if one.spectrum.unit == "Jy"]
    if not fluxes:
        raise DataError(
            "There is no spectrum in Jy of a star with photometry.",
            hint="Calibrate the spectra, or open calibrated ones of the stars in the table.",
        )
    if not measurements:
        raise DataError("The table of photometry has no rows.", hint="Check the file.")
    found = [
        _filter_ratio(name, fluxes, measurements, bandpasses.get(name), params)
        for name in dict.fromkeys(one.filter for one in measurements)
    ]
    found.sort(key=lambda one: (not np.isfinite(one.pivot_um), one.pivot_um, one.filter))
    return FilterComparison(tuple(found), _messages(found, len(spectra) - len(fluxes)))


def _messages(filters: Sequence[FilterRatio], n_rates: int) -> tuple[str, ...]:
    said = []
    missing = [one.filter for one in filters if not np.isfinite(one.pivot_um)]
    if missing:
        said.append(f"No bandpass is known of {', '.join(missing)}: open its file.")
    if n_rates:
        said.append(
            counted(
                n_rates,
                "spectrum is not in Jy and takes no part: calibrate it.",
                "spectra are not in Jy and take no part: calibrate them.",
            )
        )
    clipped = [star.id for one in filters for star in one.stars if star.is_clipped]
    if clipped:
        said.append(f"Clipped: {', '.join(clipped)}.")
    return tuple(said)


def _filter_ratio(
    name: str,
    spectra: Sequence[SourceSpectrum],
    measurements: Sequence[FilterMeasurement],
    bandpass: Bandpass | None,
    params: FilterParams,
) -> FilterRatio:
    rows = [one for one in measurements if one.filter == name]
    instrument = next((one.instrument for one in rows if one.instrument), "")
    by_star: dict[str, list[FilterMeasurement]] = {}
    for row in rows:
        by_star.setdefault(star_key(row.star), []).append(row)
    if bandpass is None:
        stars = tuple(
            StarRatio(point_id(star, name), star, name, reason="no bandpass")
            for star in (shown_star_name(of[0].star) for of in by_star.values())
        )
        return FilterRatio(name, instrument, _NAN, stars, reason="No bandpass.")
    ratios = [
        _star_ratio(of, [one for one in spectra if star_key(one.star) == key], bandpass, params)
        for key, of in by_star.items()
    ]
    ratios = _clipped(sorted(ratios, key=lambda one: one.star), params.n_sigma)
    summary = FilterRatio(name, instrument, pivot_wavelength(bandpass), tuple(ratios))
    used = np.array([one.ratio for one in ratios if one.is_used])
    if not used.size:
        return replace(summary, reason="No star has both a spectrum and photometry.")
    rms = float(np.std(used, ddof=1)) if used.size > 1 else _NAN
    return replace(
        summary,
        mean=float(np.mean(used)),
        rms=rms,
        mean_error=rms / float(np.sqrt(used.size)),
        n_used=int(used.size),
    )


def _star_ratio(
    rows: Sequence[FilterMeasurement],
    spectra: Sequence[SourceSpectrum],
    bandpass: Bandpass,
    params: FilterParams,
) -> StarRatio:
    name = shown_star_name(rows[0].star)
    empty = StarRatio(point_id(name, bandpass.name), name, bandpass.name)
    used_spectra = [one for one in spectra if not one.reason] or list(spectra)
    reason = dict(params.excluded).get(empty.id, used_spectra[0].reason if used_spectra else "")
    measured, measured_error = _mean_of(
        np.array([row.flux_jy for row in rows]), np.array([row.error_jy for row in rows])
    )
    if not measured > 0.0:
        return replace(empty, reason="no flux in the table")
    if not used_spectra:
        return replace(
            empty, measured_jy=measured, measured_error_jy=measured_error, reason="no spectrum"
        )
    fluxes = [_flux_through(bandpass, one.spectrum, params.outside) for one in used_spectra]
    synthetic, synthetic_error = _mean_of(
        np.array([one.flux for one in fluxes]), np.array([one.error for one in fluxes])
    )
    coverage = min(one.coverage for one in fluxes)
    ratio = synthetic / measured
    relative = np.hypot(
        np.nan_to_num(synthetic_error / synthetic), measured_error / measured
    )  # the error of the photometry is the larger one by far
    if coverage < params.min_coverage:
        reason = reason or f"only {100.0 * coverage:.0f} % of the bandpass covered"
        ratio = ratio if coverage > 0.0 else _NAN
    return replace(
        empty,
        ratio=ratio,
        error=abs(ratio) * float(relative),
        synthetic_jy=synthetic,
        measured_jy=measured,
        synthetic_error_jy=synthetic_error,
        measured_error_jy=measured_error,
        coverage=coverage,
        sources=tuple(one.source for one in used_spectra),
        reason=reason,
    )


def _flux_through(bandpass: Bandpass, spectrum: Spectrum, outside: Outside) -> BandFlux:
    flux, error = good_flux(spectrum), good_error(spectrum)
    return band_flux(bandpass, spectrum.wave_um, flux, error, outside=outside)


def _mean_of(values: FloatArray, errors: FloatArray) -> tuple[float, float]:
    """Return the mean of the finite values, equal weights, and its error."""
    good = np.isfinite(values)
    if not good.any():
        return _NAN, _NAN
    count = int(np.count_nonzero(good))
    return float(np.mean(values[good])), float(np.sqrt(np.sum(errors[good] ** 2)) / count)


def _clipped(stars: list[StarRatio], n_sigma: float) -> list[StarRatio]:
    """Mark the stars that stand off the others."""
    which = [i for i, one in enumerate(stars) if one.is_used]
    ratios = np.array([stars[i].ratio for i in which])
    errors = np.array([stars[i].error for i in which])
    kept = _kept(ratios, errors, n_sigma)
    for i, is_kept in zip(which, kept, strict=True):
        if not is_kept:
            stars[i] = replace(stars[i], reason="clipped", is_clipped=True)
    return stars


def _kept(ratios: FloatArray, errors: FloatArray, n_sigma: float) -> BoolArray:
    kept: BoolArray = np.ones(ratios.size, dtype=bool)
    if ratios.size < _FEWEST_TO_CLIP:
        return kept
    known = errors[np.isfinite(errors)]
    least = float(np.median(known)) if known.size else 0.0
    while True:
        middle = float(np.median(ratios[kept]))
        scale = max(float(mad_std(ratios[kept])), least)
        inside = np.abs(ratios - middle) <= n_sigma * scale if scale > 0.0 else kept
        inside &= kept
        if np.array_equal(inside, kept) or np.count_nonzero(inside) < _FEWEST_TO_CLIP - 1:
            return kept
        kept = inside
