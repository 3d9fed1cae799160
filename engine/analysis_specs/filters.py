"""How the comparison with an imager presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.filter_photometry import FilterComparison, FilterParams

FILTERS = Analysis(
    name="filters",
    title="Filters",
    group="Inspect",
    summary="Spectra seen through filters, over the photometry that an imager made of the stars.",
    source="Law+2025, Secs. 8.3 and 8.4, Eqs. 2 and 3, Figs. 21 and 22",
    params=FilterParams,
    result=FilterComparison,
    fields=(
        FieldSpec(
            "n_sigma",
            "Clip beyond",
            "number",
            unit="σ",
            low=2.0,
            high=20.0,
            step=0.5,
            decimals=1,
            tooltip="Stars farther from the median of a filter take no part in its mean.",
        ),
        FieldSpec(
            "min_coverage",
            "Least coverage",
            "number",
            low=0.0,
            high=1.0,
            step=0.05,
            decimals=2,
            tooltip="Part of a bandpass, in photons, that a spectrum must cover to be compared.",
        ),
        FieldSpec(
            "outside",
            "Outside the spectrum",
            "choice",
            choices=("Rayleigh-Jeans", "leave out"),
            tooltip="What stands for the rest of a bandpass: a spectrum that falls with the square "
            "of the wavelength, as of stars, or nothing.",
        ),
        FieldSpec(
            "weighting",
            "Bandpasses count",
            "choice",
            choices=("as stated", "photon", "energy"),
            tooltip="What the bandpasses of open files count. As stated: what unit or column say, "
            "else photons (Law+2025, Eq. 2). A wrong choice costs up to 10 %.",
        ),
        FieldSpec(
            "excluded",
            "Points left out",
            "list",
            tooltip="Click a point and press x to leave it out with a reason, or bring it back.",
        ),
    ),
)
