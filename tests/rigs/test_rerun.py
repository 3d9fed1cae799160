"""Every export of every instrument is made again, from itself and its inputs, to the bit."""

import pytest

from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.export_session import REPORT_NAME
from engine.project.exports import FORMATS, plan_exports, write_exports
from engine.project.input_files import InputFiles
from engine.project.report import write_report
from engine.project.rerun import rerun_export
from engine.project.session_file import read_session

pytestmark = pytest.mark.rig

# One star in all bands, and everything that is no star: of the rest of the stars nothing is new.
KEPT_STARS = ("16cygb", "mucol")


def reduced(session):
    """Return the session of the MRS demo without most of its stars."""
    dropped = [
        entry.id
        for entry in session.entries
        if "/stars/" in entry.path and not any(name in entry.path for name in KEPT_STARS)
    ]
    dropped += [one.id for one in session.entries if "/visits/" in one.path]
    return session.without_entries(dropped)


def one_of_each(plan):
    """Return the first file of each kind that each step gives, in each format."""
    found = {}
    for one in plan:
        step = "" if one.node is None else one.node.step
        found.setdefault((step, one.what, one.table, one.name.rpartition(".")[2]), one)
    return list(found.values())


@pytest.mark.parametrize("name", ["mrs", "imaging", "nircam", "lrs"])
def test_exports_are_made_again_to_the_bit(name, tmp_path, record_property):
    session = read_session(write_demo(tmp_path / "demo", name=name, size="small"))
    session = reduced(session) if name == "mrs" else session
    first, out = Chain(), tmp_path / "out"
    formats = {**FORMATS, "figures": ("svg",), "tables": ("ecsv",)}
    plan = one_of_each(plan_exports(session, first, formats=formats))
    written = write_exports(session, first, out, plan)
    paths = list(written.paths)
    if name != "mrs":
        paths.append(write_report(session, first, out / REPORT_NAME))

    chain, inputs = Chain(), InputFiles([tmp_path / "demo"])
    done = [rerun_export(path, inputs, tmp_path / "again", chain) for path in paths]

    record_property(f"exports of {name} made again to the bit", f"{len(done)} of {len(paths)}")
    assert [one.path.name for one in done if not one.is_identical] == []
    assert len(done) > 10
