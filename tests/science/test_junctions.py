"""Discontinuities of real sources (Law+2025, Sec. 8.1).

VV 114 in twelve bands, 16 Cyg B in 4A, 4B and 4C.
"""

from itertools import pairwise

import numpy as np
import pytest
from astropy.io import fits

from engine.arrays import frozen
from engine.compare.junctions import JunctionParams, measure_junctions
from engine.compare.stitching import stitch
from engine.files.load import load
from engine.model.bands import bands, junctions
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.extraction import extract_spectrum

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def vv114(real_data):
    """Return the twelve spectra, MJy turned into Jy."""
    found = []
    for band in bands():
        path = real_data(f"mrs_vv114/VV114_MIRI_ch{band.channel}_{band.grating}_s1d.fits")
        with fits.open(path, memmap=False) as hdus:
            table = hdus[1].data
            wave, flux, error = (
                np.array(table[name], dtype=float) for name in ("wavelength", "flux", "uncertainty")
            )
        found.append(
            Spectrum(
                wave_um=frozen(wave),
                flux=frozen(flux * 1e6),
                error=frozen(error * 1e6),
                flags=frozen(np.zeros(wave.size), dtype=np.uint32),
                unit="Jy",
                identity=Identity(target="VV 114", band=band.name),
            )
        )
    return found


@pytest.fixture(scope="module")
def result(vv114):
    return measure_junctions("VV 114", vv114)


def crude_ratio(left, right):
    """Return the median of right over left, interpolated: an estimate with nothing in common."""
    low, high = right.wave_um[0], left.wave_um[-1]
    inside = (left.wave_um >= low) & (left.wave_um <= high)
    other = np.interp(left.wave_um[inside], right.wave_um, right.flux)
    return np.median(other / left.flux[inside])


def test_all_eleven_junctions_of_vv114_have_a_number(result):
    assert all(np.isfinite(measure.ratio) for measure in result.measures)
    assert all(np.isfinite(scale) for _, scale in result.stitch_scales)
    assert result.messages == ()


def test_the_ratios_agree_with_a_median_of_ratios(vv114, result):
    crude = [crude_ratio(left, right) for left, right in pairwise(vv114)]

    for measure, ratio in zip(result.measures, crude, strict=True):
        assert measure.ratio == pytest.approx(ratio, abs=2.0 * measure.ratio_error + 0.001)


def test_the_jumps_of_vv114_reach_nine_percent(result):
    jumps = {m.junction: m.ratio - 1.0 for m in result.measures}

    assert max(abs(jump) for jump in jumps.values()) == pytest.approx(0.09, abs=0.012)
    assert jumps["1B|1C"] == pytest.approx(-0.083, abs=0.01)
    assert jumps["3C|4A"] == pytest.approx(-0.086, abs=0.02)
    assert [m.verdict for m in result.measures].count("jump") >= 9


def test_errors_follow_the_fringes_and_not_the_small_errors_of_the_file(result):
    for measure in result.measures:
        stated = np.sqrt(np.nansum(measure.left_error**2)) / np.nansum(measure.left)
        assert measure.ratio_error > 1.5 * stated
        assert measure.ratio_error < 0.012


def test_the_pfund_line_in_the_overlap_at_7_61_um_is_left_out(result):
    measure = next(m for m in result.measures if m.junction == "1C|2A")

    line = np.abs(measure.wave_um - 7.4599 * 1.0202) < 0.001
    assert line.any()
    assert not measure.used[line].any()


def test_leaving_lines_out_changes_no_ratio_by_more_than_its_error(vv114, result):
    with_lines = measure_junctions("VV 114", vv114, JunctionParams(lines="keep lines"))

    for one, other in zip(result.measures, with_lines.measures, strict=True):
        assert abs(one.ratio - other.ratio) < 1.5 * max(one.ratio_error, other.ratio_error)


def test_vv114_stitched_at_every_junction_has_no_jump_left(vv114):
    result = measure_junctions("VV 114", vv114, JunctionParams(stitch_at="every junction"))
    scales = dict(result.stitch_scales)
    scaled = [
        Spectrum(
            wave_um=s.wave_um,
            flux=frozen(s.flux * scales[s.identity.band]),
            error=frozen(s.error * scales[s.identity.band]),
            flags=s.flags,
            unit="Jy",
            identity=s.identity,
        )
        for s in vv114
    ]

    again = measure_junctions("VV 114", scaled)

    assert [m.ratio for m in again.measures] == pytest.approx([1.0] * len(junctions()), abs=2e-4)
    assert np.all(np.diff(stitch(vv114, result).wave_um) > 0)


def test_16_cyg_b_falls_behind_at_the_red_end_of_4b(real_data):
    spectra = [
        extract_spectrum(
            load(real_data(f"mrs_16cygb/Level3_ch4-{name}_s3d.fits.gz")).products[0]
        ).spectrum
        for name in ("short", "medium", "long")
    ]

    result = measure_junctions("16 Cyg B", spectra)

    # Model over observed: 1.17 on both sides at 20.8 um; 1.08 in 4B and 1.17 in 4C at 24.4 um,
    # the downturn of 4B beyond 23 um that Law+2025, Sec. 6 describe.
    by_name = {m.junction: m for m in result.measures}
    assert by_name["4A|4B"].ratio == pytest.approx(1.0, abs=0.02)
    assert by_name["4B|4C"].ratio == pytest.approx(1.08 / 1.17, abs=0.04)
    assert sum(m.verdict == "no overlap" for m in result.measures) == 9
