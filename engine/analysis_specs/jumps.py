"""How the comparisons of jumps, over sources and along the chain, present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.jumps import JumpParams, Jumps
from engine.compare.junction_steps import JunctionSteps, JunctionStepsParams

JUMPS = Analysis(
    name="jumps",
    title="Jumps over sources",
    group="Inspect",
    summary="Whether a jump multiplies or adds, and whether it changes with flux or date.",
    source="Law+2025, Sec. 8.1",
    params=JumpParams,
    result=Jumps,
    fields=(
        FieldSpec(
            "chance",
            "Report below",
            "number",
            low=0.0001,
            high=0.5,
            step=0.01,
            decimals=4,
            tooltip="A trend is reported when it arises by chance less often than this, all "
            "junctions and both flux and date taken together.",
        ),
    ),
    version=6,
)

JUNCTION_STEPS = Analysis(
    name="junction_steps",
    title="Junctions along the chain",
    group="Inspect",
    summary="The junctions of a source before and after each step, and where its bands see it.",
    source="Law+2025, Sec. 8.1",
    params=JunctionStepsParams,
    result=JunctionSteps,
    fields=(
        FieldSpec(
            "misaligned_fwhm",
            "Misaligned from",
            "number",
            unit="FWHM",
            low=0.01,
            high=5.0,
            step=0.05,
            decimals=2,
            tooltip="Bands whose centroids are farther than this from the median are told: their "
            "apertures cut the source differently.",
        ),
    ),
    version=3,
)
