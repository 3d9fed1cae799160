"""Tests of engine.project.snr_step, its tables and its export."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.tabulated import Curve
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports
from engine.project.keys import NodeKey
from tests.helpers.open_files import OpenFiles
from tests.helpers.visits import drawn_visits, grid

STAR = NodeKey("signal_to_noise", "HD 163466@extracted")
NOISE = 0.003


def calculator(*, target="", band="1B", names=("snr",)):
    wave = grid(band)
    values = {name: frozen(np.full(wave.size, 1.0 / NOISE)) for name in names}
    return Curve(frozen(wave), MappingProxyType(values), {}, Identity(target=target, band=band))


def opened(visits, *curves):
    files = OpenFiles()
    for one in visits:
        files.add(one.spectrum, "spectrum", "standard star")
    for curve in curves:
        files.add(curve, "curve", "other")
    return files


@pytest.fixture
def visits(rng):
    """Return four visits, the second with errors five times too small."""
    visits, _ = drawn_visits(rng, n=4, size=800, noise=NOISE)
    spectrum = visits[1].spectrum
    too_small = replace(spectrum, error=frozen(0.2 * spectrum.error))
    visits[1] = replace(visits[1], spectrum=too_small)
    return visits


def test_one_visit_is_enough_for_a_subject_at_both_stages(visits):
    files = opened(visits[:1])

    keys = [str(key) for key in files.chain.keys(files.session)]

    assert "signal_to_noise:HD 163466@extracted" in keys
    assert "signal_to_noise:HD 163466@calibrated" in keys


def test_the_visit_with_wrong_errors_stands_in_the_table(visits):
    files = opened(visits)

    table = build_table(files.session, files.chain, "signal-to-noise")

    is_extracted = table.column("stage").values == "extracted"
    assert list(table.column("verdict").values[is_extracted]) == [
        "agrees", "too small", "agrees", "agrees",
    ]  # fmt: skip
    factor = table.column("err_over_noise").values[is_extracted][1]
    assert factor == pytest.approx(0.2, rel=0.1)
    for name in ("snr_visits", "snr_spline"):
        measured = table.column(name).values[is_extracted]
        error = table.column(f"{name}_error").values[is_extracted]
        assert np.median(measured) == pytest.approx(1.0 / NOISE, rel=0.05)
        assert np.all(np.abs(measured - 1.0 / NOISE) < 4.0 * error)
        assert np.all(error < 0.06 / NOISE)


def test_the_table_of_bins_has_a_row_for_each_visit_and_bin(visits):
    files = opened(visits)

    table = build_table(files.session, files.chain, "signal-to-noise-bins")

    is_extracted = table.column("stage").values == "extracted"
    assert np.count_nonzero(is_extracted) == 4 * 10
    assert np.all(np.diff(table.column("wave_um").values[is_extracted][:10]) > 0)


def test_a_curve_of_the_calculator_counts_for_its_star_only(visits):
    own = opened(visits, calculator(target="hd163466"))
    other = opened(visits, calculator(target="10 Lac"))

    found = own.chain.evaluate(own.session, STAR)
    without = other.chain.evaluate(other.session, STAR)

    assert np.nanmedian(found.bands[1].calculator) == pytest.approx(1.0 / NOISE, rel=1e-9)
    assert np.all(np.isnan(without.bands[1].calculator))
    assert any("exposure-time calculator" in one for one in without.messages)


def test_other_curves_are_no_curves_of_the_calculator(visits):
    files = opened(visits, calculator(names=("fraction",)))

    found = files.chain.evaluate(files.session, STAR)

    assert np.all(np.isnan(found.bands[1].calculator))


def test_excluding_a_visit_changes_the_result(visits):
    files = opened(visits)
    before = files.chain.digest(files.session, STAR)

    session = files.session.with_exclusion("HD 163466/1539-2", "ERR in doubt")

    assert files.chain.digest(session, STAR) != before
    rows = files.chain.evaluate(session, STAR).bands[1].visits
    assert rows[1].reason == "ERR in doubt"


def test_figure_and_tables_are_planned_under_clear_names(visits):
    files = opened(visits)

    names = [one.name for one in plan_exports(files.session, files.chain, ("figures", "tables"))]

    assert "HD-163466_signal-to-noise-extracted.pdf" in names
    assert "signal-to-noise.ecsv" in names
