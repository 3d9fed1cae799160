"""The forms of the loss beside each other, and errors by resampling."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.errors import FitError
from engine.mrs.loss_fit import LossFit, fit_loss
from engine.mrs.loss_models import LOSS_FORMS, LossForm

_NAN = float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class FormScore:
    """How well one form describes the ratios.

    Attributes
    ----------
    form : str
        Which.
    fit : LossFit or None
        `None`: it cannot be fitted.
    held_out : float
        The last date, left out of the fit, minus its prediction. NaN: not to be had.
    held_out_error : float
        One standard deviation of it.
    reason : str
        Why it cannot be fitted.
    """

    form: LossForm
    fit: LossFit | None
    held_out: float = _NAN
    held_out_error: float = _NAN
    reason: str = ""

    @property
    def aic(self) -> float:
        """Akaike's criterion: the smaller the better. NaN: not fitted."""
        return _NAN if self.fit is None else self.fit.aic


def compare_forms(
    days: FloatArray, ratio: FloatArray, error: FloatArray, *, label: str = "the lamp"
) -> tuple[FormScore, ...]:
    """Fit every form, with and without the last date.

    Parameters
    ----------
    days, ratio, error : ndarray, shape (n,)
        As for `fit_loss`, in order of time.
    label : str, optional
        What is fitted, for messages.

    Returns
    -------
    tuple of FormScore
        One a form; one that cannot be fitted says why.
    """
    scores = []
    for form in LOSS_FORMS:
        try:
            fit = fit_loss(days, ratio, error, form, label=label)
        except FitError as refused:
            scores.append(FormScore(form, None, reason=refused.sentence))
            continue
        scores.append(FormScore(form, fit, *_held_out(days, ratio, error, form)))
    return tuple(scores)


def preferred_form(scores: Sequence[FormScore]) -> LossForm | None:
    """Return the form of the smallest AIC; `None` when none could be fitted."""
    fitted = [score for score in scores if score.fit is not None]
    return min(fitted, key=lambda score: score.aic).form if fitted else None


def bootstrap_errors(
    days: FloatArray,
    ratio: FloatArray,
    error: FloatArray,
    form: LossForm,
    at_days: FloatArray,
    *,
    rng: np.random.Generator,
    n_draws: int = 200,
) -> FloatArray:
    """Return the standard deviation of the loss when the noise is drawn again.

    Parameters
    ----------
    days, ratio, error : ndarray, shape (n,)
        As for `fit_loss`; errors known.
    form : str
        Form of the loss.
    at_days : ndarray, shape (m,)
        Where.
    rng : numpy.random.Generator
        Source of the draws.
    n_draws : int, optional
        How many.

    Returns
    -------
    ndarray, shape (m,)
        To be compared with `LossFit.loss_error_at`.
    """
    fit = fit_loss(days, ratio, error, form)
    smooth, sigma = fit.ratio_at(days), error * fit.error_scale
    drawn = [
        fit_loss(days, smooth + sigma * rng.standard_normal(days.size), error, form)
        for _ in range(n_draws)
    ]
    spread: FloatArray = np.std([one.loss_at(at_days) for one in drawn], axis=0, ddof=1)
    return spread


def _held_out(
    days: FloatArray, ratio: FloatArray, error: FloatArray, form: LossForm
) -> tuple[float, float]:
    """Return the last ratio minus its prediction from the others, and the error of that."""
    try:
        fit = fit_loss(days[:-1], ratio[:-1], error[:-1], form)
    except FitError:
        return _NAN, _NAN
    last = days[-1:]
    predicted = float(fit.ratio_error_at(last)[0])
    return float(ratio[-1] - fit.ratio_at(last)[0]), float(np.hypot(predicted, error[-1]))
