"""What another choice of models does to factors, class means and final vectors (Law+2025, 8.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.model.star_names import star_key
from engine.model.stars import STELLAR_CLASSES, star_named
from engine.mrs.combination_params import CombinedBand, RelativeVector
from engine.mrs.star_combination import StarCombination
from engine.mrs.star_factors import StarFactor, mean_star_factors

FIRST_OPENED = "first opened"
_NAN = float("nan")
_NO_CLASS = "other"
_SAME = 1e-12  # factors closer than this are the same


@dataclass(frozen=True, slots=True)
class ModelChoiceParams:
    """What the user decides about the comparison of models.

    Attributes
    ----------
    baseline : str
        Set of models that the present choice is compared with.
    low_um, high_um : float
        Range of wavelengths over which a vector is averaged into one factor. Unit: um.
    """

    baseline: str = FIRST_OPENED
    low_um: float = 5.0
    high_um: float = 18.0


@dataclass(frozen=True, slots=True)
class StarChange:
    """One observation of a star with either model.

    Attributes
    ----------
    source, star, star_class : str
        Source key, usual name, and ``"hot"``, ``"A"``, ``"G"`` or ``"other"``.
    model_before, model_after : str
        Names of the models; equal when nothing was swapped.
    before, after : float
        Its factor over the final vector before, averaged over wavelength. NaN: none.
    error : float
        Of either: the same data are behind both.
    ratio : float
        After over before.
    excluded : str
        Why it is left out of the means; ``""``: it is not.
    """

    source: str
    star: str
    star_class: str
    model_before: str
    model_after: str
    before: float
    after: float
    error: float
    ratio: float
    excluded: str = ""

    @property
    def is_swapped(self) -> bool:
        """Whether another model is in use now."""
        return self.model_before != self.model_after


@dataclass(frozen=True, slots=True)
class ClassChange:
    """One class of stars with either choice.

    Attributes
    ----------
    name : str
        ``"hot"``, ``"A"``, ``"G"`` or ``"other"``.
    n_stars : int
        Stars in the mean; several observations of a star count once.
    before, after : float
        Means of the factors.
    before_error, after_error : float
        Standard deviation of the means by the scatter of the stars. NaN: one star.
    ratio : float
        After over before.
    """

    name: str
    n_stars: int
    before: float
    after: float
    before_error: float
    after_error: float
    ratio: float


@dataclass(frozen=True, eq=False, slots=True)
class BandChange:
    """The vector of one observation, or the final one, in one band: after over before.

    Attributes
    ----------
    source : str
        Source key; ``""``: the final vector.
    band : str
        ``"1A"``.
    wave_um, ratio : ndarray, shape (n,)
        After over before. NaN where either ends. Unit: um, none.
    level : float
        Mean of the ratio.
    """

    source: str
    band: str
    wave_um: FloatArray
    ratio: FloatArray
    level: float


@dataclass(frozen=True, slots=True)
class PairRatio:
    """Two observations of one star in one band.

    Attributes
    ----------
    star, band : str
        Usual name, name of the band.
    source, other : str
        Source keys.
    well_depth_dn, other_depth_dn : float
        Largest well depth of each. NaN: not known.
    ratio, error : float
        Flux of `other` over that of `source`; the model cancels.
    """

    star: str
    band: str
    source: str
    other: str
    well_depth_dn: float
    other_depth_dn: float
    ratio: float
    error: float


@dataclass(frozen=True, eq=False, slots=True)
class ModelComparison:
    """Every star, class and final vector with two choices of models.

    Attributes
    ----------
    baseline : str
        Name of the choice before.
    stars : tuple of StarChange
        In the order of the combination.
    classes : tuple of ClassChange
        Those that have a star, hot stars first.
    bands : tuple of BandChange
        The final vector in every band, then the observations whose model was swapped.
    pairs : tuple of PairRatio
        Observations of one star compared with each other, with the models of now.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    baseline: str
    stars: tuple[StarChange, ...]
    classes: tuple[ClassChange, ...]
    bands: tuple[BandChange, ...]
    pairs: tuple[PairRatio, ...]
    messages: tuple[str, ...] = ()


def compare_models(
    before: StarCombination,
    after: StarCombination,
    names: Mapping[str, tuple[str, str]],
    params: ModelChoiceParams = ModelChoiceParams(),
    *,
    well_depths_dn: Mapping[str, float] | None = None,
) -> ModelComparison:
    """Compare two combinations of the same observations that were made with other models.

    Parameters
    ----------
    before, after : StarCombination
        The same observations and parameters, with either choice of models.
    names : mapping of str to (str, str)
        Names of both models by source key.
    params : ModelChoiceParams, optional
        Range of the average.
    well_depths_dn : mapping of str to float, optional
        Largest well depth by source key.

    Returns
    -------
    ModelComparison
        Factors, class means and vectors side by side.

    Raises
    ------
    DataError
        If the range is empty, or the combinations rest on different reference observations.

    Notes
    -----
    Law+2025, Secs. 5.1 and 8.2; Gordon+2025, Sec. 2.3. All factors, before and after, are over the
    final vector *before*: one yardstick. A model brighter by x raises its star's factor by x, and
    the mean of its class by x if all of the class are swapped; the final vector, which is a mean
    over the stars, by less, and that is told apart.
    """
    if not params.low_um < params.high_um:
        raise DataError(
            f"There is no wavelength between {params.low_um:g} and {params.high_um:g} µm.",
            hint="Let the range end after it begins.",
        )
    if before.reference != after.reference or before.kind != after.kind:
        raise DataError(
            f"The vectors before rest on {before.reference}, those after on {after.reference}.",
            hint="Choose a reference star in Combine.",
        )
    old = mean_star_factors(before, low_um=params.low_um, high_um=params.high_um)
    new = mean_star_factors(_on_same_yardstick(before, after), low_um=params.low_um,
                            high_um=params.high_um)  # fmt: skip
    stars = _stars(old, new, names)
    if not any(np.isfinite(one.before) for one in stars):
        raise DataError(
            f"No star has a factor between {params.low_um:g} and {params.high_um:g} µm.",
            hint="Widen the range, or open more bands.",
        )
    swapped = {one.source for one in stars if one.is_swapped}
    return ModelComparison(
        baseline=params.baseline,
        stars=stars,
        classes=_classes(stars),
        bands=(*_final_changes(before, after), *_star_changes(before, after, swapped)),
        pairs=_pairs(after, well_depths_dn or {}),
        messages=tuple(_remarks(stars, params.baseline)),
    )


def class_name(star: str) -> str:
    """Return the spectral class of a star: ``"hot"``, ``"A"``, ``"G"``, or ``"other"``."""
    found = star_named(star)
    return found.star_class if found is not None and found.is_standard else _NO_CLASS


def _on_same_yardstick(before: StarCombination, after: StarCombination) -> StarCombination:
    """Return the stars of ``after`` relative to the reference star's vector of ``before``."""
    scale = {one.band: one.ratio for one in _reference_changes(before, after)}
    known = [one for one in after.relative if one.band in scale]
    return replace(
        before,
        relative=tuple(replace(one, ratio=freeze(one.ratio * scale[one.band])) for one in known),
        stars=after.stars,
    )


def _reference_changes(before: StarCombination, after: StarCombination) -> list[BandChange]:
    """Return the reference star's vector, after over before, on the wavelengths of before."""
    return [
        _change("", old, old.wave_um, new.vector / new.polynomial, old.vector / old.polynomial)
        for old, new in _both(before, after)
    ]


def _final_changes(before: StarCombination, after: StarCombination) -> list[BandChange]:
    return [
        _change("", old, old.wave_um, new.vector, old.vector) for old, new in _both(before, after)
    ]


def _star_changes(
    before: StarCombination, after: StarCombination, swapped: set[str]
) -> list[BandChange]:
    old = {(one.source, one.band): one for one in before.relative}
    scale = {one.band: one for one in _reference_changes(before, after)}
    found = []
    for one in after.relative:
        was = old.get((one.source, one.band))
        if one.source in swapped and was is not None and one.band in scale:
            ratio = _divided(one.ratio * scale[one.band].ratio, was.ratio)
            found.append(_measured(one, scale[one.band].wave_um, ratio))
    return found


def _both(
    before: StarCombination, after: StarCombination
) -> list[tuple[CombinedBand, CombinedBand]]:
    """Return the bands that both have, with the same wavelengths."""
    new = {one.band: one for one in after.bands}
    return [
        (old, new[old.band])
        for old in before.bands
        if old.band in new and np.array_equal(old.wave_um, new[old.band].wave_um)
    ]


def _change(
    source: str, band: CombinedBand, wave_um: FloatArray, new: FloatArray, old: FloatArray
) -> BandChange:
    ratio = _divided(new, old)
    return BandChange(source, band.band, wave_um, freeze(ratio), _mean_of(ratio))


def _measured(one: RelativeVector, wave_um: FloatArray, ratio: FloatArray) -> BandChange:
    return BandChange(one.source, one.band, wave_um, freeze(ratio), _mean_of(ratio))


def _divided(new: FloatArray, old: FloatArray) -> FloatArray:
    usable = np.isfinite(new) & np.isfinite(old) & (old != 0)
    ratio: FloatArray = np.divide(new, old, out=np.full(new.shape, np.nan), where=usable)
    return ratio


def _mean_of(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.mean(finite)) if finite.size else _NAN


def _stars(
    old: Sequence[StarFactor], new: Sequence[StarFactor], names: Mapping[str, tuple[str, str]]
) -> tuple[StarChange, ...]:
    later = {one.source: one for one in new}
    found = []
    for one in old:
        now = later.get(one.source)
        after = _NAN if now is None else now.factor
        was, is_now = names.get(one.source, ("", ""))
        found.append(
            StarChange(
                source=one.source,
                star=one.star,
                star_class=class_name(one.star),
                model_before=was,
                model_after=is_now,
                before=one.factor,
                after=after,
                error=one.error,
                ratio=after / one.factor if one.factor > 0 else _NAN,
                excluded=one.excluded,
            )
        )
    return tuple(found)


def _classes(stars: Sequence[StarChange]) -> tuple[ClassChange, ...]:
    found = []
    for name in (*STELLAR_CLASSES, _NO_CLASS):
        members = [one for one in stars if one.star_class == name and not one.excluded]
        before, after = _per_star(members, "before"), _per_star(members, "after")
        if not before.size:
            continue
        means = float(np.mean(before)), float(np.mean(after))
        found.append(
            ClassChange(
                name=name,
                n_stars=before.size,
                before=means[0],
                after=means[1],
                before_error=_error_of_mean(before),
                after_error=_error_of_mean(after),
                ratio=means[1] / means[0],
            )
        )
    return tuple(found)


def _per_star(members: Sequence[StarChange], which: str) -> FloatArray:
    """Return one value a star: the mean of its observations that have both."""
    values: dict[str, list[float]] = {}
    for one in members:
        if np.isfinite(one.before) and np.isfinite(one.after):
            values.setdefault(star_key(one.star), []).append(float(getattr(one, which)))
    return np.array([np.mean(found) for found in values.values()], dtype=np.float64)


def _error_of_mean(values: FloatArray) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(values.size)) if values.size > 1 else _NAN


def _pairs(after: StarCombination, depths: Mapping[str, float]) -> tuple[PairRatio, ...]:
    """Return every later observation of a star against its first one, band by band."""
    found = []
    order = {one.source: at for at, one in enumerate(after.stars)}
    rows = sorted(after.relative, key=lambda one: (one.band, order.get(one.source, 0)))
    for band in dict.fromkeys(one.band for one in rows):
        first: dict[str, RelativeVector] = {}
        for one in (row for row in rows if row.band == band):
            if not np.isfinite(one.level):
                continue
            held = first.setdefault(star_key(one.star), one)
            if held is not one:
                found.append(_pair(held, one, depths))
    return tuple(sorted(found, key=lambda one: (one.star, one.source, one.other, one.band)))


def _pair(one: RelativeVector, other: RelativeVector, depths: Mapping[str, float]) -> PairRatio:
    """Return the ratio of two fluxes: the inverse of that of the factors."""
    ratio = one.level / other.level
    relative = np.hypot(one.level_error / one.level, other.level_error / other.level)
    return PairRatio(
        star=one.star,
        band=one.band,
        source=one.source,
        other=other.source,
        well_depth_dn=depths.get(one.source, _NAN),
        other_depth_dn=depths.get(other.source, _NAN),
        ratio=ratio,
        error=float(ratio * relative),
    )


def _remarks(stars: Sequence[StarChange], baseline: str) -> list[str]:
    swapped = sorted({one.star for one in stars if one.is_swapped})
    if not swapped:
        return [f"No star has another model than in the choice {baseline!r}: nothing moves."]
    said = [f"{', '.join(swapped)}: another model than in the choice {baseline!r}."]
    odd = [
        one.source
        for one in stars
        if not one.is_swapped and np.isfinite(one.ratio) and abs(one.ratio - 1.0) > _SAME
    ]
    if odd:
        said.append(f"{', '.join(odd)} moved although its model is the same.")
    return said
