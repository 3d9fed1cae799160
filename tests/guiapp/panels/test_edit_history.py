"""Tests of guiapp.panels.edit_history; how it is opened and closed: test_inspector."""

from PyQt6.QtGui import QUndoCommand, QUndoStack
from PyQt6.QtWidgets import QApplication, QStyledItemDelegate, QStyleOptionViewItem

from guiapp.panels.edit_history import EditHistory

_MANY = 200


class Counting(QStyledItemDelegate):
    """Counts how often the size of an edit is asked for."""

    n_asked = 0

    def sizeHint(self, option, index):
        self.n_asked += 1
        return super().sizeHint(option, index)


def test_an_edit_after_many_does_not_measure_all_of_them_again(qtbot):
    history, stack = EditHistory(), QUndoStack()
    qtbot.addWidget(history)
    history.show_stack(stack)
    history.header.click()
    history.resize(240, 200)
    history.show()
    for number in range(_MANY):
        stack.push(QUndoCommand(f"Set the radius to {number}"))
    QApplication.processEvents()
    counting = Counting(history)
    history.edits.setItemDelegate(counting)
    QApplication.processEvents()
    counting.n_asked = 0

    stack.push(QUndoCommand("Mask 5.9–6.0 µm in 1B"))
    QApplication.processEvents()

    assert 0 < counting.n_asked < _MANY / 4


def test_edits_that_were_taken_back_are_drawn_fainter_than_those_in_force(qtbot):
    history, stack = EditHistory(), QUndoStack()
    qtbot.addWidget(history)
    history.show_stack(stack)
    for number in range(3):
        stack.push(QUndoCommand(f"Set the radius to {number}"))
    stack.undo()
    delegate, model = history.edits.itemDelegate(), history.edits.model()

    shown = []
    for row in range(model.rowCount()):
        option = QStyleOptionViewItem()
        delegate.initStyleOption(option, model.index(row, 0))
        shown.append((option.palette.text().color().alpha() < 255, option.font.italic()))

    assert shown == [(False, False)] * 3 + [(True, True)]
    assert history.edits.uniformItemSizes()


def test_the_frame_of_the_header_ends_above_the_last_edit(qtbot, dressed):
    history = EditHistory()
    qtbot.addWidget(history)

    history.setFixedSize(240, history.closed_height)
    history.show()
    QApplication.processEvents()

    assert history.header.geometry().bottom() < history.last.geometry().top()
