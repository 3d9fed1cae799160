"""Gives the sky plane odd numbers in a process of its own: below it are parsers and sums in C.

``python -m tests.helpers.sky_numbers 3000`` prints JSON: how many headers were used or refused, and
what failed.
"""

import json
import random
import sys
import warnings
from pathlib import Path

import numpy as np

from engine.errors import FileError
from engine.files.fits_headers import parse_cards
from engine.files.notes import FileNotes
from engine.files.sky_keywords import read_sky

GOOD = {
    "CTYPE1": "'RA---TAN-SIP'", "CTYPE2": "'DEC--TAN-SIP'", "CRPIX1": "18.0", "CRPIX2": "16.0",
    "CRVAL1": "7.8", "CRVAL2": "-43.6", "CD1_1": "-3e-5", "CD1_2": "0", "CD2_1": "0",
    "CD2_2": "3e-5",
}  # fmt: skip
ODD = (
    "0", "1", "-1", "1e-5", "-3e-5", "1e300", "-1e300", "1e-300", "1e154", "1e-154", "90", "-90",
    "89.9999999", "360", "1e17", "1e8", "1024.5", "4.9e-324", "1e30",
)  # fmt: skip
SPOILED = tuple(name for name in GOOD if not name.startswith("CTYPE"))


def header(rng):
    """Return a header of a sky plane with a few odd numbers."""
    values = dict(GOOD)
    for letter in rng.choice(((), ("A", "B"), ("A", "B", "AP", "BP"))):
        values[f"{letter}_ORDER"] = rng.choice("0123459")
        for _ in range(3):
            values[f"{letter}_{rng.randint(0, 5)}_{rng.randint(0, 5)}"] = rng.choice(ODD)
    for name in rng.sample(SPOILED, rng.randint(0, 4)):
        values[name] = rng.choice(ODD)
    cards = (f"{name:<8}= {value:>20}".ljust(80) for name, value in values.items())
    return parse_cards("".join(cards).encode())[0]


def use(sky):
    """Ask everything that views and analyses ask of a sky plane."""
    x, y = np.meshgrid(np.linspace(-5.0, 40.0, 7), np.linspace(-5.0, 40.0, 7))
    sky.pixel_to_sky(3.0, 4.0)
    sky.sky_to_pixel(7.8, -43.6)
    sky.places_on_sky(x, y)
    sky.places_in_image(np.linspace(0.0, 360.0, 30), np.linspace(-90.0, 90.0, 30))
    sky.north_east()


def main():
    """Use as many headers as the first argument says."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    rng, counts, failed = random.Random(2026), {"used": 0, "refused": 0}, {}
    for _ in range(int(sys.argv[1])):
        try:
            sky = read_sky(header(rng), FileNotes(Path("a.fits")))
        except FileError:
            counts["refused"] += 1
            continue
        try:
            use(sky)
        except Exception as error:  # noqa: BLE001  (that is what is looked for)
            failed.setdefault(f"{type(error).__name__}: {error}"[:200], str(sky)[:400])
        counts["used"] += 1
    print(json.dumps(counts | {"failed": failed}))  # noqa: T201


if __name__ == "__main__":
    main()
