"""The tangent plane of an image or cube, from a short list of keywords.

The header is never handed to a general parser of world coordinates: only the keywords named here
are read, checked and passed on.
"""

import math
import re

import numpy as np

from engine.files.fits_headers import Header
from engine.files.notes import FileNotes, quoted
from engine.model.sky import SkyPlane

ARCSEC = 3600.0
SR_PER_SQUARE_DEGREE = math.radians(1.0) ** 2
_MAX_SIP_ORDER = 9
_MAX_WCS_AXES = 9
_SIP = re.compile(r"(A|B|AP|BP)_(\d)_(\d)")


def read_sky(header: Header, notes: FileNotes) -> SkyPlane | None:
    """Return the tangent plane, or `None` when the file has none that is known.

    Parameters
    ----------
    header : Header
        Header of the data.
    notes : FileNotes
        Told when the coordinates are left out.

    Returns
    -------
    SkyPlane or None
        `None` when there are no celestial axes, or their projection is not TAN.

    Raises
    ------
    FileError
        If the keywords contradict each other, or the distortion is not valid: leaving it out
        would move every source.
    """
    types = [header.text(f"CTYPE{axis}").upper() for axis in (1, 2)]
    _require_plausible_count(header, notes)
    if not any(name.startswith(("RA--", "DEC-")) for name in types):
        return None
    if {name[:8] for name in types} != {"RA---TAN", "DEC--TAN"}:
        notes.warn(
            f"The projection {quoted(types[0])}, {quoted(types[1])} is not known: positions on "
            "the sky are not shown. Rewrite the file with the TAN projection."
        )
        return None
    axes = (1, 2) if types[0].startswith("RA") else (2, 1)
    matrix = _matrix(header)
    pixel = [_value(header, f"CRPIX{axis}", notes) for axis in (1, 2)]
    sky = [_value(header, f"CRVAL{axis}", notes) for axis in axes]
    rows = [matrix[axis - 1] for axis in axes]
    if not np.all(np.isfinite(rows)) or np.linalg.det(np.array(rows)) == 0.0:
        raise notes.refused(
            "The scale of the sky coordinates (CDELT, PC or CD) is zero or missing.",
            "Make the file again, or repair its header.",
        )
    if abs(sky[1]) > 90.0:
        raise notes.refused(f"CRVAL of the declination is {sky[1]:g} deg.", "Repair the header.")
    return SkyPlane(
        reference_pixel=(pixel[0] - 1.0, pixel[1] - 1.0),
        reference_sky_deg=(sky[0] % 360.0, sky[1]),
        matrix_deg=((rows[0][0], rows[0][1]), (rows[1][0], rows[1][1])),
        sip=_sip(header, notes, is_named=any(name.endswith("-SIP") for name in types)),
    )


def pixel_area_sr(
    header: Header, sky: SkyPlane | None, notes: FileNotes, *, tolerance: float
) -> float | None:
    """Return PIXAR_SR, compared with the scale of the coordinates; `None` when both are absent.

    Parameters
    ----------
    header : Header
        Header of the data.
    sky : SkyPlane or None
        Its tangent plane.
    notes : FileNotes
        Told when the two disagree, or the keyword is missing.
    tolerance : float
        Relative difference that is not worth a word.

    Returns
    -------
    float or None
        Unit: sr.
    """
    said = header.number("PIXAR_SR")
    computed = None
    if sky is not None:
        computed = (sky.pixel_scale_arcsec / ARCSEC) ** 2 * SR_PER_SQUARE_DEGREE
    if said is None or said <= 0.0:
        if computed is not None:
            notes.warn(
                f"PIXAR_SR is missing or not positive: {computed:.4g} sr from the coordinates is "
                "used. Check the pixel area before you trust fluxes."
            )
        return computed
    if computed is not None and abs(said / computed - 1.0) > tolerance:
        notes.warn(
            f"PIXAR_SR is {said:.4g} sr, but the coordinates give {computed:.4g} sr: fluxes may "
            f"be wrong by a factor of {said / computed:.3g}. Check the pixel area."
        )
    return said


def _require_plausible_count(header: Header, notes: FileNotes) -> None:
    if "WCSAXES" in header:
        count = header.integer("WCSAXES")
        if count is None or not 0 <= count <= _MAX_WCS_AXES:
            raise notes.refused(
                f"WCSAXES is {quoted(header.shown('WCSAXES'))}, which no product has.",
                "The header is damaged; fetch the file again.",
            )


def _value(header: Header, keyword: str, notes: FileNotes) -> float:
    value = header.number(keyword)
    if value is None:
        raise notes.refused(
            f"{keyword} is {quoted(header.shown(keyword)) if keyword in header else 'missing'}: "
            "the coordinates are not usable.",
            "Make the file again, or repair its header.",
        )
    return value


def _matrix(header: Header) -> list[list[float]]:
    """Return degrees per pixel; CD, where given, wins over PC and CDELT."""
    has_cd = any(f"CD{row}_{column}" in header for row in (1, 2) for column in (1, 2))
    matrix = []
    for row in (1, 2):
        if has_cd:
            entries = [_or(header, f"CD{row}_{column}", 0.0) for column in (1, 2)]
        else:
            step = _or(header, f"CDELT{row}", math.nan)
            entries = [
                step * _or(header, f"PC{row}_{column}", 1.0 if row == column else 0.0)
                for column in (1, 2)
            ]
        matrix.append(entries)
    return matrix


def _or(header: Header, keyword: str, default: float) -> float:
    if keyword not in header:
        return default
    value = header.number(keyword)
    return math.nan if value is None else value


def _sip(header: Header, notes: FileNotes, *, is_named: bool) -> tuple[tuple[str, float], ...]:
    pairs = (("A", "B"), ("AP", "BP"))
    orders = [key for pair in pairs if all(f"{k}_ORDER" in header for k in pair) for key in pair]
    if "A" not in orders:
        if is_named:
            notes.warn(
                "The distortion that CTYPE announces (SIP) is missing: positions may be off."
            )
        return ()
    kept: dict[str, float] = {}
    for letter in orders:
        order = header.integer(f"{letter}_ORDER")
        if order is None or not 0 <= order <= _MAX_SIP_ORDER:
            raise notes.refused(
                f"The distortion is not valid: {letter}_ORDER is "
                f"{quoted(header.shown(f'{letter}_ORDER'))}; SIP allows up to {_MAX_SIP_ORDER}.",
                "Make the file again; without its distortion every source would move.",
            )
        kept[f"{letter}_ORDER"] = float(order)
    for keyword in header:
        found = _SIP.fullmatch(keyword)
        if found and found[1] in orders and _fits(found, kept):
            kept[keyword] = _coefficient(header, keyword, notes)
    return tuple(_with_common_orders(kept, orders).items())


def _with_common_orders(kept: dict[str, float], letters: list[str]) -> dict[str, float]:
    """Return the distortion with one order for x and y, 2 at least, or 0 for none.

    astropy.wcs takes no others. What is missing in the shorter polynomial is zero.
    """
    names = [f"{letter}_ORDER" for letter in letters]
    for x, y in zip(names[::2], names[1::2], strict=True):
        common = max(kept[x], kept[y])
        kept |= dict.fromkeys((x, y), max(common, 2.0) if common else 0.0)
    return kept


def _fits(found: re.Match[str], orders: dict[str, float]) -> bool:
    return int(found[2]) + int(found[3]) <= orders[f"{found[1]}_ORDER"]


def _coefficient(header: Header, keyword: str, notes: FileNotes) -> float:
    value = header.number(keyword)
    if value is None:
        raise notes.refused(
            f"The distortion is not valid: {keyword} is {quoted(header.shown(keyword))}.",
            "Make the file again; without its distortion every source would move.",
        )
    return value
