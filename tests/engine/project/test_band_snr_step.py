"""Tests of engine.project.band_snr_step: sources of a session, their ratios, table and figure."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.mrs.band_snr import BandSnrParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.result_codec import pack_result, unpack_result
from tests.helpers.open_files import OpenFiles

KEY = NodeKey("band_snr", "Star A/1-1")


@pytest.fixture
def files():
    """Return a star in two bands, another in one, and no model."""
    files = OpenFiles()
    files.spectrum(band="1B", seed=1)
    files.spectrum(band="1C", seed=2)
    files.spectrum("HD 2811", "1B", program="1536", seed=3)
    return files


def test_every_source_has_a_ratio_without_any_model(files):
    keys = [key for key in files.chain.keys(files.session) if key.step == "band_snr"]

    found = files.chain.evaluate(files.session, KEY)

    assert keys == [KEY, NodeKey("band_snr", "HD 2811/1536-1")]
    # The spectra of the helper have a relative noise of 0.004.
    assert found.band("1B").noise.rms == pytest.approx(0.004, rel=0.1)
    assert found.band("1C").noise.rms == pytest.approx(0.004, rel=0.1)
    assert files.chain.inputs(files.session, KEY) == files.session.entries[:2]


def test_a_band_that_is_left_out_is_not_measured(files):
    without = files.session.with_exclusion("e2", "a shower of cosmic rays")

    found = files.chain.evaluate(without, KEY)

    assert found.band("1C").noise is None
    assert files.chain.digest(without, KEY) != files.chain.digest(files.session, KEY)


def test_a_star_that_is_renamed_is_looked_up_under_its_new_name(files):
    part = replace(files.session.entries[0].parts[0], target="16 Cyg B")
    named = files.session.with_entries([replace(files.session.entries[0], parts=(part,))])

    found = files.chain.evaluate(named, NodeKey("band_snr", "16 Cyg B/1-1"))

    assert found.band("1B").published == 244


def test_the_parameters_hold_for_all_and_come_back_from_the_cache(files):
    session = files.session.with_params(
        NodeKey("band_snr", EVERYTHING), BandSnrParams(n_breakpoints=5)
    )

    found = files.chain.evaluate(session, KEY)

    again = unpack_result(*pack_result(found))
    assert found.band("1B").noise.n_parameters == again.band("1B").noise.n_parameters == 9
    np.testing.assert_array_equal(again.band("1B").flux, found.band("1B").flux)


def test_the_table_has_a_row_for_each_source_and_band(files):
    table = build_table(files.session, files.chain, "band-snr")

    assert list(table.column("star").values) == ["HD 2811", "Star A", "Star A"]
    assert list(table.column("band").values) == ["1B", "1B", "1C"]
    published = table.column("published").values
    assert published[0] == 539  # Law+2025, Table 1: HD 2811, 1B
    assert np.isnan(published[1:]).all()
    ratio = table.column("snr").values[0] / 539
    assert table.column("over_published").values[0] == pytest.approx(ratio)
    assert np.all(table.column("n_used").values > 600)


def test_a_second_table_is_laid_out_as_the_paper_prints_it(files):
    table = build_table(files.session, files.chain, "snr-star-by-band")

    assert list(table.column("star").values) == ["HD 2811", "Star A"]
    assert [one.name for one in table.columns][2:] == [
        f"snr_{channel}{letter}" for channel in "1234" for letter in "abc"
    ]
    found = files.chain.evaluate(files.session, KEY)
    assert table.column("snr_1b").values[1] == found.band("1B").snr
    assert np.isnan(table.column("snr_4c").values).all()


def test_table_and_figures_are_written(files, tmp_path):
    plan = plan_exports(files.session, files.chain, step="band_snr")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert {path.name for path in written.paths} == {
        "band-snr.ecsv", "snr-star-by-band.ecsv", "Star-A_1-1_band-snr.pdf",
        "HD-2811_1536-1_band-snr.pdf",
    }  # fmt: skip
    assert not written.skipped


def test_a_source_that_is_not_there_says_so(files):
    with pytest.raises(EngineError, match="no spectrum of a known band"):
        files.chain.evaluate(files.session, NodeKey("band_snr", "Nobody/1-1"))
