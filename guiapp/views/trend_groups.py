"""How the observations of a table are told apart: color by class or subset, symbol by category."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import IntArray
from engine.compare.trend_results import FactorTrends, Level
from guiapp.look import theme
from guiapp.plots.legend import LegendEntry
from guiapp.plots.stamps import PointStyle, Symbol

ColorBy = Literal["class", "subset"]
LEFT_OUT = 0  #: kind of what is left out, whatever else it is
NO_GROUP = "others"

#: Classes of the calibration in the plural, as sentences name them.
CLASS_NAMES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs"}
_SYMBOLS: tuple[Symbol, ...] = ("circle", "square", "triangle", "diamond", "plus", "crossed circle")
_NAMED: dict[str, Symbol] = {symbol: symbol for symbol in _SYMBOLS}
_SHADES = ("band 1B", "band 3B", "band 2B", "band 4B", "band 1C", "band 3C", "band 2C", "band 4C")
_SIZE, _SMALL = 7.0, 4.5
_MANY = 150  # observations above which the symbols are small
CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6)


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """The kinds of points.

    Attributes
    ----------
    names : tuple of str
        Classes or subsets, in the order of the legend.
    titles : tuple of str
        The same as they are written.
    levels : tuple of Level or None
        Their means.
    of_row : ndarray of int, shape (n,)
        Group of each observation.
    kinds : ndarray of int, shape (n,)
        Style of each observation.
    styles : tuple of PointStyle
        The first is that of what is left out.
    symbols : tuple of (str, Symbol)
        Categories that the symbols stand for; empty: the symbol goes with the class.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    levels: tuple[Level | None, ...]
    of_row: IntArray
    kinds: IntArray
    styles: tuple[PointStyle, ...]
    symbols: tuple[tuple[str, Symbol], ...] = ()

    def color(self, group: int) -> str:
        """Return the color of a group."""
        return self.styles[1 + group * max(len(self.symbols), 1)].color

    def symbol(self, group: int) -> Symbol:
        """Return the first symbol of a group."""
        return self.styles[1 + group * max(len(self.symbols), 1)].symbol

    def kinds_of(self, group: int) -> frozenset[int]:
        """Return the styles of a group."""
        each = max(len(self.symbols), 1)
        return frozenset(range(1 + group * each, 1 + (group + 1) * each))

    def legend(self) -> tuple[LegendEntry, ...]:
        """Return one entry a group, and one for what is left out."""
        entries = [
            LegendEntry(
                f"group {i}",
                title,
                "points",
                self.color(i),
                PointStyle(self.color(i), self.symbol(i), _SIZE),
                f"{title}: click to hide or show. The square is the mean, its bar the scatter of "
                "the stars; of a single star, the error of the mean",
            )
            for i, title in enumerate(self.titles)
        ]
        entries += [
            LegendEntry(
                f"symbol {i}", name, "points", "dim", PointStyle("dim", symbol, _SIZE), name
            )
            for i, (name, symbol) in enumerate(self.symbols)
        ]
        entries.append(
            LegendEntry(
                "left out", "left out", "points", "wrong", CROSS, "No mean or trend rests on it"
            )
        )
        return tuple(entries)


def groups_of(
    trends: FactorTrends,
    members: dict[str, frozenset[str]],
    *,
    color_by: ColorBy,
    symbol_by: str,
) -> Groups:
    """Sort the observations into groups.

    Parameters
    ----------
    trends : FactorTrends
        The table with its classes and subsets.
    members : dict of str to frozenset of str
        Ids of the observations of each subset.
    color_by : {"class", "subset"}
        What the color stands for.
    symbol_by : str
        Name of the category that the symbol stands for; ``""``: none.
    """
    table = trends.table
    if color_by == "subset" and members:
        names = (*members, NO_GROUP)
        own = [
            next((i for i, one in enumerate(members.values()) if name in one), len(members))
            for name in table.ids
        ]
        levels = {one.name: one for one in trends.subsets}
        looks = [(_SHADES[i % len(_SHADES)], _symbol(i)) for i in range(len(members))]
        looks.append(("dim", "circle"))
        titles = names
    else:
        names = (*table.class_names, *((NO_GROUP,) if "" in table.classes else ()))
        places = {name: i for i, name in enumerate(names)}
        own = [places[one or NO_GROUP] for one in table.classes]
        levels = {one.name: one for one in trends.classes}
        looks = [_class_look(name, i) for i, name in enumerate(names)]
        titles = tuple(CLASS_NAMES.get(name, name) for name in names)
    symbols, of_symbol = _symbols(trends, symbol_by)
    of_row = np.array(own, dtype=np.int64)
    each = max(len(symbols), 1)
    kinds = np.where(table.used, 1 + each * of_row + of_symbol, LEFT_OUT)
    shapes: list[Symbol | None] = [symbol for _, symbol in symbols] or [None]
    size = _SIZE if len(table) <= _MANY else _SMALL
    styles = [
        PointStyle(color, shape or own_shape, size)
        for color, own_shape in looks
        for shape in shapes
    ]
    return Groups(
        names=names,
        titles=titles,
        levels=tuple(levels.get(name) for name in names),
        of_row=of_row,
        kinds=kinds,
        styles=(CROSS, *styles),
        symbols=symbols,
    )


def _symbol(number: int) -> Symbol:
    return _SYMBOLS[number % 4]


def _class_look(name: str, number: int) -> tuple[str, Symbol]:
    if name in CLASS_NAMES:
        return f"class {name}", _NAMED.get(theme.symbol(name), "circle")
    if name == NO_GROUP:
        return "class other", "diamond"
    return _SHADES[number % len(_SHADES)], _symbol(number)


def _symbols(
    trends: FactorTrends, symbol_by: str
) -> tuple[tuple[tuple[str, Symbol], ...], IntArray]:
    parameter = trends.table.parameter(symbol_by) if symbol_by else None
    if parameter is None or parameter.kind != "category":
        return (), np.zeros(len(trends.table), dtype=np.int64)
    names = (*parameter.categories, *(("not known",) if "" in parameter.texts else ()))
    places = {name: i for i, name in enumerate(names)}
    of_row = np.array([places[text or "not known"] for text in parameter.texts], dtype=np.int64)
    found = tuple((name, _SYMBOLS[i % len(_SYMBOLS)]) for i, name in enumerate(names))
    return found, of_row
