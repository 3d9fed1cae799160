"""Every numeric case of the page on reliability, from files on a disk to what a user reads.

Each test goes the whole way: files are written, opened, computed, exported; the truth is what was
put into the files.
"""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from engine.errors import EngineError, FitError
from engine.model.identity import Identity
from engine.mrs.count_rate_loss import LossParams
from engine.mrs.response_params import Mask, SampleWeight, StarResponseParams
from engine.project.keys import EVERYTHING, NodeKey
from engine.simulate.lamps import DAY_ZERO_MJD
from guiapp.views.junction_words import verdict_text
from guiapp.views.star_response_words import summary_text
from tests.helpers import star_files
from tests.helpers.star_files import CUBE_4A, MODEL
from tests.reliability.bench import bytes_of, outcome, with_columns, x1d_hdus

RESPONSE = NodeKey("response", EVERYTHING)


def star(folder, change=lambda values: values, *, units=None, bands=("4A",), **options):
    """Open the simulated star with the columns of its spectra changed; export everything."""
    files = {
        f"star_{band}_x1d.fits": bytes_of(with_columns(x1d_hdus(band), change, units=units))
        for band in bands
    }
    return outcome(folder, {**files, "model.fits": star_files.content(MODEL)}, **options)


def put(column, where, value):
    """Return a change that sets samples of a column."""

    def change(values):
        values[column][where] = value
        return values

    return change


def rows(index):
    """Return a change that takes rows by an index of them."""
    return lambda values: {name: array[index] for name, array in values.items()}


def decided(**params):
    """Return what decides the parameters of all responses."""
    return lambda session: session.with_params(RESPONSE, StarResponseParams(**params))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """Return the outcome of the star as it is."""
    return star(tmp_path_factory.mktemp("untouched"))


def same_vector(one, other, *, rtol=0.0):
    left, right = (o.result("response") for o in (one, other))
    np.testing.assert_allclose(left.vector, right.vector, rtol=rtol, atol=0.0)
    return True


def test_nan_in_the_flux_is_dropped_and_the_used_samples_are_counted(tmp_path, untouched):
    done = star(tmp_path, put("FLUX", slice(200, 250), np.nan))

    result, whole = done.result("response"), untouched.result("response")
    assert (np.isfinite(result.vector) == np.isfinite(whole.vector)).all()
    assert result.n_used <= result.n_samples - 50 < whole.n_used
    assert f"{result.n_used} of {result.n_samples} used" in summary_text(result)
    np.testing.assert_allclose(result.vector, whole.vector, rtol=0.02)
    assert done.shows_no_number_that_is_none()
    assert done.reports_no_number_that_is_none()


def test_breakpoints_without_data_are_named_with_their_range(tmp_path):
    places = (17.8, 18.5, 18.85, 18.9, 18.95, 19.0, 19.05, 19.1, 20.0, 20.9)
    masks = (Mask(18.8, 19.2, "nothing here"),)

    done = star(tmp_path, decide=decided(breakpoints_um=places, masks=masks))

    with pytest.raises(FitError, match=r"No data between 18\.\d+ and 19\.\d+ µm") as caught:
        done.result("response")
    assert set(caught.value.breakpoints_um) <= set(places)
    assert "remove" in caught.value.hint or "move" in caught.value.hint.lower()
    assert any("No data between" in reason for reason in done.skipped.values())
    assert not any("vector" in path.name for path in done.folder.iterdir())
    assert done.shows_no_number_that_is_none()


def everything_flagged(values):
    return values | {"DQ": values["DQ"] | 1}


@pytest.mark.parametrize(
    ("change", "decide", "cause"),
    [
        (everything_flagged, lambda session: session, "flags"),
        (lambda v: v, decided(masks=(Mask(17.0, 22.0, "all"),)), "mask"),
        (
            lambda v: v,
            decided(weights=tuple(SampleWeight(w, 0.0) for w in x1d_hdus()[1].data["WAVELENGTH"])),
            "weight",
        ),
    ],
    ids=["all flagged", "all masked", "all weights zero"],
)
def test_without_any_weight_the_fit_is_refused_with_the_cause(tmp_path, change, decide, cause):
    done = star(tmp_path, change, decide=decide)

    with pytest.raises(EngineError) as caught:
        done.result("response")
    assert cause in caught.value.sentence.lower()
    assert done.shows_no_number_that_is_none()


@pytest.mark.rig
def test_repeated_wavelengths_are_merged_by_weight_and_counted(tmp_path, untouched):
    twice = np.sort(np.concatenate([np.arange(542), np.arange(100, 110)]))

    done = star(tmp_path, rows(twice))

    assert any("10 samples repeat a wavelength and were merged" in said for said in done.told)
    flux = [o.chain.library.product(o.session.entries[-1], 0).flux for o in (done, untouched)]
    np.testing.assert_allclose(*flux, rtol=1e-14)
    assert done.shows_no_number_that_is_none()


def test_falling_wavelengths_are_sorted_once_and_told(tmp_path, untouched):
    done = star(tmp_path, rows(slice(None, None, -1)))

    assert any("wavelengths decrease: the samples were sorted" in said for said in done.told)
    assert same_vector(done, untouched)


def short_of_the_neighbor(values):
    """Cut both bands where they overlap (20.69-20.95 um)."""
    wave = values["WAVELENGTH"]
    return rows((wave < 20.6) | (wave > 21.0))(values)


def few_in_the_overlap(values):
    """Leave three samples of the coarser side in the overlap."""
    wave = values["WAVELENGTH"]
    is_long = wave[0] > 20.0
    return rows(wave > 20.907)(values) if is_long else values


def junction_of(done):
    [key] = [k for k in done.chain.keys(done.session) if str(k).startswith("junctions")
             and k.stage == "extracted"]  # fmt: skip
    junctions = done.chain.evaluate(done.session, key)
    [found] = [one for one in junctions.measures if one.junction == "4A|4B"]
    return junctions, found


def test_bands_that_do_not_overlap_have_no_ratio_and_say_between_where(tmp_path):
    done = star(tmp_path, short_of_the_neighbor, bands=("4A", "4B"))

    _, junction = junction_of(done)
    assert np.isnan(junction.ratio)
    assert junction.reason == "The bands do not overlap (20.59–21.01 µm): no ratio."
    assert "no ratio" in verdict_text(junction, "Star/1-1")
    table = done.table("junctions")
    assert np.isnan(table["ratio"][0])
    assert table["verdict"][0] == "no overlap"
    assert done.shows_no_number_that_is_none()
    assert done.reports_no_number_that_is_none()


def test_fewer_than_three_samples_are_told_with_their_number_and_left_out(tmp_path):
    done = star(tmp_path, few_in_the_overlap, bands=("4A", "4B"))

    junctions, junction = junction_of(done)
    assert 0 < int(junction.used.sum()) < 3
    assert junction.verdict == "too few samples"
    assert np.isnan(junction.ratio)
    assert "±" in junction.reason
    assert "left out" in junction.reason
    assert all(not np.isfinite(scale) or scale == 1.0 for _, scale in junctions.stitch_scales)
    assert done.shows_no_number_that_is_none()


@pytest.mark.parametrize("value", [0.0, -1e-3, np.nan])
def test_errors_that_are_none_are_masked_and_counted(tmp_path, value):
    done = star(tmp_path, put("FLUX_ERROR", slice(200, 230), value))

    result = done.result("response")
    assert "30 of 534 samples have no valid error and are left out." in result.messages
    assert np.isfinite(result.stat_error[200:230]).all()
    if value <= 0.0:
        assert any("30 of 542 errors are zero or negative" in said for said in done.told)
    assert done.shows_no_number_that_is_none()


@pytest.mark.rig
def test_without_any_error_the_samples_weigh_the_same_and_that_is_said(tmp_path, untouched):
    done = star(tmp_path, put("FLUX_ERROR", slice(None), -1.0))

    result = done.result("response")
    assert "No errors are known: all samples weigh the same." in result.messages
    np.testing.assert_allclose(result.vector, untouched.result("response").vector, rtol=0.02)
    assert (result.stat_error[np.isfinite(result.vector)] > 0).all()
    assert done.shows_no_number_that_is_none()


def lamps(folder, days, loss, *, noise=1e-3, form="exponential"):
    """Open lamp spectra of a band whose rate follows ``loss``; export their fit."""
    rng, wave = np.random.default_rng(7), np.linspace(17.75, 20.9, 60)
    spectra = [
        Table(
            {
                "band": ["4A"] * wave.size,
                "mjd": np.full(wave.size, DAY_ZERO_MJD + day),
                "wave_um": wave,
                "rate_dn_s": 100.0 * level * (1.0 + noise * rng.standard_normal(wave.size)),
                "rate_error_dn_s": np.full(wave.size, 100.0 * noise * level),
            }
        )
        for day, level in zip(days, loss, strict=True)
    ]
    table = Table({n: np.concatenate([one[n] for one in spectra]) for n in spectra[0].colnames})
    table["wave_um"].unit, table.meta["kind"] = "um", "lamp"
    table["rate_dn_s"].unit = table["rate_error_dn_s"].unit = "DN / s"
    folder.mkdir(exist_ok=True)
    table.write(folder / "lamps.ecsv")
    content = (folder / "lamps.ecsv").read_bytes()
    return outcome(
        folder,
        {"lamps.ecsv": content},
        decide=lambda s: s.with_params(NodeKey("loss", EVERYTHING), LossParams(form=form)),
    )


def test_an_exponential_of_three_dates_is_refused_and_a_line_is_offered(tmp_path):
    done = lamps(tmp_path, [0.0, 100.0, 300.0], [1.0, 0.9, 0.8])

    with pytest.raises(EngineError) as caught:
        done.result("loss")
    assert "3" in caught.value.what
    assert "linear" in caught.value.hint or "line" in caught.value.hint
    assert done.shows_no_number_that_is_none()


@pytest.mark.rig
def test_an_exponential_needs_no_start_values_to_find_a_slow_one(tmp_path):
    # T0 exp(-b t / 100 d): time constant 200 d; a fit that starts at 1 d is lost.
    days = np.linspace(0.0, 800.0, 12)

    done = lamps(tmp_path, days, 0.2 * np.exp(-days / 200.0) + 0.8)

    fit = done.result("loss").fit
    amplitude, rate = fit.values[1], fit.values[2]
    assert amplitude == pytest.approx(0.2, abs=4.0 * fit.errors[1])
    assert rate == pytest.approx(0.5, abs=4.0 * fit.errors[2])
    assert np.isfinite(fit.errors).all()
    assert fit.errors[2] < 0.1
    assert np.isfinite(fit.chi2)
    assert done.shows_no_number_that_is_none()


def test_flat_data_show_no_time_dependence_in_words(tmp_path):
    days = np.linspace(0.0, 800.0, 12)

    done = lamps(tmp_path, days, np.ones(12))

    loss = done.result("loss")
    assert loss.messages[0].startswith("No time dependence detected: a = ")
    assert "±" in loss.messages[0]
    assert "not determined" in loss.messages[0]
    assert done.shows_no_number_that_is_none()


@pytest.mark.rig
def test_parameters_that_the_data_leave_open_are_named_and_have_no_error(tmp_path):
    # All dates but the first lie behind the decay: only its end is seen.
    days = np.array([0.0, 900.0, 950.0, 1000.0, 1050.0, 1100.0])

    done = lamps(tmp_path, days, np.array([1.0, 0.7, 0.7, 0.7, 0.7, 0.7]))

    fit = done.result("loss").fit
    assert fit.undetermined
    named = [said for said in done.result("loss").messages if "do not determine" in said]
    assert all(name in named[0] for name in fit.undetermined)
    assert np.isnan(fit.errors).sum() == len(fit.undetermined)
    assert np.isfinite(fit.values).all()
    assert done.shows_no_number_that_is_none()


def test_all_nan_is_no_data_and_never_zero(tmp_path):
    done = star(tmp_path, lambda v: v | {n: v[n] * np.nan for n in ("FLUX", "SURF_BRIGHT")})

    with pytest.raises(EngineError, match="No sample has both a measurement and a model"):
        done.result("response")
    assert any("there is no measurement" in said for said in done.told)
    assert not any(name.endswith("vector.ecsv") for name in map(str, done.folder.iterdir()))
    assert done.shows_no_number_that_is_none()
    assert done.reports_no_number_that_is_none()


def cube_hdus(change):
    """Return the simulated cube in 4A with its data changed."""
    import gzip
    import io

    content = gzip.decompress(star_files.content(CUBE_4A))
    with fits.open(io.BytesIO(content), memmap=False) as hdus:
        hdus["SCI"].data = change(hdus["SCI"].data)
        return bytes_of(fits.HDUList([hdu.copy() for hdu in hdus]))


@pytest.mark.rig
def test_planes_without_data_are_extracted_as_none_and_never_as_zero(tmp_path):
    def without_planes(data):
        data[40:60] = np.nan
        return data

    done = outcome(tmp_path, {"cube.fits": cube_hdus(without_planes)}, what=("spectra",))

    [table] = [Table.read(p) for p in done.folder.glob("*x1d.ecsv")]
    flux = np.asarray(table[next(n for n in table.colnames if n in {"flux_jy", "rate_dn_s"})])
    assert np.isnan(flux[40:60]).all()
    assert (flux[3:40] > 0).all()
    assert (flux[60:-5] > 0).all()
    assert not done.infinite()


@pytest.mark.rig
def test_everything_left_out_gives_a_sentence_and_no_mean(tmp_path):
    def leave_out(session):
        for segment in session.segments:
            session = session.with_exclusion(segment.id, "tilt")
        return session

    done = star(tmp_path, bands=("4A", "4B"), decide=leave_out)

    for key in done.chain.keys(done.session):
        if key.step == "combine":
            with pytest.raises(EngineError):
                done.chain.evaluate(done.session, key)
    assert done.shows_no_number_that_is_none()


@pytest.mark.rig
def test_sums_of_float32_are_made_in_double(tmp_path):
    # A level 1e5 times the star leaves float32 sums with a part in a thousand of it.
    def lifted(kind):
        return lambda data: (data.astype(kind) + kind(3e4)).astype(kind)

    plain = outcome(
        tmp_path / "a", {"cube.fits": cube_hdus(lambda d: d.astype(np.float64) + 0.0)},
        what=("spectra",),
    )  # fmt: skip
    narrow = outcome(
        tmp_path / "b", {"cube.fits": cube_hdus(lifted(np.float32))}, what=("spectra",)
    )
    wide = outcome(
        tmp_path / "c",
        {"cube.fits": cube_hdus(lambda d: lifted(np.float32)(d).astype(np.float64))},
        what=("spectra",),
    )

    def fluxes(done):
        [table] = [Table.read(p) for p in done.folder.glob("*x1d.ecsv")]
        return np.asarray(table["flux_jy"])

    # The same float32 values, stored wide or narrow, give the same sums to the last bit.
    np.testing.assert_array_equal(fluxes(narrow), fluxes(wide))
    np.testing.assert_allclose(np.nanmedian(fluxes(narrow) / fluxes(plain)), 1.0, rtol=0.01)


def test_a_spectrum_of_one_sample_loads_and_says_why_there_is_no_fit(tmp_path):
    done = star(tmp_path, rows(slice(0, 1)))

    assert done.session.segments[0].identity == replace(
        done.session.segments[0].identity, target="16 Cyg B"
    )
    with pytest.raises(EngineError, match="1 sample") as caught:
        done.result("response")
    assert "A fit needs more" in caught.value.sentence
    assert done.shows_no_number_that_is_none()


@pytest.mark.rig
def test_a_cube_of_one_spaxel_loads_and_says_why_there_is_no_spectrum(tmp_path):
    import gzip
    import io

    content = gzip.decompress(star_files.content(CUBE_4A))
    with fits.open(io.BytesIO(content), memmap=False) as hdus:
        for hdu in hdus:
            if hdu.is_image and hdu.data is not None and hdu.data.ndim == 3:
                ny, nx = hdu.data.shape[1] // 2, hdu.data.shape[2] // 2
                hdu.data = hdu.data[:, ny : ny + 1, nx : nx + 1]
        small = bytes_of(fits.HDUList([hdu.copy() for hdu in hdus]))

    done = outcome(tmp_path, {"cube.fits": small}, what=("spectra",))

    assert len(done.session.segments) == 1
    assert done.skipped or not done.infinite()
    assert done.shows_no_number_that_is_none()


@pytest.mark.parametrize(
    ("wave_unit", "flux_unit", "factor"),
    [
        ("microns", "Janskys", 1.0),
        ("MICRONS", "JY", 1.0),
        ("um", "mJy", 1e-3),
        ("um", "FLAM", None),
        ("ANGSTROMS", "Jy", 1.0),
    ],
)
def test_units_as_archives_write_them_are_understood(tmp_path, wave_unit, flux_unit, factor):
    def scaled(values):
        if wave_unit == "ANGSTROMS":
            values["WAVELENGTH"] = values["WAVELENGTH"] * 1e4
        return values

    units = {"WAVELENGTH": wave_unit, "FLUX": flux_unit, "FLUX_ERROR": flux_unit}

    done = star(tmp_path, scaled, units=units, what=())

    spectrum = done.chain.library.product(done.session.entries[-1], 0)
    written = x1d_hdus()[1].data
    assert spectrum.unit == "Jy"
    np.testing.assert_allclose(spectrum.wave_um, written["WAVELENGTH"], rtol=1e-14)
    # 1 erg/s/cm2/A is 1e23 lambda^2 / c Jy, with the wavelength and c in Angstrom
    of_flam = 1e23 * (written["WAVELENGTH"] * 1e4) ** 2 / 2.99792458e18
    np.testing.assert_allclose(
        spectrum.flux, written["FLUX"] * (of_flam if factor is None else factor), rtol=1e-12
    )


@pytest.mark.parametrize("unit", ["erg/s/cm2/A", "bananas", ""])
def test_a_unit_that_is_not_known_is_shown_raw_and_never_converted(tmp_path, unit):
    done = star(tmp_path, units={"FLUX": unit, "FLUX_ERROR": unit}, what=("tables",))

    spectrum = done.chain.library.product(done.session.entries[-1], 0)
    assert spectrum.unit not in {"Jy", "MJy/sr", "DN/s"}
    np.testing.assert_array_equal(spectrum.flux, x1d_hdus()[1].data["FLUX"])
    assert any("never converted" in said for said in done.told)
    with pytest.raises(EngineError, match="must be in Jy or DN/s"):
        done.result("response")


@pytest.mark.parametrize(
    ("change", "cards", "said"),
    [
        (lambda v: v | {"WAVELENGTH": v["WAVELENGTH"] * 10}, {}, "Wavelengths 177-209.5 µm"),
        (lambda v: v, {"EXPMID": 48000.0}, "MJD 48000 is not plausible"),
        (lambda v: v, {"EXPMID": 99999.0}, "MJD 99999 is not plausible"),
    ],
)
def test_what_is_not_plausible_is_warned_of_and_never_blocked(tmp_path, change, cards, said):
    hdus = with_columns(x1d_hdus(), change)
    for keyword, value in cards.items():
        hdus[0].header[keyword] = value

    done = outcome(tmp_path, {"x1d.fits": bytes_of(hdus)}, what=())

    assert len(done.session.segments) == 1
    assert any(said in told for told in done.told)


def test_a_factor_far_from_one_is_warned_of_where_it_is_made(tmp_path):
    done = star(tmp_path, lambda v: v | {"FLUX": v["FLUX"] * 1e-3})

    result = done.result("response")
    assert np.nanmedian(result.vector) > 100.0
    assert any("not plausible" in said for said in result.messages)
    [remark] = done.table("responses")["remarks"]
    assert "not plausible" in remark


@pytest.mark.rig
def test_a_level_far_from_any_sky_is_warned_of(tmp_path):
    done = outcome(tmp_path, {"cube.fits": cube_hdus(lambda d: d * np.float32(1e9))}, what=())

    assert done.session.segments[0].identity.target == Identity(target="16 Cyg B").target
    assert any("MJy/sr is not plausible" in told for told in done.told)
