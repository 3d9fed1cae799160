"""How pixel flats and narrow features present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.narrow_feature import NarrowFeature, NarrowFeatureParams
from engine.mrs.pixel_flat import PixelFlat, PixelFlatParams

FLAT = Analysis(
    name="flat",
    title="Pixel flat",
    group="MRS",
    summary="The response of single pixels, from dithered exposures of a bright nebula.",
    source="Law+2025, Sec. 2.2, Fig. 2",
    params=PixelFlatParams,
    result=PixelFlat,
    fields=(
        FieldSpec(
            "passes",
            "Passes",
            "integer",
            low=0,
            high=20,
            step=1,
            decimals=0,
            tooltip="Corrections of the flat, each from a new composite cube; 0: solid angles only "
            "(Law+2025: two).",
        ),
        FieldSpec(
            "neighbor_limit",
            "Steepest cube",
            "number",
            low=0.01,
            high=10.0,
            step=0.01,
            decimals=2,
            tooltip="From the second pass on, pixels take no part where the cube differs from its "
            "four neighbors by more than this fraction, rms (Law+2025: 0.20).",
        ),
        FieldSpec(
            "trim",
            "Least response",
            "number",
            low=0.0,
            high=0.99,
            step=0.05,
            decimals=2,
            tooltip="Darker pixels are left out of the clean flat (Law+2025: 0.50).",
        ),
        FieldSpec(
            "patches",
            "Patches",
            "list",
            unit="µm",
            tooltip="Ranges that are interpolated over: drag them below the images. Automatic: the "
            "emission lines that are found.",
        ),
        FieldSpec(
            "patch_rows",
            "Rows beside a patch",
            "integer",
            low=2,
            high=100,
            step=1,
            decimals=0,
            tooltip="Rows on each side, odd and even ones apart, that the interpolation rests on.",
        ),
        FieldSpec(
            "spline_pieces",
            "Pieces of the spline",
            "integer",
            low=1,
            high=200,
            step=1,
            decimals=0,
            tooltip="Of the response that is divided out of a two-dimensional reference "
            "(Law+2025, footnote 11: bands 1A and 1B).",
        ),
    ),
)

FEATURE = Analysis(
    name="feature",
    title="Narrow feature",
    group="MRS",
    summary="A narrow feature of the throughput, such as that of 11.6 µm, from all pixels.",
    source="Law+2025, Sec. 2.3, Fig. 3",
    params=NarrowFeatureParams,
    result=NarrowFeature,
    fields=(
        FieldSpec(
            "range_um",
            "Range",
            "pair",
            unit="µm",
            low=4.8,
            high=29.0,
            step=0.005,
            decimals=4,
            tooltip="Where the feature lies: the continuum is interpolated over it. Drag its edges "
            "in the plot.",
        ),
        FieldSpec(
            "margin_um",
            "Margin",
            "number",
            unit="µm",
            low=0.005,
            high=2.0,
            step=0.01,
            decimals=3,
            tooltip="Continuum on each side that is fitted.",
        ),
        FieldSpec(
            "order",
            "Order",
            "integer",
            low=0,
            high=6,
            step=1,
            decimals=0,
            tooltip="Order of the polynomial of the continuum along each column of a slice.",
        ),
        FieldSpec(
            "spacing_um",
            "Spacing",
            "number",
            unit="µm",
            low=0.0005,
            high=0.5,
            step=0.001,
            decimals=4,
            tooltip="Distance of the breakpoints of the cubic B-spline.",
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
            tooltip="Pixels farther off the spline than this take no part.",
        ),
    ),
)
