"""Tests of guiapp.controllers.export_folder."""

from pathlib import Path

import platformdirs
import pytest

from guiapp.controllers.export_folder import ExportFolder
from guiapp.settings.preferences import Preferences


@pytest.fixture
def preferences(qapp, tmp_path):
    return Preferences(tmp_path / "preferences.json")


def test_files_of_no_session_are_never_proposed_their_own_folder():
    place = ExportFolder()

    place.follow_data("/data/stars")

    assert place.path == str(Path("/data/stars/exports"))


def test_a_session_is_proposed_a_folder_beside_it_named_after_it(preferences):
    place = ExportFolder(preferences)
    place.follow_data("/data/stars")

    place.follow_session("/work/run 2.fluxknot")

    assert place.path == str(Path("/work/run 2_exports"))
    place.follow_data("/data/more")
    assert place.path == str(Path("/work/run 2_exports"))


def test_a_demo_is_proposed_a_folder_that_people_see(preferences, tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path / "Documents")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    own = tmp_path / ".local" / "share" / "fluxknot"
    place = ExportFolder(preferences, own)

    place.follow_session(str(own / "demo" / "demo.fluxknot"))
    without = place.path
    (tmp_path / "Documents").mkdir()
    place.follow_session(str(own / "lrs_demo" / "lrs_demo.fluxknot"))

    assert without == str(tmp_path / "fluxknot_demo_exports")
    assert place.path == str(tmp_path / "Documents" / "fluxknot_lrs_demo_exports")


def test_a_choice_outlives_a_crash(preferences):
    place = ExportFolder(preferences)
    place.follow_session("/work/a.fluxknot")

    place.choose("/elsewhere")

    assert Preferences(preferences.path).layout("exports of /work/a.fluxknot") == "/elsewhere"


def test_what_was_chosen_is_offered_again_for_that_session_alone(preferences):
    place = ExportFolder(preferences)
    place.follow_session("/work/a.fluxknot")
    place.choose("/elsewhere")
    preferences.flush()

    another_day = ExportFolder(Preferences(preferences.path))
    another_day.follow_session("/work/b.fluxknot")
    other = another_day.path
    another_day.follow_session("/work/a.fluxknot")

    assert other == str(Path("/work/b_exports"))
    assert another_day.path == "/elsewhere"


def test_a_choice_made_before_the_first_saving_holds_for_the_session(preferences):
    place = ExportFolder(preferences)
    place.choose("/elsewhere")

    place.follow_session("/work/a.fluxknot")

    assert place.path == "/elsewhere"
    assert preferences.layout("exports of /work/a.fluxknot") == "/elsewhere"


def test_a_single_figure_is_offered_a_folder_that_is_there(tmp_path):
    place = ExportFolder()
    place.follow_session(str(tmp_path / "a.fluxknot"))
    before = place.existing

    (tmp_path / "a_exports").mkdir()

    assert before == tmp_path
    assert place.existing == tmp_path / "a_exports"


def test_what_was_chosen_for_a_session_without_a_name_can_be_recalled(preferences):
    place, told = ExportFolder(preferences), []
    place.chosen = lambda: told.append("chosen")
    without_choice = place.unkept()
    place.remember("seen", ("figures", "tables"))
    place.remember_sections(("figures",))
    place.choose("/elsewhere")

    after = ExportFolder(preferences)
    after.recall(place.unkept())

    assert without_choice == ""
    assert told == ["chosen"]
    assert after.path == "/elsewhere"
    assert after.choices == ("seen", ("figures", "tables"))
    assert after.sections == ("figures",)
    after.follow_session("/work/a.fluxknot")
    assert after.path == "/elsewhere"  # as it does without a crash
    assert after.unkept() == ""  # the preferences keep it


@pytest.mark.parametrize(
    "unkept", ["", "null", "{", "[1]", '[1, "", [], []]', '["", "seen", [], []]']
)
def test_what_cannot_be_recalled_changes_nothing(preferences, unkept):
    place = ExportFolder(preferences)
    before = place.path

    place.recall(unkept)

    assert place.path == before
    assert place.unkept() == ""
