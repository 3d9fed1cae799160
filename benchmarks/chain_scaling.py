"""How asking for the state of a whole session grows with its size: no results, names alone.

After every edit the window asks for all nodes and their digests. Run with
``python -m benchmarks.chain_scaling``: times for 10, 100 and 1000 observations, two visits of each
star in twelve bands with its model, and the exponent of the growth between the last two. 1 is as
good as it gets.
"""

import math
import time

from benchmarks.line import Line
from engine.model.bands import bands
from engine.model.identity import Identity
from engine.mrs.star_response import StarResponseParams
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.session import Session

_SIZES = (10, 100, 1000)
_REPEATS = 5
_VISITS = 2


def session_of(n_observations: int) -> Session:
    """Return a session of cubes, each star in twelve bands at two visits, with its model."""
    names = [band.name for band in bands()]
    entries: list[Entry] = []
    for i in range(n_observations):
        star, band = f"Star {i // (_VISITS * len(names))}", names[i % len(names)]
        visit = str(1 + i // len(names) % _VISITS)
        entries.append(_entry(len(entries) + 1, "cube", star, band, visit))
        if (band, visit) == (names[0], "1"):
            entries.append(_entry(len(entries) + 1, "model spectrum", star, "", ""))
    return Session(entries=tuple(entries), next_id=len(entries) + 1)


def _entry(number: int, kind: str, star: str, band: str, visit: str) -> Entry:
    is_model = kind == "model spectrum"
    program = "" if is_model else "1538"
    identity = Identity(target=star, program=program, observation=visit, band=band)
    return Entry(
        id=f"e{number}",
        path=f"/data/{number}.fits",
        sha256=f"{number:064x}",
        size=1000,
        kind=kind,
        role="model" if is_model else "standard star",
        parts=(identity,),
    )


def ask_everything(session: Session, chain: Chain) -> int:
    """Ask for the state of every node; return how many there are."""
    keys = chain.keys(session)
    for key in keys:
        chain.state(session, key)
    return len(keys)


def time_of_opening_and_edit(n_observations: int) -> tuple[int, float, float]:
    """Return the number of nodes, and the best times for a new session and after one edit."""
    opening, edit, n_nodes = math.inf, math.inf, 0
    for repeat in range(_REPEATS):
        session, chain = session_of(n_observations), Chain()
        began = time.process_time()
        n_nodes = ask_everything(session, chain)
        opened = time.process_time()
        params = StarResponseParams(reject_below=3.0 + repeat)
        ask_everything(session.with_params(NodeKey("response", "e1"), params), chain)
        edit = min(edit, time.process_time() - opened)
        opening = min(opening, opened - began)
    return n_nodes, opening, edit


def measured() -> list[tuple[int, int, float, float]]:
    """Return size, nodes, and the times of opening and of an edit, each size in turn. Unit: s."""
    return [(size, *time_of_opening_and_edit(size)) for size in _SIZES]


def exponents(rows: list[tuple[int, int, float, float]]) -> tuple[float, float]:
    """Return the exponents of the growth of opening and edit between the last two sizes."""
    (small, _, *before), (large, _, *after) = rows[-2:]
    opened, edited = (
        math.log(b / a) / math.log(large / small) for a, b in zip(before, after, strict=True)
    )
    return opened, edited


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    rows = measured()
    what = "growth of asking for all states from 100 to 1000 observations, exponent"
    return tuple(
        Line(f"{what}, {when}", exponent, "", most=1.1)
        for when, exponent in zip(("opened", "after an edit"), exponents(rows), strict=True)
    )


def main() -> None:
    """Print one row a size, and the exponents."""
    print(f"{'observations':>12} {'nodes':>6} {'opened (ms)':>12} {'edited (ms)':>12}")
    rows = measured()
    for size, n_nodes, opening, edit in rows:
        print(f"{size:12d} {n_nodes:6d} {1e3 * opening:12.1f} {1e3 * edit:12.1f}")
    opened, edited = exponents(rows)
    print(f"exponent of the growth: opened {opened:.2f}, edited {edited:.2f}")


if __name__ == "__main__":
    main()
