"""The aperture corrections of the simulated instrument as reference files of the pipeline."""

import io

import asdf
import numpy as np

from engine.model.bands import Band
from engine.simulate.point_spread import fwhm_arcsec, point_spread
from engine.simulate.scene import ANNULUS

RADII_FWHM = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0)
_N_WAVELENGTHS = 10
_RELATIVE_ERROR = 0.005
_ASDF_STANDARD = "1.5.0"  # what the pipeline of 2022 reads too


def aperture_reference_bytes(band: Band, *, filename: str) -> bytes:
    """Return the aperture corrections of a band as the bytes of an ASDF file.

    Parameters
    ----------
    band : Band
        The band.
    filename : str
        Name of the file, for its header.

    Returns
    -------
    bytes
        Layout of `MirMrsApcorrModel`, arrays inline. Radii of 0.5 to 3 FWHM; the corrections hold
        for exact sums over the spaxels of the band and include what an annulus of 3 to 4 FWHM
        takes away.
    """
    wave = np.linspace(band.wave_min_um, band.wave_max_um, _N_WAVELENGTHS)
    spread = point_spread(band.channel)
    correction = np.stack(
        [
            spread.aperture_correction(
                radius, wave, annulus=ANNULUS, spaxel_arcsec=band.spaxel_arcsec
            )
            for radius in RADII_FWHM
        ]
    )
    radius_arcsec = np.outer(RADII_FWHM, fwhm_arcsec(wave))
    tree = {
        "meta": {
            "model_type": "MirMrsApcorrModel",
            "telescope": "JWST",
            "reftype": "apcorr",
            "filename": filename,
            "description": "Simulated aperture corrections, annulus of 3 to 4 FWHM included",
            "author": "Fluxknot simulation",
            "pedigree": "MODEL 2022-01-01 2024-12-31",
            "useafter": "2022-01-01T00:00:00",
            "instrument": {"name": "MIRI", "channel": str(band.channel), "band": band.grating},
            "exposure": {"type": "MIR_MRS"},
        },
        "apcorr_table": {
            "channel": str(band.channel),
            "band": band.grating,
            "wavelength": wave.astype(np.float32),
            "wavelength_units": "microns",
            "radius": radius_arcsec.astype(np.float32),
            "radius_units": "arcseconds",
            "apcorr": correction.astype(np.float32),
            "apcorr_err": (_RELATIVE_ERROR * correction).astype(np.float32),
        },
    }
    buffer = io.BytesIO()
    asdf.AsdfFile(tree, version=_ASDF_STANDARD).write_to(buffer, all_array_storage="inline")
    return buffer.getvalue()


def encircled_energy_bytes(band: Band) -> bytes:
    """Return the encircled energy of the point-spread function of a band as an ECSV table.

    Exact sums over the spaxels of the band, as in its cubes.
    """
    wave = np.linspace(band.wave_min_um, band.wave_max_um, _N_ENERGY_WAVELENGTHS)
    radius = np.geomspace(*_ENERGY_RANGE_ARCSEC, _N_ENERGY_RADII)
    energy = point_spread(band.channel).encircled_energy(
        radius[:, None], wave[None, :], spaxel_arcsec=band.spaxel_arcsec
    )
    lines = [_ENERGY_HEAD.format(band=band.name)]
    lines += [
        f"{wave[i]:.6g} {radius[k]:.6g} {energy[k, i]:.7g}\n"
        for i in range(wave.size)
        for k in range(radius.size)
    ]
    return "".join(lines).encode()


_N_ENERGY_WAVELENGTHS, _N_ENERGY_RADII = 4, 160
_ENERGY_RANGE_ARCSEC = (0.02, 40.0)
_ENERGY_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {{name: wave_um, unit: um, datatype: float64}}
# - {{name: radius_arcsec, unit: arcsec, datatype: float64}}
# - {{name: encircled_energy, datatype: float64}}
# meta: {{kind: encircled energy, band: {band}}}
# schema: astropy-2.0
wave_um radius_arcsec encircled_energy
"""
