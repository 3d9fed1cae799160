"""Channel 4 and patches on real data, and against Law et al. (2025)."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.junctions import measure_junctions
from engine.files import load
from engine.mrs.channel4_links import LinkSide, limits_of, measure_link, usual_overlaps
from engine.mrs.extraction import extract_spectrum
from engine.mrs.response_params import Patch, StarResponseParams
from engine.mrs.response_patches import patch_response
from engine.mrs.star_response import fit_star_response
from engine.simulate.thermal_sources import ASTEROID_TEMPERATURE_K, asteroid_flux_jy

_VV114 = "mrs_vv114/VV114_MIRI_ch{}_{}_s1d.fits"
_GRATING = {"A": "SHORT", "B": "MEDIUM", "C": "LONG"}


def test_the_overlaps_are_those_of_the_paper():
    """Law+2025, Sec. 6."""
    found = {name: (one.low_um, one.high_um) for name, one in usual_overlaps().items()}

    assert found == {
        "3C|4A": (17.70, 17.95),
        "4A|4B": (20.70, 20.95),
        "4B|4C": (24.40, 24.50),
    }


def test_the_demo_has_the_asteroid_of_the_paper():
    """Law+2025, Sec. 6 and Fig. 15: 193.9 K."""
    assert ASTEROID_TEMPERATURE_K == 193.9
    wave = np.array([10.0, 24.0])
    bare = asteroid_flux_jy(wave, reflected_at_5_um=0.0)
    # Where a body of 193.9 K is brightest in F_nu: Wien's law, 5099.4 um K.
    peak = 5099.4 / 193.9
    around = asteroid_flux_jy(np.array([peak - 1, peak, peak + 1]), reflected_at_5_um=0.0)
    assert around[1] > max(around[0], around[2])
    assert bare[1] > bare[0]


def _side(spectrum):
    nothing = frozen(np.zeros(spectrum.size))
    return LinkSide(spectrum, nothing, nothing, nothing, frozen(np.full(spectrum.size, np.nan)))


@pytest.mark.real_data
@pytest.mark.parametrize("junction", ["3C|4A", "4A|4B", "4B|4C"])
def test_levels_of_a_galaxy_are_one_over_the_ratios_at_its_junctions(real_data, junction):
    sides = []
    for band in junction.split("|"):
        path = real_data(_VV114.format(band[0], _GRATING[band[1]]))
        sides.append(load(path).products[0])

    link = measure_link(
        limits_of(junction, ()), _side(sides[0]), _side(sides[1]), carried=(0.0, 0.0)
    )

    measures = measure_junctions("VV 114", sides).measures
    measure = next(one for one in measures if one.junction == junction)
    assert link.n_samples >= 3
    assert link.level == pytest.approx(1.0 / measure.ratio, abs=0.03)
    assert 0 < link.level_error < 0.1


@pytest.mark.real_data
def test_a_patch_joins_in_the_vector_of_a_real_star(real_data):
    cube = load(real_data("mrs_16cygb/Level3_ch4-short_s3d.fits.gz")).products[0]
    model = load(real_data("calspec/16cygb_stis_004.fits.gz")).products[0]
    observed = extract_spectrum(cube).spectrum
    star = fit_star_response(observed, model, StarResponseParams())

    patch = Patch(19.0, 19.4)
    made = patch_response(star, (patch,), {})

    wave = star.wave_um
    inside = (wave >= patch.low_um) & (wave <= patch.high_um)
    np.testing.assert_array_equal(made.vector[~inside], star.vector[~inside])
    for edge in (patch.low_um, patch.high_um):
        at = int(np.searchsorted(wave, edge))
        assert made.vector[at - 1] == pytest.approx(made.vector[at], rel=1e-3)
    assert np.abs(made.vector / star.vector - 1.0)[inside].max() < 0.05
