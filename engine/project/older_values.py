"""Parameters from files: those of older versions, whose options had other names, as well."""

from typing import Any

from engine.analyses import ENERGY, PHOTOMETRY, analysis_named
from engine.project.codec import from_plain

#: What an option is called now: by step, field and its older name. Nothing ever leaves this table.
RENAMED: dict[tuple[str, str, str], str] = {
    (PHOTOMETRY.name, "dithers", "subtract their mean"): "subtract mean",
    (ENERGY.name, "dithers", "subtract their mean"): "subtract mean",
}


def params_from_plain(step: str, plain: Any, *, where: str) -> Any:
    """Return the parameters of ``step`` from JSON values.

    Parameters
    ----------
    step : str
        Name of an analysis.
    plain : object
        What `json.loads` gave. Fields that are absent take their default; unknown ones are ignored.
    where : str
        Path of the value, for the message.

    Returns
    -------
    object
        Frozen, of the type ``analysis_named(step).params``.

    Raises
    ------
    DataError
        If a value does not have the announced type.
    """
    if isinstance(plain, dict):
        plain = {field: _renamed(step, field, value) for field, value in plain.items()}
    return from_plain(analysis_named(step).params, plain, where=where)


def _renamed(step: str, field: str, value: Any) -> Any:
    return RENAMED.get((step, field, value), value) if isinstance(value, str) else value
