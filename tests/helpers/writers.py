"""Everything that writes files, each with something to write: for disks that fail."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import numpy as np

from engine.arrays import frozen
from engine.figures import draw_star_response, write_figure
from engine.files.array_files import write_array_file
from engine.files.text import write_text
from engine.files.write_aperture_correction import write_aperture_correction
from engine.files.write_corrected_image import write_corrected_image
from engine.files.write_flat import write_flat
from engine.files.write_imaging_photom import write_imaging_photom
from engine.files.write_leak_curve import write_leak_curve
from engine.files.write_photom import write_photom_reference
from engine.files.write_tables import write_spectrum_table, write_table, write_votable
from engine.files.write_vectors import write_vector
from engine.files.write_x1d import write_x1d
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import photom_of
from engine.model.aperture import ApertureCorrection
from engine.model.frames import SHAPE
from engine.model.identity import Identity
from engine.model.leak import LeakCurve
from engine.model.photom import PhotomReference
from engine.model.table import Column, ResultTable
from engine.model.vector import CalibrationVector
from engine.project import demo
from engine.project.autosave import Autosave
from engine.project.chain import Chain
from engine.project.collecting import collect_session
from engine.project.disk_cache import DiskCache
from engine.project.export_session import export_session
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.report import write_report
from engine.project.session import Session
from engine.project.session_file import write_session
from engine.project.session_place import SessionPlace
from guiapp.exchange.samp import _downloaded
from guiapp.settings.preferences import Preferences
from tests.helpers.exports import PROVENANCE, band_spectrum
from tests.helpers.figures import star_response
from tests.helpers.nircam_images import write_images
from tests.helpers.sessions import star_session
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files

_HOW = {"provenance": PROVENANCE, "exists": "replace"}


@dataclass(frozen=True)
class Writer:
    """One way in which files come to be.

    Attributes
    ----------
    name : str
        For people.
    write : callable
        Writes into the folder that it is given, in place of what is there.
    says_so : bool
        Whether it raises when it cannot; the others go on without, as they should.
    """

    name: str
    write: Callable[[Path], object]
    says_so: bool = True


def all_writers(folder):
    """Return every writer; ``folder`` is where they may keep what they write from."""
    return [*_writers_of_files(folder), *_writers_of_sessions(folder), *_writers_of_windows(folder)]


def _writers_of_files(folder):
    wave = np.linspace(17.7, 20.95, 300)
    spectrum, vector = band_spectrum(n=300), _vector(wave)
    flat = 1.0 + 0.1 * np.sin(np.arange(240.0)).reshape(20, 12)
    curves = [published_curve(name) for name in ("F770W", "F2550W")]
    leak = LeakCurve(np.linspace(11.6, 13.4, 300), np.full(300, 0.02), np.full(300, 1e-4))
    image = write_images(folder, 1, labels=("1",))[0]
    response = star_response(np.random.default_rng(1))
    draw = partial(draw_star_response, response=response, title="Star", band="4A")

    def one(name, write, *values, **how):
        return Writer(name, lambda place: write(place / name, *values, **_HOW, **how))

    return [
        one("spectrum_x1d.fits", write_x1d, [spectrum]),
        one("spectrum.ecsv", write_spectrum_table, spectrum),
        one("spectrum.csv", write_spectrum_table, spectrum),
        one("vector.fits", write_vector, vector),
        one("vector.ecsv", write_vector, vector),
        one("photom.fits", write_photom_reference, _photom()),
        one("imaging_photom.fits", write_imaging_photom, photom_of(curves, {}).reference),
        one("flat.fits", write_flat, "2A", flat, 0.01 * flat, flat),
        one("apcorr.asdf", write_aperture_correction, _correction()),
        one("leak.fits", write_leak_curve, leak),
        one("leak.ecsv", write_leak_curve, leak),
        one("table.ecsv", write_table, _table()),
        one("table.csv", write_table, _table()),
        one("figure.pdf", write_figure, draw),
        one("figure.svg", write_figure, draw),
        one("figure.png", write_figure, draw),
        Writer("table.xml", lambda place: write_votable(place / "table.xml", _table(), **_HOW)),
        Writer(
            "corrected_cal.fits",
            lambda place: write_corrected_image(
                place / "cal.fits", image, np.full((144, 144), 1.1), cards=(), history=(), **_HOW
            ),
        ),
    ]


def _writers_of_sessions(folder):
    data = write_files(folder / "data", MODEL, SPECTRUM_4A)
    session = add_files(Session(), read_files([data], Library())).session
    chain = Chain()
    response = chain.evaluate(session, NodeKey("response", session.segments[0].id))
    files = list(demo.DEMO_SETS["lrs"].make(1, size="small"))[:3]

    def save(place):
        at = SessionPlace()
        try:
            at.move_to(place / "night.fluxknot")
            at.save(session.with_exclusion("e1", "saturated"))
        finally:
            at.release()

    def copy(place):
        autosave = Autosave(place)
        try:
            autosave.save(star_session(), original=str(place / "night.fluxknot"))
        finally:
            autosave.clear()

    def make_demo(place):
        made = demo.DEMO_SETS["lrs"]
        small = replace(made, make=lambda *_args, **_named: iter(files))
        sets, demo.DEMO_SETS = demo.DEMO_SETS, MappingProxyType({"lrs": small})
        try:
            demo.write_demo(place, name="lrs", exists="replace")
        finally:
            demo.DEMO_SETS = sets

    def export(place):
        export_session(session, chain, place, ("vectors", "tables", "spectra"), exists="replace")

    return [
        Writer("session", lambda place: write_session(session, place / "a.fluxknot")),
        Writer("session and previous version", save),
        Writer("copies of unsaved work", copy),
        Writer("kept results", lambda place: DiskCache(place).put("d1", response), says_so=False),
        Writer("array file", lambda place: write_array_file(place / "a", "", _ARRAYS)),
        Writer("export", export),
        Writer(
            "report.html",
            lambda place: write_report(session, chain, place / "report.html", exists="replace"),
        ),
        Writer(
            "folder to hand over",
            lambda place: collect_session(session, place, "a.fluxknot", exists="replace"),
        ),
        Writer("demo", make_demo),
    ]


def _writers_of_windows(folder):
    served = folder / "served"
    served.mkdir()
    shutil.copy(write_files(folder / "one", SPECTRUM_4A) / SPECTRUM_4A, served / "sent.fits")

    def receive(place):
        handler = partial(_Quiet, directory=str(served))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                _downloaded(f"http://127.0.0.1:{server.server_port}/sent.fits", place / "sent.fits")
            finally:
                server.shutdown()

    def prefer(place):
        Preferences(place / "settings.json").set("workers", 7)

    return [
        Writer("settings", prefer, says_so=False),
        Writer("file from another program", receive),
        Writer("text", lambda place: write_text(place / "a.txt", "µ\n" * 999, exists="replace")),
    ]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


_ARRAYS = {"flux": np.linspace(0.0, 1.0, 500)}


def _vector(wave):
    value = 1e-3 * (1.0 + 0.1 * wave)
    return CalibrationVector(
        wave_um=frozen(wave),
        value=frozen(value),
        stat_error=frozen(value / 300.0),
        sys_error=frozen(value / 100.0),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        kind="calibration factor",
        identity=Identity(target="16 Cyg B", program="1538", observation="1", band="4A"),
        recipe="{}",
    )


def _photom():
    factor = np.full(SHAPE, 100.0, np.float32)
    return PhotomReference(
        frame="34A",
        factor=factor,
        error=factor,
        flags=np.zeros(SHAPE, np.uint32),
        flag_names=((2, "DO_NOT_USE"),),
        pixel_size=np.full(SHAPE, 2e-12, np.float32),
        losses=MappingProxyType({}),
        conversion_mjy_sr=120.5,
        pixel_area_sr=2e-12,
        useafter="2022-04-11T00:00:00",
        pedigree="INFLIGHT 2022-06-01 2024-07-11",
        description="MRS 34A",
    )


def _correction():
    wave = np.linspace(8.7, 10.1, 10)
    radius = np.outer([0.5, 1.0, 2.0, 3.0], 0.033 * wave + 0.106)
    factor = 1.0 + 0.2 / radius
    return ApertureCorrection("2B", wave, radius, factor, 0.01 * factor)


def _table():
    names = np.array([f"Star {number}" for number in range(40)])
    columns = (
        Column("source", "", names, "Name of the source"),
        Column("ratio", "", np.linspace(0.9, 1.1, 40), "Right over left"),
    )
    return ResultTable("Junctions", columns)
