"""Spectra whose numbers would be wrong without a word, and tables with traps of units."""

import numpy as np
from astropy.io import fits

from tests.hazards import baselines
from tests.hazards.baselines import N_WAVE, X1D_UNITS, written, x1d_values
from tests.hazards.fits_hazards import replaced
from tests.hazards.hazard import Hazard


def x1d(change=None, *, units=None, **keywords):
    """Return a function that writes a spectrum after a change of its columns."""

    def write(path):
        values = x1d_values()
        if change is not None:
            values = change(values) or values
        written(baselines.x1d(values, units=units, **keywords), path)

    return write


def column(name, function):
    """Return a change of one column."""

    def change(values):
        values[name] = function(values[name].copy())

    return change


def put(index, value):
    """Return a function that puts a value at an index."""

    def function(array):
        array[index] = value
        return array

    return function


def without_column(name):
    return lambda values: {key: array for key, array in values.items() if key != name}


def reversed_rows(values):
    return {name: array[::-1] for name, array in values.items()}


def shuffled_rows(values):
    order = np.random.default_rng(3).permutation(N_WAVE)
    return {name: array[order] for name, array in values.items()}


def repeated_rows(values):
    order = np.r_[0, 0, 1, 2, 2, 2, 3:N_WAVE]
    return {name: array[order] for name, array in values.items()}


def unit(name, written_unit):
    return {**X1D_UNITS, name: written_unit}


def no_srctype(path):
    hdus = baselines.x1d()
    del hdus[1].header["SRCTYPE"]
    written(hdus, path)


def calspec(**options):
    return lambda path: written(baselines.calspec(**options), path)


def table(*columns):
    """Return a function that writes a bare table of (name, unit, values)."""

    def write(path):
        made = [fits.Column(name, "D", unit=of, array=values) for name, of, values in columns]
        parts = [fits.PrimaryHDU(), fits.BinTableHDU.from_columns(made)]
        written(fits.HDUList(parts), path)

    return write


WAVE = np.linspace(5.0, 8.0, 30)
ONES = np.ones(30)

HAZARDS = (
    Hazard("wavelengths_all_nan.fits", "refused", "wavelengths",
           x1d(column("WAVELENGTH", lambda a: a * np.nan))),
    Hazard("wavelengths_some_nan.fits", "warns", "dropped",
           x1d(column("WAVELENGTH", put(slice(3, 6), np.nan)))),
    Hazard("wavelengths_zero.fits", "warns", "dropped",
           x1d(column("WAVELENGTH", put(slice(3, 6), 0.0)))),
    Hazard("wavelengths_fall.fits", "warns", "decrease", x1d(reversed_rows)),
    Hazard("wavelengths_shuffled.fits", "warns", "order", x1d(shuffled_rows)),
    Hazard("wavelengths_repeat.fits", "warns", "merged", x1d(repeated_rows)),
    Hazard("no_wavelength_column.fits", "refused", "wavelength",
           x1d(without_column("WAVELENGTH"))),
    Hazard("no_flux_column.fits", "refused", "flux",
           x1d(lambda values: {name: values[name] for name in ("WAVELENGTH", "DQ", "NPIXELS")})),
    Hazard("no_errors.fits", "loads", "", x1d(without_column("FLUX_ERROR"))),
    Hazard("errors_zero.fits", "warns", "errors", x1d(column("FLUX_ERROR", lambda a: 0 * a))),
    Hazard("errors_negative.fits", "warns", "errors", x1d(column("FLUX_ERROR", lambda a: -a))),
    Hazard("one_error_zero.fits", "warns", "1 of 40", x1d(column("FLUX_ERROR", put(7, 0.0)))),
    Hazard("flux_all_nan.fits", "loads", "", x1d(column("FLUX", lambda a: a * np.nan))),
    Hazard("everything_nan.fits", "warns", "nan",
           x1d(lambda values: {name: array if name in {"WAVELENGTH", "DQ"} else array * np.nan
                               for name, array in values.items()})),
    Hazard("infinite.fits", "warns", "infinite", x1d(column("FLUX", put(5, np.inf)))),
    Hazard("two_fluxes.fits", "warns", "two columns",
           lambda path: path.write_bytes(
               replaced(baselines.x1d(), b"'SURF_BRIGHT'", b"'FLUX       '"))),
    Hazard("wavelength_as_text.fits", "refused", "numbers",
           lambda path: written(_as_text(baselines.x1d(), "WAVELENGTH"), path)),
    Hazard("dq_all_set.fits", "warns", "do_not_use", x1d(column("DQ", lambda a: a + np.uint32(1)))),
    Hazard("no_srctype.fits", "loads", "", no_srctype),
    Hazard("srctype_unknown.fits", "loads", "", x1d(SRCTYPE="UNKNOWN")),
    Hazard("srctype_extended.fits", "loads", "", x1d(SRCTYPE="EXTENDED")),
    Hazard("no_rows.fits", "refused", "rows",
           x1d(lambda values: {name: array[:0] for name, array in values.items()})),
    Hazard("one_row.fits", "loads", "",
           x1d(lambda values: {name: array[:1] for name, array in values.items()})),
    Hazard("unit_wave_missing.fits", "warns", "unit", x1d(units=unit("WAVELENGTH", None))),
    Hazard("unit_wave_missing_nm.fits", "refused", "unit",
           x1d(column("WAVELENGTH", lambda a: 1e3 * a), units=unit("WAVELENGTH", None))),
    Hazard("unit_wave_unknown.fits", "refused", "parsec", x1d(units=unit("WAVELENGTH", "parsec"))),
    Hazard("unit_wave_wrong.fits", "warns", "plausible", x1d(units=unit("WAVELENGTH", "nm"))),
    Hazard("unit_flux_missing.fits", "warns", "unit", x1d(units=unit("FLUX", None))),
    Hazard("unit_flux_unknown.fits", "warns", "bananas", x1d(units=unit("FLUX", "bananas"))),
    Hazard("unit_flux_ampere.fits", "warns", "erg/s/cm2/a", x1d(units=unit("FLUX", "erg/s/cm2/A"))),
    Hazard("unit_janskys.fits", "loads", "", x1d(units=unit("FLUX", "Janskys"))),
    Hazard("unit_microns.fits", "loads", "", x1d(units=unit("WAVELENGTH", "microns"))),
    Hazard("mjd_zero.fits", "loads", "",
           lambda path: written(_with_primary(baselines.x1d(), EXPMID=0.0), path)),
    Hazard("mjd_1990.fits", "warns", "mjd",
           lambda path: written(_with_primary(baselines.x1d(), EXPMID=48000.0), path)),
    Hazard("mjd_of_extension.fits", "warns", "mjd",
           lambda path: written(_without_time(baselines.x1d(**{"MJD-AVG": 12.5})), path)),
    Hazard("spitzer_2004.fits", "loads", "",
           lambda path: written(_with_primary(
               baselines.x1d(), EXPMID=53000.0, TELESCOP="Spitzer"), path)),
    Hazard("band_1a_on_3a.fits", "warns", "band",
           lambda path: written(_with_primary(baselines.x1d(), CHANNEL="1"), path)),
    Hazard("ints_other_lengths.fits", "refused", "one number a wavelength",
           lambda path: written(_narrow(baselines.x1dints(), "FLUX_ERROR"), path)),
    Hazard("ints_length_lies.fits", "warns", "no valid wavelength",
           lambda path: written(_long_rows(baselines.x1dints()), path)),
    Hazard("calspec_strange_wave.fits", "refused", "cubits", calspec(wave_unit="cubits")),
    Hazard("table_no_units.fits", "warns", "unit",
           table(("wave", None, WAVE), ("flux", None, ONES), ("err", None, ONES))),
    Hazard("table_wave_unknown_unit.fits", "refused", "ells",
           table(("wave", "ells", WAVE), ("flux", "Jy", ONES))),
    Hazard("table_ambiguous_wave.fits", "refused", "unit",
           table(("wave", None, WAVE * 100.0), ("flux", "Jy", ONES))),
    Hazard("table_all_nan.fits", "refused", "wavelengths",
           table(("wave", "um", WAVE * np.nan), ("flux", "Jy", ONES))),
    Hazard("table_unit_trap.fits", "warns", "not known",
           table(("wave", "um", WAVE), ("flux", "MJy^2", ONES))),
    Hazard("vector_no_kind.fits", "refused", "factor",
           lambda path: written(fits.HDUList([fits.PrimaryHDU(), _vector()]), path)),
    Hazard("vector_falls.fits", "refused", "increase",
           lambda path: written(fits.HDUList([fits.PrimaryHDU(), _vector(
               slice(None, None, -1), FACTKIND="relative factor")]), path)),
    Hazard("vector_factor_1e6.fits", "warns", "plausible",
           lambda path: written(fits.HDUList([fits.PrimaryHDU(), _vector(
               FACTKIND="relative factor", scale=1e6)]), path)),
)  # fmt: skip


def _as_text(hdus, name):
    columns = [
        fits.Column(name, "12A", array=["5.0 um"] * N_WAVE) if one.name == name else one
        for one in hdus[1].columns
    ]
    return fits.HDUList([hdus[0], fits.BinTableHDU.from_columns(columns, name="EXTRACT1D")])


def _narrow(hdus, name):
    """Make a column of vectors a column of numbers."""
    columns = [
        fits.Column(name, "D", array=np.ones(len(hdus[1].data))) if one.name == name else one
        for one in hdus[1].columns
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EXTRACT1D")
    return fits.HDUList([hdus[0], table])


def _long_rows(hdus):
    hdus[1].data["N_ALONGDISP"][:] = 10**6
    return hdus


def _without_time(hdus):
    del hdus[0].header["EXPMID"]
    return hdus


def _with_primary(hdus, **keywords):
    hdus[0].header.update(keywords)
    del hdus[1].header["MJD-AVG"]
    return hdus


def _vector(rows=slice(None), *, scale=1.0, **keywords):
    values = {"WAVELENGTH": WAVE[rows], "FACTOR": scale * ONES, "STAT_ERROR": 0.01 * ONES}
    columns = [fits.Column(name, "D", array=array) for name, array in values.items()]
    columns[0].unit = "um"
    columns.append(fits.Column("SYS_ERROR", "D", array=0.01 * ONES))
    columns.append(fits.Column("FLAGS", "J", array=np.zeros(30, np.int32)))
    hdu = fits.BinTableHDU.from_columns(columns, name="VECTOR")
    hdu.header.update(keywords)
    return hdu
