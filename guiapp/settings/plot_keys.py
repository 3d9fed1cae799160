"""Keys that act where the cursor is, while a plot has the focus (as in IRAF and linetools)."""

from dataclasses import dataclass

RESPONSE_PLOT = "response plot"
CUBE_PLOT = "cube plot"
FLAT_PLOT = "flat plot"
FRINGE_PLOT = "fringe plot"
RATE_PLOT = "rate plot"
REFERENCES_PLOT = "references plot"
COMBINE_PLOT = "combine plot"
VISITS_PLOT = "visits plot"
TRENDS_PLOT = "trends plot"
NORMALIZED_PLOT = "normalized plot"
FACTORS_PLOT = "factors plot"
PHOTOMETRY_PLOT = "photometry plot"
TIME_LOSS_PLOT = "time loss plot"
MODULES_PLOT = "modules plot"
ANY_PLOT = "any plot"
#: Names of the views that a plot is in.
VIEWS_WITH: dict[str, tuple[str, ...]] = {
    RESPONSE_PLOT: ("response",),
    CUBE_PLOT: ("cube",),
    FLAT_PLOT: ("flat",),
    FRINGE_PLOT: ("fringe",),
    RATE_PLOT: ("rate",),
    REFERENCES_PLOT: ("references",),
    COMBINE_PLOT: ("combine",),
    VISITS_PLOT: ("junctions", "repeatability", "loss", "filters", "spectrograph"),
    TRENDS_PLOT: ("trends",),
    NORMALIZED_PLOT: ("normalize",),
    FACTORS_PLOT: ("factors",),
    PHOTOMETRY_PLOT: ("photometry",),
    TIME_LOSS_PLOT: ("time_loss",),
    MODULES_PLOT: ("module_offsets", "module_gradients", "epochs"),
}


@dataclass(frozen=True, slots=True)
class PlotKey:
    """One key of a plot.

    Attributes
    ----------
    id : str
        Name in code: ``"response.add_breakpoint"``.
    text : str
        What it does, for the key list and the search.
    keys : tuple of str
        What is typed (``"a"``, ``"A"``, ``"["``), or the name of a key (``"Backspace"``).
    context : str
        Plot that it works in: ``"any plot"``, ``"response plot"``, ``"cube plot"``.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    context: str


_ANY = (
    PlotKey("plot.show_all", "Show all", ("Backspace",), ANY_PLOT),
    PlotKey("plot.cancel", "Cancel the drag in progress", ("Esc",), ANY_PLOT),
    PlotKey("plot.pan", "Hold and drag to pan", ("Space",), ANY_PLOT),
    PlotKey("plot.freeze_cursor", "Freeze the cursor read-out", ("F",), ANY_PLOT),
    PlotKey("plot.keys", "Show the keys", ("?",), ANY_PLOT),
)

_RESPONSE = (
    PlotKey("response.add_breakpoint", "Add a breakpoint at the cursor", ("a",), RESPONSE_PLOT),
    PlotKey(
        "response.add_breakpoint_at_median", "Add a breakpoint at the local median", ("A",),
        RESPONSE_PLOT,
    ),
    PlotKey(
        "response.remove_breakpoint", "Remove the breakpoint selected or under the cursor",
        ("Del",), RESPONSE_PLOT,
    ),
    PlotKey("response.delete", "Delete the nearest point", ("d",), RESPONSE_PLOT),
    PlotKey("response.undelete", "Bring back the nearest deleted point", ("u",), RESPONSE_PLOT),
    PlotKey(
        "response.move_breakpoint", "Move the nearest breakpoint to the cursor", ("m",),
        RESPONSE_PLOT,
    ),
    PlotKey(
        "response.move_breakpoint_to_median", "Move the nearest breakpoint to the local median",
        ("M",), RESPONSE_PLOT,
    ),
    PlotKey("response.double", "Double the number of breakpoints", ("+",), RESPONSE_PLOT),
    PlotKey("response.halve", "Halve the number of breakpoints", ("_",), RESPONSE_PLOT),
    PlotKey("response.weight", "Set the weight of the nearest point", ("w",), RESPONSE_PLOT),
    PlotKey(
        "response.sample", "Begin, then end, a range to fit in: press twice", ("s",),
        RESPONSE_PLOT,
    ),
    PlotKey("response.drop_samples", "Drop the range under the cursor", ("z",), RESPONSE_PLOT),
    PlotKey("response.use_all", "Fit in the whole range again", ("t",), RESPONSE_PLOT),
    PlotKey(
        "response.patch", "Begin, then end, a patch of the vector: press twice", ("p",),
        RESPONSE_PLOT,
    ),
    PlotKey("response.remove_patch", "Remove the patch under the cursor", ("P",), RESPONSE_PLOT),
    PlotKey("response.fit", "Fit now", ("f",), RESPONSE_PLOT),
    PlotKey(
        "response.next_graph", "Next graph: factor, residual, ratio, inverse", ("g",),
        RESPONSE_PLOT,
    ),
    PlotKey("response.info", "Say what is under the cursor", ("i",), RESPONSE_PLOT),
    PlotKey("response.original", "Go back to the original; can be undone", ("o",), RESPONSE_PLOT),
    PlotKey("response.previous_curve", "Show or hide the previous curve", ("c",), RESPONSE_PLOT),
    PlotKey("response.previous_band", "Previous band", ("(",), RESPONSE_PLOT),
    PlotKey("response.next_band", "Next band", (")",), RESPONSE_PLOT),
    PlotKey("response.previous_star", "Previous star", ("[",), RESPONSE_PLOT),
    PlotKey("response.next_star", "Next star", ("]",), RESPONSE_PLOT),
    PlotKey(
        "response.nudge", "Nudge the selected breakpoint", ("Left", "Right", "Up", "Down"),
        RESPONSE_PLOT,
    ),
)  # fmt: skip

_CUBE = (
    PlotKey(
        "cube.nudge", "Nudge the aperture by 0.1 spaxel; with Shift by 1",
        ("Left", "Right", "Up", "Down"), CUBE_PLOT,
    ),
    PlotKey("cube.larger", "Larger aperture", ("+", "="), CUBE_PLOT),
    PlotKey("cube.smaller", "Smaller aperture", ("-", "_"), CUBE_PLOT),
    PlotKey("cube.move", "Move the aperture to the cursor", ("m",), CUBE_PLOT),
    PlotKey("cube.auto", "Center the aperture on the centroid", ("a",), CUBE_PLOT),
    PlotKey("cube.target", "Center the aperture on the target of the header", ("t",), CUBE_PLOT),
    PlotKey("cube.previous_plane", "Previous plane", ("[", "Alt+Left"), CUBE_PLOT),
    PlotKey("cube.next_plane", "Next plane", ("]", "Alt+Right"), CUBE_PLOT),
    PlotKey("cube.planes_back", "Ten planes back", ("{", "Alt+Down"), CUBE_PLOT),
    PlotKey("cube.planes_on", "Ten planes on", ("}", "Alt+Up"), CUBE_PLOT),
    PlotKey("cube.collapse", "Collapsed cube, or one plane", ("c",), CUBE_PLOT),
    PlotKey("cube.next_graph", "Next graph: spaxel, drift, systematics", ("g",), CUBE_PLOT),
)  # fmt: skip

_VISITS = (
    PlotKey(
        "visits.exclude", "Leave the selected visit out, or bring it back", ("x", "Del"),
        VISITS_PLOT,
    ),
)  # fmt: skip

_TRENDS = (
    PlotKey(
        "trends.exclude", "Leave out what is selected (point, star or class), or bring it back",
        ("x", "Del"), TRENDS_PLOT,
    ),
)  # fmt: skip

_TIME_LOSS = (
    PlotKey(
        "time_loss.exclude", "Leave the selected observation out, or bring it back",
        ("x", "Del"), TIME_LOSS_PLOT,
    ),
    PlotKey(
        "time_loss.keep", "Keep the selected observation although it deviates", ("k",),
        TIME_LOSS_PLOT,
    ),
)  # fmt: skip

_FACTORS = (
    PlotKey(
        "factors.exclude", "Leave out what is selected (observation or star), or bring it back",
        ("x", "Del"), FACTORS_PLOT,
    ),
    PlotKey(
        "factors.step", "Filter or parameter before, and next", ("[", "]"), FACTORS_PLOT,
    ),
)  # fmt: skip

_MODULES = (
    PlotKey(
        "modules.exclude_source", "Leave the selected sources out, or bring them back",
        ("x", "Del"), MODULES_PLOT,
    ),
    PlotKey(
        "modules.exclude_array", "Leave the selected array out in its filter, or bring it back",
        ("X",), MODULES_PLOT,
    ),
)  # fmt: skip

_NORMALIZED = (
    PlotKey("normalized.next_line", "Next line", ("n",), NORMALIZED_PLOT),
    PlotKey("normalized.previous_line", "Previous line", ("p",), NORMALIZED_PLOT),
    PlotKey("normalized.next_page", "Next page of wavelengths", (")",), NORMALIZED_PLOT),
    PlotKey("normalized.previous_page", "Previous page of wavelengths", ("(",), NORMALIZED_PLOT),
)

_COMBINE = (
    PlotKey(
        "combine.exclude", "Leave the selected star out, or bring it back", ("x", "Del"),
        COMBINE_PLOT,
    ),
    PlotKey("combine.weight", "Set the weight of the selected star", ("w",), COMBINE_PLOT),
)  # fmt: skip

_FRINGE = (
    PlotKey("fringe.protect_mode", "Protect ranges, or only look", ("p",), FRINGE_PLOT),
    PlotKey(
        "fringe.range", "Begin, then end, a protected range: press twice", ("s",), FRINGE_PLOT,
    ),
    PlotKey(
        "fringe.remove_range", "Remove the protected range under the cursor", ("d", "Del"),
        FRINGE_PLOT,
    ),
    PlotKey("fringe.apply", "Use the corrected spectrum, or not", ("a",), FRINGE_PLOT),
    PlotKey("fringe.previous_band", "Previous band", ("(",), FRINGE_PLOT),
    PlotKey("fringe.next_band", "Next band", (")",), FRINGE_PLOT),
    PlotKey("fringe.previous_star", "Previous star", ("[",), FRINGE_PLOT),
    PlotKey("fringe.next_star", "Next star", ("]",), FRINGE_PLOT),
)  # fmt: skip

_RATE = (
    PlotKey("rate.apply", "Take the loss of count rate out, or not", ("a",), RATE_PLOT),
    PlotKey("rate.previous_band", "Previous band", ("(",), RATE_PLOT),
    PlotKey("rate.next_band", "Next band", (")",), RATE_PLOT),
    PlotKey("rate.previous_star", "Previous star", ("[",), RATE_PLOT),
    PlotKey("rate.next_star", "Next star", ("]",), RATE_PLOT),
)

_REFERENCES = (
    PlotKey("references.baseline", "Make the picked version the baseline", ("b",), REFERENCES_PLOT),
)

_FLAT = (
    PlotKey("flat.patch_mode", "Patch ranges, or only look", ("p",), FLAT_PLOT),
    PlotKey("flat.remove_patch", "Remove the patch under the cursor", ("d", "Del"), FLAT_PLOT),
)

_PHOTOMETRY = (
    PlotKey(
        "photometry.nudge", "Nudge the aperture by 0.1 px; with Shift by 1",
        ("Left", "Right", "Up", "Down"), PHOTOMETRY_PLOT,
    ),
    PlotKey("photometry.larger", "Larger aperture", ("+", "="), PHOTOMETRY_PLOT),
    PlotKey("photometry.smaller", "Smaller aperture", ("-", "_"), PHOTOMETRY_PLOT),
    PlotKey("photometry.move", "Move the aperture to the cursor", ("m",), PHOTOMETRY_PLOT),
    PlotKey("photometry.find", "Find the center near the coordinates", ("a",), PHOTOMETRY_PLOT),
    PlotKey("photometry.previous", "Previous image", ("[",), PHOTOMETRY_PLOT),
    PlotKey("photometry.next", "Next image", ("]",), PHOTOMETRY_PLOT),
    PlotKey(
        "photometry.exclude", "Leave the image out, or bring it back", ("x", "Del"),
        PHOTOMETRY_PLOT,
    ),
)  # fmt: skip

PLOT_KEYS: tuple[PlotKey, ...] = (
    *_ANY,
    *_RATE,
    *_REFERENCES,
    *_RESPONSE,
    *_CUBE,
    *_PHOTOMETRY,
    *_COMBINE,
    *_VISITS,
    *_TRENDS,
    *_MODULES,
    *_FACTORS,
    *_TIME_LOSS,
    *_NORMALIZED,
    *_FRINGE,
    *_FLAT,
)


def key_in(context: str, typed: str) -> PlotKey | None:
    """Return what the key ``typed`` means in a plot: its own meaning first, then any plot's."""
    for wanted in (context, ANY_PLOT):
        for key in PLOT_KEYS:
            if key.context == wanted and typed in key.keys:
                return key
    return None
