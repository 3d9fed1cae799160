"""The units that are read on the screen: chosen in the menu, kept as preferences."""

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QObject, QSignalBlocker
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QWidget

from guiapp.dialogs.ask import TextDialog
from guiapp.look.numbers import parsed_number
from guiapp.look.units import FLUX_UNITS, WAVE_UNITS, shown_units
from guiapp.settings.preferences import Preferences

_WAVE_ACTIONS = {"µm": "view.wave_um", "cm⁻¹": "view.wave_per_cm", "km/s": "view.wave_km_s"}
_FLUX_ACTIONS = {
    "Jy": "view.flux_jy", "mJy": "view.flux_mjy", "Fλ": "view.flux_flam", "mag": "view.flux_mag",
}  # fmt: skip
_RANGE_UM = (4.9, 28.7)
_LIMITS_UM = (0.1, 1000.0)


class UnitSwitch(QObject):
    """Ties the actions of the menu, the preferences and `shown_units` together.

    Parameters
    ----------
    window : QWidget
        Above which a line is asked for.
    preferences : Preferences
        Where the choice is kept.
    action : callable
        Returns an action of the window by its id.
    """

    def __init__(
        self, window: QWidget, preferences: Preferences, action: Callable[[str], QAction]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._action = action
        for unit, name in _WAVE_ACTIONS.items():
            choose = self.ask_line if unit == "km/s" else partial(self._choose, "wave_unit", unit)
            action(name).triggered.connect(lambda _checked, choose=choose: choose())
        for unit, name in _FLUX_ACTIONS.items():
            choose = partial(self._choose, "flux_unit", unit)
            action(name).triggered.connect(lambda _checked, choose=choose: choose())
        for names in (_WAVE_ACTIONS, _FLUX_ACTIONS):
            group = QActionGroup(self)  # one of each: drawn as such
            for name in names.values():
                group.addAction(action(name))
        preferences.changed.connect(lambda _name: self._show())
        shown_units.changed.connect(self._keep)
        self._show()

    def ask_line(self) -> None:
        """Ask around which line velocities are read."""
        from engine.spectra.lines import lines_between  # noqa: PLC0415  (not needed at the start)

        self._show()  # a dialog that is cancelled leaves the choice as it is
        lines = tuple(f"{one.name}  {one.wave_um:.4f}" for one in lines_between(*_RANGE_UM))
        dialog = TextDialog(
            "Velocity around which line?",
            "A line of the list, or a wavelength in µm.",
            text=f"{self._preferences.number('line_um'):.4f}",
            suggestions=lines,
            action="Show velocities",
            parent=self._window,
        )
        dialog.taken.connect(self._on_line)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_line(self, text: str) -> None:
        wave = parsed_number(text.rsplit(maxsplit=1)[-1])
        if wave is None or not _LIMITS_UM[0] <= wave <= _LIMITS_UM[1]:
            self.ask_line()
            return
        self._preferences.set("line_um", wave)
        self._choose("wave_unit", "km/s")

    def _choose(self, name: str, unit: str) -> None:
        self._preferences.set(name, unit)
        self._show()

    def _keep(self) -> None:
        """Keep what was chosen in a view."""
        with QSignalBlocker(self._preferences):  # half of a choice is no choice
            self._preferences.set("flux_unit", shown_units.flux)
            self._preferences.set("wave_unit", shown_units.wave)
        self._mark()

    def _mark(self) -> None:
        chosen = {self._preferences.text("wave_unit"), self._preferences.text("flux_unit")}
        for unit, name in (_WAVE_ACTIONS | _FLUX_ACTIONS).items():
            self._action(name).setChecked(unit in chosen)

    def _show(self) -> None:
        self._mark()
        wave, flux = self._preferences.text("wave_unit"), self._preferences.text("flux_unit")
        shown_units.choose(
            wave=next(one for one in WAVE_UNITS if one == wave),
            flux=next(one for one in FLUX_UNITS if one == flux),
            line_um=self._preferences.number("line_um"),
        )
