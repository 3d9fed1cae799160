"""What was decided otherwise in one version of a calibration than in another, to be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from engine.analyses import FieldSpec
from engine.counting import counted
from engine.model.star_names import shown_source_name, shown_star_name
from engine.model.table import Column, ResultTable
from engine.project.counterparts import counterpart_of, same_entry
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.models import chosen_model
from engine.project.report_changes import parameter_text
from engine.project.report_figures import title_of
from engine.project.session import Session
from engine.project.steps import step_named

_ALL = "all"
_NONE = "\N{EN DASH}"
_USED = "used"
_OPEN, _NOT_OPEN = "open", "not open"
_FEW = 4  # entries of a list that are written out
_ALL_DIGITS = 12  # of numbers that look the same in fewer


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One thing that was decided otherwise.

    Attributes
    ----------
    where : str
        Star, observation and band, a file, or ``"all"``.
    what : str
        Step and parameter, in the words of the form: ``"Cube: radius"``.
    then, now : str
        In the other version, and in this one.
    """

    where: str
    what: str
    then: str
    now: str


def version_changes(then: Session, now: Session) -> tuple[VersionChange, ...]:
    """Return what differs between two versions: parameters, exclusions, models, files, subsets.

    Parameters
    ----------
    then : Session
        The version that is compared with.
    now : Session
        The version that is asked about.

    Returns
    -------
    tuple of VersionChange
        Empty: every result is made in the same way from the same files.

    Notes
    -----
    Files and observations are matched as `counterpart_of` does. A parameter counts with the value
    that holds: the subject's own, else that of all subjects, else the default.
    """
    return (
        *_parameters(then, now),
        *_exclusions(then, now),
        *_models(then, now),
        *_files(then, now),
        *_subsets(then, now),
    )


def changes_table(changes: Sequence[VersionChange], label: str) -> ResultTable:
    """Return ``changes`` as a table, for the window and for files."""

    def column(name: str, about: str) -> Column:
        values = np.array([getattr(one, name) for one in changes], dtype=np.str_)
        return Column(name, "", values, about)

    return ResultTable(
        f"What differs from {label}",
        (
            column("where", "Star, observation and band, or file"),
            column("what", "Step and parameter, or what was decided"),
            column("then", f"In {label}"),
            column("now", "In the session as it is"),
        ),
    )


def _parameters(then: Session, now: Session) -> Iterable[VersionChange]:
    gone = ((key, counterpart_of(key.subject, then, now)) for key in then.params)
    keys = {NodeKey(key.step, found) for key, found in gone if found is not None} | {*now.params}
    for key in sorted(keys):
        analysis = step_named(key.step).analysis
        default = analysis.params()
        found = counterpart_of(key.subject, now, then)
        before = None if found is None else then.own_params(NodeKey(key.step, found))
        after = now.own_params(key)
        where = title_of(now, key) or _ALL
        for spec in analysis.fields:
            values = [getattr(one or default, spec.name) for one in (before, after)]
            for what, *texts in _differing(values[0], values[1], spec):
                yield VersionChange(where, f"{analysis.title}: {what}", *texts)


def _differing(then: Any, now: Any, spec: FieldSpec) -> Iterable[tuple[str, str, str]]:
    """Yield what differs in one parameter: what it is called, then, now."""
    label = spec.label[:1].lower() + spec.label[1:]
    if then == now:
        return
    if spec.kind != "list":
        yield label, *_both(then, now, spec)
    elif all(hasattr(one, "wave_um") for one in (*(then or ()), *(now or ()))):
        yield from _at_places(then or (), now or (), spec)
    else:
        yield label, _entries(then, now, spec), _entries(now, then, spec)


def _both(then: Any, now: Any, spec: FieldSpec) -> tuple[str, str]:
    """Return both values as the form says them, with all digits where fewer tell no difference."""
    texts = parameter_text(then, spec), parameter_text(now, spec)
    return texts if texts[0] != texts[1] else (_precise(then), _precise(now))


def _at_places(
    then: Sequence[Any], now: Sequence[Any], spec: FieldSpec
) -> Iterable[tuple[str, str, str]]:
    """Yield what differs in values that are given at wavelengths, place by place."""
    before, after = ({one.wave_um: one for one in side} for side in (then, now))
    label = spec.label[:1].lower() + spec.label[1:].removesuffix("s")
    for place in sorted({*before, *after}):
        old, new = before.get(place), after.get(place)
        if old != new:
            before_after = [_NONE if one is None else _item(one, "wave_um") for one in (old, new)]
            yield f"{label} at {place:.6g} µm", before_after[0], before_after[1]


def _entries(these: Any, others: Any, spec: FieldSpec) -> str:
    """Return how many entries a list has, and those that the other list has not."""
    if these is None:
        return parameter_text(None, spec)
    only = [one for one in these if one not in (others or ())]
    if not these:
        return "none"
    named = ", ".join(f"{_item(one, unit=spec.unit)}" for one in only[:_FEW])
    more = f" and {len(only) - _FEW} more" if len(only) > _FEW else ""
    return f"{len(these)}, with {named}{more}" if only else str(len(these))


def _item(one: Any, *but: str, unit: str = "") -> str:
    """Return an entry of a list: the parts that say something, but for those named ``but``."""
    if not is_dataclass(one):
        return f"{one:.6g} {unit}".rstrip() if isinstance(one, float) else str(one)
    parts = {part.name: getattr(one, part.name) for part in fields(one) if part.name not in but}
    low, high = parts.pop("low_um", None), parts.pop("high_um", None)
    place = [] if low is None else [f"{low:.6g}\N{EN DASH}{high:.6g} {unit}".rstrip()]
    return " ".join([*place, *(_item(value) for value in parts.values() if value != "")])


def _precise(value: Any) -> str:
    if isinstance(value, tuple):
        return " to ".join(_precise(one) for one in value)
    return f"{value:.{_ALL_DIGITS}g}" if isinstance(value, float) else str(value)


def _exclusions(then: Session, now: Session) -> Iterable[VersionChange]:
    before = {counterpart_of(one.subject, then, now): one for one in then.exclusions}
    after = {one.subject: one for one in now.exclusions}
    for subject in dict.fromkeys((*before, *after)):
        if subject is None:  # its file is not open any more
            continue
        texts = [
            f"left out: {side[subject].reason}" if subject in side else _USED
            for side in (before, after)
        ]
        if texts[0] != texts[1]:
            yield VersionChange(_subject(now, subject), "Left out", texts[0], texts[1])


def _subject(session: Session, subject: str) -> str:
    """Return what is left out: a whole source by its name, a band or an image by its own."""
    name = title_of(session, NodeKey("", subject))
    return shown_source_name(subject).replace("/", " ") if subject in session.sources else name


def _models(then: Session, now: Session) -> Iterable[VersionChange]:
    targets = {one.identity.target for one in now.segments} | {*now.models, *then.models}
    for target in sorted(one for one in targets if one):
        before, after = chosen_model(then, target), chosen_model(now, target)
        if (before and before.sha256) != (after and after.sha256):
            yield VersionChange(
                shown_star_name(target), "Model", _model_name(before), _model_name(after)
            )


def _model_name(entry: Entry | None) -> str:
    return "none" if entry is None else PurePath(entry.path).name


def _files(then: Session, now: Session) -> Iterable[VersionChange]:
    kept: set[str] = set()
    for entry in now.entries:
        name = PurePath(entry.path).name
        before = same_entry(entry, then)
        if before is None:
            yield VersionChange(name, "File", _NOT_OPEN, _OPEN)
            continue
        kept.add(before.id)
        for what, *texts in zip(
            ("File, SHA-256", "File, role", "File, target", "File, columns"),
            _about(before),
            _about(entry),
            strict=True,
        ):
            if texts[0] != texts[1]:
                yield VersionChange(name, what, texts[0] or _NONE, texts[1] or _NONE)
    for entry in then.entries:
        if entry.id not in kept:
            yield VersionChange(PurePath(entry.path).name, "File", _OPEN, _NOT_OPEN)


def _about(entry: Entry) -> tuple[str, str, str, str]:
    """Return what the user may have changed of a file, or another program."""
    targets = ", ".join(dict.fromkeys(shown_star_name(one.target) for one in entry.parts))
    return entry.sha256[:12], entry.role, targets, entry.mapping


def _subsets(then: Session, now: Session) -> Iterable[VersionChange]:
    before, after = ({one.name: one for one in side.subsets} for side in (then, now))
    for name in dict.fromkeys((*before, *after)):
        texts = [side[name].text if name in side else _NONE for side in (before, after)]
        members = [side[name].members if name in side else () for side in (before, after)]
        found = [counterpart_of(one, then, now) for one in members[0]]
        if texts[0] != texts[1]:
            yield VersionChange(_ALL, f"Subset {name}", texts[0], texts[1])
        elif found != list(members[1]):
            words = counted(len(members[1]), "other observation")
            yield VersionChange(_ALL, f"Subset {name}", texts[0], words)
