"""How photom references and their versions present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.photom_reference import MadeReference, PhotomParams
from engine.mrs.reference_versions import ReferenceVersions, VersionParams

PHOTOM = Analysis(
    name="photom",
    title="Photom reference",
    group="MRS",
    summary="The reference file of one detector and setting: the final vectors at each pixel, and "
    "the loss of count rate.",
    source="Law+2025, Sec. 6",
    params=PhotomParams,
    result=MadeReference,
    fields=(
        FieldSpec(
            "base",
            "Base",
            "choice",
            choices=("automatic", "new", "delivered"),
            tooltip="New: the vectors are the factors. Delivered: the opened reference times the "
            "vectors. Automatic: as the kind of the vectors asks.",
        ),
        FieldSpec(
            "vectors",
            "Vectors",
            "choice",
            choices=("automatic", "combined", "opened"),
            tooltip="The vectors combined from all stars, or those of opened vector files. "
            "Automatic: in channel 4 those of an asteroid and a red disk, where there are any.",
        ),
        FieldSpec(
            "beyond",
            "Beyond the vector",
            "choice",
            choices=("leave out", "hold"),
            tooltip="What pixels get that see wavelengths beyond the ends of the vector: nothing "
            "(NaN and DO_NOT_USE), or the value at the end.",
        ),
        FieldSpec(
            "loss",
            "Loss",
            "choice",
            choices=("automatic", "lamps", "delivered", "none"),
            tooltip="Tables of the loss of count rate: both forms fitted to the lamps, those of "
            "the delivered reference, or none.",
        ),
    ),
)

VERSIONS = Analysis(
    name="versions",
    title="Reference versions",
    group="MRS",
    summary="What changed from one photom reference to another: factors, ratios and loss.",
    source="Law+2025, Sec. 6",
    params=VersionParams,
    result=ReferenceVersions,
    fields=(
        FieldSpec(
            "baseline",
            "Baseline",
            "text",
            automatic="first opened",
            tooltip="The version that the others are divided by; empty: the one opened first.",
        ),
        FieldSpec(
            "mjd",
            "Loss at",
            "number",
            unit="MJD",
            low=59500.0,
            high=70000.0,
            step=10.0,
            decimals=1,
            tooltip="Day at which the loss of count rate of each version is compared.",
        ),
    ),
)
