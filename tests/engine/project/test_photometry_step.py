"""Photometry, encircled energy, dithers and model fluxes as steps of the chain."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.analyses import BACKGROUND, ENERGY, FLUXES, PHOTOMETRY
from engine.errors import DataError
from engine.imaging.custom_background import BackgroundParams
from engine.imaging.encircled_energy import EnergyParams
from engine.imaging.photometry import PhotometryParams
from engine.model.point_spread import EncircledEnergy
from engine.progress import SILENT
from engine.project.chain import Chain
from engine.project.disk_cache import DiskCache
from engine.project.export_tables import build_table
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.opening import add_files, read_files
from engine.project.photometry_step import image_rows, row_needs
from engine.project.session import Session
from engine.project.star_images import star_images
from tests.helpers.imaging_sessions import (
    GROUND,
    PLACES,
    RATE,
    SIGMA,
    SKY_DEG,
    ImagingFiles,
    identity,
)
from tests.helpers.star_images import gaussian_inside

ALL = NodeKey(PHOTOMETRY.name, EVERYTHING)


def photometry(files, entry):
    return files.chain.evaluate(files.session, NodeKey(PHOTOMETRY.name, entry))


def with_params(files, key, params):
    files.session = files.session.with_params(key, params)


@pytest.fixture
def files():
    return ImagingFiles()


def test_star_is_found_by_the_header_and_measured_in_published_radii(files):
    entry = files.image()

    found = photometry(files, entry)

    assert_allclose((found.place.x, found.place.y), PLACES[0], atol=0.01)
    assert found.apertures.radius_px == 4.22  # F770W, Table 4
    assert_allclose(found.flux_dn_s, RATE * gaussian_inside(4.22, SIGMA), rtol=2e-3)
    assert_allclose(found.background_dn_s, GROUND, rtol=2e-3)
    below = 0.05 * 4.22**2 / (14.64**2 - 8.92**2)
    assert_allclose(found.correction.value, 1.0 / (0.70 - below))
    assert found.messages == ()


def test_proper_motion_takes_the_star_to_its_place_on_the_date(files):
    entry = files.image()
    years = (59763.0 - 51544.5) / 365.25
    motion = (-300.0, 200.0)  # mas/yr: 74 px since 2000
    ra = SKY_DEG[0] - motion[0] * years / 3.6e6 / np.cos(np.deg2rad(SKY_DEG[1]))
    dec = SKY_DEG[1] - motion[1] * years / 3.6e6
    files.coordinates(("BD60D1753", ra, dec, *motion, 2000.0))

    found = photometry(files, entry)

    assert_allclose((found.place.start_x, found.place.start_y), (41.1, 45.0), atol=0.05)


def test_coordinates_without_motion_are_said(files):
    entry = files.image()
    files.coordinates(("BD+60 1753", *SKY_DEG, np.nan, np.nan, 2016.0))

    found = photometry(files, entry)

    assert found.messages[0].startswith("No proper motion of BD+60 1753 is known: its place of")


def test_star_of_old_coordinates_is_outside_the_image(files):
    entry = files.image()
    files.coordinates(("BD+60 1753", SKY_DEG[0] + 0.02, SKY_DEG[1], 0.0, 0.0, 2016.0))

    with pytest.raises(DataError, match=r"BD\+60 1753 lies outside the image"):
        photometry(files, entry)


def test_center_by_hand_is_taken_as_it_is(files):
    entry = files.image()
    with_params(files, NodeKey(PHOTOMETRY.name, entry), PhotometryParams(center=(40.0, 45.0)))

    found = photometry(files, entry)

    assert (found.place.x, found.place.y, found.place.how) == (40.0, 45.0, "by hand")


def test_center_by_hand_that_is_off_says_what_it_costs(files):
    entry = files.image()
    usual = photometry(files, entry)
    x, y = PLACES[0]

    with_params(files, NodeKey(PHOTOMETRY.name, entry), PhotometryParams(center=(x + 4.0, y)))
    found = photometry(files, entry)

    change = 100.0 * (found.flux_dn_s / usual.flux_dn_s - 1.0)
    assert found.messages[0].startswith("The center by hand lies 4.0 px from the center of mass")
    assert f"the flux is {change:+.1f} % off" in found.messages[0]
    table = build_table(files.session, files.chain, "image-photometry")
    assert found.messages[0] in str(table.column("remarks").values[0])


def test_center_by_hand_on_the_star_needs_no_remark(files):
    entry = files.image()
    x, y = PLACES[0]
    with_params(files, NodeKey(PHOTOMETRY.name, entry), PhotometryParams(center=(x + 0.2, y)))

    assert photometry(files, entry).messages == ()


def test_image_without_coordinates_needs_a_hand(files):
    entry = files.image(sky=False)

    with pytest.raises(DataError, match="The image has no coordinates"):
        photometry(files, entry)

    with_params(files, NodeKey(PHOTOMETRY.name, entry), PhotometryParams(center=PLACES[0]))
    assert np.isfinite(photometry(files, entry).flux_dn_s)


def test_radii_of_ones_own_have_no_published_correction(files):
    entry = files.image()
    with_params(files, ALL, PhotometryParams(radius_px=6.0))

    found = photometry(files, entry)

    assert found.apertures.radius_px == 6.0
    assert np.isnan(found.correction.value)
    assert "choose measured radii" in found.messages[0]


def test_measured_radii_and_correction_recover_all_of_the_light(files):
    sigma = 4.0
    entries = files.dithers(sigma=sigma)
    radius = np.arange(0.05, 30.0, 0.05)
    energy = gaussian_inside(radius / 0.11, sigma)
    table = EncircledEnergy(
        np.array([7.64]), radius, energy[:, np.newaxis], identity=replace(identity(), band="")
    )
    files.add(table, "encircled energy", "other")
    with_params(files, NodeKey(ENERGY.name, EVERYTHING), EnergyParams(join_px=20.0))
    with_params(files, ALL, PhotometryParams(apertures="measured"))

    found = photometry(files, entries[0])

    assert_allclose(found.apertures.radius_px, sigma * np.sqrt(-2.0 * np.log(0.3)), rtol=0.01)
    assert_allclose(found.flux_dn_s * found.correction.value, RATE, rtol=4e-3)
    with_params(files, ALL, PhotometryParams(apertures="measured", radius_px=10.0))
    wider = photometry(files, entries[0])
    assert_allclose(wider.flux_dn_s * wider.correction.value, RATE, rtol=4e-3)


def test_filter_without_published_radii_takes_those_of_diffraction(files):
    entry = files.image(filter="F444W", instrument="NIRCAM")

    found = photometry(files, entry)

    assert "No radii are published for F444W" in found.messages[0]
    assert np.isnan(found.correction.error)


def test_subtracting_the_dithers_removes_their_structure(files):
    entries = files.dithers(structure=1.0)
    with_params(files, NodeKey(BACKGROUND.name, EVERYTHING), BackgroundParams(4.0))
    truth = RATE * gaussian_inside(4.22, SIGMA)

    before = photometry(files, entries[0])
    with_params(files, ALL, PhotometryParams(dithers="subtract mean"))
    after = photometry(files, entries[0])

    assert after.scatter_dn_s < 0.2 * before.scatter_dn_s
    assert_allclose(after.flux_dn_s, truth, rtol=4e-3)


def test_moving_a_center_moves_the_mask_of_its_dithers(files):
    entries = files.dithers()
    key = NodeKey(BACKGROUND.name, "BD+60 1753/1536-2 F770W SUB256")

    with_params(files, NodeKey(PHOTOMETRY.name, entries[1]), PhotometryParams(center=(20.0, 30.0)))

    assert files.chain.evaluate(files.session, key).places[1] == (20.0, 30.0)


def test_image_left_out_is_in_no_mean_and_no_curve(files):
    entries = files.dithers()
    files.session = files.session.with_exclusion(entries[2], "lost guiding")

    energy = files.chain.evaluate(files.session, NodeKey(ENERGY.name, "F770W"))
    background = files.chain.evaluate(
        files.session, NodeKey(BACKGROUND.name, "BD+60 1753/1536-2 F770W SUB256")
    )

    assert [one.id for one in energy.observed] == entries[:2]
    assert background.ids == tuple(entries[:2])


def test_curve_does_without_an_image_whose_star_is_not_found(files):
    files.image()
    files.image(PLACES[1], sky=False)

    energy = files.chain.evaluate(files.session, NodeKey(ENERGY.name, "F770W"))

    assert len(energy.observed) == 1
    assert "is left out: The image has no coordinates" in energy.messages[0]


def test_filter_without_any_usable_image_says_what_is_wrong_with_them(files):
    files.image(sky=False)

    with pytest.raises(DataError, match=r"No image in F770W can be used\. .* has no coordinates"):
        files.chain.evaluate(files.session, NodeKey(ENERGY.name, "F770W"))


def test_rows_of_all_images_hold_model_flux_and_reason(files):
    entries = files.dithers()
    files.star_model()
    files.session = files.session.with_exclusion(entries[1], "cosmic ray")

    table, said = image_rows(_Work(files))

    assert table.ids == tuple(entries)
    assert table.reasons == ("", "cosmic ray", "")
    assert said == ()
    assert_allclose(table.model_jy, 0.02 * (10.0 / 7.639) ** 2, rtol=0.03)
    factor = (
        1e-6 * table.model_jy / (table.flux_dn_s * table.aperture_correction * table.solid_angle_sr)
    )
    assert_allclose(table.factors().value, factor)
    needs = row_needs(files.session)
    assert NodeKey(FLUXES.name, "all") in needs.options
    assert len(needs.options) == 4


def test_image_that_cannot_be_measured_is_named_and_the_others_are_rows(files):
    files.image()
    files.image(PLACES[1], sky=False)

    table, said = image_rows(_Work(files))

    assert len(table) == 1
    assert "The image has no coordinates" in said[0]


class _Work:
    """The view of the chain that a step has."""

    def __init__(self, files):
        self.session, self.chain, self.params = files.session, files.chain, None
        self.progress = SILENT

    def product(self, entry, part):
        return self.chain.library.product(entry, part)

    def result(self, key):
        return self.chain.evaluate(self.session, key)


def test_only_images_of_standard_stars_are_measured(files):
    files.image()
    other = files.image(PLACES[1])
    files.session = files.session.with_entries([replace(files.session.entry(other), role="other")])

    assert [one.id for one in star_images(files.session)] == ["e1"]


def test_filters_of_all_images_have_fluxes_and_those_without_bandpass_are_said(files):
    files.image()
    files.image(PLACES[1], filter="F1065C")
    files.star_model()
    files.star_model("Sirius", 130.0)

    found = files.chain.evaluate(files.session, NodeKey(FLUXES.name, "all"))

    assert len(found.zero_points) == 9
    assert "No bandpass of F1065C is known" in found.messages[0]
    assert found.of("Sirius", "F770W").mag == pytest.approx(-1.395)


def test_results_survive_the_cache(files, tmp_path):
    entries = files.dithers()
    files.star_model()
    keys = [
        NodeKey(PHOTOMETRY.name, entries[0]),
        NodeKey(ENERGY.name, "F770W"),
        NodeKey(BACKGROUND.name, "BD+60 1753/1536-2 F770W SUB256"),
        NodeKey(FLUXES.name, "all"),
    ]
    first = [files.chain.evaluate(files.session, key) for key in keys]
    cache = DiskCache(tmp_path)
    for number, result in enumerate(first):
        cache.put(f"{number:064x}", result)

    again = [cache.get(f"{number:064x}") for number in range(len(first))]

    assert again[0].flux_dn_s == first[0].flux_dn_s
    assert_allclose(again[1].energy, first[1].energy, rtol=0, atol=0)
    assert_allclose(again[2].mean, first[2].mean, rtol=0, atol=0)
    assert [one.flux_jy for one in again[3].fluxes] == [one.flux_jy for one in first[3].fluxes]


def test_tables_have_a_row_an_image_radius_star_and_filter(files):
    files.dithers()
    files.star_model()
    session, chain = files.session, files.chain

    assert len(build_table(session, chain, "image-photometry")) == 3
    assert len(build_table(session, chain, "aperture-radii")) == 9
    assert len(build_table(session, chain, "dither-backgrounds")) == 1
    fluxes = build_table(session, chain, "model-fluxes")
    assert len(fluxes) == 9
    brighter = fluxes.column("flux_jy").values + 1e-3 * fluxes.column("flux_error_jy").values
    in_mag = 2.5e3 * np.log10(brighter / fluxes.column("flux_jy").values)
    assert_allclose(fluxes.column("mag_error").values, in_mag, rtol=1e-4)
    radii = build_table(session, chain, "aperture-radii")
    assert_allclose(radii.column("printed_correction").values, 1.675)
    assert radii.column("published_radius").values[6] == 4.22


def test_session_without_images_has_none_of_these_steps():
    chain = Chain()

    steps = {key.step for key in chain.keys(ImagingFiles().session)}

    assert not steps & {PHOTOMETRY.name, ENERGY.name, BACKGROUND.name, FLUXES.name}


@pytest.mark.real_data
def test_star_of_a_real_image_is_measured_with_the_model_of_its_telescope(real_data):
    chain = Chain()
    paths = [real_data("nircam_image/image.fits"), real_data("nircam_image/psf.fits")]
    session = add_files(Session(), read_files(paths, chain.library)).session
    image_entry = session.entry("e1")
    session = session.with_entries([replace(image_entry, role="standard star")])
    image = chain.library.product(image_entry, 0)
    y, x = np.unravel_index(np.nanargmax(image.data[12:88, 12:88]), (76, 76))
    center = (float(x + 12), float(y + 12))
    key = NodeKey(PHOTOMETRY.name, "e1")

    with pytest.raises(DataError, match="NGC 346 lies outside the image"):
        chain.evaluate(session, key)
    by_hand = session.with_params(key, PhotometryParams(center=center))
    plain = chain.evaluate(by_hand, key)
    measured = by_hand.with_params(key, PhotometryParams(center=center, apertures="measured"))
    fluxes = []
    for join_px in (5.0, 8.0, 12.0):
        params = EnergyParams(join_px=join_px)
        joined = measured.with_params(NodeKey(ENERGY.name, "F444W"), params)
        fluxes.append(chain.evaluate(joined, key).flux_jy)

    # The ideal telescope is too sharp for NIRCam, as the message says; its model is not: wherever
    # star and model are joined, the flux is the same.
    assert "No radii are published for F444W" in plain.messages[0]
    assert plain.flux_jy < min(fluxes)
    assert_allclose(fluxes, np.median(fluxes), rtol=0.02)
