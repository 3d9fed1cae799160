"""Tests of engine.project.flat_step and feature_step: exposures, flats, features, tables."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.files import load
from engine.model.detector_image import DetectorImage
from engine.model.identity import Identity
from engine.model.image import Image
from engine.mrs.narrow_feature import NarrowFeatureParams
from engine.mrs.pixel_flat import PixelFlatParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.feature_step import feature_key
from engine.project.flat_step import flat_key
from engine.project.keys import NodeKey
from engine.project.result_codec import pack_result, unpack_result
from engine.simulate.nebula import StripDetector, feature
from tests.helpers.nebula import SMALL, nebula_images
from tests.helpers.open_files import OpenFiles

FLAT = NodeKey("flat", "2A@nebula")
FEATURE = NodeKey("feature", "2C@pixels")
_STRIP = StripDetector("2C", 11.46, 0.0019, n_rows=120, n_slices=5, slice_columns=10)


def _open(files: OpenFiles, images: list[DetectorImage], number: int = 18) -> OpenFiles:
    for image in images[:number]:
        identity = replace(image.identity, target="NGC 7027", program="1523")
        files.add(replace(image, identity=identity), "detector image", "extended source")
    return files


@pytest.fixture(scope="module")
def images() -> list[DetectorImage]:
    return nebula_images(SMALL, 0)[0]


@pytest.fixture
def files(images: list[DetectorImage]) -> OpenFiles:
    """Return exposures of 2A, and a flat of 1A with the response in it."""
    found = _open(OpenFiles(), images)
    first = images[0]
    combined = replace(
        first,
        data=first.wave_um * (1.0 + 0.1 * np.sin(first.alpha_arcsec * 5.0)),
        identity=Identity(band="1A"),
    )
    found.add(combined, "flat reference", "other")
    return found


def test_exposures_are_no_spectra_and_give_one_flat_a_band(files: OpenFiles) -> None:
    keys = files.chain.keys(files.session)

    assert files.session.segments == ()
    assert len(files.session.exposures) == 18
    assert keys == (FLAT, NodeKey("flat", "1A@reference"))


def test_detector_images_of_a_star_are_no_exposures_for_flats(images: list[DetectorImage]) -> None:
    found = OpenFiles()

    found.add(images[0], "detector image", "standard star")

    assert found.session.exposures == ()
    assert found.chain.keys(found.session) == ()


def test_the_flat_follows_from_all_exposures_and_comes_back_from_the_cache(
    files: OpenFiles,
) -> None:
    session = files.session.with_params(FLAT, PixelFlatParams(passes=2, patches=((7.74, 7.75),)))

    found = files.chain.evaluate(session, FLAT)
    again = unpack_result(*pack_result(found))

    assert (found.band, found.n_exposures, len(found.passes)) == ("2A", 18, 2)
    assert len(files.chain.inputs(session, FLAT)) == 18
    np.testing.assert_array_equal(again.clean, found.clean)
    np.testing.assert_array_equal(again.passes[1].correction, found.passes[1].correction)
    assert again.is_patched.dtype == bool
    assert again.patches == ((7.74, 7.75),)


def test_an_exposure_that_is_left_out_changes_the_flat(files: OpenFiles) -> None:
    session = files.session.with_exclusion(files.session.exposures[3].id, "A satellite.")

    found = files.chain.evaluate(session, FLAT)

    assert found.n_exposures == 17
    assert files.chain.digest(session, FLAT) != files.chain.digest(files.session, FLAT)


def test_closing_an_exposure_forgets_why_it_was_left_out(files: OpenFiles) -> None:
    one = files.session.exposures[3]

    session = files.session.with_exclusion(one.id, "A satellite.")

    assert session.without_entries([one.entry.id]).exclusions == ()


def test_a_reference_is_taken_apart(files: OpenFiles) -> None:
    found = files.chain.evaluate(files.session, NodeKey("flat", "1A@reference"))

    assert (found.method, found.n_exposures) == ("factored reference", 0)
    good = np.isfinite(found.clean)
    expected = 1.0 + 0.1 * np.sin(_alpha(files)[good] * 5.0)
    ratio = found.clean[good] / expected
    assert float(np.std(ratio)) < 0.03


def _alpha(files: OpenFiles) -> FloatArray:
    """Return alpha of the reference."""
    entry, part = files.session.flat_references["1A"]
    image: DetectorImage = files.chain.library.product(entry, part)
    return np.asarray(image.alpha_arcsec, dtype=np.float64)


def test_the_flat_of_a_band_comes_from_the_nebula_first(files: OpenFiles) -> None:
    assert flat_key(files.session, "2A") == FLAT
    assert flat_key(files.session, "1A") == NodeKey("flat", "1A@reference")
    assert flat_key(files.session, "4C") is None


def test_exposures_all_left_out_are_told(files: OpenFiles) -> None:
    session = files.session
    for one in session.exposures:
        session = session.with_exclusion(one.id, "Clouds.")

    with pytest.raises(DataError, match="in 2A are left out"):
        files.chain.evaluate(session, FLAT)


def test_the_feature_rests_on_the_flat_when_there_is_one() -> None:
    files = _open(OpenFiles(), nebula_images(_STRIP, 1)[0])

    found = files.chain.evaluate(files.session, FEATURE)
    again = unpack_result(*pack_result(found))

    truth = 1.0 - float(feature(np.linspace(11.55, 11.65, 1001)).min())
    assert feature_key("2C") == FEATURE
    assert found.depth == pytest.approx(truth, abs=3.5 * found.depth_error)
    assert not any("No pixel flat" in one for one in found.messages)
    np.testing.assert_array_equal(again.correction, found.correction)


def test_without_a_flat_the_feature_is_fitted_all_the_same() -> None:
    files = _open(OpenFiles(), nebula_images(_STRIP, 1)[0], number=2)

    found = files.chain.evaluate(files.session, FEATURE)

    assert found.n_exposures == 2
    assert "There is no flat: 2 exposures of 2C are too few" in found.messages[0]


def test_a_band_that_does_not_hold_the_range_has_no_feature(files: OpenFiles) -> None:
    assert not [key for key in files.chain.keys(files.session) if key.step == "feature"]

    session = files.session.with_params(
        feature_key("2A"), NarrowFeatureParams(range_um=(7.74, 7.78), margin_um=0.03)
    )

    assert feature_key("2A") in files.chain.keys(session)


def test_tables_hold_bands_passes_and_patches(files: OpenFiles) -> None:
    table = build_table(files.session, files.chain, "flats")
    passes = build_table(files.session, files.chain, "flat-passes")

    rows = dict(zip(table.column("band").values, range(2), strict=True))
    assert set(rows) == {"1A", "2A"}
    assert table.column("n_exposures").values[rows["2A"]] == 18
    assert 0.002 < table.column("median_error").values[rows["2A"]] < 0.006
    np.testing.assert_array_equal(passes.column("pass").values, [1, 2, 3])
    assert np.all(np.diff(passes.column("correction").values) < 0)


def test_tables_of_features_hold_depth_and_curve() -> None:
    files = _open(OpenFiles(), nebula_images(_STRIP, 1)[0], number=4)

    table = build_table(files.session, files.chain, "features")
    curve = build_table(files.session, files.chain, "feature-curves")

    assert table.column("depth").values[0] == pytest.approx(0.034, abs=0.008)
    throughput = curve.column("throughput").values
    assert 1.0 - throughput.min() == pytest.approx(table.column("depth").values[0])


def test_flats_are_exported_as_references_that_can_be_read(
    files: OpenFiles, tmp_path: Path
) -> None:
    plan = plan_exports(files.session, files.chain, ["references"])

    written = write_exports(files.session, files.chain, tmp_path, plan)

    names = {path.name for path in written.paths}
    assert {"mrs_2A_flat.fits", "mrs_1A_flat.fits"} <= names
    found = files.chain.evaluate(files.session, FLAT)
    image = load(tmp_path / "mrs_2A_flat.fits").products[0]
    np.testing.assert_array_equal(image.data, found.clean.astype(np.float32))
    assert written.skipped == ()


def test_the_flat_with_the_feature_in_it_is_exported(tmp_path: Path) -> None:
    files = _open(OpenFiles(), nebula_images(_STRIP, 1)[0])
    plan = plan_exports(files.session, files.chain, ["references"], step="feature")

    [path] = write_exports(files.session, files.chain, tmp_path, plan).paths

    assert path.name == "mrs_2C_flat-with-feature.fits"
    image = load(path).products[0]
    feature_found = files.chain.evaluate(files.session, FEATURE)
    flat = files.chain.evaluate(files.session, NodeKey("flat", "2C@nebula"))
    np.testing.assert_allclose(image.data, flat.clean * feature_found.correction, rtol=1e-6)
    good = np.isfinite(image.data)
    assert np.all(image.error[good] >= 0.999 * flat.error[good] * feature_found.correction[good])


def test_the_same_recipe_gives_the_same_bytes(files: OpenFiles, tmp_path: Path) -> None:
    plan = plan_exports(files.session, files.chain, ["references"], step="flat")

    contents = []
    for name in ("one", "two"):
        written = write_exports(files.session, files.chain, tmp_path / name, plan)
        contents.append([path.read_bytes() for path in written.paths])

    assert contents[0] == contents[1]


def _whole_flat() -> tuple[DetectorImage, FloatArray]:
    """Return a flat of 1A on a whole detector without wavelengths, and the wavelengths."""
    rows, columns = np.mgrid[:1024, :1032].astype(np.float64)
    wave = np.where(columns < 512, 4.9 + 0.84 * rows / 1023, 7.5 + 1.27 * rows / 1023)
    unknown = np.full(wave.shape, np.nan)
    image = DetectorImage(
        data=np.where(columns < 512, wave * (1.0 + 0.05 * np.cos(columns)), np.nan),
        error=unknown,
        flags=np.zeros(wave.shape, dtype=np.uint32),
        unit="",
        alpha_arcsec=unknown,
        beta_arcsec=unknown,
        wave_um=unknown,
        slices=(columns < 512).astype(np.int64),
        identity=Identity(band="1A", detector="MIRIFUSHORT"),
    )
    return image, wave


def test_a_reference_without_wavelengths_takes_those_of_a_frame() -> None:
    files, (reference, wave) = OpenFiles(), _whole_flat()
    files.add(reference, "flat reference", "other")
    key = NodeKey("flat", "1A@reference")
    with pytest.raises(DataError, match="holds no wavelengths"):
        files.chain.evaluate(files.session, key)
    frame = Image(wave, wave, reference.flags, "MJy/sr", wave_um=wave)
    entry_id = files.add(frame, "image", "other", identity=Identity(detector="MIRIFUSHORT"))
    entry = files.session.entry(entry_id)
    assert entry is not None
    session = files.session.with_entries([replace(entry, wave_maps=("12A",))])

    found = files.chain.evaluate(session, key)

    assert not np.any(np.isfinite(found.clean[:, 512:]))
    expected = 1.0 + 0.05 * np.cos(np.arange(512))
    np.testing.assert_allclose(np.median(found.clean[:, :512], axis=0), expected, rtol=5e-3)
