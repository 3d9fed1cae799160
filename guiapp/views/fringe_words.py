"""The view of residual fringes in words: hints, read-out, what was found."""

from typing import Literal

import numpy as np

from engine.counting import counted
from engine.mrs.residual_fringes import ResidualFringes
from guiapp.look.numbers import fixed_text
from guiapp.look.units import flux_text, wave_text

Mode = Literal["look", "protect"]
MODE_WORDS: dict[Mode, str] = {"look": "Look", "protect": "Protect"}
MODE_TIPS: dict[Mode, str] = {
    "look": "Read the plots; drag an edge of a protected range to move it.",
    "protect": "Drag to protect a range: it is left exactly as it is.",
}
HINTS: dict[Mode, str] = {
    "look": "drag an edge moves it · right-click removes a range · right-drag zooms · ? keys",
    "protect": "drag protects · right-click removes · click names a range · Esc ends · ? keys",
}
APPLY_TIPS = {
    "off": "Response and calibrated spectrum use the spectrum as extracted.",
    "on": "Response and calibrated spectrum use the corrected spectrum.",
}
FIXED_RANGE = "This range is a mask of the response: remove it there, or set Ranges to “own”."


def summary_text(result: ResidualFringes) -> str:
    """Return what was found in one line."""
    if not np.isfinite(result.scatter_before):
        return result.messages[0] if result.messages else ""
    before = _percent(result.scatter_before)
    if result.outcome != "corrected":
        return f"{result.outcome} · scatter {before} %"
    after = _percent(result.scatter_after)
    count = result.n_sinusoids
    return f"{counted(count, 'sinusoid')} · scatter {before} → {after} %"


def sample_text(result: ResidualFringes, index: int) -> str:
    """Return one sample for the line below the plot."""
    wave = float(result.spectrum.wave_um[index])
    flux, error = float(result.spectrum.flux[index]), float(result.spectrum.error[index])
    state = "" if result.weight[index] > 0 else "   not in the fits"
    return (
        f"{wave_text(wave)}   F {flux_text(flux, error, result.spectrum.unit, wave)}   "
        f"removed {fixed_text(100.0 * float(result.modulation[index]), 3)} %{state}"
    )


def frequency_text(result: ResidualFringes, index: int) -> str:
    """Return one frequency of the periodogram for the line below the plot."""
    shown = result.periodogram
    frequency = float(shown.frequency_cm[index])
    period = fixed_text(1.0 / frequency, 4) if frequency > 0 else "∞"
    return (
        f"{fixed_text(frequency, 4)} cm   period {period} cm⁻¹   amplitude "
        f"{_percent(float(shown.before[index]))} → {_percent(float(shown.after[index]))} %"
    )


def _percent(value: float) -> str:
    return fixed_text(100.0 * value, 3 if 100.0 * abs(value) < 1.0 else 2)
