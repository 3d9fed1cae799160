"""How calibration factors of images present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.imaging.factor_results import FactorParams, FactorStudy
from engine.imaging.observations import ImagingTable
from engine.imaging.panel_sets import PanelParams, PanelSet
from engine.imaging.row_edits import ObservationParams
from engine.imaging.source_types import SourceTypes, TypeParams

OBSERVATIONS = Analysis(
    name="observations",
    title="Observations",
    group="Imaging",
    summary="Photometry of stars in images, one row an observation: of tables, of images, or both.",
    source="Gordon+2025, Sec. 2.2, Table 5",
    params=ObservationParams,
    result=ImagingTable,
    fields=(
        FieldSpec(
            "edits",
            "Corrected rows",
            "list",
            tooltip="Observations with another star or class than the file gives. Change them in "
            "the table.",
        ),
    ),
)

FACTORS = Analysis(
    name="factors",
    title="Factors",
    group="Imaging",
    summary="Calibration factors of all filters, corrected for time and subarray, what deviates "
    "among them, and their averages.",
    source="Gordon+2025, Secs. 3 to 3.6, Figs. 6, 8, 10-17, Table 8",
    params=FactorParams,
    result=FactorStudy,
    fields=(
        FieldSpec(
            "time",
            "Loss with time",
            "choice",
            choices=("measured", "published", "none"),
            tooltip="Taken out of the factors: as these observations show it, as in Gordon+2025, "
            "Table 8, or not at all, to see why it is.",
        ),
        FieldSpec(
            "subarrays",
            "Subarrays",
            "choice",
            choices=("adopted", "none"),
            tooltip="What subarrays differ by is taken out with the adopted values, or not at all.",
        ),
        FieldSpec(
            "sigma",
            "Deviates beyond",
            "number",
            unit="σ",
            low=2.0,
            high=10.0,
            step=0.5,
            decimals=1,
            tooltip="An observation deviates when it lies farther from the weighted mean of the "
            "others (Gordon+2025, Sec. 3.2: 3.5).",
        ),
        FieldSpec(
            "deviants",
            "What deviates",
            "choice",
            choices=("left out", "kept"),
            tooltip="Whether observations that deviate take part in the averages.",
        ),
        FieldSpec(
            "kept",
            "Kept all the same",
            "list",
            tooltip="Observations that take part although they deviate. Choose them in the plot.",
        ),
    ),
    version=2,
)

DEPENDENCIES = Analysis(
    name="dependencies",
    title="Dependencies",
    group="Imaging",
    summary="The factors of one filter against eight parameters of star and detector, or those of "
    "all filters against one of them.",
    source="Gordon+2025, Secs. 3.4 and 3.5, Figs. 6, 8 and 10-17",
    params=PanelParams,
    result=PanelSet,
    fields=(
        FieldSpec(
            "chance",
            "Report trends below",
            "number",
            low=1e-6,
            high=0.5,
            step=0.001,
            decimals=4,
            tooltip="A trend with one of the eight parameters is reported when chance alone makes "
            "one as clear less often than this, the eight taken together.",
        ),
    ),
)

SOURCE_TYPES = Analysis(
    name="source_types",
    title="Source types",
    group="Imaging",
    summary="Whether hot stars, A dwarfs and solar analogs give the same calibration factors.",
    source="Gordon+2025, Sec. 3.4, Fig. 7",
    params=TypeParams,
    result=SourceTypes,
    fields=(
        FieldSpec(
            "fewest",
            "At least",
            "integer",
            unit="stars",
            low=2,
            high=50,
            step=1,
            decimals=0,
            tooltip="Stars of a class in a filter that it needs to be shown, however often each "
            "was observed (Gordon+2025, Fig. 7: 4).",
        ),
        FieldSpec(
            "bars",
            "Bars of the means",
            "number",
            unit="σ",
            low=1.0,
            high=10.0,
            step=1.0,
            decimals=0,
            tooltip="Length of the bars of the means of all filters (Gordon+2025, Fig. 7: 5 σ).",
        ),
    ),
    version=2,
)
