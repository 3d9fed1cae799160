"""Tests of guiapp.controllers.junction_gathering."""

from engine.progress import SILENT
from engine.project.chain import Chain
from engine.project.disk_cache import DiskCache
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.store import Store
from guiapp.controllers.junction_gathering import gather_junctions
from tests.helpers.star_files import CUBE_4A, CUBE_4B, MODEL, write_files


def test_junctions_of_an_earlier_run_come_with_the_spectra_that_they_were_measured_on(tmp_path):
    folder = write_files(tmp_path / "data", CUBE_4A, CUBE_4B, MODEL)
    session = add_files(Session(), read_files([folder], Library())).session
    key = NodeKey("junctions", f"{next(iter(session.sources))}@calibrated")
    results = DiskCache(tmp_path / "results")
    Chain(store=Store(disk=results)).evaluate(session, key)

    gathered = gather_junctions(
        session, Chain(store=Store(disk=results)), (key,), "calibrated", progress=SILENT
    )

    (source,) = gathered.sources
    assert sorted(gathered.spectra[source.source]) == ["4A", "4B"]
