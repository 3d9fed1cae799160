"""How long the chain takes for ten stars in twelve bands: from cubes, and from their spectra.

Run with ``python -m benchmarks.whole_chain``: makes the demo, reads it, and computes everything
up to the final vectors on two threads. What is extracted already is not extracted again for the
second figure: it is the time from 120 extracted spectra to the vectors of all bands.
"""

import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.line import Line
from engine.analyses import EXTRACT, LOSS, RESPONSE
from engine.project.chain import Chain
from engine.project.combine_step import COMBINATION, combined_segments
from engine.project.demo import write_demo
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.session_file import read_session

_THREADS = 2


class Taken(NamedTuple):
    """How long something took, and how long the processor worked on it. Unit: s."""

    waited: float
    worked: float

    def __str__(self) -> str:
        return f"{self.waited:.2f} s (the processor worked {self.worked:.2f} s)"


def evaluate(session: Session, chain: Chain, keys: Iterable[NodeKey]) -> Taken:
    """Compute ``keys`` on two threads; return how long it took."""
    began, working = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(_THREADS) as threads:
        for _ in threads.map(lambda key: chain.evaluate(session, key), tuple(keys)):
            pass
    return Taken(time.perf_counter() - began, time.process_time() - working)


def with_decided_breakpoints(session: Session, chain: Chain, keys: Iterable[NodeKey]) -> Session:
    """Return the session as it is once someone has decided: each response keeps its breakpoints."""
    for key in keys:
        params = session.own_params(key) or RESPONSE.params()
        found = chain.evaluate(session, key).breakpoints_um
        session = session.with_params(key, replace(params, breakpoints_um=tuple(found.tolist())))
    return session


class Times(NamedTuple):
    """What the parts of the chain took."""

    stars: int
    spectra: int
    loss: Taken
    decided: Taken
    searched: Taken
    every: Taken


def measure() -> Times:
    """Run the chain of the demo, part by part."""
    with tempfile.TemporaryDirectory() as folder:
        session = read_session(write_demo(Path(folder) / "demo"))
        others = [one.id for one in combined_segments(session) if not one.is_cube]
        for one in others:
            session = session.with_exclusion(one, "the benchmark is on ten stars in twelve bands")
        found = combined_segments(session)
        responses = [NodeKey(RESPONSE.name, one.id) for one in found]
        losses = [key for key in Chain().keys(session) if key.step == LOSS.name]
        chain = Chain()
        extraction = evaluate(session, chain, (NodeKey(EXTRACT.name, one.id) for one in found))
        loss = evaluate(session, chain, losses)
        searched = evaluate(session, chain, [*responses, COMBINATION])
        decided_session = with_decided_breakpoints(session, chain, responses)
        decided = evaluate(decided_session, chain, [*responses, COMBINATION])
    stars = {one.identity.target for one in found}
    every = Taken(*(sum(one) for one in zip(extraction, loss, searched, strict=True)))
    return Times(len(stars), len(found), loss, decided, searched, every)


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    found = measure()
    what = f"{found.stars} stars, {found.spectra} spectra, from extracted spectra to final vectors"
    return (
        Line(f"{what}, breakpoints decided: processor", found.decided.worked, "s", most=3),
        Line(f"{what}, breakpoints searched: processor", found.searched.worked, "s", most=3),
        Line("the same from cubes, all searched: processor", found.every.worked, "s", most=40),
    )


def main() -> None:
    """Print the times, and what they are of."""
    found = measure()
    print(
        f"{found.stars} stars, {found.spectra} spectra; "
        f"loss of twelve bands from lamps: {found.loss}"
    )
    print(f"from extracted spectra to final vectors, breakpoints decided: {found.decided}")
    print(f"the same, breakpoints searched: {found.searched}")
    print(f"from cubes to final vectors, all searched: {found.every}")


if __name__ == "__main__":
    main()
