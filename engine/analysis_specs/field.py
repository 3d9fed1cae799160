"""How the overlay of the static fringe flat and the map of footprints present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.footprints import FootprintMap, FootprintParams
from engine.mrs.fringe_flat import FringeFlatOverlay, FringeFlatParams

FRINGE_FLAT = Analysis(
    name="fringe_flat",
    title="Fringe flat",
    group="MRS",
    summary="Whether the static fringe flat was applied, which one, and what of it is left.",
    source="Law+2025, Sec. 2.1",
    params=FringeFlatParams,
    result=FringeFlatOverlay,
    fields=(
        FieldSpec(
            "column",
            "Column",
            "integer",
            automatic="middle",
            low=0,
            high=1031,
            step=1,
            decimals=0,
            tooltip="Column of the detector whose pixels are overlaid, counted from 0. Empty: one "
            "near the middle of the band's half.",
        ),
    ),
)

FOOTPRINTS = Analysis(
    name="footprints",
    title="Footprints",
    group="MRS",
    summary="Where the fields of channels and tiles lie on the sky, over an image.",
    source="Law+2025, Sec. 2, Fig. 1",
    params=FootprintParams,
    result=FootprintMap,
    fields=(
        FieldSpec(
            "shown",
            "Shown",
            "choice",
            choices=("all bands", "one band a channel"),
            choice_words=("all bands", "one a channel"),
            tooltip="The bands of a channel cover nearly the same field (Law+2025, Fig. 1).",
        ),
    ),
)
