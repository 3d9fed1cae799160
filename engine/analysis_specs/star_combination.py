"""How the combination of stars presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.star_combination import CombinationParams, StarCombination

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
            automatic="10 Lac or best",
            tooltip="Star whose vectors are adjusted to the mean of all. Empty: 10 Lac, or the "
            "best measured star when it is not open.",
        ),
        FieldSpec(
            "order",
            "Order",
            "integer",
            automatic="by F-test",
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
    version=3,
)
