"""Another version is in view, unless the user zoomed, and by how much it differs is said."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.repeatability import measure_repeatability
from engine.mrs.star_combination import CombinationParams, combine_stars
from guiapp.views.repeatability import RepeatabilityView
from guiapp.views.segment_curve import SegmentCurve
from guiapp.views.spectra import SpectraView
from guiapp.views.star_combination import StarCombinationView
from guiapp.views.trends import TrendsView
from guiapp.views.version_difference import version_difference, with_room_for
from tests.guiapp.views.test_trends import made_table, measure_trends
from tests.helpers.mouse import wheel
from tests.helpers.star_vectors import star_vectors
from tests.helpers.visits import drawn_visits

_WAVE = np.linspace(4.9, 5.74, 300)


def _curve(level, segment_id="e1"):
    flux = np.full(300, level)
    return SegmentCurve(
        segment_id, "1A", "Jy", _WAVE, flux, 0.01 * flux, np.full(300, 1.0), flux / 1.0
    )


@pytest.fixture
def spectra_view(qtbot):
    view = SpectraView()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.show_curves("Star/1-1", "calibrated", (_curve(1.0),))
    return view


def test_median_and_rms_are_those_of_the_differences():
    percent = np.array([1.0, -3.0, np.nan, 2.0])

    found = version_difference(np.array([5.0, 6.0, 7.0, 8.0]), percent)

    assert found.short == f"median 1.00 %, rms {np.sqrt(14 / 3):.2f} %"
    assert found.whole.endswith("at most −3.00 %, λ 6.00 µm")


def test_versions_without_a_common_sample_have_no_difference():
    assert version_difference(_WAVE, np.full(300, np.nan)) is None


def test_a_logarithmic_axis_keeps_its_lower_end_above_zero():
    bounds = with_room_for((0.0, 1.0, 1.0, 10.0), (np.full(5, 0.5), np.full(5, 0.1)))

    assert 0.0 < bounds[2] < 0.1


def test_what_is_not_seen_takes_no_room():
    own = (5.0, 18.0, -1.0, 1.0)

    assert with_room_for(own, (np.array([10.0, 28.0]), np.array([0.5, -40.0]))) == own


def test_the_ratio_of_spectra_is_fitted_to_another_version_and_told(spectra_view):
    spectra_view.show_other((_curve(0.5, "o1"),), "old")

    low, high = spectra_view.ratio_plot.view[1]
    assert low < 1.0
    assert high > 2.0
    assert spectra_view.others.note.text == "median 100.00 %, rms 100.00 % over old"

    spectra_view.show_other((), "")

    assert spectra_view.ratio_plot.view[1][1] < 2.0
    assert spectra_view.others.note.text == ""


def test_a_zoomed_ratio_of_spectra_stays(spectra_view):
    wheel(spectra_view.ratio_plot, (5.2, 1.0), 3)
    chosen = spectra_view.ratio_plot.view

    spectra_view.show_other((_curve(0.5, "o1"),), "old")

    assert spectra_view.ratio_plot.view == chosen


def test_an_edit_that_drives_the_ratio_out_of_the_plot_brings_it_back(spectra_view):
    spectra_view.show_other((_curve(1.0, "o1"),), "old")

    spectra_view.show_curves("Star/1-1", "calibrated", (_curve(3.0),))

    low, high = spectra_view.ratio_plot.view[1]
    assert low < 3.0 < high


def test_hiding_the_other_version_gives_the_ratio_its_own_range(spectra_view):
    spectra_view.show_other((_curve(0.5, "o1"),), "old")

    spectra_view.legend.switch("other")

    assert spectra_view.ratio_plot.view[1][1] < 2.0


def test_a_much_brighter_source_does_not_squeeze_the_ratio(spectra_view):
    spectra_view.show_other((_curve(50.0, "o1"),), "HD 1", "sources")

    assert spectra_view.ratio_plot.view[1][0] > 0.5
    assert spectra_view.others.note.text == "median 0.02 of HD 1"


def test_the_final_vectors_over_those_of_another_version_are_in_view(qtbot, rng, dressed):
    result = combine_stars(star_vectors(rng), CombinationParams(order=1))
    bands = tuple(replace(one, vector=frozen(one.vector / 1.2)) for one in result.bands)
    combination = StarCombinationView()
    qtbot.addWidget(combination)
    combination.resize(900, 640)
    combination.show_result(result)

    combination.show_other(replace(result, bands=bands), "old")

    low, high = combination.residual_plot.view[1]
    assert low < 0.0
    assert high > 20.0
    said = combination.difference.text
    assert said == "final vectors: median 20.00 %, rms 20.00 % over old"


def test_the_visits_of_another_version_are_in_view(qtbot, rng):
    visits, _ = drawn_visits(rng, n=6, band="1B")
    result = measure_repeatability("HD 163466", visits)
    [band] = [one for one in result.bands if one.band == "1B"]
    far = [replace(one, ratio=one.ratio * 1.3) for one in band.visits]
    others = tuple(replace(one, visits=tuple(far) if one is band else ()) for one in result.bands)
    repeatability = RepeatabilityView()
    qtbot.addWidget(repeatability)
    repeatability.show_result(result)

    repeatability.show_other(replace(result, bands=others), "old")

    assert repeatability.panels.plots["1B"].view[1][1] > 29.0


def test_the_factors_of_another_version_are_in_view_in_all_panels(qtbot, rng):
    result = measure_trends(made_table(rng))
    trends = TrendsView()
    qtbot.addWidget(trends)
    trends.resize(900, 640)
    trends.show_result(result)

    for factor in (1.5, 3.0):
        trends.show_other(factor * result.table.factor, "old")

        seen = {one.plot.view[1] for one in trends.visible_panels}
        assert len(seen) == 1
        low, high = seen.pop()
        assert low < result.table.factor.min()
        assert high > factor * result.table.factor.max()
    assert trends.versus.isVisibleTo(trends)
    assert trends.versus.full_text() == "this / old: 0.33333"


def test_factors_of_another_version_do_not_outlive_their_rows(qtbot, rng):
    table = made_table(rng)
    trends = TrendsView()
    qtbot.addWidget(trends)
    trends.resize(900, 640)
    trends.show_result(measure_trends(table))
    trends.show_other(np.array(table.factor), "old")

    trends.show_result(measure_trends(_without_last(table)))

    assert trends.panels[0].other.xs.size == 0


def _without_last(table):
    rows = {
        name: getattr(table, name)[:-1]
        for name in ("ids", "stars", "classes", "reasons", "flags", "notes")
    }
    arrays = {name: frozen(getattr(table, name)[:-1]) for name in ("factor", "error")}
    return replace(table, parameters=(), **rows, **arrays)
