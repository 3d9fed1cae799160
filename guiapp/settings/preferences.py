"""What the user prefers, declared once with type, range and default, kept in one small file."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs
from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import EngineError

log = logging.getLogger(__name__)

Kind = Literal["choice", "number", "integer", "switch"]
Value = str | float | int | bool

_FILE = "settings.json"
_MAX_BYTES = 1_000_000
_BETWEEN = "\n"  # between the paths of recent sessions


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
        ("Jy", "mJy", "Fλ", "mag"), tip="For display only; exports keep their unit.",
    ),
    Setting(
        "wave_unit", "Wavelength unit", "Plots", "choice", "µm",
        ("µm", "cm⁻¹", "km/s"), tip="For display only; velocities are those around the line below.",
    ),
    Setting(
        "line_um", "Line of zero velocity", "Plots", "number", 12.3719, low=0.1, high=1000.0,
        unit="µm", tip="At rest, in vacuum; the first is H I 7–6.",
    ),
    Setting(
        "pick_tolerance_px", "Pick tolerance", "Plots", "integer", 8, low=2, high=40, unit="px",
        tip="How near to a breakpoint or point a click must be, in device-independent pixels.",
    ),
    Setting(
        "figure_format", "Format of figures", "Export", "choice", "pdf",
        ("pdf", "svg", "png", "all"),
        tip="As it was chosen last, in the export dialog or here.",
    ),
    Setting(
        "figure_width", "Size of figures", "Export", "choice", "as designed",
        ("as designed", "one column", "two columns", "page"),
        tip="The size that suits each figure, or as wide as a journal prints.",
    ),
    Setting(
        "figure_journal", "Journal", "Export", "choice", "AAS", ("AAS", "A&A", "MNRAS"),
        tip="Whose widths figures get where they are chosen.",
    ),
    Setting(
        "tour", "Guided tour with the demo", "Work", "switch", default=True,
        tip="Five steps through the demo when it is opened; Help > Guided tour begins it anew.",
    ),
    Setting(
        "workers", "Parallel jobs", "Work", "integer", 2, low=1, high=64,
        tip="How many quick jobs run at the same time. Takes effect at the next start.",
    ),
    Setting(
        "cache_mb", "Cache of results", "Work", "integer", 2000, low=100, high=200000, unit="MB",
        tip="Results on disk, for the next time, and as many in memory; the oldest go first. "
        "Takes effect at the next start.",
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
    """The user's preferences, recent sessions and window layout.

    The file is replaced as a whole, so that a crash does not damage it, and what another window
    wrote meanwhile is kept. What is in it but makes no sense counts as not said.

    Parameters
    ----------
    path : Path
        The file; it need not exist.
    """

    changed = pyqtSignal(str)  # name of the preference
    recent_changed = pyqtSignal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._read = _content(path)
        self._own: dict[tuple[str, str], Value] = {}  # what this window said

    def text(self, name: str) -> str:
        """Return a preference of kind ``"choice"``."""
        return str(self.value(name))

    def number(self, name: str) -> float:
        """Return a preference of kind ``"number"``."""
        return float(self.value(name))

    def integer(self, name: str) -> int:
        """Return a preference of kind ``"integer"``."""
        return int(self.value(name))

    def is_on(self, name: str) -> bool:
        """Return a preference of kind ``"switch"``."""
        return bool(self.value(name))

    def value(self, name: str) -> Value:
        """Return any preference, in the type that it is declared with."""
        setting = _BY_NAME[name]
        stored = self._stored("preferences", name)
        checked = None if stored is None else _CHECKS[setting.kind](setting, stored)
        return setting.default if checked is None else checked

    def set(self, name: str, value: Value) -> None:
        """Keep a preference.

        Raises
        ------
        ValueError
            If the value is not what the preference is declared with: a bug of the caller.
        """
        setting = _BY_NAME[name]
        checked = _CHECKS[setting.kind](setting, value)
        if checked is None:
            raise ValueError(f"{name} cannot be {value!r}")
        if checked != self.value(name):
            self._own["preferences", name] = checked
            self.flush()
            self.changed.emit(name)

    def recent(self) -> tuple[str, ...]:
        """Return the sessions opened last, newest first."""
        stored = self._stored("recent", "sessions")
        return tuple(stored.split(_BETWEEN)) if isinstance(stored, str) and stored else ()

    def remember_recent(self, path: str | Path) -> None:
        """Put a session at the top of the recent ones."""
        self._keep_recent([str(path), *self._recent_but(path)])

    def forget_recent(self, path: str | Path) -> None:
        """Take a session that is gone off the recent ones."""
        self._keep_recent(self._recent_but(path))

    def layout(self, name: str) -> str:
        """Return a remembered piece of layout, or ``""``."""
        return str(self._stored("layout", name) or "")

    def set_layout(self, name: str, text: str) -> None:
        """Remember a piece of layout; it is written with the next `flush`."""
        self._own["layout", name] = text

    def flush(self) -> None:
        """Write what this window said, beside what others wrote since."""
        from engine.files.folders import make_folder  # noqa: PLC0415  (not before the first paint)
        from engine.files.text import write_text  # noqa: PLC0415

        content = _content(self.path)
        for (section, name), value in self._own.items():
            content.setdefault(section, {})[name] = value
        self._read = content
        try:
            make_folder(self.path.parent)
            text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
            write_text(self.path, text + "\n", exists="replace")
        except EngineError as error:
            log.warning("%s: preferences last only until the window closes: %s", self.path, error)

    def _recent_but(self, path: str | Path) -> list[str]:
        return [other for other in self.recent() if other != str(path)]

    def _keep_recent(self, names: list[str]) -> None:
        self._own["recent", "sessions"] = _BETWEEN.join(names[:_N_RECENT])
        self.flush()
        self.recent_changed.emit()

    def _stored(self, section: str, name: str) -> Value | None:
        return self._own.get((section, name), self._read.get(section, {}).get(name))


def _content(path: Path) -> dict[str, dict[str, Value]]:
    """Return what the file says, as far as it can be read."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {str(name): part for name, part in content.items() if isinstance(part, dict)}


def _check_choice(setting: Setting, value: Value) -> Value | None:
    return value if value in setting.choices else None


def _check_number(setting: Setting, value: Value) -> Value | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and setting.low <= float(value) <= setting.high else None


def _check_integer(setting: Setting, value: Value) -> Value | None:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return value if is_integer and setting.low <= int(value) <= setting.high else None


def _check_switch(_setting: Setting, value: Value) -> Value | None:
    return value if isinstance(value, bool) else None


_CHECKS: dict[Kind, Callable[[Setting, Value], Value | None]] = {
    "choice": _check_choice,
    "number": _check_number,
    "integer": _check_integer,
    "switch": _check_switch,
}
