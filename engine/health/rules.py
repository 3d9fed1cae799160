"""Known issues of JWST data, as rules on what a file says of itself.

A rule looks at the identity and the origin of a product and either finds nothing, or says what it
found, the evidence, what it does to the flux, what to do, and where that is written. To add a rule,
write its function and list it in `RULES`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.model.identity import Identity, Origin

_FEWEST_DITHERS = 4
_ERRORS_MENDED_IN = (1, 15)  # build 11.0 of the pipeline


@dataclass(frozen=True, slots=True)
class Finding:
    """One known issue that a file has.

    Attributes
    ----------
    id : str
        Name of the rule.
    what : str
        What was found.
    evidence : str
        Where it was seen.
    effect : str
        What it does to the flux.
    action : str
        What to do.
    source : str
        Where the issue is described.
    """

    id: str
    what: str
    evidence: str
    effect: str
    action: str
    source: str


Rule = Callable[[Identity, Origin], Finding | None]


def find_issues(products: Iterable[tuple[Identity, Origin]]) -> tuple[Finding, ...]:
    """Return the known issues of the products of one file, each once, in the order of `RULES`."""
    pairs = tuple(products)
    found = []
    for rule in RULES:
        hits = [finding for pair in pairs if (finding := rule(*pair)) is not None]
        if hits:
            found.append(hits[0])
    return tuple(found)


def _is_mrs(identity: Identity) -> bool:
    return identity.exp_type == "MIR_MRS"


def _errors_too_small(identity: Identity, origin: Origin) -> Finding | None:
    version = _version(origin.cal_version)
    if not _is_mrs(identity) or version is None or version >= _ERRORS_MENDED_IN:
        return None
    return Finding(
        id="MRS-ERR",
        what="The errors of this file may be too small.",
        evidence=f"CAL_VER {origin.cal_version} is older than build 11.0 (1.15).",
        effect="Signal-to-noise ratios from ERR are too high; fluxes are not affected.",
        action="Compare with the scatter about the curve, or reprocess with a newer pipeline.",
        source="Law+2025, Fig. 18",
    )


def _fringe_flat_missing(identity: Identity, origin: Origin) -> Finding | None:
    status = origin.step("S_FRINGE")
    if not _is_mrs(identity) or status in {"", "COMPLETE"}:
        return None
    return Finding(
        id="MRS-FRINGE",
        what="The static fringe flat was not applied.",
        evidence=f"S_FRINGE is {status}.",
        effect="Fringes of several per cent remain in the spectra.",
        action="Reprocess with the fringe step, or correct the fringes before fitting a response.",
        source="Law+2025, Sec. 2.1",
    )


def _few_dithers(identity: Identity, origin: Origin) -> Finding | None:
    text = dict(origin.header).get("NUMDTHPT", "")
    if not _is_mrs(identity) or not text.isdigit() or int(text) >= _FEWEST_DITHERS:
        return None
    return Finding(
        id="MRS-DITHER",
        what="The point source was observed with few dithers.",
        evidence=f"NUMDTHPT is {text}.",
        effect="Undersampled cubes: ripples with wavelength in small apertures.",
        action="Prefer apertures of 2 FWHM or more.",
        source="Law+2025, Sec. 5.1",
    )


RULES: tuple[Rule, ...] = (_errors_too_small, _fringe_flat_missing, _few_dithers)


def _version(text: str) -> tuple[int, int] | None:
    match = re.match(r"(\d+)\.(\d+)", text)
    return None if match is None else (int(match[1]), int(match[2]))
