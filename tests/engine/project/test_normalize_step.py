"""Tests of engine.project.normalize_step: sources over their continua, table and figure."""

import numpy as np
import pytest

from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.normalized_spectra import NormalizedParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.result_codec import pack_result, unpack_result
from tests.helpers.bits import same_bits
from tests.helpers.open_files import OpenFiles

KEY = NodeKey("normalize", "Star A/1-1")


@pytest.fixture
def files():
    """Return a star in two bands with its model, and another without a model."""
    files = OpenFiles()
    files.spectrum(band="1B", seed=1)
    files.spectrum(band="1C", seed=2)
    files.spectrum("HD 2811", "1B", program="1536", seed=3)
    files.model()
    return files


def test_calibrated_data_and_model_are_both_about_one(files):
    found = files.chain.evaluate(files.session, KEY)

    assert [one.band for one in found.bands] == ["1B", "1C"]
    for one in found.bands:
        assert np.nanmedian(one.data) == pytest.approx(1.0, abs=1e-3)
        # The model of the helper is a power law: nothing is left of it.
        assert np.nanmax(np.abs(one.model - 1.0)) < 1e-4
    assert found.messages == ()


def test_a_source_without_a_model_is_shown_as_extracted(files):
    found = files.chain.evaluate(files.session, NodeKey("normalize", "HD 2811/1536-1"))

    assert np.nanmedian(found.bands[0].data) == pytest.approx(1.0, abs=1e-3)
    assert np.isnan(found.bands[0].model).all()
    assert found.messages == ("1B: as extracted, nothing calibrates it.",)


def test_lines_that_another_star_puts_into_its_response_are_announced(files):
    session = files.session.with_params(
        NodeKey("calibrate", "e3"), CalibrationParams(vector_of="Star A")
    )

    other = files.chain.evaluate(session, NodeKey("normalize", "HD 2811/1536-1"))
    own = files.chain.evaluate(session, KEY)

    assert other.messages == (
        "1B: calibrated with the response of Star A/1-1. A line of that star which its model "
        "lacks appears here inverted.",
    )
    assert own.messages == ()


def test_another_continuum_is_another_result_and_comes_back_from_the_cache(files):
    session = files.session.with_params(
        NodeKey("normalize", EVERYTHING), NormalizedParams(n_breakpoints=2)
    )

    found = files.chain.evaluate(session, KEY)

    assert files.chain.digest(session, KEY) != files.chain.digest(files.session, KEY)
    assert same_bits(unpack_result(*pack_result(found)), found)


def test_the_table_lists_the_lines_of_every_star(files):
    table = build_table(files.session, files.chain, "lines")

    names = set(table.column("line").values)
    assert {"H I 9–6"} <= names
    row = next(
        i
        for i, (star, line) in enumerate(
            zip(table.column("star").values, table.column("line").values, strict=True)
        )
        if (star, line) == ("Star A", "H I 9–6")
    )
    # The spectra of the helper have no lines.
    width, error = (table.column(n).values[row] for n in ("width_um", "width_error_um"))
    assert abs(width) < 5 * error


def test_table_and_figures_are_written(files, tmp_path):
    plan = plan_exports(files.session, files.chain, step="normalize")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert {path.name for path in written.paths} == {
        "lines.ecsv", "Star-A_1-1_normalize.pdf", "HD-2811_1536-1_normalize.pdf",
    }  # fmt: skip
