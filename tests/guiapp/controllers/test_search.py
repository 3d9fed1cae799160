"""The search finds every star and every band, and selects them."""

from dataclasses import replace

import pytest
from PyQt6.QtCore import QObject, pyqtSignal

from engine.project.chain import Chain
from engine.project.edits import rename_target
from engine.project.session import Session
from guiapp.controllers.search import SearchController, search_items
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.panels.search_palette import ranked
from tests.helpers.sessions import entry, star_session


class SearchWindow(QObject):
    """The part of the window that the search needs."""

    search_chosen = pyqtSignal(str, str)

    def __init__(self):
        super().__init__()
        self.items = ()
        self.n_offers = 0

    def set_search_items(self, _source, items):
        self.items = items
        self.n_offers += 1


@pytest.fixture
def window(qapp):
    return SearchWindow()


@pytest.fixture
def space(runner, window):
    space = Workspace(Document(star_session()), Selection(), Chain(), runner)
    window.controller = SearchController(space, window, window)
    return space


def kinds(items):
    return [(item.kind, item.text) for item in items]


def test_every_star_and_band_is_offered(space, window):
    assert kinds(window.items) == [
        ("star", "16 Cyg B"),
        ("segment", "16 Cyg B 4A"),
        ("segment", "16 Cyg B 4B"),
        ("segment", "16 Cyg B 4C"),
    ]


def test_a_star_is_described_by_type_and_bands(space, window):
    assert window.items[0].detail == "G3 V, 3 bands"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cyg 4b", "16 Cyg B 4B"),
        ("16cygb", "16 Cyg B"),
        ("4c", "16 Cyg B 4C"),
        ("1538 4a", "16 Cyg B 4A"),
        ("Cyg B-2.fits", "16 Cyg B 4B"),
    ],
)
def test_bands_are_found_by_star_band_program_and_file(space, window, typed, found):
    assert ranked(window.items, typed)[0].text == found


def test_a_band_that_is_found_is_selected(space, window):
    window.search_chosen.emit("segment", "e2")

    assert space.selection.segments == ("e2",)


def test_a_star_that_is_found_selects_all_its_bands_and_visits(space, window):
    more = replace(star_session(), next_id=7).with_entries([entry(6, program="4497")])
    space.document.start_over(more)

    window.search_chosen.emit("star", window.items[0].id)

    assert space.selection.segments == ("e1", "e2", "e3", "e6")


def test_other_kinds_are_none_of_its_business(space, window):
    window.search_chosen.emit("preference", "e2")

    assert space.selection.segments == ()


def test_what_is_offered_follows_the_files_and_only_them(space, window):
    n_offers = window.n_offers
    edit(space.document, space.session.with_exclusion("e1", "tilt"), "Exclude")
    assert window.n_offers == n_offers

    edit(space.document, rename_target(space.session, ("e1",), "10 Lac"), "Rename")

    assert ("segment", "10 Lac 4A") in kinds(window.items)
    space.document.start_over(Session())
    assert window.items == ()


def test_what_has_no_name_can_be_found_by_its_file():
    session = Session(entries=(entry(1, target="", bands=("",)),), next_id=2)

    [item] = search_items(session)

    assert item.text == "unnamed spectrum"
    assert ranked((item,), "-1.fits") == [item]
