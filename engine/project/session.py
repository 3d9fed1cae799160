"""What a session holds: the files that are open and what was decided about them.

Everything is frozen: an edit gives a new `Session`, the old one is the undo state.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine.compare.subsets import Subset
from engine.model.star_names import shown_star_name, star_key
from engine.project.asked_exclusions import ALL_EXCLUSIONS, note_exclusion
from engine.project.calibrated_copies import calibrated_copies
from engine.project.codec import canonical
from engine.project.entries import Entry, Segment, segments_of
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.layout import Layout


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Something left out by the user, and why.

    Attributes
    ----------
    subject : str
        A segment id or a source key.
    reason : str
        In the user's words.
    """

    subject: str
    reason: str


@dataclass(frozen=True)
class Session:
    """The whole of a session.

    Attributes
    ----------
    entries : tuple of Entry
        The open files, in the order of opening.
    params : mapping of NodeKey to object
        Parameters that differ from the defaults. The subject ``"*"`` holds for all subjects of a
        step that have none of their own.
    models : mapping of str to str
        Chosen model (entry id) by target name, where the user chose.
    exclusions : tuple of Exclusion
        What is left out of everything that combines observations.
    next_id : int
        Number of the next entry.
    subsets : tuple of Subset
        Named subsets of observations.
    other : Version or None
        Another version of the calibration to compare with.
    extra : mapping
        Content of the session file that this version does not know; kept when saving.
    layout : Layout
        How it was shown when it was saved last; sessions that differ in it alone are equal.
    """

    entries: tuple[Entry, ...] = ()
    params: Mapping[NodeKey, Any] = field(default_factory=_nothing)
    models: Mapping[str, str] = field(default_factory=_nothing)
    exclusions: tuple[Exclusion, ...] = ()
    next_id: int = 1
    extra: Mapping[str, Any] = field(default_factory=_nothing)
    subsets: tuple[Subset, ...] = ()
    other: "Version | None" = None
    layout: Layout = field(default=Layout(), compare=False)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Everything that is or gives an observed spectrum, in the order of opening."""
        return segments_of(
            one for one in self.entries if one.kind in {"cube", "spectrum"} and not _is_apart(one)
        )

    @cached_property
    def lamps(self) -> tuple[Segment, ...]:
        """Spectra of the calibration lamp, in the order of opening; they are no observations."""
        return segments_of(
            one for one in self.entries if one.kind == "spectrum" and one.role == "lamp"
        )

    @cached_property
    def exposures(self) -> tuple[Segment, ...]:
        """Detector images of nebulae for flats, in the order of opening; they are no spectra."""
        kept = ("detector image", "extended source")
        return segments_of(one for one in self.entries if (one.kind, one.role) == kept)

    @cached_property
    def flat_references(self) -> Mapping[str, tuple[Entry, int]]:
        """Flats with the response in them (file, product) by band: the one opened last."""
        return MappingProxyType(
            {
                identity.band: (entry, part)
                for entry in self.entries
                if entry.kind == "flat reference"
                for part, identity in enumerate(entry.parts)
            }
        )

    @cached_property
    def lamp_bands(self) -> frozenset[str]:
        """The bands that the calibration lamp was seen in."""
        return frozenset(one.identity.band for one in self.lamps)

    @cached_property
    def photom_references(self) -> Mapping[str, tuple[tuple[Entry, int], ...]]:
        """Photom references (file, product) by band, in the order of opening."""
        found: dict[str, list[tuple[Entry, int]]] = {}
        for entry in self.entries:
            for part, identity in enumerate(entry.parts):
                if entry.kind == "photom reference":
                    found.setdefault(identity.band, []).append((entry, part))
        return MappingProxyType({band: tuple(files) for band, files in found.items()})

    @cached_property
    def wave_maps(self) -> Mapping[str, tuple[Entry, int]]:
        """The map of wavelengths (file, product) of each detector frame: the one opened last."""
        return MappingProxyType(
            {
                frame: (entry, part)
                for entry in self.entries
                for part, frame in enumerate(entry.wave_maps)
                if frame
            }
        )

    @cached_property
    def sources(self) -> Mapping[str, tuple[Segment, ...]]:
        """Segments by source key, bands in order of wavelength."""
        grouped: dict[str, list[Segment]] = {}
        for segment in self.segments:
            grouped.setdefault(segment.identity.source_key, []).append(segment)
        return MappingProxyType(
            {
                name: tuple(sorted(found, key=lambda one: (one.identity.band, one.id)))
                for name, found in grouped.items()
            }
        )

    @cached_property
    def star_models(self) -> Mapping[str, Entry]:
        """The model of each star by `star_key`: the one that was opened last."""
        return MappingProxyType(
            {
                star: entry
                for entry in self.entries
                if entry.is_model and (star := star_key(entry.parts[0].target))
            }
        )

    @cached_property
    def entries_by_kind(self) -> Mapping[str, tuple[Entry, ...]]:
        """The open files by kind, in the order of opening."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.kind, []).append(entry)
        return MappingProxyType({kind: tuple(entries) for kind, entries in found.items()})

    @cached_property
    def models_by_star(self) -> Mapping[str, tuple[Entry, ...]]:
        """All models of each star by `star_key`, in the order of opening."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.is_model and (star := star_key(entry.parts[0].target)):
                found.setdefault(star, []).append(entry)
        return MappingProxyType({star: tuple(entries) for star, entries in found.items()})

    @cached_property
    def observations(self) -> Mapping[tuple[str, str], tuple[Segment, ...]]:
        """Segments but for copies by `star_key` and band: cubes first, then in order of opening."""
        found: dict[tuple[str, str], list[Segment]] = {}
        for segment in sorted(self.segments, key=lambda one: not one.is_cube):
            if segment.id in self.copies:
                continue
            where = (star_key(segment.identity.target), segment.identity.band)
            found.setdefault(where, []).append(segment)
        return MappingProxyType({where: tuple(segments) for where, segments in found.items()})

    @cached_property
    def copies(self) -> frozenset[str]:
        """Ids of spectra in Jy whose observation is open in count rates, too: own exports, say."""
        return calibrated_copies(self.segments)

    @cached_property
    def bands_of_star(self) -> Mapping[str, Mapping[str, tuple[Segment, ...]]]:
        """The same segments by `star_key`, then by band."""
        found: dict[str, dict[str, tuple[Segment, ...]]] = {}
        for (star, band), segments in self.observations.items():
            found.setdefault(star, {})[band] = segments
        return MappingProxyType(found)

    @cached_property
    def corrections(self) -> tuple[tuple[Entry, int], ...]:
        """Aperture corrections (file, product) in the order of opening."""
        return tuple(
            (entry, part)
            for entry in self.entries
            if entry.kind == "aperture correction"
            for part in range(len(entry.parts))
        )

    @cached_property
    def repeated_stars(self) -> tuple[str, ...]:
        """Usual names of the stars that some band saw twice or more, most often seen first."""
        stars: dict[str, str] = {}
        n_seen: Counter[str] = Counter()
        for (star, band), segments in self.observations.items():
            visits = {(one.identity.source_key, one.identity.visit) for one in segments}
            if star and band and len(visits) >= 2:
                stars.setdefault(star, shown_star_name(segments[0].identity.target))
                n_seen[star] += len(visits)
        return tuple(stars[star] for star in sorted(stars, key=lambda one: (-n_seen[one], one)))

    @cached_property
    def beside_exclusions(self) -> dict[object, Any]:
        """What steps found out from files, parameters and models, exclusions having no part in it.

        An edit that only leaves something out, or brings it back, keeps it.
        """
        return {}

    @cached_property
    def _entries_by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def _segments_by_id(self) -> dict[str, Segment]:
        return {segment.id: segment for segment in self.segments}

    @cached_property
    def _exclusions_by_subject(self) -> dict[str, Exclusion]:
        return {exclusion.subject: exclusion for exclusion in self.exclusions}

    @cached_property
    def _sources_with_exclusions(self) -> frozenset[str]:
        found = (self._segments_by_id.get(one.subject) for one in self.exclusions)
        return frozenset(one.identity.source_key for one in found if one is not None)

    def segment(self, subject: str) -> Segment | None:
        """Return the segment called ``subject``, or `None`."""
        return self._segments_by_id.get(subject)

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry called ``entry_id``, or `None`."""
        return self._entries_by_id.get(entry_id)

    def exclusion(self, subject: str) -> Exclusion | None:
        """Return why ``subject`` is left out, or `None` when it is not."""
        note_exclusion(subject)
        return self._exclusions_by_subject.get(subject)

    def exclusion_of(self, segment: Segment) -> Exclusion | None:
        """Return why ``segment``, or the whole source it belongs to, is left out, or `None`."""
        return self.exclusion(segment.id) or self.exclusion(segment.identity.source_key)

    def sources_with_exclusions(self) -> frozenset[str]:
        """Return the keys of the sources of which some segment is left out by itself."""
        note_exclusion(ALL_EXCLUSIONS)
        return self._sources_with_exclusions

    def exclusions_within(self, entry_id: str) -> tuple[Exclusion, ...]:
        """Return what is left out of the rows of the table ``entry_id``."""
        note_exclusion(ALL_EXCLUSIONS)
        return tuple(one for one in self.exclusions if one.subject.startswith(f"{entry_id}."))

    def own_params(self, key: NodeKey) -> Any | None:
        """Return the parameters decided for ``key`` or for all of its step, or `None`."""
        if not self.params:
            return None
        settings = key.settings
        if settings in self.params:
            return self.params[settings]
        return self.params.get(NodeKey(key.step, EVERYTHING))

    def with_params(self, key: NodeKey, params: Any | None) -> "Session":
        """Return the session with ``params`` for ``key``; `None` goes back to the default."""
        table = dict(self.params)
        if params is None:
            table.pop(key.settings, None)
        else:
            table[key.settings] = canonical(params)
        return self._with(params=MappingProxyType(table))

    def with_entries(self, entries: Iterable[Entry]) -> "Session":
        """Return the session with ``entries`` in place of those of the same id, or added."""
        new = {entry.id: entry for entry in entries}
        kept = tuple(new.pop(entry.id, entry) for entry in self.entries)
        return replace(self, entries=kept + tuple(new.values()))

    def without_entries(self, ids: Iterable[str]) -> "Session":
        """Return the session without the files ``ids`` and all that was decided about them."""
        gone = set(ids)
        known = (*self.segments, *self.lamps, *self.exposures)
        subjects = {segment.id for segment in known if segment.entry.id in gone} | gone
        return replace(
            self,
            entries=tuple(entry for entry in self.entries if entry.id not in gone),
            params=MappingProxyType(
                {key: value for key, value in self.params.items() if key.subject not in subjects}
            ),
            models=MappingProxyType(
                {target: one for target, one in self.models.items() if one not in gone}
            ),
            exclusions=tuple(
                one
                for one in self.exclusions
                if one.subject not in subjects and one.subject.partition(".")[0] not in gone
            ),
        )

    def with_model(self, target: str, entry_id: str | None) -> "Session":
        """Return the session with the model of ``target`` chosen; `None`: automatic again."""
        models = dict(self.models)
        models.pop(target, None)
        if entry_id is not None:
            models[target] = entry_id
        return self._with(models=MappingProxyType(models))

    def with_exclusion(self, subject: str, reason: str | None) -> "Session":
        """Return the session with ``subject`` left out for ``reason``; `None` brings it back."""
        others = tuple(one for one in self.exclusions if one.subject != subject)
        added = () if reason is None else (Exclusion(subject, reason),)
        return self._with(exclusions=others + added)

    def with_exclusions(self, subjects: Iterable[str], reason: str | None) -> "Session":
        """Return the session with several subjects left out for one reason, or brought back."""
        wanted = dict.fromkeys(subjects)
        others = tuple(one for one in self.exclusions if one.subject not in wanted)
        added = () if reason is None else tuple(Exclusion(one, reason) for one in wanted)
        return self._with(exclusions=others + added)

    def with_subset(self, name: str, subset: Subset | None) -> "Session":
        """Return the session with ``subset`` in place of the one called ``name``; `None`: none."""
        places = [one.name for one in self.subsets]
        kept = [one for one in self.subsets if one.name != name]
        if subset is not None:
            kept.insert(places.index(name) if name in places else len(kept), subset)
        return self._with(subsets=tuple(kept))

    def with_other(self, label: str, other: "Session | None") -> "Session":
        """Return the session compared with ``other``; `None`: with nothing."""
        if other is not None and other.other is not None:
            other = replace(other, other=None)
        return self._with(other=None if other is None else Version(label, other))

    def forget(self) -> None:
        """Give back the memory of what was found out about it: whoever asks finds it out again."""
        for name in [one for one in self.__dict__ if one not in _FIELDS]:
            self.__dict__.pop(name, None)

    def _with(self, **changes: Any) -> "Session":
        """Return the session with changes that leave the files as they are."""
        changed = replace(self, **changes)
        known = {name: self.__dict__[name] for name in _FROM_ENTRIES if name in self.__dict__}
        if set(changes) == {"exclusions"}:
            known["beside_exclusions"] = self.beside_exclusions
        changed.__dict__.update(known)
        return changed


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the calibration that another one is compared with.

    Attributes
    ----------
    label : str
        What it is called: ``"before the new breakpoints"``, ``"old.fluxknot"``.
    session : Session
        Files and decisions; it is compared with nothing itself.
    """

    label: str
    session: Session


_FIELDS = frozenset(one.name for one in fields(Session))

# What a session remembers once it was asked, and what the files alone decide.
_FROM_ENTRIES = (
    "segments", "lamps", "lamp_bands", "exposures", "flat_references", "photom_references",
    "wave_maps", "sources", "star_models", "observations", "bands_of_star", "corrections",
    "repeated_stars", "entries_by_kind", "models_by_star",
    "_entries_by_id", "_segments_by_id",
)  # fmt: skip


def _is_apart(entry: Entry) -> bool:
    """Tell whether a spectrum is no observation of a source: a model, or one of the lamp."""
    return entry.role == "model" or (entry.role == "lamp" and entry.kind == "spectrum")
