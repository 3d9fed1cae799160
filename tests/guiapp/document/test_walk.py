"""Any sequence of edits undone is the start, and redone the end: the very same objects."""

import os
from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PyQt6.QtCore import QCoreApplication

from engine.analyses import CALIBRATE, EXTRACT, JUNCTIONS, RESPONSE
from engine.compare.junctions import JunctionLimits, JunctionParams
from engine.model.identity import ROLES
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_edits import (
    add_break,
    add_mask,
    exclude_sample,
    hold_value,
    propose_breakpoints,
    remove_mask,
    reset,
    set_cutoffs,
    set_weight,
)
from engine.mrs.response_params import StarResponseParams
from engine.project.edits import relocate, rename_target, set_role
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.document.commands import edit, new_gesture
from guiapp.document.document import Document
from tests.helpers.sessions import entry, star_session

STEPS = int(os.environ.get("FLUXKNOT_WALK_STEPS", "30"))
SEGMENTS = st.sampled_from(["e1", "e2", "e3", EVERYTHING])
FILES = st.lists(st.sampled_from([f"e{i}" for i in range(1, 9)]), min_size=1, max_size=3)
WAVE_UM = st.floats(17.8, 28.0).map(lambda wave: round(wave, 3))
SPANS = st.tuples(WAVE_UM, WAVE_UM).map(sorted)
RESPONSE_EDITS = st.one_of(
    st.builds(lambda span: lambda old: add_mask(old, *span, name="mine"), SPANS),
    st.builds(lambda wave: lambda old: remove_mask(old, wave), WAVE_UM),
    st.builds(lambda wave: lambda old: add_break(old, wave), WAVE_UM),
    st.builds(lambda wave, value: lambda old: hold_value(old, wave, value), WAVE_UM, WAVE_UM),
    st.builds(lambda wave: lambda old: exclude_sample(old, wave), WAVE_UM),
    st.builds(lambda wave: lambda old: set_weight(old, wave, 0.5), WAVE_UM),
    st.builds(lambda span: lambda old: set_cutoffs(old, *span), SPANS),
    st.just(propose_breakpoints),
    st.just(reset),
    st.just(lambda old: replace(old, breakpoints_um=(18.5, 20.0, 22.5))),
)


class Walk(RuleBasedStateMachine):
    """Edits a document at random, beside a plain list of what its history should be."""

    @initialize()
    def begin(self):
        assert QCoreApplication.instance() is not None
        self.document = Document(star_session())
        self.states = [self.document.session]
        self.at = 0

    def push(self, session, *, gesture=0):
        edit(self.document, session, "Edit", gesture=gesture)
        if session != self.states[self.at]:
            self.states[self.at + 1 :] = [session]
            self.at += 1

    @property
    def session(self):
        return self.states[self.at]

    def edit_params(self, step, subject, default, change):
        key = NodeKey(step, subject)
        old = self.session.own_params(key) or default
        self.push(self.session.with_params(key, change(old)))

    # Edits of every kind

    @rule(subject=SEGMENTS, radius=st.floats(0.5, 3.0))
    def set_radius(self, subject, radius):
        self.edit_params(
            EXTRACT.name, subject, ExtractionParams(), lambda old: replace(old, radius_fwhm=radius)
        )

    @rule(subject=SEGMENTS, change=RESPONSE_EDITS)
    def edit_response(self, subject, change):
        self.edit_params(RESPONSE.name, subject, StarResponseParams(), change)

    @rule(subject=SEGMENTS, star=st.sampled_from(["", "10 Lac", "16 Cyg B"]))
    def choose_vector(self, subject, star):
        self.edit_params(
            CALIBRATE.name,
            subject,
            CalibrationParams(),
            lambda old: replace(old, vector_of=star),
        )

    @rule(span=SPANS)
    def set_limits(self, span):
        limits = (JunctionLimits("4A|4B", *span),)
        self.edit_params(
            JUNCTIONS.name,
            "16 Cyg B/1538-1",
            JunctionParams(),
            lambda old: replace(old, limits=limits),
        )

    @rule(step=st.sampled_from([EXTRACT.name, RESPONSE.name]), subject=SEGMENTS)
    def go_back_to_defaults(self, step, subject):
        self.push(self.session.with_params(NodeKey(step, subject), None))

    @rule(ids=FILES, role=st.sampled_from(ROLES))
    def give_role(self, ids, role):
        self.push(set_role(self.session, tuple(ids), role))

    @rule(ids=FILES, name=st.sampled_from(["10 Lac", "16 Cyg B", "18 Sco", ""]))
    def rename(self, ids, name):
        self.push(rename_target(self.session, tuple(ids), name))

    @rule(ids=FILES)
    def close_files(self, ids):
        self.push(self.session.without_entries(ids))

    @rule(band=st.sampled_from(["1A", "3B", "4C"]))
    def open_file(self, band):
        number = self.session.next_id
        opened = self.session.with_entries([entry(number, bands=(band,))])
        self.push(replace(opened, next_id=number + 1))

    @rule(one=st.sampled_from(["e1", "e4"]), folder=st.sampled_from(["/data", "/mnt"]))
    def find_file(self, one, folder):
        if self.session.entry(one) is not None:
            self.push(relocate(self.session, one, f"{folder}/{one}.fits"))

    @rule(
        subject=st.sampled_from(["e1", "e2", "16 Cyg B/1538-1"]),
        reason=st.sampled_from([None, "saturated", "mirror event"]),
    )
    def exclude(self, subject, reason):
        self.push(self.session.with_exclusion(subject, reason))

    @rule(star=st.sampled_from(["16 Cyg B", "10 Lac"]), one=st.sampled_from(["e4", "e5", None]))
    def choose_model(self, star, one):
        self.push(self.session.with_model(star, one))

    @rule(radii=st.lists(st.floats(0.5, 3.0), min_size=1, max_size=5), returns=st.booleans())
    def drag_radius(self, radii, returns):
        start, gesture, key = self.session, new_gesture(), NodeKey(EXTRACT.name, "e1")
        moves = [start.with_params(key, ExtractionParams(radius_fwhm=one)) for one in radii]
        now = start
        for session in moves + [replace(start)] * returns:
            edit(self.document, session, "Drag the radius", gesture=gesture)
            if session != now:
                now = session
                del self.states[self.at + 1 :]
        if now != start:
            self.states.append(now)
            self.at += 1

    # History

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self):
        self.document.undo_stack.undo()
        self.at -= 1

    @precondition(lambda self: self.at < len(self.states) - 1)
    @rule()
    def redo(self):
        self.document.undo_stack.redo()
        self.at += 1

    @rule()
    def save(self):
        self.document.undo_stack.setClean()
        assert not self.document.is_modified

    @invariant()
    def the_session_is_the_very_object_that_it_was(self):
        assert self.document.session is self.states[self.at]
        assert self.document.undo_stack.count() == len(self.states) - 1
        assert self.document.undo_stack.index() == self.at

    def teardown(self):
        stack = self.document.undo_stack
        stack.setIndex(0)
        assert self.document.session is self.states[0]
        assert self.document.session == star_session()
        stack.setIndex(stack.count())
        assert self.document.session is self.states[-1]


def test_any_walk_undone_is_the_start_and_redone_is_the_end(qapp):
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=100,
            stateful_step_count=STEPS,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
