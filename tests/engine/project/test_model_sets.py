"""Tests of engine.project.model_sets."""

import pytest

from engine.errors import DataError
from engine.model.identity import Identity
from engine.project.entries import Entry
from engine.project.model_sets import (
    choose_models,
    model_name,
    model_set,
    model_sets,
    models_of_star,
    targets_of_class,
)
from engine.project.models import model_of
from engine.project.session import Session

CALSPEC = ("16 Cyg B", "16cygb_stis_004"), ("HD 37962", "hd37962_stis_009")
LATER = ("16 Cyg B", "16cygb_stis_005"), ("HD 37962", "hd37962_stis_010")
GRID = (("16 Cyg B", "16cygb_rieke"), ("HD 2811", "hd2811_rieke"))


def session_of(*models, stars=("16 Cyg B", "HD 37962", "HD 2811", "10 Lac")):
    """Return a session with a spectrum of each star and models (star, name, folder)."""
    entries = [
        Entry(f"e{i}", f"/data/{i}.fits", f"{i:064x}", 1, "spectrum", "standard star",
              (Identity(target=star, band="1A"),))
        for i, star in enumerate(stars, start=1)
    ]  # fmt: skip
    for i, (star, name, folder) in enumerate(models, start=len(entries) + 1):
        path = f"/data/{folder}/{name}.fits.gz"
        entries.append(
            Entry(f"e{i}", path, f"{i:064x}", 1, "model spectrum", "model",
                  (Identity(target=star),))
        )  # fmt: skip
    return Session(entries=tuple(entries), next_id=len(entries) + 1)


def of_folder(pairs, folder):
    return [(star, name, folder) for star, name in pairs]


@pytest.fixture
def session():
    """Return four stars, two versions for two of them, and another grid."""
    return session_of(
        *of_folder(CALSPEC, "calspec"), *of_folder(LATER, "calspec"), *of_folder(GRID, "grids")
    )


def names_in(found):
    return {star: model_name(entry) for star, entry in found.entries.items()}


def test_the_sets_are_what_there_is_to_choose_from(session):
    found = {one.name: names_in(one) for one in model_sets(session)}

    assert found["first opened"]["16cygb"] == "16cygb_stis_004"
    assert found["last opened"]["16cygb"] == "16cygb_rieke"
    assert found["highest version"]["hd37962"] == "hd37962_stis_010"
    assert found["highest version"]["hd2811"] == "hd2811_rieke"
    assert found["grid rieke"] == {"16cygb": "16cygb_rieke", "hd2811": "hd2811_rieke"}
    assert found["grid stis"] == {"16cygb": "16cygb_stis_005", "hd37962": "hd37962_stis_010"}
    assert "folder grids" not in found  # the same models as the grid


def test_folders_tell_grids_apart_whose_files_have_the_same_names():
    session = session_of(*of_folder(CALSPEC, "2022"), *of_folder(CALSPEC, "2024"))

    found = {one.name: one for one in model_sets(session)}

    assert set(found) == {"first opened", "folder 2024"}
    assert found["folder 2024"].entries["16cygb"].path.startswith("/data/2024")


def test_a_set_is_known_by_every_name_that_it_has(session):
    assert names_in(model_set(session, "folder grids")) == names_in(
        model_set(session, "grid rieke")
    )


def test_one_model_a_star_leaves_nothing_to_choose():
    session = session_of(*of_folder(CALSPEC, "calspec"))

    assert model_sets(session) == ()
    assert set(model_set(session, "first opened").entries) == {"16cygb", "hd37962"}


def test_an_unknown_set_names_those_that_there_are(session):
    with pytest.raises(DataError, match="no choice of models called 'kurucz'") as caught:
        model_set(session, "kurucz")

    assert "grid stis" in caught.value.hint


def test_models_are_chosen_for_a_class_in_one_edit(session):
    grid = model_set(session, "grid rieke")

    chosen, lacking = choose_models(session, targets_of_class(session, "G"), grid)

    models = {one.identity.target: model_of(chosen, one) for one in chosen.segments}
    assert model_name(models["16 Cyg B"]) == "16cygb_rieke"
    assert model_name(models["HD 37962"]) == "hd37962_stis_010"  # as before: no such model
    assert lacking == ("HD 37962",)
    assert dict(session.models) == {}  # the session before is as it was


def test_models_are_chosen_for_one_star_or_for_all(session):
    old = model_set(session, "first opened")

    one, _ = choose_models(session, ["16 Cyg B"], old)
    every, lacking = choose_models(session, targets_of_class(session, ""), old)

    assert set(one.models) == {"16 Cyg B"}
    assert set(every.models) == {"16 Cyg B", "HD 37962", "HD 2811"}
    assert lacking == ("10 Lac",)


def test_a_set_without_any_of_the_stars_is_refused(session):
    with pytest.raises(DataError, match="grid rieke has no model of 10 Lac"):
        choose_models(session, ["10 Lac"], model_set(session, "grid rieke"))


def test_only_standard_stars_belong_to_a_class(session):
    assert targets_of_class(session, "A") == ("HD 2811",)
    assert targets_of_class(session, "hot") == ("10 Lac",)
    assert targets_of_class(session, "") == ("16 Cyg B", "HD 37962", "HD 2811", "10 Lac")


def test_the_models_of_a_star_are_those_that_name_it(session):
    assert [model_name(one) for one in models_of_star(session, "16CYGB")] == [
        "16cygb_stis_004", "16cygb_stis_005", "16cygb_rieke",
    ]  # fmt: skip
    assert models_of_star(session, "") == ()
