"""Whether calibration factors depend on the type of the star (Gordon+2025, Sec. 3.4, Fig. 7)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray
from engine.errors import DataError
from engine.imaging.averages import FactorAverage, average_factors
from engine.imaging.factor_results import FactorStudy
from engine.model.stars import STELLAR_CLASSES

_FEWEST = 4  # "only bands with > 3 individual measurements" (Fig. 7)
_BARS = 5.0  # sigma of the error bars of the mean of all filters
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class TypeParams:
    """What the user decides about the comparison of types of stars.

    Attributes
    ----------
    fewest : int
        Stars that a filter must have of a type to be shown, however often each was observed.
    bars : float
        Length of the error bars of the means of all filters. Unit: sigma.
    """

    fewest: int = _FEWEST
    bars: float = _BARS


@dataclass(frozen=True, slots=True)
class TypeRatio:
    """Average factor of one type in one filter over that of all types.

    Attributes
    ----------
    filter_name, star_class : str
        Which.
    pivot_um : float
        Unit: um.
    average : FactorAverage
        Of the observations of this type.
    ratio, error : float
        Over the average of the filter, with the standard deviation of the mean of this type.
    """

    filter_name: str
    star_class: str
    pivot_um: float
    average: FactorAverage
    ratio: float
    error: float


@dataclass(frozen=True, slots=True)
class TypeMean:
    """Weighted mean of the ratios of one type over all filters.

    Attributes
    ----------
    star_class : str
        The type.
    n_filters : int
        Filters behind it.
    n_stars : int
        Stars behind it.
    ratio, error : float
        Weighted with stars and scatter of the filters; the error is that of the mean, never
        smaller than the scatter of the filters asks for. NaN: fewer than two filters.
    significance : float
        Distance from 1 in units of the error.
    """

    star_class: str
    n_filters: int
    n_stars: int
    ratio: float
    error: float
    significance: float


@dataclass(frozen=True, eq=False, slots=True)
class SourceTypes:
    """Ratios of the types of stars in all filters.

    Attributes
    ----------
    params : TypeParams
        What was decided.
    ratios : tuple of TypeRatio
        By type, from hot to cool, then by wavelength.
    means : tuple of TypeMean
        By type.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    params: TypeParams
    ratios: tuple[TypeRatio, ...]
    means: tuple[TypeMean, ...]
    messages: tuple[str, ...] = ()

    def of(self, star_class: str) -> tuple[TypeRatio, ...]:
        """Return the ratios of one type in the order of wavelength."""
        return tuple(one for one in self.ratios if one.star_class == star_class)


_DEFAULTS = TypeParams()


def compare_source_types(study: FactorStudy, params: TypeParams = _DEFAULTS) -> SourceTypes:
    """Compare the average factors of each type of star with those of all.

    Parameters
    ----------
    study : FactorStudy
        Corrected factors of all filters, with what is left out.
    params : TypeParams, optional
        What the user decides.

    Returns
    -------
    SourceTypes
        Filters with too few stars of a type are not in it.

    Raises
    ------
    DataError
        If no filter has enough stars of any type.

    Notes
    -----
    Gordon+2025, Fig. 7: the average factor of a type over that of all types, each star counting
    once, and the weighted mean over filters. A star deviates from its model in all filters alike,
    so the errors of the filters do not average out: the error of the mean is that of the filters
    with their scatter, or the mean error of a filter over the square root of how often the
    stars of one filter are others than those of the next, whichever is larger.
    """
    ratios: list[TypeRatio] = []
    classes = _classes(study)
    own_class = np.array(study.table.classes, dtype=str)
    names = np.array(study.table.filters, dtype=str)
    for star_class in classes:
        for one in study.filters:
            used = study.is_used & (own_class == star_class) & (names == one.name)
            average = average_factors(star_class, study.factor, study.weights, used)
            if _count_stars(study, used) < params.fewest or not np.isfinite(average.error):
                continue
            ratio = average.mean / one.average.mean
            error = average.error / one.average.mean
            ratios.append(TypeRatio(one.name, star_class, one.pivot_um, average, ratio, error))
    if not ratios:
        raise DataError(
            f"No filter has {params.fewest} stars of one type.",
            hint="Open observations of more stars, or ask for fewer.",
        )
    usual = _usual_errors(ratios)
    means = tuple(
        _mean(study, one, [r for r in ratios if r.star_class == one], usual) for one in classes
    )
    return SourceTypes(params, tuple(ratios), means, _messages(means, params))


def _count_stars(study: FactorStudy, used: BoolArray) -> int:
    return len({study.table.stars[row] for row in np.flatnonzero(used)})


def _classes(study: FactorStudy) -> tuple[str, ...]:
    found = {name for name in study.table.classes if name}
    places: dict[str, int] = {name: i for i, name in enumerate(STELLAR_CLASSES)}
    return tuple(sorted(found, key=lambda name: (places.get(name, len(places)), name)))


def _mean(
    study: FactorStudy,
    star_class: str,
    ratios: list[TypeRatio],
    usual: Mapping[tuple[str, str], float],
) -> TypeMean:
    names = {one.filter_name for one in ratios}
    stars = {
        star
        for star, own, name, used in zip(
            study.table.stars, study.table.classes, study.table.filters, study.is_used, strict=True
        )
        if used and own == star_class and name in names
    }
    if len(ratios) < 2:
        ratio = ratios[0].ratio if ratios else _NAN
        error = ratios[0].error if ratios else _NAN
        return TypeMean(star_class, len(ratios), len(stars), ratio, error, (ratio - 1.0) / error)
    values = np.array([one.ratio for one in ratios])
    weights = np.array([usual[one.filter_name, one.star_class] for one in ratios]) ** -2.0
    mean = float(weights @ values / weights.sum())
    formal = float(weights.sum() ** -0.5)
    scatter = float(np.sqrt(weights @ (values - mean) ** 2 / weights.sum() / (values.size - 1)))
    shared = formal * float(np.sqrt(values.size / _independent(ratios, len(stars))))
    error = max(scatter, shared)
    return TypeMean(star_class, len(ratios), len(stars), mean, error, (mean - 1.0) / error)


def _usual_errors(ratios: list[TypeRatio]) -> dict[tuple[str, str], float]:
    """Return the error of each ratio with the scatter inside all types of its filter.

    The scatter of four stars is itself uncertain by a third, which would weight by chance.
    """
    sums: dict[str, tuple[float, float]] = {}
    for one in ratios:
        own = one.average
        squares, freedom = sums.get(one.filter_name, (0.0, 0.0))
        relative = one.ratio * own.scatter / own.mean
        sums[one.filter_name] = (
            squares + (own.n_stars - 1.0) * relative**2,
            freedom + own.n_stars - 1.0,
        )
    found = {}
    for one in ratios:
        squares, freedom = sums[one.filter_name]
        usual = float(np.sqrt(squares / freedom / one.average.n_stars)) if freedom > 0 else 0.0
        found[one.filter_name, one.star_class] = usual or one.error
    return found


def _independent(ratios: list[TypeRatio], n_stars: int) -> float:
    """Return how many filters' worth of different stars there are."""
    each = float(np.mean([one.average.n_stars for one in ratios]))
    return min(max(n_stars / each, 1.0), float(len(ratios)))


def _messages(means: tuple[TypeMean, ...], params: TypeParams) -> tuple[str, ...]:
    found = [
        f"Class {one.star_class} has no filter with {params.fewest} stars."
        for one in means
        if not one.n_filters
    ]
    found += [
        f"Class {one.star_class} differs from all by {100.0 * (one.ratio - 1.0):+.2f} % "
        f"({abs(one.significance):.1f} σ)."
        for one in means
        if abs(one.significance) > params.bars
    ]
    return tuple(found)
