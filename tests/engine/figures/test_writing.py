"""Tests of engine.figures.writing."""

import gc
import json
import re
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from engine.errors import FileError
from engine.figures import COLUMN, FORMATS, PAGE, SLIDE, TALL, draw_star_response, write_figure
from engine.figures.writing import render_figure
from tests.helpers.disk import file_size_limit
from tests.helpers.exports import PROVENANCE
from tests.helpers.figures import star_response, texts

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def draw(rng):
    return partial(draw_star_response, response=star_response(rng), title="µ Col $x^2$", band="4A")


@pytest.fixture
def write(tmp_path, draw):
    """Return a function that writes the figure in a format, and gives its path."""

    def write_as(kind, name="response", **options):
        return write_figure(tmp_path / f"{name}.{kind}", draw, provenance=PROVENANCE, **options)

    return write_as


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_figure_gives_the_same_bytes(tmp_path, draw, kind):
    paths = [tmp_path / name / f"a.{kind}" for name in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        write_figure(path, draw, provenance=PROVENANCE)

    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_figure_in_memory_is_the_one_on_the_disk(write, draw, kind):
    content = render_figure(draw, kind, title="response", provenance=PROVENANCE)

    assert content == write(kind).read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
def test_no_figure_holds_the_time_of_day(write, kind):
    content = write(kind).read_bytes()

    assert b"Date" not in content
    assert b"<dc:date>" not in content


def test_text_in_svg_is_text(write):
    found = texts(write("svg"))

    assert "Wavelength (µm)" in found
    assert "Relative factor, model / observed" in found
    assert "µ Col $x^2$" in found
    assert "1.20" in found


def test_text_in_pdf_is_text_in_a_font_that_others_can_edit(write):
    content = write("pdf").read_bytes()

    assert b"/FontFile2" in content  # TrueType, kept whole as type 42
    assert b"/Subtype /Type3" not in content


def test_a_figure_has_its_size_on_paper_and_is_on_white(write):
    with Image.open(write("png", size=COLUMN)) as image:
        assert image.size == pytest.approx((89 / 25.4 * 300, 105 / 25.4 * 300), abs=1.0)
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)

    root = ElementTree.parse(write("svg", size=COLUMN)).getroot()
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(89 / 25.4 * 72, rel=1e-4)


def test_every_format_says_how_it_was_made(write):
    making = {
        "inputs": [{"file": name, "sha256": digest} for name, digest in PROVENANCE.inputs],
        "recipe": PROVENANCE.recipe,
        "version": "0.1.0",
    }

    with Image.open(write("png")) as image:
        assert json.loads(image.text["Description"]) == making
        assert image.text["Software"] == "Fluxknot 0.1.0"
    element = (
        ElementTree.parse(write("svg"))
        .getroot()
        .find(".//{http://purl.org/dc/elements/1.1/}description")
    )
    assert json.loads(element.text) == making
    content = write("pdf").read_bytes()
    assert b"/Creator (Fluxknot 0.1.0)" in content
    assert b"ab" * 32 in content


def test_what_the_user_set_for_other_plots_does_not_matter(write):
    usual = write("svg").read_bytes()

    with mpl.rc_context({"figure.facecolor": "black", "font.size": 30, "lines.linewidth": 9}):
        assert write("svg", exists="replace").read_bytes() == usual
        assert mpl.rcParams["font.size"] == 30


def test_a_figure_that_fails_to_draw_leaves_nothing(tmp_path):
    def draw(figure):
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        write_figure(tmp_path / "a.svg", draw, provenance=PROVENANCE)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "size", [COLUMN, PAGE, TALL, SLIDE], ids=["column", "page", "tall", "slide"]
)
def test_every_label_lies_on_the_paper(write, size):
    path = write("svg", size=size)
    root = ElementTree.parse(path).getroot()
    width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))

    places = [text_place(element) for element in root.iter("{http://www.w3.org/2000/svg}text")]

    assert len(places) > 20
    assert all(0.0 <= x <= width and 0.0 <= y <= height for x, y in places)


def text_place(element):
    """Return where a piece of text is anchored, from x and y or from its transform."""
    if element.get("x") is not None:
        return float(element.get("x")), float(element.get("y"))
    return tuple(
        map(
            float, re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", element.get("transform")).groups()
        )
    )


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.svgz"])
def test_another_suffix_is_refused_with_the_choice(tmp_path, draw, name):
    with pytest.raises(FileError, match="not written as") as caught:
        write_figure(tmp_path / name, draw, provenance=PROVENANCE)

    assert ".pdf, .svg or .png" in caught.value.hint


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_leaves_the_earlier_figure(write, kind):
    path = write(kind)
    before = path.read_bytes()

    with file_size_limit(len(before) // 2), pytest.raises(FileError, match="Nothing was changed"):
        write(kind, exists="replace")

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_figures_written_at_the_same_time_do_not_mix(tmp_path, draw):
    sizes = {"a": COLUMN, "b": PAGE, "c": SLIDE, "d": COLUMN}
    for name, size in sizes.items():
        write_figure(tmp_path / f"{name}.svg", draw, provenance=PROVENANCE, size=size)
    alone = {name: (tmp_path / f"{name}.svg").read_bytes() for name in sizes}

    def work(name):
        return write_figure(
            tmp_path / f"{name}.svg", draw, provenance=PROVENANCE, size=sizes[name],
            exists="replace",
        )  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, sizes))

    assert {name: (tmp_path / f"{name}.svg").read_bytes() for name in sizes} == alone


def test_matplotlib_is_not_imported_before_the_first_figure():
    code = "import sys, engine.figures; print('matplotlib' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_numbers_of_a_figure_do_not_depend_on_the_order_of_drawing(write, tmp_path, rng):
    first = write("svg", name="first").read_bytes()
    other = partial(draw_star_response, response=star_response(np.random.default_rng(3)))
    write_figure(tmp_path / "between.svg", other, provenance=PROVENANCE)

    again = write("svg", name="first", exists="replace").read_bytes()

    assert again == first


@pytest.mark.parametrize("kind", FORMATS)
def test_a_figure_is_gone_once_it_is_written_without_a_collection(draw, kind):
    seen = []

    def watched(figure):
        draw(figure)
        seen.extend(weakref.ref(one) for one in (figure, *figure.axes, *figure.axes[0].lines))

    gc.disable()
    render_figure(watched, kind, provenance=PROVENANCE)
    gc.enable()

    assert len(seen) > 2
    assert not [one() for one in seen if one() is not None]
