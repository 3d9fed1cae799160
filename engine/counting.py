"""How many there are, in words that agree with the number."""


def counted(count: int, one: str, many: str = "") -> str:
    """Return ``count`` with what is counted: ``"1 file"``, ``"2 files"``.

    Parameters
    ----------
    count : int
        How many there are.
    one : str
        What one is called, with its verb where there is one: ``"sample lies"``.
    many : str, optional
        What several are called; by default ``one`` with an s.

    Returns
    -------
    str
        Number and word.
    """
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def bytes_text(n_bytes: float) -> str:
    """Return how much room a file takes, in two or three digits: ``"14 kB"``, ``"6.1 MB"``.

    Parameters
    ----------
    n_bytes : float
        Its size. Unit: byte.

    Returns
    -------
    str
        Number and decimal unit, 1 kB = 1000 bytes.
    """
    size, units = float(n_bytes), ("kB", "MB", "GB", "TB")
    if size < 1000:
        return counted(round(size), "byte")
    for unit in units:
        size /= 1000
        if size < 999.5 or unit == units[-1]:
            break
    return f"{size:.1f} {unit}" if size < 9.95 and unit != "kB" else f"{size:.0f} {unit}"
