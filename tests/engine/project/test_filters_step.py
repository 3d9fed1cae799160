"""Tests of engine.project.filters_step, its tables, figure and recipe."""

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.compare.filter_photometry import FilterParams
from engine.errors import DataError
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.filters_step import filters_key
from engine.project.keys import EVERYTHING, NodeKey
from tests.helpers.filter_stars import LEVELS, RATIO, STARS, box, open_stars, star_band
from tests.helpers.open_files import OpenFiles

KEY = filters_key("extracted")


@pytest.fixture
def files():
    return open_stars(OpenFiles(), off=("16 Cyg B", 1.2))


def test_spectra_and_photometry_make_a_subject_at_both_stages(files):
    keys = [str(key) for key in files.chain.keys(files.session) if key.step == "filters"]

    assert keys == ["filters:all stars@extracted", "filters:all stars@calibrated"]


def test_without_photometry_there_is_none():
    files = OpenFiles()
    files.add(star_band("10 Lac", "1B"), "spectrum", "standard star")

    assert not [key for key in files.chain.keys(files.session) if key.step == "filters"]
    with pytest.raises(DataError, match="no photometry"):
        files.chain.evaluate(files.session, KEY)


def test_the_bands_are_joined_and_the_ratio_comes_out(files):
    [one] = files.chain.evaluate(files.session, KEY).filters

    assert one.filter == "F640W"
    assert one.n_used == len(STARS) - 1
    assert one.mean == pytest.approx(RATIO, rel=1e-9)
    assert all(star.coverage == pytest.approx(1.0) for star in one.stars)


def test_a_bandpass_that_is_not_there_is_said():
    files = open_stars(OpenFiles())
    without = files.session.without_entries(
        [entry.id for entry in files.session.entries if entry.kind == "curve"]
    )

    result = files.chain.evaluate(without, KEY)

    assert np.isnan(result.filters[0].mean)
    assert "F640W" in " ".join(result.messages)


def test_leaving_a_point_out_changes_the_result_and_undo_gives_the_old_one_back(files):
    before = files.chain.evaluate(files.session, KEY)
    point = (("10 Lac/F640W", "variable"),)
    edited = files.session.with_params(NodeKey("filters", EVERYTHING), FilterParams(excluded=point))

    after = files.chain.evaluate(edited, KEY)

    assert after.filters[0].n_used == before.filters[0].n_used - 1
    assert files.chain.result(files.session, KEY) is before


def test_a_source_that_is_left_out_takes_no_part(files):
    left_out = files.session.with_exclusion("10 Lac/1-1", "mirror tilt")

    [one] = files.chain.evaluate(left_out, KEY).filters

    [star] = [star for star in one.stars if star.star == "10 Lac"]
    assert star.reason == "mirror tilt"


def test_a_weighting_by_energy_moves_nothing_for_a_flat_spectrum_but_the_pivot(files):
    energy = files.session.with_params(
        NodeKey("filters", EVERYTHING), FilterParams(weighting="energy")
    )

    flat, other = (files.chain.evaluate(one, KEY).filters[0] for one in (files.session, energy))

    assert other.mean == pytest.approx(flat.mean)
    assert other.pivot_um < flat.pivot_um


def test_the_tables_say_every_star_and_why_one_is_left_out(files):
    filters = build_table(files.session, files.chain, "filters")
    stars = build_table(files.session, files.chain, "filter-stars")

    assert filters.column("ratio").values[0] == pytest.approx(RATIO)
    at = list(stars.column("star").values).index("16 Cyg B")
    assert stars.column("left_out").values[at] == "clipped"
    assert stars.column("synthetic_jy").values[at] == pytest.approx(LEVELS[3])
    both = [
        stars.column(f"{one}_error_jy").values[at] / stars.column(f"{one}_jy").values[at]
        for one in ("synthetic", "measured")
    ]
    assert np.hypot(*both) == pytest.approx(
        stars.column("ratio_error").values[at] / stars.column("ratio").values[at]
    )


def test_figure_and_tables_are_written_with_their_recipe(files, tmp_path):
    plan = plan_exports(files.session, files.chain, ("tables", "figures"), step="filters")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    names = sorted(path.name for path in written.paths)
    assert names == [
        "all-stars_filters-extracted.pdf", "filter-stars.ecsv", "filters.ecsv",
    ]  # fmt: skip
    text = (tmp_path / "filters.ecsv").read_text(encoding="utf-8")
    assert "photometry.ecsv" in text
    assert json.dumps(RATIO)[:3] in text


def test_an_open_bandpass_goes_before_the_packaged_one():
    files = open_stars(OpenFiles())
    [table] = [one for one in files.session.entries if one.kind == "photometry"]
    product = files.chain.library.product(table, 0)
    renamed = {**product.columns, "filter": ("F770W",) * len(STARS)}
    other = OpenFiles()
    for star, level in zip(STARS, LEVELS, strict=True):
        for band in ("1B", "1C"):
            other.add(star_band(star, band, level=level), "spectrum", "standard star")
    other.add(replace(product, columns=renamed), "photometry", "other", name="photometry.ecsv")
    packaged = other.chain.evaluate(other.session, KEY).filters[0]
    other.add(box("F770W"), "curve", "other", name="F770W.dat")

    own = other.chain.evaluate(other.session, KEY).filters[0]

    assert packaged.pivot_um == pytest.approx(7.64, abs=0.05)
    assert own.pivot_um == pytest.approx(6.58, abs=0.05)
