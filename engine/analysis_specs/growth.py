"""How the measurement of aperture corrections presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.growth_curve import GrowthCurve, GrowthParams

GROWTH = Analysis(
    name="growth",
    title="Aperture",
    group="MRS",
    summary="Aperture corrections of a band from a bright star, with a model of the PSF outside.",
    source="Law+2025, Sec. 4, Fig. 7",
    params=GrowthParams,
    result=GrowthCurve,
    fields=(
        FieldSpec(
            "join_fwhm",
            "Join radius",
            "number",
            unit="FWHM",
            low=1.0,
            high=7.0,
            step=0.125,
            decimals=3,
            tooltip="Inside, the data count; outside, the model does, scaled to the data. Drag it "
            "in the plot.",
        ),
        FieldSpec(
            "outside",
            "Model outside",
            "choice",
            choices=("automatic", "file", "diffraction"),
            tooltip="An open table of encircled energy, or the diffraction of a telescope of "
            "6.5 m. Automatic: the table when one of the band is open.",
        ),
        FieldSpec(
            "n_bins",
            "Bins",
            "integer",
            low=1,
            high=60,
            step=1,
            decimals=0,
            tooltip="Wavelength bins of the band, each with a growth curve of its own.",
        ),
    ),
    version=2,
)
