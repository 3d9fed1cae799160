"""Tests of engine.files.facts."""

from engine.files.facts import identity_cards, identity_facts, origin_facts, provenance_facts
from engine.model.identity import Identity, Origin
from tests.helpers.exports import PROVENANCE, band_spectrum


def test_only_what_is_known_is_said():
    assert identity_facts(Identity()) == {}
    assert origin_facts(Origin()) == {}
    assert identity_facts(Identity(target="10 Lac", mjd=0.0)) == {"target": "10 Lac", "mjd": 0.0}


def test_of_a_path_only_the_name_leaves():
    facts = origin_facts(band_spectrum().origin)

    assert facts["file"] == "Level3_ch4-short_s3d.fits"
    assert "private" not in str(facts)


def test_provenance_names_its_inputs():
    facts = provenance_facts(PROVENANCE)

    assert facts["version"] == "0.1.0"
    assert [one["file"] for one in facts["inputs"]] == ["cube_µ_ch4-short_s3d.fits", "model.fits"]
    assert facts["recipe"] == PROVENANCE.recipe


def test_numbers_of_programs_are_padded_as_in_jwst_products():
    cards = {keyword: value for keyword, value, _ in identity_cards(band_spectrum().identity)}

    assert (cards["PROGRAM"], cards["OBSERVTN"], cards["VISIT"]) == ("01538", "001", "001")
    letters = {keyword: value for keyword, value, _ in identity_cards(Identity(program="GO-1"))}
    assert letters["PROGRAM"] == "GO-1"
