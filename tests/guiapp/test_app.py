"""Tests of guiapp.app: starting, and staying alive."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guiapp.app import after_first_paint, make_application, make_window

_CHECKOUT = Path(__file__).resolve().parents[2]


def run(code, tmp_path):
    """Run ``code`` in a process of its own, with folders of its own."""
    env = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(_CHECKOUT),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_engine_is_not_imported_before_the_first_paint(tmp_path):
    code = """
import sys
import guiapp.app
heavy = {"numpy", "scipy", "astropy", "pyqtgraph", "matplotlib", "photutils", "engine.analyses"}
print(sorted(heavy & set(sys.modules)))
"""

    done = run(code, tmp_path)

    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    "way",
    [
        "window.action('file.save').triggered.connect(lambda: 1 / 0);"
        "window.action('file.save').trigger()",
        "QTimer.singleShot(0, lambda: 1 / 0)",
        "threading.Thread(target=lambda: 1 / 0).start()",
    ],
)
def test_a_fault_in_a_slot_does_not_end_the_process(tmp_path, way):
    code = f"""
import threading
from pathlib import Path
from PyQt6.QtCore import QTimer
from guiapp.app import make_application, make_window
from guiapp.settings.preferences import Preferences

application = make_application()
window, troubles = make_window(Preferences(Path({str(tmp_path)!r}) / "settings.json"))
saved = []
troubles.autosave = lambda: saved.append(1) or "somewhere"
troubles.install()
window.show()
def fail():
    {way}
def look():
    dialog = troubles.dialog
    print("alive", len(saved), dialog is not None and dialog.isVisible())
    application.quit()
QTimer.singleShot(0, fail)
QTimer.singleShot(300, look)
application.exec()
troubles.uninstall()
"""

    done = run(code, tmp_path)

    assert done.stdout.strip() == "alive 1 True", done.stderr
    assert done.returncode == 0
    assert "ZeroDivisionError" not in done.stdout


def test_a_busy_thread_lets_the_window_have_its_turn_at_once(qtbot):
    make_application()

    assert sys.getswitchinterval() <= 0.0003


def test_what_waits_for_the_first_paint_runs_after_it_once(qtbot, preferences):
    make_application()
    window, _troubles = make_window(preferences)
    qtbot.addWidget(window)
    calls = []

    after_first_paint(window, lambda: calls.append(window.isVisible()))
    assert calls == []
    window.show()
    qtbot.waitUntil(lambda: bool(calls))
    window.update()
    qtbot.wait(20)

    assert calls == [True]


def test_the_window_works_before_there_is_a_document(qtbot, preferences):
    window, troubles = make_window(preferences)
    qtbot.addWidget(window)
    window.show()

    for action_id in ("help.keys", "help.about", "edit.preferences", "tools.message_log"):
        window.action(action_id).trigger()

    assert troubles.dialog is None


def test_no_action_or_button_ends_the_process_whatever_it_meets(tmp_path):
    code = f"""
import logging
from pathlib import Path
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QAbstractButton
from guiapp.app import make_application, make_window
from guiapp.panels.chain_strip import ChainStep
from guiapp.settings.actions import ACTIONS
from guiapp.settings.preferences import Preferences

class Count(logging.Handler):
    n = 0
    def emit(self, record):
        Count.n += record.levelno == logging.CRITICAL

application = make_application()
window, troubles = make_window(Preferences(Path({str(tmp_path)!r}) / "settings.json"))
troubles.install()
logging.getLogger().addHandler(Count())
window.may_close = lambda: False
window.chain_strip.show_steps((ChainStep("extract", "Extract", "stale"),))
window.show_workbench()
window.show()

def fail(*_):
    raise RuntimeError("injected")

def hit():
    hits = 0
    for spec in ACTIONS:
        action = window.action(spec.id)
        action.setEnabled(True)
        action.setVisible(True)
        action.triggered.connect(fail)
        action.trigger()
        hits += 1
    for button in window.findChildren(QAbstractButton):
        button.clicked.connect(fail)
        button.clicked.emit()
        hits += 1
    print("alive", hits > 80, hits <= Count.n, troubles.dialog is not None)
    QTimer.singleShot(200, lambda: application.exit(0))

QTimer.singleShot(0, hit)
application.exec()
troubles.uninstall()
"""

    done = run(code, tmp_path)

    assert done.stdout.strip() == "alive True True True", done.stderr[-2000:]
    assert done.returncode == 0


def test_the_program_starts_and_ends_without_a_word(tmp_path):
    code = """
import sys
from PyQt6.QtCore import QTimer
import guiapp.app

begin = guiapp.app.begin

def begin_and_close(window, *rest):
    controller = begin(window, *rest)
    QTimer.singleShot(100, window.close)
    return controller

guiapp.app.begin = begin_and_close
sys.exit(guiapp.app.main(["fluxknot"]))
"""
    (tmp_path / "config").mkdir()

    done = run(code, tmp_path)

    said = [line for line in done.stderr.splitlines() if "plugin does not support" not in line]
    assert (done.returncode, said) == (0, [])
    assert (tmp_path / "config" / "fluxknot" / "settings.json").exists()
