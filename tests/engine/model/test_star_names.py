"""Tests of engine.model.star_names."""

import pytest

from engine.model.star_names import (
    is_standard_star,
    shown_source_name,
    shown_star_name,
    star_key,
    told_apart,
)


@pytest.mark.parametrize(
    ("of_the_model", "of_the_observation"),
    [
        ("16CYGB", "16 Cyg B"),
        ("16CYGB", "16CYG-B"),
        ("HD172167", "* alf Lyr"),
        ("1743045", "2MASS J17430448+6655015"),
        ("BD60D1753", "BD+60 1753"),
        ("MUCOL", "μ Col"),
        ("DELUMI", "del UMi"),
    ],
)
def test_a_model_and_its_observations_share_a_key(of_the_model, of_the_observation):
    assert star_key(of_the_model) == star_key(of_the_observation)


def test_stars_with_similar_names_stay_apart():
    assert star_key("16 Cyg A") != star_key("16 Cyg B")
    assert star_key("GD 71") != star_key("GD 153")


def test_only_stars_of_the_list_are_standards():
    assert is_standard_star("hd 2811")
    assert not is_standard_star("VV 114")
    assert not is_standard_star("")


def test_standards_are_shown_by_their_usual_name_and_others_by_their_own():
    assert shown_star_name("16CYGB") == "16 Cyg B"
    assert shown_star_name("NGC 346") == "NGC 346"


def test_a_source_is_shown_with_the_usual_name_of_its_star():
    assert shown_source_name("DELUMI/1536-24") == "δ UMi/1536-24"
    assert shown_source_name("NGC 346/1227-5") == "NGC 346/1227-5"
    assert shown_source_name("16CYGB") == "16 Cyg B"


def test_sources_of_one_star_are_told_apart_by_their_observations():
    sources = ("10LAC/1524-16", "10 Lac/3779-1", "mu Col/4497-4", "unnamed")

    assert told_apart(sources) == ("10 Lac/1524-16", "10 Lac/3779-1", "μ Col", "unnamed")
    assert told_apart(()) == ()
