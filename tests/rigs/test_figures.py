"""Every kind of figure, in PDF and SVG: another program finds text as text, legends and errors."""

import warnings
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from engine.figures.sizes import PrintSize
from engine.project.chain import Chain
from engine.project.demo import demo_session
from engine.project.exports import plan_exports, write_exports
from engine.project.session_file import read_session

pytestmark = pytest.mark.rig

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", ["mrs", "imaging", "nircam", "lrs"])
def test_a_figure_of_every_kind_opens_elsewhere_with_text_as_text(name, tmp_path, record_property):
    session = read_session(demo_session(tmp_path / "demo", name=name))
    chain = Chain()
    plan = one_of_each_kind(session, chain)
    narrow = [replace(one, size=PrintSize("one column", "MNRAS")) for one in plan]

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # axes without room for their labels are told by one
        written = write_exports(session, chain, tmp_path / "out", plan)
        in_column = write_exports(session, chain, tmp_path / "narrow", narrow)

    record_property("figures", len(written.paths))
    assert written.skipped == in_column.skipped == ()
    for path in (*written.paths, *in_column.paths):
        check = check_svg if path.suffix == ".svg" else check_pdf
        check(path)


def one_of_each_kind(session, chain):
    """Return the PDF and the SVG of the first result of every step and stage."""
    formats = {"figures": ("pdf", "svg")}
    found = {}
    for one in plan_exports(session, chain, ["figures"], formats=formats):
        kind = (one.node.step, one.node.stage)
        first = found.setdefault(kind, [])
        if not first or first[0].node == one.node:
            first.append(one)
    return [one for first in found.values() for one in first]


def check_svg(path):
    """Find words in text elements, of which none is drawn letter by letter as shapes."""
    root = ElementTree.parse(path).getroot()
    texts = ["".join(one.itertext()).strip() for one in root.iter(f"{SVG}text")]
    groups = [one.get("id", "") for one in root.iter(f"{SVG}g")]

    assert any(len(one) > 3 and one.isascii() for one in texts), path.name
    assert not any(one.startswith("DejaVu") for one in groups), path.name  # glyphs as shapes


def check_pdf(path):
    """Find fonts that keep letters as letters."""
    content = path.read_bytes()

    assert b"/ToUnicode" in content, path.name
    assert b"/FontFile2" in content, path.name
    assert b"/Type3" not in content, path.name
