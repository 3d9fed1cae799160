"""How the signal-to-noise ratio per band presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.band_snr import BandSnrParams, SourceSnr

BAND_SNR = Analysis(
    name="band_snr",
    title="S/N per band",
    group="MRS",
    summary="The signal-to-noise ratio of each source and band, from its scatter about a spline.",
    source="Law+2025, Table 1",
    params=BandSnrParams,
    result=SourceSnr,
    fields=(
        FieldSpec(
            "n_breakpoints",
            "Breakpoints",
            "integer",
            low=0,
            high=200,
            step=1,
            decimals=0,
            tooltip="Of the spline in each band: enough to follow features of the star, few "
            "against its elements. Each costs a degree of freedom (Law+2025, fn. 19).",
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
            tooltip="Elements farther off the spline are lines or hits: they do not count as "
            "noise.",
        ),
    ),
)
