"""Tests of engine.project.lrs_tables, and of what the LRS exports."""

import numpy as np
import pytest

from engine.model.data_quality import FLUX_ESTIMATED
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from tests.helpers.lrs_files import REPAIR, lrs_files


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return lrs_files(tmp_path_factory)


def table(files, name):
    return build_table(files.session, files.chain, name)


def test_every_dropout_is_a_row(files):
    found = table(files, "dropouts")

    truth = [
        run for name, one in files.truth.items() if "s2d" in name for run in one["dropout_rows"]
    ]
    rows = zip(found.column("first_row").values, found.column("last_row").values, strict=True)
    assert sorted([int(a), int(b)] for a, b in rows) == sorted(truth)
    assert set(found.column("in_spectrum").values) == {"low"}


def test_ratios_and_errors_have_their_verdicts(files):
    nods, errors = table(files, "nods"), table(files, "lrs-errors")

    verdicts = dict(zip(nods.column("source").values, nods.column("verdict").values, strict=True))
    assert verdicts == {
        "BD+60 1753/1536-41": "level differs",
        "SAO 206462/1282-55": "agree",
    }
    assert set(errors.column("verdict").values) == {"too small"}
    assert len(errors) == (4 + 16) * 12


def test_ranges_backgrounds_and_noise_have_a_row_each(files):
    ranges = table(files, "usable-ranges")
    backgrounds, noise = table(files, "slitless-backgrounds"), table(files, "periodic-noise")

    assert len(ranges) == 6
    assert sorted(set(ranges.column("low_um").values)) == [5.0, 5.2]
    assert len(backgrounds) == 16
    assert np.unique(backgrounds.column("across_before").values).size == 16
    assert len(noise) == 6
    ramp = noise.column("source").values == "ramps"
    assert np.allclose(np.sort(noise.column("amplitude").values[ramp]), [2.0, 6.0], atol=0.06)


def test_a_mended_spectrum_is_written_where_the_repair_is_on(files, tmp_path):
    key = files.key("dropouts", "01536041", "00001", "s2d")
    session = files.session.with_params(key, REPAIR)
    plan = plan_exports(session, files.chain, ["spectra"], step="dropouts")

    written = write_exports(session, files.chain, tmp_path, plan)

    from engine.files import load

    [path] = written.paths
    assert path.name == "BD+60-1753_1536-41_dropouts-filled.fits"
    assert {reason for _, reason in written.skipped} == {
        "The repair of dropouts is off: the spectrum is as it was extracted. Switch the repair on."
    }
    spectrum = load(path).products[0]
    filled = files.chain.evaluate(session, key)
    assert np.count_nonzero(spectrum.flags & FLUX_ESTIMATED) == sum(
        one.n_rows for one in filled.dropouts
    )
