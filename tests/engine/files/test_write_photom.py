"""A photom reference is read back as it was written; a damaged one is refused in a sentence."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from astropy.io import fits

from engine.errors import FileError
from engine.files import load
from engine.files.write_photom import write_photom_reference
from engine.model.frames import SHAPE
from engine.model.photom import PhotomReference
from engine.model.provenance import Provenance

_MAKING = Provenance("0.1.0", (("a.fits", "0" * 64),), '{"step": "photom"}')


@pytest.fixture
def reference() -> PhotomReference:
    rng = np.random.default_rng(8)
    factor = rng.uniform(50.0, 200.0, SHAPE).astype(np.float32)
    factor[:, 100] = np.nan
    flags = np.isnan(factor).astype(np.uint32) * np.uint32(2)
    power = {
        "binwave": np.float32([17.7, 20.9]).astype(float),
        "alpha": np.float32([-0.1, -0.2]).astype(float),
        "year1value": np.float32([0.9, 0.8]).astype(float),
        "tsoft": np.array([20.0, 30.0]),
        "t0": np.array([59680.0, 59680.0]),
    }
    return PhotomReference(
        frame="34A",
        factor=factor,
        error=(0.01 * factor).astype(np.float32),
        flags=flags,
        flag_names=((2, "DO_NOT_USE"), (4, "UNRELIABLE_SLOPE")),
        pixel_size=np.full(SHAPE, 2e-12, np.float32),
        losses=MappingProxyType({"TIMECOEFF_POWERLAW_CH4": MappingProxyType(power)}),
        conversion_mjy_sr=120.5,
        pixel_area_sr=2e-12,
        useafter="2022-04-11T00:00:00",
        pedigree="INFLIGHT 2022-06-01 2024-07-11",
        description="MRS 34A: vector of combined",
    )


def test_it_is_read_back_equal_to_the_last_bit(reference, tmp_path) -> None:
    path = write_photom_reference(tmp_path / "photom.fits", reference, provenance=_MAKING)

    loaded = load(path)

    assert (loaded.kind, loaded.messages) == ("photom reference", ())
    left, right = loaded.products
    assert (left.identity.band, right.identity.band) == ("4A", "3A")
    for name in ("factor", "error", "flags", "pixel_size"):
        np.testing.assert_array_equal(getattr(left, name), getattr(reference, name))
    for name in ("frame", "flag_names", "conversion_mjy_sr", "useafter", "pedigree", "description"):
        assert getattr(left, name) == getattr(reference, name)
    found = left.losses["TIMECOEFF_POWERLAW_CH4"]
    for name, values in reference.losses["TIMECOEFF_POWERLAW_CH4"].items():
        np.testing.assert_array_equal(found[name], values)


def test_it_has_the_keywords_that_references_need_and_says_how_it_was_made(
    reference, tmp_path
) -> None:
    path = write_photom_reference(tmp_path / "photom.fits", reference, provenance=_MAKING)

    with fits.open(path) as hdus:
        header = hdus[0].header
        recipe = dict(hdus["FLUXKNOT"].data)["RECIPE"]
        assert header["AUTHOR"] == "Fluxknot 0.1.0"
        assert (header["DETECTOR"], header["BAND"], header["REFTYPE"]) == (
            "MIRIFULONG",
            "SHORT",
            "PHOTOM",
        )
        assert header["PHOTMJSR"] == 120.5
    assert recipe == '{"step": "photom"}'


def test_the_same_content_gives_the_same_bytes(reference, tmp_path) -> None:
    paths = [tmp_path / name / "photom.fits" for name in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        write_photom_reference(path, reference, provenance=_MAKING)

    first, second = (path.read_bytes() for path in paths)

    assert first == second


def _changed(path, act) -> None:
    with fits.open(path, mode="update") as hdus:
        act(hdus)


def test_an_error_image_of_another_shape_is_refused(reference, tmp_path) -> None:
    path = write_photom_reference(tmp_path / "photom.fits", reference, provenance=_MAKING)
    _changed(path, lambda hdus: setattr(hdus["ERR"], "data", np.ones((4, 4), np.float32)))

    with pytest.raises(FileError, match=r"shapes of .*ERR.* differ"):
        load(path)


def test_a_loss_table_with_empty_cells_is_told_and_left_out(reference, tmp_path) -> None:
    path = write_photom_reference(tmp_path / "photom.fits", reference, provenance=_MAKING)

    def empty(hdus: fits.HDUList) -> None:
        hdus["TIMECOEFF_POWERLAW_CH4"].data["alpha"][0] = np.nan

    _changed(path, empty)
    loaded = load(path)

    assert "TIMECOEFF_POWERLAW_CH4 has empty cells" in loaded.warnings[0]
    assert loaded.products[0].losses == {}


def test_a_reference_without_a_factor_says_so(reference, tmp_path) -> None:
    path = write_photom_reference(tmp_path / "photom.fits", reference, provenance=_MAKING)

    def blank(hdus: fits.HDUList) -> None:
        hdus["SCI"].data[:] = np.nan

    _changed(path, blank)

    assert "calibrates nothing" in load(path).warnings[0]


def test_a_frame_that_does_not_exist_is_refused(reference, tmp_path) -> None:
    with pytest.raises(FileError, match="56Z is no frame"):
        write_photom_reference(
            tmp_path / "p.fits", replace(reference, frame="56Z"), provenance=_MAKING
        )
