"""Tests of engine.project.epochs_step: sources and epochs as steps of the chain."""

from dataclasses import replace

import numpy as np
import pytest

from engine.analyses import EPOCHS
from engine.errors import DataError
from engine.nircam.detection import DetectionParams
from engine.nircam.matching import MatchParams
from engine.nircam.module_offsets import array_subject
from engine.project.chain import Chain
from engine.project.nircam_inputs import (
    EPOCHS_KEY,
    IMAGE_SOURCES_KEY,
    OFFSETS_KEY,
    left_out_arrays,
)
from engine.project.result_codec import pack_result, unpack_result
from engine.project.session import Session
from tests.helpers.nircam_session import entries_of, nircam_demo


@pytest.fixture(scope="module")
def demo():
    """Return session and chain of the demo."""
    return nircam_demo()


def test_the_demo_has_all_pairs_of_epochs_and_calibrations(demo):
    session, chain = demo

    found = chain.evaluate(session, EPOCHS_KEY)

    assert found.epochs == ("1", "2", "3")
    pairs = {(one.filter, one.calibration, one.first, one.second) for one in found.pairs}
    assert len(pairs) == 4 * (3 + 1)
    assert ("F444W", "jwst_1039.pmap", "1", "2") in pairs
    assert not [one for one in found.messages if "ECSV" in one]


def test_only_images_give_sources_when_no_catalog_is_open(demo):
    session, chain = demo
    only = session.without_entries(
        one.id for one in entries_of(session, kind="source catalog", name="")
    )

    found = chain.evaluate(only, EPOCHS_KEY)

    assert {one.filter for one in found.pairs} == {"F200W", "F444W"}
    assert found.epochs == ("2022-07-08", "2023-01-06", "2023-07-06")
    assert all(name.startswith("nircam.image") for name in found.pairs[0].ids)


def test_the_user_chooses_between_catalogs_and_images(demo):
    session, chain = demo
    images = session.with_params(EPOCHS_KEY, MatchParams(measured_in="images"))

    found = chain.evaluate(images, EPOCHS_KEY)

    assert found.epochs == ("1", "2", "3")  # named as in the catalogs
    assert {one.filter for one in found.pairs} == {"F200W", "F444W"}


def test_settings_of_detection_matter_only_where_images_are_used(demo):
    session, chain = demo
    images = session.with_params(EPOCHS_KEY, MatchParams(measured_in="images"))

    for one, changes in ((session, False), (images, True)):
        other = one.with_params(IMAGE_SOURCES_KEY, DetectionParams(n_sigma=10.0))
        assert (chain.digest(one, EPOCHS_KEY) != chain.digest(other, EPOCHS_KEY)) == changes


def test_a_source_left_out_stays_in_the_match_with_its_reason(demo):
    session, chain = demo
    before = chain.evaluate(session, EPOCHS_KEY)
    source = before.pairs[0].ids[3]
    edited = session.with_exclusion(source, "blended")

    after = chain.evaluate(edited, EPOCHS_KEY)

    pair = next(one for one in after.pairs if source in one.ids)
    assert pair.reasons[pair.ids.index(source)] == "blended"
    assert chain.digest(edited.with_exclusion(source, None), EPOCHS_KEY) == chain.digest(
        session, EPOCHS_KEY
    )


def test_an_array_left_out_takes_all_of_its_sources_with_it(demo):
    session, chain = demo
    edited = session.with_exclusion(array_subject("F150W", "2"), "scattered light")

    found = chain.evaluate(edited, EPOCHS_KEY)

    for pair in found.pairs:
        for array, reason in zip(pair.arrays, pair.reasons, strict=True):
            expected = "scattered light" if (pair.filter, array) == ("F150W", "2") else ""
            assert reason == expected
    assert left_out_arrays(edited) == (("F150W", "2"),)
    offsets = chain.evaluate(edited, OFFSETS_KEY)
    assert {one.array for one in offsets.arrays if one.left_out} == {"2"}


def test_a_source_of_an_image_can_be_left_out(demo):
    session, chain = demo
    images = session.with_params(EPOCHS_KEY, MatchParams(measured_in="images"))
    source = chain.evaluate(images, EPOCHS_KEY).pairs[0].ids[0]

    found = chain.evaluate(images.with_exclusion(source, "galaxy"), EPOCHS_KEY)

    assert found.pairs[0].reasons[0] == "galaxy"
    assert left_out_arrays(images.with_exclusion(source, "galaxy")) == ()


def test_closing_a_catalog_takes_what_was_left_out_of_it(demo):
    session, _ = demo
    catalog = entries_of(session, kind="source catalog", name="1130_epoch1_f150w")[0]
    edited = session.with_exclusion(f"{catalog.id}.4", "blended")

    assert edited.without_entries([catalog.id]).exclusions == ()


def test_a_catalog_that_cannot_be_used_is_told_and_the_others_are(demo):
    session, chain = demo
    catalog = entries_of(session, kind="source catalog", name="1039_epoch1_f150w")[0]
    product = chain.library.product(catalog, 0)
    columns = {name: values for name, values in product.columns.items() if name != "array"}
    broken = replace(product, columns=columns)
    loaded = chain.library.loaded(catalog)
    other = Chain()
    other.library.keep(replace(loaded, products=(broken,)))

    found = other.evaluate(session, EPOCHS_KEY)

    assert any("does not say which array" in one for one in found.messages)
    assert len(found.pairs) == 15


def test_results_come_back_from_the_disk_as_they_were(demo):
    session, chain = demo
    found = chain.evaluate(session, EPOCHS_KEY)

    back = unpack_result(*pack_result(found))

    assert back.epochs == found.epochs
    for one, other in zip(back.pairs, found.pairs, strict=True):
        assert one.ids == other.ids
        np.testing.assert_array_equal(one.delta, other.delta)
        np.testing.assert_array_equal(one.error, other.error)


def test_an_empty_session_says_what_it_needs():
    chain = Chain()

    assert chain.keys_of(Session(), EPOCHS.name) == ()
    with pytest.raises(DataError, match="no sources of NIRCam"):
        chain.digest(Session(), EPOCHS_KEY)
    with pytest.raises(DataError, match="no image of a NIRCam array"):
        chain.digest(Session(), IMAGE_SOURCES_KEY)
