"""How the signal-to-noise ratio told in four ways presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.signal_to_noise import SnrParams, StarSnr

SIGNAL_TO_NOISE = Analysis(
    name="signal_to_noise",
    title="S/N four ways",
    group="Inspect",
    summary="Repeated visits, a spline, ERR and the calculator compared: is ERR right?",
    source="Law+2025, Sec. 7, Fig. 18",
    params=SnrParams,
    result=StarSnr,
    fields=(
        FieldSpec(
            "n_bins",
            "Bins",
            "integer",
            low=1,
            high=100,
            step=1,
            decimals=0,
            tooltip="Equal wavelength bins of each band; noise is told for each.",
        ),
        FieldSpec(
            "n_breakpoints",
            "Breakpoints",
            "integer",
            low=0,
            high=200,
            step=1,
            decimals=0,
            tooltip="Of the spline that a spectrum is compared with: enough to follow features "
            "and fringes, few against the samples (Law+2025, fn. 19).",
        ),
        FieldSpec(
            "reject_sigma",
            "Reject beyond",
            "number",
            unit="σ",
            low=3.0,
            high=100.0,
            step=0.5,
            decimals=1,
            tooltip="Values of a visit farther off the other visits than this are cosmic rays, not "
            "noise.",
        ),
        FieldSpec(
            "min_samples",
            "Fewest samples",
            "integer",
            low=2,
            high=1000,
            step=1,
            decimals=0,
            tooltip="A visit with fewer samples in common with the others is not compared with "
            "them.",
        ),
    ),
)
