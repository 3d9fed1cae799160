"""How large a JSON text may be: each empty object of three letters takes a hundred bytes."""

MAX_VALUES = 2_000_000  #: a session of ten thousand files has a fifth of that
_BEGINNINGS = "[{,"  # a value follows each of them


class TooManyValuesError(ValueError):
    """A JSON text that would take more memory than any of ours."""


def require_bearable(text: str) -> None:
    """Refuse a JSON text with too many values before anything is made of it.

    Raises
    ------
    TooManyValuesError
        If there are more than `MAX_VALUES`.
    """
    count = sum(text.count(mark) for mark in _BEGINNINGS)
    if count > MAX_VALUES:
        raise TooManyValuesError(f"about {count} values are too many")
