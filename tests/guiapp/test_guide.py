"""The user guide leads nowhere wrong: its links, its pictures, its list of keys."""

import importlib.util
import re
from pathlib import Path

import pytest

from guiapp.app import make_window
from guiapp.controllers.help_pages import key_rows
from guiapp.controllers.main import MainController

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
_LINK = re.compile(r"\]\(([^)#]+)\)|(?:srcset|src)=\"([^\"]+)\"")


def links_of(page):
    found = _LINK.findall(page.read_text(encoding="utf-8"))
    return [one or other for one, other in found]


@pytest.fixture
def scripts(monkeypatch):
    """Let the scripts of the guide find each other."""
    monkeypatch.syspath_prepend(str(GUIDE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_and_picture_of_a_page_is_there(page):
    links = [link for link in links_of(page) if "://" not in link]

    missing = [link for link in links if not (page.parent / link).exists()]

    assert missing == []


def test_the_index_names_every_page():
    index = links_of(GUIDE / "README.md")

    assert {page.name for page in PAGES} - {"README.md"} <= set(index)


def test_every_picture_is_of_a_scene_and_is_shown(scripts):
    pictures = {path.name for path in (GUIDE / "images").glob("*.png")}
    scenes = script("make_screenshots").SCENES
    shown = {Path(link).name for page in PAGES for link in links_of(page)}
    readme = GUIDE.parents[1] / "README.md"
    shown |= {Path(link).name for link in links_of(readme)}

    assert {name.rpartition("-")[0] for name in pictures} <= set(scenes)
    assert pictures - shown == set()


def test_the_list_of_keys_is_what_the_program_binds(qtbot, preferences, tmp_path):
    window, troubles = make_window(preferences)
    controller = MainController(window, window, troubles, tmp_path)
    qtbot.addWidget(window, before_close_func=lambda _window: controller.may_close())

    expected = script("make_key_list").page(key_rows(window.actions_of.is_idle))

    hint = "run: python docs/guide/make_key_list.py"
    assert (GUIDE / "keys.md").read_text(encoding="utf-8") == expected, hint


def script(name):
    """Return a script of the guide as a module."""
    spec = importlib.util.spec_from_file_location(f"guide_{name}", GUIDE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
