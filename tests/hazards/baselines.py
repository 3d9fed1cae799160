"""Good files in the layout of the JWST pipeline and of CALSPEC, small, with known numbers.

Hazards are made from these: each of them loads without a word, so that whatever is said about a
hazard is said about the harm.
"""

import numpy as np
from astropy.io import fits

N_WAVE, N_Y, N_X = 40, 9, 11
BAND_START_UM, STEP_UM = 11.55125, 0.0025  # 3A
SPAXEL_DEG = 0.20 / 3600.0
PIXEL_AREA_SR = np.radians(SPAXEL_DEG) ** 2
WAVE = BAND_START_UM + STEP_UM * np.arange(N_WAVE)


def primary(**keywords):
    """Return a primary extension of an MRS observation of a standard star in band 3A."""
    hdu = fits.PrimaryHDU()
    hdu.header.update(
        {
            "TELESCOP": "JWST", "INSTRUME": "MIRI", "DETECTOR": "MIRIFULONG", "CHANNEL": "3",
            "BAND": "SHORT", "EXP_TYPE": "MIR_MRS", "TARGNAME": "HD 2811", "TARGPROP": "HD-2811",
            "TARG_RA": 7.8, "TARG_DEC": -43.6, "PROGRAM": "01536", "OBSERVTN": "022",
            "VISIT": "001", "DATE-OBS": "2022-11-05", "EXPMID": 59888.5,
            "TITLE": "Flux calibration",
            "CAL_VER": "1.20.2", "CRDS_CTX": "jwst_1464.pmap", "S_PHOTOM": "COMPLETE",
            "S_FRINGE": "COMPLETE", "R_PHOTOM": "crds://jwst_miri_photom_0216.fits",
            "SUBARRAY": "FULL", "NGROUPS": 40, "TARGTYPE": "FIXED",
        }
    )  # fmt: skip
    hdu.header.update(keywords)
    return hdu


def cube_values():
    """Return a smooth source on a level of 20 MJy/sr."""
    k, y, x = np.indices((N_WAVE, N_Y, N_X))
    source = 300.0 * np.exp(-0.5 * (((x - 5.3) / 1.5) ** 2 + ((y - 4.1) / 1.5) ** 2))
    return (20.0 + source * (1.0 + 0.001 * k)).astype(np.float32)


def s3d(**of_primary):
    """Return a linear cube (A1 of the format notes) with the table that always goes with it."""
    data = cube_values()
    data[:, 0, 0] = np.nan
    science = fits.ImageHDU(data, name="SCI")
    science.header.update(
        {
            "BUNIT": "MJy/sr", "SRCTYPE": "POINT", "MJD-AVG": 59888.5, "PIXAR_SR": PIXEL_AREA_SR,
            "PIXAR_A2": 0.04, "WCSAXES": 3, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
            "CTYPE3": "WAVE", "CUNIT1": "deg", "CUNIT2": "deg", "CUNIT3": "um", "CRPIX1": 6.0,
            "CRPIX2": 5.0, "CRPIX3": 1.0, "CRVAL1": 7.8, "CRVAL2": -43.6, "CRVAL3": BAND_START_UM,
            "CDELT1": SPAXEL_DEG, "CDELT2": SPAXEL_DEG, "CDELT3": STEP_UM, "PC1_1": -1.0,
            "PC1_2": 0.0, "PC2_1": 0.0, "PC2_2": 1.0, "PC3_3": 1.0, "DISPAXIS": 2,
        }
    )  # fmt: skip
    error = fits.ImageHDU(np.where(np.isfinite(data), 0.5, np.nan).astype("f4"), name="ERR")
    error.header["BUNIT"] = "MJy/sr"
    flags = np.where(np.isfinite(data), 0, 513).astype(np.uint32)
    weights = np.where(np.isfinite(data), 4, 0).astype(np.float32)
    return fits.HDUList(
        [
            primary(DATAMODL="IFUCubeModel", **of_primary),
            science,
            error,
            fits.ImageHDU(flags, name="DQ"),
            fits.ImageHDU(weights, name="WMAP"),
            wave_table(WAVE),
        ]
    )


def wave_table(wave):
    """Return the table WCS-TABLE: one row with one column."""
    column = fits.Column(
        "wavelength", format=f"{wave.size}E", dim=f"(1,{wave.size})", unit="um",
        array=wave.astype("f4").reshape(1, wave.size, 1),
    )  # fmt: skip
    return fits.BinTableHDU.from_columns([column], name="WCS-TABLE")


def s3d_multi():
    """Return a cube of several bands: WAVE-TAB, with a step that varies."""
    hdus = s3d(CHANNEL="34", BAND="MULTIPLE")
    header = hdus["SCI"].header
    for keyword in ("CDELT3", "PC3_3"):
        del header[keyword]
    header.update(
        {"CTYPE3": "WAVE-TAB", "PS3_0": "WCS-TABLE", "PS3_1": "wavelength", "CRVAL3": 1.0}
    )
    hdus["WCS-TABLE"].data["wavelength"] = multi_band_wave().reshape(1, N_WAVE, 1)
    return hdus


def multi_band_wave():
    """Return the wavelengths of `s3d_multi`, as float32 like those of the file."""
    return np.r_[np.linspace(17.0, 17.9, 25), np.linspace(17.95, 19.0, 15)].astype(np.float32)


X1D_UNITS = {
    "WAVELENGTH": "um", "FLUX": "Jy", "FLUX_ERROR": "Jy", "FLUX_VAR_POISSON": "Jy^2",
    "FLUX_VAR_RNOISE": "Jy^2", "FLUX_VAR_FLAT": "Jy^2", "SURF_BRIGHT": "MJy/sr",
    "SB_ERROR": "MJy/sr", "SB_VAR_POISSON": "(MJy/sr)^2", "SB_VAR_RNOISE": "(MJy/sr)^2",
    "SB_VAR_FLAT": "(MJy/sr)^2", "DQ": None, "BACKGROUND": "MJy/sr", "BKGD_ERROR": "MJy/sr",
    "BKGD_VAR_POISSON": "(MJy/sr)^2", "BKGD_VAR_RNOISE": "(MJy/sr)^2",
    "BKGD_VAR_FLAT": "(MJy/sr)^2", "NPIXELS": None, "RF_FLUX": "Jy",
    "RF_SURF_BRIGHT": "MJy/sr", "RF_BACKGROUND": "MJy/sr",
}  # fmt: skip


def x1d_values(n=N_WAVE):
    """Return the columns of an extracted spectrum by name."""
    wave = BAND_START_UM + STEP_UM * np.arange(n)
    values = {name: np.zeros(n) for name in X1D_UNITS}
    values |= {
        "WAVELENGTH": wave, "FLUX": 0.3 * (wave / 12.0) ** -2, "FLUX_ERROR": np.full(n, 1e-3),
        "SURF_BRIGHT": np.full(n, 42.0), "SB_ERROR": np.full(n, 0.2),
        "BACKGROUND": np.full(n, 21.0), "BKGD_ERROR": np.full(n, 0.1),
        "NPIXELS": np.full(n, 27.5), "DQ": np.zeros(n, dtype=np.uint32),
    }  # fmt: skip
    for name in ("RF_FLUX", "RF_SURF_BRIGHT", "RF_BACKGROUND"):
        values[name] = np.full(n, np.nan)
    return values


def x1d_table(values, *, version=1, name="EXTRACT1D", units=None, **keywords):
    """Return a table of an extracted spectrum."""
    units = X1D_UNITS if units is None else units
    columns = []
    for column, cells in values.items():
        array = np.asarray(cells)
        if array.dtype == np.uint32:
            columns.append(fits.Column(column, format="J", bzero=2**31, array=array))
        else:
            columns.append(fits.Column(column, format="D", unit=units.get(column), array=array))
    hdu = fits.BinTableHDU.from_columns(columns, name=name)
    hdu.header.update({"EXTVER": version, "SRCTYPE": "POINT", "SLTNAME": "MIR_MRS"})
    hdu.header.update({"EXTR_X": 5.2, "EXTR_Y": 4.1, "MJD-AVG": 59888.5, "DISPAXIS": 2})
    hdu.header.update(keywords)
    return hdu


def x1d(values=None, *, model="MRSMultiSpecModel", **keywords):
    """Return an extracted spectrum of one band."""
    table = x1d_table(x1d_values() if values is None else values, **keywords)
    return fits.HDUList([primary(DATAMODL=model), table])


def x1d_three():
    """Return three spectra in one file."""
    tables = [x1d_table(x1d_values(), version=number) for number in (1, 2, 3)]
    for number, table in enumerate(tables):
        table.data["WAVELENGTH"] += 0.03 * number
    return fits.HDUList([primary(DATAMODL="MultiSpecModel"), *tables])


def lrs_x1d():
    """Return a spectrum of the LRS: 18 columns, no RF_FLUX."""
    values = {name: array for name, array in x1d_values().items() if not name.startswith("RF_")}
    values["WAVELENGTH"] = np.linspace(5.0, 12.0, N_WAVE)
    hdus = x1d(values, model="MultiSpecModel", SLTNAME="")
    hdus[0].header.update({"EXP_TYPE": "MIR_LRS-FIXEDSLIT", "DETECTOR": "MIRIMAGE"})
    for keyword in ("CHANNEL", "BAND"):
        del hdus[0].header[keyword]
    return hdus


def c1d():
    """Return a combined spectrum."""
    values = {key: x1d_values()[key] for key in ("WAVELENGTH", "FLUX", "SURF_BRIGHT", "SB_ERROR")}
    values |= {"ERROR": np.full(N_WAVE, 2e-3), "DQ": np.zeros(N_WAVE, dtype=np.uint32)}
    values |= {"WEIGHT": np.full(N_WAVE, 111.0), "N_INPUT": np.full(N_WAVE, 4.0)}
    table = x1d_table(values, name="COMBINE1D", units={**X1D_UNITS, "ERROR": "Jy"})
    return fits.HDUList([primary(DATAMODL="MultiCombinedSpecModel"), table])


def x1dints(n_integrations=3):
    """Return a time series: one row an integration, padded behind N_ALONGDISP elements."""
    values = x1d_values()
    padded = N_WAVE + 5
    rows = np.arange(n_integrations)
    columns = [fits.Column("INT_NUM", format="J", array=rows + 1)]
    for name in (key for key in X1D_UNITS if not key.startswith("RF_")):
        if name == "DQ":
            flags = np.zeros((n_integrations, padded), dtype=np.uint32)
            columns.append(fits.Column("DQ", format=f"{padded}J", bzero=2**31, array=flags))
            continue
        array = np.full((n_integrations, padded), np.nan)
        array[:, :N_WAVE] = values[name] * (1.0 + 0.01 * rows[:, None] * (name == "FLUX"))
        columns.append(fits.Column(name, f"{padded}D", unit=X1D_UNITS[name], array=array))
    columns.append(fits.Column("N_ALONGDISP", format="J", array=np.full(n_integrations, N_WAVE)))
    columns.append(fits.Column("SEGMENT", format="J", array=np.ones(n_integrations)))
    times = ("MJD-BEG", "MJD-AVG", "MJD-END", "TDB-BEG", "TDB-MID", "TDB-END")
    columns += [fits.Column(name, format="D", array=59888.5 + 0.001 * rows) for name in times]
    table = fits.BinTableHDU.from_columns(columns, name="EXTRACT1D")
    table.header["SRCTYPE"] = "POINT"
    return fits.HDUList([primary(DATAMODL="TSOMultiSpecModel"), table])


def image(name="cal", *, shape=(32, 36)):
    """Return a calibrated image of the imager, with SIP; ``name``: cal, rate or i2d."""
    y, x = np.indices(shape)
    data = (3.0 + 50.0 * np.exp(-0.5 * ((x - 17) ** 2 + (y - 15) ** 2) / 4.0)).astype("f4")
    science = fits.ImageHDU(data, name="SCI")
    side = 0.11 / 3600.0
    science.header.update(
        {
            "BUNIT": "DN/s" if name == "rate" else "MJy/sr", "PHOTMJSR": 0.45,
            "PIXAR_SR": np.radians(side) ** 2, "WCSAXES": 2, "CTYPE1": "RA---TAN-SIP",
            "CTYPE2": "DEC--TAN-SIP", "CUNIT1": "deg", "CUNIT2": "deg", "CRPIX1": 18.0,
            "CRPIX2": 16.0, "CRVAL1": 7.8, "CRVAL2": -43.6, "CD1_1": -side, "CD1_2": 0.0,
            "CD2_1": 0.0, "CD2_2": side, "A_ORDER": 2, "B_ORDER": 2, "A_0_2": 1e-6, "B_2_0": 2e-6,
        }
    )  # fmt: skip
    head = primary(DATAMODL="ImageModel", EXP_TYPE="MIR_IMAGE", FILTER="F560W", DETECTOR="MIRIMAGE")
    for keyword in ("CHANNEL", "BAND"):
        del head.header[keyword]
    hdus = [head, science, fits.ImageHDU(np.full(shape, 0.1, "f4"), name="ERR")]
    hdus[2].header["BUNIT"] = science.header["BUNIT"]
    if name == "i2d":
        hdus.append(fits.ImageHDU(np.ones((1, *shape), np.int32), name="CON"))
        hdus.append(fits.ImageHDU(np.ones(shape, "f4"), name="WHT"))
        head.header["S_RESAMP"] = "COMPLETE"
    else:
        hdus.append(fits.ImageHDU(np.zeros(shape, np.uint32), name="DQ"))
    if name == "cal":
        hdus.append(fits.ImageHDU(np.ones(shape, "f4"), name="AREA"))
    if name == "rate":
        head.header["S_PHOTOM"] = "SKIPPED"
    return fits.HDUList(hdus)


def mrs_cal():
    """Return a detector image of the MRS with its map of wavelengths and no sky plane."""
    shape = (32, 36)
    science = fits.ImageHDU(np.full(shape, 12.0, "f4"), name="SCI")
    science.header.update({"BUNIT": "MJy/sr", "PHOTMJSR": 1.0, "PIXAR_SR": 2.9e-13})
    wave = np.broadcast_to(np.linspace(11.6, 13.4, shape[0])[:, None], shape).astype("f4").copy()
    wave[:, :2] = 0.0
    error = fits.ImageHDU(np.full(shape, 0.1, "f4"), name="ERR")
    flags = fits.ImageHDU(np.zeros(shape, np.uint32), name="DQ")
    lambdas = fits.ImageHDU(wave, name="WAVELENGTH")
    return fits.HDUList([primary(DATAMODL="IFUImageModel"), science, error, flags, lambdas])


def mrs_nebula():
    """Return an MRS detector image with maps of place, wavelength and slices: two slices of 3A."""
    hdus = mrs_cal()
    hdus[0].header.update({"CHANNEL": "3", "BAND": "SHORT", "SRCTYAPT": "EXTENDED"})
    shape = hdus["SCI"].data.shape
    columns = np.broadcast_to(np.arange(shape[1]), shape)
    slices = np.where(columns < 19, 301, 302).astype(np.int32)
    slices[:, :2] = 0
    alpha = 0.245 * (np.where(slices == 301, columns, columns - 17) - 10.0)
    for name, values in (("ALPHA", alpha), ("BETA", 0.39 * (slices - 301.0))):
        hdus.append(fits.ImageHDU(values.astype("f4"), name=name))
        hdus[name].header["BUNIT"] = "arcsec"
    hdus.append(fits.ImageHDU(slices, name="REGIONS"))
    return hdus


def rateints():
    """Return two integrations."""
    hdus = image("rate")
    for name in ("SCI", "ERR", "DQ"):
        hdus[name].data = np.stack([hdus[name].data, hdus[name].data + 1])
    hdus[0].header["DATAMODL"] = "CubeModel"
    return hdus


def calspec(*, model=False, wave_unit="ANGSTROMS", flux_unit="FLAM"):
    """Return a CALSPEC spectrum (A7 of the format notes), observed or model."""
    wave = np.geomspace(2000.0, 3.2e5, 300)
    flux = 1e-12 * (wave / 5000.0) ** -4
    columns = [
        fits.Column("WAVELENGTH", format="D", unit=wave_unit, array=wave),
        fits.Column("FLUX", format="E", unit=flux_unit, array=flux),
    ]
    if model:
        columns.append(fits.Column("CONTINUUM", format="E", unit=flux_unit, array=1.01 * flux))
    else:
        seen = wave < 1e4
        columns += [
            fits.Column("STATERROR", "E", unit=flux_unit, array=np.where(seen, 0.01 * flux, 0.0)),
            fits.Column("SYSERROR", format="E", unit=flux_unit, array=0.01 * flux),
            fits.Column("FWHM", format="E", unit=wave_unit, array=wave / 500.0),
            fits.Column("DATAQUAL", format="I", unit="NONE", array=np.ones(wave.size)),
            fits.Column("TOTEXP", format="E", unit="SEC", array=np.where(seen, 500.0, 0.0)),
        ]
    head = fits.PrimaryHDU()
    head.header.update({"TARGETID": "HD2811", "DBTABLE": "CRSPECTRUM", "MAPKEY": "calspec"})
    return fits.HDUList([head, fits.BinTableHDU.from_columns(columns, name="SCI")])


def mrs_photom():
    """Return a photom reference of the MRS with both kinds of loss tables."""
    shape = (16, 16)
    science = fits.ImageHDU(np.full(shape, 0.02, "f4"), name="SCI")
    parts = [science, fits.ImageHDU(np.full(shape, 1e-4, "f4"), name="ERR")]
    parts.append(fits.ImageHDU(np.zeros(shape, np.uint32), name="DQ"))
    for name, columns in (
        ("TIMECOEFF_CH3", ("binwave", "acoeff", "bcoeff", "ccoeff", "x0")),
        ("TIMECOEFF_POWERLAW_CH3", ("binwave", "alpha", "year1value", "tsoft", "t0")),
    ):
        made = [fits.Column(key, "E", array=np.linspace(1.0, 2.0, 10)) for key in columns]
        parts.append(fits.BinTableHDU.from_columns(made, name=name))
    return fits.HDUList([primary(REFTYPE="PHOTOM", DATAMODL="MirMrsPhotomModel"), *parts])


def written(hdus, path):
    """Write the extensions and close them."""
    hdus.writeto(path, output_verify="ignore")
    return path
