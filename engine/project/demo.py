"""Writing the demo: simulated data with known truth, and a session that opens them."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from engine import __version__
from engine.analyses import CALIBRATE, LEAK
from engine.errors import DataError, FileError
from engine.files import find_files
from engine.files.atomic import atomic_write
from engine.files.folders import make_folder
from engine.files.text import read_text, write_text
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.channel4_vectors import CHANNEL_4, CHANNEL_4_BANDS
from engine.mrs.spectral_leak import LeakParams
from engine.mrs.star_combination import COMBINED
from engine.progress import SILENT, Progress
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import write_session
from engine.simulate.demo import make_demo

SESSION_NAME = "demo.fluxknot"
REFERENCE_STAR = "10 Lac"  #: its response calibrates all the others (Law+2025, Sec. 5.1)
_STAMP = "version.txt"
_CALIBRATION = NodeKey(CALIBRATE.name, EVERYTHING)
_LEAK = NodeKey(LEAK.name, EVERYTHING)


def write_demo(
    folder: str | Path,
    *,
    seed: int = 2025,
    size: Literal["small", "full"] = "full",
    exists: Literal["refuse", "replace"] = "refuse",
    progress: Progress = SILENT,
) -> Path:
    """Write the demo data into ``folder`` with a session beside them.

    Parameters
    ----------
    folder : path-like
        Made when it is not there.
    seed : int, optional
        The same seed gives the same bytes.
    size : {"small", "full"}, optional
        How much of it.
    exists : {"refuse", "replace"}, optional
        What to do with files that are there already.
    progress : Progress, optional
        Told after each file.

    Returns
    -------
    Path
        The session file.

    Raises
    ------
    FileError
        If something cannot be written.
    """
    folder = make_folder(folder)
    if exists == "refuse" and any(folder.iterdir()):
        raise FileError(
            folder, "this folder is not empty.", hint="Choose another folder, or give --force."
        )
    data: list[Path] = []
    for file in make_demo(seed, size=size, progress=progress):
        path = folder / file.name
        make_folder(path.parent)
        atomic_write(path, partial(_write, file.content), exists=exists)
        if file.role != "truth":
            data.append(path)
    session_path = folder / SESSION_NAME
    write_session(_session_of(data), session_path, exists=exists)
    return session_path


def _session_of(paths: Iterable[Path]) -> Session:
    """Return a session of the demo's files in which the reference star calibrates count rates.

    The 12.2 um leak is taken out of them with the curve that they give themselves.

    Spectra that are in Jy already keep their own response: a factor per count rate is not for them.
    """
    session = Session().with_params(_CALIBRATION, CalibrationParams(vector_of=REFERENCE_STAR))
    session = session.with_params(_LEAK, LeakParams(curve="derived"))
    for path in find_files(paths):
        read = read_files([path], Library())  # one after the other: together they fill the memory
        opened = add_files(session, read)
        if opened.refusals:
            raise DataError(f"The demo did not open: {opened.refusals[0].what}")
        session = opened.session
        if read.loaded[0].role in {"asteroid", "red disk"}:
            # What a star's response is to the others, these vectors are to the red sources.
            for one in filter(None, map(session.segment, opened.added)):
                is_last = one.identity.band in CHANNEL_4_BANDS
                params = CalibrationParams(CHANNEL_4 if is_last else COMBINED)
                session = session.with_params(NodeKey(CALIBRATE.name, one.id), params)
        elif getattr(read.loaded[0].products[0], "unit", "") == "Jy":
            for added in filter(session.segment, opened.added):
                session = session.with_params(NodeKey(CALIBRATE.name, added), CalibrationParams())
    return session


def _write(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)


def demo_session(folder: str | Path, *, progress: Progress = SILENT) -> Path:
    """Return the session of the small demo in ``folder``, made when it is not there or is old.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    folder = Path(folder)
    session, stamp = folder / SESSION_NAME, folder / _STAMP
    if not (session.is_file() and _text_of(stamp) == __version__):
        session = write_demo(folder, size="small", exists="replace", progress=progress)
        write_text(stamp, __version__, exists="replace")
    return session


def _text_of(path: Path) -> str:
    try:
        return read_text(path)
    except FileError:
        return ""
