"""Exports of every kind are made again, from themselves and their inputs, to the bit.

Those of the MRS are in `tests/engine/project`: test_rerun, test_recipes and test_photom_step.
"""

import pytest

from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.export_products import FORMATS
from engine.project.exports import plan_exports, write_exports
from engine.project.input_files import InputFiles
from engine.project.report import write_report
from engine.project.report_choice import REPORT_NAME
from engine.project.rerun import rerun_export
from engine.project.session_file import read_session

pytestmark = pytest.mark.rig


def one_of_each(plan):
    """Return the first file of each kind that each step gives, in each format."""
    found = {}
    for one in plan:
        step = "" if one.node is None else one.node.step
        found.setdefault((step, one.what, one.table, one.name.rpartition(".")[2]), one)
    return list(found.values())


@pytest.mark.parametrize("name", ["imaging", "nircam", "lrs"])
def test_exports_are_made_again_to_the_bit(name, tmp_path, record_property):
    session = read_session(write_demo(tmp_path / "demo", name=name, size="small"))
    first, out = Chain(), tmp_path / "out"
    formats = {**FORMATS, "figures": ("svg",), "tables": ("ecsv",)}
    plan = one_of_each(plan_exports(session, first, formats=formats))
    written = write_exports(session, first, out, plan)
    paths = [*written.paths, write_report(session, first, out / REPORT_NAME)]

    chain, inputs = Chain(), InputFiles([tmp_path / "demo"])
    done = [rerun_export(path, inputs, tmp_path / "again", chain) for path in paths]

    other = [one.path.name for one in done if not one.is_identical]
    same = f"{len(done) - len(other)} of {len(paths)}"
    record_property(f"exports of {name} made again to the bit", same)
    assert other == []
    assert len(done) > 10
