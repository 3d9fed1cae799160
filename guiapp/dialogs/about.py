"""What this program is, and where it keeps things."""

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QGridLayout, QWidget

from guiapp.dialogs.sheet import Sheet
from guiapp.look import icon
from guiapp.look.parts import Label, fitted
from guiapp.look.tokens import GRID

_MARK = 48


class AboutDialog(Sheet):
    """Version, license, and the places on this computer."""

    def __init__(
        self, version: str, places: tuple[tuple[str, str], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            f"Fluxknot {version}",
            "A desktop workbench for the spectrophotometric calibration of JWST instruments. "
            "Free software under the GNU General Public License, version 3 or later; "
            "it comes without any warranty.",
            parent=parent,
        )
        mark = Label()
        mark.setPixmap(icon("fluxknot").pixmap(QSize(_MARK, _MARK), self.devicePixelRatioF()))
        self.body.addWidget(mark)
        grid = QGridLayout()
        fitted(grid, spacing=2 * GRID)
        grid.setColumnStretch(1, 1)
        for row, (name, place) in enumerate(places):
            said = Label(place)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            said.setWordWrap(True)
            grid.addWidget(Label(name, "dim"), row, 0)
            grid.addWidget(said, row, 1)
        self.body.addLayout(grid)
        self.add_button("Close", "primary").clicked.connect(self.accept)
