"""Tests of engine.compare.junction_steps and engine.compare.junction_apertures."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.junction_apertures import aperture_radius, aperture_remark
from engine.compare.junction_steps import (
    BandCentroid,
    JunctionStepsParams,
    centroid_offsets,
    measure_junction_steps,
)
from engine.compare.junctions import JunctionParams
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

SR_PER_ARCSEC2 = (np.pi / 648000.0) ** 2


def band(name, low_um, high_um, level):
    wave = np.arange(low_um, high_um, 0.0008)
    flags = frozen(np.zeros(wave.size), dtype=np.uint32)
    return Spectrum(
        frozen(wave), frozen(np.full(wave.size, level)), frozen(np.full(wave.size, 0.01 * level)),
        flags, "Jy", Identity(target="Star", band=name),
    )  # fmt: skip


def pair(jump):
    return [band("1A", 4.90, 5.74, 1.0), band("1B", 5.66, 6.63, jump)]


def with_aperture(spectrum, radius_arcsec, *, spaxel_arcsec):
    pixels = np.pi * radius_arcsec**2 / spaxel_arcsec**2
    columns = {"n_pixels": frozen(np.full(spectrum.size, pixels))}
    area = spaxel_arcsec**2 * SR_PER_ARCSEC2
    return replace(spectrum, columns=MappingProxyType(columns), pixel_area_sr=area)


def test_a_jump_is_told_before_and_after_each_step():
    stages = {"extracted": pair(1.05), "loss": pair(1.02), "calibrated": pair(1.0)}

    found = measure_junction_steps("Star/1-1", stages)

    rows = found.at("1A|1B")
    assert [name for name, _ in rows] == ["extracted", "loss", "calibrated"]
    assert [measure.ratio for _, measure in rows] == pytest.approx([1.05, 1.02, 1.0])


def test_the_limits_hold_for_all_steps():
    params = JunctionParams(min_samples=10_000)

    found = measure_junction_steps("Star/1-1", {"extracted": pair(1.05)}, junction_params=params)

    assert found.at("1A|1B")[0][1].verdict == "too few samples"


def test_a_chain_without_steps_is_refused():
    with pytest.raises(DataError, match="no step"):
        measure_junction_steps("Star/1-1", {})


def test_offsets_are_relative_to_the_median_across_0_h():
    arcsec = 1.0 / 3600.0
    at_60 = [
        BandCentroid("1A", 359.9999, 60.0, 0.3),
        BandCentroid("1B", 359.9999 + 2.0 * arcsec, 60.0, 0.3),  # 1 arcsec on the sky
        BandCentroid("1C", (359.9999 + 4.0 * arcsec) % 360.0, 60.0 + arcsec, 0.3),
        BandCentroid("2A", float("nan"), 60.0, 0.3),
    ]

    offsets = centroid_offsets(at_60)

    assert [one.band for one in offsets] == ["1A", "1B", "1C"]
    assert [one.east_arcsec for one in offsets] == pytest.approx([-1.0, 0.0, 1.0], abs=1e-4)
    assert [one.north_arcsec for one in offsets] == pytest.approx([0.0, 0.0, 1.0], abs=1e-6)
    assert offsets[2].in_fwhm == pytest.approx(np.sqrt(2.0) / 0.3, rel=1e-4)


def test_bands_that_see_the_source_elsewhere_are_told():
    centroids = [
        BandCentroid(name, 10.0, shift / 3600.0, 0.3)
        for name, shift in (("1A", 0.0), ("1B", 0.0), ("1C", 0.06))
    ]

    found = measure_junction_steps("Star/1-1", {"extracted": pair(1.0)}, centroids=centroids)
    tolerant = measure_junction_steps(
        "Star/1-1", {"extracted": pair(1.0)}, JunctionStepsParams(0.5), centroids=centroids
    )

    assert any("1C (0.20)" in one for one in found.messages)
    assert tolerant.messages == ()


def test_one_centroid_alone_has_no_offset():
    assert centroid_offsets([BandCentroid("1A", 10.0, 0.0, 0.3)]) == ()


def test_the_radius_of_an_aperture_follows_from_its_area():
    spectrum = with_aperture(band("1A", 4.90, 5.74, 1.0), 0.6, spaxel_arcsec=0.13)

    assert aperture_radius(spectrum, (5.66, 5.74)) == pytest.approx(0.6, rel=1e-9)
    assert np.isnan(aperture_radius(band("1A", 4.90, 5.74, 1.0), (5.66, 5.74)))


@pytest.mark.parametrize(("radius", "is_told"), [(0.6, False), (0.61, False), (0.7, True)])
def test_different_apertures_are_told(radius, is_told):
    left, right = pair(1.0)
    left = with_aperture(left, 0.6, spaxel_arcsec=0.13)
    right = with_aperture(right, radius, spaxel_arcsec=0.17)

    said = aperture_remark(left, right, (5.66, 5.74))

    assert bool(said) is is_told
    if is_told:
        found = measure_junction_steps("Star/1-1", {"extracted": [left, right]})
        assert said == "1A and 1B have apertures of 0.60 and 0.70″: a jump may be that."
        assert found.messages == (said,)
