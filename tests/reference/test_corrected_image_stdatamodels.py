"""Corrected copies of cal files are still products of the pipeline."""

import warnings

import numpy as np
import pytest

from engine.files.write_corrected_image import write_corrected_image
from engine.model.provenance import Provenance

pytestmark = pytest.mark.reference
_PROVENANCE = Provenance(version="1", inputs=(("a.fits", "0" * 64),), recipe="{}")
_CARDS = (("MODC_DAB", -0.0165, "[mag] m_A - m_B"),)


@pytest.fixture
def cal(tmp_path):
    """Return a cal file as the pipeline writes it."""
    datamodels = pytest.importorskip("stdatamodels.jwst.datamodels")
    rng = np.random.default_rng(1)
    path = tmp_path / "cal.fits"
    with datamodels.ImageModel((24, 32)) as model:
        model.data = rng.normal(1.0, 0.1, (24, 32)).astype(np.float32)
        model.err = np.full((24, 32), 0.1, np.float32)
        model.dq = np.ones((24, 32), np.uint32) * 4
        model.var_poisson = np.full((24, 32), 0.006, np.float32)
        model.var_rnoise = np.full((24, 32), 0.004, np.float32)
        model.meta.instrument.name = "NIRCAM"
        model.meta.instrument.detector = "NRCALONG"
        model.meta.instrument.filter = "F444W"
        model.meta.observation.program_number = "02738"
        model.save(path)
    return path


def test_the_pipeline_opens_a_copy_and_finds_all_it_knows(cal, tmp_path):
    datamodels = pytest.importorskip("stdatamodels.jwst.datamodels")
    factor = np.linspace(0.9, 1.1, 24 * 32).reshape(24, 32)

    copy = write_corrected_image(
        tmp_path / "copy.fits", cal, factor, cards=_CARDS, provenance=_PROVENANCE
    )

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with datamodels.open(copy, strict_validation=True) as new, datamodels.open(cal) as old:
            assert isinstance(new, datamodels.ImageModel)
            new.validate()
            np.testing.assert_allclose(new.data, old.data * factor, rtol=1e-6)
            np.testing.assert_allclose(new.err, old.err * factor, rtol=1e-6)
            np.testing.assert_allclose(new.var_poisson, old.var_poisson * factor**2, rtol=1e-6)
            np.testing.assert_array_equal(new.dq, old.dq)
            assert new.meta.instrument.instance == old.meta.instrument.instance
            assert new.meta.observation.program_number == "02738"
