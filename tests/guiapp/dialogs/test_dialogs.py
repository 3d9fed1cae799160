"""Tests of guiapp.dialogs."""

import logging
import threading

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from guiapp.dialogs.about import AboutDialog
from guiapp.dialogs.ask import SaveChangesDialog, TextDialog
from guiapp.dialogs.column_mapping import ColumnMappingDialog, TableColumn, WantedColumn
from guiapp.dialogs.export import ExportDialog, ExportKind, PlannedFile, PrintChoices
from guiapp.dialogs.keys import KeyRow, KeysDialog
from guiapp.dialogs.message_log import MessageLogDialog, MessageStore, StoreHandler
from guiapp.dialogs.missing_files import MissingFile, MissingFilesDialog
from guiapp.dialogs.preferences import PreferencesDialog
from guiapp.dialogs.recovery import RecoveryDialog, RecoveryRow
from guiapp.dialogs.sheet import Sheet
from guiapp.dialogs.troubles import BugDialog, Trouble, TroubleDialog
from guiapp.dialogs.view_help import ViewHelpDialog
from guiapp.settings.preferences import SETTINGS


@pytest.fixture
def shown(qtbot):
    """Return a function that shows a dialog until the end of the test."""

    def show(dialog):
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    return show


def button(dialog, text):
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == text)


def test_keys_can_be_found_by_what_they_do_and_by_themselves(shown):
    dialog = shown(
        KeysDialog(
            (
                KeyRow("Response plot", "Add a breakpoint", ("a",)),
                KeyRow("File", "Save", ("Ctrl+S",)),
                KeyRow("File", "Collect", (), "no key: rarely needed"),
            )
        )
    )

    dialog.filter_field.setText("file ctrl+s")
    assert dialog.shown() == ("Save",)

    dialog.filter_field.setText("break")
    assert dialog.shown() == ("Add a breakpoint",)


def test_about_says_version_and_places(shown):
    dialog = shown(AboutDialog("0.1.0", (("Log files", "/home/x/log"),)))

    assert "0.1.0" in dialog.heading.text()


def test_a_preference_takes_effect_when_it_is_chosen(shown, qtbot):
    dialog = shown(PreferencesDialog(SETTINGS, {one.name: one.default for one in SETTINGS}))

    with qtbot.waitSignal(dialog.chosen) as signal:
        dialog.fields["theme"].setCurrentText("dark")
    assert signal.args == ["theme", "dark"]

    with qtbot.waitSignal(dialog.chosen) as signal:
        dialog.fields["show_errors"].setChecked(False)
    assert signal.args == ["show_errors", False]


def test_every_preference_has_a_field_that_shows_it_and_takes_its_range(shown, preferences):
    values = {one.name: one.default for one in SETTINGS}
    dialog = PreferencesDialog(SETTINGS, values)
    shown(dialog)
    dialog.chosen.connect(preferences.set)

    for setting in SETTINGS:
        field = dialog.fields[setting.name]
        assert field.accessibleName() == setting.label
        if setting.kind == "integer":
            field.setValue(int(setting.high) + 1)
            assert preferences.integer(setting.name) == setting.high


def test_reset_goes_back_to_every_default(shown, preferences):
    dialog = PreferencesDialog(SETTINGS, {one.name: one.default for one in SETTINGS})
    shown(dialog)
    dialog.chosen.connect(preferences.set)
    dialog.fields["theme"].setCurrentText("dark")
    dialog.fields["workers"].setValue(7)

    button(dialog, "Reset all").click()

    assert preferences.text("theme") == "system"
    assert preferences.integer("workers") == 2


def test_what_is_logged_in_any_thread_is_kept_with_its_traceback(qtbot):
    store = MessageStore()
    handler = StoreHandler(store)
    log = logging.Logger("test")
    log.addHandler(handler)

    def work():
        try:
            int("bad value")
        except ValueError:
            log.exception("It broke")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    log.warning("Look twice")
    qtbot.waitUntil(lambda: len(store.messages) == 2)

    by_text = {message.text: message for message in store.messages}
    assert by_text["It broke"].level == "wrong"
    assert "bad value" in by_text["It broke"].details
    assert by_text["Look twice"].level == "care"


def test_the_log_filters_and_copies_everything_it_lists(shown):
    store = MessageStore()
    dialog = shown(MessageLogDialog(store))
    store.add("note", "Opened 10 Lac")
    store.add("wrong", "It broke", details="Traceback …")

    dialog.level_box.setCurrentIndex(2)
    button(dialog, "Copy all").click()

    text = QApplication.clipboard().text()
    assert "It broke" in text
    assert "Traceback …" in text
    assert "Opened" not in text


def test_an_empty_log_says_so(shown):
    store = MessageStore()
    dialog = shown(MessageLogDialog(store))

    said = [dialog.remark.text()]
    store.add("note", "Opened 10 Lac")
    said.append(dialog.remark.text())
    dialog.filter_field.setText("broke")
    said.append(dialog.remark.text())

    assert said == ["Nothing was said so far.", "Opened 10 Lac", "No message is like that."]


def test_the_log_forgets_the_oldest_when_it_is_full(qtbot):
    store = MessageStore()

    for i in range(5010):
        store.add("note", str(i))

    assert len(store.messages) == 5000
    assert store.messages[0].text == "10"


def test_troubles_are_said_with_the_way_out_and_can_be_copied(shown):
    troubles = tuple(Trouble(f"{i}.fits: cut off.", "Copy it again.") for i in range(8))
    dialog = shown(TroubleDialog("8 files were not opened", troubles))

    button(dialog, "Copy").click()

    lines = QApplication.clipboard().text().splitlines()
    assert lines[7] == "7.fits: cut off. Copy it again."


def test_a_fault_says_where_the_work_is_and_counts_what_follows(shown, qtbot):
    dialog = shown(BugDialog("Traceback: 1/0", "/state/autosave"))

    dialog.count_another()
    button(dialog, "Copy the report").click()
    with qtbot.waitSignal(dialog.save_wanted):
        button(dialog, "Save as…").click()

    assert "/state/autosave" in dialog.said.text()
    assert "1" in dialog.counter.text()
    assert QApplication.clipboard().text() == "Traceback: 1/0"


@pytest.fixture
def recovery(shown):
    rows = (RecoveryRow("a", "law2025", "today"), RecoveryRow("b", "untitled", "yesterday"))
    return shown(RecoveryDialog(rows))


def test_the_newest_work_is_recovered_unless_another_is_chosen(recovery, qtbot):
    with qtbot.waitSignal(recovery.recovered) as signal:
        button(recovery, "Recover").click()

    assert signal.args == ["a"]


def test_throwing_away_names_everything_offered(recovery, qtbot):
    with qtbot.waitSignal(recovery.skipped) as signal:
        button(recovery, "Throw away").click()

    assert signal.args == [("a", "b")]


def test_deciding_later_says_nothing(recovery, qtbot):
    with qtbot.assertNotEmitted(recovery.recovered), qtbot.assertNotEmitted(recovery.skipped):
        qtbot.keyClick(recovery, Qt.Key.Key_Escape)

    assert recovery.result() == QDialog.DialogCode.Rejected


@pytest.mark.parametrize(
    ("text", "answer"), [("Save", "save"), ("Do not save", "discard"), ("Cancel", "cancel")]
)
def test_each_answer_about_changes_has_its_button(shown, text, answer):
    dialog = shown(SaveChangesDialog("law2025.fluxknot"))

    button(dialog, text).click()

    assert dialog.answer == answer


def test_a_reason_must_be_given_and_is_told_without_blanks(shown, qtbot):
    dialog = shown(TextDialog("Exclude", "Why?", action="Exclude", suggestions=("mirror event",)))
    assert not button(dialog, "Exclude").isEnabled()

    qtbot.keyClicks(dialog.field, "  guiding failure ")
    with qtbot.waitSignal(dialog.taken) as signal:
        button(dialog, "Exclude").click()

    assert signal.args == ["guiding failure"]


def test_a_name_can_be_changed_without_suggestions(shown, qtbot):
    dialog = shown(TextDialog("Rename", "Name?", text="10 LAC"))
    dialog.field.selectAll()
    qtbot.keyClicks(dialog.field, "10 Lac")

    assert dialog.text == "10 Lac"


def test_missing_files_are_listed_until_all_are_found(shown):
    missing = (MissingFile("e1", "/old/a_s3d.fits"), MissingFile("e2", "/old/b_s3d.fits"))
    dialog = shown(MissingFilesDialog(missing, "/old"))
    assert dialog.heading.text() == "2 files are missing"

    dialog.show_missing(missing[1:])
    assert dialog.heading.text() == "1 file is missing"

    dialog.show_missing(())
    assert dialog.result() == QDialog.DialogCode.Accepted


@pytest.fixture
def columns(shown):
    return shown(
        ColumnMappingDialog(
            "spitzer.csv",
            (TableColumn("lambda", "um", "5.1, 5.2"), TableColumn("f"), TableColumn("e")),
            (
                WantedColumn("wave", "Wavelength", ("um", "nm"), is_required=True, guess="lambda"),
                WantedColumn("flux", "Flux", ("Jy", "mJy"), is_required=True),
                WantedColumn("error", "Error", ("Jy", "mJy")),
            ),
        )
    )


def test_columns_that_are_needed_must_be_named(columns):
    ok = button(columns, "Use these columns")
    assert not ok.isEnabled()

    columns.column_boxes["flux"].setCurrentText("f")
    columns.unit_boxes["flux"].setCurrentText("mJy")

    assert ok.isEnabled()
    assert columns.mapping() == {"wave": ("lambda", "um"), "flux": ("f", "mJy")}


def test_one_column_cannot_be_two_things(columns):
    columns.column_boxes["flux"].setCurrentText("f")
    columns.column_boxes["error"].setCurrentText("f")

    assert not button(columns, "Use these columns").isEnabled()


@pytest.fixture
def export(shown):
    kinds = (
        ExportKind("spectra", "Spectra"),
        ExportKind("vectors", "Vectors", reason="No vector is fitted yet."),
        ExportKind("tables", "Tables"),
    )
    return shown(ExportDialog(kinds, "/data/out", chosen=("spectra", "vectors")))


def test_nothing_is_exported_before_its_names_are_known(export):
    assert not button(export, "Export").isEnabled()


def test_what_cannot_be_had_cannot_be_chosen_and_says_why(export):
    assert export.what == ("spectra",)
    assert not export.boxes["vectors"].isEnabled()
    assert "No vector" in export.boxes["vectors"].toolTip()


def test_a_choice_asks_for_a_plan(export, qtbot):
    with qtbot.waitSignal(export.plan_wanted) as signal:
        export.boxes["tables"].setChecked(True)

    assert signal.args == [("spectra", "tables"), "/data/out"]


def test_new_files_can_be_exported_at_once(export):
    export.show_plan((PlannedFile("a.fits"), PlannedFile("b.fits")))

    assert button(export, "Export 2 files").isEnabled()
    assert not export.may_replace


def test_files_that_are_there_are_replaced_only_when_agreed(export):
    export.show_plan((PlannedFile("a.fits"), PlannedFile("b.fits", is_there=True)))
    ok = button(export, "Export 2 files")
    assert "replaces" in export.files.item(0).text()
    assert not ok.isEnabled()

    export.replace_box.setChecked(True)

    assert ok.isEnabled()
    assert export.may_replace


def test_agreeing_once_does_not_hold_for_another_plan(export):
    export.show_plan((PlannedFile("b.fits", is_there=True),))
    export.replace_box.setChecked(True)

    export.show_plan((PlannedFile("c.fits", is_there=True),))

    assert not export.may_replace


def test_formats_of_every_kind_can_be_chosen_and_choosing_one_wants_the_kind(shown, qtbot):
    kinds = (
        ExportKind("tables", "Tables", formats=("ecsv", "csv")),
        ExportKind("images", "Images", formats=("fits",)),
    )
    dialog = shown(ExportDialog(kinds, "/data/out", formats={"tables": ("csv",)}))
    assert dialog.formats == {"tables": ("csv",)}

    with qtbot.waitSignal(dialog.plan_wanted) as signal:
        dialog.format_boxes["tables"].setCurrentText("all")
        dialog.format_boxes["tables"].activated.emit(2)

    assert signal.args[0] == ("tables",)
    assert dialog.formats == {"tables": ("ecsv", "csv")}


def test_a_journal_is_asked_for_where_the_size_is_one_of_a_journal(shown):
    sizes = PrintChoices(("as designed", "one column"), ("AAS", "A&A"), "as designed", "A&A")
    dialog = shown(ExportDialog((ExportKind("figures", "Figures"),), "/data/out", sizes=sizes))
    assert not dialog.size_row.journal_box.isEnabled()

    dialog.size_row.width_box.setCurrentText("one column")

    assert dialog.size_row.journal_box.isEnabled()
    assert dialog.print_size == ("one column", "A&A")


def test_a_plan_that_fails_says_why(export):
    export.show_plan((), "out: the folder cannot be written to.")

    assert export.summary.text() == "out: the folder cannot be written to."
    assert not button(export, "Export").isEnabled()


def test_help_over_a_large_window_shows_more_of_its_page(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    sizes = []
    for width, height in ((1280, 720), (1920, 1080)):
        window.resize(width, height)
        sizes.append(ViewHelpDialog("Response", "What it shows.", parent=window).size())

    small, large = sizes
    assert small.height() < 720
    assert large.height() > small.height() + 60
    assert large.width() > small.width() + 200


def test_what_is_said_at_length_later_covers_nothing_above_it(qtbot):
    dialog, rows, said = Sheet("Health check"), QWidget(), QLabel("Short.")
    qtbot.addWidget(dialog)
    rows.setMinimumHeight(200)
    said.setWordWrap(True)
    dialog.body.addWidget(rows, 1)
    dialog.body.addWidget(said)
    dialog.show()
    QApplication.processEvents()

    said.setText("Open its count rates with lamp spectra. " * 40)
    QApplication.processEvents()

    assert rows.geometry().bottom() < said.geometry().top()
    assert said.height() >= said.heightForWidth(said.width())
