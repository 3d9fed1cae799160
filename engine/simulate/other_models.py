"""Models of the solar analogs from another grid, as a calibrator may open them too.

Law+2025, Sec. 8.2: with the models of another grid the solar analogs lie 2.4 % from the A dwarfs.
"""

from dataclasses import replace

from engine.simulate.program import Exposure, standard_stars

BRIGHTER = 1.024  #: the other grid over the first one
GRID = "othergrid"  #: its word in the names of files


def other_models() -> tuple[Exposure, ...]:
    """Return the solar analogs with the photospheres of the other grid."""
    return tuple(
        replace(
            one,
            photosphere=replace(
                one.photosphere, flux_10um_jy=BRIGHTER * one.photosphere.flux_10um_jy
            ),
        )
        for one in standard_stars()
        if one.photosphere.star_class == "G"
    )
