"""What tells spectra of one source and band apart."""

from collections.abc import Sequence
from pathlib import Path

from engine.project.entries import Segment

_LONGEST = 12  # letters of what is written behind a band; the place is written where it is more


def words_apart(paths: Sequence[str]) -> tuple[str, ...]:
    """Return of each path the words of the file's name, or of its folder, that not all have."""
    names = [Path(path).name.split(".")[0].split("_") for path in paths]
    found = _differing(names)
    return found if any(found) else _differing([list(Path(path).parts[-2:-1]) for path in paths])


def names_apart(segments: Sequence[Segment]) -> dict[str, str]:
    """Return what to write behind the band of each segment, by id; ``""``: it is the only one.

    That is its kind, or what its file is called beside the others, or its place among them.
    """
    alike: dict[str, list[Segment]] = {}
    for one in segments:
        alike.setdefault(one.identity.band, []).append(one)
    names: dict[str, str] = {}
    for same in alike.values():
        names |= dict(zip((one.id for one in same), _told(same), strict=True))
    return names


def _told(same: Sequence[Segment]) -> tuple[str, ...]:
    """Return a name for each of what reads alike: the first kind of names that all differ."""
    if len(same) == 1:
        return ("",)
    kinds = tuple("cube" if one.is_cube else "spectrum" for one in same)
    for names in (kinds, words_apart([one.entry.path for one in same])):
        if len(set(names)) == len(same) and max(map(len, names)) <= _LONGEST:
            return names
    return tuple(f"({place})" for place in range(1, len(same) + 1))


def _differing(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(
        " ".join(
            word for i, word in enumerate(own) if any(word not in one[i : i + 1] for one in names)
        )
        for own in names
    )
