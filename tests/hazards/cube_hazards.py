"""Cubes and images whose numbers would be wrong without a word."""

import numpy as np
from astropy.io import fits

from tests.hazards import baselines
from tests.hazards.baselines import N_WAVE, written
from tests.hazards.hazard import Hazard


def cube(change, *, make=baselines.s3d):
    """Return a function that writes a good cube after one change."""

    def write(path):
        hdus = make()
        written(change(hdus) or hdus, path)

    return write


def header(name="SCI", **values):
    """Return a change of keywords; `None` deletes one."""

    def change(hdus):
        for key, value in values.items():
            keyword = key.replace("_of_", "-")
            if value is None:
                del hdus[name].header[keyword]
            else:
                hdus[name].header[keyword] = value

    return change


def data(name, function):
    """Return a change of the data of one extension."""

    def change(hdus):
        hdus[name].data = function(hdus[name].data)

    return change


def both(*changes):
    """Return several changes in one."""

    def change(hdus):
        for one in changes:
            one(hdus)

    return change


PARTS = ("SCI", "ERR", "DQ", "WMAP")


def swapped(hdus):
    """Put wavelength first in FITS order, in data and keywords."""
    for name in PARTS:
        hdus[name].data = np.ascontiguousarray(np.moveaxis(hdus[name].data, 0, 2))
    head = hdus["SCI"].header
    for keyword in ("CTYPE", "CUNIT", "CRPIX", "CRVAL", "CDELT"):
        values = [head[f"{keyword}{axis}"] for axis in (3, 1, 2)]
        for axis, value in enumerate(values, 1):
            head[f"{keyword}{axis}"] = value


def swapped_in_silence(hdus):
    """Transpose the data and leave the keywords alone."""
    for name in PARTS:
        hdus[name].data = np.ascontiguousarray(np.moveaxis(hdus[name].data, 0, 2))


def no_spectral_axis(hdus):
    for keyword in ("CTYPE3", "CUNIT3", "CRPIX3", "CRVAL3", "CDELT3", "PC3_3"):
        del hdus["SCI"].header[keyword]
    del hdus["WCS-TABLE"]


def falling(hdus):
    hdus["SCI"].header.update({"CRVAL3": baselines.WAVE[-1], "CDELT3": -baselines.STEP_UM})
    hdus["WCS-TABLE"].data["wavelength"] = baselines.WAVE[::-1].reshape(1, N_WAVE, 1)


def short_table(n):
    def change(hdus):
        hdus[-1] = baselines.wave_table(baselines.multi_band_wave()[:n])

    return change


def table_values(function):
    def change(hdus):
        hdus["WCS-TABLE"].data["wavelength"] = function(hdus["WCS-TABLE"].data["wavelength"].copy())

    return change


def one_nan(values):
    values[0, 5] = np.nan
    return values


def shuffled(values):
    values[0, [3, 9]] = values[0, [9, 3]]
    return values


def without(name):
    def change(hdus):
        del hdus[name]

    return change


MULTI = baselines.s3d_multi
CUBES = (
    Hazard("err_few_planes.fits", "refused", "err", cube(data("ERR", lambda a: a[:-5]))),
    Hazard("err_one_plane.fits", "refused", "err", cube(data("ERR", lambda a: a[:1]))),
    Hazard("err_flat.fits", "refused", "err", cube(data("ERR", lambda a: a[0]))),
    Hazard("dq_other_shape.fits", "refused", "dq", cube(data("DQ", lambda a: a[:, :-1]))),
    Hazard("wmap_other_shape.fits", "refused", "wmap", cube(data("WMAP", lambda a: a[:, :, :-1]))),
    Hazard("dq_real_numbers.fits", "refused", "flags", cube(data("DQ", lambda a: a.astype("f4")))),
    Hazard("axes_swapped.fits", "refused", "swapped", cube(swapped)),
    Hazard("axes_swapped_in_silence.fits", "refused", "planes", cube(swapped_in_silence)),
    Hazard("no_spectral_axis.fits", "refused", "wavelength", cube(no_spectral_axis)),
    Hazard("ctype3_frequency.fits", "refused", "ctype3", cube(header(CTYPE3="FREQ"))),
    Hazard("ctype3_air.fits", "refused", "ctype3", cube(header(CTYPE3="AWAV"))),
    Hazard("no_cunit3.fits", "warns", "cunit3", cube(header(CUNIT3=None))),
    Hazard("no_cunit3_in_m.fits", "warns", "cunit3",
           cube(both(header(CUNIT3=None, CRVAL3=11.55e-6, CDELT3=2.5e-9), without("WCS-TABLE")))),
    Hazard("no_cunit3_implausible.fits", "refused", "cunit3",
           cube(both(header(CUNIT3=None, CRVAL3=11551.25, CDELT3=2.5), without("WCS-TABLE")))),
    Hazard("cunit3_strange.fits", "refused", "furlong", cube(header(CUNIT3="furlong"))),
    Hazard("cunit3_angstrom.fits", "warns", "plausible",
           cube(both(header(CUNIT3="Angstrom"), without("WCS-TABLE")))),
    Hazard("cdelt3_zero.fits", "refused", "cdelt3", cube(header(CDELT3=0.0))),
    Hazard("cdelt3_nan.fits", "refused", "cdelt3", cube(header(CDELT3="NaN"))),
    Hazard("crval3_missing.fits", "refused", "crval3", cube(header(CRVAL3=None))),
    Hazard("negative_wavelengths.fits", "refused", "wavelengths",
           cube(both(header(CRVAL3=-3.0), without("WCS-TABLE")))),
    Hazard("wave_mixed_with_sky.fits", "refused", "mixed", cube(header(PC3_1=0.3))),
    Hazard("wavelengths_fall.fits", "warns", "decrease", cube(falling)),
    Hazard("other_band.fits", "warns", "band", cube(header("PRIMARY", CHANNEL="1", BAND="LONG"))),
    Hazard("table_disagrees.fits", "warns", "disagree",
           cube(table_values(lambda values: values + 0.1))),
    Hazard("table_33_of_40.fits", "refused", "33", cube(short_table(33), make=MULTI)),
    Hazard("table_973_linear.fits", "refused", "planes", cube(short_table(33))),
    Hazard("table_missing.fits", "refused", "wcs-table", cube(without("WCS-TABLE"), make=MULTI)),
    Hazard("table_without_column.fits", "refused", "column",
           cube(header(PS3_1="lambda"), make=MULTI)),
    Hazard("table_other_name.fits", "refused", "missing", cube(header(PS3_0="NOPE"), make=MULTI)),
    Hazard("table_with_nan.fits", "refused", "nan", cube(table_values(one_nan), make=MULTI)),
    Hazard("table_shuffled.fits", "refused", "rise", cube(table_values(shuffled), make=MULTI)),
    Hazard("wcsaxes_9999.fits", "refused", "wcsaxes", cube(header(WCSAXES=9999))),
    Hazard("projection_sin.fits", "warns", "projection",
           cube(header(CTYPE1="RA---SIN", CTYPE2="DEC--SIN"))),
    Hazard("crpix_missing.fits", "refused", "crpix1", cube(header(CRPIX1=None))),
    Hazard("crval2_91.fits", "refused", "declination", cube(header(CRVAL2=91.0))),
    Hazard("cdelt1_zero.fits", "refused", "scale", cube(header(CDELT1=0.0))),
    Hazard("bunit_millijansky.fits", "warns", "mjy/sr",
           cube(both(header(BUNIT="mJy/sr"), header("ERR", BUNIT="mJy/sr")))),
    Hazard("bunit_of_err_differs.fits", "refused", "units", cube(header("ERR", BUNIT="mJy/sr"))),
    Hazard("bunit_missing.fits", "warns", "bunit",
           cube(both(header(BUNIT=None), header("ERR", BUNIT=None)))),
    Hazard("bunit_ampere.fits", "warns", "erg/s/cm2/a",
           cube(both(header(BUNIT="erg/s/cm2/A"), header("ERR", BUNIT=None)))),
    Hazard("bunit_misspelt.fits", "warns", "bananas",
           cube(both(header(BUNIT="bananas"), header("ERR", BUNIT="bananas")))),
    Hazard("bunit_capitals.fits", "loads", "",
           cube(both(header(BUNIT="MJY/SR"), header("ERR", BUNIT="MJy/ster")))),
    Hazard("pixar_missing.fits", "warns", "pixar_sr", cube(header(PIXAR_SR=None))),
    Hazard("pixar_zero.fits", "warns", "pixar_sr", cube(header(PIXAR_SR=0.0))),
    Hazard("pixar_nan.fits", "warns", "pixar_sr", cube(header(PIXAR_SR="NaN"))),
    Hazard("pixar_of_a_pixel.fits", "warns", "pixar_sr", cube(header(PIXAR_SR=2.86e-13))),
    Hazard("pixar_missing_no_sky.fits", "refused", "pixar_sr",
           cube(header(PIXAR_SR=None, CTYPE1="MRSAL1", CTYPE2="MRSBE1"))),
    Hazard("levels_1e9.fits", "warns", "level",
           cube(both(data("SCI", lambda a: a * 1e9), data("ERR", lambda a: a * 1e9)))),
    Hazard("all_nan.fits", "warns", "nan", cube(data("SCI", lambda a: a * np.nan))),
    Hazard("dq_all_set.fits", "warns", "do_not_use",
           cube(data("DQ", np.ones_like))),
    Hazard("errors_zero.fits", "warns", "errors", cube(data("ERR", lambda a: 0.0 * a))),
    Hazard("errors_negative.fits", "warns", "errors", cube(data("ERR", lambda a: -a))),
    Hazard("no_err.fits", "warns", "err", cube(without("ERR"))),
    Hazard("no_dq.fits", "loads", "", cube(without("DQ"))),
    Hazard("no_wmap.fits", "loads", "", cube(without("WMAP"))),
    Hazard("mjd_1980.fits", "warns", "mjd", cube(header("PRIMARY", EXPMID=44239.0))),
    Hazard("mjd_future.fits", "warns", "mjd", cube(header("PRIMARY", EXPMID=99999.0))),
    Hazard("bscale_nan.fits", "refused", "bscale", cube(header(BSCALE="NaN"))),
    Hazard("no_planes.fits", "refused", "voxels",
           cube(both(*(data(name, lambda a: a[:0]) for name in PARTS)))),
    Hazard("weights_zero.fits", "warns", "wmap", cube(data("WMAP", lambda a: 0 * a))),
    Hazard("infinite.fits", "warns", "infinite",
           cube(data("SCI", lambda a: np.where(a > 300.0, np.inf, a).astype("f4")))),
    Hazard("one_voxel.fits", "loads", "",
           cube(both(*(data(name, lambda a: a[:1, 4:5, 5:6]) for name in PARTS),
                     without("WCS-TABLE")))),
    Hazard("doubles.fits", "loads", "", cube(data("SCI", lambda a: a.astype("f8")))),
    Hazard("unknown_keywords.fits", "loads", "",
           cube(header(PV2_1=1.0, PV2_99=2.0, LONPOLE=180.0, A_ORDER=0))),
)  # fmt: skip


def image(change, name="cal"):
    """Return a function that writes a good image after one change."""
    return cube(change, make=lambda: baselines.image(name))


def bare(path):
    """Write an image without keywords."""
    written(fits.HDUList([fits.PrimaryHDU(np.ones((44, 60), "f4"))]), path)


IMAGES = (
    Hazard("a_order_9999.fits", "refused", "a_order", image(header(A_ORDER=9999))),
    Hazard("a_order_negative.fits", "refused", "a_order", image(header(A_ORDER=-1))),
    Hazard("sip_nan.fits", "refused", "a_0_2", image(header(A_0_2="NaN"))),
    Hazard("sip_text.fits", "refused", "b_2_0", image(header(B_2_0="much"))),
    Hazard("sip_missing.fits", "warns", "distortion",
           image(header(A_ORDER=None, B_ORDER=None))),
    Hazard("image_err_shape.fits", "refused", "err", image(data("ERR", lambda a: a[:-1]))),
    Hazard("image_area_shape.fits", "refused", "area", image(data("AREA", lambda a: a[:-1]))),
    Hazard("image_wavelength_shape.fits", "refused", "wavelength",
           cube(data("WAVELENGTH", lambda a: a[1:]), make=baselines.mrs_cal)),
    Hazard("image_wavelength_empty.fits", "warns", "wavelength",
           cube(data("WAVELENGTH", lambda a: 0 * a), make=baselines.mrs_cal)),
    Hazard("nebula_alpha_shape.fits", "refused", "alpha",
           cube(data("ALPHA", lambda a: a[1:]), make=baselines.mrs_nebula)),
    Hazard("nebula_regions_shape.fits", "refused", "regions",
           cube(data("REGIONS", lambda a: a[:, 1:]), make=baselines.mrs_nebula)),
    Hazard("nebula_alpha_unit.fits", "refused", "alpha",
           cube(header("ALPHA", BUNIT="parsec"), make=baselines.mrs_nebula)),
    Hazard("nebula_beta_empty.fits", "warns", "beta",
           cube(data("BETA", lambda a: a * np.nan), make=baselines.mrs_nebula)),
    Hazard("nebula_wavelength_unit.fits", "refused", "wavelength",
           cube(data("WAVELENGTH", lambda a: 1e4 * a), make=baselines.mrs_nebula)),
    Hazard("nebula_no_slice.fits", "refused", "regions",
           cube(data("REGIONS", lambda a: 0 * a), make=baselines.mrs_nebula)),
    Hazard("image_wcsaxes.fits", "refused", "wcsaxes", image(header(WCSAXES=9999))),
    Hazard("image_no_unit.fits", "warns", "bunit",
           image(both(header(BUNIT=None), header("ERR", BUNIT=None)))),
    Hazard("image_bare.fits", "warns", "keywords", bare),
    Hazard("image_all_nan.fits", "warns", "nan", image(data("SCI", lambda a: a * np.nan))),
    Hazard("image_all_flagged.fits", "warns", "do_not_use",
           image(data("DQ", np.ones_like))),
)  # fmt: skip

HAZARDS = CUBES + IMAGES
