"""When pixels are read, against what the EMI correction of the pipeline assumes."""

import numpy as np
import pytest

pytest.importorskip("jwst")
from jwst.emicorr.emicorr import subarray_clocks

from engine.lrs.read_times import pattern_frequencies, readout_of
from engine.model.identity import Identity, Origin
from engine.resources import read_toml

pytestmark = pytest.mark.reference


def test_the_clocks_of_all_subarrays_are_those_of_the_pipeline():
    ours = {
        name: {"rowclocks": row["row_clocks"], "frameclocks": row["frame_clocks"]}
        for name, row in read_toml("lrs_readout.toml")["subarrays"].items()
    }

    assert ours == subarray_clocks


def test_the_phases_of_pixels_are_those_that_the_pipeline_computes():
    identity = Identity(subarray="SLITLESSPRISM")
    readout = readout_of(identity, Origin(header=(("READPATT", "FASTR1"),)))
    n_int, n_groups, ny, nx4 = 2, 3, 416, 18
    period = 1.0 / pattern_frequencies()["emi"] / 10.0e-6
    # As in jwst 3.0.0, emicorr.emicorr_refwave.
    rowclocks, frameclocks = subarray_clocks["SLITLESSPRISM"].values()
    first = (np.arange(ny)[:, None] * rowclocks + np.arange(nx4)) / period
    dphase = (ny * rowclocks + (1024 - ny) * 7.0) / period
    between = dphase * n_groups + frameclocks / period

    times = readout.frame_times(n_int, n_groups)
    places = readout.pixel_times(ny, 4 * nx4)

    for i in range(n_int):
        for group in range(n_groups):
            theirs = (first + group * dphase + i * between) % 1.0
            ours = (times[i, group] + places[:, ::4]) * pattern_frequencies()["emi"] % 1.0
            away = np.abs(ours - theirs)
            assert np.max(np.minimum(away, 1.0 - away)) < 1e-6
