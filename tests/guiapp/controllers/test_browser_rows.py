"""The rows of the data browser: everything that is open has its place, and says what matters."""

from dataclasses import replace
from typing import get_args

import pytest

from engine.files.loaded import Kind
from engine.model.identity import ROLES
from engine.project.session import Session
from guiapp.controllers.browser_rows import entries_of_row, rows_of, segments_of_row
from tests.helpers.sessions import entry, star_session


def session_of(*entries):
    return Session(entries=entries, next_id=len(entries) + 1)


def all_rows(session, **options):
    return {row.id: row for top in rows_of(session, **options) for row in top.walk()}


def texts(rows):
    return [row.text for row in rows]


def test_observations_stand_by_star_visit_and_band_in_order_of_wavelength():
    session = session_of(
        entry(1, bands=("4C",)),
        entry(2, target="10 Lac", bands=("1B",), program="1524"),
        entry(3, bands=("4A",)),
        entry(4, bands=("4A",), program="4497"),
    )

    cyg, lac = rows_of(session)

    assert (cyg.text, lac.text) == ("16 Cyg B", "10 Lac")
    assert texts(cyg.children) == ["1538 o1", "4497 o1"]
    assert texts(cyg.children[0].children) == ["4A", "4C"]


def test_two_spectra_of_a_visit_that_read_alike_are_told_apart_by_their_files():
    names = [f"/data/jw01282055001_02101_0000{i}_mirimage_x1d.fits" for i in (1, 2)]
    spectra = [
        replace(entry(i, kind="spectrum", bands=("",)), path=name)
        for i, name in enumerate(names, start=1)
    ]

    [star] = rows_of(session_of(*spectra))

    details = [row.detail for row in star.children[0].children]
    assert details == ["spectrum 00001", "spectrum 00002"]


def test_spellings_of_one_star_are_one_star():
    session = session_of(entry(1, target="10 Lac"), entry(2, target="10LAC", program="2"))

    [star] = rows_of(session)

    assert segments_of_row(session, star.id) == ("e1", "e2")


def test_a_star_shows_its_class_and_spectral_type():
    [star] = rows_of(session_of(entry(1, target="10 Lac")))

    assert star.star_class == "hot"
    assert star.detail.startswith("O9")


def test_what_has_no_name_is_unnamed_and_still_there():
    session = session_of(entry(1, target="", bands=("",)))

    rows = all_rows(session)

    assert rows["e1"].text == "spectrum"
    assert "unnamed" in texts(rows.values())


def test_a_file_of_twelve_bands_has_twelve_rows():
    bands = tuple(f"{channel}{letter}" for channel in "1234" for letter in "ABC")
    session = session_of(entry(1, kind="spectrum", bands=bands))

    rows = all_rows(session)

    assert [rows[f"e1.{i}"].text for i in range(1, 13)] == list(bands)
    assert entries_of_row(session, "e1.7") == ("e1",)


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind != "session"])
@pytest.mark.parametrize("role", ROLES)
def test_every_file_of_every_role_is_shown_once(kind, role):
    session = session_of(entry(1, kind=kind, role=role))

    leaves = [row for top in rows_of(session) for row in top.walk() if row.path]

    assert [row.id for row in leaves] == ["e1"]
    assert entries_of_row(session, "e1") == ("e1",)


def test_models_references_images_and_tables_have_groups_of_their_own():
    session = session_of(
        entry(1, kind="image", role="other"),
        entry(2, kind="table", role="other"),
        entry(3, kind="aperture correction", role="other"),
        entry(4, kind="model spectrum", role="model"),
    )

    groups = {row.text: row for row in rows_of(session)}

    assert list(groups) == ["Models", "References", "Images", "Tables"]
    assert entries_of_row(session, groups["Models"].id) == ("e4",)
    assert groups["Models"].detail == "1"


def test_catalogs_and_images_of_one_field_can_be_told_apart():
    catalog = entry(1, kind="source catalog", role="other", target="JWIDF", bands=("",))
    image = entry(2, kind="image", role="other", target="JWIDF", bands=("",))
    shown = replace(
        image.parts[0],
        instrument="NIRCAM",
        detector="NRCALONG",
        filter="F444W",
        date="2022-07-08",
    )
    session = session_of(catalog, replace(image, parts=(shown,)))

    found = {one.id: one.detail for group in rows_of(session) for one in group.children}

    assert found == {"e1": "JWIDF-1.fits", "e2": "2022-07-08 JWIDF"}


def test_an_image_is_called_by_its_filter_first_since_a_long_name_leaves_no_room_for_it():
    image = entry(1, kind="image", role="other", target="2MASS J17245227+6025508", bands=("",))
    shown = replace(image.parts[0], instrument="MIRI", filter="F1000W")

    [group] = rows_of(session_of(replace(image, parts=(shown,))))

    [row] = group.children
    assert (row.text, row.detail) == ("F1000W", "2MASS J17245227+6025508")


def test_a_long_group_is_shut_at_first():
    models = [entry(i, kind="model spectrum", role="model", target=f"HD {i}") for i in range(1, 7)]

    [group] = rows_of(session_of(*models))

    assert not group.is_open


def test_an_excluded_segment_is_struck_through_with_its_reason():
    session = star_session().with_exclusion("e1", "saturated")

    rows = all_rows(session)

    assert rows["e1"].is_excluded
    assert rows["e1"].tip == "Left out: saturated"
    assert not rows["e2"].is_excluded


def test_an_excluded_visit_is_struck_through_with_all_that_is_in_it():
    session = star_session()
    source = session.segment("e1").identity.source_key

    rows = all_rows(session.with_exclusion(source, "mirror event"))

    struck = [rows[f"source:{source}"], rows["e1"], rows["e2"], rows["e3"]]
    assert all(row.is_excluded for row in struck)
    assert all(row.tip == "Left out: mirror event" for row in struck)


def test_a_star_is_struck_through_once_nothing_of_it_is_used():
    session = star_session()
    ids = [one.id for one in session.sources[session.segment("e1").identity.source_key]]

    for segment in ids:
        assert not all_rows(session)["target:16cygb"].is_excluded
        session = session.with_exclusion(segment, "binary")

    star = all_rows(session)["target:16cygb"]
    assert star.is_excluded
    assert star.children[0].is_excluded
    assert star.tip == "Left out: binary"


def test_a_standard_star_without_a_model_is_marked():
    session = star_session()
    assert all_rows(session)["target:16cygb"].badge == ""
    assert all_rows(session)["target:16cygb"].tip == "Model: 16CYGB-4.fits"

    rows = all_rows(session.without_entries(["e4"]))

    assert rows["target:16cygb"].badge == "info"
    assert rows["target:16cygb"].badge_tip == "No model of 16 Cyg B is open."


@pytest.mark.parametrize("role", ["asteroid", "red disk", "extended source", "other"])
def test_what_is_no_standard_star_needs_no_model(role):
    session = session_of(entry(1, role=role))

    assert all(row.badge == "" for row in all_rows(session).values())


def test_a_warning_of_the_reader_is_a_badge_with_its_words():
    warned = replace(entry(1), warnings=("a.fits: 3 samples are NaN.",))

    row = all_rows(session_of(warned))["e1"]

    assert (row.badge, row.badge_tip) == ("care", "a.fits: 3 samples are NaN.")


def test_a_file_that_changed_is_marked_before_its_warnings():
    warned = replace(entry(1), warnings=("a.fits: 3 samples are NaN.",))

    row = all_rows(session_of(warned), trouble_of=lambda _entry: "a.fits: it changed.")["e1"]

    assert row.badge == "wrong"
    assert row.badge_tip == "a.fits: it changed.\na.fits: 3 samples are NaN."


def test_models_that_changed_are_marked_too():
    session = session_of(entry(1, kind="model spectrum", role="model"))

    rows = all_rows(session, trouble_of=lambda _entry: "it is gone.")

    assert rows["e1"].badge == "wrong"


def test_a_row_that_is_not_there_stands_for_nothing():
    session = star_session()

    for row in ("e99", "group:nothing", "source:nothing", "target:nothing", ""):
        assert segments_of_row(session, row) == ()
        assert entries_of_row(session, row) == ()


def test_no_id_is_used_twice():
    session = session_of(
        entry(1), entry(2, bands=("1A", "1B")), entry(3, kind="image", role="other"), entry(4)
    )

    ids = [row.id for top in rows_of(session) for row in top.walk()]

    assert len(set(ids)) == len(ids)
