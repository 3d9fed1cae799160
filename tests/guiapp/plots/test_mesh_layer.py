"""Tests of guiapp.plots.mesh_layer."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from guiapp.plots.mesh_layer import MeshLayer
from guiapp.plots.stretch import Levels
from guiapp.plots.themed_plot import ThemedPlot

X = np.array([10.0, 11.0, 13.0])
Y = np.array([0.0, 30.0])
NODES = np.array([[1.0, 2.0, 3.0], [4.0, np.nan, 6.0]])
LEVELS = Levels(0.0, 6.0, 6.0)


@pytest.fixture
def layer(qtbot):
    plot = ThemedPlot(name="Map")
    qtbot.addWidget(plot)
    layer = plot.add_layer(MeshLayer())
    layer.set_mesh(X, Y, NODES, LEVELS)
    return layer


def test_the_mesh_reaches_half_a_step_beyond_its_nodes(layer):
    assert layer.bounds() == (9.5, 14.0, -15.0, 45.0)


def test_each_place_shows_the_node_around_it(layer):
    low, high = 9.5, 14.0
    centers = low + (np.arange(layer.values.shape[1]) + 0.5) * (high - low) / layer.values.shape[1]

    expected = np.where(centers < 10.5, 1.0, np.where(centers < 12.0, 2.0, 3.0))

    assert_array_equal(layer.values[0], expected)
    assert np.isnan(layer.values[-1][(centers > 10.5) & (centers < 12.0)]).all()


def test_the_node_under_the_mouse_is_told(layer):
    assert layer.node_at(12.5, 40.0) == (2, 1)
    assert layer.node_at(10.2, -10.0) == (0, 0)
    assert layer.node_at(9.0, 0.0) is None


def test_a_large_mesh_is_thinned_to_what_can_be_seen(layer):
    x = np.linspace(0.0, 1.0, 20_000)
    nodes = np.broadcast_to(x, (5, x.size))

    layer.set_mesh(x, np.arange(5.0), nodes, LEVELS)

    assert layer.values.shape[1] <= 900
    assert_allclose(layer.values[0, [0, -1]], [0.0, 1.0], atol=2e-3)


def test_nothing_has_no_bounds(layer):
    layer.set_mesh(np.zeros(0), np.zeros(0), np.zeros((0, 0)), LEVELS)

    assert layer.bounds() is None
    assert layer.node_at(10.0, 0.0) is None


def test_a_single_node_has_a_size(layer):
    layer.set_mesh(np.array([5.0]), np.array([1.0]), np.array([[2.0]]), LEVELS)

    assert layer.bounds() == (4.5, 5.5, 0.5, 1.5)
