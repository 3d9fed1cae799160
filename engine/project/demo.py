"""Writing the demo: simulated data with known truth, and a session that opens them."""

from pathlib import Path
from typing import Literal

from engine.errors import DataError
from engine.files.atomic import atomic_write
from engine.progress import SILENT, Progress
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import write_session
from engine.simulate.demo import make_demo

SESSION_NAME = "demo.fluxknot"


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
    folder = Path(folder)
    session_path = folder / SESSION_NAME
    if exists == "refuse" and session_path.exists():
        raise DataError(
            f"{session_path} exists already.", hint="Choose another folder, or give --force."
        )
    data: list[Path] = []
    for file in make_demo(seed, size=size, progress=progress):
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = file.content
        atomic_write(path, lambda stream, content=content: stream.write(content), exists=exists)
        if file.role != "truth":
            data.append(path)
    opened = add_files(Session(), read_files(data, Library(), progress=progress))
    if opened.refusals:
        raise DataError(f"The demo did not open: {opened.refusals[0].what}")
    write_session(opened.session, session_path, exists=exists)
    return session_path
