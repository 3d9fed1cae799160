"""The vector while a breakpoint is being dragged: the rejection mask of the last fit, frozen."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.model.spectrum import Spectrum
from engine.mrs.response_curve import spline_space_of, vector_of
from engine.mrs.response_params import HeldValue, SampleState, StarResponseParams
from engine.mrs.response_samples import measure_ratio, select_samples
from engine.mrs.star_response import StarResponse
from engine.numerics.spline_drag import SplineDrag


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
        self._drag = SplineDrag(
            self.wave_um,
            self._samples.y[inside],
            spline_space_of(params, self._samples, ()),
            (response.state == SampleState.USED)[inside],
            error=self._samples.error[inside],
            weight=self._samples.weight[inside],
        )

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
        moved = replace(self._params, held=held)
        space = spline_space_of(moved, self._samples, breakpoints_um)
        curve = self._drag.move(space.breakpoints, space.held)
        vector = vector_of(curve, self._samples.space, self.wave_um)
        return self.wave_um, np.asarray(vector)
