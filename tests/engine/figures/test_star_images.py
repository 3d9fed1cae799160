"""Tests of engine.figures.star_images, encircled_energy and model_fluxes."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.testing import assert_allclose

from engine.analyses import BACKGROUND, ENERGY, FLUXES, PHOTOMETRY
from engine.figures.encircled_energy import draw_energies
from engine.figures.model_fluxes import draw_model_fluxes
from engine.figures.star_images import draw_background, draw_gallery, draw_photometry
from engine.project.keys import NodeKey
from tests.helpers.imaging_sessions import PLACES, ImagingFiles


@pytest.fixture(scope="module")
def files():
    files = ImagingFiles()
    files.dithers(structure=1.0)
    files.star_model()
    files.star_model("Sirius", 130.0)
    return files


def result(files, step, subject):
    return files.chain.evaluate(files.session, NodeKey(step, subject))


def image_of(files, entry):
    return files.chain.library.product(files.session.entry(entry), 0)


def drawn(draw, *arguments, **options):
    figure = Figure(layout="constrained")
    draw(figure, *arguments, **options)
    figure.draw_without_rendering()
    return figure.axes


def test_target_has_its_aperture_annulus_and_center(files):
    found = result(files, PHOTOMETRY.name, "e1")

    whole, near = drawn(draw_photometry, image_of(files, "e1"), found, title="BD+60 1753")

    circles = [one for one in near.patches if isinstance(one, Circle)]
    assert_allclose([one.radius for one in circles], [4.22, 8.92, 14.64])
    assert_allclose(circles[0].center, PLACES[0], atol=0.05)
    assert near.get_xlim()[0] < PLACES[0][0] < near.get_xlim()[1]
    assert whole.figure.get_suptitle() == "BD+60 1753"
    assert "DN/s" in near.get_title(loc="left")


def test_gallery_has_a_panel_a_star(files):
    stars = [(f"F{i}", image_of(files, f"e{i + 1}"), PLACES[i]) for i in range(3)]

    panels = drawn(draw_gallery, stars)

    assert [one.get_title(loc="left") for one in panels[:3]] == ["F0", "F1", "F2"]
    assert_allclose(panels[1].get_xlim(), (PLACES[1][0] - 32, PLACES[1][0] + 32))


def test_background_is_drawn_between_before_and_after(files):
    found = result(files, BACKGROUND.name, "BD+60 1753/1536-2 F770W SUB256")

    panels = drawn(draw_background, found, before=image_of(files, "e1"), title="BD")

    titles = [one.get_title(loc="left") for one in panels]
    assert titles == ["Before", "Mean without the star", "After"]
    alone = drawn(draw_background, found)
    assert [one.get_title(loc="left") for one in alone] == ["Mean without the star"]


def test_curves_of_the_second_filter_are_drawn_higher(files):
    found = result(files, ENERGY.name, "F770W")

    (axes,) = drawn(draw_energies, (found, found), title="Fig. 2")

    lines = [one for one in axes.lines if len(one.get_xdata()) == found.radius_px.size]
    assert_allclose(lines[4].get_ydata() - lines[0].get_ydata(), 0.1)
    assert axes.get_ylabel().endswith("0.1 a filter")


def test_zero_points_are_drawn_over_the_published_ones(files):
    found = result(files, FLUXES.name, "all")

    above, below, _ = drawn(draw_model_fluxes, found)

    shown = below.lines[1].get_ydata()
    own = [100 * (one.fnu_jy / one.published_fnu_jy - 1) for one in found.zero_points]
    assert_allclose(shown, own)
    assert above.get_yscale() == "log"
    assert np.isfinite(own).all()
