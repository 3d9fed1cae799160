"""Tests of guiapp.look.result_table."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication, QStyleOptionHeaderV2, QToolTip

from engine.model.table import Column, ResultTable
from guiapp.look.result_table import ResultTableView


@pytest.fixture
def table():
    return ResultTable(
        "Breakpoints",
        (
            Column("wave_um", "um", np.array([18.2, 20.5, 19.5]), "Vacuum wavelength"),
            Column("factor", "", np.array([1.2116, np.nan, -0.5])),
            Column("flagged", "", np.array([True, False, True])),
            Column("star", "", np.array(["10 Lac", "µ Col", ""])),
            Column("n", "", np.array([3, 40, 500])),
        ),
    )


@pytest.fixture
def view(qtbot, table):
    view = ResultTableView()
    qtbot.addWidget(view)
    view.show_table(table)
    return view


def cell(view, row, column):
    return view.model().index(row, column).data()


def test_places_on_the_sky_that_are_near_can_be_told_apart(view):
    places = np.array([339.815210, 339.815260])
    view.show_table(ResultTable("Corners", (Column("ra", "deg", places),)))

    assert [cell(view, row, 0) for row in (0, 1)] == ["339.81521", "339.81526"]


def test_cells_have_real_minus_dashes_for_nothing_and_one_number_of_decimals(view):
    column = [cell(view, row, 1) for row in range(3)]

    assert column == ["1.2116", "–", "−0.5000"]
    assert [cell(view, row, 0) for row in range(3)] == ["18.2", "20.5", "19.5"]
    assert [cell(view, row, 2) for row in range(3)] == ["yes", "no", "yes"]
    assert cell(view, 2, 3) == "–"


def test_a_value_has_the_decimals_of_its_error(qtbot):
    view = ResultTableView()
    qtbot.addWidget(view)
    ratios = np.array([1.008421, 0.950034, 1.0])
    errors = np.array([0.000171, 0.00243, 0.0183])

    view.show_table(
        ResultTable(
            "Junctions",
            (
                Column("ratio", "", ratios),
                Column("±", "", errors),
                Column("σ", "", np.array([49.2457, 20.562, 0.0])),
            ),
        )
    )

    assert [cell(view, row, 0) for row in range(3)] == ["1.0084", "0.9500", "1.0000"]
    assert [cell(view, row, 1) for row in range(3)] == ["0.0002", "0.0024", "0.0183"]
    assert [cell(view, row, 2) for row in range(3)] == ["49.2", "20.6", "0.0"]


def test_headers_say_symbol_unit_and_meaning(view):
    header = view.model().headerData

    assert header(0, Qt.Orientation.Horizontal) == "λ (µm)"
    tip = header(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "Vacuum wavelength" in tip


def test_numbers_are_right_aligned_and_words_left(view):
    model = view.model()
    align = Qt.ItemDataRole.TextAlignmentRole

    assert model.index(0, 1).data(align) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, 3).data(align) & Qt.AlignmentFlag.AlignLeft


def test_sorting_is_by_value_and_selection_speaks_of_rows_of_the_table(view, qtbot):
    view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert [cell(view, row, 0) for row in range(3)] == ["20.5", "19.5", "18.2"]

    first = view.visualRect(view.model().index(0, 0)).center()
    with qtbot.waitSignal(view.rows_selected) as signal:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=first)

    assert signal.args == [(1,)]


def test_selecting_from_outside_tells_no_one(view, qtbot):
    with qtbot.assertNotEmitted(view.rows_selected):
        view.select_rows((0, 2))

    assert view.selected_rows() == (0, 2)


def test_new_values_of_the_same_rows_keep_the_selection(view, table):
    view.select_rows((1,))

    view.show_table(table)

    assert view.selected_rows() == (1,)


def test_copy_gives_all_digits_and_units_as_tab_separated_text(view, qtbot):
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    view.select_rows((1, 0))

    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QApplication.clipboard().text() == (
        "wave_um [um]\tfactor\tflagged\tstar\tn\n"
        "18.2\t1.2116\tTrue\t10 Lac\t3\n"
        "20.5\tnan\tFalse\tµ Col\t40\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "#"])
def test_copied_text_is_never_run_by_a_sheet_and_numbers_stay(qtbot, start):
    names = np.array([f"{start}1+1", f"a\tb\n{start}2"])
    view = ResultTableView()
    qtbot.addWidget(view)

    view.show_table(
        ResultTable("T", (Column(f"{start}n", "", names), Column("x", "", np.array([-1.5, 2.0]))))
    )

    assert view.text() == f"'{start}n\tx\n'{start}1+1\t-1.5\na b {start}2\t2.0\n"


def test_without_a_selection_everything_is_copied(view):
    assert len(view.text().splitlines()) == 4


def test_everything_is_copied_on_demand_though_rows_are_selected(view):
    view.select_rows((1,))

    assert len(view.text().splitlines()) == 2
    assert len(view.text("all rows").splitlines()) == 4


def test_no_table_is_an_empty_view(view):
    view.show_table(None)

    assert view.model().rowCount() == 0
    assert view.text() == "\n"


def test_columns_that_fit_are_all_seen_when_the_table_becomes_narrower(qtbot):
    view = ResultTableView()
    qtbot.addWidget(view)
    view.resize(360, 300)
    with qtbot.waitExposed(view):
        view.show()
    names, numbers = np.array(["10 Lac", "µ Col"]), np.array([1.01, 0.99])
    three = (Column("star", "", names), Column("a", "", numbers), Column("b", "", numbers))
    view.show_table(ResultTable("Stars", three))

    view.resize(270, 300)

    assert view.horizontalHeader().length() <= view.viewport().width()
    assert view.horizontalScrollBar().maximum() == 0


def test_room_for_the_bar_is_counted_where_the_columns_do_not_fit(view, qtbot):
    view.resize(600, 300)
    with qtbot.waitExposed(view):
        view.show()
    assert view.height_of(3) == view.horizontalHeader().height() + 3 * view.row_height + 2

    view.resize(40, 300)

    bar = view.horizontalScrollBar().sizeHint().height()
    assert view.height_of(3) == view.horizontalHeader().height() + 3 * view.row_height + bar + 2


def test_a_long_text_is_cut_before_a_number_has_to_scroll(dressed, view, qtbot):
    names = np.array(["2MASS J17571324+6703409", "2MASS J18022716+6043356"])
    numbers = np.array([1.02656, 0.98413])
    columns = (Column("star", "", names), Column("C", "", numbers), Column("±", "", numbers))
    view.resize(200, 200)
    with qtbot.waitExposed(view):
        view.show()

    view.show_table(ResultTable("Stars", columns))

    header = view.horizontalHeader()
    assert header.length() <= view.viewport().width()
    assert header.sectionSize(0) < view.sizeHintForColumn(0)
    assert "J17571324" in view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_words_about_a_row_are_cut_before_its_name_or_a_title(dressed, view, qtbot):
    names, reasons = np.array(["10 Lac/1524-16", "µ Col"]), np.array(["target acquisition", ""])
    numbers = np.array([1.02656, 0.98413])
    columns = (
        *(Column("star", "", names), Column("C", "", numbers), Column("±", "", numbers)),
        Column("out", "", reasons),
    )
    view.resize(210, 200)
    with qtbot.waitExposed(view):
        view.show()

    view.show_table(ResultTable("Stars", columns))

    header = view.horizontalHeader()
    assert header.length() <= view.viewport().width()
    assert header.sectionSize(0) >= view.sizeHintForColumn(0)
    assert header.sectionSizeHint(3) <= header.sectionSize(3) < view.sizeHintForColumn(3)


def test_room_that_is_left_is_shared_by_the_columns_behind_the_first(dressed, view, qtbot):
    bands, numbers = np.array(["1A", "1B"]), np.array([1.0475, 1.0455])
    columns = (Column("band", "", bands), Column("flux", "Jy", numbers), Column("C", "", numbers))
    view.resize(400, 200)
    with qtbot.waitExposed(view):
        view.show()

    view.show_table(ResultTable("Bands", columns))

    header = view.horizontalHeader()
    wanted = [max(view.sizeHintForColumn(i), header.sectionSizeHint(i)) for i in range(3)]
    more = [header.sectionSize(i) - wanted[i] for i in range(3)]
    assert header.length() == view.viewport().width()
    assert abs(more[0]) <= 1
    assert abs(more[1] - more[2]) <= 1


def test_columns_are_wide_enough_for_letters_that_became_larger(dressed, view, qtbot):
    view.resize(300, 200)
    view.show()
    before = view.horizontalHeader().length()
    larger = view.font()
    larger.setPixelSize(40)

    view.setFont(larger)

    assert view.horizontalHeader().length() > before
    assert view.columnWidth(0) >= view.sizeHintForColumn(0)


FACTORS = ResultTable(
    "Factors",
    (
        Column("C", "(MJy/sr)/(DN/s)", np.array([-0.0000871, 1.2]), "Curve there"),
        Column("C_error", "(MJy/sr)/(DN/s)", np.array([0.0042, 0.0031]), "One sigma"),
        Column("ratio", "", np.array([1.0, 1.1]), "Right over left"),
        Column("± ratio", "", np.array([0.01, 0.02])),
        Column("flux", "", np.array([1.0, 1.1]), "In the unit of the row"),
        Column("n", "", np.array([3, 4])),
    ),
)


def headers(view, role=Qt.ItemDataRole.DisplayRole):
    columns = range(view.model().columnCount())
    return [view.model().headerData(at, Qt.Orientation.Horizontal, role) for at in columns]


def test_every_measure_tells_its_unit_or_that_it_has_none(qtbot):
    view = ResultTableView(longest_unit=4)
    qtbot.addWidget(view)

    view.show_table(FACTORS)

    assert headers(view) == ["C", "±", "ratio", "±", "flux", "n"]
    assert view.units_left_out() == "C in (MJy/sr)/(DN/s)"
    tips = headers(view, Qt.ItemDataRole.ToolTipRole)
    assert "Curve there; unit: (MJy/sr)/(DN/s)" in tips[0]
    assert "Right over left; dimensionless" in tips[2]
    assert "Dimensionless" in tips[3]
    assert "dimensionless" not in tips[4] + tips[5]


def test_without_room_even_short_units_leave_the_titles(qtbot):
    view = ResultTableView(longest_unit=4)
    qtbot.addWidget(view)
    names = ("flux", "ratio", "level", "offset", "scatter")
    columns = [Column(name, "DN/s", np.array([1.25])) for name in names]
    view.show_table(ResultTable("Wide", (*columns, Column("loss", "percent", np.array([1.0])))))
    view.resize(260, 100)

    with qtbot.waitSignal(view.units_left_out_changed):
        view.show()

    assert headers(view) == [*names, "loss (%)"]
    assert view.units_left_out() == "in DN/s"


def test_where_there_is_room_the_unit_is_in_the_title(qtbot):
    view = ResultTableView()
    qtbot.addWidget(view)

    view.show_table(FACTORS)

    assert headers(view)[:2] == ["C (MJy/sr)/(DN/s)", "±"]
    assert view.units_left_out() == ""


def test_the_smallest_error_of_a_column_is_not_written_as_none(qtbot):
    table = ResultTable(
        "", (Column("S/N", "", np.array([534.1, 9.82])), Column("±", "", np.array([13.7, 0.34])))
    )
    view = ResultTableView()
    qtbot.addWidget(view)

    view.show_table(table)

    assert [view.model().index(1, at).data() for at in (0, 1)] == ["9.8", "0.3"]


def test_what_is_so_by_definition_is_exact_and_not_measured_without_noise(qtbot):
    scale = Column("scale", "", np.array([0.98963, 1.0, 0.84891]))
    error = Column("scale_error", "", np.array([0.00418, 0.0, 0.0]))
    view = ResultTableView()
    qtbot.addWidget(view)

    view.show_table(ResultTable("", (scale, error)))

    assert [cell(view, row, 1) for row in range(3)] == ["0.0042", "exact", "0.0000"]
    tip = view.model().index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "By definition" in tip


def test_a_value_below_its_error_is_not_written_with_an_exponent(qtbot):
    view = ResultTableView()
    qtbot.addWidget(view)

    view.show_table(FACTORS)

    assert [cell(view, row, 0) for row in (0, 1)] == ["−0.0001", "1.2000"]


VECTORS = ResultTable(
    "Vectors",
    (
        Column("overlap", "", np.array(["4A|4B", "4B|4C"])),
        Column("level", "", np.array([1.01234567, 1.1158])),
        Column("±", "", np.array([0.00412345, 0.0031])),
        Column("± syst.", "", np.array([0.0088, 0.0091])),
    ),
)


@pytest.fixture
def narrow(qtbot, dressed):
    """Return a table that has room for its values, but not for their errors beside them."""
    view = ResultTableView()
    qtbot.addWidget(view)
    view.resize(200, 300)
    with qtbot.waitExposed(view):
        view.show()
    view.show_table(VECTORS)
    return view


def click_title(qtbot, view, column, share):
    header = view.horizontalHeader()
    middle = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    place = QPoint(middle, round(share * header.height()))
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def shown_title(view, column):
    option = QStyleOptionHeaderV2()
    view.horizontalHeader().initStyleOptionForIndex(option, column)
    return option.text


def test_without_room_an_error_stands_below_its_value_and_nothing_scrolls(narrow):
    lines = narrow.itemDelegate().lines(narrow.model().index(0, 1), 60, narrow.fontMetrics())

    assert lines == ("1.0123", "±0.0041")
    assert narrow.horizontalHeader().title(1) == "level\n±"
    assert narrow.isColumnHidden(2)
    assert narrow.horizontalHeader().length() <= narrow.viewport().width()
    said = narrow.model().index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "1.0123 ±0.0041"


def test_with_room_again_errors_stand_beside_their_values(narrow):
    with_pairs = narrow.row_height

    narrow.resize(500, 300)

    assert not narrow.isColumnHidden(2)
    assert narrow.row_height < with_pairs


def test_what_stands_below_is_copied_as_a_column_with_all_digits(narrow):
    assert narrow.text().splitlines()[:2] == [
        "overlap\tlevel\t±\t± syst.",
        "4A|4B\t1.01234567\t0.00412345\t0.0088",
    ]


def test_the_lower_half_of_a_title_sorts_by_what_stands_below(narrow, qtbot):
    click_title(qtbot, narrow, 1, 0.25)
    assert [cell(narrow, row, 1) for row in (0, 1)] == ["1.0123", "1.1158"]

    assert shown_title(narrow, 1) == "level ↑\n±"

    click_title(qtbot, narrow, 1, 0.75)
    assert [cell(narrow, row, 2) for row in (0, 1)] == ["0.0031", "0.0041"]
    assert shown_title(narrow, 1) == "level\n± ↑"

    click_title(qtbot, narrow, 1, 0.75)
    assert [cell(narrow, row, 2) for row in (0, 1)] == ["0.0041", "0.0031"]


def test_rows_of_two_lines_are_taller_and_the_table_says_so(narrow, qtbot):
    with qtbot.waitSignal(narrow.height_changed):
        narrow.resize(500, 300)


def test_the_tip_of_two_titles_says_what_both_are(qtbot, dressed):
    view = ResultTableView()
    qtbot.addWidget(view)
    columns = (
        VECTORS.columns[0],
        *(Column(c.name, "", c.values, f"About {c.name}") for c in VECTORS.columns[1:]),
    )
    view.resize(200, 300)
    with qtbot.waitExposed(view):
        view.show()
    view.show_table(ResultTable("Vectors", columns))
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(1) + 5, 5)

    event = QHelpEvent(QEvent.Type.ToolTip, place, header.viewport().mapToGlobal(place))
    QApplication.sendEvent(header.viewport(), event)

    assert "About level" in QToolTip.text()
    assert "About ±" in QToolTip.text()


def test_text_behind_a_number_keeps_away_from_it(qtbot, dressed):
    view = ResultTableView()
    qtbot.addWidget(view)
    names, numbers = np.array(["1", "2"]), np.array([16, 12])
    columns = (Column("array", "", names), Column("q", "", numbers), Column("1st", "", names))

    view.show_table(ResultTable("Arrays", columns))

    assert view.sizeHintForColumn(2) > view.sizeHintForColumn(0)
    assert view.text().splitlines()[1] == "1\t16\t1"


def test_a_dash_says_what_it_means_where_its_column_does(view):
    told = Column("n", "", np.array([3.0, np.nan]), "Samples; none: the error is their own")
    view.show_table(ResultTable("Jumps", (told,)))

    tips = [view.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in (0, 1)]

    assert tips[0] is None
    assert "No number: the error is their own" in tips[1]
