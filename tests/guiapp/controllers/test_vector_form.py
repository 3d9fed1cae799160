"""Applying the combined vectors to everything."""

from engine.project.calibrate_step import vector_source
from engine.project.vector_choice import calibrated_together
from tests.helpers.star_files import MODEL


def test_the_combined_vectors_are_applied_to_all_stars_with_one_action(star):
    held = calibrated_together(star.session)

    star.trigger("calibrate.apply_combined")

    assert len(held) > 1
    assert {vector_source(star.session, one) for one in held} == {"combined"}
    assert star.stack.undoText() == "Calibrate all observations with the combined vectors"
    notice = star.window.view_area.notice
    assert notice.text.full_text().endswith("sources are calibrated with the combined vectors.")
    notice.act.click()
    assert star.window.current_view == "spectra"


def test_without_combined_vectors_that_is_said(program, tmp_path):
    program.open(tmp_path / "data", MODEL)

    program.trigger("calibrate.apply_combined")

    assert "There are no combined vectors" in program.window.view_area.notice.text.full_text()
    assert program.stack.count() == 1
