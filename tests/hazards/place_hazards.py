"""Things at a path that are no readable file."""

import os

from tests.hazards import baselines
from tests.hazards.hazard import Hazard


def nothing(path):
    """Leave the place empty."""


def broken_link(path):
    path.symlink_to(path.with_name("gone.fits"))


def link_to_good_file(path):
    path.symlink_to(baselines.written(baselines.x1d(), path.with_name("target.fits")))


def loop(path):
    path.symlink_to(path)


# A folder has no hazard of its own: what lies in it is opened (tests/engine/files/test_find.py).
HAZARDS = (
    Hazard("not_there.fits", "refused", "no such file", nothing),
    Hazard("pipe.fits", "refused", "pipe", os.mkfifo),
    Hazard("zeros.fits", "refused", "device", lambda path: path.symlink_to("/dev/zero")),
    Hazard("broken_link.fits", "refused", "no such file", broken_link),
    Hazard("loop.fits", "refused", "links", loop),
    Hazard("link.fits", "loads", "", link_to_good_file),
    Hazard("a name with\nnew line.fits", "refused", "empty", lambda path: path.touch()),
    Hazard("n" * 240 + ".fits", "refused", "empty", lambda path: path.touch()),
)
