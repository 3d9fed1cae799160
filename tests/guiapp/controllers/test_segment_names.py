"""Tests of guiapp.controllers.segment_names."""

from dataclasses import replace

import pytest

from engine.project.session import Session
from guiapp.controllers.segment_names import names_apart, words_apart
from tests.helpers.sessions import entry

_EXPOSURE = "/data/jw01282055001_02101_0000{}_mirimage_x1d.fits"


def _names(*entries):
    return list(names_apart(Session(entries=entries, next_id=9).segments).values())


def _spectra(*paths, band="1B"):
    return [
        replace(entry(i, kind="spectrum", bands=(band,)), path=path)
        for i, path in enumerate(paths, start=1)
    ]


def test_a_band_that_is_there_once_needs_no_other_name():
    assert _names(entry(1, bands=("1A",)), entry(2, bands=("1B",))) == ["", ""]


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ((_EXPOSURE.format(1), _EXPOSURE.format(2)), ["00001", "00002"]),
        (("/old/star_x1d.fits", "/new/star_x1d.fits"), ["old", "new"]),
        (("/a/of_the_first_dither_only.fits", "/a/another.fits"), ["(1)", "(2)"]),
        (("/a/star_x1d.fits", "/a/star_x1d_again.fits"), ["", "again"]),
    ],
)
def test_spectra_of_one_band_have_what_differs_between_their_files(paths, names):
    assert _names(*_spectra(*paths)) == names


def test_a_cube_and_a_spectrum_of_one_band_are_told_apart_as_such():
    [spectrum] = _spectra("/data/star_x1d.fits")

    assert _names(spectrum, replace(entry(2, bands=("1B",)), path="/data/cube_s3d.fits")) == [
        "spectrum",
        "cube",
    ]


def test_files_of_one_name_in_one_folder_have_no_words_apart():
    assert words_apart(["/a/star.fits", "/a/star.fits"]) == ("", "")
