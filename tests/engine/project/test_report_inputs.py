"""Tests of engine.project.report_inputs, and of what a limited report is called."""

from dataclasses import replace

import numpy as np
import pytest

from engine.model.identity import Identity
from engine.project.combine_step import COMBINATION
from engine.project.report_choice import ReportChoice, left_out_in_words, report_name
from engine.project.report_inputs import files_behind
from tests.helpers.open_files import OpenFiles
from tests.helpers.responses import spectra


@pytest.fixture
def files():
    """Return two stars in Jy (e1 to e4), and one in count rates (e5) with its model (e6)."""
    files = OpenFiles()
    for seed, star in enumerate(("10 Lac", "HD 2811")):
        files.spectrum(star, "1B", seed=seed)
        files.model(star)
    observed, _ = spectra(np.random.default_rng(2))
    identity = Identity(target="16 Cyg B", program="1", observation="1", band="1B")
    counts = replace(observed, unit="DN/s", pixel_area_sr=1e-12, identity=identity)
    files.add(counts, "spectrum", "standard star")
    files.model("16 Cyg B")
    return files


def test_files_whose_factors_are_not_combined_are_not_behind_the_mean(files):
    read = files.chain.inputs(files.session, COMBINATION)

    behind = files_behind(files.session, files.chain, [COMBINATION])

    assert {one.id for one in read} - {one.id for one in behind} == {"e5", "e6"}


def test_a_report_of_one_step_is_called_like_it_and_says_so_plainly(files):
    of = (str(COMBINATION),)

    [said] = left_out_in_words(files.session, ReportChoice(of))

    assert said.startswith("Limited to Combine and to the files that it rests on;")
    assert report_name(files.session, of) == "combine_report.html"
    assert report_name(files.session, ("band_snr:a", "band_snr:b")) == "band-snr_report.html"
    assert report_name(files.session, ()) == "report.html"
    assert report_name(files.session, ("response:e1",)) == "10-Lac_1-1_1B_report.html"
    several = ("response:e1", "calibrate:e3")
    assert report_name(files.session, several) == "selected_report.html"
