"""The junctions of all sources, gathered for their view."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from engine.analyses import JUNCTIONS
from engine.compare.jumps import Jumps
from engine.compare.junctions import SourceJunctions
from engine.errors import EngineError
from engine.model.spectrum import Spectrum
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.jumps_step import jumps_key
from engine.project.junction_inputs import spectra_at_hand, spectra_of_junctions
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.views.spectra import Stage


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The junctions of all sources, their spectra by source and band, and what cannot be had."""

    stage: Stage
    sources: tuple[SourceJunctions, ...]
    spectra: Mapping[str, dict[str, Spectrum]]
    problems: Mapping[str, str]
    jumps: Jumps | None = None
    is_whole: bool = True

    @property
    def n_done(self) -> int:
        """Sources that were looked at so far."""
        return len(self.sources) + len(self.problems)


def gather_junctions(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    stage: Stage,
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Compute the junctions of all sources; what cannot be had is told."""
    sources: list[SourceJunctions] = []
    spectra = _Spectra(session, chain, stage)
    problems: dict[str, str] = {}
    for done, key in enumerate(keys):
        progress.step(done, len(keys), key.settings.subject)
        part = Part(progress, done, len(keys))
        try:
            found: SourceJunctions = chain.evaluate(session, key, part)
        except EngineError as error:
            problems[key.settings.subject] = error.sentence
            continue
        sources.append(found)
        with suppress(EngineError):  # of a result of an earlier run they may not be at hand yet
            spectra_of_junctions(session, chain, key, part)
        if deliver is not None:
            deliver(Gathered(stage, tuple(sources), spectra, dict(problems), is_whole=False))
    try:
        jumps: Jumps | None = chain.evaluate(session, jumps_key(stage), progress)
    except EngineError as error:
        jumps = None
        problems[jumps_key(stage).subject] = error.sentence
    return Gathered(stage, tuple(sources), spectra, problems, jumps)


class _Spectra(Mapping[str, dict[str, Spectrum]]):
    """The spectra of each source by band, looked up when they are wanted."""

    def __init__(self, session: Session, chain: Chain, stage: Stage) -> None:
        self._session, self._chain, self._stage = session, chain, stage
        self._known: dict[str, dict[str, Spectrum]] = {}

    def __getitem__(self, source: str) -> dict[str, Spectrum]:
        if source not in self._known:
            if source not in self._session.sources:
                raise KeyError(source)
            found = _spectra(self._session, self._chain, source, self._stage)
            self._known[source] = found
        return self._known[source]

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.sources)

    def __len__(self) -> int:
        return len(self._session.sources)


def _spectra(session: Session, chain: Chain, source: str, stage: Stage) -> dict[str, Spectrum]:
    """Return the spectra by band that the junctions of a source rest on, as far as at hand."""
    key = NodeKey(JUNCTIONS.name, f"{source}@{stage}")
    try:
        found = spectra_at_hand(session, chain, key)
    except EngineError:
        return {}
    return {one.identity.band: one for one in found}


def are_rates(gathered: Gathered) -> bool:
    """Tell whether count rates were compared: they jump because no band is calibrated yet."""
    units = {
        measure.unit
        for one in gathered.sources
        for measure in one.measures
        if math.isfinite(measure.ratio)
    }
    return gathered.stage == "extracted" and "DN/s" in units
