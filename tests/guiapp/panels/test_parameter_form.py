"""Tests of guiapp.panels.parameter_form and fields."""

import math

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from engine.analyses import ANALYSES, FieldSpec
from guiapp.look.numbers import broken
from guiapp.panels.parameter_form import ParameterForm

SPECS = (
    FieldSpec("radius", "Radius", "number", "Eq. 1", "FWHM", 0.5, 3.0, 0.05, 2),
    FieldSpec("degree", "Degree", "integer", "Of the pieces.", low=1, high=5, step=1, decimals=0),
    FieldSpec("method", "Method", "choice", "How.", choices=("unbiased", "pipeline")),
    FieldSpec("cutoffs", "Cut-offs", "pair", "Range.", "µm", 0.6, 30.0, 0.01, 3),
    FieldSpec("center", "Center", "center", "Where.", "spaxel", decimals=2, choices=("auto",)),
    FieldSpec("anchor", "Anchor", "text", "Band."),
    FieldSpec("masks", "Masks", "list", "Ranges.", "µm"),
)
DEFAULTS = {
    "radius": 2.0,
    "degree": 3,
    "method": "unbiased",
    "cutoffs": (None, None),
    "center": "auto",
    "anchor": "",
    "masks": (),
}


@pytest.fixture
def form(qtbot):
    form = ParameterForm(SPECS, DEFAULTS)
    qtbot.addWidget(form)
    form.resize(280, 400)
    with qtbot.waitExposed(form):
        form.show()
    return form


def number(form, name):
    return form.rows[name].field.edit


def typed(qtbot, edit, text, *, key=Qt.Key.Key_Return):
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    if key:
        qtbot.keyClick(edit, key)


def test_enter_commits_a_number_once(form, qtbot):
    heard = []
    form.edited.connect(lambda name, value: heard.append((name, value)))

    typed(qtbot, number(form, "radius"), "2.5")
    number(form, "radius").clearFocus()

    assert heard == [("radius", 2.5)]


def test_leaving_the_field_commits(form, qtbot):
    with qtbot.waitSignal(form.edited) as signal:
        typed(qtbot, number(form, "degree"), "4", key=Qt.Key.Key_Tab)

    assert signal.args == ["degree", 4]
    assert isinstance(signal.args[1], int)


def test_typing_alone_changes_nothing(form, qtbot):
    with qtbot.assertNotEmitted(form.edited):
        typed(qtbot, number(form, "radius"), "2.5", key=None)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("radius", "9", "At most 3 FWHM."),
        ("radius", "0.1", "At least 0.5 FWHM."),
        ("radius", "wide", "“wide” is not a number."),
        ("radius", "", "A number is needed here."),
        ("degree", "2.5", "A whole number is needed."),
        ("radius", "nan", "“nan” is not a number."),
    ],
)
def test_a_value_that_cannot_be_used_says_why_and_is_not_told(form, qtbot, name, text, why):
    edit = number(form, name)

    with qtbot.assertNotEmitted(form.edited):
        typed(qtbot, edit, text or " ")

    assert form.rows[name].problem.text() == why
    assert form.rows[name].problem.isVisible()
    assert edit.accessibleDescription() == why


def test_a_good_value_takes_the_problem_away(form, qtbot):
    typed(qtbot, number(form, "radius"), "9")

    typed(qtbot, number(form, "radius"), "1.5")

    assert form.rows["radius"].problem.isHidden()


def test_escape_goes_back_to_the_value(form, qtbot):
    typed(qtbot, number(form, "radius"), "9", key=Qt.Key.Key_Escape)

    assert number(form, "radius").text() == "2.00"
    assert form.rows["radius"].problem.isHidden()


def test_arrow_keys_step_inside_the_range(form, qtbot):
    heard = []
    form.edited.connect(lambda name, value: heard.append(value))
    edit = number(form, "degree")
    edit.setFocus()

    for _ in range(4):
        qtbot.keyClick(edit, Qt.Key.Key_Up)

    assert heard == [4, 5]


def test_a_unit_typed_behind_the_number_is_understood(form, qtbot):
    with qtbot.waitSignal(form.edited) as signal:
        typed(qtbot, number(form, "radius"), "1.25 FWHM")

    assert signal.args == ["radius", 1.25]


def test_digits_beyond_those_shown_are_neither_lost_nor_told_as_an_edit(form, qtbot):
    form.set_values({"radius": 2.123456789})
    edit = number(form, "radius")

    with qtbot.assertNotEmitted(form.edited):
        edit.setFocus()
        edit.clearFocus()

    assert edit.text() == "2.123456789"


def test_a_changed_value_is_marked_and_can_be_reset(form, qtbot):
    form.set_values({"radius": 2.5})
    row = form.rows["radius"]
    assert row.reset.isVisible()
    assert row.label.property("changed") == "true"

    with qtbot.waitSignal(form.edited) as signal:
        row.reset.click()

    assert signal.args == ["radius", 2.0]
    assert not row.reset.isVisible()
    assert row.label.property("changed") == "false"


def test_showing_values_is_not_an_edit(form, qtbot):
    with qtbot.assertNotEmitted(form.edited):
        form.set_values(
            {"method": "pipeline", "cutoffs": (5.0, None), "center": (3.0, 4.5), "anchor": "2A"}
        )

    assert form.rows["method"].field.box.currentText() == "pipeline"
    assert [edit.text() for edit in form.rows["cutoffs"].field.edits] == ["5.0", ""]
    assert [edit.text() for edit in form.rows["center"].field.edits] == ["3.00", "4.50"]


def test_a_choice_is_told_when_the_user_makes_it(form, qtbot):
    box = form.rows["method"].field.box
    box.setFocus()

    with qtbot.waitSignal(form.edited) as signal:
        qtbot.keyClick(box, Qt.Key.Key_Down)

    assert signal.args == ["method", "pipeline"]


def test_either_end_of_a_pair_may_be_empty(form, qtbot):
    low, high = form.rows["cutoffs"].field.edits

    with qtbot.waitSignal(form.edited) as signal:
        typed(qtbot, high, "20.9")
    assert signal.args == ["cutoffs", (None, 20.9)]

    with qtbot.waitSignal(form.edited) as signal:
        typed(qtbot, low, "17.76")
    assert signal.args == ["cutoffs", (17.76, 20.9)]


def test_a_pair_in_the_wrong_order_says_why(form, qtbot):
    form.set_values({"cutoffs": (17.0, 20.0)})

    with qtbot.assertNotEmitted(form.edited):
        typed(qtbot, form.rows["cutoffs"].field.edits[0], "21")

    assert "below" in form.rows["cutoffs"].problem.text()


def test_a_center_is_a_word_or_a_pixel(form, qtbot):
    heard = []
    form.edited.connect(lambda name, value: heard.append((name, value)))
    form.set_values({"center": (3.0, 4.5)})

    typed(qtbot, form.rows["center"].field.edits[0], "7.25")

    assert heard == [("center", (7.25, 4.5))]


def test_a_list_says_how_many_there_are(form):
    said = []
    for value in ((), (1, 2, 3), None):
        form.set_values({"masks": value})
        said.append(form.rows["masks"].field.label.full_text())

    assert said == ["none", "3", "automatic"]


def test_tooltips_say_the_source_and_the_default(form):
    tip = broken(form.rows["radius"].label.toolTip())

    assert "Eq. 1" in tip
    assert "Default: 2.00 FWHM." in tip


def test_other_specs_replace_the_form(form):
    form.show_specs(SPECS[:1], DEFAULTS)

    assert list(form.rows) == ["radius"]


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
def test_every_analysis_has_a_form_that_shows_its_defaults(qtbot, analysis):
    defaults = {spec.name: analysis.default(spec.name) for spec in analysis.fields}
    form = ParameterForm(analysis.fields, defaults)
    qtbot.addWidget(form)

    for name, row in form.rows.items():
        assert row.reset.isHidden(), name
        assert row.field.focus_widgets()[0].accessibleName(), name


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
def test_the_default_of_every_number_is_one_that_can_be_typed(analysis):
    for spec in analysis.fields:
        default = analysis.default(spec.name)
        if spec.kind in {"number", "integer"} and default is not None:
            assert not (math.isfinite(spec.low) and default < spec.low), spec.name
            assert not (math.isfinite(spec.high) and default > spec.high), spec.name


def test_an_empty_field_says_what_it_stands_for_and_a_number_may_be_emptied(qtbot):
    specs = (
        FieldSpec("anchor", "Anchor", "text", "Band.", automatic="middle band"),
        FieldSpec("order", "Order", "integer", "Of it.", decimals=0, automatic="by F-test"),
    )
    form = ParameterForm(specs, {"anchor": "", "order": None})
    qtbot.addWidget(form)
    form.set_values({"anchor": "", "order": 3})
    told = []
    form.edited.connect(lambda name, value: told.append((name, value)))

    assert form.rows["anchor"].field.edit.placeholderText() == "auto: middle band"
    edit = number(form, "order")
    edit.clear()
    edit.commit()

    assert told == [("order", None)]
    assert edit.placeholderText() == "auto: by F-test"


def test_a_wide_form_has_its_labels_in_one_line(qtbot):
    specs = (FieldSpec("fewest", "Fewest samples of an overlap", "integer", "Of it.", decimals=0),)
    form = ParameterForm(specs, {"fewest": 3})
    qtbot.addWidget(form)
    label = form.rows["fewest"].label
    whole = label.fontMetrics().horizontalAdvance(label.text())
    form.show()
    form.resize(276, 100)
    QApplication.processEvents()
    narrow = label.width()

    form.resize(640, 100)
    QApplication.processEvents()

    assert narrow < whole < label.width()


def test_a_choice_in_shorter_words_is_told_as_it_is(qtbot):
    spec = FieldSpec(
        "ranges", "Ranges", "choice", "Which.",
        choices=("own and masks of the response", "own"), choice_words=("own and masks", "own"),
    )  # fmt: skip
    form = ParameterForm((spec,), {"ranges": "own"})
    qtbot.addWidget(form)
    box = form.rows["ranges"].field.box
    assert box.currentText() == "own"

    with qtbot.waitSignal(form.edited) as signal:
        qtbot.keyClick(box, Qt.Key.Key_Up)

    assert signal.args == ["ranges", "own and masks of the response"]
    form.set_values({"ranges": "own and masks of the response"})
    assert box.currentText() == "own and masks"


def test_every_choice_is_whole_in_a_small_window(dressed, qtbot):
    form = ParameterForm((SPECS[2],), {"method": "unbiased"})
    qtbot.addWidget(form)
    form.resize(276, 100)
    with qtbot.waitExposed(form):
        form.show()
    box = form.rows["method"].field.box
    specs = [spec for analysis in ANALYSES for spec in analysis.fields if spec.kind == "choice"]

    cut = []
    for spec in specs:
        for word in spec.choice_words or spec.choices:
            box.setItemText(box.currentIndex(), word)
            cut += [(spec.label, word)] if box.shown_text() != word else []

    assert cut == []


def test_many_empty_lists_share_one_line_and_a_filled_one_has_its_own(qtbot):
    names = ("masks", "held", "breaks")
    specs = tuple(FieldSpec(name, name.title(), "list", f"Made by {name}.") for name in names)
    form = ParameterForm(specs, dict.fromkeys(names, ()))
    qtbot.addWidget(form)
    form.show()
    together = [form.rows[name].label.isVisible() for name in names]
    said, tip = form.empty.text(), form.empty.toolTip()

    form.set_values({"masks": (1.0,), "held": (), "breaks": ()})

    assert together == [False, False, False]
    assert said == "None: masks, held, breaks"
    assert "Made by held." in tip
    assert [form.rows[name].label.isVisible() for name in names] == [True, True, True]
    assert not form.empty.isVisible()


def test_a_choice_that_has_no_room_beside_its_label_stands_below_it(qtbot):
    words = ("significant jumps", "every junction")
    specs = (
        FieldSpec("where", "Stitch at", "choice", "Where.", choices=words),
        FieldSpec("anchor", "Anchor band", "text", "Band.", automatic="middle band"),
        FieldSpec("degree", "Degree", "integer", "Of the pieces.", low=1, high=5, decimals=0),
    )
    form = ParameterForm(specs, {"where": words[1], "anchor": "", "degree": 3})
    qtbot.addWidget(form)
    form.resize(220, 400)
    with qtbot.waitExposed(form):
        form.show()

    def are_beside():
        QApplication.processEvents()
        rows = form.rows.values()
        return [row.field.x() > row.label.x() for row in rows]

    box = form.rows["where"].field.box
    assert are_beside() == [False, False, True]
    assert box.width() >= box.width_of_choices()
    form.resize(360, 400)
    assert are_beside() == [True, True, True]
    assert box.width() >= box.width_of_choices()
