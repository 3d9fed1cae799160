"""The vector while a breakpoint is being dragged: what the fit will give on release."""

from dataclasses import replace

import numpy as np

from engine.arrays import FlagArray, FloatArray, freeze
from engine.model.spectrum import Spectrum
from engine.mrs.held_values import fit_without_held, held_term
from engine.mrs.response_curve import fit_given, spline_space_of, vector_of
from engine.mrs.response_params import HeldValue, SampleState, StarResponseParams
from engine.mrs.response_samples import measure_ratio, select_samples, state_after
from engine.mrs.response_uncertainty import HELD, statistical_error
from engine.mrs.star_response import StarResponse
from engine.numerics.spline_drag import SplineDrag
from engine.numerics.splines import SplineFit

#: Most samples that are rejected anew within a frame. A band of the MRS has about a thousand.
MOST_REJECTED_ANEW = 5_000


class ResponsePreview:
    """Refits a response within the time of one frame.

    Parameters
    ----------
    observed, model : Spectrum
        As for `fit_star_response`.
    params : StarResponseParams
        What the last fit was made with.
    response : StarResponse
        Its result: which samples it used and in which space.

    Attributes
    ----------
    wave_um : ndarray, shape (m,)
        The samples inside the cut-offs. Unit: um.
    state : ndarray of uint8, shape (n,)
        `SampleState` of each sample after the last move.
    stat_error : ndarray of shape (n,), or None
        Statistical error of the vector after the last move; `None`: known on release only.
    held_error : ndarray of shape (n,), or None
        How far the held values move the vector, NaN where that is not known; `None`: as above.

    Notes
    -----
    A move is the fit of the release: it rejects from the same start, to the same bits. Only with
    more than `MOST_REJECTED_ANEW` samples the rejection of the last fit stays, until the release.
    """

    def __init__(
        self,
        observed: Spectrum,
        model: Spectrum,
        params: StarResponseParams,
        response: StarResponse,
    ) -> None:
        self._params = params
        self._samples = select_samples(measure_ratio(observed, model), params, response.fitted_in)
        inside = self._samples.is_inside
        self.wave_um: FloatArray = freeze(self._samples.wave_um[inside])
        self.state: FlagArray = response.state
        self.stat_error: FloatArray | None = None
        self.held_error: FloatArray | None = None
        self._drag = self._frozen_drag() if inside.sum() > MOST_REJECTED_ANEW else None
        # Breakpoints, and the fit with them that nothing held bends: one for the drag of a value.
        self._free: tuple[tuple[float, ...], SplineFit | None] | None = None

    def move(
        self, breakpoints_um: tuple[float, ...], held: tuple[HeldValue, ...]
    ) -> tuple[FloatArray, FloatArray]:
        """Return the vector for moved breakpoints and held values.

        Parameters
        ----------
        breakpoints_um : tuple of float
            All breakpoints, increasing; those outside the cut-offs are left out. Unit: um.
        held : tuple of HeldValue
            All held values.

        Returns
        -------
        wave_um, vector : ndarray, shape (m,)
            The samples inside the cut-offs, and the vector there.

        Raises
        ------
        FitError
            If breakpoints have no data; the next move works all the same.
        """
        samples = self._samples
        moved = replace(self._params, held=held)
        space = spline_space_of(moved, samples, breakpoints_um)
        if self._drag is not None:
            curve = self._drag.move(space.breakpoints, space.held)
        else:
            fit, _ = fit_given(samples, space, moved)
            curve, self.state = fit(self.wave_um), state_after(samples, fit.used)
        vector = np.asarray(vector_of(curve, samples.space, self.wave_um))
        if self._drag is None:
            whole = np.full(samples.wave_um.size, np.nan)
            whole[samples.is_inside] = vector
            if self._free is None or self._free[0] != space.breakpoints:
                self._free = space.breakpoints, fit_without_held(fit, samples, space, moved)
            free = self._free[1] if space.held else fit
            self.stat_error = statistical_error(free or fit, samples, whole, None)
            terms = dict(held_term(free, samples, space, whole))
            self.held_error = terms.get(HELD, np.full(whole.size, np.nan))
        return self.wave_um, vector

    @property
    def rejects_anew(self) -> bool:
        """Whether a move rejects as the release will."""
        return self._drag is None

    def _frozen_drag(self) -> SplineDrag:
        """Return a fit whose samples stay those of the last result."""
        samples = self._samples
        inside = samples.is_inside
        return SplineDrag(
            self.wave_um,
            samples.y[inside],
            spline_space_of(self._params, samples, ()),
            (self.state == SampleState.USED)[inside],
            error=samples.error[inside],
            weight=samples.weight[inside],
        )
