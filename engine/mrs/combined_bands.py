"""What the combination says of each band and each star, once the polynomial is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, freeze, frozen
from engine.model.star_names import shown_star_name, star_key
from engine.model.vector import EXTRAPOLATED
from engine.mrs.combination_params import CombinedBand, RelativeVector, StarOffset, StarVector
from engine.mrs.relative_vectors import BandStars
from engine.numerics.band_polynomial import LevelFit, OrderTest, fit_levels, legendre


@dataclass(frozen=True, eq=False, slots=True)
class BandPolynomial:
    """The polynomial, with the range of wavelengths that it was fitted over."""

    order: int
    suggested: int
    tests: tuple[OrderTest, ...]
    fit: LevelFit
    domain_um: FloatArray

    def values(self, wave_um: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return value and error; held at the last value beyond the domain."""
        inside = np.clip(wave_um, *self.domain_um)
        basis = legendre(inside, self.order, domain=self.domain_um)
        variance = np.einsum("ij,jk,ik->i", basis, self.fit.covariance, basis)
        value: FloatArray = basis @ self.fit.coefficients
        return value, np.sqrt(np.maximum(variance, 0.0))


def source_of(one: StarVector) -> str:
    """Return the source key of an observation."""
    return one.vector.identity.source_key


def star_of(one: StarVector) -> str:
    """Return the usual name of the star of an observation."""
    return shown_star_name(one.vector.identity.target)


def combined_band(stars: BandStars, polynomial: BandPolynomial) -> CombinedBand:
    """Return the final vector of one band, and what is left of the stars' differences."""
    carrier = stars.carrier
    value, error = polynomial.values(carrier.wave_um)
    mean, mean_error = stars.mean()
    vector = carrier.value * value
    sys = np.where(np.isfinite(carrier.sys_error), carrier.sys_error, 0.0) * value
    beyond = (carrier.wave_um < polynomial.domain_um[0]) | (
        carrier.wave_um > polynomial.domain_um[1]
    )
    flags = carrier.flags | np.where(beyond & np.isfinite(vector), EXTRAPOLATED, 0).astype(
        np.uint32
    )
    is_in, weight = stars.is_in_mean, stars.weight[stars.is_in_mean]
    after = (stars.ratio[:, stars.is_compared] / value[stars.is_compared])[is_in]
    level, level_error = stars.mean_level() if after.size else (np.nan, np.nan)
    residual, residual_error, scatter = _residual(after, weight)
    return CombinedBand(
        band=stars.band,
        wave_um=carrier.wave_um,
        is_compared=frozen(stars.is_compared, dtype=np.bool_),
        mean=freeze(mean),
        mean_error=freeze(mean_error),
        polynomial=freeze(value),
        vector=freeze(vector),
        stat_error=freeze(carrier.stat_error * value),
        sys_error=freeze(
            np.where(np.isfinite(vector), np.hypot(sys, carrier.value * error), np.nan)
        ),
        flags=frozen(flags, dtype=np.uint32),
        n_stars=len({star_key(star_of(v)) for v, i in zip(stars.vectors, is_in, strict=True) if i}),
        level=level,
        level_error=level_error,
        residual=residual,
        residual_error=residual_error,
        scatter=scatter,
        level_scatter_error=_residual(stars.ratio[:, stars.is_compared][is_in], weight)[1],
    )


def _residual(after: FloatArray, weight: FloatArray) -> tuple[float, float, float]:
    """Return mean star / final - 1 in a band, its error, and the scatter of the stars."""
    if not after.size:
        return np.nan, np.nan, np.nan
    levels = after.mean(axis=1)
    share = weight / weight.sum()
    mean = float(np.sum(share * levels))
    if levels.size < 2:
        return mean - 1.0, np.nan, np.nan
    scatter = float(np.std(levels, ddof=1))
    return mean - 1.0, scatter * float(np.sqrt(np.sum(share**2))), scatter


def relative_vectors(stars: BandStars, polynomial: BandPolynomial) -> tuple[RelativeVector, ...]:
    """Return the vector of each star relative to the reference star's."""
    errors, levels, level_errors = stars.ratio_error(), stars.levels(), stars.level_errors()
    systematics, own = stars.level_systematics(), levels * stars.level_noise()
    value, _ = polynomial.values(stars.carrier.wave_um)
    compared = stars.is_compared
    after = (
        (stars.ratio[:, compared] / value[compared]).mean(axis=1)
        if compared.any()
        else np.full(levels.size, np.nan)
    )
    return tuple(
        RelativeVector(
            source=source_of(one),
            star=star_of(one),
            band=stars.band,
            ratio=frozen(stars.ratio[i]),
            error=frozen(errors[i]),
            level=float(levels[i]),
            level_error=float(level_errors[i]),
            after=float(after[i]),
            sys_error=float(systematics[i]),
            own_error=float(own[i]),
        )
        for i, one in enumerate(stars.vectors)
    )


def star_offsets(
    bands: Sequence[BandStars], relative: Sequence[RelativeVector], reference: str
) -> tuple[StarOffset, ...]:
    """Return the offset of each observation, the reference star first."""
    reasons = {source_of(v): v.excluded for one in bands for v in one.vectors}
    names = {source_of(v): star_of(v) for one in bands for v in one.vectors}
    weights: dict[str, list[float]] = {}
    for one in bands:
        for vector, weight in zip(one.vectors, one.weight, strict=True):
            weights.setdefault(source_of(vector), []).append(float(weight))
    largest = {source: max(found) for source, found in weights.items()}
    total = sum(largest.values())
    rows = []
    for source in sorted(largest, key=lambda one: (one != reference, one.casefold())):
        own = [one for one in relative if one.source == source and np.isfinite(one.level)]
        offset, error = _level(own, lambda one: one.level)
        after, after_error = _level(own, lambda one: one.after)
        if source == reference:
            error = 0.0 if own else np.nan
        rows.append(
            StarOffset(
                source=source,
                star=names[source],
                weight=largest[source] / total if total else 0.0,
                excluded=reasons[source],
                n_bands=len(own),
                offset=offset - 1.0,
                error=error,
                after=after - 1.0,
                after_error=after_error,
                sys_error=_systematic(own),
            )
        )
    return tuple(rows)


def _systematic(rows: Sequence[RelativeVector]) -> float:
    """Return the mean over bands: what shifts one band of a star shifts the others with it."""
    known = [one.sys_error for one in rows if np.isfinite(one.sys_error)]
    return float(np.mean(known)) if known else float("nan")


def _level(
    rows: Sequence[RelativeVector], of: Callable[[RelativeVector], float]
) -> tuple[float, float]:
    """Return the mean over bands with its error: from noise and band-to-band scatter."""
    if not rows:
        return np.nan, np.nan
    levels = np.array([of(one) for one in rows])
    errors = np.array([one.level_error for one in rows])
    fit = fit_levels(np.ones((levels.size, 1)), levels, errors)
    return float(fit.coefficients[0]), float(np.sqrt(fit.covariance[0, 0]))


def with_common_error(
    bands: tuple[CombinedBand, ...], stars: tuple[StarOffset, ...]
) -> tuple[CombinedBand, ...]:
    """Add the error of the mean level, which all bands share, to the systematic errors."""
    used = [(one.after, one.weight) for one in stars if one.weight > 0 and np.isfinite(one.after)]
    if len(used) < 2:
        return bands
    levels, weights = np.array(used).T
    common = float(np.std(levels, ddof=1) * np.sqrt(np.sum((weights / weights.sum()) ** 2)))
    return tuple(
        replace(one, sys_error=freeze(np.hypot(one.sys_error, common * one.vector)))
        for one in bands
    )
