"""The spectra that junctions were measured on, for whoever draws or writes them again."""

from dataclasses import dataclass
from typing import Any

from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.junctions_step import junction_spectra
from engine.project.keys import NodeKey
from engine.project.session import Session


def spectra_of_junctions(
    session: Session, chain: Chain, key: NodeKey, progress: Progress
) -> tuple[Spectrum, ...]:
    """Return the spectra that the junctions ``key`` were measured on, in order of wavelength."""
    return _found(_Work(chain, session, chain.params(session, key), progress), key)


def spectra_at_hand(session: Session, chain: Chain, key: NodeKey) -> tuple[Spectrum, ...]:
    """Return those of `spectra_of_junctions` that are at hand: nothing is computed."""
    return _found(_AtHand(chain, session, chain.params(session, key), SILENT), key)


def _found(work: "_Work", key: NodeKey) -> tuple[Spectrum, ...]:
    spectra, _ = junction_spectra(work, key.subject)
    return tuple(sorted(spectra, key=lambda one: one.identity.band))


@dataclass(slots=True)
class _Work:
    """Gives the step's own look-up of spectra what it asks for."""

    chain: Chain
    session: Session
    params: Any
    progress: Progress

    def product(self, entry: Entry, part: int) -> Any:
        return self.chain.library.product(entry, part, progress=self.progress)

    def result(self, key: NodeKey) -> Any:
        return self.chain.evaluate(self.session, key, self.progress)


class _AtHand(_Work):
    """Gives what was computed before."""

    def result(self, key: NodeKey) -> Any:
        found = self.chain.result(self.session, key)
        if found is None:
            raise DataError(f"{key.step} of {key.subject} is not computed yet.")
        return found
