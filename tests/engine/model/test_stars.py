"""Tests of engine.model.stars."""

from collections import Counter

import pytest

from engine.model.stars import star_named, stars


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("16 Cyg B", "16 Cyg B"),
        ("16CYGB", "16 Cyg B"),
        ("16cyg-b", "16 Cyg B"),
        ("16CYG-B", "16 Cyg B"),
        ("HD186427", "16 Cyg B"),
        ("10LAC", "10 Lac"),
        ("* 10 Lac", "10 Lac"),
        ("mu. Col", "μ Col"),
        ("\u00b5 Col", "μ Col"),  # the micro sign
        ("\u03bc Col", "μ Col"),  # the Greek letter
        ("del UMi", "δ UMi"),
        ("BD60D1753", "BD+60 1753"),
        ("BD+60D1753", "BD+60 1753"),
        ("1743045", "2MASS J17430448+6655015"),
        ("HD172167", "Vega"),
        ("p330e", "GSPC P330-E"),
        ("wd1057_719", "WD 1057+719"),
        ("HD 1452331", "HD 142331"),
        ("515 ATHALIA", "515 Athalia"),
    ],
)
def test_a_star_is_found_by_any_of_its_names(written, shown):
    assert star_named(written).name == shown


@pytest.mark.parametrize("name", ["", " ", "16 Cyg A", "HD 2812", "VV 114", "1"])
def test_what_is_not_in_the_list_is_none(name):
    assert star_named(name) is None


def test_no_name_means_two_stars():
    for star in stars():
        assert all(star_named(name) is star for name in (star.name, *star.aliases))


def test_the_papers_count_ten_and_twenty_nine_stars():
    # Law+2025, Table 1: ten stars; Gordon+2025, Tables 1 to 3: 8 + 10 + 11.
    law = [star for star in stars() if "Law+2025" in star.source and star.is_standard]
    gordon = Counter(star.star_class for star in stars() if "Gordon+2025, Table" in star.source)

    assert len(law) == 10
    assert gordon == {"hot": 8, "G": 10, "A": 11}


def test_only_stars_with_a_model_are_standards():
    assert star_named("HD 2811").is_standard
    assert not star_named("515 Athalia").is_standard
    assert not star_named("SAO 206462").is_standard


def test_spectral_types_are_those_of_the_paper():
    types = {star.name: star.spectral_type for star in stars()}

    assert (types["10 Lac"], types["HD 163466"], types["HR 6538"]) == ("O9 V", "A7 Vm", "G1 V")
