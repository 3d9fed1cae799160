"""Nods of one LRS slit spectrum against each other (MIRI-LRS04), and their errors (MIRI-LRS05)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import chi2

from engine.arrays import BoolArray, FloatArray, freeze
from engine.compare.noise_bins import bin_places
from engine.errors import DataError
from engine.lrs.bootstrap_errors import BootstrapErrors, bootstrap_errors
from engine.lrs.modes import is_slitless
from engine.lrs.response_curve import AdoptedResponse
from engine.lrs.usable_range import UsableRange
from engine.model.data_quality import FLUX_ESTIMATED
from engine.model.spectrum import Spectrum
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN, running_median
from engine.spectra.overlaps import good_flux, interpolate_inside

NodVerdict = Literal["agree", "level differs", "shape differs", "level and shape differ"]

_FEWEST_IN_BIN = 4
_NAN = float("nan")
_LEVEL_WINDOW, _NOISE_WINDOW = 31, 101  # samples: dropouts are shorter, noise changes slowly
_OUTLIER = 5.0  # robust standard deviations: dropouts and cosmic rays do not decide
_CHANCE = 0.0027  # of a shape that is called different although it is not: three sigma


@dataclass(frozen=True, slots=True)
class NodParams:
    """What the user decides about the comparison of nods.

    Attributes
    ----------
    n_bins : int
        Equal wavelength bins of the usable range.
    tolerance : float
        Relative difference of level that is accepted: the accuracy of the photometry.
    n_sigma : float
        Certainty that a difference of level must have.
    n_draws : int
        Bootstrap samples of each bin.
    """

    n_bins: int = 12
    tolerance: float = 0.02
    n_sigma: float = 3.0
    n_draws: int = 200


@dataclass(frozen=True, eq=False, slots=True)
class Nod:
    """One spectrum that takes part.

    Attributes
    ----------
    id, label : str
        Of the spectrum; ``"nod 1"``.
    spectrum : Spectrum
        Extracted from one nod, or from one integration.
    reason : str
        Why it is left out; ``""``: it is not.
    """

    id: str
    label: str
    spectrum: Spectrum
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class NodRatio:
    """One nod over the first one, at n wavelengths and in k bins.

    Attributes
    ----------
    id, label, reference : str
        The nod, and the label of the one it is divided by.
    wave_um, ratio, expected : ndarray, shape (n,)
        Ratio, and its one-sigma scatter expected from the measured errors. NaN: no measurement.
    bin_um, binned, binned_error : ndarray, shape (k,)
        Median ratio in each bin, and its error. NaN: too few samples.
    level, level_error : float
        Weighted mean of the bins. NaN: not measured.
    chi2_per_freedom, chance : float
        Of the bins about the level, and how often chance alone does that. NaN: not measured.
    verdict : {"agree", "level differs", "shape differs", "level and shape differ"}
        What that means.
    """

    id: str
    label: str
    reference: str
    wave_um: FloatArray
    ratio: FloatArray
    expected: FloatArray
    bin_um: FloatArray
    binned: FloatArray
    binned_error: FloatArray
    level: float
    level_error: float
    chi2_per_freedom: float
    chance: float
    verdict: NodVerdict

    @property
    def percent(self) -> float:
        """Difference of level. Unit: percent."""
        return 100.0 * (self.level - 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class NodComparison:
    """The nods of one source.

    Attributes
    ----------
    source : str
        Target, program, observation.
    nods : tuple of Nod
        All of them, in order.
    ratios : tuple of NodRatio
        Each one over the first that is used.
    errors : tuple of BootstrapErrors
        Of each nod that is used.
    usable : UsableRange or None
        Of the first that is used.
    reason : str
        Why nothing is compared; ``""``: it is.
    messages : tuple of str
        What the user should know, one sentence each.
    response : AdoptedResponse or None
        A calibration curve whose error is laid beside those of the spectra; `None`: none is open.
    """

    source: str
    nods: tuple[Nod, ...]
    ratios: tuple[NodRatio, ...]
    errors: tuple[BootstrapErrors, ...]
    usable: UsableRange | None
    reason: str = ""
    messages: tuple[str, ...] = ()
    response: AdoptedResponse | None = None


def compare_nods(
    source: str,
    nods: Sequence[Nod],
    params: NodParams = NodParams(),
    *,
    usable: UsableRange | None = None,
) -> NodComparison:
    """Compare the nods of one source, and measure the errors of each.

    Parameters
    ----------
    source : str
        Target, program, observation.
    nods : sequence of Nod
        In any number; one alone has errors, but no ratio.
    params : NodParams, optional
        Bins, tolerance, certainty.
    usable : UsableRange, optional
        Wavelengths that count; by default all.

    Returns
    -------
    NodComparison
        With a reason in place of ratios where there is nothing to compare.

    Raises
    ------
    DataError
        If there is no spectrum at all, or all are left out.

    Notes
    -----
    LRS known issues, MIRI-LRS04 and MIRI-LRS05. The expected scatter of a ratio is that of the
    measured errors of both spectra, since the stated ones are wrong. A level differs when it is
    off by more than the tolerance and by more than n sigma; a shape, when the bins scatter about
    the level as chance does in less than 0.27 % of cases. Samples that are flagged FLUX_ESTIMATED
    do not count: what was made from its surroundings has neither a level nor a noise of its own.
    """
    used = [_measured(one) for one in nods if not one.reason]
    if not used:
        what = "All spectra are left out" if nods else "There is no LRS spectrum"
        raise DataError(f"{what} of {source}.", hint="Open or bring back its x1d files.")
    limits = (usable.low_um, usable.high_um) if usable is not None else (-np.inf, np.inf)
    errors = bootstrap_errors(
        [one.spectrum for one in used],
        labels=[(one.id, one.label) for one in used],
        n_bins=params.n_bins,
        n_draws=params.n_draws,
        limits_um=limits,
    )
    reason = _reason(source, used)
    ratios = () if reason else tuple(_ratios(used, errors, params, limits))
    return NodComparison(
        source=source,
        nods=tuple(nods),
        ratios=ratios,
        errors=errors,
        usable=usable,
        reason=reason,
        messages=_messages(ratios, errors),
    )


def _measured(nod: Nod) -> Nod:
    """Return a nod without samples that were made from their surroundings."""
    spectrum = nod.spectrum
    is_made = (spectrum.flags & np.uint32(FLUX_ESTIMATED)) != 0
    if not is_made.any():
        return nod
    flux = np.where(is_made, np.nan, spectrum.flux)
    return replace(nod, spectrum=replace(spectrum, flux=freeze(flux)))


def _reason(source: str, used: Sequence[Nod]) -> str:
    """Return why nothing is compared; ``""``: it is."""
    if all(is_slitless(one.spectrum.identity) for one in used):
        return "Without the slit there are no nods: only the errors are measured."
    if len(used) == 1:
        return f"There is only one nod of {source}: open the other one to compare them."
    units = sorted({one.spectrum.unit for one in used})
    if len(units) > 1:
        return f"The nods are in {' and '.join(unit or 'no unit' for unit in units)}."
    return ""


def _ratios(
    used: Sequence[Nod],
    errors: Sequence[BootstrapErrors],
    params: NodParams,
    limits: tuple[float, float],
) -> list[NodRatio]:
    first, first_error = used[0], errors[0]
    return [
        _ratio((nod, error), (first, first_error), params, limits)
        for nod, error in zip(used[1:], errors[1:], strict=True)
    ]


def _ratio(
    one: tuple[Nod, BootstrapErrors],
    other: tuple[Nod, BootstrapErrors],
    params: NodParams,
    limits: tuple[float, float],
) -> NodRatio:
    (nod, error), (first, first_error) = one, other
    wave = first.spectrum.wave_um
    above, below = _on(nod.spectrum, wave), good_flux(first.spectrum)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(below > 0, above / below, np.nan)
    inside = (wave >= limits[0]) & (wave <= limits[1])
    relative = np.hypot(_relative(error, wave), _relative(first_error, wave))
    expected = _typical(ratio[inside]) * relative
    use = inside & np.isfinite(ratio) & np.isfinite(expected)
    use[use] = _no_outlier(ratio[use])
    edges = first_error.edges_um
    binned, binned_error = _binned(wave, ratio, expected, use, edges)
    level, level_error = _level(binned, binned_error)
    per_freedom, chance = _scatter(binned, binned_error, level)
    is_off = abs(level - 1.0) > params.tolerance and abs(level - 1.0) > params.n_sigma * level_error
    return NodRatio(
        id=nod.id,
        label=nod.label,
        reference=first.label,
        wave_um=wave,
        ratio=freeze(ratio),
        expected=freeze(expected),
        bin_um=first_error.wave_um,
        binned=freeze(binned),
        binned_error=freeze(binned_error),
        level=level,
        level_error=level_error,
        chi2_per_freedom=per_freedom,
        chance=chance,
        verdict=_verdict(is_level=is_off, is_shape=chance < _CHANCE),
    )


def _on(spectrum: Spectrum, wave_um: FloatArray) -> FloatArray:
    """Return the flux at other wavelengths; NaN outside, and beside what is not measured."""
    if spectrum.size == wave_um.size and np.allclose(spectrum.wave_um, wave_um, rtol=1e-6):
        return good_flux(spectrum)
    return interpolate_inside(spectrum.wave_um, good_flux(spectrum), wave_um)


def _typical(ratio: FloatArray) -> float:
    known = ratio[np.isfinite(ratio)]
    return abs(float(np.median(known))) if known.size else _NAN


def _relative(error: BootstrapErrors, wave_um: FloatArray) -> FloatArray:
    """Return the relative error at each wavelength, between the middles of the bins."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = error.bootstrap / error.level
    known = np.isfinite(relative) & (relative > 0)
    if not known.any():
        return np.full(wave_um.size, np.nan)
    return np.interp(wave_um, error.wave_um[known], relative[known])


def _no_outlier(ratio: FloatArray) -> BoolArray:
    """Leave out dropouts and cosmic rays, which stand off a running level."""
    away = ratio - running_median(ratio, np.ones(ratio.size, dtype=bool), _LEVEL_WINDOW)
    scatter = GAUSSIAN_PER_MEDIAN * running_median(
        np.abs(away), np.ones(ratio.size, dtype=bool), _NOISE_WINDOW
    )
    near: BoolArray = np.abs(away) <= _OUTLIER * scatter
    return near


def _binned(
    wave_um: FloatArray, ratio: FloatArray, expected: FloatArray, use: BoolArray, edges: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the mean ratio of each bin and its error."""
    where = bin_places(wave_um, edges)
    values, errors = np.full(edges.size - 1, np.nan), np.full(edges.size - 1, np.nan)
    for k in range(edges.size - 1):
        inside = use & (where == k) & (expected > 0)
        if np.count_nonzero(inside) >= _FEWEST_IN_BIN:
            # Weights that follow the ratio itself would bias the mean: all samples count the same.
            values[k] = float(np.mean(ratio[inside]))
            count = np.count_nonzero(inside)
            errors[k] = float(np.sqrt(np.mean(expected[inside] ** 2) / count))
    return values, errors


def _level(values: FloatArray, errors: FloatArray) -> tuple[float, float]:
    use = np.isfinite(values) & (errors > 0)
    if not use.any():
        return _NAN, _NAN
    weight = errors[use] ** -2
    return float(np.sum(weight * values[use]) / weight.sum()), float(weight.sum() ** -0.5)


def _scatter(values: FloatArray, errors: FloatArray, level: float) -> tuple[float, float]:
    use = np.isfinite(values) & (errors > 0)
    freedom = int(np.count_nonzero(use)) - 1
    if freedom < 1:
        return _NAN, _NAN
    square = float(np.sum(((values[use] - level) / errors[use]) ** 2))
    return square / freedom, float(chi2.sf(square, freedom))


def _verdict(*, is_level: bool, is_shape: bool) -> NodVerdict:
    if is_level:
        return "level and shape differ" if is_shape else "level differs"
    return "shape differs" if is_shape else "agree"


def _percent_text(one: NodRatio) -> str:
    """Return the difference of level with as many decimals as its error asks for."""
    error = 100.0 * one.level_error
    digits = max(1, 1 - int(np.floor(np.log10(error)))) if error > 0 else 1
    return f"{one.percent:+.{digits}f} ± {error:.{digits}f} %"


def _messages(ratios: Sequence[NodRatio], errors: Sequence[BootstrapErrors]) -> tuple[str, ...]:
    said = []
    for one in ratios:
        if one.verdict == "agree":
            said.append(f"{one.label} and {one.reference} agree: {_percent_text(one)}.")
        elif "level" in one.verdict:
            said.append(
                f"{one.label} is {_percent_text(one)} off {one.reference}: the path-loss "
                "correction may be wrong (MIRI-LRS04)."
            )
        else:
            said.append(
                f"{one.label} and {one.reference} have the same level but not the same shape: "
                f"chi² per degree of freedom is {one.chi2_per_freedom:.1f}."
            )
    wrong = [error for error in errors if error.verdict in {"too small", "too large"}]
    said += [
        f"ERR of {error.label} is {error.factor:.2f} times the measured error."
        for error in wrong[:3]
    ]
    if len(wrong) > 3:
        said.append(f"So it is for {len(wrong) - 3} further spectra.")
    if errors and not any(np.isfinite(one.stated).any() for one in errors):
        said.append("No spectrum states errors: there is nothing to judge.")
    return tuple(said)
