"""Exporting: the names are seen first, nothing is replaced unasked, what is missing is told."""

import errno
import os
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from engine.analyses import CALIBRATE, EXTRACT, RESPONSE
from engine.figures.seen import SeenAxis, SeenPanel
from engine.figures.sizes import JOURNALS, WIDTHS, PrintSize
from engine.files import load
from engine.mrs.response_params import StarResponseParams
from engine.project.chain import Chain
from engine.project.export_products import FORMATS
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from guiapp.controllers import exports as controllers
from guiapp.controllers.export_folder import ExportFolder
from guiapp.controllers.exports import ExportsController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.export import ExportDialog
from guiapp.dialogs.save_path import ask_save_path
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.settings.preferences import SETTINGS, Preferences
from tests.helpers.disk import failing
from tests.helpers.star_files import (
    COUNTS_4A,
    CUBE_4A,
    CUBE_4B,
    MODEL,
    OTHER_MODEL,
    SPECTRUM_4A,
    write_files,
)

SEEN = SeenPanel(SeenAxis(17.0, 26.0), SeenAxis(0.0, 0.125, label="Axis as it is seen"))


class Exports:
    """An exports controller over the files of a folder, and what it said."""

    def __init__(self, qtbot, runner, folder, state, preferences=None):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        chain = Chain(library=Library())
        session = Session()
        if folder is not None:
            session = add_files(session, read_files([folder], chain.library)).session
        self.space = Workspace(Document(session), Selection(), chain, runner)
        self.controller = ExportsController(self.space, self.window, state, preferences)
        self.failures, self.written = [], []
        self.controller.failed.connect(lambda what, hint: self.failures.append((what, hint)))
        self.controller.written.connect(self.written.append)

    def dialog(self):
        self.controller.ask()
        [found] = self.window.findChildren(ExportDialog)
        return found

    def look_at_response(self):
        """Let the response of the first observation be what is seen."""
        key = NodeKey(RESPONSE.name, self.space.session.segments[0].id)
        view = SimpleNamespace(
            title="Response",
            step=RESPONSE.name,
            seen=lambda: (key,),
            export_key=lambda: key,
            seen_panels=lambda: (SEEN,),
            seen_part=lambda: "",
        )
        self.controller._active = lambda: view

    def listed(self, dialog):
        return [dialog.files.item(i).text() for i in range(dialog.files.count())]

    def choose(self, dialog, folder, *what):
        dialog.folder_field.setText(str(folder))
        for name, box in dialog.boxes.items():
            box.setChecked(name in what)
        dialog.ask_for_plan()

    def wait(self):
        self.qtbot.waitUntil(lambda: not self.space.runner.jobs, timeout=60_000)

    def export(self, folder, *what, **options):
        self.controller.export(what, str(folder), **options)
        self.wait()


@pytest.fixture
def make(qtbot, runner, tmp_path):
    return lambda folder, preferences=None: Exports(
        qtbot, runner, folder, tmp_path / "state", preferences
    )


@pytest.fixture
def exports(make, tmp_path):
    """Return exports of one spectrum in Jy with its model."""
    return make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL))


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def test_without_files_there_is_nothing_to_export(make):
    exports = make(None)

    exports.controller.ask()

    assert exports.failures == [("There is nothing to export yet.", "Open files first.")]


def test_the_dialog_lists_the_names_before_anything_is_written(exports, tmp_path):
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out", "vectors", "report")

    assert exports.listed(dialog) == ["16-Cyg-B_1538-1_4A_vector.fits", "report.html"]
    assert not (tmp_path / "out").exists()


def test_the_names_in_the_dialog_are_those_that_are_written(exports, tmp_path):
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path / "out", "spectra", "vectors", "tables", "report")
    listed = exports.listed(dialog)

    dialog.accept()
    exports.wait()

    assert names(tmp_path / "out") == sorted(listed)
    [written] = exports.written
    assert sorted(path.name for path in written.paths) == sorted(listed)
    assert exports.failures == []


def test_count_rates_are_listed_under_the_names_that_they_get(make, tmp_path):
    exports = make(write_files(tmp_path / "data", COUNTS_4A, OTHER_MODEL))
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path / "out", "spectra")
    listed = exports.listed(dialog)

    dialog.accept()
    exports.wait()

    assert sorted(listed) == names(tmp_path / "out")
    assert any(name.endswith("_x1d.ecsv") for name in listed)
    assert any(name.endswith("_calibrated.fits") for name in listed)


def test_formats_and_size_that_are_chosen_are_listed_written_and_kept(exports, tmp_path):
    dialog = exports.dialog()
    dialog.format_boxes["tables"].setCurrentText("CSV")
    dialog.format_boxes["vectors"].setCurrentText("all")
    dialog.size_row.width_box.setCurrentText("one column")
    exports.choose(dialog, tmp_path / "out", "vectors", "tables")
    listed = exports.listed(dialog)
    assert {"responses.csv", "16-Cyg-B_1538-1_4A_vector.ecsv"} <= set(listed)

    dialog.accept()
    exports.wait()

    assert names(tmp_path / "out") == sorted(listed)
    assert exports.controller.formats["vectors"] == ("fits", "ecsv")
    assert exports.controller.size.width == "one column"


def test_format_and_size_of_figures_are_those_of_the_last_time(make, preferences, tmp_path):
    folder = write_files(tmp_path / "data", SPECTRUM_4A)
    dialog = make(folder, preferences).dialog()
    dialog.format_boxes["figures"].setCurrentText("SVG")
    dialog.size_row.width_box.setCurrentText("one column")
    dialog.size_row.journal_box.setCurrentText("A&A")
    dialog.ask_for_plan()
    dialog.reject()

    another = make(folder, Preferences(preferences.path))
    dialog = another.dialog()

    assert dialog.formats["figures"] == ("svg",)
    assert dialog.print_size == ("one column", "A&A")
    assert preferences.text("figure_format") == "svg"


def test_the_next_figure_is_offered_in_the_format_of_this_one(make, preferences, monkeypatch):
    exports = make(None, preferences)
    suggested = []

    def answer(_window, _title, name, _kinds, *, more):
        suggested.append(Path(name).suffix)
        return "" if suggested[1:] else "/nowhere/a.png"

    monkeypatch.setattr(controllers, "ask_save_path", answer)
    monkeypatch.setattr(exports.controller, "export_figure", lambda _key, _path: None)

    for _ in range(2):
        exports.controller.ask_figure(NodeKey(RESPONSE.name, "e1"))

    assert suggested == [".pdf", ".png"]
    assert preferences.text("figure_format") == "png"


def test_the_preferences_offer_the_sizes_and_formats_that_there_are():
    offered = {one.name: one.choices for one in SETTINGS}

    assert offered["figure_format"] == (*FORMATS["figures"], "all")
    assert offered["figure_width"] == WIDTHS
    assert offered["figure_journal"] == tuple(one.name for one in JOURNALS)


def test_the_selection_alone_is_exported_when_that_is_asked_for(make, tmp_path):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, OTHER_MODEL, MODEL, COUNTS_4A))
    segments = exports.space.session.segments
    exports.space.selection.select((segments[0].id,))
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path / "out", "vectors")
    assert dialog.scope == "selected"
    listed = exports.listed(dialog)

    dialog.scope_rows.buttons["everything"].setChecked(True)
    everything = exports.listed(dialog)
    dialog.scope_rows.buttons["selected"].setChecked(True)
    dialog.accept()
    exports.wait()

    assert (len(listed), len(everything) > 1) == (1, True)
    assert names(tmp_path / "out") == listed


def test_each_choice_says_how_many_files_it_would_be(make, tmp_path):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, OTHER_MODEL, MODEL, COUNTS_4A))
    exports.space.selection.select((exports.space.session.segments[0].id,))
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out", "vectors", "report")

    rows = dialog.scope_rows
    said = {name: rows._said[name].full_text() for name in rows.buttons}
    assert "2 files, about " in said["selected"]
    assert said["selected"].startswith("16 Cyg B 1538-1 4A")
    assert int(said["everything"].split()[0]) == len(exports.controller.plan(("vectors",))) + 1


def test_a_report_is_of_what_is_chosen_and_its_sections_are_remembered(make, tmp_path, preferences):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL, COUNTS_4A), preferences)
    exports.look_at_response()
    exports.controller.place.follow_session(str(tmp_path / "night.fluxknot"))
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path / "out")

    dialog.sections.sections["figures"].setChecked(False)
    listed = exports.listed(dialog)
    dialog.accept()
    exports.wait()

    place = ExportFolder(preferences)
    place.follow_session(str(tmp_path / "night.fluxknot"))
    [path] = (tmp_path / "out").iterdir()
    text = path.read_text(encoding="utf-8")
    assert listed == [path.name] == ["16-Cyg-B_1538-1_4A_report.html"]
    assert "Limited to Response of 16 Cyg B 1538-1 4A" in text
    assert "Sections that are left out: Figures." in text
    assert place.sections == ("changes", "health", "tables", "files")


def test_the_last_section_of_a_report_cannot_be_taken_away(exports):
    sections = exports.dialog().sections

    for one in sections.sections.values():
        if one.isEnabled():
            one.setChecked(False)

    assert sections.chosen == ("files",)
    assert sections.text() == "1 section"
    assert not sections.sections["files"].isEnabled()


def test_what_is_seen_is_proposed_and_what_was_chosen_is_remembered(make, tmp_path, preferences):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL, COUNTS_4A), preferences)
    exports.look_at_response()
    exports.space.selection.select((exports.space.session.segments[0].id,))
    exports.controller.place.follow_session(str(tmp_path / "night.fluxknot"))
    dialog = exports.dialog()
    proposed = dialog.what
    offered = list(dialog.scope_rows.buttons)

    dialog.scope_rows.buttons["step"].setChecked(True)
    exports.choose(dialog, tmp_path / "out", "vectors")
    dialog.accept()
    exports.wait()
    place = ExportFolder(preferences)
    place.follow_session(str(tmp_path / "night.fluxknot"))

    assert offered == ["seen", "selected", "step", "everything"]
    assert proposed == ("vectors", "tables", "figures")
    assert place.choices == ("step", ("vectors",))
    again = exports.dialog()
    assert (again.scope, again.what) == ("step", ("vectors",))
    assert all("_vector" in name for name in names(tmp_path / "out"))


def test_kinds_that_were_left_as_proposed_follow_what_is_seen(make, tmp_path, preferences):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL), preferences)
    exports.look_at_response()
    exports.space.selection.select((exports.space.session.segments[0].id,))
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out", *dialog.what)
    dialog.accept()
    exports.wait()

    assert exports.controller.place.choices == ("seen", ())


def test_a_figure_gets_the_size_that_was_chosen(exports, tmp_path):
    segment = exports.space.session.segments[0].id
    exports.controller.size = PrintSize("one column", "MNRAS")

    exports.controller.export_figure(NodeKey(RESPONSE.name, segment), str(tmp_path / "a.svg"))
    exports.wait()

    width = ElementTree.parse(tmp_path / "a.svg").getroot().get("width")
    assert float(width.removesuffix("pt")) == pytest.approx(84 / 25.4 * 72, rel=1e-4)


def test_what_would_be_replaced_is_marked_and_needs_an_agreement(exports, tmp_path):
    exports.export(tmp_path / "out", "vectors")
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out", "vectors")

    assert "replaces the file that is there" in exports.listed(dialog)[0]
    assert not dialog._ok.isEnabled()
    dialog.replace_box.setChecked(True)
    assert dialog._ok.isEnabled()


def test_what_was_agreed_to_is_replaced(exports, tmp_path):
    target = tmp_path / "out" / "16-Cyg-B_1538-1_4A_vector.fits"
    target.parent.mkdir()
    target.write_text("older")
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path / "out", "vectors")
    dialog.replace_box.setChecked(True)

    dialog.accept()
    exports.wait()

    assert load(target).kind == "vector"


def test_a_file_that_appeared_meanwhile_is_not_replaced(exports, tmp_path):
    target = tmp_path / "out" / "16-Cyg-B_1538-1_4A_vector.fits"
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path / "out", "vectors")
    target.parent.mkdir()
    target.write_text("of somebody else")

    dialog.accept()
    exports.wait()

    assert target.read_text() == "of somebody else"
    assert "already" in exports.failures[0][0]
    assert exports.written == []


def test_count_rates_that_would_replace_their_table_are_marked(make, tmp_path):
    exports = make(write_files(tmp_path / "data", COUNTS_4A, OTHER_MODEL))
    exports.export(tmp_path / "out", "spectra")
    [written] = [name for name in names(tmp_path / "out") if "x1d" in name]
    assert written.endswith("_x1d.ecsv")
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out", "spectra")

    assert any(line.startswith(written) and "replaces" in line for line in exports.listed(dialog))


@pytest.mark.parametrize(
    ("folder", "said"),
    [("", "Choose a folder"), ("somewhere", "whole path"), ("{file}", "a file, not a folder")],
)
def test_a_folder_that_is_none_is_refused_with_the_reason(exports, tmp_path, folder, said):
    (tmp_path / "file").write_text("")
    dialog = exports.dialog()

    exports.choose(dialog, folder.format(file=tmp_path / "file"), "vectors")

    assert said in dialog.summary.text()
    assert not dialog._ok.isEnabled()


def test_a_folder_that_takes_no_files_is_refused(exports, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_args, **_options: False)
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out", "vectors")

    assert "cannot be written to" in dialog.summary.text()


def test_a_home_folder_is_understood(exports, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    dialog = exports.dialog()
    exports.choose(dialog, "~/out", "vectors")

    dialog.accept()
    exports.wait()

    assert names(tmp_path / "out") == ["16-Cyg-B_1538-1_4A_vector.fits"]


def test_nothing_chosen_is_nothing_to_export(exports, tmp_path):
    dialog = exports.dialog()

    exports.choose(dialog, tmp_path / "out")

    assert not dialog._ok.isEnabled()


def test_what_cannot_be_had_is_skipped_and_told(make, tmp_path):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL))
    impossible = StarResponseParams(breakpoints_um=tuple(np.linspace(19.0, 19.001, 20)))
    session = exports.space.session.with_params(NodeKey(RESPONSE.name, "e1"), impossible)
    edit(exports.space.document, session, "Edit")

    exports.export(tmp_path / "out", "vectors", "report")

    [written] = exports.written
    assert names(tmp_path / "out") == ["report.html"]
    [(name, reason)] = written.skipped
    assert name == "16-Cyg-B_1538-1_4A_vector.fits"
    assert "breakpoint" in reason


def test_a_disk_that_fails_is_told(exports, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))

    exports.export(tmp_path / "out", "vectors")

    assert exports.written == []
    assert "disk is full" in exports.failures[0][0]
    assert names(tmp_path / "out") == []


def test_a_cancelled_export_says_so(exports, tmp_path):
    exports.controller.export(("spectra", "vectors", "tables"), str(tmp_path / "out"))
    exports.space.runner.jobs[0].cancel()
    exports.wait()

    assert exports.written == []
    assert exports.failures == [
        ("Export to out: cancelled.", "What was written before is complete.")
    ]


def test_the_dialog_begins_where_one_exported_last(exports, tmp_path):
    exports.controller.place.follow_data(str(tmp_path / "data"))
    assert exports.dialog().folder == str(tmp_path / "data" / "exports")

    exports.export(tmp_path / "out", "vectors")
    exports.controller.place.follow_data(str(tmp_path / "data"))

    assert exports.controller.place.path == str(tmp_path / "out")


# One figure


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_one_figure_is_written_as_its_suffix_says(exports, tmp_path, suffix):
    path = tmp_path / f"figure.{suffix}"

    exports.controller.export_figure(NodeKey(RESPONSE.name, "e1"), str(path))
    exports.wait()

    head = path.read_bytes()[:64]
    assert {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[suffix] in head
    assert exports.written[0].paths == (path,)


def test_a_suffix_that_is_no_figure_is_refused(exports, tmp_path):
    exports.controller.export_figure(NodeKey(RESPONSE.name, "e1"), str(tmp_path / "figure.doc"))
    exports.wait()

    assert "figure.doc" in exports.failures[0][0]
    assert not (tmp_path / "figure.doc").exists()


def test_the_figure_of_what_cannot_be_had_says_why(exports, tmp_path):
    exports.controller.export_figure(NodeKey(EXTRACT.name, "e9"), str(tmp_path / "figure.pdf"))
    exports.wait()

    assert len(exports.failures) == 1
    assert not (tmp_path / "figure.pdf").exists()


def test_the_name_of_a_figure_says_star_visit_and_band(exports):
    suggested = []
    exports.controller.ask_path = lambda name: suggested.append(Path(name).name) or ""

    exports.controller.ask_figure(NodeKey(RESPONSE.name, "e1"))
    exports.controller.ask_figure(NodeKey("junctions", "16 Cyg B/1538-1@extracted"))
    exports.controller.ask_figure(NodeKey("combine", "*"))

    assert suggested[0] == "16-Cyg-B_1538-1_4A_response.pdf"
    assert suggested[1].endswith("_junctions.pdf")
    assert "16-Cyg-B" in suggested[1]
    assert suggested[2].endswith("combine.pdf")
    assert exports.space.runner.jobs == ()


def test_a_figure_is_called_as_among_all_exports(make, tmp_path):
    exports = make(write_files(tmp_path / "data", CUBE_4A, MODEL))
    suggested = []
    exports.controller.ask_path = lambda name: suggested.append(Path(name).name) or ""
    planned = [one for one in exports.controller.plan(("figures",)) if one.node is not None]
    steps = {one.node.step: one for one in planned}  # one of each step
    assert steps["extract"].name.endswith("_extraction.pdf")

    for one in steps.values():
        exports.controller.ask_figure(one.node)

    assert suggested == [one.name for one in steps.values()]


def test_the_dialog_for_a_name_follows_the_kind_that_is_chosen(qtbot, tmp_path):
    seen = []

    def answer():
        dialog = QApplication.activeModalWidget()
        seen.append((dialog.acceptMode(), dialog.defaultSuffix()))
        dialog.filterSelected.emit("PNG (*.png)")
        seen.append(dialog.defaultSuffix())
        dialog.reject()

    QTimer.singleShot(50, answer)
    kinds = (("PDF", "pdf"), ("PNG", "png"))

    assert ask_save_path(None, "Export this figure", str(tmp_path / "a.pdf"), kinds) == ""
    assert seen == [(QFileDialog.AcceptMode.AcceptSave, "pdf"), "png"]


def test_a_name_that_was_typed_without_a_suffix_gets_it(qtbot, tmp_path):
    def answer():
        dialog = QApplication.activeModalWidget()
        dialog.findChild(QLineEdit).setText(str(tmp_path / "figure"))
        dialog.accept()

    QTimer.singleShot(50, answer)

    chosen = ask_save_path(None, "Export", str(tmp_path / "x.svg"), (("SVG", "svg"),))

    assert chosen == str(tmp_path / "figure.svg")


def test_the_figure_of_the_view_is_of_all_bands_that_it_draws(make, tmp_path):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL, CUBE_4B))
    keys = tuple(NodeKey(CALIBRATE.name, one.id) for one in exports.space.session.segments)
    exports.controller._active = lambda: SimpleNamespace(
        seen=lambda: keys,
        export_key=lambda: keys[0],
        seen_panels=lambda: (SEEN,),
        seen_part=lambda: "",
    )
    asked = []
    exports.controller.ask_path = lambda path: asked.append(Path(path).name) or ""

    exports.controller.ask_figure(keys[0])
    exports.controller.export_figure(keys[0], str(tmp_path / "all.svg"))
    exports.wait()

    assert asked == ["16-Cyg-B_1538-1_calibrated.pdf"]
    drawn = (tmp_path / "all.svg").read_text()
    assert {"4A", "4B"} <= set(re.findall(r">\s*(4[ABC])\s*<", drawn))
    assert ">Axis as it is seen<" in drawn


def test_a_kind_that_gives_no_file_says_so_beside_it(make, tmp_path):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL))
    exports.look_at_response()
    dialog = exports.dialog()
    dialog.scope_rows.buttons["seen"].setChecked(True)

    exports.choose(dialog, tmp_path / "out", "images", "tables")

    assert dialog.no_files["images"].text() == "none here"
    assert not dialog.no_files["images"].isHidden()
    assert dialog.no_files["tables"].isHidden()
    dialog.boxes["images"].setChecked(False)
    assert dialog.no_files["images"].isHidden()


def test_a_folder_is_looked_at_while_it_is_typed(exports, qtbot, tmp_path):
    dialog = exports.dialog()
    exports.choose(dialog, tmp_path, "tables")
    (tmp_path / "responses.ecsv").write_text("there")
    dialog.ask_for_plan()
    agreed = dialog._ok.isEnabled()
    dialog.folder_field.clear()

    qtbot.keyClicks(dialog.folder_field, str(tmp_path / "new"))

    assert not dialog._ok.isEnabled()  # not of the folder that was there before
    qtbot.waitUntil(dialog._ok.isEnabled, timeout=5_000)
    assert not agreed
    assert not any("replaces" in one for one in exports.listed(dialog))


def test_what_is_seen_has_the_axes_that_are_seen_and_everything_has_its_own(make, tmp_path):
    exports = make(write_files(tmp_path / "data", SPECTRUM_4A, MODEL))
    exports.look_at_response()
    exports.controller.formats["figures"] = ("svg",)
    figures = {}

    for scope in ("seen", "everything"):
        dialog = exports.dialog()
        dialog.scope_rows.buttons[scope].setChecked(True)
        exports.choose(dialog, tmp_path / scope, "figures")
        dialog.accept()
        exports.wait()
        [path] = (tmp_path / scope).glob("*_response.svg")
        figures[scope] = path.read_text()

    assert ">Axis as it is seen<" in figures["seen"]
    assert ">Axis as it is seen<" not in figures["everything"]
