"""Tests of guiapp.plots.axes."""

from itertools import pairwise

import pytest
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QApplication

from guiapp.plots.axes import NumberAxis, fitted_label, sized_label
from guiapp.plots.themed_plot import ThemedPlot


@pytest.mark.parametrize("size", [70.0, 110.0, 165.0, 240.0, 700.0])
@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("linear", (2022.4, 2024.3)),
        ("linear", (2023.1, 2023.4)),
        ("linear", (-1.2, 1.2)),
        ("linear", (4.9, 28.1)),
        ("log", (1.7, 5.3)),
        ("log", (3.9, 4.9)),
        ("log", (-1.1, -0.5)),
    ],
)
def test_labels_beside_each_other_never_overprint(qapp, ends, size, kind):
    axis = NumberAxis("bottom")
    axis.scale_kind = kind
    low, high = ends

    (step, values), *_ = axis.levels(low, high, size)

    metrics = QFontMetricsF(QApplication.font())
    texts = axis.tickStrings(values, 1.0, step)
    assert texts
    assert len(set(texts)) == len(texts)
    columns = [(value - low) / (high - low) * size for value in values]
    halves = [0.5 * metrics.horizontalAdvance(text) for text in texts]
    ends_of = list(zip(columns, halves, strict=True))
    for (left, half), (right, other) in pairwise(ends_of):
        assert right - other - (left + half) >= 0.0


def test_years_lose_the_decimals_that_they_do_not_need(qapp):
    axis = NumberAxis("bottom")
    axis.pixels_per_label = 90.0

    (step, values), *_ = axis.levels(2022.4, 2024.3, 165.0)

    assert axis.tickStrings(values, 1.0, step) == ["2023", "2024"]


def test_a_small_log_axis_keeps_the_roundest_of_its_numbers(qapp):
    axis = NumberAxis("bottom")
    axis.scale_kind = "log"
    axis.pixels_per_label = 70.0

    (step, values), *_ = axis.levels(3.9, 4.9, 100.0)

    assert axis.tickStrings(values, 1.0, step) == ["10000", "30000"]


@pytest.mark.parametrize("room", [60.0, 120.0, 400.0])
def test_a_label_without_room_gives_its_name_and_keeps_its_unit(qapp, room):
    metrics = QFontMetricsF(QApplication.font())

    for label in ("2MASS J17571324+6703409 (Jy)", "Removed (%)", "Observed / model"):
        shown = fitted_label(label, room)

        assert metrics.horizontalAdvance(shown) <= room
        assert shown.endswith(label[label.find("(") :] if "(" in label else ("model", "Ratio"))
        assert (shown == label) == (metrics.horizontalAdvance(label) <= room)


def test_the_error_of_a_budget_gets_its_symbol_in_a_low_plot(qapp):
    metrics = QFontMetricsF(QApplication.font())

    assert fitted_label("Error (%)", metrics.horizontalAdvance("σ (%)") + 1.0) == "σ (%)"


def test_a_label_from_a_file_is_text_and_no_markup(qapp):
    axis = NumberAxis("bottom")

    axis.setLabel("<img src='x'> <b>Level</b> & (a<b)")

    assert axis.label.toPlainText().strip() == "<img src='x'> <b>Level</b> & (a<b)"


def test_a_unit_alone_is_written_where_nothing_of_the_name_would_be_left(qapp):
    room = QFontMetricsF(QApplication.font()).horizontalAdvance("(MJy/sr per DN/s)") + 4

    assert fitted_label("Factor (MJy/sr per DN/s)", room) == "(MJy/sr per DN/s)"
    assert fitted_label("C (MJy/sr per DN/s)", room) == "C"


@pytest.mark.parametrize(
    ("longest", "shown"),
    [
        ("Count rate (DN/s)", "Count rate (DN/s)"),
        ("Count r… (DN/s)", "Rate (DN/s)"),
        ("Ra (DN/s)", "(DN/s)"),
    ],
)
def test_a_quantity_gets_a_shorter_name_before_it_is_left_out(qapp, longest, shown):
    room = QFontMetricsF(QApplication.font()).horizontalAdvance(longest) + 1

    assert fitted_label("Count rate (DN/s)", room) == shown


def test_the_unit_stands_for_a_spaxel_that_would_be_cut(qapp):
    room = QFontMetricsF(QApplication.font()).horizontalAdvance("Spa… (DN/s)")

    assert fitted_label("Spaxel (DN/s)", room) == "(DN/s)"


def test_a_ratio_to_what_has_a_long_name_is_called_a_ratio(qapp):
    room = QFontMetricsF(QApplication.font()).horizontalAdvance("C / as propo")

    assert fitted_label("C / as proposed", room) == "Ratio"


def test_numbers_above_each_other_never_touch(qapp):
    axis = NumberAxis("left")
    axis.pixels_per_label = 32.0

    (_, values), *_ = axis.levels(3.135, 3.225, 60.0)

    height = QFontMetricsF(QApplication.font()).height()
    assert len(values) >= 2
    assert min(b - a for a, b in pairwise(values)) * 60.0 / 0.09 >= height


def test_a_unit_that_is_longer_than_its_axis_is_left_out_whole(qapp):
    metrics = QFontMetricsF(QApplication.font())
    room = metrics.horizontalAdvance("(MJy/sr per DN/s)") - 5.0

    assert fitted_label("Factor (MJy/sr per DN/s)", room) == "Factor"


@pytest.mark.parametrize("share", [1.01, 0.93, 0.86, 0.79])
def test_a_symbol_with_a_long_unit_is_made_smaller_before_its_unit_is_left_out(qapp, share):
    label = "C (MJy/sr per DN/s)"
    room = share * QFontMetricsF(QApplication.font()).horizontalAdvance(label)

    shown, size = sized_label(label, room)

    assert shown == label
    assert size == pytest.approx(share, abs=0.011)


@pytest.mark.parametrize("height", [96, 120, 140, 155, 165])
def test_the_label_of_a_low_plot_ends_within_it(qtbot, height):
    plot = ThemedPlot(name="C(t)", x_label="Days", y_label="C (MJy/sr per DN/s)")
    qtbot.addWidget(plot)
    plot.resize(500, height)
    with qtbot.waitExposed(plot):
        plot.show()
    axis = plot.getPlotItem().getAxis("left")
    plot.set_view(((0.0, 2000.0), (0.7, 0.9)))

    plot.grab()

    upright = axis.label.mapRectToScene(axis.label.boundingRect())
    margin = axis.label.document().documentMargin()
    assert axis.label.toPlainText().startswith("C")
    assert plot.rect().top() <= upright.top() + margin
    assert upright.bottom() - margin <= plot.rect().bottom() + 1


def test_names_of_categories_shrink_where_they_would_touch_and_numbers_do_not(qtbot):
    plot = ThemedPlot(name="Subarrays", x_label="Subarray")
    qtbot.addWidget(plot)
    plot.resize(200, 160)
    with qtbot.waitExposed(plot):
        plot.show()
    axis = plot.getPlotItem().getAxis("bottom")
    plot.set_view(((-0.5, 4.5), (0.0, 1.0)))
    axis.names = ("BRIGHT", "FULL", "SUB128", "SUB256", "SUB64")
    plot.grab()
    named = axis.style["tickFont"]

    axis.names = ()
    axis.picture = None
    plot.grab()

    assert named.pointSizeF() < QApplication.font().pointSizeF()
    assert axis.style["tickFont"] is None


def test_the_grid_counts_the_same_pixels_as_the_numbers(qtbot, monkeypatch):
    plot = ThemedPlot(name="Spectrum", x_label="Wavelength (µm)")
    qtbot.addWidget(plot)
    asked, levels = set(), NumberAxis.levels

    def remembered(axis, low, high, size):
        asked.add((axis.orientation, size))
        return levels(axis, low, high, size)

    monkeypatch.setattr(NumberAxis, "levels", remembered)
    plot.resize(1000, 300)
    plot.set_view(((4.0, 29.7), (0.0, 1.0)))
    asked.clear()

    plot.grab()

    assert sorted(side for side, _ in asked) == ["bottom", "left"]
