"""Errors that the engine raises on purpose."""

from pathlib import Path


class EngineError(Exception):
    """A problem that the user can understand and act on.

    Parameters
    ----------
    what : str
        One sentence: what went wrong, with the offending value in it.
    hint : str, optional
        One sentence: what the user can do about it.
    """

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    @property
    def sentence(self) -> str:
        """What went wrong and what to do, on one line."""
        return f"{self.what} {self.hint}".strip()


class UsageError(EngineError):
    """A command was called in a way that it does not know."""


class FileError(EngineError):
    """A file cannot be read or written.

    Parameters
    ----------
    path : path-like
        The file; its name is put in front of the sentence.
    what : str
        One sentence: the cause.
    hint : str, optional
        One sentence: the next step.
    """

    def __init__(self, path: str | Path, what: str, *, hint: str = "") -> None:
        super().__init__(f"{shown_name(Path(path).name)}: {what}", hint=hint)
        self.path = Path(path)


def shown_name(name: str) -> str:
    """Return a file name that fits into a sentence: printable, and not longer than 80."""
    shown = "".join(c if c.isprintable() else "?" for c in name)
    return shown if len(shown) <= 80 else f"{shown[:50]}…{shown[-29:]}"


class FitError(EngineError):
    """A fit cannot be done with the data and settings given.

    Parameters
    ----------
    what : str
        One sentence: what went wrong.
    hint : str, optional
        One sentence: the way out.
    breakpoints_um : tuple of float, optional
        The breakpoints to blame, so that a view can color them.
    """

    def __init__(
        self, what: str, *, hint: str = "", breakpoints_um: tuple[float, ...] = ()
    ) -> None:
        super().__init__(what, hint=hint)
        self.breakpoints_um = breakpoints_um


class DataError(EngineError):
    """The data given cannot answer the question asked of them."""


class Cancelled(Exception):  # noqa: N818  (a request that was honored, not an error)
    """The caller asked for the work to stop."""
