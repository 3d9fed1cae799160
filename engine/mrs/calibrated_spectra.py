"""Calibrated spectra: an observation times its calibration vectors (Law+2025, Figs. 10 and 15)."""

from dataclasses import dataclass

from engine.arrays import FloatArray
from engine.model.spectrum import Spectrum


@dataclass(frozen=True, slots=True)
class CalibrationParams:
    """What the user decides about applying a vector.

    Attributes
    ----------
    vector_of : str
        Key of the response that is applied (see `engine.project`); ``""``: the observation's own.
    """

    vector_of: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class CalibratedSpectrum:
    """One band, calibrated, beside its model.

    Attributes
    ----------
    spectrum : Spectrum
        Flux in Jy on the wavelengths of the observation; NaN outside the vector. The error is the
        observation's and the vector's statistical error in quadrature.
    sys_error : ndarray, shape (n,)
        Systematic error of the vector times the flux. Unit: Jy.
    model_jy : ndarray, shape (n,)
        The model, averaged over each bin. Unit: Jy. NaN when there is no model.
    ratio : ndarray, shape (n,)
        Calibrated over model. NaN when there is no model.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    spectrum: Spectrum
    sys_error: FloatArray
    model_jy: FloatArray
    ratio: FloatArray
    messages: tuple[str, ...] = ()
