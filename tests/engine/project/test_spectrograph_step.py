"""Tests of engine.project.spectrograph_step, its tables and figure."""

import numpy as np
import pytest

from engine.compare.spectrograph_ratios import SpectrographParams
from engine.errors import DataError
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.models import model_of
from engine.project.spectrograph_step import coarse_spectra, spectrograph_key
from tests.helpers.filter_stars import star_band
from tests.helpers.open_files import OpenFiles
from tests.helpers.slit_stars import RATIOS, open_slit_stars

KEY = spectrograph_key("extracted")
SETTINGS = NodeKey("spectrograph", EVERYTHING)


@pytest.fixture
def files():
    return open_slit_stars(OpenFiles())


def test_the_ratio_of_each_star_comes_out(files):
    result = files.chain.evaluate(files.session, KEY)

    assert {one.star: round(one.short.mean, 9) for one in result.stars} == RATIOS
    assert result.stars[0].partner == "HD 163466 IRS"


def test_a_coarse_spectrum_of_another_name_is_compared_when_it_is_chosen():
    files = open_slit_stars(OpenFiles(), coarse_names={"HR 5467": "M101 Nucleus"})
    before = files.chain.evaluate(files.session, KEY)
    params = SpectrographParams(partners=(("HR 5467", "M101 Nucleus"),))

    after = files.chain.evaluate(files.session.with_params(SETTINGS, params), KEY)

    assert [one.star for one in before.stars] == ["HD 163466"]
    assert [one.star for one in after.stars] == ["HD 163466", "HR 5467"]
    assert files.chain.evaluate(files.session, KEY) is before


def test_spectra_of_other_observatories_have_no_model_to_be_calibrated_to(files):
    files.model("HD 163466")
    [coarse, _] = coarse_spectra(files.session)

    assert model_of(files.session, coarse) is None


def test_without_a_partner_it_is_said_what_to_open():
    files = OpenFiles()
    files.add(star_band("10 Lac", "1B"), "spectrum", "standard star")

    assert not [key for key in files.chain.keys(files.session) if key.step == "spectrograph"]
    with pytest.raises(DataError, match="both instruments") as caught:
        files.chain.evaluate(files.session, KEY)
    assert "partner" in caught.value.hint


def test_a_source_that_is_left_out_is_not_averaged(files):
    left_out = files.session.with_exclusion("HR 5467/1-1", "tilt")

    result = files.chain.evaluate(left_out, KEY)

    assert result.short.mean == pytest.approx(RATIOS["HD 163466"])


def test_tables_and_figure_are_written(files, tmp_path):
    ranges = build_table(files.session, files.chain, "spectrographs")
    samples = build_table(files.session, files.chain, "spectrograph-ratios")
    plan = plan_exports(files.session, files.chain, ("tables", "figures"), step="spectrograph")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert list(ranges.column("star").values) == ["HD 163466", "HR 5467", "all"]
    used = samples.column("is_used").values
    assert np.all(np.isfinite(samples.column("ratio").values[used]))
    assert sorted(path.name for path in written.paths) == [
        "all-stars_spectrograph-extracted.pdf",
        "spectrograph-ratios.ecsv",
        "spectrographs.ecsv",
    ]
