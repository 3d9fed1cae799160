"""What is said of the one sample among few that is unlike the others."""

from engine.arrays import FloatArray
from engine.spectra.level_ratio import find_lone_sample

FEW = 12  #: samples, among which each one matters


def lone_sample_remark(
    junction: str, wave_um: FloatArray, left: FloatArray, right: FloatArray
) -> str:
    """Say which of few samples is unlike the others: it is told, not rejected.

    Parameters
    ----------
    junction : str
        ``"1A|1B"``.
    wave_um, left, right : ndarray, shape (m,)
        Samples that the ratio rests on. Unit of the wavelengths: um.

    Returns
    -------
    str
        One sentence; ``""``: there is none, or there are more than twelve samples.
    """
    if left.size > FEW:
        return ""
    at, ratio = find_lone_sample(left, right)
    if at < 0:
        return ""
    return (
        f"The sample at {wave_um[at]:.3f} µm of {junction} is unlike the {left.size - 1} others, "
        f"whose ratio is {ratio:.3f}."
    )
