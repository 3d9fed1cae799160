"""Tests of guiapp.panels.tour."""

import pytest

from guiapp.panels.tour import TourCard


@pytest.fixture
def card(qtbot):
    card = TourCard()
    qtbot.addWidget(card)
    return card


def test_there_is_no_card_without_a_tour(card):
    assert card.isHidden()


def test_a_step_says_what_to_do_and_can_be_skipped(card):
    card.show_step("See a jump", "Click a cell.", 1, 5)

    assert (card.title.text(), card.text.text(), card.place.text()) == (
        "See a jump",
        "Click a cell.",
        "1 of 5",
    )
    assert card.done.isHidden()
    assert card.next.text() == "Skip"


@pytest.mark.parametrize(("is_last", "text"), [(False, "Next"), (True, "End")])
def test_a_step_that_is_done_leads_on(card, is_last, text):
    card.show_step("See a jump", "Click a cell.", 1, 5)

    card.mark_done(is_last=is_last)

    assert not card.done.isHidden()
    assert card.next.text() == text


@pytest.mark.parametrize(
    ("part", "signal"),
    [("show_me", "show_wanted"), ("next", "next_wanted"), ("shut", "ended")],
)
def test_the_buttons_lead_through_the_tour(card, qtbot, part, signal):
    with qtbot.waitSignal(getattr(card, signal)):
        getattr(card, part).click()
