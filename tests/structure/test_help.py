"""Every view has a page that explains it."""

import pytest

from engine.resources import read_text
from guiapp.controllers import views


@pytest.fixture
def classes():
    """Return the controllers that the window makes."""
    return [
        value
        for name, value in vars(views).items()
        if name.endswith("Controller") and name != "ViewController"
    ]


def test_every_view_says_what_it_means_where_it_comes_from_and_how_to_use_it(classes):
    assert len(classes) >= 4
    for one in classes:
        page = read_text(f"help/{one.name}.md")

        assert page.startswith("# ")
        for part in ("**What it shows.**", "**How to read it**"):
            assert part in page, one.name
        assert "Law et al." in page or "Gordon et al." in page or "Ma et al." in page, one.name
