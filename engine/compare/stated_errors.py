"""Whether the samples of a spectrum scatter as their errors say."""

from dataclasses import dataclass

import numpy as np

from engine.compare.spline_noise import measure_spline_noise
from engine.model.spectrum import Spectrum

_BREAKPOINTS = 20  # few against the samples of a fringe, enough for the shape of a band
_ODD_SCATTER = 2.0  # times the errors: what a fit of a response remarks on, too
_ALIKE = 0.5  # correlation of neighbors from which the scatter is no noise of single samples
_FEWEST = 50


@dataclass(frozen=True, slots=True)
class ErrorCheck:
    """How the scatter of neighboring samples compares with their errors.

    Attributes
    ----------
    excess : float
        Scatter about a spline over the stated statistical errors. NaN: it cannot be measured.
    correlation : float
        Of neighboring samples about the spline, 0 to 1: fringes make neighbors alike, and so does
        a vector with too few breakpoints; it does not tell them apart.
    """

    excess: float
    correlation: float

    @property
    def message(self) -> str:
        """What contradicts the errors, in a sentence; ``""``: nothing does."""
        if not self.excess >= _ODD_SCATTER:
            return ""
        said = f"The samples scatter {self.excess:.2g} times more than their errors"
        if self.correlation >= _ALIKE:
            what = "fringes, or a vector or model that does not follow the data"
            return f"{said}, neighbors alike: {what}; the errors do not contain it."
        return f"{said}: what adds to the noise is not in the errors."


def check_errors(spectrum: Spectrum) -> ErrorCheck:
    """Compare the scatter of a spectrum about a spline through itself with its errors.

    Parameters
    ----------
    spectrum : Spectrum
        In any unit; flagged samples and lines do not count.

    Returns
    -------
    ErrorCheck
        NaN where there are fewer than 50 samples with an error.

    Notes
    -----
    The root mean square of (flux - spline) / error over the samples that hold no line, freed from
    what the spline takes out (`engine.compare.spline_noise`): 1 where the errors are right.
    """
    noise = measure_spline_noise(spectrum, n_breakpoints=_BREAKPOINTS)
    if noise is None:
        return ErrorCheck(np.nan, np.nan)
    known = noise.used & (noise.error > 0.0)
    if int(np.count_nonzero(known)) < _FEWEST:
        return ErrorCheck(np.nan, np.nan)
    pulls = noise.residual[known] / noise.error[known]
    excess = float(np.sqrt(np.mean(pulls**2) / noise.variance_part))
    return ErrorCheck(excess, noise.correlation)
