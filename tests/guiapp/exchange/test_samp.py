"""Tests of guiapp.exchange.samp, with a second program over the loopback interface."""

import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

import pytest

from engine.errors import DataError
from guiapp.exchange.samp import IMAGE, SPECTRUM, TABLE, SampLink
from tests.helpers.samp import Other


class Heard:
    """What came from other programs."""

    def __init__(self):
        self.paths, self.refused = [], []


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def link(tmp_path, heard):
    link = SampLink(tmp_path / "received", heard.paths.append, heard.refused.append)
    yield link
    link.close()


def test_a_file_is_sent_by_its_place_on_this_computer(hub, other, link, tmp_path, qtbot):
    path = tmp_path / "10 Lac.fits"
    path.write_bytes(b"spectrum")
    link.open()

    link.send(SPECTRUM, path, "10 Lac")

    qtbot.waitUntil(lambda: other.heard != [])
    [(kind, params)] = other.heard
    assert kind == SPECTRUM
    assert params["url"] == path.as_uri()
    assert params["name"] == "10 Lac"
    assert params["spectrum-id"]


def test_only_programs_that_take_it_are_offered(hub, other, link):
    link.open()

    assert [one.name for one in link.peers(TABLE)] == ["TOPCAT"]
    assert link.peers(IMAGE) == ()


def test_a_message_can_be_for_one_program_alone(hub, other, link, tmp_path, qtbot):
    second = Other(TABLE)
    link.open()
    [wanted] = [one for one in link.peers(TABLE) if one.id == second.client.get_public_id()]

    link.send(TABLE, tmp_path / "a.vot", "a", to=wanted.id)

    qtbot.waitUntil(lambda: second.heard != [])
    assert other.heard == []
    second.client.disconnect()


@pytest.mark.parametrize("kind", [TABLE, SPECTRUM, IMAGE, "table.load.fits"])
def test_what_another_program_sends_is_received(hub, other, link, heard, tmp_path, qtbot, kind):
    path = tmp_path / "µ Col 1.fits"
    link.open()

    other.send(kind, path.as_uri())

    qtbot.waitUntil(lambda: heard.paths != [])
    assert heard.paths == [str(path)]


def test_who_calls_gets_an_answer(hub, other, link, heard, tmp_path):
    link.open()

    answer = other.call(IMAGE, (tmp_path / "a.fits").as_uri())

    assert answer["samp.status"] == "samp.ok"
    assert heard.paths == [str(tmp_path / "a.fits")]


@pytest.fixture
def served(tmp_path):
    """Serve a folder over the loopback interface, as programs do that keep no files."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "table.vot").write_bytes(b"votable")

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "http://example.org/table.vot")
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_that_a_program_of_this_computer_serves_is_fetched(
    hub, other, link, heard, served, tmp_path, qtbot
):
    link.open()

    other.send(TABLE, f"{served}/table.vot", "Stars of ../../elsewhere")

    qtbot.waitUntil(lambda: heard.paths != [])
    [path] = (tmp_path / "received").iterdir()
    assert heard.paths == [str(path)]
    assert path.read_bytes() == b"votable"
    assert path.suffix == ".vot"


@pytest.mark.parametrize(
    "url",
    ["http://example.org/a.fits", "ftp://127.0.0.1/a.fits", "file://elsewhere/a.fits", "", "a b"],
)
def test_nothing_is_fetched_from_another_computer(hub, other, link, heard, qtbot, url):
    link.open()

    other.send(IMAGE, url)

    qtbot.waitUntil(lambda: heard.refused != [])
    assert "not on this computer" in heard.refused[0]
    assert heard.paths == []


@pytest.mark.parametrize("page", ["away", "gone.vot"])
def test_a_page_that_leads_away_or_is_gone_is_refused(hub, other, link, heard, served, qtbot, page):
    link.open()

    other.send(TABLE, f"{served}/{page}")

    qtbot.waitUntil(lambda: heard.refused != [])
    assert "could not be had" in heard.refused[0]


def test_without_a_hub_one_is_started_and_stopped(no_hub, link):
    link.open()
    second = Other(TABLE)
    assert [one.name for one in link.peers(TABLE)] == ["TOPCAT"]
    second.client.disconnect()

    link.close()

    assert not link.is_open
    assert not no_hub.exists()


def test_a_hub_that_is_gone_is_told(hub, link, tmp_path):
    link.open()
    hub.stop()

    with pytest.raises(DataError, match="cannot be reached"):
        link.send(TABLE, tmp_path / "a.vot", "a")


def test_nothing_is_sent_without_a_connection(link, tmp_path):
    with pytest.raises(DataError, match="no connection"):
        link.send(TABLE, tmp_path / "a.vot", "a")
