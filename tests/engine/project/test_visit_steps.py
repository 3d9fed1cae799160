"""Tests of the steps of repeated visits in engine.project.steps, their tables and exports."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.visit_steps import visit_segments
from tests.helpers.open_files import OpenFiles
from tests.helpers.visits import drawn_visits

EXTRACTED = NodeKey("repeatability", "HD 163466@extracted")
NOISE = NodeKey("noise", "HD 163466@extracted")
EVENT = "HD 163466/1539-3"
LEVELS = (1.01, 0.99, 0.95, 1.0)


@pytest.fixture
def files(rng):
    """Return four visits of one star in 1B, named in different ways."""
    files = OpenFiles()
    visits, _ = drawn_visits(rng, levels=LEVELS)
    for one in visits:
        files.add(one.spectrum, "spectrum", "standard star")
    return files


def test_a_star_with_two_visits_is_a_subject_at_both_stages(files):
    keys = [str(key) for key in files.chain.keys(files.session)]

    assert "repeatability:HD 163466@extracted" in keys
    assert "noise:HD 163466@calibrated" in keys
    assert EXTRACTED.settings.subject == "HD 163466"


def test_one_visit_makes_no_subject(rng):
    files = OpenFiles()
    visits, _ = drawn_visits(rng, n=1)
    files.add(visits[0].spectrum, "spectrum", "standard star")

    assert not [key for key in files.chain.keys(files.session) if key.step == "repeatability"]


def test_names_of_one_star_are_one_subject(rng):
    files = OpenFiles()
    for one, name in zip(drawn_visits(rng, n=2)[0], ("HD 163466", "hd163466"), strict=True):
        identity = replace(one.spectrum.identity, target=name)
        files.add(replace(one.spectrum, identity=identity), "spectrum", "standard star")

    found = files.chain.evaluate(files.session, EXTRACTED)

    assert found.bands[1].n_used == 2


def test_the_result_is_that_of_the_spectra(files):
    found = files.chain.evaluate(files.session, EXTRACTED).bands[1]

    ratios = np.array([visit.ratio for visit in found.visits])
    assert [visit.id for visit in found.visits] == ["e1", "e2", "e3", "e4"]
    assert_allclose(ratios, np.array(LEVELS) / np.mean(LEVELS), atol=1e-3)
    assert files.chain.evaluate(files.session, NOISE).bands[1].noise == pytest.approx(
        0.003, rel=0.1
    )


def test_excluding_a_visit_changes_the_result_and_undoing_brings_it_back(files):
    before = files.chain.evaluate(files.session, EXTRACTED)
    excluded = files.session.with_exclusion(EVENT, "mirror tilt")

    assert files.chain.result(excluded, EXTRACTED) is None
    after = files.chain.evaluate(excluded, EXTRACTED).bands[1]
    again = excluded.with_exclusion(EVENT, None)

    assert after.visits[2].reason == "mirror tilt"
    assert after.scatter < before.bands[1].scatter
    assert files.chain.result(again, EXTRACTED) is before


def test_one_spectrum_can_be_excluded_alone(files):
    excluded = files.session.with_exclusion("e3", "spikes")

    found = files.chain.evaluate(excluded, EXTRACTED).bands[1]

    assert [visit.reason for visit in found.visits] == ["", "", "spikes", ""]


def test_a_spectrum_opened_twice_is_one_visit(files):
    product = files.chain.library.product(files.session.entries[0], 0)
    files.add(product, "spectrum", "standard star")

    segments = visit_segments(files.session, "HD 163466")

    assert [one.id for one in segments] == ["e5", "e2", "e3", "e4"]


def test_visits_that_cannot_be_calibrated_are_told(files):
    key = NodeKey("repeatability", "HD 163466@calibrated")
    assert files.chain.state(files.session, key) == "unavailable"

    with pytest.raises(DataError, match="There is no model of HD 163466"):
        files.chain.evaluate(files.session, key)


def test_calibrating_each_visit_by_itself_is_told():
    files = OpenFiles()
    for program in ("1", "2", "3"):
        files.spectrum("HD 163466", "1B", program=program)
    files.model("HD 163466")
    key = NodeKey("repeatability", "HD 163466@calibrated")
    one_vector = files.session.with_params(
        NodeKey("calibrate", EVERYTHING), CalibrationParams(vector_of="e1")
    )

    own = files.chain.evaluate(files.session, key)
    common = files.chain.evaluate(one_vector, key)

    assert any("own response" in said for said in own.messages)
    assert not any("own response" in said for said in common.messages)
    mixed = one_vector.with_params(NodeKey("calibrate", "e3"), CalibrationParams())
    [said] = [one for one in files.chain.evaluate(mixed, key).messages if "own response" in one]
    assert said.startswith("HD 163466/1-1, HD 163466/3-1: ")
    assert "not how the star repeats" in said
    assert common.bands[1].n_used == 3


def test_a_star_without_spectra_is_refused(files):
    with pytest.raises(DataError, match="no spectrum of Vega"):
        visit_segments(files.session, "Vega")


def test_tables_hold_what_was_measured(files):
    session = files.session.with_exclusion(EVENT, "mirror tilt")
    found = files.chain.evaluate(session, EXTRACTED).bands[1]
    noise = files.chain.evaluate(session, NOISE).bands[1]

    bands = build_table(session, files.chain, "repeatability")
    visits = build_table(session, files.chain, "visits")
    noises = build_table(session, files.chain, "noise")

    assert bands.column("scatter").values[1] == 100.0 * found.scatter
    assert list(bands.column("band").values[:2]) == ["1A", "1B"]
    assert bands.column("remarks").values[0] == "There is no spectrum of 1A."
    assert list(visits.column("left_out").values) == ["", "", "mirror tilt", ""]
    assert list(visits.column("ratio").values) == [visit.ratio for visit in found.visits]
    assert noises.column("noise").values[1] == 100.0 * noise.noise
    assert noises.column("err_over_noise").values[1] == pytest.approx(1.0, rel=0.1)


def test_figures_are_written_under_the_name_of_the_star(files, tmp_path):
    plan = [
        one
        for one in plan_exports(
            files.session, files.chain, ("figures",), formats={"figures": ("svg",)}
        )
        if one.node in {EXTRACTED, NOISE}
    ]

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert sorted(path.name for path in written.paths) == [
        "HD-163466_noise-extracted.svg",
        "HD-163466_repeatability-extracted.svg",
    ]
