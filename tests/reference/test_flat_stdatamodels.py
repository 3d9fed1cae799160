"""The pipeline takes our flats: strict validation, and the same division."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from engine.files.write_flat import write_flat
from engine.model.provenance import Provenance
from engine.mrs.pixel_flat import PixelFlat, fit_pixel_flat
from tests.helpers.nebula import SMALL, nebula_images

pytestmark = pytest.mark.reference
_PROVENANCE = Provenance(version="1", inputs=(("a.fits", "0" * 64),), recipe="{}")


@pytest.fixture(scope="module")
def flat() -> PixelFlat:
    return fit_pixel_flat("2A", nebula_images(SMALL, 1)[0])


@pytest.fixture
def path(flat: PixelFlat, tmp_path: Path) -> Path:
    return write_flat(
        tmp_path / "flat.fits",
        "2A",
        flat.clean,
        flat.error,
        flat.wave_um,
        is_patched=flat.is_patched,
        provenance=_PROVENANCE,
    )


def test_the_flat_is_strictly_valid(flat: PixelFlat, path: Path) -> None:
    datamodels = pytest.importorskip("stdatamodels.jwst.datamodels")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with datamodels.FlatModel(path, strict_validation=True) as model:
            model.validate()
            np.testing.assert_array_equal(model.data, flat.clean.astype(np.float32))
            np.testing.assert_array_equal(model.err, flat.error.astype(np.float32))
            assert model.meta.reftype == "FLAT"
            bad = np.isnan(flat.clean)
            assert np.all(model.dq[bad] & 1)
            unreliable = datamodels.dqflags.pixel["UNRELIABLE_FLAT"]
            np.testing.assert_array_equal((model.dq & unreliable) > 0, flat.is_patched)


def test_the_class_is_told_by_the_file(path: Path) -> None:
    datamodels = pytest.importorskip("stdatamodels.jwst.datamodels")

    with datamodels.open(path, strict_validation=True) as model:
        assert isinstance(model, datamodels.FlatModel)


def test_jwst_divides_by_it_as_we_do(flat: PixelFlat, path: Path) -> None:
    flat_field = pytest.importorskip("jwst.flatfield.flat_field")
    datamodels = pytest.importorskip("stdatamodels.jwst.datamodels")
    image = nebula_images(SMALL, 1)[0][3]
    science = datamodels.IFUImageModel(image.data.shape)
    science.data = image.data.astype(np.float32)
    science.err = image.error.astype(np.float32)
    science.meta.subarray.xstart = science.meta.subarray.ystart = 1
    science.meta.subarray.ysize, science.meta.subarray.xsize = image.data.shape
    science.meta.instrument.name = "MIRI"
    science.dq = np.zeros(image.data.shape, dtype=np.uint32)
    for name in ("var_poisson", "var_rnoise", "var_flat"):
        setattr(science, name, np.zeros(image.data.shape, dtype=np.float32))

    with datamodels.FlatModel(path) as reference:
        flat_field.apply_flat_field(science, reference)

    good = np.isfinite(flat.clean) & np.isfinite(image.data)
    np.testing.assert_allclose(science.data[good], (image.data / flat.clean)[good], rtol=1e-6)
    assert np.all(science.dq[np.isnan(flat.clean)] & 1)
