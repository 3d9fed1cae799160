"""The preferences: a form made from their declarations; a change takes effect at once."""

from typing import Protocol

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QGridLayout, QSpinBox, QWidget

from guiapp.dialogs.sheet import Sheet
from guiapp.look.parts import Label, fitted, plain_tip
from guiapp.look.tokens import GRID

Value = str | float | int | bool
_DECIMALS = 4
_FIELD_WIDTH = 168


class Declared(Protocol):
    """What the dialog reads of a preference's declaration."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def default(self) -> Value: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def tip(self) -> str: ...


class PreferencesDialog(Sheet):
    """One row a preference, under the heading of its group."""

    chosen = pyqtSignal(str, object)  # name, value

    def __init__(
        self,
        settings: tuple[Declared, ...],
        values: dict[str, Value],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Preferences", parent=parent)
        self._settings = settings
        self.fields: dict[str, QWidget] = {}
        grid = QGridLayout()
        fitted(grid, spacing=2 * GRID)
        grid.setColumnStretch(1, 1)
        group = ""
        for setting in settings:
            if setting.group != group:
                title = Label(setting.group, "section")
                title.setContentsMargins(0, 2 * GRID if group else 0, 0, 0)
                grid.addWidget(title, grid.rowCount(), 0, 1, 2)
                group = setting.group
            self._add(grid, setting)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.show_values(values)
        reset = self.add_button("Reset all", is_left=True, tip="Go back to how the program comes")
        reset.clicked.connect(self._on_reset)
        self.add_button("Close", "primary").clicked.connect(self.accept)

    def show_values(self, values: dict[str, Value]) -> None:
        """Show ``values``; tells no one."""
        for name, value in values.items():
            field = self.fields.get(name)
            if field is not None:
                with QSignalBlocker(field):
                    _show(field, value)

    def _add(self, grid: QGridLayout, setting: Declared) -> None:
        place = grid.rowCount()
        field = self._field(setting)
        field.setAccessibleName(setting.label)
        field.setToolTip(plain_tip(setting.tip))
        field.setFixedWidth(_FIELD_WIDTH)
        label = Label(setting.label)
        label.setBuddy(field)
        label.setToolTip(plain_tip(setting.tip))
        self.fields[setting.name] = field
        grid.addWidget(label, place, 0)
        grid.addWidget(field, place, 1)

    def _field(self, setting: Declared) -> QWidget:
        name = setting.name
        if setting.kind == "choice":
            box = QComboBox()
            box.addItems(setting.choices)
            box.currentTextChanged.connect(lambda text: self.chosen.emit(name, text))
            return box
        if setting.kind == "switch":
            switch = QCheckBox()
            switch.toggled.connect(lambda is_on: self.chosen.emit(name, bool(is_on)))
            return switch
        spin = QSpinBox() if setting.kind == "integer" else QDoubleSpinBox()
        spin.setSuffix(f" {setting.unit}" if setting.unit else "")
        spin.setKeyboardTracking(False)
        if isinstance(spin, QSpinBox):
            spin.setRange(int(setting.low), int(setting.high))
        else:
            spin.setDecimals(_DECIMALS)
            spin.setRange(setting.low, setting.high)
        spin.valueChanged.connect(lambda value: self.chosen.emit(name, value))
        return spin

    def _on_reset(self) -> None:
        for setting in self._settings:
            _show(self.fields[setting.name], setting.default)


def _show(field: QWidget, value: Value) -> None:
    if isinstance(field, QComboBox):
        field.setCurrentText(str(value))
    elif isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    elif isinstance(field, QSpinBox):
        field.setValue(int(value))
    elif isinstance(field, QDoubleSpinBox):
        field.setValue(float(value))
