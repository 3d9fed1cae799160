"""A form made from the parameters of an analysis: unit, range, default, reset."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, fitted, icon_button, plain_tip, set_state
from guiapp.look.tokens import GRID
from guiapp.panels.fields import Field, field_for

if TYPE_CHECKING:
    from engine.analyses import FieldSpec

_LABEL, _FIELD, _RESET = range(3)
_LINES = 3  # of the grid for a parameter: label, field where it is below, problem
_LABEL_WIDTH = 92
_FEW_EMPTY = 2  # lists with nothing in them that have rows of their own
_USUAL_WIDTH = 276  # of a form: of what it has more, labels take a half until none wraps


class ParameterForm(QWidget):
    """One row a parameter; a value that differs from the default is marked and can be reset.

    Where more than two lists of things made in a plot are empty, one line names them all.
    """

    edited = pyqtSignal(str, object)  # name of the parameter, value

    def __init__(
        self,
        specs: "tuple[FieldSpec, ...]" = (),
        defaults: Mapping[str, Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._defaults: Mapping[str, Any] = {}
        self.rows: dict[str, _Row] = {}
        self._grid = QGridLayout(self)
        self.empty = Label("", "dim")
        self.empty.setWordWrap(True)
        fitted(self._grid, spacing=GRID)
        self._grid.setColumnStretch(_FIELD, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_specs(specs, defaults or {})

    def show_specs(self, specs: "tuple[FieldSpec, ...]", defaults: Mapping[str, Any]) -> None:
        """Show the parameters ``specs``, at their defaults."""
        for row in self.rows.values():
            row.take_away(self._grid)
        self._defaults = defaults
        self.rows = {spec.name: _Row(spec) for spec in specs}
        for place, (name, row) in enumerate(self.rows.items()):
            row.put_into(self._grid, _LINES * place)
            row.field.committed.connect(lambda value, name=name: self._on_committed(name, value))
            row.reset.clicked.connect(lambda _checked, name=name: self._on_reset(name))
        self._grid.removeWidget(self.empty)
        self._grid.addWidget(self.empty, _LINES * len(self.rows), _LABEL, 1, 3)
        self.set_values(defaults)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give labels that wrap some of the room of a wide form.

        In a narrow one, a field that would be cut beside its label is put below it.
        """
        widest = max((row.label_width() for row in self.rows.values()), default=0)
        most = _LABEL_WIDTH + max(self.width() - _USUAL_WIDTH, 0) // 2
        beside = min(max(widest, _LABEL_WIDTH), most)
        self._grid.setColumnMinimumWidth(_LABEL, beside)
        for row in self.rows.values():
            taken = beside + row.reset.sizeHint().width() + 2 * self._grid.spacing()
            row.arrange(self._grid, self.width() - taken)
        self.empty.setFixedHeight(max(self.empty.heightForWidth(self.width()), 0))

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show ``values``; tells no one."""
        for name, value in values.items():
            row = self.rows.get(name)
            if row is not None:
                default = self._defaults.get(name, value)
                row.show_value(value, default)
        self._name_empty()

    def _name_empty(self) -> None:
        """Give empty lists one line together, where they are many."""
        empty = [row for row in self.rows.values() if row.is_empty]
        together = empty if len(empty) > _FEW_EMPTY else []
        for row in self.rows.values():
            row.set_shown(row not in together)
        names = ", ".join(row.name[:1].lower() + row.name[1:] for row in together)
        self.empty.setText(f"None: {names}")
        self.empty.setToolTip(plain_tip("\n".join(row.told for row in together)))
        self.empty.setVisible(bool(together))
        self._share_width()

    def focus_on(self, name: str) -> None:
        """Put the keyboard into the field of a parameter."""
        self.rows[name].field.focus_widgets()[0].setFocus()

    def focus_chain(self) -> tuple[QWidget, ...]:
        """Return everything that takes the keyboard, from top to bottom."""
        rows = self.rows.values()
        return tuple(one for row in rows for one in (*row.field.focus_widgets(), row.reset))

    def show_problem(self, name: str, problem: str) -> None:
        """Say at the field why its value cannot be used."""
        if name in self.rows:
            self.rows[name].say(problem)

    def _on_committed(self, name: str, value: object) -> None:
        self.rows[name].mark(is_changed=value != self._defaults.get(name))
        self.edited.emit(name, value)

    def _on_reset(self, name: str) -> None:
        default = self._defaults[name]
        self.rows[name].show_value(default, default)
        self._name_empty()
        self.edited.emit(name, default)


class _Row:
    """Label, field, reset arrow, and the line that says what is wrong."""

    def __init__(self, spec: "FieldSpec") -> None:
        self._spec = spec
        self.label = Label(spec.label)
        self.label.setMinimumWidth(_LABEL_WIDTH)
        self.label.setContentsMargins(0, 0, GRID, 0)
        self.label.setWordWrap(True)
        self.field: Field = field_for(spec)
        self.reset = icon_button("reset", f"Reset {spec.label} to its default")
        self._keep_place(kept=True)
        self.problem = Label("", "wrong")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.is_empty = False  # a list with nothing in it
        self._place, self._is_below = 0, False  # the field, of its label
        self.label.setBuddy(self.field.focus_widgets()[0])
        self.field.problem_changed.connect(self.say)

    def put_into(self, grid: QGridLayout, place: int) -> None:
        """Take the lines of the grid from ``place`` on."""
        self._place = place
        grid.addWidget(self.problem, place + 2, _LABEL, 1, 3)
        self._put(grid)

    def arrange(self, grid: QGridLayout, room: int) -> None:
        """Put the field beside its label where that leaves it enough ``room``, else below."""
        is_below = self.field.wanted_width() > room
        if is_below != self._is_below:
            self._is_below = is_below
            for part in (self.label, self.field, self.reset):
                grid.removeWidget(part)
            self._put(grid)

    def _put(self, grid: QGridLayout) -> None:
        below, wide = (1, 2) if self._is_below else (0, 1)
        is_tall = self._spec.kind == "center"  # may have a second line
        beside = Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag.AlignVCenter
        above = GRID + 2 if is_tall and not self._is_below else 0
        self.label.setContentsMargins(0, above, GRID, 0)
        grid.addWidget(self.label, self._place, _LABEL, 1, wide, beside)
        first = _LABEL if self._is_below else _FIELD
        grid.addWidget(self.field, self._place + below, first, 1, wide)
        grid.addWidget(self.reset, self._place + below, _RESET, beside)

    @property
    def name(self) -> str:
        """What the parameter is called."""
        return self._spec.label

    @property
    def told(self) -> str:
        """Name and meaning."""
        return f"{self._spec.label}: {self._spec.tooltip}"

    def set_shown(self, shown: bool) -> None:  # noqa: FBT001  (as Qt's setVisible)
        """Show the row, or leave no room for it."""
        self.label.setVisible(shown)
        self.field.setVisible(shown)
        self._keep_place(kept=shown)

    def _keep_place(self, *, kept: bool) -> None:
        """Keep the room of the arrow while there is nothing to reset, but not without the row."""
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(kept)
        self.reset.setSizePolicy(policy)

    def label_width(self) -> int:
        """Return the width of the label in one line, as bold as it may become."""
        font = self.label.font()
        font.setBold(True)
        return QFontMetrics(font).horizontalAdvance(self._spec.label) + 2 * GRID

    def take_away(self, grid: QGridLayout) -> None:
        for part in (self.label, self.field, self.reset, self.problem):
            grid.removeWidget(part)
            part.hide()
            part.deleteLater()

    def show_value(self, value: Any, default: Any) -> None:
        self.field.set_value(value)
        self.is_empty = self._spec.kind == "list" and value == ()
        self.say("")
        self.mark(is_changed=value != default)
        said = f"{self._spec.tooltip}\n{_default_text(default, self._spec)}"
        self.label.setToolTip(plain_tip(said))
        self.field.setToolTip(plain_tip(said))
        self.reset.setToolTip(plain_tip(f"Reset. {_default_text(default, self._spec)}"))

    def mark(self, *, is_changed: bool) -> None:
        set_state(self.label, "changed", "true" if is_changed else "false")
        self.reset.setVisible(is_changed)

    def say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _default_text(default: Any, spec: "FieldSpec") -> str:
    unit = f" {spec.unit}" if spec.unit else ""
    if default is None or default == (None, None):
        return "Default: automatic."
    if isinstance(default, tuple):
        words = [fixed_text(one, spec.decimals) for one in default if isinstance(one, int | float)]
        return f"Default: {' – '.join(words)}{unit}." if words else "Default: none."
    if isinstance(default, float):
        return f"Default: {fixed_text(default, spec.decimals)}{unit}."
    return f"Default: {default if default != '' else 'empty'}{unit}."
