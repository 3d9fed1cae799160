"""The steps of time loss, subarrays, C(t) and error budgets on the imaging demo."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.files.write_imaging_photom import write_imaging_photom
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import photom_of
from engine.imaging.subarray_results import SubarrayParams
from engine.model.provenance import Provenance
from engine.project.budget_step import IMAGES_BUDGET, SPECTRA_BUDGET
from engine.project.chain import Chain
from engine.project.history_step import ALL_HISTORY
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.steps import step_named
from engine.project.time_loss_step import ALL_SUBARRAYS, ALL_TIME_LOSS
from engine.simulate.imaging_table import observation_table


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Chain]:
    folder: Path = tmp_path_factory.mktemp("imaging")
    table = folder / "observations.ecsv"
    table.write_bytes(observation_table(np.random.default_rng([2025, 5]))[0])
    reference = photom_of([published_curve("F770W"), published_curve("F2550W")], {}).reference
    photom = write_imaging_photom(
        folder / "photom.fits",
        replace(reference, useafter="2023-07-01T00:00:00"),
        provenance=Provenance("0.1.0", (), "{}"),
    )
    library = Library()
    files = add_files(Session(), read_files([table, photom], library))
    assert not files.refusals
    return files.session, Chain(library)


@pytest.mark.parametrize("key", [ALL_TIME_LOSS, ALL_SUBARRAYS, ALL_HISTORY, IMAGES_BUDGET])
def test_every_step_has_a_result_with_tables_and_a_figure(opened, key) -> None:
    from matplotlib.figure import Figure

    session, chain = opened
    step = step_named(key.step)
    result = chain.evaluate(session, key)

    assert key in chain.keys(session)
    assert SPECTRA_BUDGET not in chain.keys(session)
    for _, build in step.tables:
        table = build([("", result)])
        assert len({len(column.values) for column in table.columns}) == 1
        assert len(table.columns[0].values) > 0
    figure = Figure()
    from engine.project.step import Shown

    step.draw(Shown(session, key, result, lambda entry, part: None))(figure)
    assert figure.axes


def test_leaving_a_visit_out_changes_its_filter_alone(opened) -> None:
    session, chain = opened
    before = chain.evaluate(session, ALL_TIME_LOSS)
    own = before.of("F2550W")
    place = int(np.flatnonzero(own.points.is_used)[0])

    after = chain.evaluate(
        session.with_exclusion(own.points.ids[place], "mirror tilt"), ALL_TIME_LOSS
    )

    assert after.of("F2550W").n_used == own.n_used - 1
    assert after.of("F2550W").points.reasons[place] == "mirror tilt"
    assert after.of("F1800W") is before.of("F1800W")


def test_an_adopted_throughput_changes_the_loss_and_c_of_t(opened) -> None:
    session, chain = opened
    adopted = session.with_params(ALL_SUBARRAYS, SubarrayParams(adopted=(("FULL", 1.04),)))

    before, after = (chain.evaluate(one, ALL_TIME_LOSS) for one in (session, adopted))
    history = chain.evaluate(adopted, ALL_HISTORY)

    # The monitor was seen in FULL first: with another throughput its loss is another.
    assert after.of("F2550W").loss_fraction != pytest.approx(
        before.of("F2550W").loss_fraction, abs=1e-3
    )
    curve = history.of("F770W").curve
    assert curve.throughputs["SUB256"] == pytest.approx(1.0 / 1.04)


def test_delivered_references_stand_in_the_history(opened) -> None:
    session, chain = opened

    history = chain.evaluate(session, ALL_HISTORY)

    assert [one.name for one in history.of("F2550W").delivered] == ["photom.fits"]
    assert history.of("F2550W").delivered[0].mjd == 60126.0
    assert history.of("F1000W").delivered == ()


def test_subarrays_are_those_injected(opened) -> None:
    session, chain = opened

    found = chain.evaluate(session, ALL_SUBARRAYS)

    truth = {"BRIGHTSKY": 1.005, "SUB256": 0.980, "SUB128": 1.0, "SUB64": 0.966}
    for name, value in truth.items():
        own = found.of(name)
        assert abs(own.fitted - value) < 4.0 * own.fitted_error
        assert own.adopted == pytest.approx(value)
