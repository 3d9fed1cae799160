"""Sizes of figures in print."""

from dataclasses import dataclass

_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class FigureSize:
    """Size of a figure on paper, and how finely it becomes pixels.

    Attributes
    ----------
    width_mm, height_mm : float
        Unit: mm.
    dots_per_inch : float
        Of PNG; SVG and PDF have none.
    font_pt : float
        Size of the text. Unit: pt.
    """

    width_mm: float
    height_mm: float
    dots_per_inch: float = 300.0
    font_pt: float = 8.0

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height in inches."""
        return self.width_mm / _MM_PER_INCH, self.height_mm / _MM_PER_INCH


COLUMN = FigureSize(89.0, 105.0, font_pt=7.0)  #: one column of a journal
PAGE = FigureSize(180.0, 120.0)  #: the full width of a page
TALL = FigureSize(180.0, 225.0)  #: a full page
SLIDE = FigureSize(254.0, 143.0, dots_per_inch=200.0, font_pt=12.0)  #: 16:9
