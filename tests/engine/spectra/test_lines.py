"""Tests of engine.spectra.lines."""

import math

import pytest

from engine.spectra.lines import bands_between, lines_between

# ISO spectrometer line lists (MPE Garching): fine structure included.
ISO_HYDROGEN = {
    "H I 10–6": 5.128657,
    "H I 9–6": 5.908213,
    "H I 6–5": 7.459858,
    "H I 8–6": 7.502493,
    "H I 10–7": 8.760064,
    "H I 9–7": 11.308695,
    "H I 7–6": 12.371898,
    "H I 10–8": 16.209104,
    "H I 8–7": 19.061898,
    "H I 11–9": 22.340457,
    "H I 9–8": 27.803379,
}
ISO_HELIUM = {
    "He II 11–9": 5.582821,
    "He II 9–8": 6.947984,
    "He II 10–9": 9.713475,
    "He II 11–10": 13.128335,
    "He II 12–11": 17.260917,
    "He II 13–12": 22.179576,
    "He II 14–13": 27.952665,
}


def wave_of(name):
    return [line.wave_um for line in lines_between(4.0, 30.0) if line.name == name]


@pytest.mark.parametrize(("name", "wave"), [*ISO_HYDROGEN.items(), *ISO_HELIUM.items()])
def test_rydberg_lines_lie_where_the_iso_lists_have_them(name, wave):
    assert wave_of(name) == [pytest.approx(wave, abs=1e-4)]


@pytest.mark.parametrize(
    ("name", "waves"),
    [
        ("[Ne V]", [14.3217, 24.3175]),
        ("[Ne VI]", [7.6524]),
        ("[O IV]", [25.89]),
        ("[Ar II]", [6.985]),
        ("[Ne II]", [12.814]),
    ],
)
def test_the_ionized_metals_lie_where_the_paper_says(name, waves):
    assert wave_of(name) == [pytest.approx(wave, abs=6e-4) for wave in waves]


def test_hydrogen_alone_leaves_the_others_out():
    lines = lines_between(4.9, 28.7, species="hydrogen")

    assert {line.family for line in lines} == {"H I"}
    assert 20 <= len(lines) <= 40


def test_lines_come_in_order_and_inside_the_range():
    waves = [line.wave_um for line in lines_between(7.0, 13.0)]

    assert waves == sorted(waves)
    assert all(7.0 <= wave <= 13.0 for wave in waves)
    assert len(waves) > 10


def test_an_empty_range_has_no_lines():
    assert lines_between(5.0, 5.001) == ()
    assert lines_between(13.0, 7.0) == ()


def test_series_have_their_names():
    labels = {line.name: line.label for line in lines_between(4.9, 28.7)}

    assert labels["H I 9–6"] == "Hu γ"  # noqa: RUF001
    assert labels["H I 6–5"] == "Pf α"  # noqa: RUF001
    assert labels["H I 8–7"] == "H I 8–7"


def test_strength_falls_along_a_series():
    humphreys = [
        line.strength for line in lines_between(4.9, 28.7, species="hydrogen") if "–6" in line.name
    ]

    assert humphreys == sorted(humphreys)
    assert humphreys[-1] == pytest.approx(1.0)


def test_each_line_says_where_it_comes_from():
    lines = lines_between(4.0, 30.0)

    assert all(line.source and line.label for line in lines)
    assert all(math.isnan(line.strength) for line in lines if line.family == "forbidden")


def test_helium_lines_are_bluer_than_hydrogen_by_the_reduced_mass():
    [hydrogen], [helium] = wave_of("H I 7–6"), wave_of("He I 7–6")

    assert helium / hydrogen == pytest.approx(109677.58 / 109722.27, abs=1e-7)


def test_bands_that_reach_into_the_range_are_found():
    names = [band.name for band in bands_between(11.4, 12.5)]

    assert names == ["PAH 11.3", "PAH 12.6"]
    assert bands_between(20.0, 28.0) == ()
