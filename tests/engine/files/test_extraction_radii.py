"""Tests of engine.files.extraction_radii."""

import asdf
import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import FileError
from engine.files import load

WAVE = np.linspace(5.0, 28.0, 30)


def written(path, **changes):
    arrays = {"wavelength": WAVE, "radius": 0.1 * WAVE, "inner_bkg": 0.2 * WAVE}
    arrays |= {"outer_bkg": 0.3 * WAVE, "axis_ratio": np.ones(30), "axis_pa": np.zeros(30)}
    tree = {"meta": {"reftype": "extract1d", "region_type": "target"}, "data": arrays | changes}
    asdf.AsdfFile(tree).write_to(path)
    return path


def test_radii_come_back_in_arcsec(tmp_path):
    loaded = load(written(tmp_path / "extract1d.asdf"))

    (curve,) = loaded.products
    assert loaded.kind == "reference"
    assert_allclose(curve.wave_um, WAVE)
    assert_allclose(curve.values["outer_bkg"], 0.3 * WAVE)
    assert curve.units["radius"] == "arcsec"


def test_arrays_of_other_lengths_are_refused(tmp_path):
    path = written(tmp_path / "extract1d.asdf", radius=np.ones(7))

    with pytest.raises(FileError, match="'radius' does not have one finite radius"):
        load(path)
