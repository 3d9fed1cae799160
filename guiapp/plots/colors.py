"""Colors of drawn things, by the name of what they mean."""

from PyQt6.QtGui import QColor

from guiapp.look import theme

_BAND = "band "
_CLASS = "class "


def color_of(name: str, opacity: float = 1.0) -> QColor:
    """Return the color called ``name`` in the theme in use.

    Parameters
    ----------
    name : str
        A token (``"accent"``, ``"dim"``, ``"care"``), ``"band 1B"``, ``"class A dwarf"`` or
        ``"#rrggbb"``.
    opacity : float, optional
        0 to 1.
    """
    if name.startswith("#"):
        color = QColor(name)
    elif name.startswith(_BAND):
        color = QColor(theme.band(name.removeprefix(_BAND)))
    elif name.startswith(_CLASS):
        color = QColor(theme.star_class(name.removeprefix(_CLASS)))
    else:
        color = QColor(getattr(theme.tokens, name))
    color.setAlphaF(opacity)
    return color
