"""Everything that changes a session in the window, each as a thing that a hand can do.

A move names the functions of `guiapp.controllers` that push its edit; `edit_sites` finds all that
there are in the sources, so that a new kind of edit without a move is noticed.
"""

import ast
import functools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from engine.analyses import LOSS, RESPONSE
from engine.compare.subsets import Subset
from engine.model.identity import ROLES
from engine.mrs.response_params import StarResponseParams
from engine.project.codec import to_plain
from engine.project.model_sets import model_sets
from engine.project.session_file import write_session
from engine.project.vector_choice import OWN, calibrated_together, vector_choice
from guiapp.controllers import model_menu, star_response
from guiapp.controllers.browser_rows import rows_of
from guiapp.controllers.growth_curve import Gathered
from guiapp.controllers.nircam_leaving_out import leave_sources_out
from guiapp.controllers.vector_form import apply_combined, choose_vectors
from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.column_mapping import ColumnMappingDialog
from guiapp.dialogs.missing_files import MissingFilesDialog
from guiapp.views import response_edits as response
from guiapp.views.range_gestures import AddRange, ChangeRange, RemoveRange

CONTROLLERS = Path(__file__).resolve().parents[2] / "guiapp" / "controllers"
_GO = "exclusion_wanted"
_MOST_CLOSED = 30  # files at a time, so that there is something to edit all along
_WORDS = ("saturated", "mirror event", "moved", "cosmic ray", "a < b & c")
#: Each begins another session with a history of its own; `test_kill` recovers.
_NOT_WALKED = {"session.recover", "session._take_restored"}


@dataclass(frozen=True)
class Move:
    """Something that a hand can do.

    Attributes
    ----------
    name : str
        What it is called in a failure.
    covers : tuple of str
        The functions that push its edit: ``"cube._on_center"``.
    act : callable
        Takes the walk and a random generator.
    view : str
        The view that it is done in; ``""``: any.
    """

    name: str
    covers: tuple[str, ...]
    act: Callable
    view: str = ""


@functools.cache
def edit_sites():
    """Return the functions of the controllers that push edits, as ``"module.function"``."""
    found = set()
    for path in CONTROLLERS.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        pushes = {"set_params", "_edit", "EditSession"} | _names_of_edit(tree)
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and _calls(function) & pushes:
                found.add(f"{path.stem}.{function.name}")
    return found - _NOT_WALKED


def _names_of_edit(tree):
    """Return what a module calls `guiapp.document.commands.edit`."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "guiapp.document.commands"
        for alias in node.names
        if alias.name == "edit"
    }


def _calls(function):
    """Return the names that ``function`` calls itself, not in functions inside it."""
    called, waiting = set(), list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call):
            called.add(getattr(node.func, "id", getattr(node.func, "attr", "")))
        waiting.extend(ast.iter_child_nodes(node))
    return called


# What a hand chooses at random


def one_of(rng, choices):
    """Return one of ``choices``; `None`: there are none."""
    choices = list(choices)
    return choices[rng.integers(len(choices))] if choices else None


def span(rng, low, high):
    """Return two different numbers between ``low`` and ``high``, in order."""
    first, second = np.sort(rng.uniform(low, high, 2)).round(3)
    return float(first), float(second) + 0.01


def form_value(rng, spec):
    """Return a value that the form would take for the field ``spec``."""
    if spec.automatic and spec.kind in {"number", "integer"} and rng.random() < 0.3:
        return None
    low = spec.low if np.isfinite(spec.low) else 0.1
    high = spec.high if np.isfinite(spec.high) else low + 10.0
    made = {
        "integer": lambda: int(rng.integers(int(np.ceil(low)), int(high) + 1)),
        "number": lambda: float(np.round(rng.uniform(low, high), spec.decimals)),
        "choice": lambda: one_of(rng, spec.choices),
        "pair": lambda: span(rng, low, high),
        "center": lambda: one_of(rng, (*spec.choices, span(rng, 5.0, 20.0))),
        "text": lambda: one_of(rng, _WORDS),
    }
    return made[spec.kind]()


def edit_a_field(walk, rng):
    """Type something into the form beside the view that is shown."""
    controller = walk.program.controller._active
    fields = [one for one in controller.inspector().specs if one.kind != "list"]
    spec = one_of(rng, fields)
    if spec is not None:
        walk.program.window.inspector.edited.emit(spec.name, form_value(rng, spec))


def answered(walk, rng, kind=TextDialog):
    """Answer the dialog that asks for a word."""
    for dialog in walk.program.dialogs(kind):
        if kind is TextDialog:
            dialog.taken.emit(one_of(rng, _WORDS))
        dialog.close()


# The data browser


def _row(walk, rng, wanted=lambda _row: True):
    rows = [row.id for top in rows_of(walk.session) for row in top.walk() if wanted(row)]
    return one_of(rng, rows)


def _give_role(walk, rng):
    row = _row(walk, rng, lambda one: not one.children)
    if row:  # mostly stars, so that there are observations all along
        walk.panel.role_changed.emit((row,), one_of(rng, (*ROLES, *["standard star"] * 20)))


def _rename(walk, rng):
    row = _row(walk, rng)
    if row:
        walk.panel.renamed.emit((row,))
        answered(walk, rng)


def _close(walk, rng):
    row = _row(walk, rng, lambda one: not one.children)
    if row and len(walk.session.entries) > len(walk.start.entries) - _MOST_CLOSED:
        walk.panel.removed.emit((row,))


def _reopen(walk, rng):
    open_now = {entry.path for entry in walk.session.entries}
    closed = [entry.path for entry in walk.start.entries if entry.path not in open_now]
    path = one_of(rng, [one for one in closed if Path(one).exists()])
    if path:
        walk.program.controller.files.open_paths((path,))
        walk.program.settle()


def _command(*wanted):
    """Return the move that chooses an entry of the context menu whose id begins so."""

    def act(walk, rng):
        for _ in range(12):
            row = _row(walk, rng)
            if row is None:
                return
            walk.panel.menu_wanted.emit((row,))
            offered = [one.id for one in walk.panel._commands]
            command = one_of(rng, [one for one in offered if one.startswith(wanted)])
            if command:
                walk.panel.command_chosen.emit(command, (row,))
                answered(walk, rng)
                return

    return act


def _bring_back(walk, rng):
    """Leave something out if nothing is, and bring it back."""
    out = [one.id for one in walk.session.segments if walk.session.exclusion(one.id)]
    row = one_of(rng, out) or segment(walk, rng)
    if row is None:
        return
    for wanted in ("include",) if out else ("exclude", "include"):
        walk.panel.menu_wanted.emit((row,))
        if wanted in {one.id for one in walk.panel._commands}:
            walk.panel.command_chosen.emit(wanted, (row,))
            answered(walk, rng)


def _change_reason(walk, rng):
    """Give what is left out another reason, after leaving something out if nothing is."""
    out = [one.id for one in walk.session.segments if walk.session.exclusion_of(one)]
    row = one_of(rng, out) or segment(walk, rng)
    for wanted in () if row is None else ("reason",) if out else ("exclude", "reason"):
        walk.panel.command_chosen.emit(wanted, (row,))
        answered(walk, rng)


def _bring_back_the_shown(walk, rng):
    """Leave out what the response is of, and bring it back there."""
    chosen = walk.space.selection.segments
    if not chosen:
        return
    walk.panel.command_chosen.emit("exclude", (chosen[0],))
    answered(walk, rng)
    walk.controller("response").response.left_out.back_wanted.emit()


def _restore(walk, rng):
    """Take back the recipe of a vector, as an exported file of it would hold it."""
    library, one = walk.space.chain.library, walk.session.segment(segment(walk, rng) or "")
    if one is None:
        return
    breaks = StarResponseParams(breakpoints_um=span(rng, 5.0, 5.6))
    recipe = json.dumps({"step": RESPONSE.name, "params": to_plain(breaks)})
    vector = SimpleNamespace(recipe=recipe, identity=one.identity)
    product, here = library.product, threading.current_thread()

    def made_up(entry, part, **asked):
        return vector if threading.current_thread() is here else product(entry, part, **asked)

    library.product = made_up
    walk.browser._restore((walk.session.entries[0].id,))
    library.product = product


def _change_a_file(walk, rng):
    """Let another program write into a table, then read it again."""
    entry = next((one for one in walk.session.entries if one.path.endswith(".ecsv")), None)
    if entry is None or not Path(entry.path).exists():
        return
    with Path(entry.path).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    walk.program.controller.file_states.recheck()
    walk.program.settle()
    walk.panel.command_chosen.emit("accept", (f"{entry.id}",))
    walk.program.settle()


def _choose_columns(walk, rng):
    entry = one_of(rng, [one for one in walk.session.entries if one.path.endswith(".txt")])
    if entry is None:
        return
    walk.browser.columns_wanted.emit(entry.id)
    for dialog in walk.program.dialogs(ColumnMappingDialog):
        dialog.accept()
    walk.program.settle()


def _find_moved(walk, rng):
    """Move a file elsewhere, and say where it is."""
    entry = one_of(rng, [one for one in walk.session.entries if Path(one.path).exists()])
    if entry is None:
        return
    here = Path(entry.path)
    there = here.parent / f"moved {here.stat().st_mtime_ns % 97}" / here.name
    there.parent.mkdir(exist_ok=True)
    here.rename(there)
    walk.program.controller.lost_work.ask_for_missing()
    for dialog in walk.program.dialogs(MissingFilesDialog):
        dialog.found.emit(str(there.parent))
        dialog.close()
    if here.exists():
        there.unlink(missing_ok=True)
    else:
        there.rename(here)


def _name_subset(walk, rng):
    keys = tuple(walk.session.sources)[:3]
    walk.browser.subsets.add(Subset(one_of(rng, "abcd"), members=keys[: int(rng.integers(1, 4))]))


def _remove_subset(walk, rng):
    name = one_of(rng, [one.name for one in walk.session.subsets])
    if name:
        walk.browser.subsets.remove(name)


# Versions


def _compare_with(walk, rng):
    path = walk.folder / "other.fluxknot"
    if not path.exists():
        write_session(walk.start, path)
    walk.program.controller.comparison.compare_with(path)


def _keep_version(walk, rng):
    walk.program.controller.comparison.keep_as(one_of(rng, ("as opened", "v2")))


def _stop_comparing(walk, rng):
    walk.program.controller.comparison.stop()


# Views: their own signals, as the mouse would send them


def sends(view, signal, *values):
    """Return the act that sends a signal of a view; callable values are made anew each time."""

    def act(walk, rng):
        made = [value(walk, rng) if callable(value) else value for value in values]
        if None not in made:
            getattr(walk.controller(view).view, signal).emit(*made)
            answered(walk, rng)

    return act


def number(low, high):
    """Return what gives a number between ``low`` and ``high``."""
    return lambda walk, rng: float(rng.uniform(low, high))


def choice(*choices):
    """Return what gives one of ``choices``."""
    return lambda walk, rng: one_of(rng, choices)


def gesture(walk, rng):
    """Return the number of a gesture: often that of the one before."""
    walk.gestures += int(rng.random() < 0.3)
    return walk.gestures


def source(walk, rng):
    """Return a source of the session."""
    return one_of(rng, walk.session.sources)


def segment(walk, rng):
    """Return an observation of the session."""
    return one_of(rng, [one.id for one in walk.session.segments])


def star(walk, rng):
    """Return a star of the session."""
    return one_of(rng, sorted({one.identity.target for one in walk.session.segments}))


def _range_edit(view, ranges_of, limits):
    """Return what gives a random edit of the ranges that ``ranges_of`` finds."""

    def made(walk, rng):
        controller = walk.controller(view)
        if controller.key() is None:
            return None
        ranges = ranges_of(controller) or ()
        index = int(rng.integers(len(ranges))) if ranges else 0
        kinds = (AddRange, ChangeRange, RemoveRange) if ranges else (AddRange,)
        kind = one_of(rng, kinds)
        if kind is RemoveRange:
            return RemoveRange(index)
        place = () if kind is AddRange else (index,)
        return kind(*place, *span(rng, *limits), *(() if kind is AddRange else ("",)))

    return made


def _limits(view, signal, *first, within):
    """Return the act that drags both ends of a range."""

    def act(walk, rng):
        made = [value(walk, rng) if callable(value) else value for value in first]
        if None not in made:
            getattr(walk.controller(view).view, signal).emit(*made, *span(rng, *within))

    return act


def _response_edits(rng, params, fit):
    """Return one edit of each kind that fits the response ``fit``."""
    low, high = float(fit.wave_um[0]), float(fit.wave_um[-1])
    index = int(rng.integers(fit.wave_um.size))
    wave = float(rng.uniform(low, high))
    value = float(np.nanmedian(fit.vector))
    break_um = float(rng.choice(fit.breakpoints_um)) if fit.breakpoints_um.size else wave
    masked = one_of(rng, params.masks)
    kept = one_of(rng, params.sample_ranges)
    held = params.held[0].wave_um if params.held else wave
    some = span(rng, low, high)
    scope = one_of(rng, response.SCOPES)
    return [
        response.MoveBreakpoint(break_um, wave),
        response.MoveHeldValue(held, wave, value),
        response.HoldValue(break_um, value),
        response.ReleaseValue(held),
        response.ReleaseValues((held,)),
        response.MoveOntoSamples((held,)),
        response.AddBreakpoint(wave),
        response.AddBreakpointAtMedian(wave),
        response.MoveBreakpointToMedian(break_um),
        response.RemoveBreakpoint(break_um),
        response.AddMask(*some, "mine"),
        response.ChangeMask(0, *some, "yours"),
        response.RemoveMasks(*((masked.low_um, masked.high_um) if masked else some)),
        response.ExcludeSample(index, scope, "seen"),
        response.IncludeSample(index, scope),
        response.SetWeight(index, 0.5),
        response.SetCutoff(one_of(rng, ("low", "high")), one_of(rng, (None, wave))),
        response.AddBreak(wave),
        response.RemoveBreak(params.breaks_um[0] if params.breaks_um else wave),
        response.AddSampleRange(*some),
        response.DropSampleRange((kept.low_um + kept.high_um) / 2 if kept else wave),
        response.AddPatch(*some),
        response.ChangePatch(0, *some, "", "linear"),
        response.RemovePatch(0),
        response.UseAllSamples(),
        response.ArrangeBreakpoints(one_of(rng, ("propose", "double", "halve", "even", "reset"))),
    ]


_NEED_RANGE = {response.DropSampleRange, response.UseAllSamples}


def edit_response(walk, rng, kind=None):
    """Edit the response that is shown: in one way, or in any that is possible."""
    controller = walk.computed("response")
    result = controller._result()
    if result is None:
        return
    params = controller._params(controller.key())
    unfit = (set() if params.masks else {response.ChangeMask}) | (
        set() if params.patches else {response.ChangePatch, response.RemovePatch}
    )
    if kind in _NEED_RANGE and not params.sample_ranges:
        kind = response.AddSampleRange
    offered = [one for one in _response_edits(rng, params, result) if type(one) not in unfit]
    made = one_of(rng, [one for one in offered if kind in {None, type(one)}])
    before = walk.session
    controller.view.edited.emit(made, gesture(walk, rng))
    if walk.session is not before:
        walk.kinds.add(type(made))


def _copy_breakpoints(walk, rng):
    controller = walk.computed("response")
    found = one_of(rng, controller._around.copyable())
    if found is not None:
        controller.copy_breakpoints(found)


def _propose_cutoffs(walk, rng):
    """End a vector where the stars diverge: where that is is made up, these stars agree."""
    controller = walk.computed("response")
    proposed = SimpleNamespace(cutoffs_um=span(rng, 4.9, 5.7))
    kept, star_response.propose_cutoffs = star_response.propose_cutoffs, lambda _found: proposed
    controller.propose_cutoffs()
    star_response.propose_cutoffs = kept


def _apply_combined(walk, rng):
    """Calibrate everything with the mean of the stars, or, where that holds, with its own."""
    held = calibrated_together(walk.session)
    if vector_choice(walk.session, held) == "combined":
        choose_vectors(walk.space, held, OWN, whose="all observations")
    else:
        apply_combined(walk.space)


def _weigh_star(walk, rng):
    name = star(walk, rng)
    if name:
        walk.controller("combine").set_weight(name, f"{rng.uniform(0, 3):.2f}")


def _use_correction(walk, rng):
    controller = walk.controller("growth")
    kept, controller._gathered = controller._gathered, _growth_of(walk, rng, controller)
    controller._on_use(one_of(rng, ("when available", "measured", "none")))
    controller._gathered = kept


def _join_growth(walk, rng):
    controller = walk.controller("growth")
    kept, controller._gathered = controller._gathered, _growth_of(walk, rng, controller)
    controller._on_join(float(rng.uniform(1, 3)), gesture(walk, rng))
    controller._gathered = kept


def _growth_of(walk, rng, controller):
    """Return what is gathered for the view; it is made up, measuring it takes long."""
    return Gathered({}, {controller.growth.band: segment(walk, rng)}, {}, ())


def _swap_models(walk, rng):
    name = one_of(rng, [one.name for one in model_sets(walk.session)])
    reach = one_of(rng, ("star", "class", "all"))
    if name:
        walk.controller("models").view.swap_wanted.emit(name, reach)


def _on_factors(act):
    """Return the act on some observations of the factors."""

    def both(walk, rng):
        controller = walk.computed("factors")
        study = controller.study
        if study is not None and len(study.table):
            deviating = [
                one for one, off in zip(study.table.ids, study.is_deviant, strict=True) if off
            ]
            some = tuple(str(one) for one in rng.choice(study.table.ids, 3))
            controller.view.choose((*some, *deviating[:1]))
            act(walk, rng)

    return both


def _reason(rng):
    return one_of(rng, (None, *_WORDS))


def _leave_out_trend(walk, rng):
    walk.controller("trends")._exclude((segment(walk, rng),), "a point", _reason(rng))


def _leave_out_lamp(walk, rng):
    one = walk.session.segment(segment(walk, rng) or "")
    if one is not None:
        walk.controller("loss")._exclude(one, _reason(rng))


def _compare_references(walk, rng):
    """Choose another version: the list of versions is made up, computing it takes long."""
    controller = walk.controller("references")
    versions = tuple((name, name) for name in _WORDS)
    controller._result = lambda: SimpleNamespace(baseline="", versions=versions)
    controller._on_baseline(one_of(rng, _WORDS))
    del controller._result


def _type_into_loss(walk, rng):
    spec = one_of(rng, [one for one in LOSS.fields if one.kind != "list"])
    walk.controller("loss").set_parameter(spec.name, form_value(rng, spec))


def _set_feature(walk, rng):
    controller = walk.controller("feature")
    controller.subject = controller.subject or "2A@pixels"
    controller._set_range(span(rng, 5.0, 5.6))


def _leave_out_and_bring_back(walk, rng):
    for one in [source(walk, rng)] * 2:
        sends("junctions", _GO, one)(walk, rng)


def _reset_limits(walk, rng):
    """Set the limits of an overlap, and take them back."""
    one = source(walk, rng)
    sends("junctions", "limits_dragged", one, "1A|1B", *span(rng, 5.6, 5.8))(walk, rng)
    sends("junctions", "limits_reset", one, "1A|1B")(walk, rng)


def _fit_asteroid(walk, rng):
    controller = walk.controller("asteroid")
    controller._set_range(span(rng, 6.0, 20.0), "a range")


def _join_energy(walk, rng):
    controller = walk.controller("energy")
    controller.energy.chosen = controller.energy.chosen or "F1550C"
    controller.view.join_dragged.emit(float(rng.uniform(5, 30)), gesture(walk, rng))


def _leave_out_nircam(walk, rng):
    leave_sources_out(walk.space, (f"e1.{int(rng.integers(1, 9))}",), walk.program.window)
    answered(walk, rng)


def _leave_out_visit(walk, rng):
    one = segment(walk, rng)
    if one:
        walk.controller("repeatability").leave_out(one)
        answered(walk, rng)


def _fit_subarrays(walk, rng):
    """Adopt what a fit gave: it is made up, computing it takes long."""
    controller = walk.controller("subarrays")
    found = [
        SimpleNamespace(subarray=one, fitted_relative=float(rng.uniform(0.9, 1.1)))
        for one in ("SUB128", "SUB64")
    ]
    kept = controller.follower.result
    controller.follower.result = SimpleNamespace(throughputs=found)
    controller.adopt_fitted()
    controller.follower.result = kept


def _edit_flat(walk, rng):
    """Edit the patches of a flat, which is made up."""
    controller = walk.controller("flat")
    controller.subject = controller.subject or "2A@pixels"
    kept, controller._follower.result = controller._follower.result, SimpleNamespace(patches=())
    own = controller._params(controller.key()).patches
    controller._on_edited(_range_edit("flat", lambda _one: own, (5.0, 7.0))(walk, rng))
    controller._follower.result = kept


def _find_patches(walk, rng):
    controller = walk.controller("flat")
    controller.subject = controller.subject or "2A@pixels"
    controller._on_automatic()


def _on_cube(signal, *values):
    """Return the act on a cube."""

    def act(walk, rng):
        found = next((one.id for one in walk.session.segments if one.is_cube), "")
        if walk.space.selection.current != found:
            walk.space.selection.select((found,))
        sends("cube", signal, *values)(walk, rng)

    return act


def _move(view, name, act, *functions):
    return Move(name, functions, act, view)


MOVES = (
    _move("response", "copy", _copy_breakpoints, "star_response.copy_breakpoints"),
    _move("response", "cut off", _propose_cutoffs, "star_response.propose_cutoffs"),
    _move("response", "bring back", _bring_back_the_shown, "star_response._bring_back"),
    _move("response", "edit", edit_response, "star_response._on_edited"),
    Move("type into the form", ("joint_form.set_in_joint_form",), edit_a_field),
    Move("give a role", ("browser._set_role", "browser._edit"), _give_role),
    Move("rename a target", ("browser.rename",), _rename),
    Move("close a file", ("browser._remove",), _close),
    Move("open a file", ("files._add",), _reopen),
    Move("exclude in the browser", ("browser._leave_out",), _command("exclude")),
    Move("change a reason", ("browser._give_reason",), _change_reason),
    Move("bring back in the browser", ("browser._include",), _bring_back),
    Move("restore a recipe", ("browser._restore",), _restore),
    Move("choose a model", ("browser._choose_model",), _command(model_menu.ONE)),
    Move("read a changed file", ("browser._on_reread",), _change_a_file),
    Move("choose columns", ("columns._on_read",), _choose_columns),
    Move("find a moved file", ("lost_work._on_found",), _find_moved),
    Move("apply the combined vectors", ("vector_form.choose_vectors",), _apply_combined),
    Move("name a subset", ("subset_edits.add",), _name_subset),
    Move("remove a subset", ("subset_edits.remove",), _remove_subset),
    Move("keep a version", ("comparison.keep_as", "comparison._edit"), _keep_version),
    Move("compare with a session", ("comparison.compare_with",), _compare_with),
    Move("stop comparing", ("comparison.stop",), _stop_comparing),
    Move("leave out NIRCam sources", ("nircam_leaving_out._exclude",), _leave_out_nircam),
    _move("cube", "center", _on_cube("center_dragged", number(9, 14), number(9, 14), gesture),
          "cube._on_center", "cube._edit", "workspace.set_params"),
    _move("cube", "radius", _on_cube("radius_dragged", number(0.5, 3), gesture),
          "cube._on_radius"),
    _move("cube", "annulus", _on_cube("annulus_dragged", number(2, 3), number(4, 5), gesture),
          "cube._on_annulus"),
    _move("cube", "mode",
          _on_cube("center_mode_wanted", choice("auto", "target")),
          "cube._on_center_mode"),
    _move("combine", "weight", _weigh_star, "star_combination.set_weight"),
    _move("combine", "leave out", sends("combine", "exclude_wanted", source),
          "star_combination._set_excluded"),
    _move("asteroid", "range", _fit_asteroid,
          "asteroid._set_range"),
    _move("channel4", "overlap",
          _limits("channel4", "overlap_dragged", "4A|4B", within=(20.3, 20.9)), "channel4._set"),
    _move("channel4", "no overlap", sends("channel4", "overlap_reset", "4A|4B")),
    _move("channel4", "correction", _limits("channel4", "correction_dragged", within=(18, 27))),
    _move("channel4", "assumed", sends("channel4", "assumed_dragged", number(26, 28))),
    _move("junctions", "limits",
          _limits("junctions", "limits_dragged", source, "1A|1B", within=(5.6, 5.8)),
          "junctions._edit_limits"),
    _move("junctions", "no limits", _reset_limits),
    _move("junctions", "anchor", sends("junctions", "anchor_wanted", choice("1A", "2C", "4A")),
          "junctions._set_anchor"),
    _move("junctions", "leave out", _leave_out_and_bring_back,
          "leaving_out.leave_subject_out", "leaving_out._leave_out"),
    _move("repeatability", "leave out a visit", _leave_out_visit, "visits._exclude"),
    _move("trends", "leave out", _leave_out_trend, "trends._exclude"),
    _move("models", "swap", _swap_models, "model_swaps.swap_models"),
    _move("models", "forget", sends("models", "reset_wanted", choice("star", "class", "all")),
          "model_swaps.forget_choices"),
    _move("loss", "type", _type_into_loss),
    _move("loss", "leave out", _leave_out_lamp, "count_rate_loss._exclude"),
    _move("leak", "window",
          sends("leak", "window_dragged", number(11.9, 12.1), number(12.3, 12.5), gesture),
          "spectral_leak._on_window"),
    _move("fringe", "protect",
          sends("fringe", "edited", _range_edit(
              "fringe", lambda one: one._params(one.key()).protected, (5.0, 5.6))),
          "residual_fringes._on_edited"),
    _move("growth", "join",
          _join_growth,
          "growth_curve._on_join"),
    _move("growth", "use", _use_correction, "growth_curve._on_use"),
    _move("flat", "patch", _edit_flat, "pixel_flat._on_edited"),
    _move("flat", "automatic", _find_patches, "pixel_flat._on_automatic"),
    _move("feature", "range", _set_feature,
          "narrow_feature._set_range"),
    _move("references", "baseline", _compare_references, "references._on_baseline"),
    _move("filters", "leave out", sends("filters", _GO, choice("10 Lac/F770W", "mu Col/F560W")),
          "filters._decide"),
    _move("spectrograph", "leave out", sends("spectrograph", _GO, star), "spectrographs._decide"),
    _move("spectrograph", "split", sends("spectrograph", "split_moved", number(6, 9)),
          "spectrographs._move_split"),
    _move("spectrograph", "partner", sends("spectrograph", "partner_chosen", star, choice("", "x")),
          "spectrographs._choose_partner"),
    _move("temperature", "reference", sends("temperature", "reference_chosen", choice("", "CIRS")),
          "temperatures._set"),
    _move("temperature", "range",
          sends("temperature", "range_edited", _range_edit(
              "temperature", lambda one: one.workspace.params(one.key()).ranges_um, (6, 20))),
          "temperatures._edit_range"),
    _move("photometry", "center",
          sends("photometry", "center_dragged", number(9, 20), number(9, 20), gesture),
          "photometry._on_center", "photometry._edit"),
    _move("photometry", "radius", sends("photometry", "radius_dragged", number(2, 9), gesture),
          "photometry._on_radius"),
    _move("photometry", "annulus",
          sends("photometry", "annulus_dragged", number(9, 12), number(14, 20), gesture),
          "photometry._on_annulus"),
    _move("photometry", "mode",
          sends("photometry", "center_mode_wanted", "coordinates"),
          "photometry._on_mode"),
    _move("energy", "join", _join_energy,
          "encircled_energy._on_join"),
    _move("factors", "leave out", _on_factors(sends("factors", _GO, "observation")),
          "imaging_factors._exclude"),
    _move("factors", "keep", _on_factors(sends("factors", "keeping_wanted")),
          "imaging_factors.keep"),
    _move("factors", "class", _on_factors(sends("factors", "class_wanted", choice("hot", "A"))),
          "imaging_factors._set_class"),
    _move("factors", "star", _on_factors(sends("factors", "star_wanted")),
          "imaging_factors._set_star"),
    _move("factors", "as in the file", _on_factors(sends("factors", "reset_wanted")),
          "imaging_factors._reset"),
    _move("time_loss", "keep", sends("time_loss", "keeping_wanted", segment), "time_loss.keep"),
    _move("subarrays", "adopt",
          sends("subarrays", "adopted", choice("SUB128", "SUB64"), number(0.9, 1.1)),
          "subarrays.adopt"),
    _move("subarrays", "fitted", _fit_subarrays, "subarrays.adopt_fitted"),
    _move("subarrays", "published", sends("subarrays", "published_wanted"),
          "subarrays.adopt_published"),
    _move("nods", "red limit", sends("nods", "limit_chosen", "red", number(12, 14))),
    _move("nods", "usual limits", sends("nods", "limits_reset"),
          "lrs_controller._on_limits_reset"),
)  # fmt: skip


FORM = next(place for place, one in enumerate(MOVES) if one.act is edit_a_field)


def walked_sites():
    """Return the functions that the moves are meant to walk through."""
    forms = {one for one in edit_sites() if one.endswith(".set_parameter")}
    return forms | {one for move in MOVES for one in move.covers}
