"""The session behind an exported file is opened again, wherever its data lie now."""

import pytest
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.mrs.response_params import Mask, StarResponseParams
from engine.project.chain import Chain
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from guiapp.controllers.session import SessionController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files

RESPONSE = NodeKey("response", "e1")
MASKS = (Mask(18.6, 18.8, "H"),)


@pytest.fixture
def exported(tmp_path):
    """Export the vector of a star with a mask; return it and the folder of its data."""
    data = write_files(tmp_path / "data", MODEL, SPECTRUM_4A)
    session = add_files(Session(), read_files([data], Library())).session
    session = session.with_params(RESPONSE, StarResponseParams(masks=MASKS))
    plan = plan_exports(session, Chain(), ["vectors"])
    [path] = write_exports(session, Chain(), tmp_path / "out", plan).paths
    return path, data


@pytest.fixture
def controller(qtbot, runner, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    space = Workspace(Document(), Selection(), Chain(), runner)
    controller = SessionController(space, window, tmp_path / "autosave", StartFolder())
    controller.failures = []
    controller.failed.connect(lambda what, hint: controller.failures.append(f"{what} {hint}"))
    controller.origin.ask_folder = lambda _missing: pytest.fail("nobody should be asked")
    controller.space = space
    yield controller
    controller.close()


def test_an_export_opens_with_its_decisions_as_unsaved_work(qtbot, controller, exported):
    path, data = exported
    (data / path.name).write_bytes(path.read_bytes())  # it lies beside its data

    controller.origin.open(data / path.name)

    qtbot.waitUntil(lambda: controller.space.session.entries != ())
    session = controller.space.session
    assert session.own_params(RESPONSE).masks == MASKS
    assert controller.path is None
    assert controller.space.document.is_modified
    assert controller.failures == []


def test_data_elsewhere_are_asked_for_once(qtbot, controller, exported):
    path, data = exported
    asked = []
    controller.origin.ask_folder = lambda missing: asked.append(missing) or str(data)

    controller.origin.open(path)

    qtbot.waitUntil(lambda: controller.space.session.entries != ())
    assert len(asked) == 1
    assert "is not among the files" in asked[0]


def test_data_that_are_not_there_either_are_told(qtbot, controller, exported, tmp_path):
    path, _ = exported
    (tmp_path / "empty").mkdir()
    controller.origin.ask_folder = lambda _missing: str(tmp_path / "empty")

    controller.origin.open(path)

    qtbot.waitUntil(lambda: controller.failures != [])
    assert "is not among the files" in controller.failures[0]
    assert controller.space.session == Session()


def test_the_dialog_for_sessions_takes_exports(qtbot, controller, exported, monkeypatch):
    path, data = exported
    controller.origin.ask_folder = lambda _missing: str(data)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))

    controller.ask_open()

    qtbot.waitUntil(lambda: controller.space.session.entries != ())
    assert controller.space.session.own_params(RESPONSE).masks == MASKS


def test_what_is_no_export_is_told(qtbot, controller, exported):
    _, data = exported

    controller.origin.open(data / MODEL)

    qtbot.waitUntil(lambda: controller.failures != [])
    assert f"{MODEL}: It holds no recipe" in controller.failures[0]
