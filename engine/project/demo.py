"""Writing the demo: simulated data with known truth, and a session that opens them.

Each instrument has a set of its own with its own session: nobody calibrates two in one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from engine import __version__
from engine.analyses import BACKGROUND, CALIBRATE, ENERGY, LEAK, PHOTOMETRY
from engine.demo_titles import FIRST_DEMO
from engine.errors import DataError, FileError
from engine.files import Loaded, find_files
from engine.files.atomic import atomic_write
from engine.files.folders import make_folder, require_empty
from engine.files.text import read_text, write_text
from engine.imaging.custom_background import BackgroundParams
from engine.imaging.encircled_energy import EnergyParams
from engine.imaging.photometry import PhotometryParams
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.channel4_vectors import CHANNEL_4, CHANNEL_4_BANDS
from engine.mrs.spectral_leak import LeakParams
from engine.mrs.star_combination import COMBINED
from engine.nircam.gradient_model import GradientParams
from engine.progress import SILENT, Progress
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.library import Library
from engine.project.nircam_inputs import GRADIENTS_KEY
from engine.project.opening import Opened, add_files, read_files
from engine.project.session import Session
from engine.project.session_file import write_session
from engine.project.star_images import star_images
from engine.simulate.demo import DemoFile, make_demo
from engine.simulate.imaging_demo import make_imaging_demo
from engine.simulate.lrs_demo import make_lrs_demo
from engine.simulate.nircam_demo import make_nircam_demo

REFERENCE_STAR = "10 Lac"  #: its response calibrates all the others (Law+2025, Sec. 5.1)
_STAMP = "version.txt"
_CALIBRATION = NodeKey(CALIBRATE.name, EVERYTHING)
_LEAK = NodeKey(LEAK.name, EVERYTHING)

Make = Callable[..., Iterator[DemoFile]]
Settle = Callable[[Session, Opened, Loaded], Session]


@dataclass(frozen=True, slots=True)
class DemoSet:
    """A set of demo data.

    Attributes
    ----------
    make : callable
        As `engine.simulate.demo.make_demo`.
    session : Session
        What is decided before any file is open.
    settle : callable
        From the session that holds a file just opened, what the opening gave, and what was read,
        to the session with what is decided about this file.
    """

    make: Make
    session: Session = field(default_factory=Session)
    settle: Settle = lambda session, _opened, _loaded: session


def write_demo(
    folder: str | Path,
    *,
    name: str = FIRST_DEMO,
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
    name : str, optional
        Which set; see `engine.demo_titles`.
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
    if exists == "refuse":
        require_empty(folder, hint="Choose another folder, or give --force.")
    data: list[Path] = []
    demo_set = DEMO_SETS[name]
    for file in demo_set.make(seed, size=size, progress=progress):
        path = folder / file.name
        make_folder(path.parent)
        atomic_write(path, partial(_write, file.content), exists=exists)
        if file.role != "truth":
            data.append(path)
    session_path = folder / session_name(name)
    write_session(_session_of(demo_set, data), session_path, exists=exists)
    return session_path


def session_name(name: str = FIRST_DEMO) -> str:
    """Return the name of the session file of a set."""
    return "demo.fluxknot" if name == FIRST_DEMO else f"{name}_demo.fluxknot"


def _session_of(demo_set: DemoSet, paths: Iterable[Path]) -> Session:
    session = demo_set.session
    for path in find_files(paths):
        read = read_files([path], Library())  # one after the other: together they fill the memory
        opened = add_files(session, read)
        if opened.refusals:
            raise DataError(f"The demo did not open: {opened.refusals[0].what}")
        session = demo_set.settle(opened.session, opened, read.loaded[0])
    return session


def _begin_mrs() -> Session:
    """Return a session in which the reference star calibrates count rates.

    The 12.2 um leak is taken out of them with the curve that they give themselves.
    """
    session = Session().with_params(_CALIBRATION, CalibrationParams(vector_of=REFERENCE_STAR))
    return session.with_params(_LEAK, LeakParams(curve="derived"))


def _settle_mrs(session: Session, opened: Opened, loaded: Loaded) -> Session:
    """Give red sources the combined vectors, and leave what is in Jy its own response.

    What a star's response is to the others, the combined vectors are to the red sources; a factor
    per count rate is not for spectra in Jy.
    """
    added = tuple(filter(None, map(session.segment, opened.added)))
    if loaded.role in {"asteroid", "red disk"}:
        for one in added:
            is_last = one.identity.band in CHANNEL_4_BANDS
            params = CalibrationParams(CHANNEL_4 if is_last else COMBINED)
            session = session.with_params(NodeKey(CALIBRATE.name, one.id), params)
    elif getattr(loaded.products[0], "unit", "") == "Jy":
        for one in added:
            session = session.with_params(NodeKey(CALIBRATE.name, one.id), CalibrationParams())
    return session


def _begin_nircam() -> Session:
    """Return a session in which the long side of the field is that of Ma+2023, Sec. 5.1."""
    return Session().with_params(GRADIENTS_KEY, GradientParams(angle_deg=72.0))


def _begin_imaging() -> Session:
    """Return a session that masks stars widely when it averages dithers."""
    session = Session().with_params(
        NodeKey(BACKGROUND.name, EVERYTHING), BackgroundParams(mask_fwhm=3.0)
    )
    return session.with_params(
        NodeKey(ENERGY.name, "F1550C"), EnergyParams(dithers="subtract mean")
    )


def _settle_imaging(session: Session, _opened: Opened, loaded: Loaded) -> Session:
    """Subtract the mean of the dithers where the detector has structure: coronagraphs."""
    params = PhotometryParams(dithers="subtract mean")
    for one in star_images(session):
        is_new = one.entry.path == loaded.path
        if is_new and one.identity.subarray.startswith("MASK"):
            session = session.with_params(NodeKey(PHOTOMETRY.name, one.id), params)
    return session


#: The sets by name; those of `engine.demo_titles`.
DEMO_SETS: Mapping[str, DemoSet] = {
    "mrs": DemoSet(make_demo, _begin_mrs(), _settle_mrs),
    "imaging": DemoSet(make_imaging_demo, _begin_imaging(), _settle_imaging),
    "nircam": DemoSet(make_nircam_demo, _begin_nircam()),
    "lrs": DemoSet(make_lrs_demo),
}


def _write(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)


def demo_session(
    folder: str | Path, *, name: str = FIRST_DEMO, progress: Progress = SILENT
) -> Path:
    """Return the session of a small demo in ``folder``, made when it is not there or is old.

    Parameters
    ----------
    folder : path-like
        Where this set lies, and no other.
    name : str, optional
        Which set.
    progress : Progress, optional
        Told after each file.

    Returns
    -------
    Path
        The session file.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    folder = Path(folder)
    session, stamp = folder / session_name(name), folder / _STAMP
    if not (session.is_file() and _text_of(stamp) == __version__):
        session = write_demo(folder, name=name, size="small", exists="replace", progress=progress)
        write_text(stamp, __version__, exists="replace")
    return session


def _text_of(path: Path) -> str:
    try:
        return read_text(path)
    except FileError:
        return ""
