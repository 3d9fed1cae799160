"""How the model of an asteroid presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.asteroid_model import AsteroidModel, AsteroidParams

ASTEROID = Analysis(
    name="asteroid",
    title="Asteroid",
    group="MRS",
    summary="Temperature and band levels of an asteroid, and its model up to 28 µm.",
    source="Law+2025, Sec. 6, Fig. 15",
    params=AsteroidParams,
    result=AsteroidModel,
    fields=(
        FieldSpec(
            "fit_range_um",
            "Fit range",
            "pair",
            unit="µm",
            low=4.5,
            high=18.5,
            step=0.1,
            decimals=2,
            tooltip="Wavelengths that are fitted; empty: all that is calibrated. Drag the edges in "
            "the plot.",
        ),
        FieldSpec(
            "reflected",
            "Sunlight",
            "choice",
            choices=("fitted", "none"),
            tooltip="Reflected sunlight, a blackbody of 5772 K: at 3 au it equals the thermal flux "
            "at 5 µm and is 8 % of it at 6 µm.",
        ),
        FieldSpec(
            "anchor",
            "Anchor band",
            "text",
            automatic="longest band",
            tooltip="Band that keeps its level; empty: the longest one that is fitted.",
        ),
        FieldSpec(
            "reject_sigma",
            "Reject beyond",
            "number",
            unit="σ",
            low=2.0,
            high=50.0,
            step=0.5,
            decimals=1,
            tooltip="Samples farther off, measured by the scatter of their band, are not fitted.",
        ),
    ),
)
