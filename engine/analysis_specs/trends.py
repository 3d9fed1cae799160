"""How class means and trends of the factors present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.trend_results import FactorTrends, TrendParams

TRENDS = Analysis(
    name="trends",
    title="Trends",
    group="Inspect",
    summary="Whether the factor depends on the class of the star, well depth, date, flux, or "
    "anything else that a table says.",
    source="Law+2025, Sec. 8.2, Figs. 19 and 20",
    params=TrendParams,
    result=FactorTrends,
    fields=(
        FieldSpec(
            "low_um",
            "Average from",
            "number",
            unit="µm",
            low=4.5,
            high=29.0,
            step=0.5,
            decimals=2,
            tooltip="The vector of each star over the adopted one is averaged from here "
            "(Law+2025, Fig. 19: 5 µm).",
        ),
        FieldSpec(
            "high_um",
            "to",
            "number",
            unit="µm",
            low=4.5,
            high=29.0,
            step=0.5,
            decimals=2,
            tooltip="… up to here (Law+2025, Fig. 19: 18 µm).",
        ),
        FieldSpec(
            "chance",
            "Report below",
            "number",
            low=1e-6,
            high=0.5,
            step=0.01,
            decimals=3,
            tooltip="A trend or an offset is reported when chance alone makes one as clear less "
            "often than this, all parameters that were tried taken together.",
        ),
        FieldSpec(
            "ignored",
            "Columns not counted",
            "list",
            tooltip="Columns in which no trend is sought. Each column that counts makes a trend in "
            "any of them less certain. Choose them with “Columns” above the plots.",
        ),
        FieldSpec(
            "class_offsets",
            "Class offsets",
            "choice",
            choices=("kept", "taken out"),
            tooltip="Taken out: each class may have its own mean while trends are sought, so that "
            "an offset between classes is no trend with flux because one class is brighter.",
        ),
    ),
)
