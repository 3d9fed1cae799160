"""The instrument of the demo: one response a band, and how each star departs from it.

A model of a star is wrong smoothly, over all bands. What jumps where bands meet (Law+2025, Fig. 9)
belongs to an observation: to the pixels that it fell on, in flats that are not perfect. Dithers
average over them, 57 for the reference star, "marginalizing any flat-field systematics" (Sec. 5.1).
What else makes visits differ, the limits of the loss model and the background (Sec. 7), is not in
it: the count rates of the demo follow the lamps, and cubes have their background.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.model.bands import Band, bands
from engine.simulate.program import Exposure, standard_stars, visit_scatter
from engine.simulate.response import BandResponse, draw_response

_USUAL_DITHERS = 4  # of the visits that the published scatter of levels is that of
_FLATS_SHARE = 0.5  # of that scatter
_LARGEST_SIGMA = 2.0
#: How far off the earlier calibration of the visits is: level, and exponent of its shape.
_EARLIER_LEVEL = {1: 0.012, 2: 0.012, 3: 0.012, 4: 0.030}
_EARLIER_EXPONENT = 0.06


@dataclass(frozen=True, eq=False, slots=True)
class Instrument:
    """All that is drawn once for a demo.

    Attributes
    ----------
    responses : dict of str to BandResponse
        True response of each band: what the mean over perfect observations of the ten stars gives.
    levels : dict of (str, str) to float
        What the usual observation of a star shows in a band over what a perfect one would:
        scatters half as much as visits do, and less for more dithers.
    earlier_levels : dict of str to float
        Level of the earlier calibration of a band that the visits were calibrated with.
    """

    responses: dict[str, BandResponse]
    levels: dict[tuple[str, str], float]
    earlier_levels: dict[str, float]

    def star_factor(self, star: str, wave_um: FloatArray) -> FloatArray:
        """Return the factor of ``star`` over the mean of all stars, shape of ``wave_um``.

        Larger: the star is fainter than its model. The mean over the ten stars is 1 at each
        wavelength; where bands meet it does not jump.
        """
        factors = {e.star: _bare_factor(e, wave_um) for e in standard_stars()}
        mean = np.mean(np.stack(list(factors.values())), axis=0)
        relative: FloatArray = factors[star] / mean
        return relative

    def level(self, exposure: Exposure, band: Band) -> float:
        """Return what an observation shows in ``band`` over what a perfect one would."""
        given = dict(exposure.levels)
        return given[band.name] if given else self.levels[exposure.star, band.name]

    def observed_factor(self, exposure: Exposure, band: Band, wave_um: FloatArray) -> FloatArray:
        """Return the factor of the star that an observation shows in ``band``."""
        factor: FloatArray = self.star_factor(exposure.star, wave_um) / self.level(exposure, band)
        return factor

    def earlier_factor(self, band: Band, wave_um: FloatArray) -> FloatArray:
        """Return true over earlier calibration of a band, shape of ``wave_um``."""
        factor = self.responses[band.name].factor(wave_um)
        middle = self.responses[band.name].factor(
            np.array(0.5 * (band.wave_min_um + band.wave_max_um))
        )
        return self.earlier_levels[band.name] * (factor / middle) ** _EARLIER_EXPONENT


def _bare_factor(exposure: Exposure, wave_um: FloatArray) -> FloatArray:
    slope = exposure.trend / np.log(18.0 / 5.0)
    trend: FloatArray = 1.0 + slope * np.log(wave_um / 10.0)
    return (1.0 + exposure.offset) * trend


def draw_instrument(rng: np.random.Generator) -> Instrument:
    """Draw the responses of all bands and the levels of all observations."""
    limit = _LARGEST_SIGMA

    def near_one(scatter: float) -> float:
        return 1.0 + scatter * float(np.clip(rng.standard_normal(), -limit, limit))

    return Instrument(
        responses={band.name: draw_response(rng, band) for band in bands()},
        levels={
            (exposure.star, band.name): near_one(_level_scatter(exposure, band))
            for exposure in standard_stars()
            for band in bands()
        },
        earlier_levels={band.name: near_one(_EARLIER_LEVEL[band.channel]) for band in bands()},
    )


def _level_scatter(exposure: Exposure, band: Band) -> float:
    usual = _FLATS_SHARE * visit_scatter()[band.name]
    return usual * math.sqrt(_USUAL_DITHERS / exposure.dithers)
