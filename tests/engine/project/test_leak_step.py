"""Tests of engine.project.leak_step and leak_curve_step: the 12.2 um leak in the chain."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import DataError
from engine.files import load
from engine.health.issues import Finding
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.leak import LeakCurve
from engine.mrs.leak_curve import LeakCurveParams
from engine.mrs.spectral_leak import LeakParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.issues_here import answered
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.leak_curve_step import LEAK_CURVE_KEY
from engine.project.leak_tables import leak_table
from engine.project.result_codec import pack_result, unpack_result
from engine.simulate.fringes import Fringes
from engine.simulate.leak import add_leak, cold_signal, leak_fraction
from engine.simulate.photospheres import Photosphere
from engine.simulate.response import draw_response
from engine.simulate.signal import band_signal
from engine.simulate.spectra import model_of_band, observe_spectrum
from tests.helpers.open_files import OpenFiles

_STAR = Photosphere("A", 8100.0, 0.0579)
LEAK, RESPONSE, CALIBRATE = (NodeKey(one, "e1") for one in ("leak", "response", "calibrate"))
DERIVED = LeakParams(curve="derived")


def _signals(rng):
    """Return 3A and 1B of a star and of an asteroid, in Jy, with the leak, and 3A without it."""
    responses = {name: draw_response(rng, band_named(name)) for name in ("3A", "1B")}
    star = {
        name: band_signal(_STAR, one, Fringes(()), snr=600.0, unit="Jy")
        for name, one in responses.items()
    }
    cold = {
        name: cold_signal(one, temperature_k=194.0, flux_12um_jy=5.0, snr=snr, unit="Jy")
        for (name, one), snr in zip(responses.items(), (700.0, 40.0), strict=True)
    }
    return star, cold


@pytest.fixture
def files(rng):
    """Open 3A (e1) and 1B (e2) of a star, 3A (e3) and 1B (e4) of an asteroid, a model (e5)."""
    files = OpenFiles()
    star, cold = _signals(rng)
    files.truth = star["3A"].clean
    for signals, target, role in (
        (star, "HD 2811", "standard star"),
        (cold, "515 Athalia", "asteroid"),
    ):
        leaky = add_leak(signals["3A"], signals["1B"])
        for signal in (leaky, signals["1B"]):
            identity = Identity(
                target=target, program="1536", observation="22", band=signal.band.name
            )
            spectrum = observe_spectrum(rng, signal, identity, outlier_fraction=0.0)
            files.add(spectrum, "spectrum", role)
    model = model_of_band(_STAR, band_named("3A"))
    files.add(replace(model, identity=Identity(target="HD 2811")), "model spectrum", "model")
    return files


def _with_file(files):
    wave = np.linspace(11.5, 13.5, 801)
    curve = LeakCurve(wave, leak_fraction(wave), np.full(wave.size, 1e-5))
    files.add(curve, "leak curve", "other")
    return files


def test_without_a_curve_nothing_changes_and_the_step_says_so(files):
    found = files.chain.evaluate(files.session, LEAK)

    assert found.outcome == "left as it is"
    assert "No leak curve is open" in found.messages[0]
    off = files.session.with_params(LEAK, LeakParams("none"))
    assert files.chain.digest(off, RESPONSE) == files.chain.digest(files.session, RESPONSE)


def test_an_open_curve_takes_the_leak_out_of_what_is_calibrated(files):
    before = files.chain.evaluate(files.session, CALIBRATE)
    session = _with_file(files).session

    found = files.chain.evaluate(session, LEAK)
    after = files.chain.evaluate(session, CALIBRATE)

    peak = np.abs(found.spectrum.wave_um - 12.22) < 0.02
    assert found.observed[peak].mean() / files.truth[peak].mean() > 1.08
    assert found.spectrum.flux[peak].mean() == pytest.approx(files.truth[peak].mean(), rel=0.003)
    assert any("leak was subtracted" in note for note in after.spectrum.origin.notes)
    assert not any("leak" in note for note in before.spectrum.origin.notes)


def test_a_curve_derived_in_the_session_does_the_same(files):
    session = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)

    found = files.chain.evaluate(session, LEAK)

    peak = np.abs(found.spectrum.wave_um - 12.22) < 0.05
    assert found.outcome == "corrected"
    assert_allclose(found.spectrum.flux[peak].mean(), files.truth[peak].mean(), rtol=0.005)
    fit = files.chain.evaluate(session, LEAK_CURVE_KEY)
    assert fit.blue.startswith("HD 2811")
    assert fit.red.startswith("515 Athalia")


def test_a_derived_curve_without_a_red_source_leaves_the_rest_of_the_chain(files):
    session = files.session.without_entries(["e3", "e4"])
    session = session.with_params(NodeKey("leak", EVERYTHING), DERIVED)

    found = files.chain.evaluate(session, LEAK)
    response = files.chain.evaluate(session, RESPONSE)

    assert any("No red source" in text for text in found.messages)
    assert np.isfinite(response.vector).any()


def test_a_source_without_1b_is_left_as_it_is(files):
    session = _with_file(files).session.without_entries(["e2"])

    found = files.chain.evaluate(session, LEAK)

    assert "no 1B spectrum" in found.messages[0]
    assert files.chain.evaluate(session, RESPONSE).vector.size


def test_a_source_that_the_user_calls_extended_is_refused(files):
    session = _with_file(files).session
    entry = replace(session.entry("e1"), role="extended source")

    found = files.chain.evaluate(session.with_entries([entry]), LEAK)

    assert "1B sees less of the field" in found.messages[0]


def test_1b_that_is_left_out_takes_its_leak_with_it_and_that_is_said(files):
    session = _with_file(files).session.with_exclusion("e2", "shower")

    found = files.chain.evaluate(session, LEAK)
    other = files.chain.evaluate(session.with_exclusion("e2", "glow"), LEAK)

    assert found.outcome == "left as it is"
    assert found.messages[0].startswith("Its 1B spectrum is left out: shower.")
    assert other.messages[0].startswith("Its 1B spectrum is left out: glow.")


def test_a_star_that_is_left_out_keeps_its_own_leak_and_response(files):
    session = _with_file(files).session
    source = session.segment("e1").identity.source_key
    before = files.chain.evaluate(session, RESPONSE)

    left_out = session.with_exclusion(source, "off-target pointing")

    assert files.chain.evaluate(left_out, LEAK).outcome == "corrected"
    assert_array_equal(files.chain.evaluate(left_out, RESPONSE).vector, before.vector)


def test_a_star_that_is_left_out_gives_no_leak_curve_and_that_is_said(files):
    named = files.session.with_params(LEAK_CURVE_KEY, LeakCurveParams(blue="HD 2811"))
    source = named.segment("e1").identity.source_key

    with pytest.raises(DataError, match="HD 2811 is left out"):
        files.chain.digest(named.with_exclusion(source, "variable"), LEAK_CURVE_KEY)


def test_undo_brings_the_old_numbers_back_bit_for_bit(files):
    session = _with_file(files).session
    before = files.chain.evaluate(session, CALIBRATE)

    files.chain.evaluate(session.with_params(LEAK, LeakParams("none")), CALIBRATE)
    after = files.chain.evaluate(session.with_params(LEAK, None), CALIBRATE)

    assert_array_equal(after.spectrum.flux, before.spectrum.flux)


def test_the_window_changes_what_is_subtracted_with_the_derived_curve_alone(files):
    derived = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)
    narrow = LeakCurveParams(window_um=(12.0, 12.5))
    with_file = _with_file(files).session

    def changes(session):
        moved = session.with_params(LEAK_CURVE_KEY, narrow)
        return files.chain.digest(moved, LEAK) != files.chain.digest(session, LEAK)

    assert changes(derived)
    assert not changes(with_file)


def test_a_source_is_named_by_its_star(files):
    params = LeakCurveParams(blue="hd2811", red="515 Athalia")
    named = files.session.with_params(LEAK_CURVE_KEY, params)
    unknown = files.session.with_params(LEAK_CURVE_KEY, LeakCurveParams(red="Vesta"))

    assert files.chain.evaluate(named, LEAK_CURVE_KEY).red.startswith("515")
    with pytest.raises(DataError, match="Vesta has no pair"):
        files.chain.digest(unknown, LEAK_CURVE_KEY)


def test_results_survive_the_cache(files):
    session = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)
    for key in (LEAK, LEAK_CURVE_KEY):
        result = files.chain.evaluate(session, key)

        again = unpack_result(*pack_result(result))

        assert type(again) is type(result)
        assert again.messages == result.messages


def test_tables_tell_what_was_subtracted_and_from_what_it_follows(files):
    session = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)

    rows = build_table(session, files.chain, "leak")
    fit = build_table(session, files.chain, "leak-fit")
    curve = build_table(session, files.chain, "leak-curve")

    star = list(rows.column("target").values).index("HD 2811")
    assert rows.column("leak_peak").values[star] == pytest.approx(10.0, rel=0.1)
    assert fit.column("peak").values[0] == pytest.approx(2.5, rel=0.05)
    assert len(curve) > 100


def test_a_leak_that_was_not_measured_is_no_number(files):
    session = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)
    found = files.chain.evaluate(session, LEAK)
    zero = np.zeros_like(found.leak)
    unmeasured = replace(found, leak=zero, leak_error=zero, outcome="left as it is")

    rows = leak_table([(Identity(), found), (Identity(), unmeasured)])

    for name in ("leak_peak", "leak_peak_error"):
        assert np.isnan(rows.column(name).values).tolist() == [False, True]


def test_the_derived_curve_is_exported_and_opens_as_a_leak_curve(files, tmp_path):
    session = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)
    plan = plan_exports(
        session, files.chain, ["vectors"], formats={"vectors": ("fits", "ecsv")}, step="leak_curve"
    )

    written = write_exports(session, files.chain, tmp_path, plan)

    fit = files.chain.evaluate(session, LEAK_CURVE_KEY)
    assert len(written.paths) == 2
    for path in written.paths:
        loaded = load(path)
        assert loaded.kind == "leak curve"
        assert loaded.messages == ()
        [curve, *_] = loaded.products
        assert curve.unit == "Jy"
        assert_allclose(curve.fraction, fit.curve.fraction, atol=1e-8)


def test_figures_of_both_steps_are_drawn(files, tmp_path):
    session = files.session.with_params(NodeKey("leak", EVERYTHING), DERIVED)
    for step in ("leak", "leak_curve"):
        plan = plan_exports(
            session, files.chain, ["figures"], formats={"figures": ("svg",)}, step=step
        )

        written = write_exports(session, files.chain, tmp_path / step, plan)

        assert written.paths
        assert not written.skipped


def test_a_leak_is_told_as_corrected_only_where_it_is(files):
    said = "The leak is not corrected.", "S_SPLEAK is SKIPPED.", "Too much.", "Open 1B."
    finding = Finding("MRS-LEAK", *said, "")
    session = _with_file(files).session
    star = session.entries[0]
    nebula = replace(star, role="extended source")
    left_in = (
        session.with_exclusion("e2", "saturated"),  # its 1B
        session.without_entries(("e2",)),
        session.with_params(LEAK, LeakParams(apply="none")),
        session.without_entries((session.entries[-1].id,)),  # the curve
        session.with_entries((nebula,)),
    )

    def told_of(one):
        return answered(one, star, finding, lambda _key: None)

    told = told_of(session)

    assert (told.level, told.id) == ("info", "MRS-LEAK")
    assert "is corrected here" in told.what
    assert told_of(session.with_exclusion("HD 2811/1536-22", "debris")) == told
    for one in left_in:
        assert told_of(one) is finding
