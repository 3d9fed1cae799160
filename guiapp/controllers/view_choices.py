"""What was chosen in a view, by name: kept with the layout of a session, and taken back from it."""

from collections.abc import Iterable, Mapping
from operator import attrgetter

from PyQt6.QtWidgets import QComboBox, QWidget

from guiapp.plots.segments import SegmentBar


def choices_of(view: QWidget, kept: Mapping[str, str]) -> dict[str, str]:
    """Return what is chosen in a view.

    Parameters
    ----------
    view : QWidget
        The view.
    kept : mapping of str to str
        By the name of a choice, where in the view its bar or box is: ``"lower_pane.graphs"``.
    """
    found = {name: attrgetter(place)(view) for name, place in kept.items()}
    return {
        name: one.current if isinstance(one, SegmentBar) else one.currentText()
        for name, one in found.items()
    }


def take_choices(view: QWidget, kept: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Choose as a hand would; names and values that this version does not know change nothing."""
    for name, place in kept.items():
        one, value = attrgetter(place)(view), wanted.get(name, "")
        if isinstance(one, SegmentBar):
            if value in one.codes and value != one.current:
                one.choose(value)
                one.chosen.emit(value)
        else:
            _take_in_box(one, value)


def _take_in_box(box: QComboBox, value: str) -> None:
    place = box.findText(value) if value else -1
    if place >= 0 and place != box.currentIndex():
        box.setCurrentIndex(place)
        box.activated.emit(place)


def by_view(plain: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Return choices (view, name, value) by view and name."""
    found: dict[str, dict[str, str]] = {}
    for view, name, value in plain:
        found.setdefault(view, {})[name] = value
    return found


def as_plain(choices: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str, str], ...]:
    """Return choices as a layout keeps them: (view, name, value), sorted."""
    return tuple(
        (view, name, value)
        for view, chosen in sorted(choices.items())
        for name, value in sorted(chosen.items())
    )
