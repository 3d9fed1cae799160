"""Tests of the steps of the LRS on its demo: what was put in comes out, by way of the chain."""

from dataclasses import replace
from pathlib import PurePath

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import EngineError
from engine.model.data_quality import FLUX_ESTIMATED
from engine.project.keys import NodeKey
from engine.project.lrs_inputs import (
    image_of,
    noisy_exposures,
    slitless_images,
    spectral_images,
    spectrum_of,
)
from engine.project.opening import add_files, read_files
from engine.project.run import evaluate_all
from engine.project.session import Exclusion
from tests.helpers.lrs_files import REPAIR, lrs_files

BLUE, RED = "01536041", "01282055"
BLUE_SOURCE, RED_SOURCE = "BD+60 1753/1536-41", "SAO 206462/1282-55"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return lrs_files(tmp_path_factory)


def names(files, step):
    return [key.subject for key in files.chain.keys_of(files.session, step)]


def test_every_kind_of_file_has_the_steps_that_are_for_it(files):
    assert len(names(files, "dropouts")) == 4
    assert len(names(files, "usable_range")) == 6
    assert names(files, "slitless_background") == [one.id for one in slitless_images(files.session)]
    assert len(names(files, "periodic_noise")) == 3
    assert set(names(files, "nods")) == {
        BLUE_SOURCE, RED_SOURCE, "HD 2811/1536-43", "SAO 206462/1282-57",
    }  # fmt: skip
    assert [one.kind for one in noisy_exposures(files.session)].count("ramp") == 1


def test_images_and_spectra_find_each_other(files):
    for source in (BLUE, RED):
        for nod in ("00001", "00002"):
            image = files.entry(source, nod, "s2d")
            segment = spectrum_of(files.session, image)

            assert segment.entry is files.entry(source, nod, "x1d")
            assert image_of(files.session, segment) is image


@pytest.mark.parametrize("source", [BLUE, RED])
@pytest.mark.parametrize("nod", ["00001", "00002"])
def test_the_dropouts_of_the_demo_are_found_and_no_others(files, source, nod):
    found = files.result("dropouts", source, nod, "s2d")

    truth = files.truth_of(files.entry(source, nod, "s2d"))
    assert [[one.first_row, one.last_row] for one in found.dropouts] == truth["dropout_rows"]
    assert found.usable is not None
    assert found.name.startswith(truth["target"])


def test_the_repair_is_a_parameter_like_others(files):
    key = files.key("dropouts", BLUE, "00001", "s2d")
    session = files.session.with_params(key, REPAIR)

    before = files.chain.evaluate(files.session, key)
    after = files.chain.evaluate(session, key)

    assert not np.any(before.matched.spectrum.flags & FLUX_ESTIMATED)
    filled = np.count_nonzero(after.spectrum.flags & FLUX_ESTIMATED)
    assert filled == sum(one.n_rows for one in after.dropouts)


def test_the_disparity_of_the_demo_is_recovered_and_the_other_source_agrees(files):
    blue = files.chain.evaluate(files.session, NodeKey("nods", BLUE_SOURCE))
    red = files.chain.evaluate(files.session, NodeKey("nods", RED_SOURCE))

    assert abs(blue.ratios[0].level - 1.05) < 4.0 * blue.ratios[0].level_error
    assert blue.ratios[0].verdict == "level differs"
    assert red.ratios[0].verdict == "agree"
    assert [one.label for one in blue.nods] == ["nod 1", "nod 2"]
    for one in (*blue.errors, *red.errors):
        assert abs(one.factor - 0.25) < 4.0 * one.factor_error
        assert one.verdict == "too small"


def test_filling_dropouts_changes_neither_the_ratio_nor_the_verdict_on_the_errors(files):
    key = NodeKey("nods", BLUE_SOURCE)
    session = files.session
    for nod in ("00001", "00002"):
        session = session.with_params(files.key("dropouts", BLUE, nod, "s2d"), REPAIR)

    plain, filled = (files.chain.evaluate(one, key) for one in (files.session, session))

    for found in (plain, filled):
        assert "in dropouts do not count" in " ".join(found.messages)
    assert_array_equal(filled.ratios[0].ratio, plain.ratios[0].ratio)
    assert [one.factor for one in filled.errors] == [one.factor for one in plain.errors]
    for one in filled.errors:
        assert abs(one.factor - 0.25) < 4.0 * one.factor_error


def test_a_nod_that_is_left_out_leaves_one_and_says_so(files):
    segment = spectrum_of(files.session, files.entry(BLUE, "00002", "s2d"))
    session = replace(files.session, exclusions=(Exclusion(segment.id, "source off the slit"),))

    found = files.chain.evaluate(session, NodeKey("nods", BLUE_SOURCE))

    assert "only one nod" in found.reason
    assert found.nods[1].reason == "source off the slit"


def test_integrations_are_compared_with_each_other(files):
    found = files.chain.evaluate(files.session, NodeKey("nods", "HD 2811/1536-43"))

    assert found.nods[2].label == "integration 3"
    assert {one.basis for one in found.errors} == {"spectra"}
    factors = np.array([(one.factor - 0.3) / one.factor_error for one in found.errors])
    assert np.all(np.abs(factors) < 4.0)


@pytest.mark.parametrize(
    ("parts", "low", "high"),
    [
        ((BLUE, "00001", "x1d"), 5.0, 13.0),
        ((RED, "00001", "x1d"), 5.0, 14.0),
        (("01536043", "x1dints"), 5.0, 14.0),
        (("01282057", "x1dints"), 5.2, 14.0),
    ],
)
def test_the_usable_range_follows_the_rules(files, parts, low, high):
    entry = files.entry(*parts)
    segment = next(one for one in files.session.segments if one.entry is entry)

    found = files.chain.evaluate(files.session, NodeKey("usable_range", segment.id))

    assert (found.low_um, found.high_um) == (low, high)


def test_the_background_of_the_demo_is_removed_with_its_gradient(files):
    found = files.result("slitless_background", "01536043", "rateints")

    truth = files.truth_of(files.entry("01536043", "rateints"))
    assert found.n_integrations == 8
    assert abs(found.gradient_after) < 0.1
    assert abs(found.gradient_before) > 0.5 * truth["across"] * truth["level_dn_s"]
    assert 1.01 < np.mean(found.level[6:]) / np.mean(found.level[:2]) < 1.05
    columns = np.r_[6:14, 62:70]
    assert abs(np.median(found.after[:, columns])) < 0.1


def test_the_ramp_of_the_demo_gives_the_amplitudes_and_rates_a_diagnosis(files):
    ramp = files.result("periodic_noise", "01536043", "ramp")
    rate = files.result("periodic_noise", "01536043", "rateints")

    for name, amplitude in (("emi", 6.0), ("heater", 2.0)):
        assert abs(ramp.wave(name).amplitude - amplitude) < 4.0 * ramp.wave(name).error
        assert rate.wave(name).is_found
    assert (ramp.unit, rate.unit) == ("DN", "DN/s")
    assert "diagnosis only" in " ".join(rate.messages)


def test_without_its_spectrum_an_image_says_so(files):
    session = files.without("x1d")

    found = files.result("dropouts", BLUE, "00001", "s2d", session=session)

    assert "No spectrum that was extracted from this image is open." in found.messages
    assert found.usable is None


@pytest.mark.parametrize("step", ["dropouts", "nods", "slitless_background", "periodic_noise"])
def test_a_subject_that_is_not_there_is_an_error_of_ours(files, step):
    with pytest.raises(EngineError):
        files.chain.evaluate(files.session, NodeKey(step, "e999"))


def test_every_result_of_the_demo_can_be_had_and_none_takes_a_spectrum_for_a_star_field(files):
    failures = evaluate_all(files.session, files.chain)

    steps = {key.step for key in files.chain.keys(files.session)}
    assert [(str(key), reason) for key, reason in failures] == []
    assert {"dropouts", "nods", "usable_range", "slitless_background", "periodic_noise"} <= steps
    assert "photometry" not in steps


@pytest.mark.real_data
def test_bare_images_are_spectra_other_images_are_not_and_a_response_is_laid_beside(
    files, real_data
):
    paths = [
        real_data("lrs_simulated/transposed_det_image_seq5_MIRIMAGE_P750Lexp1_s2d.fits"),
        real_data("nircam_image/psf.fits"),
        real_data("p750l_response/FLUXCAL_LRS_WFSS_v2.dat"),
    ]
    opened = add_files(files.session, read_files(paths, files.chain.library)).session

    images = [PurePath(one.path).name for one in spectral_images(opened)]
    nods = files.chain.evaluate(opened, NodeKey("nods", BLUE_SOURCE))

    assert sum("transposed" in one for one in images) == 1
    assert "psf.fits" not in images
    assert nods.response.name == "FLUXCAL_LRS_WFSS_v2.dat"
    assert nods.ratios[0].verdict == "level differs"
