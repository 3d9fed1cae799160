"""The dialog that asks what is sent to which other program."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QWidget

from guiapp.dialogs.sheet import Sheet
from guiapp.look.parts import Label

ALL = "All that take it"


class SendDialog(Sheet):
    """Asks what to send, and to whom.

    Parameters
    ----------
    offers : mapping of str to tuple of (str, str)
        What can be sent, each with the programs (id, name) that take it.
    """

    chosen = pyqtSignal(str, str)  # what, id of the program or "" for all

    def __init__(
        self, offers: dict[str, tuple[tuple[str, str], ...]], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "Send to another program",
            "Programs on this computer that are connected to SAMP.",
            parent=parent,
            width=440,
        )
        self._offers = offers
        self.what, self.to = QComboBox(), QComboBox()
        self.what.addItems(list(offers))
        form = QFormLayout()
        for label, field in (("What", self.what), ("To", self.to)):
            field.setAccessibleName(label)
            form.addRow(Label(label), field)
        self.body.addLayout(form)
        self.nobody = Label("No program that takes this is connected.", "care")
        self.body.addWidget(self.nobody)
        self.add_button("Cancel").clicked.connect(self.reject)
        self.send = self.add_button("Send", "primary")
        self.send.clicked.connect(self._on_send)
        self.what.currentTextChanged.connect(self._show_programs)
        self._show_programs(self.what.currentText())

    def _show_programs(self, what: str) -> None:
        programs = self._offers.get(what, ())
        self.to.clear()
        if len(programs) > 1:
            self.to.addItem(ALL, "")
        for one, name in programs:
            self.to.addItem(name, one)
        self.to.setEnabled(bool(programs))
        self.send.setEnabled(bool(programs))
        self.nobody.setVisible(not programs)

    def _on_send(self) -> None:
        self.chosen.emit(self.what.currentText(), self.to.currentData() or "")
        self.accept()
