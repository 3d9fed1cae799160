"""Numbers as people read them: a real minus sign, and as many decimals as the error allows."""

import math
import re

MINUS = "\N{MINUS SIGN}"
PLUS_MINUS = "\N{PLUS-MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"  #: shown where there is no measurement
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGITS_WITHOUT_ERROR = 5
_BIG, _SMALL = 1e6, 1e-4
_NO_BREAK, _JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"
_BAR = re.compile(r"(?<=\d[ABC])\|(?=\d[ABC])")  # of a junction, “1A|1B”
_UNITS = "µm|nm|Å|[mµM]?Jy|DN|sr|FWHM|K|m?mag|m?s|min|h|d|MB|GB"
_HELD_TOGETHER = re.compile(
    rf"(?<=[\d⁰¹²³⁴-⁹)]) (?=[%σ″°×±]|(?:{_UNITS})(?![A-Za-z]))"  # a number and its unit
    r"|(?<=[±×]) (?=[\d(])"  # and its error
    r"|(?<=µm) (?=[+−]\d)|(?<=%) (?=\(\d)"  # what is off there, and by how many σ
)


def number_text(value: float | None, error: float | None = None, unit: str = "") -> str:
    """Return ``value ± error unit`` for the screen.

    Two digits of the error are kept and the value has as many decimals; without an error the
    value has five digits. What is not finite is no measurement and shows as a dash.
    """
    if value is None or not math.isfinite(value):
        return NO_VALUE
    has_error = error is not None and math.isfinite(error) and error > 0
    scale = max(abs(value), error if has_error and error is not None else 0.0)
    power = 0
    if scale != 0 and not _SMALL <= scale < _BIG:
        power = math.floor(math.log10(scale))
    decimals = _decimals(value / 10.0**power, error / 10.0**power if has_error and error else None)
    text = fixed_text(value / 10.0**power, decimals)
    if has_error and error is not None:
        text = f"{text} {PLUS_MINUS} {fixed_text(error / 10.0**power, decimals)}"
    if power:
        text = f"({text})" if has_error else text
        text = f"{text} \N{MULTIPLICATION SIGN} 10{str(power).translate(_SUPERSCRIPTS)}"
    return f"{text} {unit}" if unit else text


def error_text(error: float) -> str:
    """Return an error alone, with two digits."""
    return fixed_text(error, _decimals(error, error)) if math.isfinite(error) else NO_VALUE


def fixed_text(value: float, decimals: int) -> str:
    """Return ``value`` with ``decimals`` decimals and a real minus; never a negative zero."""
    if not math.isfinite(value):
        return NO_VALUE
    text = f"{value:.{max(decimals, 0)}f}"
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    return text.replace("-", MINUS)


def unbroken(text: str) -> str:
    """Return a sentence in which no line ends in a number with its unit or error, or a junction."""
    return _BAR.sub(f"{_JOINER}|{_JOINER}", _HELD_TOGETHER.sub(_NO_BREAK, text))


def broken(text: str) -> str:
    """Return a sentence with plain spaces only, as it was before `unbroken`."""
    return text.replace(_NO_BREAK, " ").replace(_JOINER, "")


def parsed_number(text: str) -> float | None:
    """Return the number that a person typed, or `None`; takes both minus signs, either comma."""
    plain = text.strip().replace(MINUS, "-").replace(_NO_BREAK, "").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _decimals(value: float, error: float | None) -> int:
    if error is not None:
        return min(max(1 - _order(error, digits=2), 0), 12)
    if value == 0:
        return 0
    decimals = min(max(_DIGITS_WITHOUT_ERROR - 1 - math.floor(math.log10(abs(value))), 0), 12)
    text = f"{value:.{decimals}f}"
    return len(text.rstrip("0").partition(".")[2])


def _order(value: float, *, digits: int) -> int:
    """Return the power of ten of the first digit after rounding to ``digits`` digits."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])
