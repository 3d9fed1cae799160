"""Color maps for images: perceptually uniform, safe for color-blind eyes, the data brightest."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from guiapp.look.tokens import Scheme, Tokens, tokens_of

MapName = Literal["magma", "viridis", "cividis", "gray", "inverted gray"]
N_COLORS = 256


@dataclass(frozen=True, slots=True)
class ColorMap:
    """One color map.

    Attributes
    ----------
    name : str
        Name on the screen.
    tip : str
        What it is good for.
    ground : {"light", "dark"}
        What faint data look like: what is drawn over an image takes the colors of that theme.
    """

    name: MapName
    tip: str
    ground: Scheme = "dark"


COLOR_MAPS: tuple[ColorMap, ...] = (
    ColorMap("magma", "Black through red to white; brightness grows evenly."),
    ColorMap("viridis", "Blue through green to yellow; brightness grows evenly."),
    ColorMap("cividis", "Blue to yellow, made for color-blind eyes."),
    ColorMap("gray", "Black to white."),
    ColorMap("inverted gray", "White to black: faint structure on a bright screen.", "light"),
)
_BY_NAME = {one.name: one for one in COLOR_MAPS}


def color_map(name: MapName) -> ColorMap:
    """Return the color map called ``name``."""
    return _BY_NAME[name]


@cache
def color_table(name: MapName) -> NDArray[np.uint8]:
    """Return the colors from faint to bright, shape (256, 3)."""
    if name in {"gray", "inverted gray"}:
        ramp = np.linspace(0.0, 255.0, N_COLORS).round().astype(np.uint8)
        table = np.repeat(ramp[:, np.newaxis], 3, axis=1)
        table = table[::-1].copy() if name == "inverted gray" else table
    else:
        known = pg.colormap.get(name)
        table = known.getLookupTable(nPts=N_COLORS, alpha=False).astype(np.uint8)
    table.setflags(write=False)
    return table


def ground_tokens(name: MapName) -> Tokens:
    """Return the colors for what is drawn over an image, whatever the theme of the window."""
    return tokens_of(color_map(name).ground)
