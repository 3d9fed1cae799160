"""Tests of engine.lrs.spectral_image."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.spectral_image import spectral_image
from engine.model.identity import Origin
from engine.model.image import Image


def bare(data, **keywords):
    header = tuple(sorted(keywords.items()))
    return Image(
        data=data,
        error=np.full(data.shape, np.nan),
        flags=np.zeros(data.shape, dtype=np.uint32),
        unit="",
        origin=Origin(header=header),
    )


def test_rows_run_along_the_dispersion_whatever_the_file_says():
    data = np.arange(60.0 * 20).reshape(60, 20)

    along_y = spectral_image(bare(data, DISPAXIS="2"))
    along_x = spectral_image(bare(data.T, DISPAXIS="1"))
    silent = spectral_image(bare(data.T))

    for found in (along_y, along_x, silent):
        assert np.array_equal(found.values, data)


def test_flagged_pixels_are_no_measurement(nods):
    made = nods.make(runs=((200, 203),))

    found = spectral_image(replace(nods.image(made), data=np.nan_to_num(made.data)))

    assert np.all(np.isnan(found.values[(made.flags & 1) != 0]))


def test_wavelengths_of_rows_are_those_of_the_map(nods):
    made = nods.make()

    found = spectral_image(nods.image(made))

    assert np.allclose(found.wave_um, made.wave_um, atol=1e-6)
    assert found.has_wavelengths
    assert not spectral_image(nods.image(made, wave=False)).has_wavelengths


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (np.ones((100, 100)), "DISPAXIS"),
        (np.ones((12, 2)), "too small"),
    ],
)
def test_what_is_no_spectrum_is_said_in_one_sentence(data, word):
    with pytest.raises(DataError, match=word):
        spectral_image(bare(data))


@pytest.mark.real_data
def test_a_simulated_file_without_keywords_is_a_spectrum_without_dropouts(real_data):
    from engine.files import load
    from engine.lrs.dropouts import find_dropouts

    path = real_data("lrs_simulated/transposed_det_image_seq5_MIRIMAGE_P750Lexp1_s2d.fits")

    found = find_dropouts(spectral_image(load(path).products[0]))

    assert found.values.shape == (387, 44)
    assert set(found.trace) == {30}
    assert found.dropouts == ()
    assert "wavelengths of the rows are not known" in " ".join(found.messages)
