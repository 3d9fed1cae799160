"""Which open observations a named subset holds."""

import pytest

from engine.compare.subsets import Subset
from engine.model.identity import Identity
from engine.project.entries import Entry
from engine.project.session import Session
from engine.project.subset_members import subset_sources


@pytest.fixture
def session():
    stars = (("10 Lac", "1524", 59776.0), ("del UMi", "1536", 60053.0), ("HD 2811", "1536", None))
    return Session(
        entries=tuple(
            Entry(
                f"e{number}",
                f"/{number}.fits",
                "0" * 64,
                1,
                "spectrum",
                "standard star",
                (Identity(target=star, program=program, observation="1", band="1A", mjd=mjd),),
            )
            for number, (star, program, mjd) in enumerate(stars, 1)
        )
    )


@pytest.mark.parametrize(
    ("subset", "sources"),
    [
        (Subset("A dwarfs", condition="class = A"), ("del UMi/1536-1", "HD 2811/1536-1")),
        (Subset("early", condition="mjd < 2023-01"), ("10 Lac/1524-1",)),
        (Subset("one program", condition="program = 1536 and star = δ UMi"), ("del UMi/1536-1",)),
        (Subset("two", members=("10 Lac/1524-1", "gone/1-1")), ("10 Lac/1524-1",)),
        (Subset("by factor", condition="well_depth_dn > 3e4"), ()),
    ],
)
def test_members_are_found_without_any_result(session, subset, sources):
    assert subset_sources(session, subset) == sources
