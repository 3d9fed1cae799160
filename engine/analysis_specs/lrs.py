"""How the analyses of the low-resolution spectrometer present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.lrs.dropouts import DropoutParams, DropoutSearch
from engine.lrs.nods import NodComparison, NodParams
from engine.lrs.periodic_noise import PeriodicNoise, PeriodicParams
from engine.lrs.slitless_background import SlitlessBackground, SlitlessParams
from engine.lrs.usable_range import UsableRange, UsableRangeParams

DROPOUTS = Analysis(
    name="dropouts",
    title="Dropouts",
    group="LRS",
    summary="Rows of a two-dimensional spectrum that lack the peak of the trace.",
    source="LRS known issues, MIRI-LRS03",
    params=DropoutParams,
    result=DropoutSearch,
    fields=(
        FieldSpec(
            "repair",
            "Repair",
            "choice",
            choices=("off", "profile"),
            tooltip="Fill missing pixels of the trace with the profile of the rows beside, and "
            "flag them FLUX_ESTIMATED; measured pixels are never touched.",
        ),
        FieldSpec(
            "half_width",
            "Half width",
            "integer",
            unit="pixel",
            low=1,
            high=20,
            step=1,
            decimals=0,
            tooltip="Columns at each side of the peak that belong to the trace.",
        ),
        FieldSpec(
            "profile_rows",
            "Profile from",
            "integer",
            unit="rows",
            low=1,
            high=100,
            step=1,
            decimals=0,
            tooltip="Complete rows at each side whose median profile fills a dropout.",
        ),
    ),
)

NODS = Analysis(
    name="nods",
    title="Nods",
    group="LRS",
    summary="Nods against each other and against their expected scatter; measured errors and ERR.",
    source="LRS known issues, MIRI-LRS04 and MIRI-LRS05",
    params=NodParams,
    result=NodComparison,
    fields=(
        FieldSpec(
            "n_bins",
            "Bins",
            "integer",
            low=1,
            high=60,
            step=1,
            decimals=0,
            tooltip="Equal wavelength bins of the usable range.",
        ),
        FieldSpec(
            "tolerance",
            "Tolerance (ratio)",
            "number",
            low=0.0,
            high=0.5,
            step=0.005,
            tooltip="Relative difference of level that is accepted; 0.02 is the accuracy of the "
            "photometry of the LRS.",
        ),
        FieldSpec(
            "n_sigma",
            "Certainty",
            "number",
            unit="σ",
            low=1.0,
            high=10.0,
            step=0.5,
            decimals=1,
            tooltip="By how many of its errors a difference of level must be off.",
        ),
        FieldSpec(
            "n_draws",
            "Bootstrap samples",
            "integer",
            low=20,
            high=5000,
            step=20,
            decimals=0,
            tooltip="Of the residuals of each bin; they give the measured error and its spread.",
        ),
    ),
    version=2,
)

USABLE = Analysis(
    name="usable_range",
    title="Usable range",
    group="LRS",
    summary="The wavelengths at which an LRS spectrum can be used, and why the others cannot.",
    source="LRS known issues, useable wavelength range",
    params=UsableRangeParams,
    result=UsableRange,
    fields=(
        FieldSpec(
            "fold_um",
            "Fold-over below",
            "number",
            unit="µm",
            low=3.0,
            high=6.0,
            step=0.05,
            decimals=2,
            tooltip="Where two wavelengths lie on each other unless the slit filter blocks them.",
        ),
        FieldSpec(
            "blue_um",
            "Blue limit",
            "number",
            unit="µm",
            low=4.0,
            high=7.0,
            step=0.05,
            decimals=2,
            tooltip="Of all LRS spectra.",
        ),
        FieldSpec(
            "blue_red_um",
            "Blue limit, red sources",
            "number",
            unit="µm",
            low=4.0,
            high=7.0,
            step=0.05,
            decimals=2,
            tooltip="Of red sources without the slit: what folds over is calibrated away only for "
            "sources like the standard stars.",
        ),
        FieldSpec(
            "red_um",
            "Red limits",
            "list",
            unit="µm",
            tooltip="They are tried from the largest; the first with enough signal holds.",
        ),
        FieldSpec(
            "least_snr",
            "S/N at the red limit",
            "number",
            low=0.5,
            high=100.0,
            step=0.5,
            decimals=1,
            tooltip="Of one element in the micron below a red limit, about a spline and not from "
            "ERR. The page on known issues gives no number: 5 is ours.",
        ),
        FieldSpec(
            "color",
            "Color",
            "choice",
            choices=("automatic", "blue", "red"),
            tooltip="Of the source; automatic: by its slope.",
        ),
        FieldSpec(
            "red_slope",
            "Red from slope",
            "number",
            low=-4.0,
            high=4.0,
            step=0.1,
            decimals=1,
            tooltip="d ln F / d ln wavelength from which a source counts as red; hot stars have "
            "-2. The page on known issues gives no number: -1 is ours.",
        ),
    ),
)

SLITLESS_BACKGROUND = Analysis(
    name="slitless_background",
    title="Slitless background",
    group="LRS",
    summary="The background of each slitless integration, from columns off the target.",
    source="LRS known issues, background subtraction (slitless mode)",
    params=SlitlessParams,
    result=SlitlessBackground,
    fields=(
        FieldSpec(
            "columns",
            "Columns",
            "integer",
            low=3,
            high=34,
            step=1,
            decimals=0,
            tooltip="At each edge; at the left they begin behind the four reference columns.",
        ),
        FieldSpec(
            "shape",
            "Across",
            "choice",
            choices=("linear", "median"),
            tooltip="Linear: a line through the medians of both edges of a row. Median: one number "
            "a row, which leaves a gradient across the columns.",
        ),
        FieldSpec(
            "smooth_rows",
            "Smooth over",
            "integer",
            unit="rows",
            low=1,
            high=101,
            step=2,
            decimals=0,
            tooltip="Running median of the background along the dispersion; 1: none.",
        ),
    ),
)

PERIODIC = Analysis(
    name="periodic_noise",
    title="Periodic noise",
    group="LRS",
    summary="Noise of 390.625 and 10.039 Hz: amplitudes from ramps, a diagnosis from rate images.",
    source="LRS known issues, EMI pattern noise",
    params=PeriodicParams,
    result=PeriodicNoise,
    fields=(
        FieldSpec(
            "highest_hz",
            "Up to",
            "number",
            unit="Hz",
            low=20.0,
            high=5000.0,
            step=50.0,
            decimals=0,
            tooltip="End of the periodogram.",
        ),
        FieldSpec(
            "step_hz",
            "Step",
            "number",
            unit="Hz",
            low=0.1,
            high=50.0,
            step=0.1,
            decimals=1,
            tooltip="Of the periodogram; the known frequencies are always in it.",
        ),
        FieldSpec(
            "chance",
            "Chance",
            "number",
            low=1e-9,
            high=0.1,
            step=1e-4,
            decimals=6,
            tooltip="A frequency is found when noise alone gives as much less often than this.",
        ),
    ),
)
