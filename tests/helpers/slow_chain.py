"""A chain whose work waits until the test lets it go on."""

import threading
from contextlib import contextmanager

PATIENCE_S = 10.0


class Gate:
    """Holds the evaluations of a chain; `open` lets them go on."""

    def __init__(self, chain):
        self._evaluate = chain.evaluate
        self._open = threading.Event()
        self.begun = []

    def evaluate(self, session, key, progress):
        """Wait as long as the gate is shut, then compute; cancelled work ends at once."""
        self.begun.append((session, key))
        for _ in range(int(PATIENCE_S / 0.01)):
            progress.step(0, 1, "held")
            if self._open.wait(0.01):
                break
        return self._evaluate(session, key, progress)

    def open(self):
        """Let everything go on."""
        self._open.set()


@contextmanager
def held(chain, monkeypatch):
    """Hold the evaluations of ``chain`` until the gate that is given is opened."""
    gate = Gate(chain)
    with monkeypatch.context() as patched:
        patched.setattr(chain, "evaluate", gate.evaluate)
        try:
            yield gate
        finally:
            gate.open()
