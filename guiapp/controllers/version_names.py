"""Short names for kept versions, made from what the history says of the last edit."""

import re

_LONGEST = 26  # characters: a name stands in legends, at axes and in sentences
_NAMES = (
    (re.compile(r"Leave out (.+?)(?:: .*)?$"), "{0} out"),
    (re.compile(r"Bring back (.+)$"), "{0} in"),
    (re.compile(r"Open (.+?)(?:, \d+ files?)?$"), "{0} opened"),
    (re.compile(r"Set (.+?) of (?:.+) to (.+)$"), "{0} {1}"),
)
_OBSERVATION = re.compile(r"/\d+-\w+\b")  # of a source key: the star is enough
_IN_BAND = re.compile(r"^(.*) in (\d[ABC]) (?:at|to) (.+)$")


def version_name(edit: str) -> str:
    """Return a name for what there is after ``edit``: ``"16 Cyg B out"``, ``"radius 1.43 FWHM"``.

    An edit that is none of the known ones gives its own words, cut where they are long; none at all
    is called ``"as opened"``.
    """
    if not edit:
        return "as opened"
    text = _OBSERVATION.sub("", edit)
    for pattern, name in _NAMES:
        found = pattern.match(text)
        if found:
            return _cut(name.format(*found.groups()))
    place = _IN_BAND.match(text)
    if place is not None:  # “Move breakpoint in 1B to 6.12 µm”
        text = "{1} {0} {2}".format(*(part.strip() for part in place.groups()))
        return _cut(re.sub(r"^(\w+) \w+ ", r"\1 ", text, count=1))
    return _cut(text[:1].lower() + text[1:])


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
