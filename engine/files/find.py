"""Finds the files of a folder, a pattern, or a mixed drop."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_MAX_FILES = 100_000

# Names that are worth opening when a whole folder is given; a file that is named itself is always
# opened, and only its content tells what it is.
_CANDIDATE = re.compile(
    r".*\.(fits?|asdf|ecsv|csv|tsv|txt|dat|tbl|ipac|par|fluxknot)(\.gz)?", re.IGNORECASE
)
_NOT_DATA = re.compile(r"(readme|license|licence|copying|provenance|requirements).*", re.IGNORECASE)


def find_files(paths: Iterable[str | Path] | str | Path) -> tuple[Path, ...]:
    """Return the files that a person may have meant.

    Parameters
    ----------
    paths : path-like or iterable of path-like
        Files, folders, patterns (``"data/*_s3d.fits"``), in any mixture.

    Returns
    -------
    tuple of Path
        Sorted, each once. Of folders, and the folders inside them, the files that look like data;
        hidden and unreadable ones are skipped, links to folders are not followed. What was named
        itself is always there, even when it does not exist, so that opening it can say so.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    found: dict[str, Path] = {}
    for one in given:
        for path in _expanded(Path(one)):
            found.setdefault(os.path.abspath(path), path)  # noqa: PTH100  (links stay)
            if len(found) >= _MAX_FILES:
                break
    return tuple(sorted(found.values(), key=_natural_order))


def _expanded(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from _inside(path)
    elif not path.exists() and glob.has_magic(str(path)):
        for name in sorted(glob.glob(str(path), recursive=True)):  # noqa: PTH207  (patterns)
            match = Path(name)
            yield from _inside(match) if match.is_dir() else (match,)
    else:
        yield path


def _inside(folder: Path) -> Iterator[Path]:
    """Yield the candidates below a folder."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if _is_candidate(name) and path.is_file() and os.access(path, os.R_OK):
                yield path


def _is_candidate(name: str) -> bool:
    hidden = name.startswith((".", "~"))
    return not hidden and bool(_CANDIDATE.fullmatch(name)) and not _NOT_DATA.fullmatch(name)


def _natural_order(path: Path) -> tuple[tuple[int, str], ...]:
    """Sort ``ch2`` before ``ch10``."""
    parts = re.split(r"(\d+)", str(path))
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
