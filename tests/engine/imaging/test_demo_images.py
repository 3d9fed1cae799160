"""The images of the demo: stars, radii and backgrounds are recovered as they were put in."""

import gzip

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.files.load import load
from engine.imaging.aperture_correction import published_apertures
from engine.imaging.centering import locate_star, place_of_coordinates
from engine.imaging.custom_background import (
    BackgroundParams,
    mean_of_dithers,
    without_background,
)
from engine.imaging.encircled_energy import EnergyParams, StarImage, measure_energy
from engine.imaging.light_model import (
    diffraction_fwhm_px,
    nominal_wave_um,
    tabulated_model,
)
from engine.imaging.photometry import measure_photometry
from engine.simulate.imaging_frames import imaging_files


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Return what was read of each file, with its truth."""
    folder = tmp_path_factory.mktemp("imaging")
    found = {}
    for number, (name, _, make) in enumerate(imaging_files()):
        made = make(np.random.default_rng([5, number]))
        path = folder / name.replace("/", "_").removesuffix(".gz")
        content = gzip.decompress(made.content) if name.endswith(".gz") else made.content
        path.write_bytes(content)
        found[name] = (load(path).products[0], made.truth)
    return found


def stars(demo, name):
    """Return the images of a filter with the places of their stars, and their truths."""
    width = diffraction_fwhm_px(nominal_wave_um(name), 0.11)
    found = []
    for image, truth in demo.values():
        if truth.get("filter") == name:
            header = dict(image.origin.header)
            sky = float(header["TARG_RA"]), float(header["TARG_DEC"])
            start = place_of_coordinates(image, sky, truth["star"])
            place = locate_star(image, start, search_px=15.0, fwhm_px=width)
            number = len(found)
            found.append((StarImage(f"e{number}", truth["star"], image, place), truth))
    return found


@pytest.mark.parametrize("name", ["F560W", "F1000W", "F1130W", "F1500W"])
def test_centers_and_fluxes_are_recovered_within_their_errors(demo, name):
    row = published_apertures()[name]

    for star, truth in stars(demo, name):
        found = measure_photometry(star.image, star.place, row.apertures, correction=row.correction)
        rate = truth["rate_dn_s"]
        assert_allclose((found.place.x, found.place.y), truth["center_px"], atol=0.02)
        error = found.flux_error * row.correction.value
        assert abs(found.flux_dn_s * row.correction.value - rate) < 4.0 * error
        assert_allclose(found.integration_s, truth["integration_s"])


@pytest.mark.parametrize("name", ["F560W", "F1000W"])
def test_radii_of_table_4_are_recovered_within_their_scatter(demo, name):
    table, _ = demo[f"references/simulated_encircled_energy_{name.lower()}.ecsv"]
    model = tabulated_model(table, nominal_wave_um(name), 0.11)
    row = published_apertures()[name]

    found = measure_energy(
        name,
        [star for star, _ in stars(demo, name)],
        model,
        EnergyParams(join_px=35.0),
        pixel_arcsec=0.11,
    )

    wanted = (row.apertures.radius_px, row.apertures.inner_px, row.apertures.outer_px)
    scatter = np.maximum(found.part_error_px[-3:], 0.02)
    assert np.all(np.abs(found.part_radius_px[-3:] - wanted) < 4.0 * scatter)
    assert_allclose(found.correction.value, row.correction.value, rtol=3e-3)
    # The model alone is too narrow in the core: the stars are what counts there.
    assert found.model[8] > found.energy[8] + 0.01


def test_structure_of_the_coronagraph_goes_with_the_mean_of_the_dithers(demo):
    row = published_apertures()["F1550C"]
    found = stars(demo, "F1550C")
    background = mean_of_dithers(
        [star for star, _ in found], BackgroundParams(3.0), filter_name="F1550C"
    )

    for star, truth in found:
        before = measure_photometry(star.image, star.place, row.apertures)
        image = without_background(star.image, background)
        after = measure_photometry(image, star.place, row.apertures, correction=row.correction)
        assert after.scatter_dn_s < 0.2 * before.scatter_dn_s
        assert_allclose(after.flux_dn_s * row.correction.value, truth["rate_dn_s"], rtol=0.02)
