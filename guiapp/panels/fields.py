"""The fields that parameters are typed into: they say at once what is wrong with a value."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from guiapp.look import theme
from guiapp.look.numbers import fixed_text, parsed_number
from guiapp.look.parts import ChoiceBox, ElidedLabel, Label, column, fitted, set_state

if TYPE_CHECKING:
    from engine.analyses import FieldSpec

_PIXEL = "pixel…"
_AUTOMATIC = "automatic"
_PADDING, _TIGHT_PADDING = 8, 4
_LINE_FRAME = 6  # of a line that is typed into, and of its cursor


class Field(QWidget):
    """A parameter: shows a value, and emits the one that the user commits."""

    committed = pyqtSignal(object)
    problem_changed = pyqtSignal(str)  # why the text is no value; "" when it is one

    def set_value(self, value: Any) -> None:
        """Show ``value``; tells no one."""
        raise NotImplementedError

    def focus_widgets(self) -> tuple[QWidget, ...]:
        """Return the parts that take the keyboard, in their order."""
        raise NotImplementedError

    def wanted_width(self) -> int:
        """Return how wide it must be for its words to be whole; 0: it has none."""
        words = [one for one in self.focus_widgets() if isinstance(one, ChoiceBox | QLineEdit)]
        return max(map(_words_width, words), default=0) if len(words) == 1 else 0


class NumberEdit(QLineEdit):
    """One number: Enter or leaving commits, Up and Down step, Esc goes back."""

    committed = pyqtSignal(object)  # float, int, or None when it may be empty
    problem_changed = pyqtSignal(str)

    def __init__(
        self,
        spec: "FieldSpec",
        *,
        name: str = "",
        empty: str = "",
        unit: str = "",
        decimals: int | None = None,
    ) -> None:
        super().__init__()
        self._spec = spec
        self._empty = empty
        self._unit = unit
        self._decimals = spec.decimals if decimals is None else decimals
        self._value: float | None = None
        self.setAccessibleName(name or spec.label)
        self.setPlaceholderText(empty)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumWidth(40)
        self._make_room()
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self.commit)

    def set_value(self, value: float | None) -> None:
        """Show ``value``; tells no one."""
        self._value = value
        self.setText(self._text_of(value))
        self._say("")

    def commit(self) -> None:
        """Emit what is typed if it is a new value; say why when it is none."""
        value, problem = self._read()
        self._say(problem)
        if problem:
            return
        if value != self._value:
            self._value = value
            self.setText(self._text_of(value))
            self.committed.emit(value)
        elif self.text() != self._text_of(value):
            self.setText(self._text_of(value))

    def step(self, n_steps: float) -> None:
        """Go ``n_steps`` steps up or down inside the range, and commit."""
        step = self._spec.step if math.isfinite(self._spec.step) else 10.0**-self._spec.decimals
        value, problem = self._read()
        if problem or value is None:
            return
        low = self._spec.low if math.isfinite(self._spec.low) else -math.inf
        high = self._spec.high if math.isfinite(self._spec.high) else math.inf
        self.setText(self._text_of(min(max(value + n_steps * step, low), high)))
        self.commit()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        if self._unit and (self.text() or not self._empty):
            painter = QPainter(self)
            painter.setPen(QColor(theme.tokens.dim))
            padding = _TIGHT_PADDING if self.property("tight") else _PADDING
            place = self.rect().adjusted(0, 0, -padding, 0)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit
            )

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._make_room()

    def _make_room(self) -> None:
        """Keep the unit's room free at the right."""
        width = self.fontMetrics().horizontalAdvance(f" {self._unit}") if self._unit else 0
        self.setTextMargins(0, 0, width, 0)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10}
        steps[Qt.Key.Key_PageDown] = -10
        if event.key() in steps:
            self.step(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self.text() != self._text_of(self._value):
            self.set_value(self._value)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None and self.hasFocus() and event.angleDelta().y():
            self.step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        elif event is not None:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.commit()

    def _on_edited(self) -> None:
        self._say(self._read()[1] if self.property("problem") == "true" else "")

    def _say(self, problem: str) -> None:
        state = "true" if problem else "false"
        if self.property("problem") != state:
            set_state(self, "problem", state)
        self.setAccessibleDescription(problem)
        self.problem_changed.emit(problem)

    def _read(self) -> tuple[float | None, str]:
        """Return the value of the text, and why it is none."""
        text = self.text().strip()
        if not text:
            return None, "" if self._empty else "A number is needed here."
        if text == self._text_of(self._value):
            return self._value, ""
        value = parsed_number(text.removesuffix(self._spec.unit))
        if value is None:
            return None, f"“{text}” is not a number."
        if self._spec.kind == "integer":
            return (int(value), "") if value == int(value) else (None, "A whole number is needed.")
        return value, self._range_problem(value)

    def _range_problem(self, value: float) -> str:
        low, high = self._spec.low, self._spec.high
        unit = f" {self._spec.unit}" if self._spec.unit else ""
        if math.isfinite(low) and value < low:
            return f"At least {_plain(low)}{unit}."
        if math.isfinite(high) and value > high:
            return f"At most {_plain(high)}{unit}."
        return ""

    def _text_of(self, value: float | None) -> str:
        if value is None:
            return ""
        decimals = self._decimals
        while decimals < 12 and not math.isclose(
            round(value, decimals), value, rel_tol=1e-12, abs_tol=1e-15
        ):
            decimals += 1
        return fixed_text(value, decimals)


def automatic_text(spec: "FieldSpec") -> str:
    """Return what stands in an empty field; ``""``: it may not be empty."""
    return f"auto: {spec.automatic}" if spec.automatic else ""


class NumberField(Field):
    """A number with its unit."""

    def __init__(self, spec: "FieldSpec") -> None:
        super().__init__()
        self.edit = NumberEdit(spec, unit=spec.unit, empty=automatic_text(spec))
        column(self).addWidget(self.edit)
        self.edit.committed.connect(self.committed)
        self.edit.problem_changed.connect(self.problem_changed)

    def set_value(self, value: Any) -> None:
        self.edit.set_value(value)

    def focus_widgets(self) -> tuple[QWidget, ...]:
        return (self.edit,)


class PairField(Field):
    """Two numbers, low and high; either may be empty if it may be absent."""

    def __init__(self, spec: "FieldSpec", *, empty: str = _AUTOMATIC) -> None:
        super().__init__()
        self._values: list[float | None] = [None, None]
        self.edits = tuple(
            NumberEdit(spec, name=f"{spec.label}, {end}", empty=empty, unit=unit, decimals=1)
            for end, unit in (("from", ""), ("to", spec.unit))
        )
        row = QHBoxLayout(self)
        fitted(row)
        shown = spec.automatic.split("–") if "–" in spec.automatic else ("auto", "auto")
        for place, edit in enumerate(self.edits):
            edit.setPlaceholderText(shown[place])
            edit.setProperty("tight", "true")
            row.addWidget(edit, 5 + 2 * place)
            edit.committed.connect(lambda value, place=place: self._on_committed(place, value))
            edit.problem_changed.connect(self.problem_changed)
        row.insertWidget(1, Label("–", "dim"))

    def set_value(self, value: Any) -> None:
        self._values = list(value)
        for edit, one in zip(self.edits, self._values, strict=True):
            edit.set_value(one)

    def focus_widgets(self) -> tuple[QWidget, ...]:
        return self.edits

    def _on_committed(self, place: int, value: float | None) -> None:
        wanted = list(self._values)
        wanted[place] = value
        low, high = wanted
        if low is not None and high is not None and low >= high:
            self.problem_changed.emit("The first number must be below the second.")
            set_state(self.edits[place], "problem", "true")
            return
        self._values = wanted
        self.committed.emit((low, high))


class ChoiceField(Field):
    """One of several words."""

    def __init__(self, spec: "FieldSpec") -> None:
        super().__init__()
        self.box = _QuietCombo()
        for word, choice in zip(spec.choice_words or spec.choices, spec.choices, strict=True):
            self.box.addItem(word, choice)
        self.box.setAccessibleName(spec.label)
        column(self).addWidget(self.box)
        self.box.activated.connect(lambda _place: self.committed.emit(self.box.currentData()))

    def set_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(str(value)))

    def focus_widgets(self) -> tuple[QWidget, ...]:
        return (self.box,)


class TextField(Field):
    """Free text."""

    def __init__(self, spec: "FieldSpec") -> None:
        super().__init__()
        self._value = ""
        self.edit = QLineEdit()
        self.edit.setAccessibleName(spec.label)
        self.edit.setPlaceholderText(automatic_text(spec))
        column(self).addWidget(self.edit)
        self.edit.editingFinished.connect(self._on_finished)

    def set_value(self, value: Any) -> None:
        self._value = str(value)
        self.edit.setText(self._value)

    def focus_widgets(self) -> tuple[QWidget, ...]:
        return (self.edit,)

    def _on_finished(self) -> None:
        text = self.edit.text().strip()
        if text != self._value:
            self._value = text
            self.committed.emit(text)


class CenterField(Field):
    """A word, or a pixel (x, y)."""

    def __init__(self, spec: "FieldSpec") -> None:
        super().__init__()
        self.box = _QuietCombo()
        self.box.addItems([*spec.choices, _PIXEL])
        self.box.setAccessibleName(spec.label)
        self.edits = tuple(NumberEdit(spec, name=f"{spec.label}, {axis}") for axis in "xy")
        self._pixel: list[float] = [0.0, 0.0]
        self._pixel_row = QWidget()
        row = QHBoxLayout(self._pixel_row)
        fitted(row)
        for place, (axis, edit) in enumerate(zip("xy", self.edits, strict=True)):
            row.addWidget(Label(axis, "dim"))
            row.addWidget(edit, 1)
            edit.committed.connect(lambda value, place=place: self._on_pixel(place, value))
            edit.problem_changed.connect(self.problem_changed)
        box = column(self)
        box.addWidget(self.box)
        box.addWidget(self._pixel_row)
        self.box.activated.connect(self._on_chosen)

    def set_value(self, value: Any) -> None:
        is_word = isinstance(value, str)
        with QSignalBlocker(self.box):
            self.box.setCurrentText(value if is_word else _PIXEL)
        if not is_word:
            self._pixel = [float(value[0]), float(value[1])]
        for edit, one in zip(self.edits, self._pixel, strict=True):
            edit.set_value(one)
        self._pixel_row.setVisible(not is_word)

    def focus_widgets(self) -> tuple[QWidget, ...]:
        return (self.box, *self.edits)

    def _on_chosen(self) -> None:
        word = self.box.currentText()
        self._pixel_row.setVisible(word == _PIXEL)
        if word == _PIXEL:
            self.edits[0].setFocus()
        else:
            self.committed.emit(word)

    def _on_pixel(self, place: int, value: float | None) -> None:
        if value is not None:
            self._pixel[place] = value
            self.committed.emit((self._pixel[0], self._pixel[1]))


class ListField(Field):
    """Things that are edited in the plot: the form says how many there are."""

    def __init__(self, spec: "FieldSpec") -> None:
        super().__init__()
        self.label = ElidedLabel("", "dim")
        self.label.setAccessibleName(spec.label)
        box = column(self)
        box.addWidget(self.label)

    def set_value(self, value: Any) -> None:
        count = _AUTOMATIC if value is None else str(len(value)) if value else "none"
        self.label.set_full_text(count)

    def focus_widgets(self) -> tuple[QWidget, ...]:
        return (self.label,)


class _QuietCombo(ChoiceBox):
    """A choice that the wheel does not change while the form is scrolled past it."""

    has_words = True

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()


_FIELDS: "dict[str, Callable[[FieldSpec], Field]]" = {
    "choice": ChoiceField,
    "text": TextField,
    "center": CenterField,
    "list": ListField,
    "pair": PairField,
}


def _words_width(part: ChoiceBox | QLineEdit) -> int:
    """Return how wide a box is with its longest choice, or a line with what it says if empty."""
    if isinstance(part, ChoiceBox):
        return part.width_of_choices()
    advance = part.fontMetrics().horizontalAdvance
    return advance(part.placeholderText()) + 2 * _PADDING + _LINE_FRAME


def field_for(spec: "FieldSpec") -> Field:
    """Return the field that edits ``spec``."""
    return _FIELDS.get(spec.kind, NumberField)(spec)


def _plain(value: float) -> str:
    return fixed_text(value, 0) if value == int(value) else f"{value:g}".replace("-", "−")
