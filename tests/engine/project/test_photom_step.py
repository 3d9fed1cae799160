"""Tests of engine.project.photom_step: photom references of a session, and their versions."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.files import load
from engine.files.write_vectors import write_vector
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum
from engine.mrs.loss_models import loss_at
from engine.mrs.photom_losses import losses_of
from engine.mrs.photom_reference import PhotomParams
from engine.mrs.rate_correction import RateCorrectionParams
from engine.mrs.reference_versions import VersionParams
from engine.project.chain import Chain
from engine.project.combine_step import COMBINATION
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.photom_step import MADE, photom_key, versions_key
from engine.project.recipes import restore_session
from engine.project.result_codec import pack_result, unpack_result
from engine.project.session import Session
from engine.simulate.detector import (
    background_frame_bytes,
    delivered_reference_bytes,
    earlier_factor_map,
    wave_map,
)
from engine.simulate.instrument import draw_instrument
from engine.simulate.lamps import DAY_ZERO_MJD, LampLoss, lamp_days, lamp_rates
from engine.simulate.spectra import simulate_response_spectrum
from tests.helpers.open_files import OpenFiles
from tests.helpers.red_sources import made_sources
from tests.helpers.references import FRAME, add_map, add_reference, add_vector

KEY, VERSIONS = photom_key("34A"), versions_key("34A")


def _add_star(files, star, day, seed, *, level=1.0):
    """Open a star in 4A with the loss of its day; all stars share one response."""
    observed, model, truth = simulate_response_spectrum(
        np.random.default_rng(4), "4A", snr=3000.0, outlier_fraction=0.0, fringe_amplitude=0.0
    )
    band = band_named("4A")
    lost = LampLoss(band).value(DAY_ZERO_MJD + day, observed.wave_um) * level
    identity = replace(
        observed.identity, target=star, program="1", observation=str(seed),
        mjd=DAY_ZERO_MJD + day,
    )  # fmt: skip
    seen = replace(observed, flux=observed.flux * lost, error=observed.error, identity=identity)
    files.add(seen, "spectrum", "standard star", name=f"{star}.fits")
    entry = files.session.entries[-1]
    files.session = files.session.with_entries([replace(entry, units=("DN/s",))])
    files.add(replace(model, identity=Identity(target=star)), "model spectrum", "model")
    return observed.wave_um, truth


def _add_lamps(files):
    band = band_named("4A")
    wave, rates, errors = lamp_rates(band, np.random.default_rng(1))
    for day, rate, error in zip(lamp_days(band), rates, errors, strict=True):
        identity = Identity(target="lamp", band="4A", mjd=DAY_ZERO_MJD + day)
        flags = np.zeros(wave.size, dtype=np.uint32)
        spectrum = Spectrum(wave, rate, np.array(error), flags, "DN/s", identity)
        files.add(spectrum, "spectrum", "lamp", name=f"lamp{day}.fits")


@pytest.fixture
def files():
    return OpenFiles()


@pytest.fixture
def updated(files):
    """Open a delivered reference of 300, and a vector of 1.1 in 4A."""
    add_map(files)
    add_reference(files)
    add_vector(files, "4A")
    return files


@pytest.fixture
def stars(files):
    """Two stars of 2022 and 2024 with the loss of the lamps, which are there too."""
    files.wave = add_map(files)
    files.truth = _add_star(files, "10 Lac", 96.0, 1)
    _add_star(files, "HD 2811", 700.0, 2)
    _add_lamps(files)
    return files


def test_a_delivered_reference_is_updated_by_an_opened_vector(updated):
    made = updated.chain.evaluate(updated.session, KEY)

    lit = wave_map(FRAME)[:, :512] > 0
    assert made.base == "photom.fits"
    assert_allclose(made.reference.factor[:, :512][lit], 330.0, rtol=1e-6)
    assert np.all(np.isnan(made.reference.factor[:, 512:]))
    assert any("no vector of 3A" in text for text in made.messages)


def test_another_vector_makes_another_reference_and_undo_brings_the_old_one_back(updated):
    first = updated.chain.evaluate(updated.session, KEY)
    before = updated.session
    add_vector(updated, "4A", value=1.2)

    second = updated.chain.evaluate(updated.session, KEY)
    again = updated.chain.evaluate(before, KEY)

    assert_allclose(np.nanmedian(second.reference.factor), 360.0, rtol=1e-6)
    assert again is first


def test_a_new_reference_holds_the_combined_vectors_and_both_losses(stars):
    """The truth: the response that was simulated, and the loss of the lamps."""
    made = stars.chain.evaluate(stars.session, KEY)

    wave, truth = stars.truth
    left = made.reference.factor[:, :512].astype(float)
    seen = stars.wave[:, :512]
    good = np.isfinite(left)
    expected = np.interp(seen[good], wave, truth)
    assert made.base == "new"
    assert abs(np.median(left[good] / expected) - 1.0) < 0.005
    assert len(made.reference.losses) == 8
    for table in losses_of(made.reference, "4A"):
        loss = loss_at(table, DAY_ZERO_MJD + 500.0, np.array([19.3]))
        true = LampLoss(band_named("4A")).value(DAY_ZERO_MJD + 500.0, np.array([19.3]))
        assert_allclose(loss, true, atol=0.004)


def test_stars_that_keep_their_loss_are_told(stars):
    session = stars.session.with_params(
        NodeKey("rate", EVERYTHING), RateCorrectionParams(apply="off")
    )

    made = stars.chain.evaluate(session, KEY)

    assert any("not taken out of 2 spectra" in text for text in made.messages)


def test_it_follows_from_stars_lamps_and_map(stars):
    inputs = stars.chain.inputs(stars.session, KEY)

    assert {entry.kind for entry in inputs} >= {"image", "spectrum", "model spectrum"}
    assert COMBINATION in stars.chain.upstream(stars.session, KEY)


def test_a_delivered_reference_gives_a_new_one_its_pixel_sizes(stars):
    before = stars.chain.digest(stars.session, KEY)
    add_reference(stars)

    made = stars.chain.evaluate(stars.session, KEY)

    assert stars.chain.digest(stars.session, KEY) != before
    assert made.base == "new"


def test_without_a_map_there_is_no_such_node_and_asking_says_what_to_open(files):
    add_reference(files)
    add_vector(files, "4A")

    assert not [key for key in files.chain.keys(files.session) if key.step in {"photom"}]
    with pytest.raises(DataError, match="wavelength of each pixel of 34A is not known"):
        files.chain.evaluate(files.session, KEY)


def test_opened_vectors_can_be_chosen_before_combined_ones(stars):
    add_vector(stars, "4A", kind="calibration factor", value=77.0)
    session = stars.session.with_params(KEY, PhotomParams(vectors="opened"))

    made = stars.chain.evaluate(session, KEY)

    assert_allclose(np.nanmedian(made.reference.factor), 77.0, rtol=1e-6)


def test_versions_are_compared_with_the_one_that_is_made(updated):
    add_reference(updated, level=315.0, name="later.fits")

    found = updated.chain.evaluate(updated.session, VERSIONS)

    first, second = (one for one, _ in found.versions[:2])
    ratios = {
        one.version: float(np.nanmedian(one.ratio)) for one in found.curves if one.band == "4A"
    }
    assert found.versions[-1] == (MADE, "made here")
    assert ratios[first] == 1.0
    assert_allclose(ratios[second], 1.05, rtol=1e-6)
    assert_allclose(ratios[MADE], 1.155, rtol=1e-6)  # 315 x 1.1 over 300


def test_the_baseline_is_a_parameter(updated):
    session = updated.session.with_params(VERSIONS, VersionParams(baseline=MADE))

    found = updated.chain.evaluate(session, VERSIONS)

    assert found.baseline == MADE
    assert_allclose(np.nanmedian(found.curves[0].ratio), 1 / 1.1, rtol=1e-6)


def test_versions_go_on_when_none_can_be_made(files):
    add_map(files)
    add_reference(files)
    add_vector(files, "4A", kind="calibration factor")
    session = files.session.with_params(KEY, PhotomParams(base="delivered"))

    found = files.chain.evaluate(session, VERSIONS)

    assert [name for _, name in found.versions] == ["photom.fits"]
    assert any("None is made here" in text for text in found.messages)


def test_references_are_exported_and_open_again(updated, tmp_path):
    plan = plan_exports(updated.session, updated.chain, ["references"])

    written = write_exports(updated.session, updated.chain, tmp_path, plan)

    assert [path.name for path in written.paths] == ["mrs_34A_photom.fits"]
    loaded = load(written.paths[0])
    made = updated.chain.evaluate(updated.session, KEY)
    assert loaded.kind == "photom reference"
    np.testing.assert_array_equal(loaded.products[0].factor, made.reference.factor)


def test_ratios_tables_and_figures_are_exported(updated, tmp_path):
    plan = (
        *plan_exports(updated.session, updated.chain, step="photom"),
        *plan_exports(updated.session, updated.chain, step="versions"),
    )

    written = write_exports(updated.session, updated.chain, tmp_path, plan)

    names = {path.name for path in written.paths}
    assert written.skipped == (), written.skipped
    assert {
        "mrs_34A_photom.fits",
        "mrs_34A_photom.pdf",
        "mrs_34A_versions.pdf",
        "mrs_4A_ratio.fits",
        "mrs_3A_ratio.fits",
        "references.ecsv",
        "reference-versions.ecsv",
    } <= names
    ratio = load(tmp_path / "mrs_4A_ratio.fits").products[0]
    assert ratio.kind == "relative factor"
    assert_allclose(np.nanmedian(ratio.value), 1.1, rtol=1e-6)


def test_an_exported_reference_can_be_made_again_from_itself_to_the_byte(tmp_path):
    """The truth: the same bytes, from nothing but the recipe inside and the input files."""
    data = tmp_path / "data"
    data.mkdir()
    instrument = draw_instrument(np.random.default_rng(3))
    (data / "cal.fits.gz").write_bytes(background_frame_bytes(FRAME, filename="cal.fits"))
    delivered = delivered_reference_bytes(instrument, FRAME, filename="photom.fits")
    (data / "photom.fits.gz").write_bytes(delivered)
    files = OpenFiles()
    add_vector(files, "4A")
    vector = files.chain.library.product(files.session.entries[-1], 0)
    write_vector(data / "vector.fits", vector, provenance=Provenance("0.1.0"))
    session = add_files(Session(), read_files([data], Library())).session
    session = session.with_params(KEY, PhotomParams(beyond="hold"))

    paths = []
    for place in ("first", "again"):
        chain = Chain()
        plan = plan_exports(session, chain, ["references"])
        paths += write_exports(session, chain, tmp_path / place, plan).paths
        with fits.open(paths[0]) as hdus:
            recipe = dict(hdus["FLUXKNOT"].data)["RECIPE"]
        session, key = restore_session(recipe, [data])

    first, again = (path.read_bytes() for path in paths)
    assert key == KEY
    assert first == again
    made = load(paths[0]).products[0]
    left = slice(0, 512)
    truth = 1.1 * earlier_factor_map(instrument, FRAME)[:, left]
    assert_allclose(made.factor[:, left], truth, rtol=2e-5)


def test_a_result_outlives_the_program(updated):
    for key in (KEY, VERSIONS):
        result = updated.chain.evaluate(updated.session, key)

        again = unpack_result(*pack_result(result))

        assert again.messages == result.messages
    made = unpack_result(*pack_result(updated.chain.evaluate(updated.session, KEY)))
    assert made.reference.factor.dtype == np.float32


def _add_red_sources(files):
    """Open an asteroid and a red disk; return what they were made with."""
    made = made_sources()
    for role, spectra in (("asteroid", made.asteroid), ("red disk", made.disk)):
        for band, spectrum in spectra.items():
            identity = Identity(target=role, program="1", observation="1", band=band)
            files.add(
                replace(spectrum, identity=identity), "spectrum", role, name=f"{role}{band}.fits"
            )
    return made


def test_beyond_18_um_the_vector_of_channel_4_comes_before_that_of_the_stars(stars):
    made = _add_red_sources(stars)

    reference = stars.chain.evaluate(stars.session, KEY)

    left = reference.reference.factor[:, :512].astype(float)
    good = np.isfinite(left)
    expected = made.responses["4A"].factor(stars.wave[:, :512][good].astype(float))
    assert abs(np.median(left[good] / expected) - 1.0) < 0.02
    assert any("asteroid and the red source" in text for text in reference.messages)


def test_the_combined_vectors_are_taken_when_they_are_asked_for(stars):
    before = stars.chain.evaluate(stars.session, KEY)
    _add_red_sources(stars)
    session = stars.session.with_params(KEY, PhotomParams(vectors="combined"))

    reference = stars.chain.evaluate(session, KEY)

    assert_allclose(reference.reference.factor, before.reference.factor, rtol=1e-6)
