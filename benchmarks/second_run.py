"""A second run of an unchanged recipe, with the results on the disk.

Run with ``python -m benchmarks.second_run [SESSION]``: the chain of a session, by default that of a
small demo, computed with an empty folder of results, and again by a program that just started.
What is given is the time of the processor, and that of the clock.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.line import Line
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.disk_cache import DiskCache, edition
from engine.project.run import evaluate_all
from engine.project.session import Session
from engine.project.session_file import read_session
from engine.project.store import Store


def times_of(session: Session, results: Path) -> tuple[float, float]:
    """Return how long the processor and the clock take for all results. Unit: s."""
    chain = Chain(store=Store(disk=DiskCache(results)))  # nothing in memory, as after a start
    began, worked = time.perf_counter(), time.process_time()
    evaluate_all(session, chain)
    return time.process_time() - worked, time.perf_counter() - began


def both_runs(given: str = "") -> tuple[int, tuple[float, float], tuple[float, float]]:
    """Return how many results there are, and the times of both runs. Unit: s."""
    with tempfile.TemporaryDirectory() as folder:
        path = given or write_demo(Path(folder, "demo"), size="small")
        session = read_session(path)
        edition()  # reads the code once, whoever asks first
        first = times_of(session, Path(folder, "results"))
        second = times_of(session, Path(folder, "results"))
    return len(Chain().keys(session)), first, second


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    n_results, first, second = both_runs()
    what = f"a second run of an unchanged recipe, {n_results} results on the disk"
    return (
        Line(f"{what}: processor", second[0], "s", "the first run", first[0], 20),
        Line(f"{what}: clock", second[1], "s", "the first run", first[1]),
    )


def main(arguments: list[str]) -> None:
    """Print both runs and their ratio."""
    n_results, first, second = both_runs(*arguments[:1])
    print(f"{n_results} results")
    for name, (worked, took) in (("first run", first), ("second run", second)):
        print(f"{name:11} processor {worked:7.2f} s, clock {took:7.2f} s")
    print(f"ratio       processor {first[0] / second[0]:7.1f}  , clock {first[1] / second[1]:7.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
