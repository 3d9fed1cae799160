"""How the vectors of channel 4 present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.channel4_vectors import Channel4, Channel4Params

CHANNEL4 = Analysis(
    name="channel4",
    title="Channel 4",
    group="MRS",
    summary="Vectors of 4A to 4C from an asteroid, at a level chained by a red source.",
    source="Law+2025, Sec. 6, Figs. 14 and 15",
    params=Channel4Params,
    result=Channel4,
    fields=(
        FieldSpec(
            "overlaps",
            "Overlaps",
            "list",
            unit="µm",
            tooltip="Ranges that differ from those of Law+2025: drag their edges in the plot.",
        ),
        FieldSpec(
            "corrected_band",
            "Corrected band",
            "choice",
            choices=("4A", "4B", "4C"),
            tooltip="Band whose vector gets a polynomial factor that keeps the red source smooth.",
        ),
        FieldSpec(
            "corrected_um",
            "Corrected range",
            "pair",
            unit="µm",
            low=17.0,
            high=29.0,
            step=0.1,
            decimals=2,
            tooltip="Law+2025 correct 4B beyond 23 µm, where the asteroid turns down and other "
            "sources do not. Empty: to the end of the band.",
        ),
        FieldSpec(
            "correction_order",
            "Correction order",
            "integer",
            low=0,
            high=4,
            step=1,
            decimals=0,
            tooltip="Order of that polynomial; 0: no correction.",
        ),
        FieldSpec(
            "smooth_order",
            "Smooth order",
            "integer",
            low=1,
            high=5,
            step=1,
            decimals=0,
            tooltip="Order of the polynomial, ln flux over ln wavelength, that the red source is "
            "taken to follow.",
        ),
        FieldSpec(
            "assumed_from_um",
            "Assumed from",
            "number",
            unit="µm",
            low=24.5,
            high=29.0,
            step=0.1,
            decimals=2,
            tooltip="Beyond it the asteroid is too faint: the vector of 4C follows from the smooth "
            "red source, flagged as extrapolated.",
        ),
        FieldSpec(
            "end_um",
            "Ends at",
            "number",
            unit="µm",
            low=24.5,
            high=29.0,
            step=0.1,
            decimals=2,
            tooltip="Where the vector of 4C ends (Law+2025: 28.8 µm).",
        ),
        FieldSpec(
            "asteroid",
            "Asteroid",
            "text",
            automatic="first asteroid",
            tooltip="Target that gives the relative response; empty: the first asteroid.",
        ),
        FieldSpec(
            "red_source",
            "Red source",
            "text",
            automatic="first red disk",
            tooltip="Target that carries the level over the overlaps; empty: the first red disk.",
        ),
    ),
)
