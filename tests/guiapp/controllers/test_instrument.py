"""Tests of guiapp.controllers.instrument."""

from dataclasses import replace

from engine.project.chain import Chain
from engine.project.session import Session
from guiapp.controllers.instrument import groups_in_use
from tests.helpers.sessions import entry, star_session


def test_an_empty_session_is_about_no_instrument():
    assert groups_in_use(Session(), Chain()) == ()


def test_cubes_of_the_spectrograph_come_with_what_inspects_them():
    assert groups_in_use(star_session(), Chain()) == ("MRS", "Inspect")


def test_spectra_through_the_prism_are_of_the_low_resolution_spectrometer():
    made = entry(1, kind="spectrum", bands=("",))
    parts = tuple(replace(one, exp_type="MIR_LRS-FIXEDSLIT") for one in made.parts)
    session = Session(entries=(replace(made, parts=parts),), next_id=2)

    assert groups_in_use(session, Chain()) == ("LRS",)
