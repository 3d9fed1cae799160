"""Whether two folders of exported tables and spectra hold the same numbers."""

import numpy as np
from astropy.table import Table

# Ids count files in the order of opening; remarks tell how a file was written.
_OF_THE_WAY = {"id", "remarks"}
_OF_ERRORS = ("systematics", "error-budget", "signal-to-noise", "snr", "band-snr")
# Widths of lines are sums that nearly cancel: what they differ by counts by their error.
_ERRORS = {"width_um": "width_error_um", "model_width_um": "width_error_um"}


def exported(folder):
    """Return the exported ECSV files of a folder by their names."""
    return {path.name: Table.read(path) for path in sorted(folder.glob("*.ecsv"))}


def in_any_order(table):
    """Return a table with its rows sorted by what they say, numbers to seven digits."""
    names = [name for name in table.colnames if name not in _OF_THE_WAY]

    def said(row):
        return tuple(
            f"{row[name]:.7g}" if table[name].dtype.kind == "f" else str(row[name])
            for name in names
        )

    return table[sorted(range(len(table)), key=lambda place: said(table[place]))]


def largest_difference(one, other, *, order=lambda table: table):
    """Return the largest relative difference of values and of errors, and where both are.

    ``order`` may sort the rows of each table.

    Raises
    ------
    AssertionError
        If files, rows, columns, texts or gaps differ.
    """
    left, right = exported(one), exported(other)
    assert list(left) == list(right)
    assert left
    worst = {"values": (0.0, ""), "errors": (0.0, "")}
    for name in left:
        table, again = order(left[name]), order(right[name])
        assert table.colnames == again.colnames, name
        assert len(table) == len(again), name
        for column in table.colnames:
            if column in _OF_THE_WAY:
                continue
            error = table[_ERRORS[column]] if column in _ERRORS else None
            found = _difference(table[column], again[column], error, f"{name} {column}")
            kind = "errors" if _is_spread(name, column) else "values"
            worst[kind] = max(worst[kind], (found, f"{name} {column}"))
    return worst["values"], worst["errors"]


def _is_spread(name, column):
    """Tell whether a number says how well others are known."""
    is_named_so = "error" in column or "scatter" in column or column in _ERRORS
    is_named_so |= column.startswith(("sys_", "median_sys_"))  # terms of a systematic error
    return is_named_so or name.startswith(_OF_ERRORS)


def _difference(one, other, error, place):
    if one.dtype.kind not in "fiu":
        assert [str(cell) for cell in one] == [str(cell) for cell in other], place
        return 0.0
    left, right = (np.ma.filled(np.ma.asarray(c).astype(float), np.nan) for c in (one, other))
    np.testing.assert_array_equal(np.isfinite(left), np.isfinite(right), err_msg=place)
    good = np.isfinite(left)
    if not good.any():
        return 0.0
    # A difference near zero, of levels that are equal, counts by the size of its column.
    size = np.maximum(np.abs(left[good]), 1e-3 * np.max(np.abs(left[good])))
    if error is not None:
        size = np.maximum(size, np.nan_to_num(np.asarray(error, dtype=float))[good])
    size[size == 0.0] = 1.0
    return float(np.max(np.abs(left[good] - right[good]) / size))
