"""Small pictures of all stars, one an image: which one is looked at, at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap
from PyQt6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from engine.arrays import AnyFloatArray
from guiapp.look import theme
from guiapp.look.fonts import resized
from guiapp.look.parts import plain_tip
from guiapp.plots.color_maps import N_COLORS, MapName, color_table
from guiapp.plots.colors import color_of
from guiapp.plots.stretch import brightness
from guiapp.views.cube_images import levels_of

_SIDE = 62  # device-independent pixels
_TEXT_SIZE = 0.86
_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, eq=False, slots=True)
class Thumbnail:
    """One picture of the gallery.

    Attributes
    ----------
    id, title, tip : str
        Id of the image; what stands below; what the tool tip says.
    values : ndarray, shape (n, n)
        The pixels around the star.
    is_left_out, is_bad : bool
        Whether the user left it out; whether it gives no flux.
    """

    id: str
    title: str
    tip: str
    values: AnyFloatArray
    is_left_out: bool = False
    is_bad: bool = False


class StarGallery(QListWidget):
    """Pictures to choose from.

    Signals
    -------
    chosen(str)
        Id of the image that the user picked.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Gallery of images")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setUniformItemSizes(True)
        self.setFont(resized(self.font(), _TEXT_SIZE))
        self.setSpacing(4)
        self.map_name: MapName = "magma"
        self._thumbnails: tuple[Thumbnail, ...] = ()
        self.currentItemChanged.connect(self._on_current)
        theme.changed.connect(self._draw)

    def show_thumbnails(self, thumbnails: Sequence[Thumbnail]) -> None:
        """Show other pictures; the one that is chosen stays chosen."""
        self._thumbnails = tuple(thumbnails)
        self._draw()

    def choose(self, image_id: str) -> None:
        """Mark the picture of an image; tells no one."""
        with QSignalBlocker(self):
            for row in range(self.count()):
                item = self.item(row)
                if item is not None and item.data(_ID) == image_id:
                    self.setCurrentItem(item)
                    self.scrollToItem(item)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the pictures in their order."""
        return tuple(one.id for one in self._thumbnails)

    def set_map(self, map_name: MapName) -> None:
        """Change the colors."""
        self.map_name = map_name
        self._draw()

    def _draw(self) -> None:
        current = self.currentItem()
        kept = "" if current is None else current.data(_ID)
        width = _SIDE + 22
        with QSignalBlocker(self):
            self.clear()
            for one in self._thumbnails:
                picture = _picture(one, self.map_name)
                icon = QIcon(picture)
                icon.addPixmap(picture, QIcon.Mode.Selected)  # Qt would tint it
                item = QListWidgetItem(icon, one.title)
                item.setData(_ID, one.id)
                item.setToolTip(plain_tip(one.tip))
                item.setSizeHint(QSize(width, _SIDE + 2 * self.fontMetrics().height() + 14))
                self.addItem(item)
        self.choose(kept)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_ID))


def _picture(one: Thumbnail, map_name: MapName) -> QPixmap:
    """Return the pixels in colors, crossed when the image is left out, framed when it is bad."""
    share = brightness(one.values, levels_of(one.values), "arcsinh")
    index = np.where(np.isfinite(share), share * (N_COLORS - 1) + 0.5, 0.0).astype(np.intp)
    colors = np.ascontiguousarray(color_table(map_name)[index][::-1])
    n_y, n_x = share.shape
    image = QImage(colors.tobytes(), n_x, n_y, 3 * n_x, QImage.Format.Format_RGB888)
    pixmap = QPixmap.fromImage(image).scaled(_SIDE, _SIDE)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if one.is_left_out:
        painter.setPen(QPen(QColor(color_of("care")), 2))
        painter.drawLine(4, 4, _SIDE - 4, _SIDE - 4)
        painter.drawLine(4, _SIDE - 4, _SIDE - 4, 4)
    if one.is_bad:
        painter.setPen(QPen(QColor(color_of("wrong")), 3))
        painter.drawRect(1, 1, _SIDE - 3, _SIDE - 3)
    painter.end()
    return pixmap
