"""Values that tests of writers write."""

import numpy as np

from engine.arrays import frozen
from engine.model.identity import Identity, Origin
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum

PROVENANCE = Provenance(
    version="0.1.0",
    inputs=(("cube_µ_ch4-short_s3d.fits", "ab" * 32), ("model.fits", "cd" * 32)),
    recipe='{"extract": {"radius_fwhm": 2.0, "note": "θ, =1+1; fine"}}',
)


def band_spectrum(band="4A", *, unit="Jy", n=50, **identity):
    """Return a spectrum of 16 Cyg B with errors, flags, further columns, and gaps."""
    wave = np.linspace(17.7, 20.95, n)
    flux = 0.4 * (wave / 18.0) ** -2
    flux[3] = np.nan
    flags = np.zeros(n, dtype=np.uint32)
    flags[[3, 7]] = 1, 2**31 + 4
    facts = {
        "target": "16 Cyg B",
        "program": "1538",
        "observation": "1",
        "visit": "1",
        "band": band,
        "mjd": 59799.90576726794,
        "date": "2022-08-08",
        "instrument": "MIRI",
        "detector": "MIRIFULONG",
        "exp_type": "MIR_MRS",
        "subarray": "FULL",
        "source_type": "POINT",
    }
    origin = Origin(
        path="/somewhere/private/Level3_ch4-short_s3d.fits",
        sha256="ab" * 32,
        cal_version="1.11.4",
        crds_context="jwst_1130.pmap",
        references=(("R_PHOTOM", "crds://jwst_miri_photom_0092.fits"),),
        steps=(("S_PHOTOM", "COMPLETE"), ("S_STRAY", "PENDING")),
        header=(("EXTR_X", "24.25"), ("NINTS", "1"), ("TARG_RA", "295.466"), ("TFRAME", "none")),
        notes=("The wavelengths were sorted.",),
    )
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(np.abs(flux) / 80.0),
        flags=frozen(flags, dtype=np.uint32),
        unit=unit,
        identity=Identity(**{**facts, **identity}),
        origin=origin,
        pixel_area_sr=2.8e-12,
        columns={
            "n_pixels": frozen(np.full(n, 31.5)),
            "background_mjy_sr": frozen(np.full(n, 12.0)),
            "fwhm_um": frozen(0.01 * wave),
        },
    )


HOSTILE = Origin(
    cal_version="1.0\x00\n",
    crds_context="x" * 500,
    references=(("R_PHOTOM", "a" * 300), ("R_; DROP", "b"), ("NAXIS", "7"), ("R_TOOLONGKEY", "c")),
    steps=(("S_PHOTOM", "COMPLETE"), ("S_\n", "COMPLETE"), ("SIMPLE", "FAILED")),
    header=(
        ("NINTS", "9" * 40),
        ("NGROUPS", "1.5"),
        ("TARG_RA", "nan"),
        ("TARG_DEC", "-inf"),
        ("EXTR_X", "1e999"),
        ("TITLE", "long & strange ' / µ " * 20),
        ("PI_NAME", "\x1b[31m"),
        ("NAXIS1", "99999"),
    ),
)
