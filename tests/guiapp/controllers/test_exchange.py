"""Tests of guiapp.controllers.exchange: the whole program and a second one at a hub."""

import pytest
from astropy.table import Table
from PyQt6.QtWidgets import QComboBox

from engine.files import load
from guiapp.dialogs.send import SendDialog
from tests.helpers.samp import Other
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files


@pytest.fixture
def star(program, tmp_path):
    program.open(tmp_path / "data", MODEL, SPECTRUM_4A)
    return program


def ask(program):
    program.trigger("tools.send")
    program.qtbot.waitUntil(lambda: program.dialogs(SendDialog) != [], timeout=10_000)
    return program.dialogs(SendDialog)[0]


def choose(dialog, what):
    assert isinstance(dialog.what, QComboBox)
    dialog.what.setCurrentText(what)
    return dialog


def test_a_spectrum_goes_to_another_program_as_it_is_exported(star, other, qtbot):
    choose(ask(star), "Selected spectra").send.click()
    star.settle()

    qtbot.waitUntil(lambda: other.heard != [])
    [(kind, params)] = other.heard
    path = params["url"].removeprefix("file://")
    assert kind == "spectrum.load.ssa-generic"
    assert load(path).products[0].identity.band == "4A"
    assert "Sent: 1" in star.notice


def test_the_numbers_of_a_view_go_as_a_table(star, other, qtbot):
    star.view("response")

    choose(ask(star), "Numbers of this view").send.click()
    star.settle()

    qtbot.waitUntil(lambda: other.heard != [])
    [(kind, params)] = other.heard
    table = Table.read(params["url"].removeprefix("file://"), format="votable")
    assert kind == "table.load.votable"
    assert len(table) == len(star.controller.output.numbers())


def test_who_takes_nothing_of_this_kind_is_not_offered(star, other):
    dialog = choose(ask(star), "Selected files as they are")

    assert dialog.to.count() == 0
    assert not dialog.send.isEnabled()
    assert not dialog.nobody.isHidden()


def test_several_programs_can_be_told_at_once(star, other, qtbot):
    second = Other("spectrum.load.ssa-generic")
    dialog = choose(ask(star), "Selected spectra")
    assert dialog.to.itemText(0) == "All that take it"

    dialog.send.click()
    star.settle()

    qtbot.waitUntil(lambda: bool(other.heard and second.heard))
    second.client.disconnect()


def test_what_another_program_sends_is_opened(program, other, tmp_path, qtbot):
    path = write_files(tmp_path / "data", SPECTRUM_4A) / SPECTRUM_4A
    program.trigger("tools.samp")
    program.settle()
    assert program.window.action("tools.samp").isChecked()

    other.send("spectrum.load.ssa-generic", path.as_uri())

    qtbot.waitUntil(lambda: len(program.session.entries) == 1, timeout=10_000)
    program.settle()
    program.trigger("tools.samp")
    assert not program.controller.exchange.link.is_open


def test_a_program_that_is_gone_is_told(star, hub, qtbot):
    star.trigger("tools.samp")
    star.settle()
    hub.stop()

    star.trigger("tools.send")
    star.settle()

    assert "cannot be reached" in star.notice


def test_an_empty_window_has_nothing_to_send(program, hub):
    program.trigger("tools.send")
    program.settle()

    assert "nothing to send" in program.told()[0]
