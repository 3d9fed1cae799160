"""How the choice of models presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.model_choice import ModelChoiceParams, ModelComparison

_RANGE = "Vectors are averaged over this range into one factor a star (Law+2025, Fig. 19: 5 to 18)."

MODELS = Analysis(
    name="models",
    title="Models",
    group="MRS",
    summary="What other models do to the factors of stars, their classes and the final vectors.",
    source="Law+2025, Secs. 5.1 and 8.2; Gordon+2025, Sec. 2.3",
    params=ModelChoiceParams,
    result=ModelComparison,
    fields=(
        FieldSpec(
            "baseline",
            "Compared with",
            "text",
            tooltip="Set of models that the present choice is compared with: first opened, last "
            "opened, highest version, lowest version, or a grid or folder by its name.",
        ),
        FieldSpec(
            "low_um", "From", "number", unit="µm", low=4.5, high=29.0, step=0.5, decimals=2,
            tooltip=_RANGE,
        ),
        FieldSpec(
            "high_um", "To", "number", unit="µm", low=4.5, high=29.0, step=0.5, decimals=2,
            tooltip=_RANGE,
        ),
    ),
)  # fmt: skip
