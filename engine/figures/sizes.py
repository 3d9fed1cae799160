"""Sizes of figures in print: as they were designed, or as a journal prints them."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

Width = Literal["as designed", "one column", "two columns", "page"]
WIDTHS: tuple[Width, ...] = get_args(Width)

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


@dataclass(frozen=True, slots=True)
class Journal:
    """How wide and how high a journal prints figures.

    Attributes
    ----------
    name : str
        As on the screen.
    column_mm, page_mm, height_mm : float
        Width of a column, width and height of the text of a page. Unit: mm.
    """

    name: str
    column_mm: float
    page_mm: float
    height_mm: float


#: From the classes aastex (two columns), aa and mnras of LaTeX.
JOURNALS = (
    Journal("AAS", 85.0, 180.0, 228.0),
    Journal("A&A", 88.0, 180.0, 240.0),
    Journal("MNRAS", 84.0, 177.0, 239.0),
)


@dataclass(frozen=True, slots=True)
class PrintSize:
    """What size a figure gets.

    Attributes
    ----------
    width : {"as designed", "one column", "two columns", "page"}
        ``"as designed"`` takes the size that suits the figure best.
    journal : str
        Name of one of `JOURNALS`.
    """

    width: Width = "as designed"
    journal: str = JOURNALS[0].name


AS_DESIGNED = PrintSize()
_COLUMN_FONT_PT = 7.0
_NARROWED = 0.75  # of its height a figure for a page keeps in a column: panels become less wide


def print_size(designed: FigureSize, wanted: PrintSize) -> FigureSize:
    """Return the size of a figure in print.

    Parameters
    ----------
    designed : FigureSize
        The size that suits the figure.
    wanted : PrintSize
        What was chosen.

    Returns
    -------
    FigureSize
        As wide as the column or page of the journal and never higher than its page, with text of
        7 pt in a column and 8 pt across the page.
    """
    if wanted.width == "as designed":
        return designed
    journal = next(one for one in JOURNALS if one.name == wanted.journal)
    if wanted.width == "one column":
        is_narrow = designed.width_mm <= COLUMN.width_mm
        height = designed.height_mm * (1.0 if is_narrow else _NARROWED)
        return replace(
            designed,
            width_mm=journal.column_mm,
            height_mm=min(height, journal.height_mm),
            font_pt=_COLUMN_FONT_PT,
        )
    height = journal.height_mm if wanted.width == "page" else designed.height_mm
    return replace(
        designed,
        width_mm=journal.page_mm,
        height_mm=min(height, journal.height_mm),
        font_pt=PAGE.font_pt,
    )
