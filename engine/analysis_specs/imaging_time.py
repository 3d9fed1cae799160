"""How time, subarrays and errors of the calibration of images present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.error_budget import SOURCES, BudgetParams, ErrorBudgets
from engine.imaging.calibration_history import CalibrationHistory, HistoryParams
from engine.imaging.subarray_results import ORDER, SubarrayParams, Subarrays
from engine.imaging.time_loss_results import TimeLoss, TimeLossParams

TIME_LOSS = Analysis(
    name="time_loss",
    title="Time loss",
    group="Imaging",
    summary="How the response of each filter falls with time, and how well observations repeat.",
    source="Gordon+2025, Sec. 3.1, Fig. 4, Table 8",
    params=TimeLossParams,
    result=TimeLoss,
    fields=(
        FieldSpec(
            "monitor",
            "Monitor star",
            "text",
            tooltip="Other stars are normalized to it near in time. Without it, the star that was "
            "observed most often takes its place.",
        ),
        FieldSpec(
            "near_days",
            "Near in time",
            "number",
            unit="d",
            low=0.1,
            high=1000.0,
            step=5.0,
            decimals=1,
            tooltip="Two stars are compared when they were observed within so many days.",
        ),
        FieldSpec(
            "tau_days",
            "Time constant",
            "number",
            unit="d",
            low=1.0,
            high=5000.0,
            step=10.0,
            decimals=1,
            tooltip="τ of the exponential where a filter does not determine its own "
            "(Gordon+2025: 200 d).",
        ),
        FieldSpec(
            "free_above",
            "Fit it above",
            "number",
            unit="σ",
            low=1.0,
            high=1000.0,
            step=1.0,
            decimals=1,
            tooltip="τ is fitted in filters whose amplitude B exceeds so many of its errors.",
        ),
        FieldSpec(
            "sigma",
            "Deviates beyond",
            "number",
            unit="σ",
            low=2.0,
            high=10.0,
            step=0.1,
            decimals=1,
            tooltip="An observation farther from the fit is flagged, and the fit does not rest on "
            "it.",
        ),
        FieldSpec(
            "kept",
            "Kept all the same",
            "list",
            tooltip="Observations that deviate and on which the fit rests nevertheless: choose "
            "them in the plots.",
        ),
    ),
    version=2,
)

SUBARRAYS = Analysis(
    name="subarrays",
    title="Subarrays",
    group="Imaging",
    summary="How much of the light each subarray sees relative to the full frame, D_SA.",
    source="Gordon+2025, Sec. 3.3, Fig. 5, Table 7",
    params=SubarrayParams,
    result=Subarrays,
    fields=(
        FieldSpec(
            "together_days",
            "Back to back within",
            "number",
            unit="d",
            low=0.01,
            high=100.0,
            step=0.5,
            decimals=2,
            tooltip="Observations of one star in one filter within so many days make a dedicated "
            "pair.",
        ),
        FieldSpec(
            "used_despite",
            "Used in blue filters",
            "list",
            tooltip="Stars that are left out elsewhere, but used here in the bluer filters: "
            "HD 180609, which has a debris disk, is the only one seen in SUB128 in all filters.",
        ),
        FieldSpec(
            "despite_below_um",
            "Bluer than",
            "number",
            unit="µm",
            low=4.0,
            high=30.0,
            step=0.5,
            decimals=1,
            tooltip="Pivot wavelength of the last filter in which they are used.",
        ),
        FieldSpec(
            "adopted",
            "Adopted values",
            "list",
            tooltip="Throughputs relative to SUB256 that differ from Gordon+2025, Table 7: drag "
            "the stars in the plot.",
        ),
    ),
)

HISTORY = Analysis(
    name="history",
    title="History",
    group="Imaging",
    summary="The calibration factor of each filter as a function of time and subarray, beside "
    "earlier deliveries, and the reference file made from it.",
    source="Gordon+2025, Sec. 3.6, Eq. 4, Fig. 9, Table 8",
    params=HistoryParams,
    result=CalibrationHistory,
    fields=(
        FieldSpec(
            "subarray",
            "Subarray",
            "choice",
            choices=ORDER,
            tooltip="The factor of the full frame is divided by D_SA of the subarray.",
        ),
        FieldSpec(
            "tables",
            "Tables of the loss",
            "choice",
            choices=("both", "exponential", "power law"),
            tooltip="Which tables of the reference file hold the loss with time. The pipeline "
            "divides by them, where Eq. 4 multiplies: both together follow it closest.",
        ),
    ),
)

BUDGET = Analysis(
    name="budget",
    title="Error budget",
    group="Imaging",
    summary="What the error of a calibrated flux is made of, for images and MRS spectra.",
    source="Gordon+2025, Sec. 3.6; Law+2025, Secs. 5.1 and 7",
    params=BudgetParams,
    result=ErrorBudgets,
    fields=(
        FieldSpec(
            "source",
            "The flux of a",
            "choice",
            choices=SOURCES,
            tooltip="The error of the model counts where a flux is compared with it; that of the "
            "aperture correction in surface brightness of extended sources.",
        ),
        FieldSpec(
            "model_percent",
            "Error of a model",
            "number",
            unit="%",
            low=0.0,
            high=100.0,
            step=0.5,
            decimals=2,
            tooltip="Of any one star: about 2 % (Bohlin+2014; Gordon+2025, Sec. 3.6).",
        ),
    ),
)
