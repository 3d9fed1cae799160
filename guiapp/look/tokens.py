"""The named colors of the two themes, of bands and of classes of stars."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from engine.resources import read_toml

Scheme = Literal["light", "dark"]

_PALETTE = "colors.toml"
OTHER_CLASS = "other"

GRID = 4  #: every distance in the window is a multiple of this many pixels
RADIUS = 8  #: corner of a card, in pixels


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colors of one theme, as ``"#rrggbb"``.

    Attributes
    ----------
    scheme : {"light", "dark"}
        Which theme it is.
    window, card, hairline : str
        Background of the window, of a card, and the one border.
    text, dim : str
        The two colors of text.
    accent : str
        What is active or selected, and nothing else.
    ok, care, wrong : str
        Done; look twice; wrong.
    other : str
        The version that is compared with, in every view.
    """

    scheme: Scheme
    window: str
    card: str
    hairline: str
    text: str
    dim: str
    accent: str
    ok: str
    care: str
    wrong: str
    other: str

    @property
    def selected(self) -> str:
        """Background of what is selected: a little accent in the card."""
        return mixed(self.accent, self.card, 0.12 if self.scheme == "light" else 0.18)

    @property
    def hover(self) -> str:
        """Background of what is under the pointer."""
        return mixed(self.text, self.card, 0.05 if self.scheme == "light" else 0.07)

    @property
    def pressed(self) -> str:
        """Background of what is pressed."""
        return mixed(self.text, self.card, 0.10 if self.scheme == "light" else 0.12)

    @property
    def grid(self) -> str:
        """Lines of a plot's grid: there, and no more."""
        return mixed(self.hairline, self.card, 0.55)

    @property
    def on_accent(self) -> str:
        """Text on the accent color."""
        return "#ffffff" if self.scheme == "light" else "#0b1420"

    @property
    def edge(self) -> str:
        """Border of a field that can be typed in: a little stronger than the hairline."""
        return mixed(self.dim, self.card, 0.35 if self.scheme == "light" else 0.40)


@cache
def tokens_of(scheme: Scheme) -> Tokens:
    """Return the colors of the theme ``scheme``."""
    return Tokens(scheme=scheme, **read_toml(_PALETTE)[scheme])


def band_color(band: str, scheme: Scheme) -> str:
    """Return the color of an MRS band; of text that names none, the dim color."""
    ramp = read_toml(_PALETTE)["bands" if scheme == "light" else "bands_dark"]
    return str(ramp.get(band, tokens_of(scheme).dim))


def class_color(star_class: str) -> str:
    """Return the color of a class of stars, the same in both themes."""
    colors = read_toml(_PALETTE)["classes"]
    return str(colors.get(star_class, colors[OTHER_CLASS]))


def class_symbol(star_class: str) -> str:
    """Return the symbol of a class: ``"circle"``, ``"square"``, ``"triangle"`` or ``"diamond"``."""
    symbols = read_toml(_PALETTE)["symbols"]
    return str(symbols.get(star_class, symbols[OTHER_CLASS]))


def mixed(front: str, back: str, share: float) -> str:
    """Return the color that ``front`` gives when it covers ``back`` with opacity ``share``."""
    pairs = zip(_channels(front), _channels(back), strict=True)
    return "#" + "".join(f"{round(share * f + (1 - share) * b):02x}" for f, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
