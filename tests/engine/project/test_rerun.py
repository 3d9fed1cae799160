"""Tests of engine.project.rerun: an export gives itself once more, from itself and its inputs."""

import json
from dataclasses import replace

import pytest

from engine.errors import DataError, EngineError, FileError
from engine.figures.seen import SeenAxis, SeenPanel
from engine.figures.sizes import PrintSize
from engine.files.making import read_making
from engine.files.text import write_text
from engine.mrs.response_params import Mask, StarResponseParams
from engine.project.chain import Chain
from engine.project.export_products import FORMATS
from engine.project.exports import plan_exports, write_exports
from engine.project.input_files import InputFiles
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.report import write_report
from engine.project.report_choice import REPORT_NAME, ReportChoice
from engine.project.report_comparison import comparison_from
from engine.project.rerun import rerun_export, restore_export
from engine.project.session import Session
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files

RESPONSE = NodeKey("response", "e1")
SEEN = (SeenPanel(SeenAxis(18.0, 19.5), SeenAxis(0.1, 3.0, "log", "Seen")),)
KEPT = {"breakpoints.ecsv", "responses.csv", "responses.ecsv"}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Export one star in every format, after some work; return folder of data and of exports."""
    folder = tmp_path_factory.mktemp("rerun")
    data, out = write_files(folder / "data", MODEL, SPECTRUM_4A), folder / "out"
    session = add_files(Session(), read_files([data], Library())).session
    session = session.with_params(RESPONSE, StarResponseParams(masks=(Mask(18.6, 18.8, "H"),)))
    chain = Chain()
    plan = plan_exports(session, chain, formats=FORMATS)
    few = [
        replace(one, size=PrintSize("one column", "A&A"), panels=SEEN)
        if one.name.endswith(".svg")
        else one
        for one in plan
        if (one.what != "figures" or one.node == RESPONSE)
        and (one.what != "tables" or one.name in KEPT)
        and (one.what != "spectra" or one.node.step == "calibrate")
    ]
    write_exports(session, chain, out, few)
    write_report(session, chain, out / REPORT_NAME)
    return data, out


def again(exported, folder, name):
    data, out = exported
    return rerun_export(out / name, [data], folder, Chain())


def test_every_kind_and_format_of_an_export_is_made_again_to_the_bit(exported, tmp_path):
    data, out = exported
    chain, inputs = Chain(), InputFiles([data])
    paths = sorted(out.iterdir())

    done = [rerun_export(path, inputs, tmp_path, chain) for path in paths]

    suffixes = {path.suffix for path in paths}
    assert suffixes == {".fits", ".ecsv", ".csv", ".pdf", ".svg", ".png", ".html"}
    assert [one.path.name for one in done] == [path.name for path in paths]
    assert all(one.is_identical for one in done)
    for path in paths:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_inputs_and_export_may_have_other_names_by_then(exported, tmp_path):
    data, out = exported
    (tmp_path / "moved").mkdir()
    for number, path in enumerate(sorted(data.iterdir())):
        (tmp_path / "moved" / f"{number}{path.suffix}").write_bytes(path.read_bytes())
    [vector] = [path for path in out.iterdir() if path.name.endswith("vector.fits")]
    renamed = tmp_path / "mine.fits"
    renamed.write_bytes(vector.read_bytes())

    done = rerun_export(renamed, [tmp_path / "moved"], tmp_path / "again", Chain())

    # The inputs stand in the file by their names.
    assert not done.is_identical
    assert done.path == tmp_path / "again" / vector.name
    done = rerun_export(renamed, [data], tmp_path / "once more", Chain())
    assert done.is_identical


def test_an_export_opens_as_the_session_it_was_made_in(exported):
    data, out = exported
    [vector] = [path for path in out.iterdir() if path.name.endswith("vector.fits")]

    session, key = restore_export(vector, [data])
    everything, no_key = restore_export(out / REPORT_NAME, [data])

    assert key.step == "response"
    assert session.own_params(key).masks == (Mask(18.6, 18.8, "H"),)
    assert no_key is None
    assert everything.own_params(RESPONSE).masks == (Mask(18.6, 18.8, "H"),)
    assert everything.next_id > max(int(entry.id[1:]) for entry in everything.entries)


def test_nothing_is_replaced(exported, tmp_path):
    again(exported, tmp_path, "responses.ecsv")
    before = (tmp_path / "responses.ecsv").read_bytes()

    with pytest.raises(FileError, match="already"):
        again(exported, tmp_path, "responses.ecsv")

    assert (tmp_path / "responses.ecsv").read_bytes() == before


def test_another_input_is_no_input(exported, tmp_path):
    data, out = exported
    (tmp_path / "data").mkdir()
    for path in data.iterdir():
        content = path.read_bytes()
        flipped = bytes([content[-1] ^ 1]) if path.name == MODEL else content[-1:]
        (tmp_path / "data" / path.name).write_bytes(content[:-1] + flipped)

    with pytest.raises(DataError, match=rf"{MODEL} \(SHA-256 .* is not among the files"):
        rerun_export(out / "responses.ecsv", [tmp_path / "data"], tmp_path / "out", Chain())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("../../x.ecsv", ""),
        ("/etc/x.ecsv", ""),
        (".x.ecsv", ""),
        ("-rf.ecsv", ""),
        ("x.ecsv\n", ""),
        ("a\0.ecsv", ""),
        ("x.py", ""),
        ("x" * 300 + ".ecsv", ""),
        ("", ""),
        ("x.ecsv", "no such table"),
    ],
)
def test_a_recipe_that_was_forged_writes_nothing(exported, tmp_path, name, text):
    _, out = exported
    making = read_making(out / "responses.ecsv")
    plain = json.loads(making.recipe)
    plain["product"] |= {"name": name} | ({"table": text} if text else {})
    forged = tmp_path / "forged.csv"
    write_text(forged, f"# recipe: {json.dumps(plain)}\na,b\n1,2\n")

    with pytest.raises(EngineError):
        again((exported[0], tmp_path), tmp_path / "sub" / "out", "forged.csv")

    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"forged.csv"}


@pytest.mark.parametrize("product", [None, 3, {"what": "thing"}, {"what": 3}, {"what": "vectors"}])
def test_a_recipe_that_says_nothing_of_its_file_is_refused(exported, tmp_path, product):
    plain = json.loads(read_making(exported[1] / "responses.ecsv").recipe) | {"product": product}
    if isinstance(product, dict):
        plain["product"] = {"name": "x.ecsv"} | product
    write_text(tmp_path / "forged.csv", f"# recipe: {json.dumps(plain)}\na,b\n1,2\n")

    with pytest.raises(DataError, match="recipe"):
        again((exported[0], tmp_path), tmp_path / "out", "forged.csv")


def test_a_limited_report_is_made_again_to_the_bit(exported, tmp_path):
    data, _ = exported
    session = add_files(Session(), read_files([data], Library())).session
    chain = Chain()
    choice = ReportChoice((str(RESPONSE),), ("changes", "tables"))
    path = write_report(session, chain, tmp_path / "part.html", choice=choice)

    done = rerun_export(path, [data], tmp_path / "again", chain)

    assert done.is_identical


@pytest.mark.parametrize("of", [(), (str(RESPONSE),)])
def test_a_report_that_compares_two_versions_is_made_again_to_the_bit(exported, tmp_path, of):
    data, _ = exported
    before = add_files(Session(), read_files([data], Library())).session
    session = before.with_params(RESPONSE, StarResponseParams(degree=2))
    chain = Chain()
    choice = ReportChoice(of, ("changes",))
    path = write_report(
        session.with_other("before", before), chain, tmp_path / "compared.html", choice=choice
    )

    done = rerun_export(path, [data], tmp_path / "again", chain)

    assert done.is_identical
    assert "What differs from before" in done.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["[", "[]", "{}", '{"label": 1}', '{"label": "a", "changes": 3}'])
def test_a_comparison_that_cannot_be_read_is_told(text):
    with pytest.raises(DataError, match=r"compared"):
        comparison_from(text)


def test_a_report_about_results_that_its_session_does_not_give_is_refused(exported, tmp_path):
    data, _ = exported
    session = add_files(Session(), read_files([data], Library())).session
    path = write_report(
        session, Chain(), tmp_path / "part.html", choice=ReportChoice((str(RESPONSE),), ("files",))
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("response:e1", "response:e9"), encoding="utf-8")

    with pytest.raises(DataError, match="about results that its session does not give"):
        rerun_export(path, [data], tmp_path / "again", Chain())
