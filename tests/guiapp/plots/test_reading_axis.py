"""Axes are read in the chosen unit: round ticks, at the right places, without another zoom."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from guiapp.look.units import shown_units
from guiapp.plots.reading_axis import ReadingAxis
from guiapp.plots.themed_plot import ThemedPlot


@pytest.fixture(autouse=True)
def usual_units():
    """Put the units back: there is one choice in a process."""
    yield
    shown_units.choose(wave="µm", flux="Jy", line_um=12.3719)


def axis(orientation, label):
    made = ReadingAxis(orientation)
    made.name(label)
    return made


def labeled(made, low, high, size=800.0):
    step, places = made.levels(low, high, size)[0]
    return places, made.tickStrings(places, 1.0, step)


def test_wavenumbers_are_round_and_stand_where_their_wavelengths_are(qapp):
    shown_units.choose(wave="cm⁻¹")

    places, texts = labeled(axis("bottom", "Wavelength (µm)"), 5.0, 28.0)

    numbers = np.array([float(text) for text in texts])
    assert_allclose(1e4 / numbers, places, rtol=1e-9)
    assert len(texts) >= 3
    assert np.all(numbers % 100 == 0)
    assert {"1000", "800", "600", "500", "400"} <= set(texts)  # no wide part of it is bare
    assert np.max(np.diff([5.0, *places, 28.0])) < 5.1


def test_velocities_have_a_tick_at_the_line(qapp):
    shown_units.choose(wave="km/s", line_um=12.3719)

    places, texts = labeled(axis("bottom", "Wavelength (µm)"), 12.3, 12.45)

    assert places[texts.index("0")] == pytest.approx(12.3719)
    assert any(text.startswith("\N{MINUS SIGN}") for text in texts)


def test_magnitudes_are_even_on_a_log_axis_of_flux(qapp):
    shown_units.choose(flux="mag")
    made = axis("left", "Flux density (Jy)")
    made.scale_kind = "log"

    places, texts = labeled(made, -2.0, 0.0)

    magnitudes = [float(text) for text in texts]
    assert len(texts) >= 2
    assert_allclose(8.9 - 2.5 * np.array(places), magnitudes, atol=1e-3)
    assert_allclose(np.diff(magnitudes), np.diff(magnitudes)[0], atol=1e-6)


def test_a_linear_axis_of_flux_is_not_read_in_magnitudes(qtbot, qapp):
    plot = ThemedPlot(name="Profile", x_label="Radius (px)", y_label="Flux density (Jy)")
    qtbot.addWidget(plot)

    shown_units.choose(flux="mag")
    linear = plot._left.full_label, plot._left.labelText
    plot.set_scales("linear", "log")

    assert linear == ("Flux density (Jy)", "Flux density (Jy)")
    assert plot._left.full_label == plot._left.labelText == "Flux density (AB mag)"


def test_a_log_axis_in_mjy_has_decades(qapp):
    shown_units.choose(flux="mJy")
    made = axis("left", "Flux density (Jy)")
    made.scale_kind = "log"

    places, texts = labeled(made, -2.2, 0.2, 300.0)

    assert "100" in texts
    assert places[texts.index("100")] == pytest.approx(-1.0)


def test_far_decades_have_one_notation(qapp):
    shown_units.choose(flux="mJy")
    made = axis("left", "Flux density (Jy)")
    made.scale_kind = "log"

    _, texts = labeled(made, -3.5, 3.5, 300.0)  # to 3 million mJy

    assert len(texts) >= 3
    assert all(text.startswith("10") and text[2:].isprintable() for text in texts)
    assert not {"1", "100", "10000"} & set(texts)


def test_zero_flux_is_no_trouble_where_magnitudes_are_chosen(qapp):
    shown_units.choose(flux="mag")

    places, texts = labeled(axis("left", "Flux density (Jy)"), -0.1, 1.0)

    assert_allclose([float(text.replace("\N{MINUS SIGN}", "-")) for text in texts], places)


def test_labels_do_not_overprint_each_other(qapp):
    shown_units.choose(wave="cm⁻¹")
    made = axis("bottom", "Wavelength (µm)")

    places, _ = labeled(made, 1.0, 28.0, 300.0)

    assert np.all(np.diff(places) * 300.0 / 27.0 > 10.0)


def test_a_choice_of_units_changes_the_label_and_no_zoom(qtbot, qapp):
    plot = ThemedPlot(name="p", x_label="Wavelength (µm)", y_label="Flux density (Jy)")
    qtbot.addWidget(plot)
    plot.set_view(((5.0, 7.0), (0.1, 0.4)))

    shown_units.choose(wave="cm⁻¹", flux="mJy")

    assert plot.view == ((5.0, 7.0), (0.1, 0.4))
    assert plot._bottom.label.toPlainText().strip() == "Wavenumber (cm⁻¹)"
    assert plot._left.label.toPlainText().strip() == "Flux density (mJy)"


def test_a_plot_without_names_of_its_own_is_read_as_the_one_it_is_linked_to(qtbot, qapp):
    upper = ThemedPlot(name="upper", y_label="Flux density (Jy)")
    lower = ThemedPlot(name="lower", x_label="Wavelength (µm)", y_label="Ratio")
    for plot in (upper, lower):
        qtbot.addWidget(plot)
    lower.link_x(upper)
    shown_units.choose(wave="cm⁻¹")

    assert upper._bottom.levels(5.0, 7.0, 400.0) == lower._bottom.levels(5.0, 7.0, 400.0)
    assert upper._left.reading is None
