"""What the user decides about combining stars, and what the combination says of each of them."""

from dataclasses import dataclass
from typing import Literal

from engine.arrays import BoolArray, FlagArray, FloatArray
from engine.model.vector import CalibrationVector

KindChoice = Literal["automatic", "calibration factor", "relative factor"]


@dataclass(frozen=True, slots=True)
class StarWeight:
    """A weight that the user gave to a star.

    Attributes
    ----------
    star : str
        Its name, in any of its spellings.
    weight : float
        Relative to the others; only ratios matter. 0 leaves the star out.
    """

    star: str
    weight: float


@dataclass(frozen=True, slots=True)
class CombinationParams:
    """What the user decides about combining stars.

    Attributes
    ----------
    reference_star : str
        Star whose vector is adjusted; ``""``: 10 Lac, or the best measured star without it.
    order : int or None
        Order of the polynomial, 0 to 5; `None`: chosen by F-tests.
    max_wave_um : float
        Longest wavelength at which stars are compared. Unit: um.
    weights : tuple of StarWeight
        Weights that are not 1.
    kind : {"automatic", "calibration factor", "relative factor"}
        Which vectors are combined; automatic: the kind that the reference star has.
    """

    reference_star: str = ""
    order: int | None = None
    max_wave_um: float = 18.0
    weights: tuple[StarWeight, ...] = ()
    kind: KindChoice = "automatic"


@dataclass(frozen=True, eq=False, slots=True)
class StarVector:
    """The vector of one star in one band, as the combination takes it.

    Attributes
    ----------
    vector : CalibrationVector
        With star and band in its identity.
    n_free : int
        Independent values in the vector: the coefficients of its spline.
    excluded : str
        Why it is left out of the mean, in the user's words; ``""``: it is not.
    """

    vector: CalibrationVector
    n_free: int
    excluded: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class RelativeVector:
    """The vector of one observation over that of the reference star, in one band.

    Attributes
    ----------
    source : str
        Source key of the observation: ``"16 Cyg B/1538-1"``.
    star : str
        Usual name of the star.
    band : str
        ``"1A"``.
    ratio, error : ndarray, shape (n,)
        On the wavelengths of the band, with the statistical error of both vectors. NaN where one
        of them ends. Exactly 1, without error, for the reference star.
    level, level_error : float
        Mean ratio over the samples that are compared, with its statistical error. NaN: none.
    after : float
        Mean of star over final vector there. NaN: none.
    sys_error : float
        Relative systematic error of the star's vector there: annulus, aperture, centroid and
        whatever else its response has. NaN: not measured.
    own_error : float
        Statistical error of the star's own level, without that of the reference star's: also the
        reference star has one. NaN: none.
    """

    source: str
    star: str
    band: str
    ratio: FloatArray
    error: FloatArray
    level: float
    level_error: float
    after: float
    sys_error: float = float("nan")
    own_error: float = float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class CombinedBand:
    """One band of the combination. Arrays of shape (n,) share `wave_um`.

    Attributes
    ----------
    band : str
        ``"1A"``.
    wave_um : ndarray, shape (n,)
        Wavelengths of the reference star's vector. Unit: um.
    is_compared : ndarray of bool, shape (n,)
        Samples where all stars of the mean have a value, up to the longest wavelength compared.
    mean, mean_error : ndarray, shape (n,)
        Weighted mean of the relative vectors, and the standard deviation of that mean from the
        scatter of the stars. NaN where a star of the mean ends; the error also for a single one.
    polynomial : ndarray, shape (n,)
        The polynomial; held at its last value beyond the range that is compared.
    vector, stat_error, sys_error : ndarray, shape (n,)
        The final vector: the reference star's times the polynomial. NaN outside its cut-offs.
    flags : ndarray of uint32, shape (n,)
        Bits of `engine.model.vector`.
    n_stars : int
        Stars in the mean.
    level, level_error : float
        Band average of the mean, and its error without the scatter of the stars. NaN: the band
        is not compared.
    residual, residual_error : float
        Mean over stars of star / final, minus 1, with the error from the scatter of the stars.
    scatter : float
        Standard deviation of the stars' band averages of star / final, with N - 1.
    level_scatter_error : float
        Error of `level` from the scatter of the stars, noise included: what it is uncertain by.
        NaN: fewer than two stars.
    """

    band: str
    wave_um: FloatArray
    is_compared: BoolArray
    mean: FloatArray
    mean_error: FloatArray
    polynomial: FloatArray
    vector: FloatArray
    stat_error: FloatArray
    sys_error: FloatArray
    flags: FlagArray
    n_stars: int
    level: float
    level_error: float
    residual: float
    residual_error: float
    scatter: float
    level_scatter_error: float = float("nan")


@dataclass(frozen=True, slots=True)
class StarOffset:
    """Where one observation of a star lies.

    Attributes
    ----------
    source, star : str
        Source key and usual name.
    weight : float
        Its share in the mean, all shares together being 1.
    excluded : str
        Why it is left out; ``""``: it is not.
    n_bands : int
        Bands compared.
    offset, error : float
        Mean over bands of its vector over the reference star's, minus 1. NaN: nothing to compare.
    after, after_error : float
        The same over the final vector.
    sys_error : float
        Relative systematic error of its factor, all bands together. NaN: not measured.
    """

    source: str
    star: str
    weight: float
    excluded: str
    n_bands: int
    offset: float
    error: float
    after: float
    after_error: float
    sys_error: float = float("nan")
