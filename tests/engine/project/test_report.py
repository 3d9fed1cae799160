"""Tests of engine.project.report."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from engine.errors import DataError, FileError
from engine.health.issues import Finding
from engine.mrs.response_params import StarResponseParams
from engine.project import report
from engine.project.chain import Chain
from engine.project.edits import rename_target
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.report import write_report
from engine.project.report_choice import ALL_SECTIONS, ReportChoice, chosen_sections
from engine.project.session import Session
from tests.helpers.open_files import OpenFiles
from tests.helpers.star_files import CUBE_4A, MODEL, write_files

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</svg></style></pre><iframe src=http://example.org>",
    "&lt;b&gt; &amp; $\\frac{1}{0}$ \u202e\u0000",
    "{style} {0} %s",
)


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


def report_of(files, folder, session=None, *sections):
    folder.mkdir(exist_ok=True)
    choice = ReportChoice(sections=sections or ALL_SECTIONS)
    path = write_report(
        session or files.session, files.chain, folder / "report.html", choice=choice
    )
    return path.read_text(encoding="utf-8")


def opened():
    files = OpenFiles()
    files.spectrum("Star A", "1B")
    files.spectrum("Star A", "1C")
    files.model("Star A")
    return files


@pytest.fixture
def files():
    return opened()


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """Return files, and the text of their report."""
    files = opened()
    return files, report_of(files, tmp_path_factory.mktemp("report"))


def test_the_report_shows_files_tables_figures_and_recipe(usual):
    page = Page(usual[1])
    text = " ".join(page.text)

    for title in ("Files", "Health check", "Responses", "Calibrated spectra", "Recipe"):
        assert title in text
    assert page.tags.count("svg") >= 3  # two responses and the junctions of one source
    assert "Star A" in text
    assert f"{1:064x}"[:12] in text


def test_the_report_needs_nothing_from_elsewhere(usual):
    text = usual[1]
    page = Page(text)

    assert not {"script", "iframe", "object", "embed", "link", "img", "base"} & set(page.tags)
    for name, value in page.attributes:
        assert name not in {"src", "srcset", "action", "formaction", "data", "background"}
        assert not name.startswith("on")
        if name in {"href", "xlink:href"}:
            assert value.startswith(("#", "data:image/png;base64,"))
    assert not re.search(r"url\((?!#)", text)
    assert "@import" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_files_stay_text(tmp_path, name, usual):
    hostile = opened()
    session = rename_target(hostile.session, ("e1",), name).with_model(name, "e3")
    session = session.with_exclusion("e9", name)

    page, plain = Page(report_of(hostile, tmp_path, session)), Page(usual[1])

    assert set(page.tags) <= set(plain.tags)
    assert {name for name, _ in page.attributes} <= {name for name, _ in plain.attributes}


def test_the_same_session_gives_the_same_page_wherever_it_lies(tmp_path):
    pages = []
    for place in ("one", "two"):
        folder = write_files(tmp_path / place / "data", CUBE_4A, MODEL)
        session = add_files(Session(), read_files([folder], Library())).session
        path = write_report(session, Chain(), tmp_path / place / "report.html")
        pages.append(path.read_bytes())

    assert pages[0] == pages[1]
    assert str(tmp_path).encode() not in pages[0]


def test_what_cannot_be_had_stands_in_the_place_of_its_figure(tmp_path, files):
    session = files.session.with_params(
        NodeKey("response", "e1"), StarResponseParams(cutoffs_um=(1.0, 2.0))
    )

    text = " ".join(Page(report_of(files, tmp_path, session)).text)

    assert re.search(r"Star A [-\d ]*1B: No sample lies between the cut-offs", text)


def test_a_file_that_is_gone_costs_the_report_nothing_else(tmp_path, files):
    files.chain.library.forget(files.session.entry("e1").path)

    text = " ".join(Page(report_of(files, tmp_path, None, "files", "tables")).text)

    assert "1.fits" in text
    assert "Responses" in text


def test_an_empty_session_gives_a_page(tmp_path):
    files = OpenFiles()

    text = " ".join(Page(report_of(files, tmp_path)).text)

    assert "No known issue was found." in text


def test_an_existing_report_is_replaced_only_when_asked(tmp_path, files):
    path = tmp_path / "report.html"
    path.write_text("mine")

    without_figures = ReportChoice(sections=("files",))

    with pytest.raises(FileError, match="exists already"):
        write_report(files.session, files.chain, path, choice=without_figures)
    assert path.read_text() == "mine"

    write_report(files.session, files.chain, path, exists="replace", choice=without_figures)
    assert path.read_text().startswith("<!DOCTYPE html>")


def test_numbers_are_those_of_the_results(usual):
    files, text = usual

    response = files.chain.result(files.session, NodeKey("response", "e1"))

    assert f"<td>{response.n_used}</td>" in text
    assert f"<td>{response.scatter:.5g}</td>" in text


def test_every_part_is_in_the_contents_and_says_something(tmp_path, files, monkeypatch):
    found = Finding("MRS-TIME", "Old um.", "No CORR", "Too faint.", "Repeat it.", "", "wrong")
    monkeypatch.setattr(files.chain.library, "findings", lambda _entry: (found,))
    monkeypatch.setattr(report, "_MOST_ROWS", 1)

    text = report_of(files, tmp_path, files.session.with_exclusion("e9", "saturated"))

    links = re.findall(r'href="#([^"]+)"', text[: text.index("</nav>")])
    parts = dict(re.findall(r'<section id="([^"]+)"><h2>[^<]*</h2>(.*?)</section>', text, re.S))
    assert links == list(parts)
    assert links[:3] == ["overview", "left-out", "health"]
    assert "1 known issue, 1 of them not to be used as it is" in parts["overview"]
    assert links[-2:] == ["files", "recipe"]
    assert all(Page(part).text for part in parts.values())
    assert "saturated" in parts["left-out"]
    assert parts["health"].count("MRS-TIME") == 1  # once for all files that have it
    assert "Old µm." in parts["health"]
    assert "1.fits; 2.fits; 3.fits" in parts["health"]
    assert "of 2 rows; all of them are written by File &gt; Export" in parts["step-response"]


def test_what_was_changed_from_the_defaults_stands_before_all_results(tmp_path, files):
    params = StarResponseParams(degree=2)
    session = files.session.with_params(NodeKey("response", "e2"), params)

    text = report_of(files, tmp_path, session, "changes")

    parts = dict(re.findall(r'<section id="([^"]+)"><h2>[^<]*</h2>(.*?)</section>', text, re.S))
    assert list(parts)[:2] == ["overview", "changed"]
    assert parts["changed"].count("<tr>") == 2  # the header and one decision
    assert "1 choice away from the defaults: see below" in parts["overview"]
    assert "yours" not in parts["overview"]  # a demo comes with choices of its own
    assert "Star A 1-1 1C" in parts["changed"]
    assert 'id="changed"' not in report_of(files, tmp_path / "plain", None, "changes")


def test_a_limited_report_tells_its_results_alone_and_says_so_at_its_top(tmp_path, files):
    choice = ReportChoice(("response:e1",))

    path = write_report(files.session, files.chain, tmp_path / "part.html", choice=choice)

    text = path.read_text(encoding="utf-8")
    page = Page(text)
    shown = " ".join(page.text)
    assert (
        "Limited to Response of Star A 1-1 1B and to the files that it rests on;"
        in text[: text.index("<nav")]
    )
    assert page.tags.count("svg") == 1
    assert "1.fits" in shown
    assert "3.fits" in shown  # its model
    assert "2.fits" not in shown
    assert "1C" not in shown
    assert re.findall(r'<section id="(step-[^"]+)"', text) == ["step-response"]


def test_sections_that_are_not_wanted_are_named_at_the_top_and_left_out(tmp_path, files):
    choice = ReportChoice(sections=("health", "tables"))

    path = write_report(files.session, files.chain, tmp_path / "some.html", choice=choice)

    text = path.read_text(encoding="utf-8")
    parts = re.findall(r'<section id="([^"]+)"', text)
    assert "Sections that are left out: Changes and what is left out, Figures, Files." in text
    assert Page(text).tags.count("svg") == 0
    assert "files" not in parts
    assert {"overview", "health", "step-response", "recipe"} <= set(parts)


@pytest.mark.parametrize(
    ("names", "told"), [(("health", "poems"), "'poems' is no section"), ((), "at least one")]
)
def test_a_section_that_is_not_known_is_told(names, told):
    with pytest.raises(DataError, match=told):
        chosen_sections(names)


def test_the_bands_of_a_source_are_told_and_drawn_together(tmp_path, files):
    choice = ReportChoice(("calibrate:e1", "calibrate:e2"))

    path = write_report(files.session, files.chain, tmp_path / "part.html", choice=choice)

    text = path.read_text(encoding="utf-8")
    assert "Limited to Calibrate of 2 bands of Star A 1-1 (2 results) and to" in text
    assert re.findall("<figcaption>(.*?)</figcaption>", text) == ["2 bands of Star A 1-1"]


def test_a_report_lists_what_differs_from_the_version_it_is_compared_with(tmp_path):
    files = opened()
    segment = files.session.segments[0]
    now = files.session.with_exclusion(segment.id, "bad <pointing>")
    compared = now.with_other("before & after", files.session)

    text = report_of(files, tmp_path / "compared", compared, "changes")

    [section] = re.findall(r'<section id="compared">.*?</section>', text, re.DOTALL)
    assert "What differs from before &amp; after" in section
    assert "left out: bad &lt;pointing&gt;" in section
    same = files.session.with_other("as opened", files.session)
    assert "made in the same way" in report_of(files, tmp_path / "same", same, "changes")
    assert 'id="compared"' not in report_of(files, tmp_path / "alone", None, "changes")


@pytest.fixture
def edited():
    """Open two bands; change a decision of each, and compare with the state before."""
    files = opened()
    now = files.session
    for subject, degree in (("e1", 2), ("e2", 4)):
        now = now.with_params(NodeKey("response", subject), StarResponseParams(degree=degree))
    return files, now.with_other("before & after", files.session)


def limited_report(files, session, path, *keys):
    choice = ReportChoice(keys or ("response:e1",))
    write_report(session, files.chain, path, choice=choice)
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r'<section id="([^"]+)"><h2>(.*?)</section>', text, re.S))


def test_a_limited_report_tells_what_differs_as_far_as_its_results_rest_on_it(tmp_path, edited):
    files, session = edited

    parts = limited_report(files, session, tmp_path / "part.html")
    alone = limited_report(files, session.with_other("", None), tmp_path / "alone.html")

    assert "<th>Compared with</th><td class=t>before &amp; after</td>" in parts["overview"]
    assert parts["compared"].startswith("What differs from before &amp; after</h2>")
    assert parts["compared"].count("<tr>") == 2  # the header and one decision
    assert "Star A 1-1 1B" in parts["compared"]
    assert "Response: degree" in parts["compared"]
    assert "compared" not in alone
    assert "Compared with" not in alone["overview"]


def test_a_limited_report_without_a_difference_of_its_own_says_so(tmp_path, edited):
    files, session = edited
    session = session.with_params(NodeKey("response", "e1"), StarResponseParams())

    parts = limited_report(files, session, tmp_path / "part.html")

    assert "Both are made in the same way." in parts["compared"]


def test_files_of_a_limited_report_are_compared_though_they_have_other_numbers(tmp_path, edited):
    files, session = edited
    moved = {"e1": "e8", "e2": "e1", "e3": "e9"}
    before = files.session
    entries = [replace(one, id=moved[one.id]) for one in before.entries]
    before = Session(entries=tuple(entries[::-1]), next_id=10)
    before = before.with_params(NodeKey("response", "e8"), StarResponseParams(degree=5))

    parts = limited_report(files, session.with_other("old", before), tmp_path / "part.html")

    [row] = re.findall("<tr><td.*?</tr>", parts["compared"])
    assert re.findall("<td[^>]*>(.*?)</td>", row)[1:] == ["Response: degree", "5", "2"]


def test_a_file_that_the_results_of_the_other_version_alone_rest_on_counts(tmp_path):
    files = opened()
    first = files.session.entries[2].id
    second = files.model()
    now = files.session.with_model("Star A", second)
    before = files.session.with_model("Star A", first)

    parts = limited_report(files, now.with_other("old", before), tmp_path / "part.html")

    [row] = re.findall("<tr><td.*?</tr>", parts["compared"])
    assert re.findall("<td[^>]*>(.*?)</td>", row) == ["Star A", "Model", "3.fits", "4.fits"]
