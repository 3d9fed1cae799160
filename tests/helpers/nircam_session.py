"""The session of the NIRCam demo, written once for all tests that only read it."""

import tempfile
from functools import cache
from pathlib import Path

from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.session_file import read_session

_FOLDER = tempfile.TemporaryDirectory(prefix="nircam-demo-")  # gone when the tests end


@cache
def nircam_demo():
    """Return the session of the demo, and a chain that keeps its results."""
    path = write_demo(Path(_FOLDER.name) / "demo", name="nircam", size="small")
    return read_session(path), Chain()


def entries_of(session, *, kind, name):
    """Return the entries of a kind whose file name holds a text."""
    return [one for one in session.entries if one.kind == kind and name in Path(one.path).name]
