"""What surrounds one response: other stars of the band, other bands, its spectra."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.analyses import RESPONSE
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_source_name, shown_star_name, star_key
from engine.model.stars import star_named
from engine.mrs import response_edits as engine_edits
from engine.mrs.star_response import StarResponse, StarResponseParams
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.leak_step import spectrum_needs
from engine.project.models import model_of
from engine.project.red_roles import asteroid_key
from engine.project.session import Session
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.star_response_edits import applied, micrometers
from guiapp.controllers.workspace import Workspace
from guiapp.views.response_edits import ExcludeSample, IncludeSample
from guiapp.views.star_response_layers import NamedCurve

_DEFAULT_REASON = "excluded by hand"


@dataclass(frozen=True, slots=True)
class Copyable:
    """Breakpoints of another response.

    Attributes
    ----------
    segment : Segment
        Whose they are.
    breakpoints_um : tuple of float
        Unit: um.
    limits_um : tuple of float
        Range of its vector. Unit: um.
    """

    segment: Segment
    breakpoints_um: tuple[float, ...]
    limits_um: tuple[float, float]


class Surroundings:
    """Looks around the current segment of a workspace; changes nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def same_band(self) -> tuple[Segment, ...]:
        """Return the observed spectra of this band that have a model, of all stars."""
        segment, session = self._workspace.segment(), self._workspace.session
        if segment is None:
            return ()
        return tuple(
            one
            for one in session.segments
            if one.identity.band == segment.identity.band and model_of(session, one) is not None
        )

    def same_source(self) -> tuple[Segment, ...]:
        """Return the bands of this source, in order of wavelength."""
        segment = self._workspace.segment()
        if segment is None:
            return ()
        return self._workspace.session.sources[segment.identity.source_key]

    def other_vectors(self, kind: str) -> tuple[NamedCurve, ...]:
        """Return the vectors of other stars in this band that are at hand, of the same kind."""
        segment = self._workspace.segment()
        found = []
        for one in self.same_band():
            other = self.result_of(one)
            if segment is None or one.id == segment.id or other is None or other.kind != kind:
                continue
            star = star_named(one.identity.target)
            color = "dim" if star is None else f"class {star.star_class}"
            found.append(
                NamedCurve(shown_star_name(one.identity.target), other.wave_um, other.vector, color)
            )
        return tuple(found)

    def donors(self) -> tuple[str, ...]:
        """Return the other stars of this band, whose vectors can patch this one."""
        segment = self._workspace.segment()
        own = "" if segment is None else star_key(segment.identity.target)
        names = {
            star_key(one.identity.target): one.identity.target
            for one in self.same_band()
            if self._workspace.session.exclusion_of(one) is None
        }
        return tuple(name for key, name in names.items() if key and key != own)

    def donor_response(self, star: str) -> StarResponse | None:
        """Return the response of a star in this band if it is at hand."""
        for one in self.same_band():
            if star_key(one.identity.target) == star_key(star):
                return self.result_of(one)
        return None

    def responses(self) -> tuple[StarResponse, ...]:
        """Return the responses of this band that are at hand, of all stars."""
        found = (self.result_of(one) for one in self.same_band())
        return tuple(one for one in found if one is not None)

    def copyable(self) -> tuple[Copyable, ...]:
        """Return the breakpoints of all other responses that are known."""
        current = self._workspace.segment()
        found = (
            self._breakpoints_of(one)
            for one in self._workspace.session.segments
            if current is not None and one.id != current.id
        )
        return tuple(one for one in found if one is not None and one.breakpoints_um)

    def spectra(self) -> tuple[Spectrum, Spectrum] | None:
        """Return the observed and the model spectrum of this response, if both are at hand."""
        segment, chain = self._workspace.segment(), self._workspace.chain
        model = None if segment is None else self._model(segment)
        if segment is None or model is None:
            return None
        corrected = spectrum_needs(self._workspace.session, segment).nodes
        if corrected:
            last = chain.result(self._workspace.session, corrected[0])
            observed = None if last is None else last.spectrum
        else:
            observed = chain.library.product(segment.entry, segment.part)
        return None if observed is None else (observed, model)

    def _model(self, segment: Segment) -> Spectrum | None:
        """Return what ``segment`` is compared with, if it is at hand."""
        session, chain = self._workspace.session, self._workspace.chain
        asteroid = asteroid_key(session, segment)
        if asteroid is not None:
            fitted = chain.result(session, asteroid)
            return None if fitted is None else fitted.model
        entry = model_of(session, segment)
        model: Spectrum | None = None if entry is None else chain.library.product(entry, 0)
        return model

    def result_of(self, segment: Segment) -> StarResponse | None:
        """Return the response of ``segment`` if it is at hand."""
        key = NodeKey(RESPONSE.name, segment.id)
        found: StarResponse | None = self._workspace.chain.result(self._workspace.session, key)
        return found

    def beyond_this(
        self, edit: ExcludeSample | IncludeSample, result: StarResponse
    ) -> tuple[Session, str]:
        """Return the session without a star, or without a wavelength in all stars of this band.

        The same for bringing them back.
        """
        segment = self._workspace.segment()
        assert segment is not None
        session = self._workspace.session
        verb = "Exclude" if isinstance(edit, ExcludeSample) else "Bring back"
        if edit.scope == "star":
            reason = with_reason(edit).reason if isinstance(edit, ExcludeSample) else None
            after = session.with_exclusion(segment.identity.source_key, reason)
            return after, outcome_text(shown_source_name(segment.identity.source_key), reason)
        wave_um, band = float(result.wave_um[edit.index]), segment.identity.band
        for other in self.same_band():
            fitted = result if other.id == segment.id else self.result_of(other)
            place = None if fitted is None else _sample_at(fitted, wave_um)
            if fitted is not None and place is not None:
                key = NodeKey(RESPONSE.name, other.id)
                same = with_reason(type(edit)(place))
                params, _ = applied(same, self._params(other), fitted, band)
                session = session.with_params(key, params)
        return session, f"{verb} {micrometers(wave_um)} in {band} of all stars"

    def _params(self, segment: Segment) -> StarResponseParams:
        params: StarResponseParams = self._workspace.params(NodeKey(RESPONSE.name, segment.id))
        return params

    def _breakpoints_of(self, segment: Segment) -> Copyable | None:
        params, result = self._params(segment), self.result_of(segment)
        if result is not None:
            pinned = engine_edits.pin_breakpoints(params, result)
            limits = engine_edits.limits_um(params, result)
            return Copyable(segment, pinned.breakpoints_um or (), limits)
        points = params.breakpoints_um
        return Copyable(segment, points, (points[0], points[-1])) if points else None


def subject_line(identity: Identity) -> str:
    """Return star, program, visit and date on one line."""
    parts = (
        identity.target,
        f"{identity.program}-{identity.observation}".strip("-"),
        identity.date,
        identity.band,
    )
    return " · ".join(part for part in parts if part)


def with_reason(edit: Any) -> Any:
    """Return the edit with a reason: nothing is excluded without one."""
    if isinstance(edit, ExcludeSample) and not edit.reason:
        return ExcludeSample(edit.index, edit.scope, _DEFAULT_REASON)
    return edit


def _sample_at(result: StarResponse, wave_um: float) -> int | None:
    """Return the sample at ``wave_um``; `None` when the nearest is a whole step away."""
    if result.wave_um.size < 2:
        return None
    nearest = int(np.argmin(np.abs(result.wave_um - wave_um)))
    step = float(np.median(np.diff(result.wave_um)))
    return nearest if abs(result.wave_um[nearest] - wave_um) <= step else None
