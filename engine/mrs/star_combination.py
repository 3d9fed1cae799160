"""Combination of the vectors of several stars into one (Law+2025, Sec. 5.1, Fig. 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.model.bands import bands as all_bands
from engine.model.identity import Identity
from engine.model.star_names import star_key
from engine.model.vector import CalibrationVector, FactorKind
from engine.mrs.combination_params import (
    CombinationParams,
    CombinedBand,
    KindChoice,
    RelativeVector,
    StarOffset,
    StarVector,
    StarWeight,
)
from engine.mrs.combined_bands import (
    BandPolynomial,
    combined_band,
    relative_vectors,
    source_of,
    star_of,
    star_offsets,
    with_common_error,
)
from engine.mrs.relative_vectors import BandStars, band_stars
from engine.numerics.band_polynomial import OrderTest, choose_order, fit_levels, mean_powers

__all__ = [
    "COMBINED",
    "REFERENCE_STAR",
    "CombinationParams",
    "CombinedBand",
    "KindChoice",
    "RelativeVector",
    "StarCombination",
    "StarOffset",
    "StarVector",
    "StarWeight",
    "combine_stars",
    "vector_from_combination",
]

REFERENCE_STAR = "10 Lac"  #: of Law+2025, Sec. 5.1
COMBINED = "combined"  #: what stands for the combined vector where a star's name can stand
HIGHEST_ORDER = 5
_HIGHEST_TESTED = 4
_NOTABLE = 0.003  # of the mean of star / final: what the combination is meant to reach


@dataclass(frozen=True, eq=False, slots=True)
class StarCombination:
    """The stars relative to one of them, their mean, and the vectors that follow.

    Attributes
    ----------
    kind : str
        ``"calibration factor"`` or ``"relative factor"``.
    reference : str
        Source key of the observation whose vector is adjusted.
    bands : tuple of CombinedBand
        Bands that the reference star has, in order of wavelength.
    relative : tuple of RelativeVector
        All stars in these bands, those that are left out included.
    stars : tuple of StarOffset
        One for each observation, the reference star first, then by name.
    order : int
        Order of the polynomial used.
    suggested_order : int
        Order that the F-tests ask for.
    tests : tuple of OrderTest
        The F-tests.
    coefficients : ndarray, shape (order + 1,)
        Of Legendre polynomials over `domain_um`.
    covariance : ndarray, shape (order + 1, order + 1)
        Of errors and band-to-band scatter together.
    domain_um : ndarray, shape (2,)
        Range of the wavelengths that were compared. Unit: um.
    band_scatter : float
        Standard deviation of the bands' levels about the polynomial beyond their errors.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    kind: FactorKind
    reference: str
    bands: tuple[CombinedBand, ...]
    relative: tuple[RelativeVector, ...]
    stars: tuple[StarOffset, ...]
    order: int
    suggested_order: int
    tests: tuple[OrderTest, ...]
    coefficients: FloatArray
    covariance: FloatArray
    domain_um: FloatArray
    band_scatter: float
    messages: tuple[str, ...] = ()

    def band(self, name: str) -> CombinedBand | None:
        """Return the band called ``name``, or `None`."""
        return next((one for one in self.bands if one.band == name), None)


def combine_stars(vectors: Sequence[StarVector], params: CombinationParams) -> StarCombination:
    """Adjust the vector of the reference star to the mean of all stars.

    Parameters
    ----------
    vectors : sequence of StarVector
        One for each observation and band, in any order. Vectors of the other kind of factor are
        told and left out.
    params : CombinationParams
        What the user decided.

    Returns
    -------
    StarCombination
        Relative vectors, their mean, the polynomial, and the final vectors.

    Raises
    ------
    DataError
        If the reference star has no vector, nothing is left to combine, or the order is not 0-5.

    Notes
    -----
    Law+2025, Sec. 5.1. r_s = V_s / V_ref; m = sum w_s r_s / sum w_s, the reference star being in
    it with r = 1; P is the polynomial through the band averages of m below `max_wave_um`, each
    weighted by 1 / (error^2 + scatter between bands^2); V = V_ref P. Several observations of a
    star share its weight. One level a band is fitted, because the samples of a spline, and the
    jumps that Fig. 9 shows, are common to a band. Beyond the last wavelength compared P is held at
    its value there, and the vector is flagged as extrapolated.
    """
    if params.order is not None and not 0 <= params.order <= HIGHEST_ORDER:
        raise DataError(f"The order of the polynomial is {params.order}, not 0 to {HIGHEST_ORDER}.")
    messages: list[str] = []
    chosen, reference, kind = _chosen(vectors, params, messages)
    bands = _bands(chosen, reference, params, messages)
    compared = [one for one in bands if one.is_compared.any()]
    if not compared:
        raise DataError(
            f"No band of {reference} below {params.max_wave_um:g} µm can be compared.",
            hint="Raise the longest wavelength, or bring a star back.",
        )
    polynomial = _fitted(compared, params, messages)
    combined = tuple(combined_band(one, polynomial) for one in bands)
    relative = tuple(row for one in bands for row in relative_vectors(one, polynomial))
    stars = star_offsets(bands, relative, reference)
    messages += _remarks(combined)
    combined = with_common_error(combined, stars)
    return StarCombination(
        kind=kind,
        reference=reference,
        bands=combined,
        relative=relative,
        stars=stars,
        order=polynomial.order,
        suggested_order=polynomial.suggested,
        tests=polynomial.tests,
        coefficients=polynomial.fit.coefficients,
        covariance=polynomial.fit.covariance,
        domain_um=polynomial.domain_um,
        band_scatter=polynomial.fit.scatter,
        messages=tuple(messages),
    )


def vector_from_combination(
    combination: StarCombination, band: str, *, recipe: str
) -> CalibrationVector:
    """Return the combined vector of one band.

    Parameters
    ----------
    combination : StarCombination
        The combination.
    band : str
        ``"1A"``.
    recipe : str
        JSON of the parameters that made it.

    Raises
    ------
    DataError
        If the combination has no such band.
    """
    found = combination.band(band)
    if found is None:
        raise DataError(
            f"There is no combined vector of band {band or '?'}: the reference star has none.",
            hint="Choose a reference star that was observed in this band.",
        )
    return CalibrationVector(
        wave_um=found.wave_um,
        value=found.vector,
        stat_error=found.stat_error,
        sys_error=found.sys_error,
        flags=found.flags,
        kind=combination.kind,
        identity=Identity(target=COMBINED, band=band),
        recipe=recipe,
    )


def _remarks(bands: Sequence[CombinedBand]) -> list[str]:
    """Say where the polynomial leaves the mean of the stars, and where it is held."""
    off = [
        f"{one.band} {100 * one.residual:+.2f} %".replace("-", "−")
        for one in bands
        if abs(one.residual) > _NOTABLE
    ]
    said = []
    if off:
        said.append(
            f"Mean of star / final is off by more than {100 * _NOTABLE:g} % in {', '.join(off)}: "
            "jumps of the reference star that no low-order polynomial follows."
        )
    beyond = [one.band for one in bands if not one.is_compared.any()]
    if beyond:
        said.append(f"In {', '.join(beyond)} the polynomial is held at its last value.")
    return said


# --- choosing what is combined --------------------------------------------------------------------


def _chosen(
    vectors: Sequence[StarVector], params: CombinationParams, messages: list[str]
) -> tuple[list[StarVector], str, FactorKind]:
    """Return the vectors of one kind, and the reference observation among them."""
    wanted = [one for one in vectors if params.kind in {"automatic", one.vector.kind}]
    if not wanted:
        raise DataError(
            f"No star has a {params.kind if params.kind != 'automatic' else 'vector'}.",
            hint="Open observations of standard stars with their models.",
        )
    reference = _reference(wanted, params, messages)
    carrier = next(one for one in wanted if source_of(one) == reference)
    kind = carrier.vector.kind
    chosen = [one for one in wanted if one.vector.kind == kind]
    others = sorted({source_of(one) for one in vectors if one.vector.kind != kind})
    if others:
        other = next(one.vector.kind for one in vectors if one.vector.kind != kind)
        messages.append(
            f"Only {kind}s are combined: {', '.join(others)} "
            f"{'has a' if len(others) == 1 else 'have'} {other}{'' if len(others) == 1 else 's'}."
        )
    stars = {star_key(star_of(one)) for one in chosen}
    if len(stars) < 2:
        messages.append(f"{star_of(carrier)} is alone: the mean is its own vector.")
    return chosen, reference, kind


def _reference(wanted: Sequence[StarVector], params: CombinationParams, messages: list[str]) -> str:
    """Return the source whose vector carries the shape: of several of a star, the first."""
    by_star: dict[str, dict[tuple[str, str], list[StarVector]]] = {}
    for one in wanted:
        source = source_of(one)
        groups = by_star.setdefault(star_key(star_of(one)), {})
        groups.setdefault((source, one.vector.kind), []).append(one)
    name = params.reference_star or REFERENCE_STAR
    groups = by_star.get(star_key(name), {})
    if not groups and params.reference_star:
        known = sorted({star_of(one) for one in wanted})
        raise DataError(
            f"{params.reference_star} has no vector to be the reference.",
            hint=f"Stars with vectors: {', '.join(known)}.",
        )
    if not groups:
        groups = max(by_star.values(), key=_quality)
        name = star_of(next(iter(groups.values()))[0])
        messages.append(f"{REFERENCE_STAR} has no vector; {name} is the reference star.")
    used = {place: found for place, found in groups.items() if not all(v.excluded for v in found)}
    best = max(sorted(used or groups), key=lambda place: len(groups[place]))
    if len({source for source, _ in groups}) > 1:
        messages.append(f"Of {len(groups)} observations of {name}, {best[0]} gives the shape.")
    if not used:
        messages.append(f"{name} is left out of the mean; its vector still gives the shape.")
    return best[0]


def _quality(groups: dict[tuple[str, str], list[StarVector]]) -> tuple[int, float, str]:
    """Return how well a star serves as reference: bands used, then smallness of the error."""
    found = [one for group in groups.values() for one in group]
    used = [one for one in found if not one.excluded]
    with np.errstate(invalid="ignore"):
        errors = [_finite_median(v.vector.stat_error / v.vector.value) for v in found]
    return (
        len({one.vector.identity.band for one in used}),
        -float(np.mean(errors)),
        source_of(found[0]),
    )


def _finite_median(values: FloatArray) -> float:
    kept = values[np.isfinite(values)]
    return float(np.median(kept)) if kept.size else 1.0


def _bands(
    chosen: Sequence[StarVector],
    reference: str,
    params: CombinationParams,
    messages: list[str],
) -> tuple[BandStars, ...]:
    weights = {star_key(one.star): max(one.weight, 0.0) for one in params.weights}
    found: list[BandStars] = []
    missing: list[str] = []
    for band in (one.name for one in all_bands()):
        here = sorted((v for v in chosen if v.vector.identity.band == band), key=source_of)
        at = next((i for i, one in enumerate(here) if source_of(one) == reference), None)
        if at is None:
            missing += [band] if here else []
            continue
        weight = _shares(here, weights)
        stars = band_stars(band, here, at, weight, max_wave_um=params.max_wave_um)
        found.append(stars)
        in_mean = int(np.count_nonzero(stars.is_in_mean))
        if not stars.is_compared.any() and stars.carrier.wave_um[0] <= params.max_wave_um:
            messages.append(f"{band} is not compared: its {in_mean} stars share too few samples.")
    if missing:
        messages.append(f"{reference} has no vector in {', '.join(missing)}.")
    return tuple(found)


def _shares(here: Sequence[StarVector], weights: Mapping[str, float]) -> FloatArray:
    """Return the weight of each vector: the star's, shared by its observations."""
    keys = [star_key(star_of(one)) for one in here]
    used = [key for key, one in zip(keys, here, strict=True) if not one.excluded]
    return np.array(
        [
            0.0 if one.excluded else weights.get(key, 1.0) / used.count(key)
            for key, one in zip(keys, here, strict=True)
        ]
    )


# --- the polynomial -------------------------------------------------------------------------------


def _fitted(
    compared: Sequence[BandStars], params: CombinationParams, messages: list[str]
) -> BandPolynomial:
    waves = [one.carrier.wave_um[one.is_compared] for one in compared]
    domain = np.array([min(w[0] for w in waves), max(w[-1] for w in waves)])
    levels = np.array([one.mean_level() for one in compared])
    design = mean_powers(waves, HIGHEST_ORDER, domain=domain)
    suggested, tests = choose_order(design[:, : _HIGHEST_TESTED + 1], levels[:, 0], levels[:, 1])
    wanted = suggested if params.order is None else params.order
    order = min(wanted, len(compared) - 1)
    if order < wanted:
        messages.append(
            f"Order {wanted} needs {wanted + 1} bands, {len(compared)} can be compared: "
            f"order {order} is used."
        )
    fit = fit_levels(design[:, : order + 1], levels[:, 0], levels[:, 1])
    return BandPolynomial(order, suggested, tests, fit, freeze(domain))
