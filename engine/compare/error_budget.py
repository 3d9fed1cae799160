"""What the error of a calibrated flux is made of, for observations of any instrument."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.errors import DataError

TermName = Literal["pipeline", "repeat", "factor", "model", "aperture"]
Source = Literal["point source", "star with a model", "extended source"]
SOURCES: tuple[Source, ...] = ("point source", "star with a model", "extended source")
TERMS: tuple[TermName, ...] = ("pipeline", "repeat", "factor", "model", "aperture")
LABELS: dict[TermName, str] = {
    "pipeline": "Pipeline",
    "repeat": "Repeatability",
    "factor": "Calibration factor",
    "model": "Model",
    "aperture": "Aperture correction",
}


@dataclass(frozen=True, slots=True)
class BudgetParams:
    """What the user decides about error budgets.

    Attributes
    ----------
    source : {"point source", "star with a model", "extended source"}
        What the flux is of.
    model_percent : float
        Error of the model of any one star. Unit: per cent.
    """

    source: Source = "star with a model"
    model_percent: float = 2.0


@dataclass(frozen=True, slots=True)
class ErrorTerm:
    """One part of an error.

    Attributes
    ----------
    name : str
        Which part.
    percent : float
        One standard deviation. NaN: not known; it counts as none, and the budget says so.
    origin : str
        Where the number comes from, or why it is zero.
    """

    name: TermName
    percent: float
    origin: str


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """The error of one observation.

    Attributes
    ----------
    id : str
        What the caller knows the observation by.
    title : str
        Star, band, subarray or date.
    band : str
        Filter, or band of the spectrograph.
    source : str
        What kind of source is calibrated.
    terms : tuple of ErrorTerm
        In the order of `TERMS`.
    flag : str
        What is known against the observation; ``""``: nothing.
    """

    id: str
    title: str
    band: str
    source: Source
    terms: tuple[ErrorTerm, ...]
    flag: str = ""

    @property
    def total_percent(self) -> float:
        """All terms that are known in quadrature."""
        return float(np.sqrt(np.nansum([one.percent**2 for one in self.terms])))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Labels of the terms that are not known."""
        return tuple(LABELS[one.name] for one in self.terms if not np.isfinite(one.percent))

    @property
    def largest(self) -> ErrorTerm:
        """The term that counts most."""
        return max(self.terms, key=lambda one: np.nan_to_num(one.percent, nan=-1.0))

    def term(self, name: TermName) -> ErrorTerm:
        """Return one term."""
        return next(one for one in self.terms if one.name == name)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about the error of an observation before it is put together.

    Attributes
    ----------
    id, title, band : str
        As in `ErrorBudget`.
    pipeline, repeat, factor : tuple of (float, str)
        Per cent, and where it comes from.
    aperture : tuple of (float, str)
        What counts for extended sources alone.
    flag : str
        As in `ErrorBudget`.
    own_aperture : tuple of (float, str)
        What is left of aperture and background of a point source.
    """

    id: str
    title: str
    band: str
    pipeline: tuple[float, str]
    repeat: tuple[float, str]
    factor: tuple[float, str]
    aperture: tuple[float, str]
    flag: str = ""
    own_aperture: tuple[float, str] = (0.0, "the same as of the calibration stars: it cancels")


@dataclass(frozen=True, slots=True)
class ErrorBudgets:
    """The errors of several observations.

    Attributes
    ----------
    budgets : tuple of ErrorBudget
        In the order of the observations.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    budgets: tuple[ErrorBudget, ...]
    messages: tuple[str, ...] = ()


_DEFAULTS = BudgetParams()


def make_budgets(known: Sequence[Known], params: BudgetParams = _DEFAULTS) -> ErrorBudgets:
    """Put the errors of several observations together.

    Parameters
    ----------
    known : sequence of Known
        What is known about each.
    params : BudgetParams, optional
        What the user decides.

    Returns
    -------
    ErrorBudgets
        Says how many lack a term.

    Raises
    ------
    DataError
        If there is no observation.
    """
    if not known:
        raise DataError("There is no observation to make an error budget of.")
    budgets = tuple(
        budget_of(one, params.source, model_percent=params.model_percent) for one in known
    )
    missing: dict[str, int] = {}
    for one in budgets:
        for label in one.unknown:
            missing[label] = missing.get(label, 0) + 1
    messages = tuple(
        f"{label}: not known for {count} of {len(budgets)} observations; it counts as none there."
        for label, count in missing.items()
    )
    return ErrorBudgets(budgets, messages)


def median_budgets(result: ErrorBudgets) -> tuple[ErrorBudget, ...]:
    """Return the observation of median error of each band, in the order of their first ones."""
    found = []
    for band in dict.fromkeys(one.band for one in result.budgets):
        own = sorted(
            (one for one in result.budgets if one.band == band), key=lambda one: one.total_percent
        )
        found.append(own[(len(own) - 1) // 2])
    return tuple(found)


def budget_of(known: Known, source: Source, *, model_percent: float) -> ErrorBudget:
    """Put the error of one observation together.

    Parameters
    ----------
    known : Known
        What is known about it.
    source : {"point source", "star with a model", "extended source"}
        What the flux is of. A model counts where the flux is compared with one; the aperture
        correction where surface brightness is asked for: of a point source it was taken out by the
        same aperture as of the stars, but for what `Known.own_aperture` says.
    model_percent : float
        Error of the model of any one star.

    Returns
    -------
    ErrorBudget
        Its terms count in quadrature.

    Notes
    -----
    Gordon+2025, Sec. 3.6: pipeline (read, photon, flat), repeatability, and calibration factor;
    about 2 per cent for the model of one star; the aperture correction for resolved sources.
    """
    model = (
        (model_percent, "of any one star (Bohlin+2014; Gordon+2025, Sec. 3.6)")
        if source == "star with a model"
        else (0.0, "no model takes part in the flux")
    )
    aperture = known.aperture if source == "extended source" else known.own_aperture
    values: Sequence[tuple[TermName, tuple[float, str]]] = (
        ("pipeline", known.pipeline),
        ("repeat", known.repeat),
        ("factor", known.factor),
        ("model", model),
        ("aperture", aperture),
    )
    terms = tuple(ErrorTerm(name, *value) for name, value in values)
    return ErrorBudget(known.id, known.title, known.band, source, terms, known.flag)
