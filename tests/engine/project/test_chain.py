"""Tests of engine.project.chain and engine.project.store."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import Cancelled, DataError, FileError, FitError
from engine.files import Loaded
from engine.model.identity import Identity
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import Mask, StarResponseParams
from engine.project import chain as chain_module
from engine.project.chain import Chain
from engine.project.edits import relocate, rename_target, set_role
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.library import column_mapping
from engine.project.opening import add_files, read_files
from engine.project.store import Store, size_of
from tests.helpers.open_files import OpenFiles

A, B = "Star A/1-1", "Star B/1-1"
STEPS = {
    "extract",
    "fringe",
    "response",
    "calibrate",
    "junctions",
}  # others have tests of their own


def key(text):
    step, _, subject = text.partition(":")
    return NodeKey(step, subject)


def response_key(subject="e1"):
    return NodeKey("response", subject)


@pytest.fixture
def files():
    """Two cubes and a spectrum of star A (e1 to e3), a spectrum of star B (e4), models e5, e6."""
    files = OpenFiles()
    files.cube("Star A", "1B")
    files.cube("Star A", "1C")
    files.spectrum("Star A", "2A")
    files.spectrum("Star B", "1B")
    files.model("Star A")
    files.model("Star B")
    return files


@pytest.fixture
def fitted(monkeypatch):
    """Count the fits of responses: the list grows by one name a fit."""
    from engine.project import response_step

    fits, real = [], response_step.fit_star_response

    def counted(observed, *arguments, **options):
        fits.append(observed.identity.target)
        return real(observed, *arguments, **options)

    monkeypatch.setattr(response_step, "fit_star_response", counted)
    return fits


class Stop:
    """A progress that cancels."""

    def step(self, done, total, note=""):
        raise Cancelled


# What there is


def test_the_nodes_come_in_the_order_of_the_chain(files):
    keys = [str(one) for one in files.chain.keys(files.session) if one.step in STEPS]

    assert keys == [
        "extract:e1", "extract:e2",
        "fringe:e1", "fringe:e2", "fringe:e3", "fringe:e4",
        "response:e1", "response:e2", "response:e3", "response:e4",
        "calibrate:e1", "calibrate:e2", "calibrate:e3", "calibrate:e4",
        f"junctions:{A}@extracted", f"junctions:{A}@calibrated",
    ]  # fmt: skip


# What a digest depends on


def digests(files, session):
    chain = files.chain
    keys = [one for one in chain.keys(session) if one.step in STEPS]
    return {str(one): chain.digest_or_reason(session, one) for one in keys}


def changed_by(files, session):
    """Return the nodes whose digest differs between the session of ``files`` and ``session``."""
    before, after = digests(files, files.session), digests(files, session)
    return {name for name in before if before[name] != after.get(name)}


ALL_OF_E1 = {"extract:e1", "fringe:e1", "response:e1", "calibrate:e1"}
ALL_OF_E2 = {"extract:e2", "fringe:e2", "response:e2", "calibrate:e2"}
ALL_OF_E4 = {"fringe:e4", "response:e4", "calibrate:e4"}
JUNCTIONS = {f"junctions:{A}@extracted", f"junctions:{A}@calibrated"}


def masked(session):
    return session.with_params(response_key(), StarResponseParams(masks=(Mask(5.8, 5.9),)))


def wider(session):
    return session.with_params(NodeKey("extract", "e1"), ExtractionParams(radius_fwhm=2.5))


def all_wider(session):
    return session.with_params(NodeKey("extract", EVERYTHING), ExtractionParams(radius_fwhm=2.5))


def with_other_vector(session):
    return session.with_params(NodeKey("calibrate", "e4"), CalibrationParams("Star A"))


def with_other_limits(session):
    params = chain_module.step_named("junctions").analysis.params(min_samples=5)
    return session.with_params(NodeKey("junctions", f"{A}@extracted"), params)


def renamed_file(session):
    return relocate(session, "e4", "/data/other-name.fits")


def changed_model(session):
    return session.with_entries([replace(session.entry("e6"), sha256="f" * 64)])


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (masked, {"fringe:e1", "response:e1", "calibrate:e1", f"junctions:{A}@calibrated"}),
        (wider, ALL_OF_E1 | JUNCTIONS),
        (all_wider, ALL_OF_E1 | ALL_OF_E2 | JUNCTIONS),
        (with_other_vector, {"calibrate:e4"}),
        (with_other_limits, JUNCTIONS),
        (lambda session: session.with_exclusion("e2", "mirror event"), JUNCTIONS),
        (lambda session: session.with_exclusion("e4", "mirror event"), set()),
        (lambda session: session.with_model("Star B", "e5"), {"response:e4", "calibrate:e4"}),
        (changed_model, {"response:e4", "calibrate:e4"}),
        (renamed_file, ALL_OF_E4),
        (lambda session: relocate(session, "e4", "/elsewhere/4.fits"), set()),
        (lambda session: set_role(session, ("e4",), "red disk"), set()),
        (lambda session: session.without_entries(["e4", "e6"]), ALL_OF_E4),
        (lambda session: session, set()),
    ],
)
def test_an_edit_changes_the_digests_of_what_depends_on_it_alone(files, edit, changed):
    assert changed_by(files, edit(files.session)) == changed


def test_another_name_of_the_target_reaches_whatever_shows_it(files):
    renamed = rename_target(files.session, ("e4",), "Somebody")

    assert changed_by(files, renamed) == ALL_OF_E4


def test_an_aperture_correction_concerns_the_cubes_of_its_band(files):
    before = digests(files, files.session)

    files.add(object(), "aperture correction", "other", identity=Identity(band="1B"))

    after = digests(files, files.session)
    assert {name for name in before if before[name] != after[name]} == ALL_OF_E1 | JUNCTIONS


def test_a_correction_that_is_not_applied_concerns_nothing(files):
    params = ExtractionParams(aperture_correction="none")
    session = files.session.with_params(NodeKey("extract", EVERYTHING), params)
    before = digests(files, session)

    files.add(object(), "aperture correction", "other", identity=Identity(band="1B"))
    after = files.session.with_params(NodeKey("extract", EVERYTHING), params)

    assert digests(files, after) == before


def test_equal_parameters_give_equal_digests_whether_whole_numbers_or_not(files):
    whole = files.session.with_params(NodeKey("extract", "e1"), ExtractionParams(radius_fwhm=2))

    assert changed_by(files, whole) == set()


def test_the_order_of_opening_does_not_matter():
    one, other = OpenFiles(), OpenFiles()
    one.spectrum("Star A", "1B", seed=1)
    one.model("Star A")
    other.model("Star A")
    other.spectrum("Star A", "1B", seed=1)
    contents = {entry.kind: entry for entry in one.session.entries}
    reopened = [
        replace(entry, path=contents[entry.kind].path, sha256=contents[entry.kind].sha256)
        for entry in other.session.entries
    ]
    session = other.session.with_entries(reopened)

    digest = other.chain.digest(session, response_key("e2"))

    assert digest == one.chain.digest(one.session, response_key("e1"))


# Results


def test_undo_brings_back_the_very_same_result(files):
    edited = masked(files.session)
    before = files.chain.evaluate(files.session, response_key())

    after = files.chain.evaluate(edited, response_key())

    assert after is not before
    assert not np.array_equal(after.state, before.state)
    assert files.chain.result(files.session, response_key()) is before
    assert files.chain.result(edited, response_key()) is after


def test_a_result_is_computed_once_and_its_upstream_with_it(files, fitted):
    files.chain.evaluate(files.session, NodeKey("calibrate", "e4"))
    files.chain.evaluate(files.session, NodeKey("calibrate", "e4"))
    files.chain.evaluate(files.session, response_key("e4"))

    assert fitted == ["Star B"]


def test_asking_computes_nothing(files, fitted):
    assert files.chain.result(files.session, response_key("e4")) is None
    assert files.chain.state(files.session, response_key("e4")) == "stale"
    assert fitted == []


def test_states_follow_the_work(files):
    states = [files.chain.state(files.session, response_key("e4"))]
    files.chain.evaluate(files.session, response_key("e4"))
    states.append(files.chain.state(files.session, response_key("e4")))
    impossible = files.session.with_params(
        response_key("e4"), StarResponseParams(cutoffs_um=(20.0, 21.0))
    )
    with pytest.raises(FitError):
        files.chain.evaluate(impossible, response_key("e4"))
    states.append(files.chain.state(impossible, response_key("e4")))

    assert states == ["stale", "fresh", "failed"]


def test_several_sessions_at_once_do_not_disturb_each_other(files):
    sessions = [files.session] + [
        files.session.with_params(response_key(), StarResponseParams(reject_below=2.0 + i))
        for i in range(20)
    ]

    digests = [files.chain.digest(one, response_key()) for one in sessions]
    again = [files.chain.digest(one, response_key()) for one in sessions]

    assert digests == again
    assert len(set(digests)) == 20  # the one with the default limit is the session itself


# Failures


@pytest.fixture
def failing_fit(monkeypatch):
    """Let fits fail; the list grows by one a try."""
    from engine.project import response_step

    tries = []

    def fail(*_arguments, **_options):
        tries.append(1)
        raise FitError("No data for breakpoint 3.", hint="Move it.", breakpoints_um=(6.1,))

    monkeypatch.setattr(response_step, "fit_star_response", fail)
    return tries


def test_a_failure_is_remembered_whole_and_not_tried_again(files, failing_fit):
    errors = []
    for _ in range(2):
        with pytest.raises(FitError) as caught:
            files.chain.evaluate(files.session, response_key("e4"))
        errors.append(caught.value)

    assert len(failing_fit) == 1
    assert files.chain.state(files.session, response_key("e4")) == "failed"
    assert {error.sentence for error in errors} == {"No data for breakpoint 3. Move it."}
    assert {error.breakpoints_um for error in errors} == {(6.1,)}
    assert files.chain.failure(files.session, response_key("e4")).__traceback__ is None


def test_a_failure_is_forgotten_on_request_and_by_an_edit(files, failing_fit):
    with pytest.raises(FitError):
        files.chain.evaluate(files.session, response_key("e4"))
    edited = files.session.with_params(response_key("e4"), StarResponseParams(degree=2))

    assert files.chain.state(edited, response_key("e4")) == "stale"
    files.chain.forget_failures()
    assert files.chain.state(files.session, response_key("e4")) == "stale"
    assert files.chain.failure(files.session, response_key("e4")) is None


def test_a_failed_fit_fails_what_depends_on_it_with_the_same_words(files, failing_fit):
    with pytest.raises(FitError, match="No data for breakpoint 3"):
        files.chain.evaluate(files.session, NodeKey("calibrate", "e4"))

    assert files.chain.state(files.session, NodeKey("calibrate", "e4")) == "failed"


def test_the_other_bands_are_compared_when_one_cannot_be_had(files):
    impossible = files.session.with_params(
        response_key("e3"), StarResponseParams(cutoffs_um=(20.0, 21.0))
    )

    found = files.chain.evaluate(impossible, key(f"junctions:{A}@calibrated"))

    assert np.isfinite(next(one for one in found.measures if one.junction == "1B|1C").ratio)
    assert any(message.startswith("2A is missing:") for message in found.messages)


def test_what_a_lost_file_left_out_is_there_when_the_file_is_back(files):
    node = key(f"junctions:{A}@extracted")
    entry = files.session.entry("e3")
    kept = files.chain.library.loaded(entry)
    files.chain.library.forget(entry.path)
    without = files.chain.evaluate(files.session, node)

    files.chain.library.keep(kept)
    files.chain.forget_failures()
    complete = files.chain.evaluate(files.session, node)

    assert any(message.startswith("2A is missing: 3.fits") for message in without.messages)
    assert not any("missing" in message for message in complete.messages)
    assert np.isfinite(next(one for one in complete.measures if one.junction == "1C|2A").ratio)


# Unavailable


@pytest.mark.parametrize(
    ("edit", "node", "words"),
    [
        (lambda s: s.without_entries(["e6"]), "response:e4", "There is no model of Star B"),
        (lambda s: s.without_entries(["e6"]), "calibrate:e4", "There is no model of Star B"),
        (lambda s: s.without_entries(["e5"]), f"junctions:{A}@calibrated", "no model of Star A"),
        (lambda s: s.without_entries(["e4"]), "response:e4", "no observation 'e4'"),
        (lambda s: s, "extract:e99", "no observation 'e99'"),
        (lambda s: s, "junctions:Nobody/1-1@extracted", "Nobody/1-1 has no spectrum"),
        (
            lambda s: s.with_params(NodeKey("calibrate", "e4"), CalibrationParams("Vega")),
            "calibrate:e4",
            "The observation of Vega in band 1B, whose vector is wanted, is not open.",
        ),
        (
            lambda s: with_other_vector(s).with_exclusion("e1", "tilt"),
            "calibrate:e4",
            "The observation of Star A in band 1B, whose vector is wanted, is left out.",
        ),
    ],
)
def test_what_cannot_be_had_is_unavailable_and_says_why(files, edit, node, words):
    session = edit(files.session)

    assert files.chain.state(session, key(node)) == "unavailable"
    assert words in files.chain.failure(session, key(node)).what
    with pytest.raises(DataError, match=words):
        files.chain.evaluate(session, key(node))
    assert files.chain.result(session, key(node)) is None


def test_a_source_that_is_left_out_calibrates_no_other_but_still_itself(files):
    named = CalibrationParams("Star A")
    session = files.session
    for one in ("e1", "e4"):
        session = session.with_params(NodeKey("calibrate", one), named)

    left_out = session.with_exclusion(A, "tilt")

    own, other = NodeKey("calibrate", "e1"), NodeKey("calibrate", "e4")
    assert files.chain.digest(left_out, own) == files.chain.digest(session, own)
    assert files.chain.state(left_out, other) == "unavailable"


def test_a_file_that_holds_something_else_than_the_session_says_is_no_crash(files):
    entry = replace(files.session.entry("e1"), kind="spectrum")
    session = files.session.with_entries([entry])

    with pytest.raises(FileError, match=r"1\.fits: it holds a cube, not the spectrum"):
        files.chain.evaluate(session, response_key("e1"))


def test_a_product_that_is_not_there_is_told(files):
    entry = files.session.entry("e4")
    session = files.session.with_entries([replace(entry, parts=entry.parts * 2)])

    with pytest.raises(DataError, match="no longer holds product 2"):
        files.chain.evaluate(session, response_key("e4.2"))


# Threads


def test_two_threads_compute_one_result_once(files, fitted):
    start, found = threading.Barrier(4), []

    def work():
        start.wait()
        found.append(files.chain.evaluate(files.session, response_key("e4")))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fitted == ["Star B"]
    assert len(found) == 4
    assert all(one is found[0] for one in found)


def test_cancelled_work_leaves_nothing_behind(files, fitted):
    with pytest.raises(Cancelled):
        files.chain.evaluate(files.session, response_key("e1"), Stop())

    assert files.chain.state(files.session, response_key("e1")) == "stale"
    assert files.chain.failure(files.session, response_key("e1")) is None
    assert files.chain.evaluate(files.session, response_key("e1")) is not None


def test_waiting_for_the_work_of_another_thread_can_be_cancelled(files, monkeypatch):
    from engine.project import response_step

    began, may_end, real = threading.Event(), threading.Event(), response_step.fit_star_response

    def slow(*arguments, **options):
        began.set()
        may_end.wait()
        return real(*arguments, **options)

    monkeypatch.setattr(response_step, "fit_star_response", slow)
    first = threading.Thread(target=files.chain.evaluate, args=(files.session, response_key("e4")))
    first.start()
    began.wait()

    with pytest.raises(Cancelled):
        files.chain.evaluate(files.session, response_key("e4"), Stop())

    may_end.set()
    first.join()
    assert files.chain.state(files.session, response_key("e4")) == "fresh"


def test_a_cancelled_thread_leaves_the_work_to_the_one_that_waits(files, monkeypatch):
    from engine.project import response_step

    began, may_end, real, calls = (
        threading.Event(),
        threading.Event(),
        response_step.fit_star_response,
        [],
    )

    def first_is_cancelled(*arguments, **options):
        calls.append(1)
        if len(calls) == 1:
            began.set()
            may_end.wait()
            raise Cancelled
        return real(*arguments, **options)

    def cancelled():
        with pytest.raises(Cancelled):
            files.chain.evaluate(files.session, response_key("e4"))

    monkeypatch.setattr(response_step, "fit_star_response", first_is_cancelled)
    found = []
    first = threading.Thread(target=cancelled)
    second = threading.Thread(
        target=lambda: found.append(files.chain.evaluate(files.session, response_key("e4")))
    )
    first.start()
    began.wait()
    second.start()
    may_end.set()
    first.join()
    second.join()

    assert found[0] is files.chain.result(files.session, response_key("e4"))


# The store


def test_the_store_throws_out_what_was_not_used_for_longest():
    store = Store(budget=3 * 800)
    for name in "abc":
        store.put(name, np.zeros(100))
    store.get("a")

    store.put("d", np.zeros(100))

    assert [name in store for name in "abcd"] == [True, False, True, True]


def test_one_result_larger_than_the_budget_is_kept_all_the_same():
    store = Store(budget=10)

    store.put("a", np.zeros(100))

    assert store.get("a") is not None


def test_putting_a_result_twice_counts_it_once():
    store = Store(budget=2 * 800)
    for _ in range(5):
        store.put("a", np.zeros(100))
    store.put("b", np.zeros(100))

    assert "a" in store
    store.drop("a")
    store.put("c", np.zeros(100))
    assert "b" in store


def test_sizes_count_the_columns_of_spectra_too(files):
    spectrum = files.chain.library.product(files.session.entry("e4"), 0)
    with_columns = replace(spectrum, columns={"n_pixels": np.zeros(1000)})

    assert size_of(with_columns) == size_of(spectrum) + 8000


def test_results_that_were_thrown_out_are_computed_again_to_the_same_bits(files):
    chain = Chain(files.chain.library, Store(budget=1))
    first = chain.evaluate(files.session, response_key("e4"))
    chain.evaluate(files.session, response_key("e3"))

    again = chain.evaluate(files.session, response_key("e4"))

    assert again is not first
    assert again.vector.tobytes() == first.vector.tobytes()


# The library


def test_the_library_counts_what_is_in_memory_not_on_the_disk():
    files = OpenFiles()
    files.chain.library._budget = 0
    first, second = files.spectrum(seed=1), files.spectrum(seed=2)
    entry, other = (files.session.entry(one) for one in (first, second))

    assert files.chain.library.loaded(other).sha256 == other.sha256
    with pytest.raises(FileError, match="no such file"):
        files.chain.library.loaded(entry)


def test_a_damaged_column_mapping_is_told():
    for text in ("{", "[" * 100_000, '{"wave": 1}', "[]"):
        with pytest.raises(DataError):
            column_mapping(text)
    assert column_mapping("") is None


def test_a_changed_file_is_refused_with_words(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("wave_um,flux_jy\n5.0,1.0\n5.1,1.0\n5.2,1.0\n")
    chain = Chain()
    opened = add_files(OpenFiles().session, read_files([path], chain.library))
    path.write_text("wave_um,flux_jy\n5.0,1.0\n5.1,2.0\n5.2,1.0\n")

    with pytest.raises(FileError, match=r"table\.csv: it changed since it was opened"):
        Chain().library.loaded(opened.session.entries[0])
    assert isinstance(chain.library.loaded(opened.session.entries[0]), Loaded)


def test_a_fingerprint_changes_with_the_digest_and_with_a_failure(files, failing_fit):
    keys = (response_key(), response_key("e3"))
    first = files.chain.fingerprint(files.session, keys)

    with pytest.raises(FitError):
        files.chain.evaluate(files.session, response_key())
    failed = files.chain.fingerprint(files.session, keys)
    files.chain.forget_failures()

    assert failed[0] != first[0]
    assert failed[1] == first[1]
    assert files.chain.fingerprint(files.session, keys) == first
