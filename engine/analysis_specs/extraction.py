"""How extraction presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.extraction import Extraction, ExtractionParams

EXTRACT = Analysis(
    name="extract",
    title="Extract",
    group="MRS",
    summary="The spectrum of a point source from a cube, in a cone that widens with wavelength.",
    source="Law+2025, Sec. 4, Fig. 6",
    params=ExtractionParams,
    result=Extraction,
    fields=(
        FieldSpec(
            "radius_fwhm",
            "Radius",
            "number",
            unit="FWHM",
            low=0.5,
            high=3.0,
            step=0.05,
            decimals=2,
            tooltip="Radius of the aperture in units of the FWHM at each wavelength. "
            "The pipeline's default is 2 (Law+2025, Sec. 4).",
        ),
        FieldSpec(
            "annulus_fwhm",
            "Annulus",
            "pair",
            unit="FWHM",
            low=0.5,
            high=12.0,
            step=0.25,
            decimals=2,
            tooltip="Inner and outer radius of the background annulus.",
        ),
        FieldSpec(
            "center",
            "Center",
            "center",
            unit="spaxel",
            decimals=2,
            choices=("auto", "target"),
            tooltip="Centroid on the brightest source, the target of the header, or a pixel (x, y) "
            "counted from 0. Drag the aperture in the cube to set it.",
        ),
        FieldSpec(
            "background",
            "Background",
            "choice",
            choices=("annulus", "none"),
            tooltip="Whether the mean level of the annulus is subtracted plane by plane.",
        ),
        FieldSpec(
            "method",
            "Method",
            "choice",
            choices=("unbiased", "pipeline"),
            tooltip="“pipeline” reproduces jwst with its quirks; “unbiased” divides the annulus "
            "sum by the area of the voxels that were really used.",
        ),
        FieldSpec(
            "aperture_correction",
            "Aperture correction",
            "choice",
            choices=("when available", "measured", "none"),
            tooltip="Applies the open aperture-correction reference of the band, or the one "
            "measured on a star (Law+2025, Fig. 7).",
        ),
        FieldSpec(
            "correction_star",
            "Measured on",
            "text",
            automatic="this cube",
            tooltip="Star whose growth curve gives the measured correction, extracted in the same "
            "way. Empty: the cube's own.",
        ),
        FieldSpec(
            "covariance_factor",
            "Covariance factor",
            "number",
            low=1.0,
            high=10.0,
            step=0.1,
            decimals=2,
            tooltip="Factor on all errors for the correlation of neighboring voxels.",
        ),
        FieldSpec(
            "fwhm_slope_arcsec_per_um",
            "FWHM slope",
            "number",
            unit="″/µm",
            low=0.0,
            high=0.5,
            step=0.001,
            decimals=4,
            tooltip="FWHM = slope × wavelength + offset (Law+2023).",
        ),
        FieldSpec(
            "fwhm_offset_arcsec",
            "FWHM offset",
            "number",
            unit="″",
            low=0.0,
            high=2.0,
            step=0.001,
            decimals=4,
            tooltip="FWHM = slope × wavelength + offset (Law+2023).",
        ),
    ),
)
