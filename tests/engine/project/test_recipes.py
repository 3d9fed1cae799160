"""Tests of engine.project.recipes: an export can be made again from what stands inside it."""

import json
import os
from dataclasses import replace

import pytest
from astropy.io import fits

from engine.errors import DataError
from engine.files import load
from engine.imaging.photometry import PhotometryParams
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import Mask, StarResponseParams
from engine.project.chain import Chain
from engine.project.edits import read_recipe, rename_target
from engine.project.exports import plan_exports, provenance_of, write_exports
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.recipes import recipe_text, restore_session, session_recipe, shown_name
from engine.project.session import Session
from tests.helpers.open_files import OpenFiles
from tests.helpers.sessions import entry
from tests.helpers.star_files import (
    CORRECTION_4A,
    CUBE_4A,
    MODEL,
    OTHER_MODEL,
    OTHER_SPECTRUM_4A,
    SPECTRUM_4A,
    write_files,
)


@pytest.fixture
def files(tmp_path):
    return write_files(
        tmp_path / "data", CORRECTION_4A, CUBE_4A, MODEL, OTHER_MODEL, OTHER_SPECTRUM_4A
    )


@pytest.fixture
def session(files):
    """Open a correction e1, a cube e2, its model e3, a spectrum e4, another model e5; decide."""
    session = add_files(Session(), read_files([files], Library())).session
    return (
        rename_target(session, ("e4",), "μ Col")
        .with_model("μ Col", "e3")
        .with_params(NodeKey("response", "e2"), StarResponseParams(masks=(Mask(18.6, 18.8, "H"),)))
        .with_params(NodeKey("extract", "*"), ExtractionParams(radius_fwhm=1.8))
        .with_params(NodeKey("calibrate", "e4"), CalibrationParams("e2"))
    )


NODES = ("extract:e2", "response:e2", "calibrate:e2", "response:e4", "calibrate:e4")


def key(text):
    return NodeKey(*text.split(":"))


# Round trips


@pytest.mark.parametrize("node", NODES)
def test_a_recipe_and_its_files_give_the_same_digest_again(files, session, node):
    chain = Chain()
    recipe = recipe_text(session, chain, key(node))

    restored, again = restore_session(recipe, [files])

    assert again.step == key(node).step
    assert recipe_text(restored, chain, again) == recipe
    if "vector_of" not in recipe or '"vector_of": ""' in recipe:
        assert chain.digest(restored, again) == chain.digest(session, key(node))


def recipe_inside(path):
    """Return the recipe that stands in a FITS file."""
    with fits.open(path, memmap=False) as hdus:
        rows = dict(zip(hdus["FLUXKNOT"].data["KEY"], hdus["FLUXKNOT"].data["VALUE"], strict=True))
    return rows["RECIPE"]


def test_every_export_can_be_made_again_from_itself_to_the_byte(tmp_path, files, session):
    chain = Chain()
    plan = plan_exports(session, chain, ["spectra", "vectors"])
    written = write_exports(session, chain, tmp_path / "first", plan)
    assert len(written.paths) == len(plan) >= 5
    assert not written.skipped

    for path in written.paths:
        restored, node = restore_session(recipe_inside(path), [files])
        fresh = Chain()
        [again] = [
            replace(one, name=path.name)
            for one in plan_exports(restored, fresh, ["spectra", "vectors"])
            if one.node == node
        ]
        write_exports(restored, fresh, tmp_path / "again", [again])

        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_whole_session_is_restored_with_all_its_decisions(files, session):
    session = session.with_exclusion("e4", "mirror event")

    restored, node = restore_session(session_recipe(session), [files])

    assert node is None
    assert replace(restored, entries=()) == replace(session, entries=())
    assert [one.sha256 for one in restored.entries] == [one.sha256 for one in session.entries]
    assert restored.entry("e4").parts == session.entry("e4").parts


def test_files_are_found_under_other_names_and_elsewhere(tmp_path, files, session):
    recipe = recipe_text(session, Chain(), key("response:e2"))
    (tmp_path / "moved").mkdir()
    for number, path in enumerate(sorted(files.iterdir())):
        path.rename(tmp_path / "moved" / f"{number}{''.join(path.suffixes)}")

    restored, node = restore_session(recipe, [tmp_path / "moved"])

    assert Chain().evaluate(restored, node).n_used > 100


# What stands inside


def test_a_recipe_says_what_it_rests_on_and_no_more(session):
    recipe = json.loads(recipe_text(session, Chain(), key("response:e2")))

    assert [one["name"] for one in recipe["entries"]] == [CORRECTION_4A, CUBE_4A, MODEL]
    assert recipe["subject"] == "e2"
    assert [one["key"] for one in recipe["upstream"]] == ["extract:e2"]
    assert recipe["upstream"][0]["params"]["radius_fwhm"] == 1.8
    assert recipe["models"] == {}
    assert read_recipe(json.dumps(recipe))[1].masks == (Mask(18.6, 18.8, "H"),)


def test_what_else_is_open_leaves_no_trace(tmp_path, session):
    other = write_files(tmp_path / "other", SPECTRUM_4A)
    more = add_files(session, read_files([other], Library())).session.with_exclusion("e6", "tilt")
    fewer = session.without_entries(["e5"])

    recipes = {recipe_text(one, Chain(), key("calibrate:e4")) for one in (session, more, fewer)}

    assert len(recipes) == 1


def test_a_recipe_holds_no_path_of_this_machine(tmp_path, session):
    for text in (recipe_text(session, Chain(), key("calibrate:e4")), session_recipe(session)):
        assert str(tmp_path) not in text
        assert "/" not in text.replace("μ Col/", "").replace("Jy/", "")


def test_a_vector_of_another_file_is_named_by_its_new_number(session):
    recipe = json.loads(recipe_text(session.without_entries(["e1"]), Chain(), key("calibrate:e4")))

    cube = next(one["id"] for one in recipe["entries"] if one["name"] == CUBE_4A)
    assert recipe["params"]["vector_of"] == cube == "e1"


def test_excluded_observations_stay_excluded_where_that_matters():
    files = OpenFiles()
    first = files.spectrum("Star A", "1B", program="1")
    second = files.spectrum("Star A", "1B", program="2", seed=2)
    files.model("Star A")
    star = files.session.with_exclusion(first, "tilt").with_params(
        NodeKey("calibrate", first), CalibrationParams("Star A")
    )

    recipe = json.loads(recipe_text(star, files.chain, NodeKey("calibrate", first)))

    assert second in {one["id"] for one in recipe["entries"]}
    assert recipe["exclusions"] == [{"subject": "e1", "reason": "tilt"}]


def test_names_of_files_that_are_no_unicode_can_be_written():
    odd = os.fsdecode(b"/data/\xff\xe9.fits")
    session = Session(entries=(replace(entry(1), path=odd),))

    provenance_of(session, Chain(), None).recipe.encode("utf-8")

    assert shown_name(odd) == "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.fits"


# What cannot be restored


def test_an_input_that_is_missing_is_named(files, session):
    recipe = recipe_text(session, Chain(), key("response:e2"))
    (files / MODEL).unlink()

    with pytest.raises(DataError, match=rf"The input {MODEL} \(SHA-256 .*…\) is not among"):
        restore_session(recipe, [files])


@pytest.mark.parametrize(
    "recipe",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"entries": 3, "params": {}}',
        '{"entries": [3], "params": {}}',
        '{"entries": [], "params": {"os.system:*": {}}}',
        '{"entries": [], "params": {"response:*": {"degree": "x"}}}',
        '{"entries": [], "params": [], "step": "response"}',
        '{"entries": [], "params": {}, "models": 3, "step": "response", "subject": "e1"}',
        '{"entries": [], "params": {}, "exclusions": [3]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_recipe_is_refused(recipe):
    with pytest.raises(DataError):
        restore_session(recipe, [])


def test_a_reopened_vector_gives_its_parameters_back(tmp_path, session):
    chain = Chain()
    plan = [one for one in plan_exports(session, chain, ["vectors"]) if one.node.subject == "e2"]
    [path] = write_exports(session, chain, tmp_path, plan).paths

    vector = load(path).products[0]

    assert read_recipe(vector.recipe) == ("response", session.own_params(key("response:e2")))


def test_every_result_of_a_session_can_be_made_again_elsewhere(files, session):
    other = write_files(files.parent / "other", SPECTRUM_4A)
    session = add_files(session, read_files([other], Library())).session
    chain = Chain()
    named_by_id = {  # ids are given anew
        "calibrate:e4", "loss", "repeatability", "noise", "footprints", "band_snr",
        "signal_to_noise",
    }  # fmt: skip
    keys = [one for one in chain.keys(session) if not {str(one), one.step} & named_by_id]
    assert {"extract", "fringe", "response", "combine", "calibrate"} <= {one.step for one in keys}

    for one in keys:
        restored, again = restore_session(recipe_text(session, chain, one), [files.parent])
        assert chain.digest(restored, again) == chain.digest(session, one), one


def test_a_recipe_with_an_option_of_an_older_name_is_understood(files):
    every = NodeKey("photometry", "*")
    session = Session().with_params(every, PhotometryParams(dithers="subtract mean"))
    older = session_recipe(session).replace("subtract mean", "subtract their mean")

    restored, _ = restore_session(older, [files])

    assert "subtract their mean" in older
    assert restored.own_params(every) == session.own_params(every)
