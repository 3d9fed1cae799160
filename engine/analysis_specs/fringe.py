"""How the correction of residual fringes presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.residual_fringes import ResidualFringeParams, ResidualFringes

FRINGE = Analysis(
    name="fringe",
    title="Fringes",
    group="MRS",
    summary="Residual fringes of a spectrum: sinusoids over wavenumber, and what is left without.",
    source="Kavanagh et al. 2024; Law+2025, Sec. 5.1",
    params=ResidualFringeParams,
    result=ResidualFringes,
    fields=(
        FieldSpec(
            "apply",
            "Apply",
            "choice",
            choices=("off", "on"),
            tooltip="Whether response and calibrated spectrum use the corrected spectrum. Off: the "
            "view shows what would be removed, and nothing is.",
        ),
        FieldSpec(
            "families",
            "Families",
            "choice",
            choices=("automatic", "detector", "dichroic", "both"),
            tooltip="Periods near 2.9 cm⁻¹ (detector, all channels) and 0.4 cm⁻¹ (dichroic, "
            "channels 3 and 4). Automatic: those that the channel is known to show.",
        ),
        FieldSpec(
            "protected",
            "Protected",
            "list",
            unit="µm",
            tooltip="Ranges that stay exactly as they are: press P in the plot and drag.",
        ),
        FieldSpec(
            "ranges",
            "Ranges",
            "choice",
            choices=("own and masks of the response", "own"),
            choice_words=("own and masks", "own"),
            tooltip="Whether the masks of the response of this observation are protected too.",
        ),
        FieldSpec(
            "feature_sigma",
            "Lines beyond",
            "number",
            unit="σ",
            low=2.0,
            high=50.0,
            step=0.5,
            decimals=1,
            tooltip="Samples that stand off the middle of the envelopes by more than this are "
            "lines or spikes: they do not take part in the fits.",
        ),
        FieldSpec(
            "max_amplitude",
            "Largest fringes",
            "number",
            low=0.01,
            high=1.0,
            step=0.05,
            decimals=2,
            tooltip="Peak to peak, relative to the continuum. Larger beats are not believed, and "
            "nothing is removed there.",
        ),
        FieldSpec(
            "min_evidence",
            "Least evidence",
            "number",
            low=0.0,
            high=20.0,
            step=0.5,
            decimals=1,
            tooltip="What the logarithm (base 10) of the evidence must grow by for one more "
            "sinusoid.",
        ),
        FieldSpec(
            "longest_um",
            "Longest wavelength",
            "number",
            unit="µm",
            low=5.0,
            high=30.0,
            step=0.1,
            decimals=2,
            tooltip="Beyond, nothing is fitted and nothing is changed: the calibration is too "
            "uncertain there.",
        ),
        FieldSpec(
            "when_corrected",
            "If corrected before",
            "choice",
            choices=("leave as it is", "correct again"),
            tooltip="What is done when the file says that residual fringes were corrected "
            "(S_RESFRI, or FLUX equal to RF_FLUX).",
        ),
    ),
)
