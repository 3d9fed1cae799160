"""Tests of engine.project.models_step: models swapped through files, fits and the chain."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import EngineError
from engine.model.identity import Identity
from engine.model.tabulated import DataTable
from engine.mrs.model_choice import ModelChoiceParams
from engine.mrs.star_response import StarResponseParams
from engine.project.combine_step import COMBINATION
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.model_sets import choose_models, model_set, targets_of_class
from engine.project.models_step import MODEL_CHOICE, baseline_session
from engine.project.result_codec import pack_result, unpack_result
from tests.helpers.bits import same_bits
from tests.helpers.open_files import OpenFiles
from tests.helpers.responses import BREAKPOINTS_UM, spectra

STARS = {"10 Lac": 1.0, "16 Cyg B": 1.02, "HD 37962": 1.0, "HD 2811": 0.99}
BRIGHTER = 1.024


def add_model(files, star, name, *, scale=1.0):
    _, model = spectra(np.random.default_rng(0), wave_um=np.linspace(5.0, 8.0, 3000))
    product = replace(model, flux=frozen(scale * model.flux), identity=Identity(target=star))
    return files.add(product, "model spectrum", "model", name=name)


def add_star(files, star, level, *, program="1", seed=1):
    observed, _ = spectra(np.random.default_rng(seed))
    identity = Identity(target=star, program=program, observation="1", band="1B")
    product = replace(observed, flux=frozen(observed.flux / level), identity=identity)
    return files.add(product, "spectrum", "standard star")


def fix_breakpoints(files):
    """Give all responses breakpoints: searching them takes most of the time."""
    params = StarResponseParams(breakpoints_um=BREAKPOINTS_UM)
    files.session = files.session.with_params(NodeKey("response", EVERYTHING), params)


@pytest.fixture
def files():
    """Return four stars (e1 to e4), their models (e5 to e8), and brighter ones of the G stars."""
    files = OpenFiles()
    for seed, (star, level) in enumerate(STARS.items()):
        add_star(files, star, level, seed=seed)
    for star in STARS:
        add_model(files, star, f"{star.replace(' ', '').lower()}_stis_004.fits")
    for star in ("16 Cyg B", "HD 37962"):
        add_model(files, star, f"{star.replace(' ', '').lower()}_rieke_001.fits", scale=BRIGHTER)
    fix_breakpoints(files)
    return files


def by_name(found):
    return {one.name: one for one in found.classes}


def test_models_that_are_2_4_percent_brighter_move_the_class_mean_by_2_4_percent(files):
    found = files.chain.evaluate(files.session, MODEL_CHOICE)  # the last opened are in use

    moved = by_name(found)
    assert moved["G"].ratio == pytest.approx(BRIGHTER, abs=2e-4)
    assert moved["A"].ratio == pytest.approx(1.0, abs=1e-9)
    assert moved["hot"].ratio == pytest.approx(1.0, abs=1e-9)
    names = {one.star: (one.model_before, one.model_after) for one in found.stars}
    assert names["16 Cyg B"] == ("16cygb_stis_004", "16cygb_rieke_001")
    assert names["HD 2811"] == ("hd2811_stis_004", "hd2811_stis_004")


def test_the_combination_and_every_factor_follow_a_swap_and_undo_brings_the_old_bits_back(files):
    session, chain = files.session, files.chain
    before = chain.evaluate(session, COMBINATION)
    old, lacking = choose_models(
        session, targets_of_class(session, "G"), model_set(session, "first opened")
    )

    after = chain.evaluate(old, COMBINATION)

    assert lacking == ()
    offsets = {
        one.star: (one.offset, was.offset)
        for one, was in zip(after.stars, before.stars, strict=True)
    }
    for star in ("16 Cyg B", "HD 37962"):
        now, was = offsets[star]
        assert (1 + was) / (1 + now) == pytest.approx(BRIGHTER, abs=2e-4)
    assert offsets["HD 2811"][0] == pytest.approx(offsets["HD 2811"][1], abs=1e-12)
    assert chain.evaluate(session, COMBINATION) is before


def test_only_what_depends_on_a_swapped_model_is_computed_again(files):
    session, chain = files.session, files.chain
    chain.evaluate(session, COMBINATION)

    old, _ = choose_models(session, ["16 Cyg B"], model_set(session, "first opened"))

    states = {one: chain.state(old, NodeKey("response", one)) for one in ("e1", "e2", "e3", "e4")}
    assert states == {"e1": "fresh", "e2": "stale", "e3": "fresh", "e4": "fresh"}


def test_the_present_choice_can_be_compared_with_any_set(files):
    session = files.session.with_params(MODEL_CHOICE, ModelChoiceParams(baseline="grid rieke"))
    session, _ = choose_models(
        session, targets_of_class(session, "G"), model_set(session, "first opened")
    )

    found = files.chain.evaluate(session, MODEL_CHOICE)

    assert by_name(found)["G"].ratio == pytest.approx(1 / BRIGHTER, abs=2e-4)
    assert found.baseline == "grid rieke"


def test_an_unknown_set_is_refused_with_those_that_there_are(files):
    session = files.session.with_params(MODEL_CHOICE, ModelChoiceParams(baseline="kurucz"))

    with pytest.raises(EngineError, match="called 'kurucz'") as caught:
        files.chain.evaluate(session, MODEL_CHOICE)

    assert "grid rieke" in caught.value.hint
    assert files.chain.state(session, MODEL_CHOICE) == "unavailable"


def test_one_star_with_two_models_can_be_compared_too():
    files = OpenFiles()
    add_star(files, "16 Cyg B", 1.0)
    add_model(files, "16 Cyg B", "16cygb_stis_004.fits")
    add_model(files, "16 Cyg B", "16cygb_stis_005.fits", scale=BRIGHTER)

    found = files.chain.evaluate(files.session, MODEL_CHOICE)

    assert [one.ratio for one in found.stars] == pytest.approx([BRIGHTER], abs=2e-4)


def test_models_of_one_name_are_told_apart():
    files = OpenFiles()
    add_star(files, "16 Cyg B", 1.0)
    add_model(files, "16 Cyg B", "a/16cygb.fits")
    add_model(files, "16 Cyg B", "b/16cygb.fits", scale=BRIGHTER)

    [star] = files.chain.evaluate(files.session, MODEL_CHOICE).stars

    assert (star.model_before, star.model_after) == ("16cygb (1)", "16cygb (2)")
    assert star.is_swapped


def test_leaving_a_star_out_takes_it_out_of_the_class(files):
    without = files.session.with_exclusion("16 Cyg B/1-1", "too bright")

    found = files.chain.evaluate(without, MODEL_CHOICE)

    assert by_name(found)["G"].n_stars == 1
    assert {one.star: one.excluded for one in found.stars}["16 Cyg B"] == "too bright"


def test_two_observations_stand_beside_their_well_depths(files):
    observed, _ = spectra(np.random.default_rng(0))
    identity = Identity(target="10 Lac", program="3779", observation="1", band="1B")
    brighter = replace(observed, flux=frozen(1.005 * observed.flux), identity=identity)
    files.add(brighter, "spectrum", "standard star")
    depths = {"name": ("10 Lac", "10 Lac"), "program": ("1", "3779"), "observation": ("1", "1")}
    columns = {**depths, "well_depth_dn": frozen([26000.0, 55000.0])}
    table = DataTable("parameters", columns, dict.fromkeys(columns, ""))
    files.add(table, "parameters", "other", identity=Identity())

    [pair] = files.chain.evaluate(files.session, MODEL_CHOICE).pairs

    assert (pair.well_depth_dn, pair.other_depth_dn) == (26000.0, 55000.0)
    assert pair.ratio == pytest.approx(1.005, abs=1e-6)


def test_the_other_models_of_a_star_are_a_systematic_error_of_its_response(files):
    own = files.chain.evaluate(files.session, NodeKey("response", "e2"))
    alone = files.chain.evaluate(files.session, NodeKey("response", "e4"))

    spread = dict(own.sys_terms)["model choice"] / own.vector
    np.testing.assert_allclose(spread[np.isfinite(spread)], 1 - 1 / BRIGHTER, rtol=1e-6)
    assert np.nanmedian(own.sys_error / own.vector) > 1 - 1 / BRIGHTER
    assert "model choice" not in dict(alone.sys_terms)
    table = build_table(files.session, files.chain, "systematics")
    named = dict(
        zip(table.column("target").values, table.column("model_choice").values, strict=True)
    )
    assert named["16 Cyg B"] == pytest.approx(100 * (1 - 1 / BRIGHTER), rel=1e-6)
    assert np.isnan(named["HD 2811"])  # not measured: unknown, not zero


def test_the_result_comes_back_from_the_cache(files):
    found = files.chain.evaluate(files.session, MODEL_CHOICE)

    assert same_bits(unpack_result(*pack_result(found)), found)


def test_tables_and_figure_are_written(files, tmp_path):
    plan = plan_exports(files.session, files.chain, step="models")
    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert {path.name for path in written.paths} == {
        "all_models.pdf", "model-stars.ecsv", "model-classes.ecsv", "model-vectors.ecsv",
        "observation-pairs.ecsv",
    }  # fmt: skip
    table = build_table(files.session, files.chain, "model-classes")
    ratios = dict(zip(table.column("class").values, table.column("ratio").values, strict=True))
    assert ratios["G"] == pytest.approx(BRIGHTER, abs=2e-4)


def test_the_baseline_is_a_choice_of_models_and_nothing_else(files):
    session = baseline_session(files.session, "first opened")

    assert set(session.models) == set(STARS)
    assert session.params == files.session.params
    assert session.entries == files.session.entries
