"""The registry of analyses: what the command line, the menus and the forms are made from.

An analysis is one engine function from data and frozen parameters to a frozen result. To add one,
see CONTRIBUTING; nothing is discovered, everything that exists is in `ANALYSES`.
"""

from engine.analysis_specs.fringe import FRINGE
from engine.analysis_specs.loss import LOSS
from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.junctions import JunctionParams, SourceJunctions
from engine.compare.repeatability import RepeatabilityParams, StarRepeatability
from engine.compare.stochastic_noise import NoiseParams, StarNoise
from engine.mrs.calibrated_spectra import CalibratedSpectrum, CalibrationParams
from engine.mrs.extraction import Extraction, ExtractionParams
from engine.mrs.response_params import StarResponseParams
from engine.mrs.star_combination import CombinationParams, StarCombination
from engine.mrs.star_response import StarResponse

__all__ = [
    "ANALYSES",
    "CALIBRATE",
    "EXTRACT",
    "FRINGE",
    "JUNCTIONS",
    "LOSS",
    "NOISE",
    "REPEATABILITY",
    "RESPONSE",
    "Analysis",
    "FieldSpec",
    "analysis_named",
]

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
            choices=("when available", "none"),
            tooltip="Applies the open aperture-correction reference of the band "
            "(Law+2025, Fig. 7).",
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

RESPONSE = Analysis(
    name="response",
    title="Response",
    group="MRS",
    summary="The smooth factor that turns an observed star into its model, band by band.",
    source="Law+2025, Sec. 5.1, Figs. 8 and 14",
    params=StarResponseParams,
    result=StarResponse,
    fields=(
        FieldSpec(
            "fit_in",
            "Fit in",
            "choice",
            choices=("automatic", "factor", "inverse", "inverse photon"),
            tooltip="What the spline is fitted to: C, 1/C or λ/C. Near zero throughput the inverse "
            "is well behaved where the factor is not (Law+2025, Fig. 14).",
        ),
        FieldSpec(
            "degree",
            "Degree",
            "integer",
            low=1,
            high=5,
            step=1,
            decimals=0,
            tooltip="Degree of the spline pieces; 3 is a cubic spline.",
        ),
        FieldSpec(
            "reject_below",
            "Reject below",
            "number",
            unit="σ",
            low=1.0,
            high=20.0,
            step=0.25,
            decimals=2,
            tooltip="Samples farther below the curve than this are left out, until the choice is "
            "stable.",
        ),
        FieldSpec(
            "reject_above",
            "Reject above",
            "number",
            unit="σ",
            low=1.0,
            high=20.0,
            step=0.25,
            decimals=2,
            tooltip="Samples farther above the curve than this are left out.",
        ),
        FieldSpec(
            "max_iterations",
            "Most fits",
            "integer",
            low=1,
            high=100,
            step=1,
            decimals=0,
            tooltip="The rejection stops after this many fits, converged or not; it says which.",
        ),
        FieldSpec(
            "cutoffs_um",
            "Cut-offs",
            "pair",
            unit="µm",
            low=0.6,
            high=30.0,
            step=0.01,
            decimals=3,
            tooltip="Range of the vector. Empty: where the data begin or end.",
        ),
        FieldSpec(
            "line_windows",
            "Line windows",
            "choice",
            choices=("none", "hydrogen", "all"),
            tooltip="Windows around the lines of the list that the fit leaves out.",
        ),
        FieldSpec(
            "breakpoints_um",
            "Breakpoints",
            "list",
            unit="µm",
            tooltip="Drag them in the plot. Automatic: the fewest that the data ask for.",
        ),
        FieldSpec(
            "masks",
            "Masks",
            "list",
            unit="µm",
            tooltip="Ranges that the fit leaves out: press M in the plot and drag.",
        ),
        FieldSpec(
            "held",
            "Held values",
            "list",
            unit="µm",
            tooltip="Points that the curve must pass: drag a breakpoint with Shift.",
        ),
        FieldSpec(
            "breaks_um",
            "Breaks",
            "list",
            unit="µm",
            tooltip="Wavelengths at which the curve may jump.",
        ),
        FieldSpec(
            "sample_ranges",
            "Sample ranges",
            "list",
            unit="µm",
            tooltip="When there are any, only samples inside them are fitted: s … s.",
        ),
        FieldSpec(
            "weights",
            "Excluded, weighted",
            "list",
            unit="µm",
            tooltip="Samples that were excluded or weighted by hand.",
        ),
    ),
)

COMBINE = Analysis(
    name="combine",
    title="Combine",
    group="MRS",
    summary="All stars relative to one of them, their mean, and the vectors that follow.",
    source="Law+2025, Sec. 5.1, Fig. 9",
    params=CombinationParams,
    result=StarCombination,
    fields=(
        FieldSpec(
            "reference_star",
            "Reference star",
            "text",
            tooltip="Star whose vectors are adjusted to the mean of all. Empty: 10 Lac, or the "
            "best measured star when it is not open.",
        ),
        FieldSpec(
            "order",
            "Order",
            "integer",
            low=0,
            high=5,
            step=1,
            decimals=0,
            tooltip="Order of the polynomial in wavelength through the mean of the stars. Empty: "
            "the order that F-tests ask for.",
        ),
        FieldSpec(
            "max_wave_um",
            "Compare up to",
            "number",
            unit="µm",
            low=5.0,
            high=30.0,
            step=0.5,
            decimals=2,
            tooltip="Beyond this wavelength stars are too faint to agree (Law+2025, Sec. 6); the "
            "polynomial is held at its last value.",
        ),
        FieldSpec(
            "weights",
            "Weights",
            "list",
            tooltip="Weights of stars that differ from 1: press W on a star in the plot.",
        ),
        FieldSpec(
            "kind",
            "Factors",
            "choice",
            choices=("automatic", "calibration factor", "relative factor"),
            tooltip="Calibration factors (per count rate) and relative factors (data in Jy) are "
            "never mixed. Automatic: the kind that the reference star has.",
        ),
    ),
)

CALIBRATE = Analysis(
    name="calibrate",
    title="Calibrate",
    group="MRS",
    summary="An observation times its calibration vector, beside the model.",
    source="Law+2025, Figs. 10 and 15",
    params=CalibrationParams,
    result=CalibratedSpectrum,
    fields=(
        FieldSpec(
            "vector_of",
            "Vector of",
            "text",
            tooltip="Which response is applied: empty for the observation's own, a star's name for "
            "that star's in the same band, “combined” for that of all stars, or the id of an "
            "observation or of an open vector.",
        ),
    ),
)

JUNCTIONS = Analysis(
    name="junctions",
    title="Junctions",
    group="Inspect",
    summary="How the levels of neighboring bands agree where both see the same wavelengths.",
    source="Law+2025, Sec. 8.1",
    params=JunctionParams,
    result=SourceJunctions,
    fields=(
        FieldSpec(
            "lines",
            "Lines",
            "choice",
            choices=("leave out lines", "keep lines"),
            tooltip="Narrow features are sampled differently by two bands and would pass for a "
            "jump.",
        ),
        FieldSpec(
            "min_samples",
            "Fewest samples",
            "integer",
            low=3,
            high=1000,
            step=1,
            decimals=0,
            tooltip="An overlap with fewer common samples gives no number.",
        ),
        FieldSpec(
            "anchor",
            "Anchor band",
            "text",
            tooltip="Band whose level the stitched spectrum keeps; empty: the one in the middle.",
        ),
        FieldSpec(
            "limits",
            "Limits",
            "list",
            unit="µm",
            tooltip="Ranges that differ from the whole overlap: drag them in the plot.",
        ),
    ),
)

_FEWEST_COMMON = FieldSpec(
    "min_samples",
    "Fewest samples",
    "integer",
    low=2,
    high=1000,
    step=1,
    decimals=0,
    tooltip="A visit with fewer samples in common with the others takes no part.",
)

REPEATABILITY = Analysis(
    name="repeatability",
    title="Repeatability",
    group="Inspect",
    summary="How the level of one star changes from visit to visit, band by band.",
    source="Law+2025, Sec. 7, Fig. 16",
    params=RepeatabilityParams,
    result=StarRepeatability,
    fields=(_FEWEST_COMMON,),
)

NOISE = Analysis(
    name="noise",
    title="Noise",
    group="Inspect",
    summary="The noise of single visits, from how they differ once their levels are equal.",
    source="Law+2025, Sec. 7, Fig. 17",
    params=NoiseParams,
    result=StarNoise,
    fields=(
        FieldSpec(
            "reject_sigma",
            "Reject beyond",
            "number",
            unit="σ",
            low=3.0,
            high=100.0,
            step=0.5,
            decimals=1,
            tooltip="Values farther off than this are cosmic rays, not noise: they are counted "
            "apart.",
        ),
        _FEWEST_COMMON,
    ),
)

ANALYSES: tuple[Analysis, ...] = (
    EXTRACT,
    FRINGE,
    LOSS,
    RESPONSE,
    COMBINE,
    CALIBRATE,
    JUNCTIONS,
    REPEATABILITY,
    NOISE,
)


def analysis_named(name: str) -> Analysis:
    """Return the analysis called ``name``.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {analysis.name: analysis for analysis in ANALYSES}[name]
