"""Fonts: the system's, with figures of one width."""

from PyQt6.QtGui import QFont, QFontDatabase, QFontInfo

_DEFAULT_POINT_SIZE = 10.0
_FALLBACK = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")


def interface_font(scale: float = 1.0) -> QFont:
    """Return the font of the window: the system's, ``scale`` times its size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    families = [family for family in _FALLBACK if family != font.family()]
    font.setFamilies([font.family(), *families])
    size = font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()
    font.setPointSizeF(max(6.0, (size if size > 0 else _DEFAULT_POINT_SIZE) * scale))
    return tabular(font)


def tabular(font: QFont) -> QFont:
    """Return ``font`` with figures that all have one width, so that columns line up."""
    same = QFont(font)
    same.setFeature(QFont.Tag("tnum"), 1)
    return same


def resized(font: QFont, factor: float, *, weight: QFont.Weight | None = None) -> QFont:
    """Return ``font`` at ``factor`` times its size, in another weight if one is given."""
    other = QFont(font)
    other.setPointSizeF(max(6.0, font.pointSizeF() * factor))
    if weight is not None:
        other.setWeight(weight)
    return other
