"""The order in which Tab goes through a window: as one reads it, however its parts were made.

Qt goes through widgets in the order in which they were made; forms and views are made late.
"""

from collections.abc import Iterable, Sequence

from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtWidgets import QApplication, QScrollArea, QWidget


def step_focus(window: QWidget, regions: Sequence[QWidget], *, by: int) -> bool:
    """Move the focus to the next widget of ``regions`` (1), or the one before (-1).

    Parameters
    ----------
    window : QWidget
        Holds the regions.
    regions : sequence of QWidget
        One after the other; inside of each it goes by rows.
    by : int
        1 or -1.

    Returns
    -------
    bool
        Whether there was one.
    """
    now = QApplication.focusWidget()
    stops = [stop for region in regions for stop in _stops(window, region, now)]
    if all(one is now for one in stops):
        return False
    place = next((i for i, one in enumerate(stops) if one is now), -1 if by > 0 else 0)
    reason = Qt.FocusReason.TabFocusReason if by > 0 else Qt.FocusReason.BacktabFocusReason
    wanted = stops[(place + by) % len(stops)]
    wanted.setFocus(reason)
    _scroll_to(wanted)
    return True


def _scroll_to(wanted: QWidget) -> None:
    """Bring ``wanted`` into view where it is in something that scrolls."""
    above = wanted.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(wanted)
        above = above.parentWidget()


def _stops(window: QWidget, region: QWidget, now: QWidget | None) -> list[QWidget]:
    """Return the widgets in ``region`` that take the focus, in the order of reading.

    One that has the focus ``now`` is among them, though it may be about to vanish.
    """
    places = [
        (QRect(one.mapTo(window, QPoint(0, 0)), one.size()), one)
        for one in (region, *region.findChildren(QWidget))
        if one is now or _takes_focus(one, window)
    ]
    return [one for row in _rows(places) for _, one in row]


def _takes_focus(one: QWidget, window: QWidget) -> bool:
    is_stop = bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.focusProxy() is None
    return is_stop and one.isEnabled() and one.isVisible() and one.window() is window


def _rows(places: Iterable[tuple[QRect, QWidget]]) -> list[list[tuple[QRect, QWidget]]]:
    """Share widgets into rows, each from left to right.

    What begins beside something belongs to its row: a column of small parts beside a plot, too.
    """
    rows: list[list[tuple[QRect, QWidget]]] = []
    for place in sorted(places, key=lambda one: (one[0].top(), one[0].left())):
        if rows and place[0].center().y() <= rows[-1][0][0].bottom():
            rows[-1].append(place)
        else:
            rows.append([place])
    return [sorted(row, key=lambda one: (one[0].left(), one[0].top())) for row in rows]
