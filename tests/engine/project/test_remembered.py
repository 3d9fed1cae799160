"""Tests of engine.project.remembered: what is kept is what would be found anew."""

import pytest

from engine.compare.junctions import JunctionParams
from engine.model.identity import Identity
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.session import Session, Version

BANDS = ("1A", "1B", "1C", "2A", "3A", "4A", "4B", "4C")
SUBJECTS = (
    "Star 0/1000-1",
    "Star 1/1001-1",
    "Planet/1000-1",
    "e1",  # a spectrum
    "e2",  # a cube
    "e9.r3",  # rows of no table
    "e900.r3",  # a row of the table
    "Star 7/1000-1",  # nobody
)


def opened(number, kind="spectrum", role="standard star", **identity):
    path, sha256 = f"/data/{number}.fits", f"{number:064x}"
    return Entry(f"e{number}", path, sha256, 1000, kind, role, (Identity(**identity),))


def session_of_many():
    """Return three sources, two of them twice, with cubes, models, a table and a lamp."""
    entries = []
    for star in ("Star 0", "Star 1", "Planet"):
        for visit in range(2):
            for band in BANDS:
                number = len(entries) + 1
                entries.append(
                    opened(
                        number,
                        "cube" if number % 3 == 2 else "spectrum",
                        "asteroid" if star == "Planet" else "standard star",
                        target=star,
                        program=str(1000 + visit),
                        observation="1",
                        band=band,
                        mjd=59700.0 + 300.0 * visit,
                        instrument="MIRI",
                    )
                )
    entries += [
        opened(900, "factors", "other"),
        opened(901, "model spectrum", "model", target="Star 0"),
        opened(902, "model spectrum", "model", target="Star 1"),
        opened(903, role="lamp", target="lamp", band="4A", mjd=59800.0),
        opened(904, role="lamp", target="lamp", band="4A", mjd=60100.0),
    ]
    return Session(entries=tuple(entries), next_id=1000)


def told(chain, session):
    """Return every node of ``session``, and its digest or why it has none."""
    return {key: chain.digest_or_reason(session, key) for key in chain.keys(session)}


def test_after_any_exclusions_every_node_is_what_an_empty_memory_finds(rng):
    chain, session = Chain(), session_of_many()
    told(chain, session)

    for _ in range(25):
        reason = (None, "variable", "saturated")[rng.integers(3)]
        session = session.with_exclusion(str(rng.choice(SUBJECTS)), reason)
        found = told(chain, session)

        assert found == told(Chain(), session)


def test_undo_and_redo_of_exclusions_bring_the_same_digests_back():
    chain, before = Chain(), session_of_many()
    first = told(chain, before)
    after = before.with_exclusions(["Star 0/1000-1", "e2"], "variable")
    second = told(chain, after)

    back = after.with_exclusions(["Star 0/1000-1", "e2"], None)

    assert told(chain, back) == first != second
    assert told(chain, back.with_exclusions(["Star 0/1000-1", "e2"], "variable")) == second


def test_the_order_of_exclusions_of_rows_counts():
    chain, session = Chain(), session_of_many()
    one = session.with_exclusion("e900.1", "a").with_exclusion("e900.2", "b")
    told(chain, one)

    other = one.with_exclusion("e900.1", None).with_exclusion("e900.1", "a")

    assert one.exclusions != other.exclusions
    assert told(chain, other) == told(Chain(), other)


@pytest.mark.parametrize("what", ["params", "models", "entries", "other"])
def test_another_edit_is_not_taken_for_an_exclusion(what):
    chain, session = Chain(), session_of_many()
    told(chain, session)
    extra = opened(950, target="Star 0", program="1002", observation="1", band="1A")

    changed = {
        "params": session.with_params(NodeKey("junctions", "*"), JunctionParams(min_samples=4)),
        "models": session.with_model("Star 0", "e902"),
        "entries": session.with_entries([extra]),
        "other": session.with_other("old", session),
    }[what]
    changed = changed.with_exclusion("Star 0/1000-1", "variable")

    assert told(chain, changed) == told(Chain(), changed)


def test_only_what_asks_for_an_observation_is_looked_at_again(monkeypatch):
    chain, session = Chain(), session_of_many()
    told(chain, session)
    looked_at = []
    find = Chain._new_digest

    def counted(self, session, key, *rest):
        looked_at.append(key)
        return find(self, session, key, *rest)

    monkeypatch.setattr(Chain, "_new_digest", counted)

    told(chain, session.with_exclusion("Star 0/1000-1", "variable"))

    steps = {key.step for key in looked_at}
    assert {"jumps", "repeatability", "noise"} <= steps
    assert steps.isdisjoint({"extract", "fringe", "fringe_flat", "filters"})
    assert "Star 1@extracted" not in {key.subject for key in looked_at}
    assert len(looked_at) == len(set(looked_at)) < 0.5 * len(chain.keys(session))


def test_a_session_that_is_compared_with_keeps_its_own_exclusions():
    chain, session = Chain(), session_of_many()
    session = session.with_other("old", session.with_exclusion("Star 0/1000-1", "variable"))
    assert isinstance(session.other, Version)
    told(chain, session)

    without = session.with_exclusion("Star 0/1000-1", "variable")

    assert told(chain, without) == told(Chain(), without)
    assert told(chain, without.other.session) == told(Chain(), without.other.session)


def test_what_a_node_depends_on_is_found_by_asking_every_node_once(monkeypatch):
    from engine.project import chain as module

    asked, real = [], module._needs_or_nothing
    monkeypatch.setattr(
        module, "_needs_or_nothing", lambda session, key: asked.append(key) or real(session, key)
    )
    session, chain = session_of_many(), Chain()

    for key in chain.keys(session):
        chain.upstream(session, key)
        above = list(asked)
        chain.upstream(session, key)
        assert asked == above

    assert len(asked) == len(set(asked))


def test_files_and_nodes_above_follow_an_edit():
    session, chain = session_of_many(), Chain()
    key = NodeKey("combine", "*")
    before = chain.inputs(session, key)

    edited = session.with_exclusion("e1", "cosmic ray")

    assert chain.inputs(edited, key) == Chain().inputs(edited, key)
    assert chain.upstream(edited, key) == Chain().upstream(edited, key)
    assert chain.inputs(session, key) == before
