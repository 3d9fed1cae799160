"""Tests of guiapp.plots.kept_path."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PyQt6.QtGui import QImage

from guiapp.plots.curves import CurveLayer
from guiapp.plots.kept_path import KeptPath
from guiapp.plots.pixels import PixelMap

PIXELS = PixelMap((2.0, 6.0), (0.0, 1.0), 100.0, 80.0)
#: In the middle of the pixels, so that no sample lies on the border of two columns.
DENSE = np.linspace(0.0, 10.0, 10_000, endpoint=False) + 0.0005
SPARSE = DENSE[::40]


def curve(x):
    """Return noise with a gap."""
    y = 0.5 + 0.1 * np.random.default_rng(7).standard_normal(x.size)
    y[x.size // 2 : x.size // 2 + x.size // 40] = np.nan
    return y


def moved(pixels, *, columns=0.0, rows=0.0):
    """Return a view after the hand has moved it."""
    dx, dy = columns * 4.0 / pixels.width, rows * 1.0 / pixels.height
    (x0, x1), (y0, y1) = pixels.x_range, pixels.y_range
    return replace(pixels, x_range=(x0 - dx, x1 - dx), y_range=(y0 + dy, y1 + dy))


def points_in_view(found, pixels):
    """Return the points of a path that lie inside the view."""
    elements = [found.path.elementAt(i) for i in range(found.path.elementCount())]
    points = np.array([(one.x + found.right, one.y + found.down) for one in elements])
    return points[(points[:, 0] >= 0.0) & (points[:, 0] <= pixels.width)]


def seen_by(plot):
    """Return the picture of a plot as bytes."""
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits().asstring(image.sizeInBytes()), np.uint8)


@pytest.mark.parametrize("x", [DENSE, SPARSE], ids=["columns", "samples"])
@pytest.mark.parametrize(("columns", "rows"), [(3, 0), (-17, 5), (0, -20), (60, 0), (-90, 40)])
def test_a_moved_path_goes_where_a_new_one_goes(x, columns, rows):
    y, kept = curve(x), KeptPath()
    kept.path_in(PIXELS, x, y, version=1)
    view = moved(PIXELS, columns=columns, rows=rows)

    found = kept.path_in(view, x, y, version=1)

    expected = points_in_view(KeptPath().path_in(view, x, y, version=1), view)
    assert_allclose(points_in_view(found, view), expected, rtol=0, atol=1e-7)


def test_the_path_is_not_made_again_while_the_plot_is_moved_within_what_was_made():
    kept, y = KeptPath(), curve(DENSE)
    kept.path_in(PIXELS, DENSE, y, version=1)
    wide = kept.path_in(moved(PIXELS, columns=1), DENSE, y, version=1)

    paths = [
        kept.path_in(moved(PIXELS, columns=n), DENSE, y, version=1) for n in (-49, -20, 5, 40, 49)
    ]

    assert all(one.path is wide.path for one in paths)
    assert [round(one.right) for one in paths] == [-50, -21, 4, 39, 48]


@pytest.mark.parametrize(
    "view",
    [
        moved(PIXELS, columns=0.5),
        replace(PIXELS, x_range=(2.0, 5.0)),
        replace(PIXELS, y_range=(0.0, 2.0)),
        replace(PIXELS, width=101.0),
        replace(PIXELS, y_down=True),
        replace(PIXELS, x_scale="log", x_range=(0.3, 0.8)),
    ],
    ids=["half a pixel", "zoom in x", "zoom in y", "size", "upside down", "logarithm"],
)
def test_the_path_is_made_again_when_more_than_the_place_changes(view):
    kept, y = KeptPath(), curve(DENSE)
    before = kept.path_in(PIXELS, DENSE, y, version=1)

    after = kept.path_in(view, DENSE, y, version=1)

    assert after.path is not before.path
    assert (after.right, after.down) == (0.0, 0.0)


def test_other_data_are_drawn_at_once():
    kept, y = KeptPath(), curve(SPARSE)
    kept.path_in(PIXELS, SPARSE, y, version=1)

    after = kept.path_in(PIXELS, SPARSE, y + 0.1, version=2)

    expected = PIXELS.y_pixels(y + 0.1)
    rows = [after.path.elementAt(i).y for i in range(3)]
    first = int(np.searchsorted(SPARSE, PIXELS.x_range[0])) - 1
    assert_allclose(rows, expected[first : first + 3])


def test_samples_out_of_view_are_not_in_the_path_but_the_line_to_the_next_one_is():
    found = KeptPath().path_in(PIXELS, SPARSE, np.full(SPARSE.size, 0.5), version=1)

    columns = [found.path.elementAt(i).x for i in range(found.path.elementCount())]
    assert columns[0] < 0.0 <= columns[1]
    assert columns[-2] <= 100.0 < columns[-1]


def test_samples_in_no_order_are_all_drawn():
    x = np.array([9.0, 1.0, 4.0])

    found = KeptPath().path_in(PIXELS, x, np.array([0.1, 0.5, 0.9]), version=1)

    assert found.path.elementCount() == 3


# Qt smooths edges in steps of 1/64 pixel: a few of 255 levels come from rounding.
@pytest.mark.parametrize(("x", "levels"), [(DENSE, 0), (SPARSE, 5)], ids=["columns", "samples"])
def test_a_plot_that_was_moved_looks_like_one_that_shows_the_same_at_once(plot, x, levels):
    plot.resize(600, 400)
    layer = plot.add_layer(CurveLayer("accent"))
    layer.set_data(x, curve(x))
    plot.show_all_afresh()
    plot.grab()
    for _ in range(5):
        plot.pan_by(7.0, -3.0)
        plot.grab()

    after_moving = seen_by(plot).astype(int)
    layer.mark_changed()  # the path is made again
    at_once = seen_by(plot)

    assert np.ptp(at_once) > 100
    assert np.max(np.abs(after_moving - at_once)) <= levels
