"""Choosing the columns of a table: no unit is assumed in silence, the answer is remembered."""

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QWidget

from engine.project.chain import Chain
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from guiapp.controllers.columns import ColumnsController, has_columns
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.settings.preferences import Preferences
from tests.helpers.sessions import entry

ODD = "q,z,other\n5.0,1.0,7\n5.1,1.1,8\n5.2,1.2,9\n"
PLAIN = "wave_um,flux_jy,other\n5.0,1.0,2.0\n5.1,1.1,2.1\n5.2,1.2,2.2\n"
ANGSTROM = """# %ECSV 1.0
# ---
# datatype:
# - {name: q, unit: Angstrom, datatype: float64}
# - {name: z, unit: mJy, datatype: float64}
# schema: astropy-2.0
q z
50000.0 1000.0
51000.0 1100.0
52000.0 1200.0
"""


class Columns:
    """A columns controller over one table (e1)."""

    def __init__(self, qtbot, runner, preferences, path):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        chain = Chain(library=Library())
        session = add_files(Session(), read_files([path], chain.library)).session
        self.space = Workspace(Document(session), Selection(), chain, runner)
        self.controller = ColumnsController(self.space, preferences, self.window)
        self.failures = []
        self.controller.failed.connect(lambda what, hint: self.failures.append((what, hint)))

    @property
    def entry(self):
        return self.space.session.entry("e1")

    @property
    def spectrum(self):
        return self.space.chain.library.product(self.entry, 0)

    def choose(self, dialog, **columns):
        for name, column in columns.items():
            box = dialog.unit_boxes if name.endswith("_unit") else dialog.column_boxes
            box[name.removesuffix("_unit")].setCurrentText(column)
        dialog.accept()
        self.qtbot.waitUntil(lambda: not self.space.runner.jobs)


@pytest.fixture
def make(qtbot, runner, preferences, tmp_path):
    def make(content, name="odd.csv"):
        path = tmp_path / name
        path.write_text(content)
        return Columns(qtbot, runner, preferences, path)

    return make


def test_chosen_columns_make_a_spectrum_undoably(make):
    columns = make(ODD)
    before = columns.space.session

    columns.choose(columns.controller.ask("e1"), wave="q", flux="z", wave_unit="um", flux_unit="Jy")

    assert columns.entry.kind == "spectrum"
    assert list(columns.spectrum.wave_um) == [5.0, 5.1, 5.2]
    assert list(columns.spectrum.flux) == [1.0, 1.1, 1.2]
    stack = columns.space.document.undo_stack
    assert stack.undoText() == "Choose the columns of odd.csv"
    stack.undo()
    assert columns.space.session is before


def test_units_of_the_file_are_used_as_they_are(make):
    columns = make(ANGSTROM, "odd.ecsv")

    dialog = columns.controller.ask("e1")
    columns.choose(dialog, wave="q", flux="z")

    assert list(columns.spectrum.wave_um) == pytest.approx([5.0, 5.1, 5.2])
    assert list(columns.spectrum.flux) == pytest.approx([1.0, 1.1, 1.2])
    assert columns.spectrum.unit == "Jy"


def test_a_unit_that_is_chosen_replaces_that_of_the_file(make):
    columns = make(ANGSTROM, "odd.ecsv")

    columns.choose(columns.controller.ask("e1"), wave="q", flux="z", flux_unit="Jy")

    assert list(columns.spectrum.flux) == pytest.approx([1000.0, 1100.0, 1200.0])


def test_a_unit_that_is_not_in_the_list_is_never_taken_for_another(make):
    odd_unit = ANGSTROM.replace("name: q, unit: Angstrom", "name: q, unit: W m-2 um-1")
    dialog = make(odd_unit, "odd.ecsv").controller.ask("e1")
    flux = dialog.unit_boxes["flux"]
    dialog.column_boxes["flux"].setCurrentText("z")
    assert flux.currentText() == "mJy"

    dialog.column_boxes["flux"].setCurrentText("q")

    assert flux.currentText() == "as in the file"


def test_the_best_guess_is_offered(make):
    dialog = make(PLAIN).controller.ask("e1")

    assert dialog.column_boxes["wave"].currentText() == "wave_um"
    assert dialog.column_boxes["flux"].currentText() == "flux_jy"


def test_a_spectrum_that_was_guessed_wrongly_can_be_read_anew_and_keeps_role_and_name(make):
    columns = make(PLAIN)
    decided = replace(
        columns.entry, role="model", parts=(replace(columns.entry.parts[0], target="10 Lac"),)
    )
    columns.space.document.start_over(columns.space.session.with_entries([decided]))

    columns.choose(columns.controller.ask("e1"), flux="other", flux_unit="Jy")

    assert list(columns.spectrum.flux) == [2.0, 2.1, 2.2]
    assert columns.entry.role == "model"
    assert columns.entry.parts[0].target == "10 Lac"


def test_the_answer_is_offered_for_the_next_file_with_these_columns(make, preferences, tmp_path):
    columns = make(ODD)
    columns.choose(
        columns.controller.ask("e1"), wave="q", flux="other", wave_unit="nm", flux_unit="mJy"
    )
    columns.controller._preferences = Preferences(preferences.path)
    other = make(ODD + "5.3,1.3,10\n", "next.csv")
    other.controller._preferences = Preferences(preferences.path)

    dialog = other.controller.ask("e1")

    assert dialog.mapping() == {"wave": ("q", "nm"), "flux": ("other", "mJy")}


@pytest.mark.parametrize("kept", ["{", "[]", '{"wave": 3}', '{"wave": ["q"]}', "null"])
def test_a_remembered_answer_that_makes_no_sense_is_passed_over(make, preferences, kept):
    columns = make(ODD)
    preferences.set_layout("columns q|z|other", kept)

    dialog = columns.controller.ask("e1")

    assert dialog.mapping().get("wave", ("",))[0] in {"", "q"}


def test_columns_that_make_no_spectrum_say_why_and_change_nothing(make):
    columns = make("q,z\na,b\nc,d\n")
    before = columns.space.session

    columns.choose(columns.controller.ask("e1"), wave="q", flux="z", wave_unit="um")

    assert columns.space.session is before
    assert "odd.csv" in columns.failures[0][0]


def test_a_file_that_is_gone_says_so(make, tmp_path):
    columns = make(ODD)
    (tmp_path / "odd.csv").unlink()

    assert columns.controller.ask("e1") is None
    assert "odd.csv" in columns.failures[0][0]


def test_an_entry_that_is_not_there_asks_nothing(make):
    columns = make(ODD)

    assert columns.controller.ask("e99") is None
    assert columns.failures == []


def test_a_file_that_was_closed_meanwhile_stays_closed(make):
    columns = make(ODD)
    dialog = columns.controller.ask("e1")
    columns.space.document.start_over(Session())

    columns.choose(dialog, wave="q", flux="z", wave_unit="um", flux_unit="Jy")

    assert columns.space.session == Session()


def test_edits_made_while_the_table_is_read_are_kept(make):
    columns = make(ODD)
    dialog = columns.controller.ask("e1")
    dialog.column_boxes["wave"].setCurrentText("q")
    dialog.column_boxes["flux"].setCurrentText("z")
    dialog.unit_boxes["wave"].setCurrentText("um")
    dialog.accept()
    columns.space.document.start_over(columns.space.session.with_exclusion("e9", "tilt"))
    columns.qtbot.waitUntil(lambda: not columns.space.runner.jobs)

    assert columns.entry.kind == "spectrum"
    assert columns.space.session.exclusion("e9") is not None


@pytest.mark.parametrize(
    ("path", "kind", "mapping", "is_table"),
    [
        ("a.csv", "spectrum", "", True),
        ("a.dat.gz", "model spectrum", "", True),
        ("a.fits", "table", "", True),
        ("a.fits", "spectrum", "{}", True),
        ("a_x1d.fits", "spectrum", "", False),
        ("a_s3d.fits", "cube", "", False),
    ],
)
def test_columns_can_be_chosen_of_tables_of_any_kind(path, kind, mapping, is_table):
    one = replace(entry(1, kind=kind), path=path, mapping=mapping)

    assert has_columns(one) is is_table
