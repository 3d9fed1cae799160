"""Tests of engine.project.fringe_step: fringes in the chain."""

from dataclasses import replace

import pytest
from numpy.testing import assert_array_equal

from engine.cli import main
from engine.mrs.residual_fringes import ResidualFringeParams, ResidualFringes
from engine.mrs.response_params import Mask, StarResponseParams
from engine.project.exports import plan_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.result_codec import pack_result, unpack_result
from tests.helpers.fringes import fringed_spectrum
from tests.helpers.open_files import OpenFiles
from tests.helpers.star_files import SPECTRUM_4A, write_files

FRINGE, RESPONSE, CALIBRATE = (NodeKey(one, "e1") for one in ("fringe", "response", "calibrate"))
ON, OFF = ResidualFringeParams(apply="on"), ResidualFringeParams(apply="off")


@pytest.fixture
def files(rng):
    """Open a star with fringes in 1B (e1), without in 1C (e2), and its model (e3)."""
    files = OpenFiles()
    for band, amplitude in (("1B", 0.02), ("1C", 0.0)):
        spectrum, _ = fringed_spectrum(band, rng, amplitude=amplitude)
        identity = replace(spectrum.identity, program="1524", observation="16")
        files.add(replace(spectrum, identity=identity), "spectrum", "standard star")
    files.model("10 Lac")
    return files


def digest(files, key, session=None):
    return files.chain.digest(session or files.session, key)


@pytest.mark.parametrize("key", [RESPONSE, CALIBRATE], ids=str)
def test_a_correction_that_is_off_changes_nothing_after_it(files, key):
    looked_at = replace(OFF, protected=(Mask(6.0, 6.1),), max_amplitude=0.2)

    after = files.session.with_params(FRINGE, looked_at)

    assert digest(files, key, after) == digest(files, key)
    assert digest(files, FRINGE, after) != digest(files, FRINGE)


def test_the_response_is_fitted_to_the_corrected_spectrum_when_it_is_on(files):
    on = files.session.with_params(FRINGE, ON)

    before = files.chain.evaluate(files.session, RESPONSE)
    after = files.chain.evaluate(on, RESPONSE)

    fringes = files.chain.evaluate(on, FRINGE)
    assert fringes.outcome == "corrected"
    assert after.scatter < 0.3 * before.scatter
    assert_array_equal(after.ratio, after.model_jy / fringes.spectrum.flux)


def test_the_calibrated_spectrum_is_made_of_the_corrected_one(files):
    on = files.session.with_params(FRINGE, ON)

    calibrated = files.chain.evaluate(on, CALIBRATE)

    assert any("fringes were removed" in note for note in calibrated.spectrum.origin.notes)
    assert calibrated.spectrum.identity == on.segment("e1").identity


@pytest.mark.parametrize("stage", ["extracted", "calibrated"])
def test_as_extracted_means_before_the_correction(files, stage):
    junctions = NodeKey("junctions", f"{files.session.segment('e1').identity.source_key}@{stage}")
    on = files.session.with_params(FRINGE, ON)

    is_same = digest(files, junctions, on) == digest(files, junctions)

    assert is_same == (stage == "extracted")


def test_one_switch_holds_for_all_observations(files):
    on = files.session.with_params(NodeKey("fringe", EVERYTHING), ON)

    for subject in ("e1", "e2"):
        assert digest(files, NodeKey("response", subject), on) != digest(
            files, NodeKey("response", subject)
        )


def test_switching_off_again_brings_the_old_results_back(files):
    before = files.chain.evaluate(files.session, RESPONSE)
    on = files.session.with_params(FRINGE, ON)
    files.chain.evaluate(on, RESPONSE)

    again = files.chain.result(on.with_params(FRINGE, OFF), RESPONSE)

    assert again is before


def test_masks_of_the_response_are_protected_unless_switched_off(files):
    mask = Mask(6.0, 6.1, "odd")
    masked = files.session.with_params(RESPONSE, StarResponseParams(masks=(mask,)))
    inside = (files.chain.evaluate(files.session, FRINGE).spectrum.wave_um >= 6.0) & (
        files.chain.evaluate(files.session, FRINGE).spectrum.wave_um <= 6.1
    )

    shared = files.chain.evaluate(masked, FRINGE)
    own = files.chain.evaluate(
        masked.with_params(FRINGE, ResidualFringeParams(ranges="own")), FRINGE
    )

    assert_array_equal(shared.modulation[inside], 0.0)
    assert own.modulation[inside].any()


def test_an_edit_of_the_correction_leaves_other_observations_alone(files):
    other = NodeKey("response", "e2")

    after = files.session.with_params(FRINGE, ON)

    assert digest(files, other, after) == digest(files, other)


def test_observations_of_no_band_have_no_such_step(files, rng):
    spectrum, _ = fringed_spectrum("1B", rng)
    nameless = replace(spectrum, identity=replace(spectrum.identity, band=""))
    files.add(nameless, "spectrum", "other")

    keys = files.chain.keys(files.session)

    assert [one.subject for one in keys if one.step == "fringe"] == ["e1", "e2"]


def test_a_result_is_kept_on_disk_and_comes_back_to_the_same_bits(files):
    result = files.chain.evaluate(files.session, FRINGE)

    back = unpack_result(*pack_result(result))

    assert isinstance(back, ResidualFringes)
    assert_array_equal(back.modulation, result.modulation)
    assert_array_equal(back.families[0].frequency_cm, result.families[0].frequency_cm)
    assert back.families[0].family == result.families[0].family
    assert back.messages == result.messages


def test_files_of_the_correction_are_planned_only_when_it_is_used(files):
    on = files.session.with_params(FRINGE, ON)

    unused = [one.name for one in plan_exports(files.session, files.chain)]
    used = [one.name for one in plan_exports(on, files.chain)]

    assert not [name for name in unused if "fringe" in name]
    assert [name for name in used if "fringe" in name] == [
        "10-Lac_1524-16_1B_defringed.fits",
        "10-Lac_1524-16_1B_fringes.pdf",
        "fringes.ecsv",
        "fringe-sinusoids.ecsv",
    ]


def test_the_step_alone_is_planned_for_all_observations(files):
    plan = plan_exports(files.session, files.chain, step="fringe")

    assert {one.node.subject for one in plan if one.node} == {"e1", "e2"}
    assert [one.table for one in plan if one.node is None] == ["fringes", "fringe-sinusoids"]


def test_the_command_line_runs_the_step_by_its_name(tmp_path, capsys):
    folder = write_files(tmp_path / "data", SPECTRUM_4A)
    session, out = tmp_path / "one.fluxknot", tmp_path / "out"
    main(["new", str(folder / SPECTRUM_4A), "-o", str(session)])

    code = main(["analyze", "fringe", str(session), "--out", str(out)])

    assert code == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        "16-Cyg-B_1538-1_4A_defringed.fits",
        "16-Cyg-B_1538-1_4A_fringes.pdf",
        "fringe-sinusoids.ecsv",
        "fringes.ecsv",
    ]
    assert "4A" in (out / "fringes.ecsv").read_text()
