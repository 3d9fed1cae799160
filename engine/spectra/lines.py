"""Where spectral lines lie: computed for hydrogen and helium, from a cited list for the others."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from scipy.constants import physical_constants

from engine.resources import read_toml

Species = Literal["hydrogen", "all"]

_RYDBERG_M = float(physical_constants["Rydberg constant"][0])  # 1/m, for a nucleus of infinite mass
_ELECTRON_KG = float(physical_constants["electron mass"][0])
_PROTON_KG = float(physical_constants["proton mass"][0])
_ALPHA_KG = float(physical_constants["alpha particle mass"][0])

_SERIES = {5: "Pf", 6: "Hu"}
_GREEK = "αβγδεζηθ"
_EN_DASH = "–"


@dataclass(frozen=True, slots=True)
class SpectralLine:
    """One line at rest.

    Attributes
    ----------
    name : str
        As in the field: ``"H I 9–6"``, ``"He II 10–9"``, ``"[Ne V]"``, ``"H2 0-0 S(3)"``.
    wave_um : float
        Vacuum wavelength at rest. Unit: um.
    family : str
        ``"H I"``, ``"He I"``, ``"He II"``, ``"H2"`` or ``"forbidden"``.
    source : str
        Where the wavelength comes from.
    label : str
        Short text for a plot: the series with a Greek letter (Humphreys: Hu), or the name.
    strength : float
        Of H I and He: opacity relative to the strongest lines (see `lines_between`). NaN for
        others.
    """

    name: str
    wave_um: float
    family: str
    source: str
    label: str = ""
    strength: float = float("nan")


@dataclass(frozen=True, slots=True)
class SpectralBand:
    """One broad feature at rest.

    Attributes
    ----------
    name : str
        For example ``"PAH 11.3"``.
    low_um, high_um : float
        Its range at rest. Unit: um.
    family : str
        ``"PAH"`` or ``"CO"``.
    source : str
        Where the range comes from.
    """

    name: str
    low_um: float
    high_um: float
    family: str
    source: str


@dataclass(frozen=True, slots=True)
class _Atom:
    """What tells one hydrogen-like list from another."""

    family: str
    nucleus_kg: float
    charge: int
    lowest: int
    highest: int
    strength_limit: float
    source: str


_HYDROGEN = _Atom("H I", _PROTON_KG, 1, 5, 10, 0.02, "Rydberg formula, reduced mass of H")
_HELIUM = (
    _Atom(
        "He I",
        _ALPHA_KG,
        1,
        5,
        10,
        0.2,
        "Rydberg formula, reduced mass of He: the limit of high l, other terms differ by 0.002 um",
    ),
    _Atom("He II", _ALPHA_KG, 2, 8, 16, 0.2, "Rydberg formula, reduced mass of He, charge 2"),
)


def lines_between(
    low_um: float, high_um: float, *, species: Species = "all"
) -> tuple[SpectralLine, ...]:
    """Return the lines from ``low_um`` to ``high_um``, in order of wavelength.

    Parameters
    ----------
    low_um, high_um : float
        Both ends count as inside. Unit: um, vacuum, at rest.
    species : {"all", "hydrogen"}, optional
        H I alone, or every family.

    Returns
    -------
    tuple of SpectralLine
        Empty when none lies there.

    Notes
    -----
    Hydrogen-like lines: 1/wavelength = R Z^2 (1/n_low^2 - 1/n_up^2), R reduced by the mass of the
    nucleus; fine structure, below 1e-4 um here, is left out. The list of H I holds the lower
    levels 5 to 10, those of He the levels that put lines at 4.9 to 28.7 um. It ends where
    n_low^2 f / wavelength falls below 0.02 (H I) or 0.2 (He) of its value for H I 7–6, with f the
    oscillator strength after Kramers (1923): what a line adds to the opacity of the continuum in
    a hot atmosphere, where the levels are populated by their weights and the continuum is
    free-free.
    """
    known = _hydrogen_like(_HYDROGEN) if species == "hydrogen" else _all_lines()
    return tuple(line for line in known if low_um <= line.wave_um <= high_um)


def bands_between(low_um: float, high_um: float) -> tuple[SpectralBand, ...]:
    """Return the broad features that reach into ``low_um`` to ``high_um``, by wavelength.

    Parameters
    ----------
    low_um, high_um : float
        Unit: um, vacuum, at rest.

    Returns
    -------
    tuple of SpectralBand
        Empty when none reaches into the range.
    """
    return tuple(b for b in _bands() if b.low_um <= high_um and b.high_um >= low_um)


def rydberg_wave_um(n_low: int, n_up: int, *, nucleus_kg: float, charge: int) -> float:
    """Return the vacuum wavelength of a hydrogen-like transition.

    Parameters
    ----------
    n_low, n_up : int
        Principal quantum numbers, ``n_low < n_up``.
    nucleus_kg : float
        Mass of the nucleus. Unit: kg.
    charge : int
        Charge that the electron sees: 1 for H I, 2 for He II.

    Returns
    -------
    float
        Unit: um.
    """
    rydberg = _RYDBERG_M / (1.0 + _ELECTRON_KG / nucleus_kg)
    gap = n_low**-2 - n_up**-2
    return float(1e6 / (rydberg * charge**2 * gap))


def _relative_strength(n_low: int, n_up: int) -> float:
    """Return n_low^2 f / wavelength, 1 for 7–6; constants cancel."""

    def raw(low: int, up: int) -> float:
        gap = low**-2 - up**-2
        oscillator = gap**-3 / (low**5 * up**3)
        return float(low**2 * oscillator * gap)

    return raw(n_low, n_up) / raw(6, 7)


@cache
def _hydrogen_like(atom: _Atom) -> tuple[SpectralLine, ...]:
    found = []
    for low in range(atom.lowest, atom.highest + 1):
        for up in range(low + 1, low + 1 + len(_GREEK)):
            strength = _relative_strength(low, up)
            if strength < atom.strength_limit:
                break
            name = f"{atom.family} {up}{_EN_DASH}{low}"
            series = _SERIES.get(low) if atom.family == "H I" else None
            label = f"{series} {_GREEK[up - low - 1]}" if series else name
            wave = rydberg_wave_um(low, up, nucleus_kg=atom.nucleus_kg, charge=atom.charge)
            found.append(SpectralLine(name, wave, atom.family, atom.source, label, strength))
    return tuple(sorted(found, key=lambda line: line.wave_um))


@cache
def _all_lines() -> tuple[SpectralLine, ...]:
    listed = [
        SpectralLine(row["name"], row["wave_um"], row["family"], row["source"], row["name"])
        for row in read_toml("lines.toml")["line"]
    ]
    computed = [line for atom in (_HYDROGEN, *_HELIUM) for line in _hydrogen_like(atom)]
    return tuple(sorted([*listed, *computed], key=lambda line: line.wave_um))


@cache
def _bands() -> tuple[SpectralBand, ...]:
    rows = read_toml("lines.toml")["band"]
    found = [
        SpectralBand(r["name"], r["wave_um"][0], r["wave_um"][1], r["family"], r["source"])
        for r in rows
    ]
    return tuple(sorted(found, key=lambda band: band.low_um))
