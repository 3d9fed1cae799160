"""Tests of the steps that model an asteroid and chain channel 4."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.errors import DataError
from engine.figures import draw_asteroid, draw_channel4
from engine.files import load
from engine.mrs.asteroid_model import AsteroidParams
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.channel4_vectors import Channel4Params
from engine.mrs.star_response import StarResponseParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import NodeKey
from engine.project.recipes import recipe_text
from engine.project.red_roles import CHANNEL4_KEY
from engine.project.result_codec import pack_result, unpack_result
from tests.helpers.red_sources import ASTEROID_SNR, DISK_SNR, made_sources, open_sources

ASTEROID = NodeKey("asteroid", "515 Athalia/1549-6")


@pytest.fixture(scope="module")
def made():
    return made_sources()


@pytest.fixture(scope="module")
def files(made):
    return open_sources(made)


def _segment(files, target, band):
    return next(
        one
        for one in files.session.segments
        if (one.identity.target, one.identity.band) == (target, band)
    )


def test_roles_decide_which_results_there_are(files):
    keys = files.chain.keys(files.session)

    assert ASTEROID in keys
    assert CHANNEL4_KEY in keys
    responses = [key.subject for key in keys if key.step == "response"]
    wanted = [_segment(files, "515 Athalia", band).id for band in ("4A", "4B", "4C")]
    assert responses == wanted


def test_bands_that_are_calibrated_already_are_taken_as_they_are(files):
    model = files.chain.evaluate(files.session, ASTEROID)

    assert model.temperature_k == pytest.approx(193.9, abs=5 * model.temperature_error_k)
    assert sum("as the pipeline calibrated it" in text for text in model.messages) == 9


def test_the_response_of_the_asteroid_is_fitted_in_inverse_photons(files):
    key = NodeKey("response", _segment(files, "515 Athalia", "4C").id)

    assert files.chain.evaluate(files.session, key).fitted_in == "inverse photon"
    chosen = files.session.with_params(key, StarResponseParams(fit_in="inverse"))
    assert files.chain.evaluate(chosen, key).fitted_in == "inverse"


def test_an_asteroid_that_is_left_out_keeps_its_own_response_and_gives_no_vectors(files):
    key = NodeKey("response", _segment(files, "515 Athalia", "4C").id)
    before = files.chain.evaluate(files.session, key)

    session = files.session.with_exclusion(ASTEROID.subject, "variable")
    named = session.with_params(CHANNEL4_KEY, Channel4Params(asteroid="515 Athalia"))

    np.testing.assert_array_equal(files.chain.evaluate(session, key).vector, before.vector)
    assert CHANNEL4_KEY not in files.chain.keys(session)
    with pytest.raises(DataError, match="515 Athalia is left out"):
        files.chain.digest(named, CHANNEL4_KEY)


def test_the_chain_reaches_4c_and_finds_the_levels(files, made):
    result = files.chain.evaluate(files.session, CHANNEL4_KEY)

    assert [one.band for one in result.vectors] == ["4A", "4B", "4C"]
    assert (result.asteroid, result.red_source) == (ASTEROID.subject, "SAO 206462/1282-55")
    for one in result.vectors:
        truth = made.scales["3C"] / made.scales[one.band]
        assert one.scale == pytest.approx(truth, abs=4 * one.scale_error)


def test_the_vectors_calibrate_both_sources_without_being_asked(files, made):
    for target in ("515 Athalia", "SAO 206462"):
        key = NodeKey("calibrate", _segment(files, target, "4B").id)

        calibrated = files.chain.evaluate(files.session, key)

        assert calibrated.spectrum.unit == "Jy"
        assert np.isfinite(calibrated.spectrum.flux).any()
    vector = files.chain.evaluate(files.session, CHANNEL4_KEY).vector("4B")
    observed = made.disk["4B"]
    factor = vector.vector[100] * observed.pixel_area_sr * 1e6
    assert calibrated.spectrum.flux[100] == pytest.approx(observed.flux[100] * factor)


def test_an_overlap_changes_the_levels_and_not_the_temperature(files):
    overlaps = Channel4Params(assumed_from_um=27.0)
    session = files.session.with_params(CHANNEL4_KEY, overlaps)
    chain = files.chain

    assert chain.digest(session, ASTEROID) == chain.digest(files.session, ASTEROID)
    assert chain.digest(session, CHANNEL4_KEY) != chain.digest(files.session, CHANNEL4_KEY)
    assert chain.evaluate(session, CHANNEL4_KEY).assumed_from_um == 27.0


def test_the_fit_range_of_the_asteroid_moves_the_vectors(files):
    session = files.session.with_params(ASTEROID, AsteroidParams(fit_range_um=(8.0, None)))

    assert files.chain.digest(session, CHANNEL4_KEY) != files.chain.digest(
        files.session, CHANNEL4_KEY
    )


def test_undo_brings_the_same_result_back(files):
    before = files.chain.evaluate(files.session, CHANNEL4_KEY)
    other = files.session.with_params(CHANNEL4_KEY, Channel4Params(correction_order=0))
    files.chain.evaluate(other, CHANNEL4_KEY)

    again = other.with_params(CHANNEL4_KEY, None)

    assert files.chain.evaluate(again, CHANNEL4_KEY) is before


def test_a_missing_band_of_the_red_source_ends_the_chain_there(made):
    files = open_sources(made, without=("SAO 206462 4B",))

    result = files.chain.evaluate(files.session, CHANNEL4_KEY)

    assert [one.band for one in result.vectors] == ["4A"]
    key = NodeKey("calibrate", _segment(files, "SAO 206462", "4C").id)
    with pytest.raises(DataError, match="no vector of 4C"):
        files.chain.evaluate(files.session, key)


def test_an_asteroid_with_channel_4_alone_says_what_is_missing(made):
    short = [f"515 Athalia {name}" for name in ASTEROID_SNR if name[0] != "4"]
    files = open_sources(made, without=short)

    with pytest.raises(DataError, match="no spectrum of 1A to 3C") as caught:
        files.chain.evaluate(files.session, ASTEROID)

    assert "Open them" in caught.value.hint


def test_a_red_source_without_3c_says_so(made):
    files = open_sources(made, without=("SAO 206462 3C",))

    with pytest.raises(DataError, match="no spectrum of 3C"):
        files.chain.evaluate(files.session, CHANNEL4_KEY)


def test_without_a_red_source_there_is_no_chain_and_the_rest_goes_on(made):
    files = open_sources(made, without=tuple(f"SAO 206462 {name}" for name in DISK_SNR))

    keys = files.chain.keys(files.session)

    assert CHANNEL4_KEY not in keys
    assert ASTEROID in keys
    assert files.chain.evaluate(files.session, ASTEROID).temperature_k > 0


def test_channel_4_has_nothing_for_other_bands(files):
    key = NodeKey("calibrate", _segment(files, "SAO 206462", "3C").id)
    session = files.session.with_params(key, CalibrationParams("channel 4"))

    with pytest.raises(DataError, match="no vector of band 3C"):
        files.chain.evaluate(session, key)


def test_a_vector_of_another_band_is_refused_before_it_is_computed(files):
    key = NodeKey("calibrate", _segment(files, "515 Athalia", "3C").id)
    giver = _segment(files, "515 Athalia", "4A").id
    session = files.session.with_params(key, CalibrationParams(giver))

    with pytest.raises(DataError, match="band 4A does not apply to a spectrum of band 3C"):
        files.chain.evaluate(session, key)
    assert files.chain.evaluate(session, ASTEROID).band("3C") is not None


def test_a_named_source_that_is_not_open_is_told(files):
    session = files.session.with_params(CHANNEL4_KEY, Channel4Params(red_source="Vega"))

    with pytest.raises(DataError, match="Vega is not open"):
        files.chain.evaluate(session, CHANNEL4_KEY)


def test_tables_say_levels_scales_and_vectors(files):
    result = files.chain.evaluate(files.session, CHANNEL4_KEY)
    model = files.chain.evaluate(files.session, ASTEROID)

    levels, vectors, rows, one = (
        build_table(files.session, files.chain, name)
        for name in ("channel4-levels", "channel4-vectors", "asteroid-bands", "asteroid")
    )

    np.testing.assert_array_equal(
        levels.column("level").values, [link.level for link in result.links]
    )
    assert len(vectors.column("vector").values) == sum(v.wave_um.size for v in result.vectors)
    assert list(rows.column("band").values) == [band.band for band in model.bands]
    assert one.column("temperature").values[0] == model.temperature_k


def test_results_are_kept_on_disk_bit_by_bit(files):
    for key in (ASTEROID, CHANNEL4_KEY):
        result = files.chain.evaluate(files.session, key)

        again = unpack_result(*pack_result(result))

        assert type(again) is type(result)
        assert again.messages == result.messages
    np.testing.assert_array_equal(again.vectors[2].vector, result.vectors[2].vector)


def test_the_recipe_holds_the_model_and_the_responses(files):
    recipe = recipe_text(files.session, files.chain, CHANNEL4_KEY)

    for part in ('"asteroid:515 Athalia/1549-6"', '"response:', '"smooth_order"'):
        assert part in recipe


def test_vectors_are_exported_one_a_band_with_their_recipe(files, tmp_path):
    plan = plan_exports(files.session, files.chain, ("vectors",), step="channel4")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert [one.name for one in written.paths] == [
        f"channel-4_{band}_vector.fits" for band in ("4A", "4B", "4C")
    ]
    again = load(written.paths[2]).products[0]
    vector = files.chain.evaluate(files.session, CHANNEL4_KEY).vector("4C")
    np.testing.assert_array_equal(again.value, vector.vector)
    np.testing.assert_array_equal(again.flags, vector.flags)
    assert again.identity.band == "4C"
    assert '"smooth_order"' in again.recipe


@pytest.mark.parametrize("key", [ASTEROID, CHANNEL4_KEY], ids=lambda one: one.step)
def test_figures_are_drawn_from_the_results(files, tmp_path, key):
    plan = plan_exports(files.session, files.chain, ("figures",), step=key.step)

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert [one.suffix for one in written.paths] == [".pdf"]
    assert not written.skipped


def test_the_figure_of_the_asteroid_shows_temperature_and_ratio(files):
    model = files.chain.evaluate(files.session, ASTEROID)
    figure = Figure()

    draw_asteroid(figure, model, title="515 Athalia")

    upper, lower = figure.axes
    said = " ".join(text.get_text() for text in upper.texts)
    assert f"T = {model.temperature_k:.2f}" in said
    ratios = np.concatenate([line.get_ydata() for line in lower.lines[1:]])
    assert np.nanmedian(ratios) == pytest.approx(1.0, abs=0.01)


def test_the_figure_of_channel_4_shows_the_overlaps_and_vectors(files):
    result = files.chain.evaluate(files.session, CHANNEL4_KEY)
    figure = Figure()

    draw_channel4(figure, result)

    red, *links, vectors = figure.axes
    assert len(links) == 3
    assert f"{100 * result.links[2].level_error:.2f} %" in links[2].get_title(loc="left")
    drawn = [line.get_ydata() for line in vectors.lines]
    assert any(np.array_equal(result.vector("4A").vector, one, equal_nan=True) for one in drawn)
    assert red.get_title(loc="left") == "SAO 206462/1282-55"
