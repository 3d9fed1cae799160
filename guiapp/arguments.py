"""The words of the command that opens the window: options, lists, files."""

from collections.abc import Sequence
from pathlib import Path

from engine.demo_titles import DEMO_TITLES, FIRST_DEMO
from engine.errors import EngineError, UsageError

_DEMO = "--demo"


def split_demo(arguments: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return which set of the demo is asked for, ``""`` for none, and the other arguments."""
    rest = list(arguments)
    if _DEMO not in rest:
        return "", tuple(rest)
    place = rest.index(_DEMO)
    is_named = rest[place + 1 : place + 2] and rest[place + 1] in DEMO_TITLES
    name = rest[place + 1] if is_named else FIRST_DEMO
    del rest[place : place + 2 if is_named else place + 1]
    return name, tuple(rest)


def with_lists(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the arguments with the names in a list in place of ``@list``.

    Raises
    ------
    EngineError
        If a list cannot be read.
    """
    found: list[str] = []
    for one in arguments:
        if one.startswith("@") and not Path(one).exists():
            from engine.files.path_list import read_path_list  # noqa: PLC0415  (rarely needed)

            found += read_path_list(one[1:])
        else:
            found.append(one)
    return tuple(found)


def check_arguments(arguments: Sequence[str]) -> None:
    """Refuse what is no option, file, folder or pattern.

    Raises
    ------
    UsageError
        If an option, or what can only be a command, does not exist.
    EngineError
        If a file does not exist.
    """
    _, paths = split_demo(arguments)
    for one in paths:
        if one.startswith("-"):
            raise UsageError(f"there is no option {one!r}; see: fluxknot --help")
    for place, one in enumerate(paths):
        if _is_there(one):
            continue
        wrong = UsageError if place == 0 and one.isidentifier() else EngineError
        raise wrong(f"{one}: there is no such file, folder or command; see: fluxknot --help")


def _is_there(argument: str) -> bool:
    """Tell whether an argument is a file, a folder, or a pattern that the program expands."""
    return any(sign in argument for sign in "*?[") or Path(argument).exists()
