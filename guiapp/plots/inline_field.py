"""A small field over a plot: a name or a number, without a dialog."""

from collections.abc import Callable

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from guiapp.look.parts import Label, set_state


class InlineField(QWidget):
    """Asks for one text where the mouse is; Enter takes it, Esc or a click elsewhere does not."""

    def __init__(self, plot: QWidget) -> None:
        super().__init__(plot)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._plot = plot
        self._then: Callable[[str], None] | None = None
        self._problem_of: Callable[[str], str] | None = None
        self._is_kept = False  # Enter ends the editing, too
        self.label = Label("", "dim")
        self.field = QLineEdit()
        self.field.setMinimumWidth(120)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.field)
        self.field.returnPressed.connect(self._take)
        self.field.editingFinished.connect(self._on_finished)
        self.hide()

    def ask(
        self,
        question: str,
        text: str,
        at: QPointF,
        then: Callable[[str], None],
        *,
        problem_of: Callable[[str], str] | None = None,
    ) -> None:
        """Ask ``question`` at a place in the plot; ``then`` gets the answer, if there is one.

        While ``problem_of`` an answer is not ``""``, it is shown and the field stays.
        """
        self._then, self._problem_of = then, problem_of
        self._mark(is_problem=False)
        self.label.setText(question)
        self.field.setAccessibleName(question)
        self.field.setText(text)
        self.field.selectAll()
        self.adjustSize()
        left = min(max(at.x() - self.width() / 2, 4), self._plot.width() - self.width() - 4)
        top = min(max(at.y() - self.height() - 8, 4), self._plot.height() - self.height() - 4)
        self.move(round(left), round(top))
        self.show()
        self.raise_()
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self._give_up()
            self._plot.setFocus()
            return
        super().keyPressEvent(event)

    def _take(self) -> None:
        then, text = self._then, self.field.text().strip()
        problem = "" if self._problem_of is None else self._problem_of(text)
        if problem:
            self.label.setText(problem)
            self._mark(is_problem=True)
            self._is_kept = True
            self.adjustSize()
            self.field.selectAll()
            return
        self._give_up()
        self._plot.setFocus()
        if then is not None:
            then(text)

    def _on_finished(self) -> None:
        if self._is_kept:
            self._is_kept = False
            return
        self._give_up()

    def _mark(self, *, is_problem: bool) -> None:
        self.label.set_tone("wrong" if is_problem else "dim")
        set_state(self.field, "problem", "true" if is_problem else "false")

    def _give_up(self) -> None:
        self._then = None
        self.hide()
