"""Tests of engine.project.steps: what each step takes, and from where."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.vector import CalibrationVector
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.extraction import ExtractionParams
from engine.project.edits import rename_target, set_role
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.steps import STEPS, step_named
from tests.helpers.open_files import OpenFiles


@pytest.fixture
def files():
    """Open spectra of stars A and B in one band (e1, e2) and the model of A (e3)."""
    files = OpenFiles()
    files.spectrum("Star A", "1B", seed=1)
    files.spectrum("Star B", "1B", seed=2)
    files.model("Star A")
    return files


def needs_of(files, key, session=None):
    return step_named(key.step).needs(session or files.session, key.subject)


def calibrated(files, subject, vector_of):
    """Calibrate ``subject`` with the vector that ``vector_of`` names; return the flux."""
    key = NodeKey("calibrate", subject)
    session = files.session.with_params(key, CalibrationParams(vector_of))
    return files.chain.evaluate(session, key).spectrum.flux


def own_flux_times_vector(files, subject, giver):
    """Return what that should be: both on the same wavelengths."""
    spectrum = files.chain.library.product(files.session.segment(subject).entry, 0)
    return spectrum.flux * files.chain.evaluate(files.session, NodeKey("response", giver)).vector


def test_every_step_has_an_analysis_of_its_own():
    names = [step.analysis.name for step in STEPS]

    assert len(set(names)) == len(names)
    assert all(step_named(name).analysis.name == name for name in names)


# Vectors


@pytest.mark.parametrize("vector_of", ["Star A", "STAR-A", "star a", "e1"])
def test_a_vector_is_taken_from_a_star_or_an_observation(files, vector_of):
    flux = calibrated(files, "e2", vector_of)

    np.testing.assert_allclose(flux, own_flux_times_vector(files, "e2", "e1"), rtol=1e-12)


def test_without_a_choice_an_observation_is_calibrated_with_its_own_response(files):
    flux = calibrated(files, "e1", "")

    np.testing.assert_allclose(flux, own_flux_times_vector(files, "e1", "e1"), rtol=1e-12)
    with pytest.raises(DataError, match="no model of Star B"):
        calibrated(files, "e2", "")


def vector(band, wave_um, value):
    n = wave_um.size
    return CalibrationVector(
        wave_um=wave_um,
        value=frozen(np.full(n, value)),
        stat_error=frozen(np.zeros(n)),
        sys_error=frozen(np.zeros(n)),
        flags=frozen(np.zeros(n), dtype=np.uint32),
        kind="relative factor",
        identity=Identity(target="Star Z", band=band),
    )


def test_an_open_vector_is_applied_as_it_is(files):
    spectrum = files.chain.library.product(files.session.entry("e2"), 0)
    one = files.add(vector("1B", spectrum.wave_um, 2.0), "vector", "other")

    flux = calibrated(files, "e2", one)

    np.testing.assert_allclose(flux, 2.0 * spectrum.flux, rtol=1e-12)


def test_a_vector_of_another_band_is_refused(files):
    spectrum = files.chain.library.product(files.session.entry("e2"), 0)
    one = files.add(vector("2A", spectrum.wave_um, 2.0), "vector", "other")

    with pytest.raises(DataError, match="band 2A does not apply to a spectrum of band 1B"):
        calibrated(files, "e2", one)


def test_a_star_gives_the_vector_of_the_same_band(files):
    files.spectrum("Star A", "1C")
    files.spectrum("Star B", "1C")
    session = files.session.with_params(
        NodeKey("calibrate", EVERYTHING), CalibrationParams("Star A")
    )

    givers = {
        subject: needs_of(files, NodeKey("calibrate", subject), session).nodes[-1].subject
        for subject in ("e1", "e2", "e4", "e5")
    }

    assert givers == {"e1": "e1", "e2": "e1", "e4": "e4", "e5": "e4"}


def test_a_cube_of_the_star_gives_its_vector_before_a_spectrum(files):
    cube = files.cube("Star A", "1B", program="2")
    files.spectrum("Star A", "1B", program="3")
    session = files.session.with_params(NodeKey("calibrate", "e2"), CalibrationParams("Star A"))

    [node] = needs_of(files, NodeKey("calibrate", "e2"), session).nodes

    assert node == NodeKey("response", cube)


def test_an_observation_that_is_left_out_gives_no_vector(files):
    other = files.spectrum("Star A", "1B", program="2", seed=5)
    session = files.session.with_params(NodeKey("calibrate", "e2"), CalibrationParams("Star A"))
    key = NodeKey("calibrate", "e2")

    usual = needs_of(files, key, session).nodes
    by_observation = needs_of(files, key, session.with_exclusion("e1", "tilt")).nodes
    by_source = needs_of(files, key, session.with_exclusion("Star A/1-1", "tilt")).nodes

    assert usual == (NodeKey("response", "e1"),)
    assert by_observation == by_source == (NodeKey("response", other),)


# Models


def test_a_response_uses_the_model_of_its_star(files):
    other = files.model("Star B")

    assert needs_of(files, NodeKey("response", "e1")).files[-1][0].id == "e3"
    assert needs_of(files, NodeKey("response", "e2")).files[-1][0].id == other


def test_a_model_that_is_no_spectrum_is_not_taken(files):
    files.cube("Star B", "1C")
    session = set_role(files.session, ("e4",), "model")

    with pytest.raises(DataError, match="no model of Star B"):
        needs_of(files, NodeKey("response", "e2"), session)


def test_a_model_that_is_twice_as_bright_gives_twice_the_factor(files):
    key = NodeKey("response", "e1")
    once = files.chain.evaluate(files.session, key).vector
    model = files.chain.library.product(files.session.entry("e3"), 0)
    bright = files.add(replace(model, flux=frozen(2.0 * model.flux)), "model spectrum", "model")

    twice = files.chain.evaluate(files.session.with_model("Star A", bright), key).vector

    np.testing.assert_allclose(twice, 2.0 * once, rtol=1e-9)


# Extraction


class Correction:
    """Something that knows its band."""

    def __init__(self, band):
        self.band = band


def corrections_of(files, cube, session=None):
    needs = needs_of(files, NodeKey("extract", cube), session)
    return [entry.id for entry, _ in needs.files[1:]]


def test_the_aperture_correction_of_the_band_is_taken():
    files = OpenFiles()
    cube = files.cube("Star A", "1B")
    files.add(Correction("1C"), "aperture correction", "other")
    assert corrections_of(files, cube) == []

    fitting = files.add(Correction("1B"), "aperture correction", "other")
    assert corrections_of(files, cube) == [fitting]

    general = files.add(Correction(""), "aperture correction", "other")
    assert corrections_of(files, cube) == [general]

    newest = files.add(Correction("1B"), "aperture correction", "other")
    assert corrections_of(files, cube) == [newest]


def test_no_aperture_correction_is_taken_when_none_is_wanted():
    files = OpenFiles()
    cube = files.cube("Star A", "1B")
    files.add(Correction("1B"), "aperture correction", "other")
    none = ExtractionParams(aperture_correction="none")

    session = files.session.with_params(NodeKey("extract", EVERYTHING), none)

    assert corrections_of(files, cube, session) == []


# Junctions


def test_of_a_cube_and_a_spectrum_of_one_band_the_cube_is_compared():
    files = OpenFiles()
    cube = files.cube("Star A", "1B")
    files.spectrum("Star A", "1B")
    last = files.spectrum("Star A", "1B", seed=7)
    other = files.spectrum("Star A", "1C")
    key = NodeKey("junctions", "Star A/1-1@calibrated")

    def compared(session):
        return [node.subject for node in needs_of(files, key, session).options]

    assert compared(files.session) == [cube, other]
    assert compared(files.session.with_exclusion(cube, "saturated")) == [last, other]


def test_a_source_with_one_band_has_no_junctions(files):
    assert [key for key in files.chain.keys(files.session) if key.step == "junctions"] == []


def test_both_stages_are_compared_and_differ(files):
    files.spectrum("Star A", "1C")
    session = files.session.with_params(
        NodeKey("calibrate", EVERYTHING), CalibrationParams("Star A")
    )
    keys = [key for key in files.chain.keys(session) if key.step == "junctions"]

    extracted, calibrated_ = (
        next(
            measure.ratio
            for measure in files.chain.evaluate(session, key).measures
            if measure.junction == "1B|1C"
        )
        for key in keys
    )

    assert [key.stage for key in keys] == ["extracted", "calibrated"]
    assert extracted != calibrated_
    assert abs(calibrated_ - 1.0) < 0.01  # calibrated with its own model, there is no jump


def test_a_name_with_a_sign_in_it_is_no_stage(files):
    files.spectrum("Star A", "1C")
    session = rename_target(files.session, ("e1", "e4"), "A@home")

    keys = [key for key in files.chain.keys(session) if key.step == "junctions"]

    assert [key.subject for key in keys] == ["A@home/1-1@extracted", "A@home/1-1@calibrated"]
    assert files.chain.evaluate(session, keys[0]).source == "A@home/1-1"
