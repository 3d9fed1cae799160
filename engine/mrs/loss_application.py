"""Taking the loss of count rate out of a spectrum, once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import FloatArray, freeze, frozen
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.mrs.loss_models import COLUMNS, LOSS_FORMS, LossTable, loss_at

_NOTE = "Divided by the loss of count rate"
_FIRST_WITH_LOSS = (1, 11)  # of the pipeline
LAST_CONTEXT_WITHOUT_LOSS = 1118  #: of CRDS: its photom references have no tables of the loss
_CONTEXT = re.compile(r"jwst_(\d+)\.pmap")
_WAVE = "binwave"
_LEVELS = frozenset(
    {
        "surf_bright_mjy_sr", "surf_bright_error_mjy_sr", "background_mjy_sr",
        "background_error_mjy_sr", "fringe_corrected_flux_jy", "background_dn_s",
        "background_error_dn_s",
    }
)  # fmt: skip


def correct_count_rate_loss(
    spectrum: Spectrum, loss: LossTable, mjd: float | None = None
) -> Spectrum:
    """Return the spectrum as it would have been on day zero.

    Parameters
    ----------
    spectrum : Spectrum
        Not yet corrected.
    loss : LossTable
        Of its band: fitted, or of a reference file.
    mjd : float, optional
        Middle of the exposure; that of the spectrum when not given. Unit: d.

    Returns
    -------
    Spectrum
        Flux, error and the columns that go with the flux divided by the loss; a note says so.

    Raises
    ------
    DataError
        If the time is not known, or the spectrum was corrected already.

    Notes
    -----
    Calibrated = rate x sensitivity / loss. The loss of each bin is clipped to 1.
    """
    reason = already_corrected(spectrum)
    if reason:
        raise DataError(reason, hint="Leave the correction off for it.")
    time = spectrum.identity.mjd if mjd is None else mjd
    if time is None or not np.isfinite(time):
        raise DataError(
            "The loss of count rate needs the time of the observation, which is not known.",
            hint="Write its MJD into the file.",
        )
    factor = loss_at(loss, float(time), spectrum.wave_um)
    if not np.all(factor > 0):
        raise DataError(
            f"The loss of count rate is {np.min(factor):.3g} at MJD {time:.1f}: no rate is left.",
            hint="The form does not reach that far from the lamp dates; choose another one.",
        )
    columns = {
        name: freeze(values / factor) if name in _LEVELS else values
        for name, values in spectrum.columns.items()
    }
    note = f"{_NOTE} ({loss.form}) at MJD {time:.3f}."
    return replace(
        spectrum,
        flux=freeze(spectrum.flux / factor),
        error=freeze(spectrum.error / factor),
        columns=MappingProxyType(columns),
        origin=replace(spectrum.origin, notes=(*spectrum.origin.notes, note)),
    )


def already_corrected(spectrum: Spectrum) -> str:
    """Return why the loss is out of ``spectrum`` already; ``""``: it is not.

    Notes
    -----
    The pipeline corrects it with the flux calibration (S_PHOTOM COMPLETE) since version 1.11, where
    the photom references of its CRDS context tell it: none up to 1118 does.
    A calibrated spectrum whose version and context are not said counts as corrected.
    """
    if any(note.startswith(_NOTE) for note in spectrum.origin.notes):
        return "The loss of count rate is corrected already in this spectrum."
    if spectrum.origin.step("S_PHOTOM").upper() != "COMPLETE":
        return ""
    context = _CONTEXT.fullmatch(spectrum.origin.crds_context)
    if context and int(context[1]) <= LAST_CONTEXT_WITHOUT_LOSS:
        return ""
    version = spectrum.origin.cal_version
    found = re.match(r"(\d+)\.(\d+)", version)
    if found and (int(found[1]), int(found[2])) < _FIRST_WITH_LOSS:
        return ""
    return (
        "The pipeline has corrected the loss of count rate already: flux calibration is COMPLETE "
        f"in version {version or 'unknown'}."
    )


def read_columns(columns: Mapping[str, ArrayLike]) -> LossTable:
    """Return the table of a reference file: TIMECOEFF_CH1 .. 4 or TIMECOEFF_POWERLAW_CH1 .. 4.

    Parameters
    ----------
    columns : mapping of str to array-like, shape (n,)
        By name, in any case: ``binwave`` and the columns of one form.

    Raises
    ------
    DataError
        If they are of no known form.
    """
    known = {name.lower(): frozen(values) for name, values in columns.items()}
    if _WAVE in known:
        for form in LOSS_FORMS:
            if all(name in known for name in COLUMNS[form]):
                own = {name: known[name] for name in COLUMNS[form]}
                return LossTable(form, known[_WAVE], MappingProxyType(own))
    raise DataError(
        f"The columns {', '.join(columns) or '(none)'} are of no known form of the loss.",
        hint="Needed are binwave and acoeff, bcoeff, ccoeff, x0, or alpha, year1value, tsoft, t0.",
    )


def written_columns(table: LossTable) -> dict[str, FloatArray]:
    """Return the columns of the reference file of ``table``, in its order."""
    return {_WAVE: table.wave_um, **{name: table.columns[name] for name in COLUMNS[table.form]}}
