"""Dense parts of a figure as pixels: a page with many figures stays small, its text stays text."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_NONE = {None, "None", "none", "", " "}
_MOST_MARKS = 40  # symbols or bars, each of which an SVG would hold for itself
_MOST_VERTICES = 600  # of a line or an outline


def pixels_where_dense(figure: "Figure") -> None:
    """Let all that has many points be drawn as pixels: axes, text and legends stay as they are."""
    for axes in figure.axes:
        for artist in axes.get_children():
            n_marks, n_vertices = _size(artist)
            if n_marks > _MOST_MARKS or n_vertices > _MOST_VERTICES:
                artist.set_rasterized(True)


def _size(artist: "Artist") -> tuple[int, int]:
    """Return how many marks an artist draws, and how many vertices its lines have."""
    from matplotlib.collections import Collection  # noqa: PLC0415  (slow to import)
    from matplotlib.lines import Line2D  # noqa: PLC0415

    if isinstance(artist, Line2D):
        count = np.size(artist.get_xdata(orig=False))
        is_line = artist.get_linestyle() not in _NONE
        return (count if artist.get_marker() not in _NONE else 0), (count if is_line else 0)
    if isinstance(artist, Collection):
        paths = artist.get_paths()
        n_marks = max(len(paths), np.shape(np.atleast_2d(artist.get_offsets()))[0])
        return n_marks, sum(np.shape(path.vertices)[0] for path in paths)
    return 0, 0
