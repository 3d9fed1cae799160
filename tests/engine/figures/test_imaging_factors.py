"""Tests of engine.figures.imaging_factors: what stands in the figures."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.figures import write_figure
from engine.figures.imaging_factors import (
    draw_factor_averages,
    draw_factor_panels,
    draw_observations,
    draw_source_types,
)
from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.panel_sets import panel_set
from engine.imaging.source_types import compare_source_types
from engine.model.provenance import Provenance
from tests.helpers.imaging_demo_table import demo_observations
from tests.helpers.imaging_tables import imaging_table


@pytest.fixture(scope="module")
def study():
    table, _ = demo_observations()
    return measure_factors(table, FactorParams(time="published"))


def test_one_filter_has_eight_panels_with_the_axes_of_the_paper(study):
    figure = Figure()

    draw_factor_panels(figure, panel_set(study, "F1280W"))

    shown = [axes for axes in figure.axes if axes.get_xlabel()]
    assert [axes.get_xlabel() for axes in shown][:3] == [
        "Model flux (mJy)", "Background (DN/s)", "Day (MJD − 59720)",
    ]  # fmt: skip
    assert [axes.get_xscale() for axes in shown] == [
        "log", "log", "linear", "linear", "log", "linear", "log", "linear",
    ]  # fmt: skip
    own = study.of("F1280W").average
    assert any(f"{own.mean:.4f}" in text.get_text() for text in shown[0].texts)


def test_one_parameter_has_a_named_panel_for_each_filter(study):
    figure = Figure()

    draw_factor_panels(figure, panel_set(study, "model_flux_mjy"))

    names = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert {"F560W", "FND", "F2300C"} <= set(names)
    assert "Fig. 10" in figure.get_suptitle()


def test_what_lies_beyond_is_counted_and_not_drawn_over_the_rest(study):
    figure = Figure()

    draw_factor_panels(figure, panel_set(study, "F560W"))

    low, high = figure.axes[0].get_ylim()
    assert high < 0.5  # an outlier lies at 0.61
    assert "2 beyond" in [text.get_text() for text in figure.axes[0].texts]
    assert low < study.of("F560W").average.mean < high


def test_a_parameter_that_nobody_knows_is_said(tmp_path):
    table = imaging_table(2, mjd=[59800.0, 59830.0], model_jy=[1e-3, 1.001e-3])
    panels = panel_set(measure_factors(table), "F770W")

    path = write_figure(
        tmp_path / "panels.png",
        lambda figure: draw_factor_panels(figure, panels),
        provenance=Provenance("0"),
    )

    figure = Figure()
    draw_factor_panels(figure, panels)
    said = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert path.stat().st_size > 1000
    assert said.count("not known") == 4  # background, peak, well depth, integration time


def test_suspected_stars_are_named_over_wavelength(study):
    figure = Figure()

    draw_factor_averages(figure, study)

    [axes] = figure.axes
    assert {"HD 180609", "C26202"} <= {text.get_text() for text in axes.texts}
    assert axes.get_xticklabels()[0].get_text() == "F560W"


def test_types_stand_beside_each_other_with_their_means(study):
    figure = Figure()
    types = compare_source_types(study)

    draw_source_types(figure, types)

    [axes] = figure.axes
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert names == ["hot stars", "A dwarfs", "solar analogs"]
    assert len(axes.containers) == len(types.ratios) + len(types.means)


def test_observations_are_drawn_over_their_dates(study):
    figure = Figure()

    draw_observations(figure, study.table)

    [axes] = figure.axes
    assert len(axes.get_yticklabels()) == 14
    low, high = axes.get_xlim()
    assert low < np.nanmin(study.table.mjd) < np.nanmax(study.table.mjd) < high
