"""Collects reference cycles in the window's thread, between two events, and nowhere else.

A cycle may hold widgets. Left to itself, Python collects wherever memory is next asked for: on a
worker's thread, or while Qt walks through its widgets to give them another palette. Either ends
the process.
"""

import gc
import math

from PyQt6.QtCore import QObject, QTimer

from guiapp.jobs.runner import any_at_work

# What a worker makes piles up between two looks, and is walked through at once: a second of an
# export of figures takes 0.08 s, ten of them in the next generation 0.45 s.
_BUSY_MS = 50
_IDLE_MS = 250
_QUIET_MS = 2000  # without a job, before the oldest generation: a hand at work starts one again
_OLDEST = 2
_PATIENCE = 50.0  # how far beyond its threshold the oldest generation may wait: minutes of work


class CycleCollector(QObject):
    """Takes over from Python's automatic collection until `stop`.

    Parameters
    ----------
    parent : QObject, optional
        Owner; it lives in the thread of the window.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quiet_ms = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_IDLE_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Collect from now on between events; what is there already is taken to stay."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Give the work back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _look(self) -> None:
        is_busy = any_at_work()
        self._quiet_ms = 0 if is_busy else self._quiet_ms + self._timer.interval()
        self._timer.setInterval(_BUSY_MS if is_busy else _IDLE_MS)
        collect_due(self._quiet_ms)


def collect_due(quiet_ms: float = math.inf) -> int:
    """Collect the oldest generation that is due by Python's own thresholds; return which.

    The oldest of all takes a tenth of a second, and waits until no job was under way for a while:
    the window has enough to do with what jobs bring.

    Parameters
    ----------
    quiet_ms : float
        How long no job was under way.

    Returns
    -------
    int
        The generation that was collected; -1 when none was due.
    """
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [age for age in (_OLDEST, 1, 0) if thresholds[age] and counts[age] > thresholds[age]]
    is_quiet = quiet_ms >= _QUIET_MS and not any_at_work()
    if not is_quiet and counts[_OLDEST] <= _PATIENCE * thresholds[_OLDEST]:
        due = [age for age in due if age != _OLDEST]
    if not due:
        return -1
    gc.collect(due[0])
    return due[0]
