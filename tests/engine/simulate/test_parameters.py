"""Tests of engine.simulate.parameters."""

import numpy as np

from engine.files import load
from engine.simulate.parameters import parameter_table
from engine.simulate.program import deeper_observations, standard_stars


def test_every_star_has_a_well_depth_below_saturation(tmp_path, rng):
    path = tmp_path / "well_depths.ecsv"
    path.write_bytes(parameter_table(rng))

    loaded = load(path)

    [table] = loaded.products
    assert (loaded.kind, loaded.messages) == ("parameters", ())
    assert table.units["well_depth_dn"] == "DN"
    assert set(table.columns["name"]) == {one.header_name for one in standard_stars()}
    *usual, deeper = table.columns["well_depth_dn"]
    # Law+2025, Sec. 8.2: saturation at 55,000, which one observation reaches.
    assert all(1e4 < depth < 5.5e4 for depth in usual)
    assert deeper == 5.5e4
    assert len(usual) == len(standard_stars())


def test_the_well_depth_goes_with_no_offset(rng):
    offsets = np.array([one.offset for one in standard_stars()])
    lines = parameter_table(rng).decode().splitlines()
    lines = lines[-len(offsets) - len(deeper_observations()) :][: len(offsets)]
    depths = np.array([float(line.rpartition(" ")[2]) for line in lines])

    assert abs(np.corrcoef(offsets, depths)[0, 1]) < 0.6  # 5 % of ten independent pairs exceed it
