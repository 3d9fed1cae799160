"""The step of error budgets on spectra: measured terms, and those of the paper."""

import numpy as np
import pytest

from engine.compare.error_budget import BudgetParams
from engine.project.budget_step import IMAGES_BUDGET, SPECTRA_BUDGET
from engine.project.keys import NodeKey
from tests.helpers.open_files import OpenFiles


@pytest.fixture
def files() -> OpenFiles:
    files = OpenFiles()
    for band in ("2A", "1B"):
        files.spectrum("Star A", band)
        files.spectrum("Star A", band, program="2", seed=2)
    files.model("Star A")
    return files


def test_each_calibrated_spectrum_has_a_budget(files: OpenFiles) -> None:
    found = files.chain.evaluate(files.session, SPECTRA_BUDGET)

    assert [one.band for one in found.budgets] == ["1B", "1B", "2A", "2A"]
    for one in found.budgets:
        spectrum = files.chain.evaluate(files.session, NodeKey("calibrate", one.id)).spectrum
        good = spectrum.is_good & (spectrum.flux > 0)
        expected = 100.0 * np.median(spectrum.error[good] / spectrum.flux[good])
        assert one.term("pipeline").percent == pytest.approx(expected, rel=1e-9)
        assert one.term("model").percent == 2.0
        squares = [term.percent**2 for term in one.terms if np.isfinite(term.percent)]
        assert one.total_percent == pytest.approx(np.sqrt(sum(squares)), rel=1e-12)


def test_parameters_reach_the_budgets(files: OpenFiles) -> None:
    session = files.session.with_params(SPECTRA_BUDGET, BudgetParams("extended source"))

    found = files.chain.evaluate(session, SPECTRA_BUDGET)

    assert {one.term("aperture").percent for one in found.budgets} == {0.5}
    assert {one.term("model").percent for one in found.budgets} == {0.0}


def test_without_images_there_is_no_budget_of_images(files: OpenFiles) -> None:
    keys = files.chain.keys(files.session)

    assert SPECTRA_BUDGET in keys
    assert IMAGES_BUDGET not in keys
