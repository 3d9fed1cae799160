"""Stars down, bands across: a colored table of signal-to-noise ratios."""

import math
from typing import Literal

from PyQt6.QtWidgets import QWidget

from engine.model.bands import bands
from engine.model.star_names import shown_source_name
from engine.mrs.band_snr import BandSnr, SourceSnr
from guiapp.look import number_text
from guiapp.look.numbers import NO_VALUE, fixed_text
from guiapp.plots.colors import color_of
from guiapp.views.source_map import CellLook, SourceMap, SourceMapModel, shaded

Quantity = Literal["snr", "over", "correlation"]

_DARKEST, _PALEST = 1000.0, 10.0  # S/N with the full color, and with none
_FULL_RATIO = math.log(2.0)  # a factor of two from the published value has the full color


def value_of(one: BandSnr, quantity: Quantity) -> float:
    """Return the number of a cell; NaN: none."""
    if quantity == "over":
        return one.snr / one.published if one.published > 0 else math.nan
    return one.snr if quantity == "snr" else one.correlation


def cell_text(one: BandSnr, quantity: Quantity) -> str:
    """Return what a cell says."""
    value = value_of(one, quantity)
    if not math.isfinite(value):
        return NO_VALUE if one.id else ""
    return fixed_text(value, 0 if quantity == "snr" else 2)


def cell_sentence(source: SourceSnr, one: BandSnr) -> str:
    """Return a cell in words, for its tooltip and for a screen reader."""
    name = shown_source_name(source.source)
    if not math.isfinite(one.snr):
        return f"{name} {one.reason}"
    said = f"{name} {one.band}: S/N {number_text(one.snr, one.snr_error)}"
    if math.isfinite(one.published):
        said += f", Table 1 {one.published:.0f} ({source.published_as})"
    return f"{said}, correlation of neighbors {fixed_text(one.correlation, 2)}"


class SnrMap(SourceMap):
    """Shows the ratios of all sources; says which one the user chose.

    The more signal, the more color; red where it falls short of Table 1.
    """

    cells: "_Ratios"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="Signal-to-noise ratios of all sources", outline="text")

    def new_model(self) -> "_Ratios":
        return _Ratios(self)

    def show_sources(self, sources: tuple[SourceSnr, ...]) -> None:
        """Show one row a source; the chosen cell stays chosen."""
        kept = self.current()
        self.cells.show_sources(sources)
        if kept is not None:
            self.choose(*kept)

    def show_quantity(self, quantity: Quantity) -> None:
        """Say something else in the cells."""
        self.cells.quantity = quantity
        self.repaint_cells()

    @property
    def quantity(self) -> Quantity:
        """What the cells say."""
        return self.cells.quantity


class _Ratios(SourceMapModel):
    """The ratios by source and band."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, [one.name for one in bands()])
        self.quantity: Quantity = "snr"
        self._rows: dict[str, SourceSnr] = {}

    def show_sources(self, sources: tuple[SourceSnr, ...]) -> None:
        self.beginResetModel()
        self.forget_looks()
        self._rows = {one.source: one for one in sources}
        self.sources = tuple(self._rows)
        self.endResetModel()

    def look_of(self, source: str, column: str) -> CellLook:
        one = self._rows[source].band(column)
        value = math.nan if one is None else value_of(one, self.quantity)
        text = "" if one is None else cell_text(one, self.quantity)
        if not math.isfinite(value):
            return CellLook(text, color_of("card"), color_of("dim"))
        return CellLook(text, *shaded(*_shade(value, self.quantity)))

    def sentence_of(self, source: str, column: str) -> str:
        row = self._rows[source]
        one = row.band(column)
        return "" if one is None else cell_sentence(row, one)


def _shade(value: float, quantity: Quantity) -> tuple[str, float]:
    """Return the name of the color and how much of it, 0 to 1."""
    if quantity == "snr":
        span = math.log(_DARKEST / _PALEST)
        share = math.log(max(value, _PALEST) / _PALEST) / span
        return "accent", min(share, 1.0)
    if quantity == "over":
        away = math.log(value) if value > 0 else -_FULL_RATIO
        return ("accent" if away > 0 else "wrong"), min(abs(away) / _FULL_RATIO, 1.0)
    return "care", min(max(value, 0.0), 1.0)
