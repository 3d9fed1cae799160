"""A second run of an unchanged recipe, with the results on the disk.

Run with ``python -m benchmarks.second_run [SESSION]``: the chain of a session, by default that of a
small demo, computed with an empty folder of results, and again by a program that just started.
What is given is the time of the processor, and that of the clock.
"""

import sys
import tempfile
import time
from pathlib import Path

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


def main(arguments: list[str]) -> None:
    """Print both runs and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = arguments[0] if arguments else write_demo(Path(folder, "demo"), size="small")
        session = read_session(path)
        edition()  # reads the code once, whoever asks first
        first = times_of(session, Path(folder, "results"))
        second = times_of(session, Path(folder, "results"))
    print(f"{len(Chain().keys(session))} results")
    for name, (worked, took) in (("first run", first), ("second run", second)):
        print(f"{name:11} processor {worked:7.2f} s, clock {took:7.2f} s")
    print(f"ratio       processor {first[0] / second[0]:7.1f}  , clock {first[1] / second[1]:7.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
