"""What a user should know about the correction of residual fringes, one sentence each."""

import numpy as np

from engine.arrays import FloatArray
from engine.counting import counted
from engine.model.spectrum import Spectrum
from engine.mrs.fringe_families import FamilyFit, FringeFamily, ResidualFringeParams
from engine.mrs.fringe_samples import FringeSamples

RESIDUAL_FRINGE_STEP = "S_RESFRI"  #: keyword of the JWST products
_NOTE = "Residual fringes were removed"
_OWN_COLUMN = "fringe_corrected_flux_jy"  # RF_FLUX of the pipeline
_SAME = 1e-6
_QUARTERS = 4
_MOST_IN_A_QUARTER = 0.7


def reason_to_leave(
    spectrum: Spectrum,
    samples: FringeSamples | None,
    families: tuple[FringeFamily, ...],
    params: ResidualFringeParams,
) -> str:
    """Return why a spectrum stays as it is before anything is fitted, or ``""``."""
    before = _corrected_before(spectrum)
    if before and params.when_corrected == "leave as it is":
        return f"{before}: nothing is corrected twice."
    if not families:
        return _no_family(spectrum, params)
    if samples is None:
        return "Fewer than 25 samples can be used: nothing was removed."
    return ""


def corrected_note(fits: tuple[FamilyFit, ...]) -> str:
    """Return the note that a corrected spectrum carries."""
    found = [
        f"{counted(fit.frequency_cm.size, 'sinusoid')} near {fit.family.period_per_cm:g} cm-1"
        for fit in fits
        if fit.frequency_cm.size
    ]
    return f"{_NOTE}: {', '.join(found)}."


def remarks_on_families(fits: tuple[FamilyFit, ...]) -> tuple[str, ...]:
    """Return what was found in each family."""
    remarks = []
    for fit in fits:
        name = fit.family.name
        if fit.reason:
            remarks.append(f"{fit.reason}: nothing was removed.")
            continue
        count = fit.frequency_cm.size
        if not count:
            remarks.append(f"No {name} fringes stand out of the noise.")
            continue
        strongest = int(np.argmax(fit.amplitude))
        remarks.append(
            f"{name.capitalize()} fringes: {counted(count, 'sinusoid')}, the "
            f"strongest {100 * fit.amplitude[strongest]:.2g} % at "
            f"{fit.period_per_cm[strongest]:.3g} cm⁻¹."
        )
        if count == fit.family.most_sinusoids:
            remarks.append(f"All {count} {name} sinusoids that are allowed were used.")
        remarks += [
            f"Between {low:.3f} and {high:.3f} µm the {name} fringes found are too large to be "
            "believed: they were not removed there."
            for low, high in fit.tamed_um
        ]
    return tuple(remarks)


def remarks_on_samples(
    spectrum: Spectrum,
    samples: FringeSamples,
    modulation: FloatArray,
    params: ResidualFringeParams,
) -> tuple[str, ...]:
    """Return what was left out, and what was removed in one place only."""
    remarks = []
    measured = np.isfinite(spectrum.flux)
    n_dark = int(np.count_nonzero(measured & (spectrum.flux <= 0)))
    if n_dark:
        remarks.append(
            counted(
                n_dark,
                "sample is not above zero: it stays what it is.",
                "samples are not above zero: they stay what they are.",
            )
        )
    if (spectrum.wave_um[measured] > params.longest_um).any():
        remarks.append(f"Beyond {params.longest_um:g} µm nothing is changed.")
    where = _one_place(samples, modulation)
    if where is not None:
        remarks.append(
            f"Most of what was removed lies between {where[0]:.2f} and {where[1]:.2f} µm: if the "
            "source has a band of lines there, protect it."
        )
    if _OWN_COLUMN in spectrum.columns and modulation.any():
        remarks.append("The file's own corrected flux (RF_FLUX) is not used: its FLUX is.")
    return tuple(remarks)


def _corrected_before(spectrum: Spectrum) -> str:
    """Return how it is known that a spectrum was corrected before, or ``""``."""
    origin = spectrum.origin
    if any(note.startswith(_NOTE) for note in origin.notes):
        return "Residual fringes were removed from this spectrum before"
    if origin.step(RESIDUAL_FRINGE_STEP) == "COMPLETE":
        return f"{RESIDUAL_FRINGE_STEP} is COMPLETE, residual fringes were corrected before"
    own = spectrum.columns.get(_OWN_COLUMN)
    if own is not None and np.allclose(own, spectrum.flux, rtol=_SAME, atol=0, equal_nan=True):
        return "The flux is the corrected one (RF_FLUX) already"
    return ""


def _no_family(spectrum: Spectrum, params: ResidualFringeParams) -> str:
    band = spectrum.identity.band
    if not band or params.families == "automatic":
        return (
            "The spectrum is of no single band of the MRS, so its fringes are not known: nothing "
            "was removed. Choose the families to have it corrected anyway."
        )
    return f"Channel {band[0]} shows no {params.families} fringes: nothing was removed."


def _one_place(samples: FringeSamples, modulation: FloatArray) -> tuple[float, float] | None:
    """Return the quarter of the spectrum that holds most of what was removed, if one does."""
    power = modulation**2
    if not power.any():
        return None
    quarters = np.array_split(np.arange(power.size), _QUARTERS)
    shares = np.array([power[part].sum() for part in quarters]) / power.sum()
    fullest = int(np.argmax(shares))
    if shares[fullest] < _MOST_IN_A_QUARTER:
        return None
    part = quarters[fullest]
    return float(samples.wave_um[part[0]]), float(samples.wave_um[part[-1]])
