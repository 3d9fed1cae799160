"""Colors of figures: the light theme of the one palette, because figures are on white."""

from engine.resources import read_toml

_PALETTE = "colors.toml"


def color(name: str) -> str:
    """Return a color of the light theme: ``"text"``, ``"dim"``, ``"accent"``, ``"wrong"``, ..."""
    return str(read_toml(_PALETTE)["light"][name])


def band_color(band: str) -> str:
    """Return the color of an MRS band; of text that names none, the accent color."""
    return str(read_toml(_PALETTE)["bands"].get(band, color("accent")))


def darker(shade: str) -> str:
    """Return a color dark enough for a thin line on white, of the same hue."""
    text, share = color("text"), 0.35
    pairs = zip(_channels(text), _channels(shade), strict=True)
    return "#" + "".join(f"{round(share * t + (1.0 - share) * c):02x}" for t, c in pairs)


def _channels(shade: str) -> tuple[int, int, int]:
    return int(shade[1:3], 16), int(shade[3:5], 16), int(shade[5:7], 16)
