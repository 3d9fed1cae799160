"""Tests of engine.files.headers."""

import pytest

from engine.files.fits_headers import parse_cards
from engine.files.headers import band_of_coverage, guess_role, read_identity
from engine.model.bands import bands
from engine.model.identity import Identity, Origin


def header(**keywords):
    lines = []
    for keyword, value in keywords.items():
        shown = f"'{value}'" if isinstance(value, str) else str(value)
        lines.append(f"{keyword.replace('_of_', '-'):<8}= {shown}".ljust(80))
    return parse_cards("".join(lines).encode())[0]


def test_numbers_lose_their_leading_zeros():
    identity = read_identity(header(PROGRAM="01538", OBSERVTN="001", VISIT="000"))

    assert (identity.program, identity.observation, identity.visit) == ("1538", "1", "0")


def test_the_time_is_the_middle_of_the_exposure_before_anything_else():
    data = header(**{"MJD-AVG": 59800.2})

    assert read_identity(header(EXPMID=59800.1), data).mjd == 59800.1
    assert read_identity(header(), data).mjd == 59800.2
    assert read_identity(header()).mjd is None


@pytest.mark.parametrize("keyword", ["TARGNAME", "TARGPROP", "OBJECT", "TARGETID"])
def test_the_target_is_found_under_any_of_its_keywords(keyword):
    assert read_identity(header(**{keyword: "HD 2811"})).target == "HD 2811"


@pytest.mark.parametrize(
    ("identity", "keywords", "role"),
    [
        (Identity(target="16 Cyg B"), {}, "standard star"),
        (Identity(target="515 Athalia"), {}, "asteroid"),
        (Identity(target="SAO 206462"), {}, "red disk"),
        (
            Identity(target="New", source_type="POINT"),
            {"TITLE": "Flux Calibration"},
            "standard star",
        ),
        (Identity(target="(1) Ceres"), {"TARGTYPE": "MOVING"}, "asteroid"),
        (Identity(target="NGC 346", source_type="EXTENDED"), {}, "extended source"),
        (Identity(exp_type="MIR_FLATMRS"), {"LAMP": "MRS_FLAT"}, "lamp"),
        (Identity(target="HD 2811"), {"BKGDTARG": "T"}, "other"),
        (Identity(target="VV 114"), {"LAMP": "OFF"}, "other"),
    ],
)
def test_roles_are_guessed_from_target_and_program(identity, keywords, role):
    assert guess_role(identity, Origin(header=tuple(sorted(keywords.items())))) == role


@pytest.mark.parametrize("band", bands(), ids=lambda band: band.name)
def test_a_band_is_known_by_its_coverage(band):
    found = band_of_coverage(band.wave_min_um + 0.003, band.wave_max_um - 0.01, band.step_um)

    assert found == band


def test_a_spectrum_of_several_bands_or_coarse_sampling_has_no_band():
    first, second = bands()[:2]

    assert band_of_coverage(first.wave_min_um, second.wave_max_um, first.step_um) is None
    assert band_of_coverage(first.wave_min_um, first.wave_max_um, 0.05) is None
