"""Which exclusions a result follows from: those that were asked for while it was found."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALL_EXCLUSIONS = "*"  #: asked for by whoever looks at all of them

_asked: ContextVar[set[str] | None] = ContextVar("asked", default=None)


@contextmanager
def asked_exclusions(found: set[str]) -> Iterator[None]:
    """Note in ``found`` of which subjects a session is asked whether they are left out."""
    token = _asked.set(found)
    try:
        yield
    finally:
        _asked.reset(token)


def note_exclusion(subject: str) -> None:
    """Say that the session is being asked whether ``subject`` is left out."""
    found = _asked.get()
    if found is not None:
        found.add(subject)
