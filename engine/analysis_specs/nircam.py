"""How the calibration of the NIRCam modules presents itself, from epochs to the correction."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.nircam.detection import DetectedSources, DetectionParams
from engine.nircam.gradient_model import GradientModels, GradientParams
from engine.nircam.matching import EpochMatches, MatchParams
from engine.nircam.module_correction import CorrectionParams, ModuleCorrection
from engine.nircam.module_offsets import ModuleOffsets, OffsetParams

IMAGE_SOURCES = Analysis(
    name="image_sources",
    title="Image sources",
    group="NIRCam",
    summary="Sources of mosaics or images of several epochs, found in the first and measured in "
    "all of them with the same pixels.",
    source="Ma+2023, Sec. 3.1",
    params=DetectionParams,
    result=DetectedSources,
    fields=(
        FieldSpec(
            "flux_in",
            "Flux in",
            "choice",
            choices=("isophote", "circle"),
            tooltip="Isophote: the outline of the source in the first epoch (Ma+2023 use it). "
            "Circle: about its center there.",
        ),
        FieldSpec(
            "n_sigma",
            "Threshold",
            "number",
            unit="σ",
            low=1.0,
            high=50.0,
            step=0.5,
            decimals=1,
            tooltip="Pixels of a source stand this far above the background of the first epoch.",
        ),
        FieldSpec(
            "fewest_pixels",
            "Smallest source",
            "integer",
            unit="pixels",
            low=1,
            high=500,
            step=1,
            decimals=0,
            tooltip="Groups of fewer pixels are no source.",
        ),
        FieldSpec(
            "radius_pixels",
            "Radius of the circle",
            "number",
            unit="pixels",
            low=0.5,
            high=50.0,
            step=0.5,
            decimals=1,
            tooltip="Only for the flux in a circle.",
        ),
        FieldSpec(
            "background_pixels",
            "Background boxes",
            "integer",
            unit="pixels",
            low=0,
            high=1024,
            step=8,
            decimals=0,
            tooltip="Side of the boxes in which the background is measured. 0: it is out already.",
        ),
    ),
)

EPOCHS = Analysis(
    name="epochs",
    title="Epochs",
    group="NIRCam",
    summary="The same sources in two epochs, and by how much their positions differ.",
    source="Ma+2023, Secs. 2 and 3.1, Fig. 3",
    params=MatchParams,
    result=EpochMatches,
    fields=(
        FieldSpec(
            "measured_in",
            "Sources from",
            "choice",
            choices=("catalogs", "images"),
            tooltip="Catalogs that are open, or sources measured in the images that are open. "
            "Without catalogs it is the images.",
        ),
        FieldSpec(
            "radius_arcsec",
            "Radius",
            "number",
            unit="″",
            low=0.001,
            high=10.0,
            step=0.05,
            decimals=3,
            tooltip="Two positions are one source when each is the nearest to the other, and no "
            "farther than this.",
        ),
        FieldSpec(
            "faintest_mag",
            "Faintest",
            "number",
            unit="mag",
            low=5.0,
            high=35.0,
            step=0.5,
            decimals=2,
            tooltip="Mean AB magnitude of both epochs; Ma+2023 use sources brighter than 22 mag.",
        ),
        FieldSpec(
            "brightest_mag",
            "Brightest",
            "number",
            unit="mag",
            low=0.0,
            high=35.0,
            step=0.5,
            decimals=2,
            tooltip="Brighter sources may be saturated and take no part.",
        ),
    ),
)

MODULE_OFFSETS = Analysis(
    name="module_offsets",
    title="Module offsets",
    group="NIRCam",
    summary="By how much the modules differ, array by array, told apart from what changed with "
    "time.",
    source="Ma+2023, Eqs. 1 to 8, Table 1, Figs. 5 and 6",
    params=OffsetParams,
    result=ModuleOffsets,
    fields=(
        FieldSpec(
            "fewest",
            "Fewest sources",
            "integer",
            low=1,
            high=1000,
            step=1,
            decimals=0,
            tooltip="A patch of sky with fewer sources gives an offset with a remark.",
        ),
    ),
)

MODULE_GRADIENTS = Analysis(
    name="module_gradients",
    title="Gradients",
    group="NIRCam",
    summary="Offset and gradient of the modules in one fit of both patches of sky.",
    source="Ma+2023, Eqs. 9 and 10, Table 2",
    params=GradientParams,
    result=GradientModels,
    fields=(
        FieldSpec(
            "angle_deg",
            "Long side",
            "number",
            unit="°",
            low=-360.0,
            high=360.0,
            step=1.0,
            decimals=2,
            tooltip="Position angle of the long side of the field (72° in Ma+2023). Empty: from "
            "module A to module B in the first epoch, as the sources tell.",
        ),
        FieldSpec(
            "center_ra_deg",
            "Center RA",
            "number",
            unit="°",
            low=0.0,
            high=360.0,
            step=0.001,
            decimals=6,
            tooltip="Point that the field turns about. Empty: as the catalogs say, else the middle "
            "of the sources.",
        ),
        FieldSpec(
            "center_dec_deg",
            "Center Dec",
            "number",
            unit="°",
            low=-90.0,
            high=90.0,
            step=0.001,
            decimals=6,
            tooltip="A wrong center adds a constant to both patches: fit the time term to take it "
            "out.",
        ),
        FieldSpec(
            "short_wave_slope",
            "Short waves",
            "choice",
            choices=("zero", "fitted"),
            tooltip="Gradient of the short-wave arrays: they show none (Ma+2023, Sec. 5.1).",
        ),
        FieldSpec(
            "time_term",
            "Time term",
            "choice",
            choices=("none", "fitted"),
            tooltip="A constant that both patches share: a change with time, or a wrong center.",
        ),
        FieldSpec(
            "n_sigma",
            "Reject beyond",
            "number",
            unit="σ",
            low=1.0,
            high=100.0,
            step=0.5,
            decimals=1,
            tooltip="Sources that stand farther from the model, such as variable ones, take no "
            "part.",
        ),
        FieldSpec(
            "fewest",
            "Fewest sources",
            "integer",
            low=2,
            high=1000,
            step=1,
            decimals=0,
            tooltip="In each of the two patches of an array.",
        ),
    ),
)

MODULE_CORRECTION = Analysis(
    name="module_correction",
    title="Module correction",
    group="NIRCam",
    summary="Takes the offset between the modules out of magnitudes and images, and writes "
    "corrected copies of cal files.",
    source="Ma+2023, Sec. 5.2, Figs. 7 and 8",
    params=CorrectionParams,
    result=ModuleCorrection,
    fields=(
        FieldSpec(
            "terms",
            "Offsets from",
            "choice",
            choices=("fitted", "published", "file"),
            tooltip="The fit of this session, Table 2 of Ma+2023 (for jwst_1130.pmap), or the "
            "table of offsets that is open.",
        ),
        FieldSpec(
            "baseline",
            "Baseline",
            "choice",
            choices=("B", "A"),
            tooltip="The module that stays as it is; Ma+2023 keep B.",
        ),
        FieldSpec(
            "slope_to",
            "Gradient to",
            "choice",
            choices=("the other module", "half to each"),
            tooltip="The fit gives the sum of the gradients of both modules and cannot tell whose "
            "they are.",
        ),
        FieldSpec(
            "origin",
            "Gradient 0 at",
            "choice",
            choices=("field", "file"),
            tooltip="Field: at the point that the field turns about. File: in the middle of both "
            "modules, as each long-wave file tells it; for images of another field.",
        ),
        FieldSpec(
            "smoothing_pixels",
            "Smoothing",
            "number",
            unit="pixels",
            low=0.0,
            high=50.0,
            step=0.5,
            decimals=1,
            tooltip="Radius of the circle in which difference images are averaged (Ma+2023, Fig. "
            "2: 3 pixels).",
        ),
    ),
)
