"""What is decided about channel 4, and the vectors that follow."""

from dataclasses import dataclass
from typing import Literal

from engine.arrays import FlagArray, FloatArray
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.vector import CalibrationVector, FactorKind
from engine.mrs.channel4_links import ChainLink, OverlapLimits

CHANNEL_4 = "channel 4"  #: what stands for these vectors where a star's name can stand
CHANNEL_4_BANDS = ("4A", "4B", "4C")
CorrectedBand = Literal["4A", "4B", "4C"]


@dataclass(frozen=True, slots=True)
class Channel4Params:
    """What the user decides about channel 4.

    Attributes
    ----------
    overlaps : tuple of OverlapLimits
        Ranges that differ from those of Law+2025.
    corrected_band : {"4A", "4B", "4C"}
        Band whose vector is corrected by a polynomial.
    corrected_um : tuple of (float or None)
        Where; `None`: where the band begins or ends. Unit: um.
    correction_order : int
        Order of that polynomial, 0 to 4; 0: no correction.
    smooth_order : int
        Order of the polynomial that the red source is taken to follow, 1 to 5.
    assumed_from_um : float
        Beyond it the vector follows from the smooth red source. Unit: um.
    end_um : float
        Where the vector of 4C ends. Unit: um.
    asteroid, red_source : str
        Target or source key of the two sources; ``""``: the first with that role.
    """

    overlaps: tuple[OverlapLimits, ...] = ()
    corrected_band: CorrectedBand = "4B"
    corrected_um: tuple[float | None, float | None] = (23.0, None)
    correction_order: int = 2
    smooth_order: int = 4
    assumed_from_um: float = 27.5
    end_um: float = 28.8
    asteroid: str = ""
    red_source: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class AnchorSpectrum:
    """The red source in 3C, calibrated: where the level comes from.

    Attributes
    ----------
    spectrum : Spectrum
        Flux in Jy; its errors are those of the noise alone.
    stat_error, sys_error : ndarray, shape (n,)
        Relative errors of the vector it was calibrated with. NaN: not known.
    """

    spectrum: Spectrum
    stat_error: FloatArray
    sys_error: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Channel4Vector:
    """The final vector of one band. All arrays of shape (n,) share `wave_um`.

    Attributes
    ----------
    band : str
        ``"4A"``, ``"4B"`` or ``"4C"``.
    wave_um : ndarray, shape (n,)
        Unit: um.
    response : ndarray, shape (n,)
        The relative response: model of the asteroid over its counts, as the spline has it.
    level, level_error, level_sys : float
        What the chain multiplies it by, with relative errors.
    scale, scale_error : float
        What the asteroid's spectrum of this band is multiplied by to meet its model; the error
        has that of the model in it.
    correction : ndarray, shape (n,)
        Polynomial factor; 1 where nothing is corrected.
    vector, stat_error, sys_error : ndarray, shape (n,)
        The final vector. NaN: not determined.
    sys_terms : tuple of (str, ndarray)
        What `sys_error` is made of.
    flags : ndarray of uint32, shape (n,)
        Bits of `engine.model.vector`; extrapolated where the red source's rise is assumed.
    """

    band: str
    wave_um: FloatArray
    response: FloatArray
    level: float
    level_error: float
    level_sys: float
    scale: float
    scale_error: float
    correction: FloatArray
    vector: FloatArray
    stat_error: FloatArray
    sys_error: FloatArray
    sys_terms: tuple[tuple[str, FloatArray], ...]
    flags: FlagArray


@dataclass(frozen=True, eq=False, slots=True)
class Channel4:
    """Levels and vectors of channel 4.

    Attributes
    ----------
    kind : str
        ``"calibration factor"`` or ``"relative factor"``.
    asteroid, red_source : str
        Source keys.
    links : tuple of ChainLink
        Overlaps, from 3C on.
    vectors : tuple of Channel4Vector
        Bands that could be chained.
    red : tuple of Spectrum
        The red source in 3C and the chained bands, calibrated. Unit: Jy.
    smooth_um, smooth_jy : ndarray, shape (m,)
        The red source as it is taken to be. Empty when it was not needed.
    corrected_um : tuple of float
        Range of the correction; NaN when there is none.
    assumed_from_um : float
        Beyond it the vector of 4C is assumed; NaN when it is not.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    kind: FactorKind
    asteroid: str
    red_source: str
    links: tuple[ChainLink, ...]
    vectors: tuple[Channel4Vector, ...]
    red: tuple[Spectrum, ...]
    smooth_um: FloatArray
    smooth_jy: FloatArray
    corrected_um: tuple[float, float]
    assumed_from_um: float
    messages: tuple[str, ...] = ()

    def vector(self, band: str) -> Channel4Vector | None:
        """Return the vector of ``band``, or `None`."""
        return next((one for one in self.vectors if one.band == band), None)


def vector_of_channel4(result: Channel4, band: str, *, recipe: str) -> CalibrationVector:
    """Return the final vector of one band.

    Parameters
    ----------
    result : Channel4
        The chain.
    band : str
        ``"4A"``, ``"4B"`` or ``"4C"``.
    recipe : str
        JSON of the parameters that made it.

    Returns
    -------
    CalibrationVector
        On the wavelengths of the asteroid.

    Raises
    ------
    DataError
        If the chain does not reach the band.
    """
    one = result.vector(band)
    if one is None:
        said = " ".join(result.messages)
        raise DataError(f"Channel 4 has no vector of {band or 'this band'}. {said}".strip())
    return CalibrationVector(
        wave_um=one.wave_um,
        value=one.vector,
        stat_error=one.stat_error,
        sys_error=one.sys_error,
        flags=one.flags,
        kind=result.kind,
        identity=Identity(target=result.asteroid.partition("/")[0], band=band),
        recipe=recipe,
    )
