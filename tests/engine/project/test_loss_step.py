"""Tests of engine.project.loss_step: lamps of a session, their loss, tables and figure."""

from dataclasses import replace

import numpy as np
import pytest

from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.count_rate_loss import LossParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.loss_step import loss_key
from engine.project.result_codec import pack_result, unpack_result
from engine.simulate.lamps import DAY_ZERO_MJD, lamp_days, lamp_rates
from tests.helpers.open_files import OpenFiles

KEY = loss_key("4B")


@pytest.fixture
def files():
    """Return the lamp spectra of 4B, a file each."""
    files, band = OpenFiles(), band_named("4B")
    wave, rates, errors = lamp_rates(band, np.random.default_rng(1))
    flags = np.zeros(wave.size, dtype=np.uint32)
    for day, rate, error in zip(lamp_days(band), rates, errors, strict=True):
        identity = Identity(target="lamp", band="4B", mjd=DAY_ZERO_MJD + day)
        spectrum = Spectrum(wave, rate, np.array(error), flags, "DN/s", identity)
        files.add(spectrum, "spectrum", "lamp")
    return files


def test_lamps_are_no_observations_and_give_one_loss_a_band(files):
    keys = files.chain.keys(files.session)

    assert files.session.segments == ()
    assert len(files.session.lamps) == len(lamp_days(band_named("4B")))
    assert keys == (KEY,)


def test_the_loss_of_a_band_follows_from_its_lamps(files):
    loss = files.chain.evaluate(files.session, KEY)

    last = float(loss.fit.loss_at(np.array([742.0]))[0])
    assert last == pytest.approx(0.64, abs=0.005)
    assert files.chain.inputs(files.session, KEY) == files.session.entries


def test_a_date_left_out_changes_the_digest_and_is_told(files):
    lamp = files.session.lamps[5]
    session = files.session.with_exclusion(lamp.id, "The lamp flickered.")

    loss = files.chain.evaluate(session, KEY)

    assert files.chain.digest(session, KEY) != files.chain.digest(files.session, KEY)
    assert [one.reason for one in loss.dates if one.reason] == ["The lamp flickered."]


def test_closing_a_lamp_forgets_why_it_was_left_out(files):
    lamp = files.session.lamps[5]
    session = files.session.with_exclusion(lamp.id, "The lamp flickered.")

    assert session.without_entries([lamp.entry.id]).exclusions == ()


def test_the_form_can_be_chosen_and_comes_back_from_the_cache(files):
    session = files.session.with_params(KEY, LossParams(form="power law", n_bins=4))
    loss = files.chain.evaluate(session, KEY)

    again = unpack_result(*pack_result(loss))

    assert loss.table.form == again.table.form == "power law"
    np.testing.assert_array_equal(again.table.columns["tsoft"], loss.table.columns["tsoft"])
    assert len(again.bins) == 4
    assert again.dates[3].id == loss.dates[3].id


def test_tables_hold_bands_dates_and_coefficients(files):
    bands = build_table(files.session, files.chain, "loss")
    dates = build_table(files.session, files.chain, "lamp-dates")
    bins = build_table(files.session, files.chain, "loss-bins")

    assert (len(bands), len(dates), len(bins)) == (1, 14, 10)
    assert float(bands.column("b").values[0]) == pytest.approx(100.0 / 205.0, rel=0.05)
    assert np.all(np.isfinite(bins.column("acoeff").values))
    assert np.all(np.isnan(bins.column("alpha").values))


def test_the_figure_of_a_loss_is_written(files, tmp_path):
    formats = {"figures": ("png",)}
    plan = plan_exports(files.session, files.chain, ["figures"], formats=formats)

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert [path.suffix for path in written.paths] == [".png"]
    assert written.paths[0].stat().st_size > 10_000


def test_a_band_of_too_few_dates_says_what_can_be_done(files):
    few = files.session.without_entries([one.entry.id for one in files.session.lamps[3:]])

    with pytest.raises(Exception, match="needs 5 dates") as refused:
        files.chain.evaluate(few, KEY)

    assert "linear" in refused.value.hint
    line = few.with_params(KEY, LossParams(form="linear"))
    assert files.chain.evaluate(line, KEY).form == "linear"


def test_renaming_a_lamp_keeps_its_loss(files):
    first = files.session.entries[0]
    renamed = replace(first, parts=(replace(first.parts[0], target="internal lamp"),))

    session = files.session.with_entries([renamed])

    assert files.chain.evaluate(session, KEY).band == "4B"
