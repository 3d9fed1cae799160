"""A fuzzer that is led by coverage: inputs that reach new lines of the readers are kept.

``python -m tests.helpers.fuzzing 3600`` runs for an hour over all readers of our own and prints
what it found; a failure is written to the folder of the run, to become a hazard.
"""

import json
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

import numpy as np

import engine
from engine.errors import EngineError
from engine.files.array_files import read_array_file, write_array_file
from engine.files.column_listing import list_columns
from engine.files.fits_headers import parse_cards
from engine.files.making import read_making
from engine.project.library import Library, column_mapping
from engine.project.opening import add_files, read_files
from engine.project.recipes import restore_session
from engine.project.session import Session
from engine.project.session_file import parse_session, session_text
from engine.units import flux_unit, to_canonical
from tests.hazards import session_hazards, text_hazards
from tests.hazards.damage import GOOD, ODD_VALUES, damaged

LATEST_S = 5.0
_LONGEST = 200_000
_OWN = str(Path(engine.__file__).parent)
_TOKENS = (
    *ODD_VALUES, b"\n", b",", b"#", b"|", b"&'", b"END", b"CONTINUE  '", b"SIMPLE  =", b"nan",
    b"inf", b"'SCI     '", b"'WAVE-TAB'", b"'MJy/sr  '", b"um", b"Jy", b"deg", b"wave_um",
    b"flux_jy", b"meta: {kind: ", b"spectrum", b"catalog", b"photometry", b"vector", b"lamp",
    b"map", b"observations", b"&a", b"*a", b"!!python/name:os", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\\u0000", b"\\ud800", b"\xd3BLK", b'"path"', b'"params"', b'"entries"', b'"e1"', b"1e308",
    b"**", b"9" * 30, b"[" * 70, b"\0",
)  # fmt: skip


class Late(BaseException):
    """An input that takes longer than a verdict may."""


@dataclass
class Found:
    """What a run found.

    Attributes
    ----------
    below : str
        The folder whose lines count.
    n_runs, n_kept : int
        Inputs tried, inputs kept because they reached new lines.
    lines : set of (str, int)
        File and number of each line that was reached.
    failures : dict of str to bytes
        By the place where an exception that is no sentence was raised: the input.
    said : dict of str to str
        By the same place: what Python said.
    unseen : dict of code to set of int
        The lines of each function that were not reached yet.
    """

    below: str
    n_runs: int = 0
    n_kept: int = 0
    lines: set[tuple[str, int]] = field(default_factory=set)
    failures: dict[str, bytes] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    unseen: dict[CodeType, set[int]] = field(default_factory=dict)


def fuzz(
    read: Callable[[bytes], object], seeds, *, seconds, seed=0, most=10**9, below=_OWN
) -> Found:
    """Change inputs and keep those that reach new lines of files in the folder ``below``.

    It ends when the time is over, or ``most`` inputs were tried.
    """
    rng, found = random.Random(seed), Found(below)
    corpus = [one for one in seeds if len(one) <= _LONGEST]
    for one in corpus:
        _run(read, one, found)
    end = time.monotonic() + seconds
    while time.monotonic() < end and found.n_runs < most:
        # The newest are the most promising.
        parent = corpus[min(rng.randrange(len(corpus)), rng.randrange(len(corpus))) * -1 - 1]
        child = changed(parent, corpus, rng)
        if _run(read, child, found):
            corpus.append(child)
            found.n_kept += 1
    return found


def changed(content: bytes, corpus, rng: random.Random) -> bytes:
    """Return a content after one to four changes."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        content = rng.choice(_CHANGES)(content, corpus, rng)[:_LONGEST]
    return content


def _damage(content, _corpus, rng):
    if len(content) < 200:
        return content.replace(content[:1], bytes([rng.randrange(256)]), 1)
    return damaged(content, np.random.default_rng(rng.getrandbits(32)))


def _byte(content, _corpus, rng):
    place = rng.randrange(len(content) + 1)
    return content[:place] + bytes([rng.randrange(256)]) + content[place + 1 :]


def _token(content, _corpus, rng):
    place, token = rng.randrange(len(content) + 1), rng.choice(_TOKENS)
    kept = content[place + len(token) :] if rng.random() < 0.6 else content[place:]
    return content[:place] + token + kept


def _front(content, corpus, rng):
    """Change the first bytes: headers are there."""
    return _token(content[:3000], corpus, rng) + content[3000:]


def _cross(content, corpus, rng):
    other = rng.choice(corpus)
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other) + 1) :]


def _twice(content, _corpus, rng):
    low, high = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:high] + content[low : min(high, low + 4000)] + content[high:]


def _without(content, _corpus, rng):
    low = rng.randrange(len(content) + 1)
    return content[:low] + content[low + rng.choice((1, 8, 80, 800)) :]


def _swapped_words(content, _corpus, rng):
    words = re.split(rb"(\W+)", content[:20_000])
    first, second = rng.randrange(len(words)), rng.randrange(len(words))
    words[first], words[second] = words[second], words[first]
    return b"".join(words) + content[20_000:]


def _json_value(content, corpus, rng):
    """Put something else in the place of one value of a JSON text."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return _token(content, corpus, rng)
    nodes, places = [document], []
    for node in nodes:  # grows while it is walked through
        keys = node if isinstance(node, dict) else range(len(node) if isinstance(node, list) else 0)
        for key in keys:
            places.append((node, key))
            nodes.append(node[key])
    if not places:
        return _token(content, corpus, rng)
    node, key = rng.choice(places)
    if isinstance(node, dict) and rng.random() < 0.2:
        node[rng.choice(_JSON_NAMES)] = node.pop(key)
    else:
        node[key] = rng.choice((*_JSON_VALUES, rng.choice(nodes[1:])))
    return json.dumps(_without_loops(document)).encode()


def _without_loops(node, depth=0):
    """Return a copy that ends: a value may have been put into itself."""
    if depth > 30:
        return 0
    if isinstance(node, dict):
        return {key: _without_loops(one, depth + 1) for key, one in node.items()}
    return [_without_loops(one, depth + 1) for one in node] if isinstance(node, list) else node


_JSON_NAMES = ("", "id", "path", "e1", "extract:e1", "response:*", "format", "\ud800", "other")
_JSON_VALUES = (
    None, True, 0, -1, 2, 1.5, 1e308, 10**30, "", "x", "e1", "e2", "\ud800", "a\0b", "/", "1A",
    "standard star", "model", "cube", [], {}, [[]], [1.0, 2.0], ["1A"], {"a": 1},
)  # fmt: skip
_CHANGES = (
    _damage, _byte, _token, _front, _cross, _twice, _without, _swapped_words,
    _json_value, _json_value,
)  # fmt: skip


def _run(read, content, found):
    """Try one input; tell whether it reached a new line."""
    before = len(found.lines)
    found.n_runs += 1

    def local(frame, event, _arg):
        if event == "line":
            found.lines.add((frame.f_code.co_filename, frame.f_lineno))
            found.unseen[frame.f_code].discard(frame.f_lineno)
        return local

    def trace(frame, _event, _arg):
        code = frame.f_code
        if code not in found.unseen:
            is_own = code.co_filename.startswith(found.below)
            found.unseen[code] = {line for *_, line in code.co_lines() if line} if is_own else set()
            found.unseen[code].discard(code.co_firstlineno)
        return local if found.unseen[code] else None  # to trace is slow: not what is known whole

    def ring(_signal, _frame):
        raise Late

    earlier = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 4 * LATEST_S)  # tracing makes it slow
    tracer = sys.gettrace()
    sys.settrace(trace)
    try:
        read(content)
    except EngineError:
        pass
    except (Exception, Late) as error:  # noqa: BLE001  (that is what is looked for)
        sys.settrace(tracer)
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
        found.failures.setdefault(name, content)
        found.said.setdefault(name, "".join(traceback.format_exception(error))[-1200:])
    finally:
        sys.settrace(tracer)
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, earlier)
    return len(found.lines) > before


_EXPORTS = [
    b'%PDF-1.4\n/Subject (\\{"recipe": 1\\))\n',
    b"<?xml?><dc:description>{&quot;recipe&quot;: {}}</dc:description>",
    b'<!DOCTYPE html>Made by Fluxknot 0.1.0. <pre>{"entries": [{"name": "a"}]}</pre>',
    b"\x89PNG\r\n\x1a\n\0\0\0\x10tEXtDescription\0{}\0\0",
    b'# recipe: {"a": 1}\n# inputs: [["a", "b"]]\na,b\n1,2\n',
]

# What is fuzzed: a function of bytes, and good and bad inputs to begin with.


def _opened(name, folder):
    path = folder / name

    def read(content):
        path.write_bytes(content)
        library = Library()
        session = add_files(Session(), read_files([path], library)).session
        if session.entries:
            text = session_text(session, folder)
            assert parse_session(text, path).entries == session.entries

    return read


def _listed(name, folder):
    path = folder / name

    def read(content):
        path.write_bytes(content)
        list_columns(path)

    return read


def _session(content):
    text = content.decode("utf-8", "replace")
    session = parse_session(text, Path("/nowhere/a.fluxknot"))
    again = session_text(session, Path("/nowhere"))
    assert (
        session_text(parse_session(again, Path("/nowhere/a.fluxknot")), Path("/nowhere")) == again
    )


def _unit(content):
    unit = flux_unit(content.decode("latin-1"))
    if unit.parsed is not None:
        to_canonical(np.ones(1), unit, np.array([10.0]))


def _header(content):
    header, _ = parse_cards(content)
    for keyword in header:
        header.value(keyword), header.text(keyword), header.number(keyword), header.shown(keyword)


def _making(folder):
    path = folder / "a.export"

    def read(content):
        path.write_bytes(content)
        read_making(path)

    return read


def _kept_result(folder):
    path = folder / "a.result"

    def read(content):
        path.write_bytes(content)
        read_array_file(path)

    return read


def targets(folder):
    """Return the readers by name, each with its inputs to begin with."""
    good = {name: make() for name, make in GOOD.items()}

    def of(ending):
        return [content for name, content in good.items() if name.endswith(ending)]

    texts = [*of("csv"), *of("ecsv"), *of("ipac"), *_written(text_hazards.HAZARDS, folder, 4000)]
    sessions = of("fluxknot") + _written(session_hazards.HAZARDS, folder, 4000)
    plain = {"text": "{}", "arrays": {"a": np.arange(5.0)}}
    write_array_file(folder / "b.result", plain["text"], plain["arrays"])
    recipe = b'{"entries": [], "params": {}, "models": {}, "exclusions": [], "upstream": []}'
    return {
        "fits": (_opened("a.fits", folder), of(".fits")),
        "tables": (_opened("a.csv", folder), texts),
        "asdf": (_opened("a.asdf", folder), of("asdf")),
        "columns": (_listed("b.csv", folder), texts + of("x1d.fits")),
        "session": (_session, sessions),
        "header": (_header, [one[:5760] for one in of(".fits")]),
        "unit": (
            _unit,
            [b"MJy/sr", b"erg s-1 cm-2 um-1", b"10**-17 erg/s/cm2/Angstrom", b"DN / s"],
        ),
        "mapping": (lambda c: column_mapping(c.decode("latin-1")), [b'{"wave": "a", "flux": "b"}']),
        "recipe": (lambda c: restore_session(c.decode("latin-1"), []), [recipe, *sessions[:3]]),
        "making": (_making(folder), _EXPORTS + of("ecsv")),
        "kept result": (_kept_result(folder), [(folder / "b.result").read_bytes()]),
    }


def _written(hazards, folder, longest):
    """Return the contents of small hazards."""
    contents = []
    for number, hazard in enumerate(hazards):
        place = folder / str(number)
        place.mkdir(exist_ok=True)
        path = hazard.write(place)
        if path.is_file() and path.stat().st_size <= longest:
            contents.append(path.read_bytes())
    return contents


def fuzz_all(seconds, *, seed=0, folder):
    """Fuzz every reader for its share of the time; return what was found by name."""
    chosen = targets(folder)
    shares = {"fits": 4.0, "tables": 3.0, "session": 2.0, "columns": 1.0}
    whole = sum(shares.get(name, 0.5) for name in chosen)
    return {
        name: fuzz(read, seeds, seconds=seconds * shares.get(name, 0.5) / whole, seed=seed)
        for name, (read, seeds) in chosen.items()
    }


def main():
    """Fuzz for the seconds of the first argument with the seed of the second; print JSON."""
    seconds, seed = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    found = fuzz_all(seconds, seed=seed, folder=folder)
    for name, one in found.items():
        for number, content in enumerate(one.failures.values()):
            (folder / f"failure_{name}_{number}").write_bytes(content)
    report = {
        name: {
            "inputs": one.n_runs,
            "kept": one.n_kept,
            "lines": len(one.lines),
            "failures": one.said,
        }
        for name, one in found.items()
    }
    print(json.dumps({"folder": str(folder), "found": report}))  # noqa: T201


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
