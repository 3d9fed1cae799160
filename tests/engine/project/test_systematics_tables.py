"""Tests of engine.project.systematics_tables: what a cube's extraction adds reaches the table."""

import numpy as np
import pytest

from engine.project.export_tables import build_table
from engine.project.keys import NodeKey
from tests.helpers.open_files import OpenFiles


@pytest.fixture
def files():
    """Return a star as a cube and as a spectrum, and its model."""
    files = OpenFiles()
    files.cube(band="1B")
    files.spectrum(band="1C")
    files.model()
    return files


def test_annulus_aperture_and_centroid_are_terms_of_every_factor_of_a_cube(files):
    extraction = files.chain.evaluate(files.session, NodeKey("extract", "e1"))
    response = files.chain.evaluate(files.session, NodeKey("response", "e1"))

    terms = dict(response.sys_terms)

    for name, spread in (
        ("annulus", extraction.annulus_spread),
        ("aperture", extraction.aperture_spread),
        ("centroid", extraction.centroid_spread),
    ):
        known = np.isfinite(terms[name])
        assert known.any()
        np.testing.assert_allclose(
            (terms[name] / response.vector)[known], np.abs(spread)[known], rtol=1e-9
        )
    total = np.sqrt(sum(np.nan_to_num(term) ** 2 for term in terms.values()))
    known = np.isfinite(response.sys_error)
    np.testing.assert_allclose(response.sys_error[known], total[known])


def test_every_term_is_a_column_and_what_was_not_measured_is_nan(files):
    table = build_table(files.session, files.chain, "systematics")

    rows = {band: i for i, band in enumerate(table.column("band").values)}
    for name in ("annulus", "aperture", "centroid"):
        values = table.column(name).values
        assert values[rows["1B"]] >= 0
        assert np.isnan(values[rows["1C"]])
        assert table.column(name).unit == "%"
    assert table.column("systematic").values[rows["1B"]] > 0
    largest = table.column("largest_systematic").values
    assert np.all(largest >= table.column("systematic").values)
