"""How the 12.2 um leak presents itself: its curve, and its correction."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.leak_curve import LeakCurveParams, LeakFit
from engine.mrs.spectral_leak import LeakCorrection, LeakParams

LEAK_CURVE = Analysis(
    name="leak_curve",
    title="Leak curve",
    group="MRS",
    summary="Which part of the light of 6.1 µm leaks to 12.2 µm, from a blue and a red source.",
    source="Law+2025, Sec. 5.3, Fig. 13",
    params=LeakCurveParams,
    result=LeakFit,
    fields=(
        FieldSpec(
            "blue",
            "Blue source",
            "text",
            automatic="first star",
            tooltip="Star, or source as the data browser spells it, that shows the leak. Empty: "
            "the first standard star with 1B and 3A.",
        ),
        FieldSpec(
            "red",
            "Red source",
            "text",
            automatic="first red one",
            tooltip="Source with little light at 6.1 µm, which shows 3A without the leak. Empty: "
            "the first asteroid or red disk with 1B and 3A.",
        ),
        FieldSpec(
            "window_um",
            "Window",
            "pair",
            unit="µm",
            low=11.5,
            high=13.5,
            step=0.01,
            decimals=3,
            tooltip="Where light leaks; outside, both sources may differ by a smooth level only. "
            "Drag its edges in the plot.",
        ),
        FieldSpec(
            "spacing_um",
            "Spacing",
            "number",
            unit="µm",
            low=0.01,
            high=0.5,
            step=0.01,
            decimals=3,
            tooltip="Distance of the breakpoints of the curve.",
        ),
        FieldSpec(
            "order",
            "Order of the level",
            "integer",
            low=0,
            high=8,
            step=1,
            decimals=0,
            tooltip="Order of the polynomial by which the levels of the two sources differ.",
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
            tooltip="Samples farther off than this take no part.",
        ),
        FieldSpec(
            "line_half_width_km_s",
            "Lines left out",
            "number",
            unit="km/s",
            low=0.0,
            high=3000.0,
            step=100.0,
            decimals=0,
            tooltip="Half-width of the window around H I 7–6, where models of stars are not "
            "good enough; 0 for none.",
        ),
    ),
)

LEAK = Analysis(
    name="leak",
    title="Leak",
    group="MRS",
    summary="What leaks from 6.1 µm into band 3A of a point source, subtracted.",
    source="Law+2025, Sec. 5.3, Fig. 13",
    params=LeakParams,
    result=LeakCorrection,
    fields=(
        FieldSpec(
            "apply",
            "Apply",
            "choice",
            choices=("when available", "none"),
            tooltip="Whether response and calibrated spectrum use 3A without the leak. It needs "
            "the 1B spectrum of the same observation, and a leak curve in the same unit.",
        ),
        FieldSpec(
            "curve",
            "Curve",
            "choice",
            choices=("file", "derived"),
            tooltip="The leak curve that was opened last, or the one derived from a blue and a "
            "red source of this session.",
        ),
    ),
)
