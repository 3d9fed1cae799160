"""Tests of engine.project.opening."""

import itertools
import shutil

import pytest

from engine.errors import Cancelled
from engine.project.chain import Chain
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import session_text, write_session
from tests.helpers.sessions import star_session
from tests.helpers.star_files import CORRECTION_4A, CUBE_4A, MODEL, SPECTRUM_4A, write_files

TABLE = "wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n5.2,1.2\n"


def opened(paths, session=None):
    return add_files(session or Session(), read_files(paths, Library()))


def test_files_become_entries_with_what_they_show(tmp_path):
    folder = write_files(tmp_path, CORRECTION_4A, CUBE_4A, MODEL, SPECTRUM_4A)

    session = opened([folder]).session

    shown = [(entry.id, entry.kind, entry.role, entry.parts[0].band) for entry in session.entries]
    assert shown == [
        ("e1", "aperture correction", "other", "4A"),
        ("e2", "cube", "standard star", "4A"),
        ("e3", "spectrum", "standard star", "4A"),
        ("e4", "model spectrum", "model", ""),
    ]
    assert [entry.size for entry in session.entries] == [
        path.stat().st_size for path in sorted(folder.iterdir())
    ]
    assert session.next_id == 5
    assert all(entry.path.startswith(str(tmp_path)) for entry in session.entries)


def test_refused_files_are_listed_and_the_others_open(tmp_path):
    (tmp_path / "good.csv").write_text(TABLE)
    (tmp_path / "bad.fits").write_bytes(b"SIMPLE  = but no more")
    (tmp_path / "empty.csv").write_text("")

    found = opened([tmp_path, tmp_path / "missing.fits"])

    assert [entry.path.rpartition("/")[2] for entry in found.session.entries] == ["good.csv"]
    refused = {refusal.path.rpartition("/")[2]: refusal for refusal in found.refusals}
    assert set(refused) == {"bad.fits", "empty.csv", "missing.fits"}
    assert all(name in refusal.what and refusal.hint for name, refusal in refused.items())


def test_a_file_that_cannot_be_read_leaves_the_session_as_it_was(tmp_path):
    (tmp_path / "bad.fits").write_bytes(b"SIMPLE  = but no more")
    session = star_session()

    found = opened([tmp_path], session)

    assert found.session == session
    assert session_text(found.session, None) == session_text(session, None)


def test_a_file_that_is_open_already_is_not_opened_twice(tmp_path):
    (tmp_path / "a.csv").write_text(TABLE)
    first = opened([tmp_path])

    again = opened([tmp_path / "a.csv", tmp_path], first.session)

    assert again.session == first.session
    assert again.added == ()
    assert [message.text for message in again.messages] == ["a.csv is open already."]


def test_a_file_that_changed_is_another_file(tmp_path):
    (tmp_path / "a.csv").write_text(TABLE)
    first = opened([tmp_path])
    (tmp_path / "a.csv").write_text(TABLE + "5.3,1.3\n")

    again = opened([tmp_path], first.session)

    assert again.added == ("e2",)


def test_ids_go_on_after_a_file_was_closed(tmp_path):
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "b.csv").write_text(TABLE.replace("1.2", "1.3"))
    first = opened([tmp_path / "a.csv"]).session.without_entries(["e1"])

    again = opened([tmp_path / "b.csv"], first)

    assert again.added == ("e2",)


def test_sessions_are_left_to_whoever_asked(tmp_path):
    write_session(star_session(), tmp_path / "a.fluxknot")

    read = read_files([tmp_path], Library())
    found = add_files(Session(), read)

    assert [loaded.kind for loaded in read.loaded] == ["session"]
    assert found.session == Session()
    assert found.refusals == ()


def test_one_drop_gives_the_same_session_in_any_order(tmp_path):
    folder = write_files(tmp_path, CORRECTION_4A, CUBE_4A, MODEL, SPECTRUM_4A)
    paths = sorted(folder.iterdir())

    sessions = [opened(order).session for order in itertools.permutations(paths)]

    assert all(session == sessions[0] for session in sessions)


# Their results name observations by the ids that they got when they were opened.
NAMES_IDS = {"footprints", "band_snr", "normalize", "signal_to_noise"}


def test_one_after_the_other_gives_the_same_results_in_any_order(tmp_path):
    folder = write_files(tmp_path, CORRECTION_4A, CUBE_4A, MODEL)
    digests = set()
    for order in itertools.permutations(sorted(folder.iterdir())):
        session = Session()
        for path in order:
            session = opened([path], session).session
        chain = Chain()
        keys = [key for key in chain.keys(session) if key.step not in NAMES_IDS]
        assert {key.step for key in keys} >= {"extract", "fringe", "response", "calibrate"}
        digests.add(frozenset(chain.digest(session, key) for key in keys))

    assert len(digests) == 1


def test_the_same_content_in_two_places_is_two_files(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.csv").write_text(TABLE)
    shutil.copytree(tmp_path / "one", tmp_path / "two")

    found = opened([tmp_path])

    assert found.added == ("e1", "e2")


def test_a_mapping_goes_with_the_file(tmp_path):
    (tmp_path / "odd.csv").write_text("q,z\n5.0,1.0\n5.1,1.1\n5.2,1.2\n")
    mapping = '{"wave": "q", "flux": "z", "wave_unit": "um", "flux_unit": "Jy"}'
    library = Library()

    found = add_files(Session(), read_files([tmp_path], library, mapping=mapping))

    [entry] = found.session.entries
    assert entry.mapping == mapping
    assert list(Library().product(entry, 0).flux) == [1.0, 1.1, 1.2]


@pytest.mark.parametrize("mapping", ["{", '{"wave": 3}', "[]"])
def test_a_mapping_that_makes_no_sense_refuses_the_file(tmp_path, mapping):
    (tmp_path / "a.csv").write_text(TABLE)

    found = add_files(Session(), read_files([tmp_path], Library(), mapping=mapping))

    assert found.session == Session()
    assert len(found.refusals) == 1


def test_reading_can_be_cancelled(tmp_path):
    class Stop:
        def step(self, done, total, note=""):
            if done:
                raise Cancelled

    for name in "abc":
        (tmp_path / f"{name}.csv").write_text(TABLE)

    with pytest.raises(Cancelled):
        read_files([tmp_path], Library(), progress=Stop())


def test_warnings_of_the_reader_stay_with_the_entry(tmp_path):
    (tmp_path / "a.csv").write_text("wave_um,flux_jy\n5.0,1.0\n5.2,1.1\n5.1,1.2\n")

    found = opened([tmp_path])

    said = {message.text for message in found.messages}
    assert set(found.session.entries[0].warnings) <= said
    assert all("a.csv" in text for text in said)
