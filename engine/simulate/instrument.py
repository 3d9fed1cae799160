"""The instrument of the demo: one response a band, and how each star departs from it."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.model.bands import Band, bands
from engine.simulate.program import Exposure, standard_stars
from engine.simulate.response import BandResponse, draw_response

#: Scatter of the level of one star in one band, which jumps where bands meet (Law+2025, Fig. 9).
_JUMP = {1: 0.006, 2: 0.006, 3: 0.007, 4: 0.020}
_LARGEST_JUMP_SIGMA = 2.0
#: How far off the earlier calibration of the visits is: level, and exponent of its shape.
_EARLIER_LEVEL = {1: 0.012, 2: 0.012, 3: 0.012, 4: 0.030}
_EARLIER_EXPONENT = 0.06


@dataclass(frozen=True, eq=False, slots=True)
class Instrument:
    """All that is drawn once for a demo.

    Attributes
    ----------
    responses : dict of str to BandResponse
        True response of each band: what the mean over the ten stars gives.
    jumps : dict of (str, str) to float
        Factor of a star in a band, beside its offset and trend.
    earlier_levels : dict of str to float
        Level of the earlier calibration of a band that the visits were calibrated with.
    """

    responses: dict[str, BandResponse]
    jumps: dict[tuple[str, str], float]
    earlier_levels: dict[str, float]

    def star_factor(self, star: str, band: Band, wave_um: FloatArray) -> FloatArray:
        """Return the factor of ``star`` over the mean of all stars, shape of ``wave_um``.

        Larger: the star is fainter than its model. The mean over the ten stars is 1 at each
        wavelength.
        """
        factors = {e.star: self._bare_factor(e, band, wave_um) for e in standard_stars()}
        mean = np.mean(np.stack(list(factors.values())), axis=0)
        relative: FloatArray = factors[star] / mean
        return relative

    def earlier_factor(self, band: Band, wave_um: FloatArray) -> FloatArray:
        """Return true over earlier calibration of a band, shape of ``wave_um``."""
        factor = self.responses[band.name].factor(wave_um)
        middle = self.responses[band.name].factor(
            np.array(0.5 * (band.wave_min_um + band.wave_max_um))
        )
        return self.earlier_levels[band.name] * (factor / middle) ** _EARLIER_EXPONENT

    def _bare_factor(self, exposure: Exposure, band: Band, wave_um: FloatArray) -> FloatArray:
        slope = exposure.trend / np.log(18.0 / 5.0)
        trend: FloatArray = 1.0 + slope * np.log(wave_um / 10.0)
        return (1.0 + exposure.offset) * self.jumps[exposure.star, band.name] * trend


def draw_instrument(rng: np.random.Generator) -> Instrument:
    """Draw the responses of all bands and the jumps of all stars."""
    limit = _LARGEST_JUMP_SIGMA

    def near_one(scatter: float) -> float:
        return 1.0 + scatter * float(np.clip(rng.standard_normal(), -limit, limit))

    return Instrument(
        responses={band.name: draw_response(rng, band) for band in bands()},
        jumps={
            (exposure.star, band.name): near_one(_JUMP[band.channel])
            for exposure in standard_stars()
            for band in bands()
        },
        earlier_levels={band.name: near_one(_EARLIER_LEVEL[band.channel]) for band in bands()},
    )
