"""Tests of guiapp.settings.logs."""

import faulthandler
import logging

import pytest

from guiapp.settings.logs import LogFiles


@pytest.fixture
def quiet_faulthandler():
    """Give pytest its own fault handler back."""
    yield
    faulthandler.enable()


def test_warnings_go_to_a_file_until_it_is_closed(tmp_path, quiet_faulthandler, caplog):
    files = LogFiles(tmp_path / "log")
    log = logging.getLogger("guiapp.test")

    log.warning("the first thing")
    files.close()
    log.warning("the second thing")
    caplog.clear()

    text = (tmp_path / "log" / "fluxknot.log").read_text()
    assert "the first thing" in text
    assert "the second thing" not in text


def test_a_folder_that_cannot_be_made_costs_only_the_log_files(tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")

    files = LogFiles(tmp_path / "file" / "log")
    files.close()

    assert "no log files" in caplog.text
    caplog.clear()
