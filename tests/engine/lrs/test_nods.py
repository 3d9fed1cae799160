"""Tests of engine.lrs.nods: the disparity is injected by the simulation."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.nods import Nod, compare_nods
from engine.model.data_quality import FLUX_ESTIMATED


def pair(nods, seed, *, level, source=None, runs=()):
    options = {"source": source or nods.blue}
    first = nods.spectrum(nods.make(seed, nod=0, runs=runs, **options))
    second = nods.spectrum(nods.make(seed, nod=1, level=level, **options))
    return [Nod("e1", "nod 1", first), Nod("e2", "nod 2", second)]


def levels(nods, seeds, level):
    found = [compare_nods("x", pair(nods, seed, level=level)).ratios[0] for seed in seeds]
    return np.array([one.level for one in found]), np.array([one.level_error for one in found])


def test_a_disparity_of_five_percent_is_recovered_within_its_error(nods):
    level, error = levels(nods, range(30), 1.05)

    pulls = (level - 1.05) / error
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(30)
    assert 0.6 < np.std(pulls) < 1.45


@pytest.mark.rig
def test_the_disparity_has_the_errors_it_states_over_400_seeds(nods):
    level, error = levels(nods, range(400), 1.05)

    pulls = (level - 1.05) / error
    assert abs(np.mean(pulls)) < 0.2
    assert 0.8 < np.std(pulls) < 1.2


def test_dropouts_do_not_look_like_a_disparity(nods):
    runs = ((300, 306), (330, 335), (345, 349))
    one = compare_nods("x", pair(nods, 3, level=1.0, runs=runs)).ratios[0]

    assert one.verdict == "agree"
    assert abs(one.level - 1.0) < 4.0 * one.level_error


def test_estimated_samples_change_neither_the_ratio_nor_the_verdict_on_the_errors(nods):
    plain = pair(nods, 3, level=1.05)
    spectrum = plain[1].spectrum
    made = np.zeros(spectrum.size, dtype=bool)
    made[100:180] = True
    flags = np.where(made, spectrum.flags | np.uint32(FLUX_ESTIMATED), spectrum.flags)
    flux = {name: np.where(made, value, spectrum.flux) for name, value in
            (("filled", 1.3 * spectrum.flux), ("gone", np.nan))}  # fmt: skip

    filled, gone = (
        compare_nods("x", [plain[0], replace(plain[1], spectrum=replace(spectrum, **new))])
        for new in (
            {"flux": flux["filled"], "flags": flags.astype(np.uint32)},
            {"flux": flux["gone"]},
        )
    )

    assert filled.ratios[0].level == gone.ratios[0].level
    assert filled.errors[1].factor == gone.errors[1].factor
    assert abs(filled.ratios[0].level - 1.05) < 4.0 * filled.ratios[0].level_error


@pytest.mark.parametrize(("level", "verdict"), [(1.05, "level differs"), (1.0, "agree")])
def test_the_verdict_says_what_differs(nods, level, verdict):
    found = compare_nods("x", pair(nods, 7, level=level, source=nods.red))

    assert found.ratios[0].verdict == verdict
    assert ("MIRI-LRS04" in found.messages[0]) == (verdict != "agree")
    [(value, error)] = re.findall(r"([+-]\d+\.\d+) ± (\d+\.\d+) %", found.messages[0])
    assert len(value.partition(".")[2]) == len(error.partition(".")[2])
    assert float(error) == pytest.approx(100 * found.ratios[0].level_error, rel=0.06)


def test_a_slope_between_the_nods_is_a_difference_of_shape(nods):
    first, second = pair(nods, 4, level=1.0, source=nods.red)
    wave = second.spectrum.wave_um
    tilted = replace(second.spectrum, flux=second.spectrum.flux * (1.0 + 0.01 * (wave - 9.0)))

    one = compare_nods("x", [first, replace(second, spectrum=tilted)]).ratios[0]

    assert "shape" in one.verdict
    assert one.chance < 1e-6


def test_nods_that_agree_are_seldom_called_different(nods):
    found = [compare_nods("x", pair(nods, seed, level=1.0)).ratios[0].verdict for seed in range(40)]

    assert sum(one != "agree" for one in found) <= 2  # 0.27 % expected of the shape


def test_the_expected_scatter_is_that_of_the_ratio(nods):
    one = compare_nods("x", pair(nods, 5, level=1.05)).ratios[0]

    inside = (one.wave_um > 5.5) & (one.wave_um < 10.0)
    scatter = (one.ratio - one.level)[inside] / one.expected[inside]
    assert 0.8 < np.sqrt(np.mean(scatter**2)) < 1.25


def test_one_nod_has_errors_and_the_reason_why_it_has_no_ratio(nods):
    found = compare_nods("BD+60 1753/1536-41", pair(nods, 1, level=1.0)[:1])

    assert found.ratios == ()
    assert "only one nod of BD+60 1753/1536-41" in found.reason
    assert found.errors[0].verdict == "too small"


def test_integrations_without_the_slit_have_no_nods(nods):
    made = [nods.make(seed) for seed in range(3)]
    several = [
        Nod(f"e{i}", f"{i}", nods.spectrum(one, exp_type="MIR_LRS-SLITLESS"))
        for i, one in enumerate(made)
    ]

    found = compare_nods("x", several)

    assert found.ratios == ()
    assert "Without the slit" in found.reason
    assert all(one.basis == "spectra" for one in found.errors)


def test_what_is_left_out_takes_no_part(nods):
    three = [*pair(nods, 1, level=1.0), replace(pair(nods, 2, level=1.3)[1], reason="cosmic ray")]

    found = compare_nods("x", three)

    assert len(found.ratios) == 1
    assert len(found.nods) == 3


def test_nothing_to_compare_is_said_in_one_sentence(nods):
    with pytest.raises(DataError, match="no LRS spectrum"):
        compare_nods("x", [])
    with pytest.raises(DataError, match="left out"):
        compare_nods("x", [replace(one, reason="bad") for one in pair(nods, 1, level=1.0)])
    first, second = pair(nods, 1, level=1.0)
    mixed = [first, replace(second, spectrum=replace(second.spectrum, unit="MJy/sr"))]
    assert "Jy and MJy/sr" in compare_nods("x", mixed).reason


def test_spectra_without_errors_are_compared_all_the_same(nods):
    silent = [
        replace(one, spectrum=replace(one.spectrum, error=np.full(one.spectrum.size, np.nan)))
        for one in pair(nods, 1, level=1.05)
    ]

    found = compare_nods("x", silent)

    assert found.ratios[0].verdict == "level differs"
    assert "nothing to judge" in found.messages[-1]
