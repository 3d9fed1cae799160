"""Tests of engine.simulate.demo: the demo data against the truth beside them."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose
from scipy.interpolate import make_lsq_spline

from engine.errors import Cancelled
from engine.model.bands import bands, junctions
from engine.simulate.demo import make_demo
from engine.simulate.program import standard_stars

SEED = 2025


@pytest.fixture(scope="module")
def demo():
    return {file.name: file for file in make_demo(SEED, size="small")}


@pytest.fixture(scope="module")
def truth(demo):
    return json.loads(demo["truth.json"].content)


def _x1d(file):
    with fits.open(io.BytesIO(file.content), memmap=False) as hdus:
        return hdus["EXTRACT1D"].data.copy(), hdus["EXTRACT1D"].header.copy()


def _model_jy(demo, name, wave_um):
    stem = name.split("/")[1] if name.startswith("stars/") else "hd163466"
    with fits.open(io.BytesIO(demo[f"models/{stem}_simulated_001.fits"].content)) as hdus:
        angstrom = hdus[1].data["WAVELENGTH"].astype(float)
        flux = 3.33564095e4 * angstrom**2 * hdus[1].data["FLUX"].astype(float)
    return np.interp(wave_um, angstrom / 1e4, flux)


def test_the_other_grid_makes_solar_analogs_brighter(demo):
    """Law+2025, Sec. 8.2: 2.4 % between the grids."""
    for stem in ("16cygb", "hd37962", "hd167060", "hr6538"):
        flux = []
        for grid in ("simulated", "othergrid"):
            content = demo[f"models/{stem}_{grid}_001.fits"].content
            with fits.open(io.BytesIO(content), memmap=False) as hdus:
                flux.append(hdus[1].data["FLUX"].astype(float))
        np.testing.assert_allclose(flux[1] / flux[0], 1.024, rtol=1e-6)


def _sent_jy(demo, truth, name, wave_um, band):
    """Return the model, with what leaks into 3A."""
    model = _model_jy(demo, name, wave_um)
    if band != "3A":
        return model
    leak = truth["leak"]
    fraction = np.interp(wave_um, leak["wave_um"], leak["fraction"], left=0.0, right=0.0)
    return model + fraction * _model_jy(demo, name, 0.5 * wave_um)


def _on(truth, band, values, wave_um):
    return np.interp(wave_um, truth["bands"][band]["wave_um"], values)


def _left(product, wave_um):
    """Return what is left of the count rate on the day of a product."""
    band = next(one for one in bands() if one.name == product["band"])
    ends = (band.wave_min_um, band.wave_max_um)
    low, high = product["rate_over_day_zero"]
    return low + (high - low) * (wave_um - ends[0]) / (ends[1] - ends[0])


def _scatter(wave, values, *, n_pieces=12):
    """Return the relative scatter about a spline, outliers apart, with N - k degrees of freedom."""
    used = np.isfinite(values)
    for _ in range(8):
        knots = np.linspace(wave[used][0], wave[used][-1], n_pieces + 1)
        knots = np.r_[[knots[0]] * 3, knots, [knots[-1]] * 3]
        spline = make_lsq_spline(wave[used], values[used], knots, k=3)
        residual = values / spline(wave) - 1.0
        rms = np.sqrt(np.sum(residual[used] ** 2) / (np.count_nonzero(used) - n_pieces - 3))
        used = np.isfinite(values) & (np.abs(residual) < 4.0 * rms)
    return rms


def test_the_small_demo_is_small_and_complete(demo):
    roles = Counter(file.role for file in demo.values())
    kinds = Counter(name.rsplit("_", 1)[-1] for name in demo)

    assert sum(len(file.content) for file in demo.values()) < 100e6
    assert roles["model"] == 14  # ten stars; the four solar analogs in another grid too
    assert roles["reference"] == 12 + 12 + 6 + 1 + 1
    assert roles["extended source"] == 36
    assert (roles["other"], kinds["cal.fits.gz"]) == (6 + 1, 6 + 36)
    assert kinds["s3d.fits.gz"] == 2 * 12
    assert kinds["x1d.fits"] == (8 + 3) * 12 + 2 + 12 + 6
    assert (roles["asteroid"], roles["red disk"]) == (12, 6)
    assert list(demo)[-1] == "truth.json"


def test_the_same_seed_makes_the_same_bytes(demo):
    again = list(islice(make_demo(SEED, size="small"), 60))

    for file in again:
        assert (
            hashlib.sha256(file.content).digest()
            == hashlib.sha256(demo[file.name].content).digest()
        )
    assert {file.role for file in again} >= {"model", "reference", "standard star"}


def test_the_full_demo_begins_with_the_same_files(demo):
    for file in islice(make_demo(SEED, size="full"), 36):
        if file.name in demo:
            assert file.content == demo[file.name].content


def test_another_seed_makes_other_data(demo):
    other = next(f for f in islice(make_demo(7, size="small"), 80) if f.name.startswith("stars"))

    assert other.content != demo[other.name].content


@pytest.mark.parametrize("band", [band.name for band in bands()])
def test_scatter_is_that_of_the_published_table(demo, truth, band):
    quality_max = next(row.quality_max_um for row in bands() if row.name == band)
    ratios = []
    for name, product in truth["products"].items():
        if product.get("band") != band or product["kind"] != "spectrum in DN/s":
            continue
        data, _ = _x1d(demo[name])
        wave = data["WAVELENGTH"]
        inside = (wave < quality_max) & np.isfinite(data["FLUX"])
        factor = _on(truth, band, truth["bands"][band]["calibration_factor"], wave)
        sent = _sent_jy(demo, truth, name, wave, band)
        relative = data["FLUX"] * factor / sent / _left(product, wave)
        ratios.append(_scatter(wave[inside], relative[inside]) * product["snr"])

    assert len(ratios) == 8 + (band in {"1A", "2A"})
    # CO of the G stars is not Gaussian: clipping takes some of it away.
    tolerance = 0.05 if band != "1A" else 0.12
    assert np.mean(ratios) == pytest.approx(1.0, abs=tolerance)


def test_half_of_the_rate_is_lost_in_4c_where_a_star_was_seen_late(truth):
    left = {
        (product["star"], product["band"]): product["rate_over_day_zero"]
        for product in truth["products"].values()
        if product.get("kind") == "spectrum in DN/s"
    }

    assert max(left["HR 6538", "4C"]) < 0.55
    assert min(left["HD 167060", "1A"]) > 0.99


@pytest.mark.parametrize("band", [band.name for band in bands()])
def test_model_over_count_rate_is_the_factor_of_the_truth(demo, truth, band):
    quality_max = next(row.quality_max_um for row in bands() if row.name == band)
    pulls = []
    for name, product in truth["products"].items():
        if product.get("band") != band or product["kind"] != "spectrum in DN/s":
            continue
        data, header = _x1d(demo[name])
        wave = data["WAVELENGTH"]
        rate = data["FLUX"] / _left(product, wave)
        sent = _sent_jy(demo, truth, name, wave, band)
        factor = 1e-6 * sent / (rate * header["PIXAR_SR"])
        of_band = truth["bands"][band]
        expected = np.multiply(
            of_band["calibration_factor"], of_band["star_factor"][product["star"]]
        )
        expected /= product["level"]
        ratio = (factor / _on(truth, band, expected, wave))[wave < quality_max]
        error = 1.25 / product["snr"] / np.sqrt(np.count_nonzero(np.isfinite(ratio)))
        pulls.append((np.nanmedian(ratio) - 1.0) / np.hypot(error, 2e-4))

    assert np.max(np.abs(pulls)) < 4.0


def test_a_tenth_of_a_star_at_12_um_is_light_that_leaks_from_6_um(demo, truth):
    name = next(one for one in demo if "hd2811" in one and "ch3-short" in one)
    data, header = _x1d(demo[name])
    wave = data["WAVELENGTH"]
    expected = truth["bands"]["3A"]["calibration_factor"]
    flux = 1e6 * data["FLUX"] * header["PIXAR_SR"] * _on(truth, "3A", expected, wave)

    excess = flux / _model_jy(demo, name, wave)

    peak, aside = (np.abs(wave - at) < 0.02 for at in (12.22, 12.8))
    assert np.nanmedian(excess[peak]) / np.nanmedian(excess[aside]) == pytest.approx(1.1, abs=0.02)


def test_visits_are_off_by_star_and_earlier_factor(demo, truth):
    for name, product in truth["products"].items():
        if product["kind"] != "spectrum in Jy":
            continue
        data, _ = _x1d(demo[name])
        wave, of_band = data["WAVELENGTH"], truth["bands"][product["band"]]
        expected = np.multiply(of_band["star_factor"]["HD 163466"], of_band["earlier_factor"])
        relative = _on(truth, product["band"], expected, wave) / product["level"]

        ratio = _model_jy(demo, name, wave) / data["FLUX"] / relative

        good = np.isfinite(ratio)
        error = 1.25 / product["snr"] / np.sqrt(np.count_nonzero(good))
        assert np.median(ratio[good]) == pytest.approx(1.0, abs=4.0 * np.hypot(error, 3e-4))


def test_levels_of_visits_jump_where_bands_meet_as_the_truth_says(demo, truth):
    flux, level = {}, {}
    for name, product in truth["products"].items():
        if product["kind"] == "spectrum in Jy" and product["date"] == "2024-07-11":
            data, _ = _x1d(demo[name])
            flux[product["band"]] = (data["WAVELENGTH"], data["FLUX"])
            level[product["band"]] = product["level"]

    jumps = []
    for junction in junctions()[:8]:
        sides = []
        for band in (junction.left, junction.right):
            wave, values = flux[band.name]
            low, high = junction.overlap_um
            inside = (wave > low) & (wave < high)
            model = _model_jy(demo, "visits", wave)
            seen = np.nanmedian((values / model)[inside])
            of_band = truth["bands"][band.name]
            expected = np.multiply(of_band["star_factor"]["HD 163466"], of_band["earlier_factor"])
            middle = np.interp(np.mean([low, high]), of_band["wave_um"], expected)
            sides.append((seen, level[band.name] / middle))
        (left, left_true), (right, right_true) = sides
        jumps.append(right_true / left_true - 1.0)
        assert right / left == pytest.approx(right_true / left_true, abs=2e-3)

    assert 0.004 < np.std(jumps) < 0.04


def test_the_first_visit_understates_its_errors(demo, truth):
    names = [name for name, p in truth["products"].items() if p.get("error_scale") == 0.2]
    data, _ = _x1d(demo[next(name for name in names if "ch3-short" in name)])
    product = truth["products"][next(name for name in names if "ch3-short" in name)]

    stated = np.nanmedian(data["FLUX_ERROR"] / data["FLUX"])

    assert len(names) == 12
    assert stated * product["snr_noise"] == pytest.approx(0.2, rel=0.1)


def test_cubes_lie_where_the_truth_says(demo, truth):
    name = next(n for n, p in truth["products"].items() if p.get("star") == "10 Lac" and "ch2" in n)
    with fits.open(io.BytesIO(gzip.decompress(demo[name].content))) as hdus:
        image = hdus["SCI"].data[400].astype(float)

    y, x = np.unravel_index(np.nanargmax(image), image.shape)

    assert_allclose((x, y), truth["products"][name]["center_pixel"], atol=0.6)


def test_the_truth_gives_the_mean_over_the_stars(truth):
    for band in bands():
        factors = [truth["bands"][band.name]["star_factor"][s.star] for s in standard_stars()]
        assert_allclose(np.mean(factors, axis=0), 1.0, rtol=1e-8)


def test_the_stated_aperture_correction_follows_from_the_stated_gaussians(truth):
    for spread in truth["point_spread"]["channels"].values():
        fractions, sigmas = np.array(spread["fractions"]), np.array(spread["sigmas_fwhm"])
        energy = np.sum(fractions * (1.0 - np.exp(-0.5 * (2.0 / sigmas) ** 2)))

        assert spread["aperture_correction_2_fwhm"] == pytest.approx(1.0 / energy, rel=1e-6)


def test_progress_is_told_and_can_cancel():
    class Impatient:
        seen = ()

        def step(self, done, total, note=""):
            self.seen = (*self.seen, (done, total))
            if done == 3:
                raise Cancelled

    progress = Impatient()

    with pytest.raises(Cancelled):
        list(make_demo(SEED, size="small", progress=progress))

    assert [done for done, _ in progress.seen] == [0, 1, 2, 3]
    assert len({total for _, total in progress.seen}) == 1


def test_the_simulation_imports_none_of_the_analyses():
    code = (
        "import sys, engine.simulate.demo, engine.simulate.cubes\n"
        "shared = ('numerics', 'spectra', 'mrs', 'compare', 'files', 'project', 'figures')\n"
        "print([m for m in sys.modules if m.startswith('engine.') and m.split('.')[1] in shared])"
    )
    checkout = Path(__file__).resolve().parents[3]

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_the_calculator_expects_what_the_stated_errors_say(demo, truth):
    lines = demo["references/simulated_calculator_curve.ecsv"].content.decode().splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")][1:]
    names = [name for name, p in truth["products"].items() if p.get("error_scale") == 1.0]
    data, _ = _x1d(demo[next(name for name in names if "visits" in name and "ch3-short" in name)])

    wave, snr = np.array([[float(x) for x in row[1:3]] for row in rows if row[0] == "3A"]).T

    stated = data["FLUX"] / data["FLUX_ERROR"]
    expected = np.interp(data["WAVELENGTH"], wave, snr)
    assert {row[0] for row in rows} == {band.name for band in bands()}
    assert np.nanmedian(stated / expected) == pytest.approx(1.0, rel=0.03)
