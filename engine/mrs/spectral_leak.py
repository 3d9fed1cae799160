"""The 12.2 um leak taken out of the spectrum of a point source (Law+2025, Sec. 5.3, Fig. 13)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, freeze, frozen
from engine.model.leak import LeakCurve
from engine.model.spectrum import Spectrum

LEAKING_BAND = "1B"  #: whose light leaks
LEAKY_BAND = "3A"  #: where it is seen
NO_LEAKING = "There is no 1B spectrum of this observation: the leak is not known and stays in."
LEAK_STEP = "S_SPLEAK"  #: keyword of the JWST products
_NOTE = "The 12.2 µm leak was subtracted"
_DEFRINGED = "fringe_corrected_flux_jy"
_SMALL = 1e-4  # fraction below which an extrapolation changes nothing that is measured
_NEAR_SAMPLES = 5
_FEWEST_ASIDE = 10

Apply = Literal["when available", "none"]


@dataclass(frozen=True, slots=True)
class LeakParams:
    """What the user decides about the correction.

    Attributes
    ----------
    apply : {"when available", "none"}
        Whether what follows uses the corrected spectrum.
    curve : {"file", "derived"}
        The leak curve that was opened last, or the one derived from a blue and a red source.
    """

    apply: Apply = "when available"
    curve: Literal["file", "derived"] = "file"


@dataclass(frozen=True, eq=False, slots=True)
class LeakCorrection:
    """A spectrum of 3A with and without the leak.

    Attributes
    ----------
    spectrum : Spectrum
        Corrected; as it was where `outcome` says so.
    observed : ndarray, shape (n,)
        Flux before. Unit of the spectrum.
    leak, leak_error : ndarray, shape (n,)
        What was subtracted, and its standard deviation (of the curve and of 1B); 0 where nothing
        was. Unit of the spectrum.
    outcome : {"corrected", "left as it is"}
        What became of it.
    messages : tuple of str
        Why, and what else the user should know; one sentence each.
    """

    spectrum: Spectrum
    observed: FloatArray
    leak: FloatArray
    leak_error: FloatArray
    outcome: Literal["corrected", "left as it is"]
    messages: tuple[str, ...] = ()

    @property
    def peak_percent(self) -> float:
        """The largest leak over what is left of the flux there, in percent; NaN: not measured."""
        known = np.flatnonzero(np.isfinite(self.leak + self.spectrum.flux))
        if not known.size:
            return float("nan")
        at = known[np.argmax(np.abs(self.leak[known]))]
        near = known[np.abs(known - at) <= _NEAR_SAMPLES]
        return 100.0 * float(self.leak[at] / np.median(self.spectrum.flux[near]))


def correct_spectral_leak(
    spectrum: Spectrum,
    leaking: Spectrum | None,
    curve: LeakCurve | None,
    *,
    without_leaking: str = NO_LEAKING,
) -> LeakCorrection:
    """Subtract from a spectrum of 3A what leaks into it from half its wavelength.

    Parameters
    ----------
    spectrum : Spectrum
        Of band 3A.
    leaking : Spectrum or None
        Of band 1B of the same source, in the same unit; `None`: there is none.
    curve : LeakCurve or None
        Fraction that leaks; `None`: none is known.
    without_leaking : str, optional
        What is said where there is no 1B.

    Returns
    -------
    LeakCorrection
        The corrected spectrum. It is left as it is, and the first message says why, when 1B or
        the curve is missing, the source is extended, the leak is out already, or the units do
        not go together.

    Notes
    -----
    ``f3A - L(w) f1B(w / 2)``, both interpolated linearly with their ends held, as `jwst` does; NaN
    and flagged samples of 1B and of the curve take no part. A source that fills the field cannot
    be corrected: 1B sees less of the field than 3A, and the light of all of it leaks (Law+2025,
    Sec. 5.3). The error of the leak is added in quadrature, which `jwst` leaves out.
    """
    reason = _obstacle(spectrum, leaking, curve, without_leaking)
    if reason or leaking is None or curve is None:
        return _left(spectrum, reason)
    at = spectrum.wave_um
    given = np.isfinite(curve.fraction)
    fraction = np.interp(at, curve.wave_um[given], curve.fraction[given])
    fraction_error = np.interp(at, curve.wave_um[given], np.nan_to_num(curve.error[given]))
    good = leaking.is_good
    source_um = 2.0 * leaking.wave_um[good]
    source = np.interp(at, source_um, leaking.flux[good])
    source_error = np.interp(at, source_um, np.nan_to_num(leaking.error[good]))
    leak = fraction * source
    leak_error = np.hypot(fraction * source_error, fraction_error * source)
    note = f"{_NOTE}: up to {np.max(np.abs(fraction)):.4f} of the flux at half the wavelength."
    corrected = replace(
        spectrum,
        flux=freeze(spectrum.flux - leak),
        error=freeze(np.hypot(spectrum.error, leak_error)),
        columns=_columns(spectrum, leaking, fraction),
        origin=replace(spectrum.origin, notes=(*spectrum.origin.notes, note)),
    )
    return LeakCorrection(
        spectrum=corrected,
        observed=frozen(spectrum.flux),
        leak=freeze(leak),
        leak_error=freeze(leak_error),
        outcome="corrected",
        messages=_beyond(at, source_um, fraction, curve.wave_um[given]),
    )


def already_corrected(spectrum: Spectrum) -> bool:
    """Tell whether the leak is out of ``spectrum``: by the pipeline, or by this program."""
    if any(note.startswith(_NOTE) for note in spectrum.origin.notes):
        return True
    return spectrum.origin.step(LEAK_STEP).upper() == "COMPLETE"


def _obstacle(
    spectrum: Spectrum, leaking: Spectrum | None, curve: LeakCurve | None, without_leaking: str
) -> str:
    """Return why the leak cannot be subtracted; ``""``: it can."""
    if spectrum.identity.band not in {"", LEAKY_BAND}:
        return f"Only 3A has the 12.2 µm leak, not {spectrum.identity.band}."
    if already_corrected(spectrum):
        return "The 12.2 µm leak is out of this spectrum already: it is not subtracted twice."
    if spectrum.identity.source_type.upper() == "EXTENDED":
        return (
            "The source is extended: 1B sees less of the field than 3A, so what leaks from the "
            "rest is not known. The leak stays in."
        )
    if leaking is None:
        return without_leaking
    if curve is None:
        return "No leak curve is open, and none is derived: the leak stays in."
    return _unit_obstacle(spectrum, leaking, curve) or _empty(leaking, curve)


def _unit_obstacle(spectrum: Spectrum, leaking: Spectrum, curve: LeakCurve) -> str:
    units = spectrum.unit or "no unit", leaking.unit or "no unit"
    if units[0] != units[1]:
        return f"3A is in {units[0]} and 1B in {units[1]}: the leak stays in."
    if units[0] != curve.unit:
        return (
            f"The leak curve is a fraction of {curve.unit}, the spectra are in {units[0]}: the "
            "leak stays in. Derive a curve from spectra in this unit."
        )
    return ""


def _empty(leaking: Spectrum, curve: LeakCurve) -> str:
    if not leaking.is_good.any():
        return "The 1B spectrum holds no measurement: the leak is not known and stays in."
    if not np.isfinite(curve.fraction).any():
        return "The leak curve holds no number: the leak stays in."
    return ""


def _left(spectrum: Spectrum, reason: str) -> LeakCorrection:
    nothing = freeze(np.zeros(spectrum.size))
    flux = frozen(spectrum.flux)
    return LeakCorrection(spectrum, flux, nothing, nothing, "left as it is", (reason,))


def _columns(
    spectrum: Spectrum, leaking: Spectrum, fraction: FloatArray
) -> Mapping[str, FloatArray]:
    """Correct the flux without fringes too when both bands have it, as the pipeline does."""
    columns = dict(spectrum.columns)
    source = leaking.columns.get(_DEFRINGED)
    if _DEFRINGED in columns and source is not None and np.isfinite(source).any():
        known = np.isfinite(source)
        at_half = np.interp(spectrum.wave_um, 2.0 * leaking.wave_um[known], source[known])
        columns[_DEFRINGED] = freeze(columns[_DEFRINGED] - fraction * at_half)
    return MappingProxyType(columns)


def _beyond(
    at_um: FloatArray, source_um: FloatArray, fraction: FloatArray, curve_um: FloatArray
) -> tuple[str, ...]:
    """Return what is to be said where 1B or the curve ends before 3A does."""
    said = []
    for name, nodes in (("1B", source_um), ("the leak curve", curve_um)):
        matters = np.abs(fraction) > _SMALL
        ends = (at_um[matters & (at_um < nodes[0])], at_um[matters & (at_um > nodes[-1])])
        ranges = [_range_text(end) for end in ends if end.size]
        if ranges:
            said.append(
                f"At {' and '.join(ranges)} µm {name} is not given; its last value is held there, "
                "as the pipeline does."
            )
    return tuple(said)


def _range_text(wave_um: FloatArray) -> str:
    """Return from where to where samples lie; those that two decimals do not part, as one place."""
    low, high = f"{wave_um.min():.2f}", f"{wave_um.max():.2f}"
    return low if low == high else f"{low}–{high}"


def flattened(
    correction: LeakCorrection, window_um: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return a spectrum before and after, over its own level beside the leak.

    Parameters
    ----------
    correction : LeakCorrection
        Of a source of any color.
    window_um : tuple of float
        Where light leaks. Unit: um.

    Returns
    -------
    before, after : ndarray, shape (n,)
        Over a parabola in wavelength through the samples outside the window: 1 there. NaN where
        there is no measurement; all NaN when fewer than ten are outside.
    """
    wave, after = correction.spectrum.wave_um, correction.spectrum.flux
    aside = np.isfinite(after) & ((wave < window_um[0]) | (wave > window_um[1]))
    if np.count_nonzero(aside) < _FEWEST_ASIDE:
        nothing = np.full(wave.size, np.nan)
        return nothing, nothing
    x = wave - 0.5 * (window_um[0] + window_um[1])
    level = np.polynomial.polynomial.polyval(
        x, np.polynomial.polynomial.polyfit(x[aside], after[aside], 2)
    )
    return correction.observed / level, after / level
