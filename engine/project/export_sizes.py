"""About how much room an export takes, said before anything is computed."""

from collections.abc import Iterable
from pathlib import Path

from engine.project.export_products import What
from engine.project.exports import PlannedFile
from engine.project.session import Session

# Of files of the demo, in byte: spectra of a band with all errors, vectors, figures.
_USUAL: dict[tuple[What, str], int] = {
    ("spectra", ".fits"): 290_000,
    ("spectra", ".ecsv"): 110_000,
    ("spectra", ".csv"): 110_000,
    ("vectors", ".fits"): 120_000,
    ("vectors", ".ecsv"): 130_000,
    ("references", ".fits"): 18_000_000,
    ("references", ".asdf"): 40_000,
    ("figures", ".pdf"): 110_000,
    ("figures", ".svg"): 300_000,
    ("figures", ".png"): 230_000,
}
_TABLE, _PART = 60_000, 10_000  # of the rows of a whole table, and of a limited one
_REPORT, _REPORT_OF_FILE, _LONGEST_REPORT = 500_000, 100_000, 7_500_000
_REPORT_OF_PART, _REPORT_OF_RESULT = 100_000, 40_000
_OF_FIGURES = 4  # times as long as a report without them
_ANY = 100_000


def about_bytes(files: Iterable[PlannedFile], session: Session, *, recipe_bytes: int) -> int:
    """Return about how many bytes ``files`` will take.

    Parameters
    ----------
    files : iterable of PlannedFile
        What is to be written.
    session : Session
        What it is made from.
    recipe_bytes : int
        Length of the recipe of the session, which each table repeats.

    Returns
    -------
    int
        Their sum. Unit: byte.
    """
    return sum(_about(session, one, recipe_bytes) for one in files)


def about_report_bytes(session: Session, n_results: int = 0, *, has_figures: bool = True) -> int:
    """Return about how many bytes a report takes.

    Parameters
    ----------
    session : Session
        What it is on.
    n_results : int, optional
        Results that it is limited to; 0: it is on all of the session.
    has_figures : bool, optional
        Whether it has figures, which are most of it.
    """
    least = _REPORT_OF_PART if n_results else _REPORT
    parts = _REPORT_OF_RESULT * n_results or _REPORT_OF_FILE * len(session.entries)
    return least + min(parts, _LONGEST_REPORT) // (1 if has_figures else _OF_FIGURES)


def _about(session: Session, planned: PlannedFile, recipe: int) -> int:
    if planned.what == "tables":
        return recipe + (_PART if planned.of else _TABLE)
    entry = session.entry(planned.band) if planned.what == "images" else None
    if entry is not None:
        return entry.size
    return _USUAL.get((planned.what, Path(planned.name).suffix), _ANY)
