"""Tests of engine.project.rate_step: the loss of count rate in the chain."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import DataError
from engine.health.issues import Finding
from engine.model.identity import Origin
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.count_rate_loss import LossParams
from engine.mrs.loss_application import read_columns
from engine.mrs.loss_models import loss_at
from engine.mrs.rate_correction import RateCorrectionParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.issues_here import answered
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.loss_step import loss_key
from engine.project.opening import add_files, read_files
from engine.project.result_codec import pack_result, unpack_result
from engine.project.step import segment_of
from engine.simulate.lamps import DAY_ZERO_MJD
from tests.helpers.open_files import OpenFiles
from tests.helpers.rates import add_lamps, add_loss_reference, add_stars, loss_columns

RATE, RESPONSE, CALIBRATE = (NodeKey(one, "e2") for one in ("rate", "response", "calibrate"))
EVERY = NodeKey("rate", EVERYTHING)
ON, OFF = RateCorrectionParams("on"), RateCorrectionParams("off")


@pytest.fixture
def files():
    return OpenFiles()


@pytest.fixture
def lamp_files(files):
    files.truth = add_stars(files)
    add_lamps(files)
    return files


def test_without_a_loss_the_chain_is_as_it_was(files):
    add_stars(files)

    keys = files.chain.keys(files.session)
    response = files.chain.evaluate(files.session, RESPONSE)

    assert not [key for key in keys if key.step in {"rate", "loss"}]
    assert not [name for name, _ in response.sys_terms if "loss" in name]


def test_with_lamps_two_visits_agree_that_the_loss_had_set_apart(lamp_files):
    """The truth: both visits see the same star, 20 % of whose rate was lost between them."""
    before = lamp_files.session.with_params(EVERY, OFF)

    apart, together = (
        [
            lamp_files.chain.evaluate(session, NodeKey("response", one)).vector
            for one in ("e1", "e2")
        ]
        for session in (before, lamp_files.session)
    )

    middle = slice(100, 400)
    assert abs(np.nanmedian((apart[1] / apart[0])[middle]) - 1.0) > 0.15
    assert_allclose(np.nanmedian((together[1] / together[0])[middle]), 1.0, atol=0.004)


@pytest.mark.parametrize("step", ["fringe", "response", "calibrate"])
def test_everything_after_it_follows(lamp_files, step):
    other = lamp_files.session.with_params(loss_key("4A"), LossParams(n_bins=5))

    key = NodeKey(step, "e2")

    assert lamp_files.chain.digest(other, key) != lamp_files.chain.digest(lamp_files.session, key)


def test_the_repeatability_of_the_extracted_spectra_gains(lamp_files):
    key = NodeKey("repeatability", "Star@extracted")
    off = lamp_files.session.with_params(EVERY, OFF)

    scatter = []
    for session in (off, lamp_files.session):
        bands = {one.band: one for one in lamp_files.chain.evaluate(session, key).bands}
        scatter.append(float(np.ptp([visit.ratio for visit in bands["4A"].visits])))

    assert scatter[0] > 0.15
    assert scatter[1] < 0.005


def test_undo_brings_the_old_numbers_back_bit_for_bit(lamp_files):
    first = lamp_files.chain.evaluate(lamp_files.session, RESPONSE)
    off = lamp_files.session.with_params(EVERY, OFF)
    lamp_files.chain.evaluate(off, RESPONSE)

    again = lamp_files.chain.evaluate(off.with_params(EVERY, None), RESPONSE)

    assert again is first


def test_switched_off_it_is_looked_at_and_changes_nothing(lamp_files):
    off = lamp_files.session.with_params(EVERY, OFF)

    result = lamp_files.chain.evaluate(off, RATE)

    assert result.outcome == "left as it is"
    assert np.isfinite(result.loss).all()
    assert RATE in lamp_files.chain.keys(off)
    assert not [one for one in plan_exports(off, lamp_files.chain) if one.node == RATE]


def test_its_error_is_a_systematic_term_of_the_response_and_of_the_spectrum(lamp_files):
    rate = lamp_files.chain.evaluate(lamp_files.session, RATE)
    response = lamp_files.chain.evaluate(lamp_files.session, RESPONSE)
    calibrated = lamp_files.chain.evaluate(lamp_files.session, CALIBRATE)

    terms = dict(response.sys_terms)
    assert_allclose(
        terms["loss of count rate"], np.abs(rate.relative_error * response.vector), rtol=1e-12
    )
    own = np.abs(calibrated.spectrum.flux) * rate.relative_error
    good = np.isfinite(own)
    assert np.all(calibrated.sys_error[good] >= own[good])


def test_spectra_in_jy_have_no_such_node_and_do_not_depend_on_lamps(files):
    add_stars(files, unit="Jy")
    before = files.chain.digest(files.session, RESPONSE)
    add_lamps(files)

    assert not [key for key in files.chain.keys(files.session) if key.step == "rate"]
    assert files.chain.digest(files.session, RESPONSE) == before


def test_a_session_that_does_not_know_units_finds_out_when_it_looks(files):
    add_stars(files, unit="Jy")
    add_lamps(files)
    old = replace(
        files.session,
        entries=tuple(replace(one, units=()) for one in files.session.entries),
    )

    result = files.chain.evaluate(old, RATE)

    assert result.outcome == "left as it is"
    assert "this is in Jy" in result.messages[0]


def test_a_photom_reference_gives_the_loss_where_there_are_no_lamps(files):
    add_stars(files)
    add_loss_reference(files, TIMECOEFF_CH4=loss_columns(0.2))

    result = files.chain.evaluate(files.session, RATE)

    expected = loss_at(read_columns(loss_columns(0.2)), DAY_ZERO_MJD + 700.0, np.array([19.0]))
    assert (result.outcome, result.source, result.form) == (
        "corrected",
        "photom.fits",
        "exponential",
    )
    assert_allclose(result.loss, expected[0], rtol=1e-12)


def test_lamps_go_before_a_reference_unless_the_user_says_otherwise(lamp_files):
    add_loss_reference(lamp_files, TIMECOEFF_CH4=loss_columns(0.2))
    other = lamp_files.session.with_params(EVERY, RateCorrectionParams(source="reference"))

    assert lamp_files.chain.evaluate(lamp_files.session, RATE).source == "lamps"
    assert lamp_files.chain.evaluate(other, RATE).source == "photom.fits"


def test_lamps_that_give_no_loss_leave_the_spectrum_and_say_why(files):
    add_stars(files)
    add_lamps(files, days=2)

    result = files.chain.evaluate(files.session, RATE)
    response = files.chain.evaluate(files.session, RESPONSE)

    assert result.outcome == "left as it is"
    assert any("needs 5 dates" in text for text in result.messages)
    assert np.isfinite(response.vector).any()


def test_lamps_that_give_no_loss_give_way_to_a_reference(files):
    add_stars(files)
    add_lamps(files, days=2)
    add_loss_reference(files, TIMECOEFF_CH4=loss_columns(0.2))

    result = files.chain.evaluate(files.session, RATE)

    assert (result.outcome, result.source) == ("corrected", "photom.fits")
    assert any("needs 5 dates" in text for text in result.messages)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"binwave": np.array([20.9, 17.7])}, "bins of a loss need"),
        ({"bcoeff": None}, "of no known form"),
    ],
)
def test_a_damaged_table_leaves_the_spectrum_and_is_told(files, table, reason):
    add_stars(files)
    columns = {
        name: values for name, values in (loss_columns(0.2) | table).items() if values is not None
    }
    add_loss_reference(files, TIMECOEFF_CH4=columns)

    result = files.chain.evaluate(files.session, RATE)

    assert result.outcome == "left as it is"
    assert any(reason in text for text in result.messages)
    assert np.isfinite(files.chain.evaluate(files.session, RESPONSE).vector).any()


def test_switched_on_without_a_loss_it_says_what_is_missing(files):
    add_stars(files)
    session = files.session.with_params(EVERY, ON)

    with pytest.raises(DataError, match="No loss of count rate is known for band 4A"):
        files.chain.evaluate(session, RESPONSE)


def test_extrapolation_is_said_down_to_the_calibrated_spectrum(files):
    observed = add_stars(files)
    add_lamps(files, days=10)  # to day 453
    vector = CalibrationParams(vector_of="e2")
    session = files.session.with_params(NodeKey("calibrate", "e2"), vector)

    rate = files.chain.evaluate(session, RATE)
    results = [files.chain.evaluate(session, key) for key in (RESPONSE, CALIBRATE)]

    assert rate.is_extrapolated
    assert observed.size == rate.loss.size
    for result in results:
        assert any("d after the last lamp spectrum of 4A" in text for text in result.messages)


def test_what_was_corrected_already_is_not_corrected_again(files):
    add_stars(files)
    add_lamps(files)
    segment = segment_of(files.session, "e2")
    done = Origin(steps=(("S_PHOTOM", "COMPLETE"),), cal_version="1.15.1")
    known = files.chain.library.product(segment.entry, 0)
    files.add(replace(known, origin=done), "spectrum", "standard star", name="done.fits")

    key = NodeKey("rate", files.session.entries[-1].id)
    result = files.chain.evaluate(files.session, key)

    assert result.outcome == "left as it is"
    assert "pipeline has corrected" in result.messages[0]


def test_a_loss_is_told_as_corrected_only_where_the_result_says_so(files):
    add_stars(files)
    add_lamps(files)
    finding = Finding("MRS-TIME", "The loss is not corrected.", "1118", "Too faint.", "Do.", "")
    old = Origin(
        steps=(("S_PHOTOM", "COMPLETE"),), cal_version="1.12.5", crds_context="jwst_1118.pmap"
    )
    known = files.chain.library.product(segment_of(files.session, "e2").entry, 0)
    made = [
        files.add(replace(known, origin=origin, unit=unit), "spectrum", "standard star", name=unit)
        for origin, unit in (
            (old, "DN/s"),
            (old, "Jy"),
            (replace(old, crds_context="jwst_1276.pmap"), "DN/s"),
        )
    ]
    chain, session = files.chain, files.session
    keys = [NodeKey("rate", name) for name in made]
    rate, calibrated, newer = (session.entry(name) for name in made)

    def told(entry, one=session):
        return answered(one, entry, finding, lambda key: chain.result(one, key))

    before = told(rate)
    for key in keys:
        chain.evaluate(session, key)

    assert before is finding  # nothing is known yet
    assert (told(rate).level, told(rate).id) == ("info", "MRS-TIME")
    assert "is corrected here" in told(rate).what
    assert told(calibrated) is finding  # count rates alone are corrected
    assert told(newer) is finding  # the pipeline has done it
    assert told(rate, session.with_params(EVERY, OFF)) is finding


def test_table_and_figure_and_spectrum_are_exported(lamp_files, tmp_path):
    plan = plan_exports(lamp_files.session, lamp_files.chain, step="rate")

    written = write_exports(lamp_files.session, lamp_files.chain, tmp_path, plan)

    table = build_table(lamp_files.session, lamp_files.chain, "rates")
    assert list(table.column("outcome").values) == ["corrected", "corrected"]
    first, last = table.column("loss").values
    assert first > 0.97
    assert last < 0.83
    suffixes = sorted(path.suffix for path in written.paths)
    assert written.skipped == ()
    assert suffixes == [".ecsv", ".ecsv", ".ecsv", ".pdf", ".pdf"]


def test_a_result_outlives_the_program(lamp_files):
    result = lamp_files.chain.evaluate(lamp_files.session, RATE)

    again = unpack_result(*pack_result(result))

    assert_array_equal(again.loss, result.loss)
    assert (again.outcome, again.source, again.form) == ("corrected", "lamps", "exponential")


@pytest.mark.real_data
def test_a_cube_that_the_pipeline_calibrated_is_left_alone_whatever_lamps_say(real_data, files):
    found = real_data("mrs_16cygb")
    cube = next(path for path in sorted(found.glob("*s3d*")))
    files.session = add_files(files.session, read_files([cube], files.chain.library)).session
    add_lamps(files)

    steps = {key.step for key in files.chain.keys(files.session)}

    assert files.session.segments[0].entry.units == ("MJy/sr",)
    assert "loss" in steps
    assert "rate" not in steps
