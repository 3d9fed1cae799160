"""How the analyses of repeated visits present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.repeatability import RepeatabilityParams, StarRepeatability
from engine.compare.stochastic_noise import NoiseParams, StarNoise

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
    version=2,
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
