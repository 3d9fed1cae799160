"""Every action of the program in one table: menus, search, the key list and keys come from it."""

from dataclasses import dataclass
from typing import Literal

from engine.demo_titles import DEMO_TITLES, FIRST_DEMO
from guiapp.settings.plot_keys import PLOT_KEYS, RESPONSE_PLOT, PlotKey

Menu = Literal["File", "Edit", "View", "Calibrate", "Inspect", "Tools", "Help"]
MENUS: tuple[Menu, ...] = ("File", "Edit", "View", "Calibrate", "Inspect", "Tools", "Help")

__all__ = [
    "ACTIONS",
    "MENUS",
    "PLOT_KEYS",
    "RESPONSE_PLOT",
    "ActionSpec",
    "PlotKey",
    "action_spec",
    "demo_action",
]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that the user can ask for, wherever the keyboard is.

    Attributes
    ----------
    id : str
        Name in code: ``"file.open"``.
    text : str
        Name on the screen; ``…`` when it asks something first.
    menu : str
        Menu that it is in.
    shortcut : str
        Keys, as `QKeySequence` reads them; ``""`` for none.
    tip : str
        One sentence: what it does.
    reason_without_shortcut : str
        Why there are no keys for it; every action has keys or a reason.
    section : int
        A line is drawn in the menu where this number changes.
    submenu : str
        Submenu inside the menu, or ``""``.
    is_checkable : bool
        Whether it is a state that can be on or off.
    icon : str
        Name of a drawing in ``resources/icons``, or ``""``.
    more_shortcuts : tuple of str
        Other keys that do the same.
    is_of_view : bool
        Whether it does what the view that is seen makes of it.
    words : str
        Other words that people look for it by.
    """

    id: str
    text: str
    menu: Menu
    shortcut: str = ""
    tip: str = ""
    reason_without_shortcut: str = ""
    section: int = 0
    submenu: str = ""
    is_checkable: bool = False
    icon: str = ""
    more_shortcuts: tuple[str, ...] = ()
    is_of_view: bool = False
    words: str = ""


_RARE = "no key: rarely needed"
_DANGEROUS = "no key: no slip of the hand must do it"
_IN_PLOT = "a key in the plot does it"
_CHOICE = "no key: one of several in a menu"


def demo_action(name: str) -> str:
    """Return the id of the action that opens a set of the demo."""
    return "file.open_demo" if name == FIRST_DEMO else f"file.open_demo_{name}"


_OTHER_DEMOS = tuple(
    ActionSpec(
        demo_action(name), f"Open the demo of {title}", "File", "",
        f"Open simulated data of {title} with a known truth.", _RARE, submenu="Other demos",
    )
    for name, title in DEMO_TITLES.items()
    if name != FIRST_DEMO
)  # fmt: skip

_FILE = (
    ActionSpec("file.new", "New session", "File", "Ctrl+N", "Start an empty session."),
    ActionSpec(
        "file.open", "Open files…", "File", "Ctrl+O",
        "Add cubes, spectra, images, tables or reference files to the session.", icon="open",
        words="load import read add fits",
    ),
    ActionSpec(
        "file.open_folder", "Open a folder…", "File", "Ctrl+Shift+O",
        "Add everything that can be read in a folder.", icon="folder",
        words="load import directory add",
    ),
    ActionSpec(
        "file.open_demo", "Open the demo", "File", "Ctrl+Alt+D",
        "Open simulated data with a known truth; the first time with a tour.",
        icon="demo",
        words="example sample tutorial simulated",
    ),
    *_OTHER_DEMOS,
    ActionSpec(
        "file.open_session", "Open a session…", "File", "Ctrl+Alt+O",
        "Open a .fluxknot file, or the session that an exported file was made in.", section=1,
        words="load project reopen",
    ),
    ActionSpec(
        "file.save", "Save", "File", "Ctrl+S", "Save the session.", section=2, icon="save",
        words="store write keep",
    ),
    ActionSpec(
        "file.save_as", "Save as…", "File", "Ctrl+Shift+S", "Save the session under a new name.",
        section=2,
        words="store write copy rename",
    ),
    ActionSpec(
        "file.collect", "Collect into a folder…", "File", "",
        "Copy the session and all its data into one folder to hand over.", _RARE, section=2,
        words="archive bundle package zip share",
    ),
    ActionSpec(
        "file.export", "Export…", "File", "Ctrl+E",
        "Write spectra, vectors, reference files, tables, figures or a report.", section=3,
        words="write save download output results x1d csv ecsv report html",
    ),
    ActionSpec(
        "file.export_figure", "Export this figure…", "File", "Ctrl+P",
        "Write the figure of this view as PNG, SVG or PDF, on white.", section=3,
        words="plot print image picture pdf png svg save",
    ),
    ActionSpec(
        "file.close", "Close session", "File", "Ctrl+W", "Close the session.", section=4,
        words="leave end",
    ),
    ActionSpec(
        "file.quit", "Quit", "File", "Ctrl+Q", "Close the window.", section=4,
        words="exit close leave",
    ),
)  # fmt: skip

_EDIT = (
    ActionSpec(
        "edit.undo", "Undo", "Edit", "Ctrl+Z", "Take the last edit back.", icon="undo",
        words="revert back mistake restore",
    ),
    ActionSpec(
        "edit.redo", "Redo", "Edit", "Ctrl+Shift+Z", "Do again what was taken back.", icon="redo",
        more_shortcuts=("Ctrl+Y",),
        words="again forward repeat",
    ),
    ActionSpec(
        "edit.copy_data", "Copy data", "Edit", "Ctrl+C",
        "Copy the numbers of this view as a table, to paste into a sheet.", section=1, icon="copy",
        words="clipboard numbers table tsv paste",
    ),
    ActionSpec(
        "edit.copy_picture", "Copy picture", "Edit", "Ctrl+Shift+C", "Copy this view as a picture.",
        section=1,
        words="clipboard screenshot image paste",
    ),
    ActionSpec(
        "edit.copy_reading", "Copy what the cursor reads", "Edit", "Ctrl+Alt+R",
        "Copy the values under the cursor, in the units that are shown.", section=1,
        words="clipboard position coordinates value",
    ),
    ActionSpec(
        "edit.name_subset", "Name the selection…", "Edit", "Ctrl+G",
        "Keep the selected stars, visits or points under a name.", section=2, is_of_view=True,
        words="group subset set sample",
    ),
    ActionSpec(
        "edit.filter", "Filter the data", "Edit", "Ctrl+F", "Type to filter the data browser.",
        section=2,
        words="find browse list",
    ),
    ActionSpec(
        "edit.preferences", "Preferences…", "Edit", "Ctrl+,", "Theme, text, units, work.",
        section=3,
        words="settings options configuration",
    ),
)  # fmt: skip

_UNITS = (
    ("wave_um", "Wavelength (µm)", "Read wavelengths in micrometers"),
    ("wave_per_cm", "Wavenumber (cm⁻¹)", "Read wavenumbers in place of wavelengths"),
    ("wave_km_s", "Velocity around a line…", "Read velocities in km/s around a line"),
    ("flux_jy", "Jy and MJy/sr", "Read fluxes in Jy, surface brightness in MJy/sr"),
    ("flux_mjy", "mJy and mJy/arcsec²", "Read fluxes in mJy, surface brightness in mJy/arcsec²"),
    ("flux_flam", "Fλ (W m⁻² µm⁻¹)", "Draw spectra as flux per wavelength"),
    ("flux_mag", "AB magnitudes", "Read fluxes as AB magnitudes, with those per arcsec²"),
)

_VIEW = (
    ActionSpec(
        "view.zoom_all", "Show all", "View", "Ctrl+0", "Zoom so that everything is seen.",
        section=1, is_of_view=True,
        words="reset home autoscale whole unzoom",
    ),
    ActionSpec(
        "view.zoom_previous", "Previous zoom", "View", "Ctrl+Left",
        "Go back to the zoom before this one.", section=1, is_of_view=True,
        words="back unzoom",
    ),
    ActionSpec("view.next", "Next view", "View", "Ctrl+PgDown", "Go to the next view.", section=2),
    ActionSpec(
        "view.previous", "Previous view", "View", "Ctrl+PgUp", "Go to the view before.", section=2,
    ),
    ActionSpec(
        "view.split", "Split view", "View", "Ctrl+Alt+S", "Show this view beside another.",
        section=2, is_checkable=True,
        words="side beside compare two panes",
    ),
    ActionSpec(
        "view.tear_out", "View in its own window", "View", "Ctrl+Alt+W",
        "Show this view in a window of its own, for a second screen.", section=2,
        words="detach undock monitor screen",
    ),
    ActionSpec(
        "view.errors", "Errors", "View", "Ctrl+Alt+E", "Show or hide error bars and bands.",
        section=3, is_checkable=True, is_of_view=True,
        words="uncertainties error bars bands",
    ),
    *(
        ActionSpec(
            f"view.{name}", text, "View", "", f"{tip}; exports keep their unit.", _CHOICE,
            section=3 if name.startswith("wave") else 4, submenu="Units", is_checkable=True,
        )
        for name, text, tip in _UNITS
    ),
    ActionSpec(
        "view.data_browser", "Data browser", "View", "Ctrl+B", "Show or hide the data browser.",
        section=5, is_checkable=True,
        words="panel files tree sidebar",
    ),
    ActionSpec(
        "view.inspector", "Inspector", "View", "Ctrl+I", "Show or hide the inspector.",
        section=5, is_checkable=True,
        words="panel parameters sidebar",
    ),
    ActionSpec(
        "view.theme_system", "Follow the system", "View", "", "Light or dark as the desktop is.",
        _CHOICE, section=6, submenu="Theme", is_checkable=True,
    ),
    ActionSpec(
        "view.theme_light", "Light", "View", "", "Light theme.", _CHOICE, section=6,
        submenu="Theme", is_checkable=True,
    ),
    ActionSpec(
        "view.theme_dark", "Dark", "View", "", "Dark theme.", _CHOICE, section=6,
        submenu="Theme", is_checkable=True,
    ),
    ActionSpec(
        "view.larger_text", "Larger text", "View", "Ctrl++", "Make all text larger.", section=7,
        more_shortcuts=("Ctrl+=",),
        words="font size bigger zoom",
    ),
    ActionSpec(
        "view.smaller_text", "Smaller text", "View", "Ctrl+-", "Make all text smaller.",
        section=7,
        words="font size zoom",
    ),
)  # fmt: skip

_CALIBRATE = (
    ActionSpec(
        "calibrate.run_all", "Bring the chain up to date", "Calibrate", "F9",
        "Recompute every step that is stale.", icon="stale",
        words="recompute update refresh calculate rerun",
    ),
    ActionSpec(
        "calibrate.apply_combined", "Apply the combined vectors to all", "Calibrate", "",
        "Calibrate every star with the mean of all stars; asteroids, red disks and spectra in Jy "
        "keep their own.", _RARE,
        words="vector of final mean use average own response",
    ),
    ActionSpec(
        "calibrate.propose_breakpoints", "Propose breakpoints", "Calibrate", "Ctrl+Alt+B",
        "Put the fewest breakpoints that the data justify.", section=2, is_of_view=True,
        words="knots automatic fewest spline",
    ),
    ActionSpec(
        "calibrate.double_breakpoints", "Double the breakpoints", "Calibrate", "",
        "Put one more breakpoint between each two.", _IN_PLOT, section=2, is_of_view=True,
        words="knots more spline",
    ),
    ActionSpec(
        "calibrate.halve_breakpoints", "Halve the breakpoints", "Calibrate", "",
        "Remove every other breakpoint.", _IN_PLOT, section=2, is_of_view=True,
        words="knots fewer spline",
    ),
    ActionSpec(
        "calibrate.even_breakpoints", "Space the breakpoints evenly", "Calibrate", "Ctrl+Alt+V",
        "Keep their number, make their distances equal.", section=2, is_of_view=True,
        words="knots equal uniform spline",
    ),
    ActionSpec(
        "calibrate.copy_breakpoints", "Copy breakpoints from…", "Calibrate", "Ctrl+Alt+C",
        "Take the breakpoints of another star or band.", section=2, is_of_view=True,
        words="knots take spline",
    ),
    ActionSpec(
        "calibrate.reset_breakpoints", "Reset the breakpoints", "Calibrate", "",
        "Go back to where this fit began; can be undone.", _DANGEROUS, section=2, is_of_view=True,
        words="knots original default spline",
    ),
    ActionSpec(
        "calibrate.propose_cutoffs", "Propose cut-offs", "Calibrate", "Ctrl+Alt+U",
        "End the vector where those of the stars of this band diverge.", section=2, is_of_view=True,
        words="limits range ends trim edges",
    ),
    ActionSpec(
        "calibrate.mask_mode", "Mask ranges", "Calibrate", "Ctrl+M",
        "Drag with the left button to mask a range, with the right one to unmask.", section=3,
        is_checkable=True, is_of_view=True,
        words="ignore flag line region",
    ),
    ActionSpec(
        "calibrate.exclude", "Leave out the selection…", "Calibrate", "Ctrl+Del",
        "Leave the selected star, visit or point out, with a reason.", section=3, is_of_view=True,
        words="exclude reject remove delete drop discard outlier bad",
    ),
    ActionSpec(
        "calibrate.include", "Bring back the selection", "Calibrate", "Ctrl+Shift+Del",
        "Use the selected star, visit or point again.", section=3, is_of_view=True,
        words="restore readmit unexclude undelete",
    ),
)  # fmt: skip

_INSPECT = (
    ActionSpec(
        "inspect.health", "Health check", "Inspect", "Ctrl+H",
        "List what is known to be wrong with these data, and what to do.",
        words="warnings problems quality known issues",
    ),
    ActionSpec(
        "inspect.recheck", "Check the files again", "Inspect", "",
        "Look whether a file was moved, changed or removed since it was opened.", _RARE,
        words="missing moved reload",
    ),
    ActionSpec(
        "inspect.worst_junction", "Show the worst junction", "Inspect", "Ctrl+Alt+J",
        "Go to the most significant jump between two bands, of all stars.",
        words="largest biggest jump step discontinuity offset seam",
    ),
    ActionSpec(
        "inspect.keep_version", "Keep this version to compare with…", "Inspect", "Ctrl+Alt+K",
        "Name what there is now; it is drawn dashed beside what comes of later edits.", section=1,
        words="snapshot recipe before after",
    ),
    ActionSpec(
        "inspect.compare_with", "Compare with a session…", "Inspect", "Ctrl+Alt+M",
        "Draw the results of another session file, dashed, beside these.", section=1,
        words="recipe difference versions two",
    ),
    ActionSpec(
        "inspect.differences", "What differs…", "Inspect", "Ctrl+Alt+I",
        "List the parameters, exclusions, models and files that differ from the version that is "
        "compared with.", section=1,
        words="compare recipe difference versions changes list then now",
    ),
    ActionSpec(
        "inspect.stop_comparing", "Stop comparing", "Inspect", "Ctrl+Alt+0",
        "Show this version alone.", section=1,
    ),
)  # fmt: skip

_TOOLS = (
    ActionSpec(
        "tools.search", "Search", "Tools", "Ctrl+K",
        "Find any action, view, star or band by its name.", icon="search",
        words="find command palette",
    ),
    ActionSpec(
        "tools.message_log", "Messages", "Tools", "Ctrl+L",
        "Everything the program had to say, to read and copy.",
        words="log errors warnings history",
    ),
    ActionSpec(
        "tools.cancel_jobs", "Cancel all jobs", "Tools", "Ctrl+.", "Stop all work in progress.",
        words="stop abort interrupt",
    ),
    ActionSpec(
        "tools.samp", "Connect to SAMP", "Tools", "",
        "Exchange spectra, tables and images with other programs on this computer.", _RARE,
        section=1, is_checkable=True,
        words="topcat ds9 jdaviz hub broadcast",
    ),
    ActionSpec(
        "tools.send", "Send to another program…", "Tools", "Ctrl+Alt+P",
        "Send what is selected through SAMP.", section=1,
        words="samp topcat ds9 jdaviz broadcast",
    ),
)  # fmt: skip

_HELP = (
    ActionSpec(
        "help.keys", "Keys", "Help", "F1", "List every key and what it does.", icon="help",
        words="shortcuts keyboard hotkeys",
    ),
    ActionSpec(
        "help.view", "About this view", "Help", "Shift+F1",
        "What the figure means, its equation, its paper, and how to read it.",
        words="explain equation paper manual",
    ),
    ActionSpec(
        "help.tour", "Guided tour of the demo", "Help", "",
        "Five steps: see a jump, extract, drag a breakpoint, exclude a star, export.", _RARE,
        words="tutorial introduction guide start",
    ),
    ActionSpec(
        "help.about", "About Fluxknot", "Help", "", "Version, license, where files are kept.",
        _RARE, section=1,
        words="version license",
    ),
)  # fmt: skip

ACTIONS: tuple[ActionSpec, ...] = (
    *_FILE, *_EDIT, *_VIEW, *_CALIBRATE, *_INSPECT, *_TOOLS, *_HELP,
)  # fmt: skip

_BY_ID = {spec.id: spec for spec in ACTIONS}


def action_spec(action_id: str) -> ActionSpec:
    """Return the action called ``action_id``; `KeyError` when there is none."""
    return _BY_ID[action_id]
