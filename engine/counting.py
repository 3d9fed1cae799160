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
