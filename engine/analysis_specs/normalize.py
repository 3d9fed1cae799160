"""How normalized spectra present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.normalized_spectra import NormalizedParams, NormalizedSource

NORMALIZE = Analysis(
    name="normalize",
    title="Normalized",
    group="MRS",
    summary="Spectra and models over their own continua, with the lines of stars.",
    source="Law+2025, Figs. 11 and 25 to 28",
    params=NormalizedParams,
    result=NormalizedSource,
    fields=(
        FieldSpec(
            "n_breakpoints",
            "Breakpoints",
            "integer",
            low=0,
            high=100,
            step=1,
            decimals=0,
            tooltip="Of the continuum in each band: more follow broad features and take them away.",
        ),
        FieldSpec(
            "n_sigma",
            "Lines beyond",
            "number",
            unit="σ",
            low=1.0,
            high=20.0,
            step=0.5,
            decimals=1,
            tooltip="Samples farther off the continuum are lines: it is not fitted to them.",
        ),
        FieldSpec(
            "line_half_width_percent",
            "Line window",
            "number",
            unit="%",
            low=0.05,
            high=2.0,
            step=0.05,
            decimals=2,
            tooltip="The continuum is not fitted this close to a marked line, and equivalent "
            "widths are measured there; the broad lines of 10 Lac have 0.45 %.",
        ),
    ),
    version=3,
)
