"""Tables of the loss of count rate inside photom references of the MRS, in both forms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.arrays import freeze
from engine.errors import DataError
from engine.model.frames import Frame
from engine.model.photom import LossColumns, PhotomReference
from engine.mrs.loss_application import read_columns, written_columns
from engine.mrs.loss_models import DAY_ZERO_MJD, LossForm, LossTable

#: Extensions of each form, without the channel: jwst 1.11 to 1.19, and 1.20 and later.
EXTENSIONS: Mapping[LossForm, str] = MappingProxyType(
    {"exponential": "TIMECOEFF_CH", "power law": "TIMECOEFF_POWERLAW_CH"}
)
_LINEAR = "TIMECOEFF_LINEAR_CH"


def losses_of(reference: PhotomReference, band: str) -> tuple[LossTable, ...]:
    """Return the tables of one band in a photom reference, the newest form first.

    Parameters
    ----------
    reference : PhotomReference
        Old or new form, or both.
    band : str
        ``"4A"``.

    Raises
    ------
    DataError
        If a table lacks a column of its form, or its bins do not increase.
    """
    names = (EXTENSIONS["power law"], EXTENSIONS["exponential"], _LINEAR)
    found = (reference.losses.get(f"{name}{band[:1]}") for name in names)
    return tuple(_checked(one) for one in found if one is not None)


def remarks_on_tables(frame: Frame, tables: Mapping[str, LossColumns]) -> tuple[str, ...]:
    """Return what the user should know of tables that are taken over as they are."""
    if not tables:
        return (f"The delivered reference of {frame.name} holds no loss of count rate.",)
    if f"{EXTENSIONS['power law']}1" in tables:
        return ()
    return (
        "The delivered loss has no power law: pipelines from 1.20 on do not correct it. Choose "
        "the loss of the lamps to write both forms.",
    )


def _checked(columns: LossColumns) -> LossTable:
    table = read_columns(columns)
    if "tsoft" in table.columns and np.any(table.columns["tsoft"] <= 0):
        raise DataError("A power law of the loss has a tsoft that is not above 0.")
    return table


def loss_tables(
    frame: Frame, losses: Mapping[str, Sequence[LossTable]]
) -> tuple[Mapping[str, LossColumns], tuple[str, ...]]:
    """Return the tables of both forms for the four channels of a setting.

    Parameters
    ----------
    frame : Frame
        Detector and setting.
    losses : mapping of str to sequence of LossTable
        By band; each form once.

    Returns
    -------
    tables : mapping of str to mapping of str to ndarray
        By extension; empty when neither band of the frame has a loss.
    messages : tuple of str
        What the user should know.

    Notes
    -----
    The pipeline leaves the correction out when the table of channel 1 is missing, whatever the
    detector: so all four channels get one, which says 1 where no loss is known.
    """
    letter = frame.left.name[1]
    names = [f"{channel}{letter}" for channel in (1, 2, 3, 4)]
    own = {frame.left.name, frame.right.name}
    if not any(losses.get(name) for name in own):
        said = (
            f"No loss of count rate is known for {' or '.join(sorted(own))}: the reference holds "
            "none, and the pipeline will not correct it."
        )
        return MappingProxyType({}), (said,)
    tables: dict[str, LossColumns] = {}
    missing = []
    for form, extension in EXTENSIONS.items():
        for name in names:
            table = next((one for one in losses.get(name, ()) if one.form == form), None)
            if table is None and name in own:
                missing.append(f"No loss of the {form} form is known for {name}: its table says 1.")
            tables[f"{extension}{name[0]}"] = written_columns(
                _no_loss(form) if table is None else _two_bins(table)
            )
    return MappingProxyType(tables), tuple(missing)


def _no_loss(form: str) -> LossTable:
    """Return a table of two bins that says 1 at all times."""
    zero, one = freeze(np.zeros(2)), freeze(np.ones(2))
    wave, start = freeze(np.array([4.0, 30.0])), freeze(np.full(2, DAY_ZERO_MJD))
    if form == "exponential":
        columns = {"acoeff": zero, "bcoeff": one, "ccoeff": one, "x0": start}
        return LossTable("exponential", wave, columns)
    columns = {"alpha": zero, "year1value": one, "tsoft": one, "t0": start}
    return LossTable("power law", wave, columns)


def _two_bins(table: LossTable) -> LossTable:
    """Return ``table`` with two bins or more: the pipeline interpolates between bins."""
    if table.wave_um.size > 1:
        return table
    wave = freeze(table.wave_um[0] + np.array([0.0, 1.0]))
    columns = {name: freeze(np.repeat(values, 2)) for name, values in table.columns.items()}
    return replace(table, wave_um=wave, columns=columns)
