"""What the user prefers, declared once with type, range and default, kept in one small file."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs
from PyQt6.QtCore import QObject, QSettings, pyqtSignal

log = logging.getLogger(__name__)

Kind = Literal["choice", "number", "integer", "switch"]
Value = str | float | int | bool

_FILE = "settings.ini"


@dataclass(frozen=True, slots=True)
class Setting:
    """One preference.

    Attributes
    ----------
    name : str
        Key in the file.
    label, tip : str
        For the dialog.
    group : str
        Heading in the dialog.
    kind : {"choice", "number", "integer", "switch"}
        Type of the value.
    default : str, float, int or bool
        Value until the user chooses.
    choices : tuple of str
        What can be chosen, for ``"choice"``.
    low, high : float
        Range, for numbers.
    unit : str
        Shown behind the field.
    """

    name: str
    label: str
    group: str
    kind: Kind
    default: Value
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    tip: str = ""


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "theme", "Theme", "Appearance", "choice", "system", ("system", "light", "dark"),
        tip="“system” follows the desktop.",
    ),
    Setting(
        "text_percent", "Size of text", "Appearance", "integer", 100, low=70, high=200, unit="%",
        tip="100 % is the size that the desktop asks for.",
    ),
    Setting(
        "show_errors", "Show errors", "Plots", "switch", default=True,
        tip="Draw error bars and bands; they can be hidden in each plot, too.",
    ),
    Setting(
        "flux_unit", "Flux unit", "Plots", "choice", "Jy",
        ("Jy", "mJy", "F_λ", "MJy/sr", "AB mag"), tip="For display only; exports keep their unit.",
    ),
    Setting(
        "wave_unit", "Wavelength unit", "Plots", "choice", "µm", ("µm", "cm⁻¹"),
        tip="For display only; exports keep µm.",
    ),
    Setting(
        "pick_tolerance_px", "Pick tolerance", "Plots", "integer", 8, low=2, high=40, unit="px",
        tip="How near to a breakpoint or point a click must be, in device-independent pixels.",
    ),
    Setting(
        "workers", "Parallel jobs", "Work", "integer", 2, low=1, high=64,
        tip="How many quick jobs run at the same time. Takes effect at the next start.",
    ),
    Setting(
        "cache_mb", "Cache of results", "Work", "integer", 2000, low=100, high=200000, unit="MB",
        tip="Results are kept on disk so that a session opens fast; the oldest go first.",
    ),
    Setting(
        "autosave_s", "Autosave while editing", "Work", "integer", 10, low=5, high=600, unit="s",
        tip="How long after an edit a copy of the session is kept for recovery.",
    ),
)  # fmt: skip

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_N_RECENT = 12


def settings_path() -> Path:
    """Return where the preferences of this user are kept."""
    return platformdirs.user_config_path("fluxknot", appauthor=False) / _FILE


class Preferences(QObject):
    """The user's preferences, recent files and window layout.

    The file is replaced as a whole and under a lock, so that neither a crash nor a second window
    damages it. What is in it but makes no sense counts as not said.

    Parameters
    ----------
    path : Path
        The file; it need not exist.
    """

    changed = pyqtSignal(str)  # name of the preference
    recent_changed = pyqtSignal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = QSettings(str(path), QSettings.Format.IniFormat, self)
        self._file.setAtomicSyncRequired(True)
        self.path = path

    def text(self, name: str) -> str:
        """Return a preference of kind ``"choice"``."""
        return str(self._value(name))

    def number(self, name: str) -> float:
        """Return a preference of kind ``"number"``."""
        return float(self._value(name))

    def integer(self, name: str) -> int:
        """Return a preference of kind ``"integer"``."""
        return int(self._value(name))

    def is_on(self, name: str) -> bool:
        """Return a preference of kind ``"switch"``."""
        return bool(self._value(name))

    def value(self, name: str) -> Value:
        """Return any preference, in the type that it is declared with."""
        return self._value(name)

    def set(self, name: str, value: Value) -> None:
        """Keep a preference.

        Raises
        ------
        ValueError
            If the value is outside what the preference is declared with: a bug of the caller.
        """
        setting = _BY_NAME[name]
        read = _READERS[setting.kind](setting, str(value))
        if read is None:
            raise ValueError(f"{name} cannot be {value!r}")
        if read != self._value(name):
            self._file.setValue(f"preferences/{name}", str(read))
            self._write()
            self.changed.emit(name)

    def recent(self) -> tuple[str, ...]:
        """Return the sessions opened last, newest first."""
        stored = self._file.value("recent/sessions", "")
        return tuple(line for line in str(stored or "").split("|") if line)

    def remember_recent(self, path: str | Path) -> None:
        """Put a session at the top of the recent ones."""
        name = str(path)
        others = [other for other in self.recent() if other != name]
        self._keep_recent([name, *others])

    def forget_recent(self, path: str | Path) -> None:
        """Take a session that is gone off the recent ones."""
        self._keep_recent([other for other in self.recent() if other != str(path)])

    def layout(self, name: str) -> str:
        """Return a remembered piece of layout, or ``""``."""
        return str(self._file.value(f"layout/{name}", "") or "")

    def set_layout(self, name: str, text: str) -> None:
        """Remember a piece of layout."""
        self._file.setValue(f"layout/{name}", text)

    def flush(self) -> None:
        """Write what is not on disk yet."""
        self._write()

    def _keep_recent(self, names: list[str]) -> None:
        self._file.setValue("recent/sessions", "|".join(names[:_N_RECENT]))
        self._write()
        self.recent_changed.emit()

    def _value(self, name: str) -> Value:
        setting = _BY_NAME[name]
        stored = self._file.value(f"preferences/{name}")
        read = None if stored is None else _READERS[setting.kind](setting, str(stored))
        return setting.default if read is None else read

    def _write(self) -> None:
        self._file.sync()
        if self._file.status() != QSettings.Status.NoError:
            log.warning(
                "%s: preferences cannot be written; they last until the window closes. "
                "Check that the folder exists and can be written to.",
                self.path,
            )


def _read_choice(setting: Setting, text: str) -> Value | None:
    return text if text in setting.choices else None


def _read_number(setting: Setting, text: str) -> Value | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if setting.low <= value <= setting.high else None


def _read_integer(setting: Setting, text: str) -> Value | None:
    try:
        value = int(text)
    except ValueError:
        return None
    return value if setting.low <= value <= setting.high else None


def _read_switch(_setting: Setting, text: str) -> Value | None:
    return {"true": True, "false": False}.get(text.lower())


_READERS: dict[Kind, Callable[[Setting, str], Value | None]] = {
    "choice": _read_choice,
    "number": _read_number,
    "integer": _read_integer,
    "switch": _read_switch,
}
