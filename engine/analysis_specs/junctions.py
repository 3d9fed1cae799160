"""How the junctions of bands present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.junctions import JunctionParams, SourceJunctions

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
            automatic="middle band",
            tooltip="Band whose level the stitched spectrum keeps; empty: the one in the middle.",
        ),
        FieldSpec(
            "stitch_at",
            "Stitch at",
            "choice",
            choices=("significant jumps", "every junction"),
            tooltip="Where the stitched spectrum is scaled. Significant jumps: beyond 3 σ, other "
            "junctions stay at 1. Every junction: wherever there is a ratio, noise included.",
        ),
        FieldSpec(
            "limits",
            "Limits",
            "list",
            unit="µm",
            tooltip="Ranges that differ from the whole overlap: drag them in the plot.",
        ),
    ),
    version=4,
)
