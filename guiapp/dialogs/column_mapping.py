"""Which columns of a table are what, and in which units."""

from dataclasses import dataclass

from PyQt6.QtWidgets import QComboBox, QGridLayout, QWidget

from guiapp.dialogs.sheet import Sheet
from guiapp.look.parts import ElidedLabel, Label, fitted
from guiapp.look.tokens import GRID

_NONE = "–"
_FIELD_WIDTH = 176


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column that the file has.

    Attributes
    ----------
    name, unit : str
        As in the file; ``""``: no unit is written.
    sample : str
        Its first values, for people.
    """

    name: str
    unit: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """A column that the program asks for.

    Attributes
    ----------
    name : str
        Key in the answer.
    label : str
        On the screen.
    units : tuple of str
        Units that it can have; empty when it has none.
    is_required : bool
        Whether the table is of no use without it.
    guess : str
        Column of the file that is probably it; ``""`` for none.
    unit : str
        Unit that it probably has; ``""``: the one that the column says.
    """

    name: str
    label: str
    units: tuple[str, ...] = ()
    is_required: bool = False
    guess: str = ""
    unit: str = ""


class ColumnMappingDialog(Sheet):
    """One row a column that is wanted: which one it is, its unit, its first values."""

    def __init__(
        self,
        file_name: str,
        columns: tuple[TableColumn, ...],
        wanted: tuple[WantedColumn, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"Columns of {file_name}",
            "Say which column is what. The answer is kept for other files with the same columns.",
            parent=parent,
            width=600,
        )
        self._columns = {one.name: one for one in columns}
        self._wanted = wanted
        self.column_boxes: dict[str, QComboBox] = {}
        self.unit_boxes: dict[str, QComboBox] = {}
        self._samples: dict[str, ElidedLabel] = {}
        self._problem = Label("", "wrong")
        grid = QGridLayout()
        fitted(grid, spacing=2 * GRID)
        grid.setColumnStretch(3, 1)
        for place, title in enumerate(("", "Column", "Unit", "First values")):
            grid.addWidget(Label(title, "section"), 0, place)
        for one in wanted:
            self._add(grid, one)
        self.body.addLayout(grid)
        self.body.addWidget(self._problem)
        self.add_button("Cancel").clicked.connect(self.reject)
        self._ok = self.add_button("Use these columns", "primary")
        self._ok.clicked.connect(self.accept)
        self._check()

    def mapping(self) -> dict[str, tuple[str, str]]:
        """Return column and unit by the name of what is wanted; what has no column is left out."""
        return {
            name: (box.currentText(), self._unit(name))
            for name, box in self.column_boxes.items()
            if box.currentIndex() > 0
        }

    def _unit(self, name: str) -> str:
        box = self.unit_boxes.get(name)
        return "" if box is None else box.currentText()

    def _add(self, grid: QGridLayout, wanted: WantedColumn) -> None:
        place = grid.rowCount()
        box = QComboBox()
        box.addItems([_NONE, *self._columns])
        box.setFixedWidth(_FIELD_WIDTH)
        box.setAccessibleName(f"Column of {wanted.label}")
        box.setCurrentText(wanted.guess if wanted.guess in self._columns else _NONE)
        sample = ElidedLabel("", "dim")
        grid.addWidget(Label(f"{wanted.label}{' *' if wanted.is_required else ''}"), place, 0)
        grid.addWidget(box, place, 1)
        grid.addWidget(sample, place, 3)
        self.column_boxes[wanted.name] = box
        self._samples[wanted.name] = sample
        if wanted.units:
            unit = QComboBox()
            unit.addItems(wanted.units)
            unit.setAccessibleName(f"Unit of {wanted.label}")
            self.unit_boxes[wanted.name] = unit
            grid.addWidget(unit, place, 2)
        self._on_column_chosen(wanted.name)
        if wanted.unit in wanted.units:
            self.unit_boxes[wanted.name].setCurrentText(wanted.unit)
        box.currentIndexChanged.connect(lambda _i, name=wanted.name: self._on_column_chosen(name))

    def _on_column_chosen(self, name: str) -> None:
        chosen = self._columns.get(self.column_boxes[name].currentText())
        self._samples[name].set_full_text("" if chosen is None else chosen.sample)
        unit = self.unit_boxes.get(name)
        if unit is not None and chosen is not None:  # never the unit of the column before
            unit.setCurrentIndex(max(unit.findText(chosen.unit), 0))
        if hasattr(self, "_ok"):
            self._check()

    def _check(self) -> None:
        missing = [
            one.label
            for one in self._wanted
            if one.is_required and self.column_boxes[one.name].currentIndex() <= 0
        ]
        taken = [column for column, _ in self.mapping().values()]
        problem = f"Needed: {', '.join(missing).lower()}." if missing else ""
        if len(set(taken)) < len(taken):
            problem = "One column cannot be two things."
        self._problem.setText(problem)
        self._ok.setEnabled(not problem)
