"""Tests of guiapp.settings.preferences."""

import json
import logging

import pytest

from guiapp.settings.preferences import SETTINGS, Preferences


def test_what_was_never_said_is_the_default(preferences):
    for setting in SETTINGS:
        assert preferences.value(setting.name) == setting.default


def test_what_was_set_is_there_the_next_time(preferences, tmp_path):
    preferences.set("theme", "dark")
    preferences.set("text_percent", 130)
    preferences.set("show_errors", False)

    again = Preferences(tmp_path / "settings.json")

    assert again.text("theme") == "dark"
    assert again.integer("text_percent") == 130
    assert again.is_on("show_errors") is False


def test_a_change_is_told_once_and_no_change_is_not(preferences, qtbot):
    with qtbot.waitSignal(preferences.changed) as signal:
        preferences.set("theme", "dark")
    assert signal.args == ["theme"]

    with qtbot.assertNotEmitted(preferences.changed):
        preferences.set("theme", "dark")


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("text_percent", 10), ("workers", "many"), ("show_errors", "perhaps")],
)
def test_a_value_outside_its_declaration_is_a_bug_of_the_caller(preferences, name, value):
    with pytest.raises(ValueError, match=name):
        preferences.set(name, value)


@pytest.mark.parametrize(
    "text",
    [
        '{"preferences": {"theme": "pink", "text_percent": 9999, "workers": "", "show_errors": 2}}',
        '{"preferences": {"text_percent": true, "workers": 2.5, "theme": ["dark"]}}',
        '{"preferences": [], "recent": {"sessions": 3}, "layout": null}',
        "[1, 2, 3]",
        "\x00\x01\x02 nothing that can be read",
        "[" * 100_000,
        "",
    ],
)
def test_a_damaged_file_counts_as_not_said(qapp, tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")

    preferences = Preferences(path)

    assert [preferences.value(one.name) for one in SETTINGS] == [one.default for one in SETTINGS]
    assert preferences.recent() == ()
    assert preferences.layout("panels") == ""
    preferences.set("theme", "light")
    assert Preferences(path).text("theme") == "light"


def test_a_file_that_cannot_be_written_says_so_and_keeps_the_choice(qapp, tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")
    preferences = Preferences(tmp_path / "file" / "settings.json")

    with caplog.at_level(logging.WARNING):
        preferences.set("theme", "dark")

    assert preferences.text("theme") == "dark"
    assert "last only until the window closes" in caplog.text
    caplog.clear()


def test_recent_sessions_are_newest_first_and_few(preferences, qtbot):
    for i in range(20):
        preferences.remember_recent(f"/data/{i}.fluxknot")
    preferences.remember_recent("/data/15.fluxknot")

    recent = preferences.recent()

    assert recent[:2] == ("/data/15.fluxknot", "/data/19.fluxknot")
    assert len(recent) == 12
    assert len(set(recent)) == 12


def test_a_recent_session_that_is_gone_can_be_forgotten(preferences):
    preferences.remember_recent("/data/a, b; “c”.fluxknot")
    preferences.remember_recent("/data/d.fluxknot")

    preferences.forget_recent("/data/d.fluxknot")

    assert preferences.recent() == ("/data/a, b; “c”.fluxknot",)


def test_layout_is_kept_as_text(preferences, tmp_path):
    preferences.set_layout("panels", "AAAA/wAAAAD9+==")
    preferences.flush()

    assert Preferences(tmp_path / "settings.json").layout("panels") == "AAAA/wAAAAD9+=="
    assert preferences.layout("nothing") == ""


def test_two_windows_do_not_lose_each_others_choices(qapp, tmp_path):
    one, two = (Preferences(tmp_path / "settings.json") for _ in range(2))

    one.set("theme", "dark")
    two.set("text_percent", 120)

    third = Preferences(tmp_path / "settings.json")
    assert (third.text("theme"), third.integer("text_percent")) == ("dark", 120)


def test_what_a_newer_version_wrote_is_kept(qapp, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"future": {"a": 1}, "preferences": {"unheard_of": "x"}}')

    Preferences(path).set("theme", "dark")

    content = json.loads(path.read_text())
    assert content["future"] == {"a": 1}
    assert content["preferences"] == {"unheard_of": "x", "theme": "dark"}
