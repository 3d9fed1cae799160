"""The LRS demo, opened: made and read once for all tests of a process."""

import json
from dataclasses import replace
from pathlib import PurePath

from engine.lrs.dropouts import DropoutParams
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.simulate.lrs_demo import make_lrs_demo

REPAIR = DropoutParams(repair="profile")
_MADE = {}


class LrsFiles:
    """A session with all files of the demo, its chain, and the truth."""

    def __init__(self, folder):
        paths = []
        for file in make_lrs_demo(7):
            path = folder / PurePath(file.name).name
            path.write_bytes(file.content)
            paths.append(path)
        products = json.loads(paths.pop().read_text(encoding="utf-8"))["products"]
        self.truth = {PurePath(name).name: one for name, one in products.items()}
        self.chain = Chain()
        opened = add_files(Session(), read_files(paths, self.chain.library))
        assert not opened.refusals
        self.session = opened.session

    def entry(self, *parts, session=None):
        """Return the entry whose name holds all ``parts``."""
        [found] = [
            one
            for one in (session or self.session).entries
            if all(part in PurePath(one.path).name for part in parts)
        ]
        return found

    def truth_of(self, entry):
        """Return what was put into a file."""
        return self.truth[PurePath(entry.path).name]

    def without(self, *parts):
        """Return the session without the files whose names hold any of ``parts``."""
        kept = tuple(
            one
            for one in self.session.entries
            if not any(part in PurePath(one.path).name for part in parts)
        )
        return replace(self.session, entries=kept)

    def key(self, step, *parts):
        """Return the node of a step for the file whose name holds ``parts``."""
        return NodeKey(step, self.entry(*parts).id)

    def result(self, step, *parts, session=None):
        """Return a result of a step for one file."""
        return self.chain.evaluate(session or self.session, self.key(step, *parts))


def lrs_files(tmp_path_factory):
    """Return the files, made when they are asked for the first time."""
    if "files" not in _MADE:
        _MADE["files"] = LrsFiles(tmp_path_factory.mktemp("lrs"))
    return _MADE["files"]
