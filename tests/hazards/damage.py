"""Damages good files at random: flipped bits, lost ends, spliced blocks, other values; seeded."""

import gzip
import re
from pathlib import Path

from tests.hazards import baselines, text_hazards
from tests.hazards.fits_hazards import content_of

SESSIONS = Path(__file__).parents[1] / "data" / "sessions"
GOOD = {
    "s3d.fits": lambda: content_of(baselines.s3d()),
    "s3d_multi.fits": lambda: content_of(baselines.s3d_multi()),
    "s3d.fits.gz": lambda: gzip.compress(content_of(baselines.s3d()), 1),
    "x1d.fits": lambda: content_of(baselines.x1d()),
    "x1d_three.fits": lambda: content_of(baselines.x1d_three()),
    "x1dints.fits": lambda: content_of(baselines.x1dints()),
    "c1d.fits": lambda: content_of(baselines.c1d()),
    "cal.fits": lambda: content_of(baselines.image()),
    "mrs_cal.fits": lambda: content_of(baselines.mrs_cal()),
    "mrs_nebula.fits": lambda: content_of(baselines.mrs_nebula()),
    "rateints.fits": lambda: content_of(baselines.rateints()),
    "calspec.fits": lambda: content_of(baselines.calspec()),
    "photom.fits": lambda: content_of(baselines.mrs_photom()),
    "spectrum.csv": lambda: text_hazards.csv().encode(),
    "spectrum.ecsv": lambda: text_hazards.ecsv("meta: {fluxknot: {kind: spectrum}}").encode(),
    "lamp.ecsv": lambda: text_hazards.ecsv(
        "meta: {kind: lamp, band: 1A, mjd: 59900.0}", columns=("wave_um", "rate_dn_s")
    ).encode(),
    "vector.ecsv": lambda: text_hazards.ecsv(
        "meta: {fluxknot: {kind: vector, factor_kind: relative factor}}",
        columns=("wave_um", "factor", "stat_error", "sys_error", "flags"),
        units=("um", "''", "''", "''", "''"),
        body=[f"{5 + 0.1 * n:.2f} 1.0 0.1 0.1 0" for n in range(20)],
    ).encode(),
    "table.ipac": lambda: b"|wave|flux|\n|double|double|\n|um|Jy|\n" + b" 5.0 1.0\n" * 20,
    "apcorr.asdf": text_hazards.asdf,
    "session.fluxknot": text_hazards.SESSION.encode,
    "every_parameter.fluxknot": (SESSIONS / "v1-every-parameter.fluxknot").read_bytes,
    "many_kinds.fluxknot": (SESSIONS / "v1-many-kinds.fluxknot").read_bytes,
}  # fmt: skip
# What stands in place of a value: of another type, at a limit, or none.
ODD_VALUES = (
    b"0", b"-1", b"1e308", b"-1e-308", b"99999999999999999999", b"2147483648", b"NaN", b"T",
    b"''", b"'text'", b"", b"{}", b"[]", b"null", b'"', b"1e999", b"1.5", b"/", b"\xff",
)  # fmt: skip
_VALUE = re.compile(rb"(?<=[=:, \t[])\s*([-+]?[0-9][0-9.eE+-]*|'[^'\n]{0,60}'|\"[^\"\n]{0,60}\")")


def damaged(content, rng):
    """Return a content with one kind of damage, most of it in the headers."""
    spoiled = bytearray(content)
    kind = rng.choice(["bits", "header bits", "bytes", "cut", "splice", "digits", "values"])
    if kind == "values":
        return _with_odd_value(content, rng)
    if kind == "cut":
        return bytes(spoiled[: rng.integers(1, len(spoiled))])
    if kind == "splice":
        size = min(len(spoiled) // 2, int(rng.choice([1, 80, 2880])))
        start, source = rng.integers(0, len(spoiled) - size, 2)
        spoiled[start : start + size] = spoiled[source : source + size]
        return bytes(spoiled)
    end = len(spoiled) if kind == "bits" else min(len(spoiled), 12_000)
    if kind == "digits":
        places = [n for n in range(end) if chr(spoiled[n]).isdigit()]
        for place in rng.choice(places, 3) if places else ():
            spoiled[place] = ord(str(rng.integers(0, 10)))
        return bytes(spoiled)
    for place in rng.integers(0, end, rng.integers(1, 12)):
        if kind == "bytes":
            spoiled[place] = rng.integers(0, 256)
        else:
            spoiled[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(spoiled)


def _with_odd_value(content, rng):
    """Return a content with one of the first values replaced; cards of FITS keep their length."""
    found = list(_VALUE.finditer(content[:12_000]))
    if not found:
        return content[1:]
    place = found[rng.integers(0, len(found))]
    value = ODD_VALUES[rng.integers(0, len(ODD_VALUES))]
    if content.startswith(b"SIMPLE"):
        value = value.rjust(len(place[0]))[: len(place[0])]
    return content[: place.start()] + value + content[place.end() :]
