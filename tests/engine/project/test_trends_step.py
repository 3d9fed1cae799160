"""Trends as a step of the chain: what the table is made of, and what an edit changes."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.subsets import Subset
from engine.compare.trend_results import TrendParams
from engine.errors import EngineError
from engine.files import Loaded
from engine.model.identity import Identity
from engine.model.tabulated import DataTable
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import NodeKey
from engine.project.recipes import recipe_text
from engine.project.session import Session
from engine.project.session_file import parse_session, session_text
from engine.project.trend_tables import factor_table, level_table, trend_table
from engine.project.trends_step import STAR_TRENDS
from tests.helpers.responses import WAVE_UM, spectra

# Offsets in their factors: hot stars 3 % above the others.
STARS = {
    "10 Lac": 1.03, "mu Col": 1.03, "HD 2811": 0.996, "del UMi": 1.002, "HD 163466": 1.004,
    "16 Cyg B": 1.002, "HD 37962": 0.998, "HR 6538": 0.998,
}  # fmt: skip
N_STARS = len(STARS)
TABLE, ROWS = f"e{2 * N_STARS + 1}", f"e{2 * N_STARS + 2}"


@pytest.fixture(scope="module")
def chain():
    return Chain()


@pytest.fixture(scope="module")
def session(chain):
    """Return eight stars in one band, their models, and two tables."""
    entries = []
    for number, (star, level) in enumerate(STARS.items(), 1):
        observed, _ = spectra(np.random.default_rng(number), wave_um=WAVE_UM)
        identity = Identity(
            target=star, program=str(1500 + number), observation="2", band="1B",
            mjd=59700.0 + 100 * number, date="2022-08-08",
        )  # fmt: skip
        product = replace(observed, flux=observed.flux / level, identity=identity)
        entries.append(_kept(chain, len(entries) + 1, product, "spectrum", "standard star"))
    for star in STARS:
        _, model = spectra(np.random.default_rng(0), wave_um=np.linspace(5.0, 12.0, 6000))
        product = replace(model, identity=Identity(target=star))
        entries.append(_kept(chain, len(entries) + 1, product, "model spectrum", "model"))
    depths = DataTable(
        "",
        {"name": tuple(STARS), "well_depth_dn": frozen(np.linspace(1e4, 5e4, N_STARS))},
        {"name": "", "well_depth_dn": "DN"},
    )
    entries.append(_kept(chain, len(entries) + 1, depths, "parameters", "other"))
    rows = DataTable(
        "",
        {
            "name": ("GD 71", "GD 71", "HD 2811", "HD 180609", "P330E"),
            "factor": frozen([0.40, 0.41, 0.42, 0.43, 0.44]),
            "time_mjd": frozen([59700.0, 59800.0, 59900.0, 60000.0, 60100.0]),
        },
        {"name": "", "factor": "MJy s / (DN sr)", "time_mjd": "d"},
    )
    entries.append(_kept(chain, len(entries) + 1, rows, "factors", "other"))
    return Session(entries=tuple(entries), next_id=len(entries) + 1)


def _kept(chain, number, product, kind, role):
    path, sha256 = f"/data/{number}.fits", f"{number:064x}"
    chain.library.keep(Loaded(path, sha256, 1000, kind, (product,), role))
    return Entry(f"e{number}", path, sha256, 1000, kind, role, (product.identity,))


def test_the_offset_put_into_hot_stars_is_found(session, chain):
    trends = chain.evaluate(session, STAR_TRENDS)

    levels = {one.name: one for one in trends.classes}
    assert levels["hot"].offset == pytest.approx(0.03, abs=0.002)
    assert levels["hot"].is_reported
    assert {one.first + one.second for one in trends.differences if one.is_reported} == {
        "hotA",
        "hotG",
    }


def test_the_table_has_date_flux_and_the_columns_of_files(session, chain):
    table = chain.evaluate(session, STAR_TRENDS).table

    assert [one.name for one in table.parameters] == ["mjd", "flux_10um_jy", "well_depth_dn"]
    place = table.ids.index("HD 2811/1503-2")
    assert table.parameter("mjd").numbers[place] == 60000.0
    assert table.parameter("well_depth_dn").numbers[place] == pytest.approx(
        np.linspace(1e4, 5e4, N_STARS)[2]
    )
    assert table.notes[place] == "PID 1503   obs 2   2022-08-08"
    assert np.all(np.isfinite(table.parameter("flux_10um_jy").numbers))


def test_a_star_left_out_keeps_its_reason_and_takes_no_part(session, chain):
    without = session.with_exclusions(["10 Lac/1501-2", "mu Col/1502-2"], "hot star")

    trends = chain.evaluate(without, STAR_TRENDS)

    assert trends.all.n_stars == N_STARS - 2
    assert sum(one == "hot star" for one in trends.table.reasons) == 2
    assert chain.evaluate(without.with_exclusions(["10 Lac/1501-2", "mu Col/1502-2"], None),
                          STAR_TRENDS) is chain.evaluate(session, STAR_TRENDS)  # fmt: skip


def test_a_table_of_factors_has_trends_of_its_own(session, chain):
    key = NodeKey("trends", ROWS)

    trends = chain.evaluate(session, key)
    without = chain.evaluate(session.with_exclusion(f"{ROWS}.2", "cosmic ray"), key)

    assert key in chain.keys(session)
    assert trends.table.unit == "MJy s / (DN sr)"
    assert trends.trend("time_mjd").slope == pytest.approx(1e-4)
    assert trends.table.classes == ("hot", "hot", "A", "A", "G")
    assert without.table.reasons == ("", "cosmic ray", "", "", "")
    assert without.all.n_used == 4


def test_closing_a_table_forgets_what_was_left_out_of_it(session):
    closed = session.with_exclusion(f"{ROWS}.2", "cosmic ray").without_entries([ROWS])

    assert closed.exclusions == ()


def test_a_named_subset_has_its_own_mean(session, chain):
    named = session.with_subset("", Subset("A dwarfs", condition="class = A"))

    [level] = chain.evaluate(named, STAR_TRENDS).subsets

    assert (level.name, level.n_stars) == ("A dwarfs", 3)
    assert level.mean < 1.0


def test_a_subset_that_cannot_be_read_is_told(session, chain):
    named = session.with_subset("", Subset("odd", condition="color = blue"))

    trends = chain.evaluate(named, STAR_TRENDS)

    assert trends.subsets == ()
    assert any("Subset odd" in one and "color" in one for one in trends.messages)


def test_an_empty_subset_is_told(session, chain):
    named = session.with_subset("", Subset("none", condition="mjd > 2030"))

    trends = chain.evaluate(named, STAR_TRENDS)

    assert "Subset none holds none of these observations." in trends.messages


def test_subsets_are_saved_with_the_session(session, tmp_path):
    named = session.with_subset("", Subset("two", members=("a", "b")))

    again = parse_session(session_text(named, None), tmp_path / "s.fluxknot")

    assert again.subsets == named.subsets
    assert named.with_subset("two", Subset("three", condition="class = A")).subsets[0].name == (
        "three"
    )
    assert named.with_subset("two", None).subsets == ()


def test_the_recipe_names_subsets_of_trends_alone(session, chain):
    named = session.with_subset("", Subset("two", members=(f"{ROWS}.1",)))

    trends = recipe_text(named, chain, NodeKey("trends", ROWS))
    response = recipe_text(named, chain, NodeKey("response", "e1"))

    assert '"members": ["e1.1"]' in trends
    assert "subsets" not in response


def test_a_range_without_stars_is_refused(session, chain):
    narrow = session.with_params(STAR_TRENDS, TrendParams(low_um=20.0, high_um=28.0))

    with pytest.raises(EngineError, match="observations can be used"):
        chain.evaluate(narrow, STAR_TRENDS)


def test_the_tables_hold_what_was_measured(session, chain):
    both = [("", chain.evaluate(session, key)) for key in (STAR_TRENDS, NodeKey("trends", ROWS))]

    trends, levels, factors = trend_table(both), level_table(both), factor_table(both)

    assert len(trends) == 4
    assert list(levels.column("name").values) == ["hot", "A", "G", "all", "hot", "A", "G", "all"]
    assert len(factors) == N_STARS + 5
    assert np.isnan(factors.column("well_depth_dn").values[-1])


def test_everything_is_exported(session, chain, tmp_path):
    plan = plan_exports(session, chain, ["tables", "figures"], step="trends")

    written = write_exports(session, chain, tmp_path, plan)

    names = {path.name for path in written.paths}
    assert {"trends.ecsv", "trend-classes.ecsv", "trend-factors.ecsv"} <= names
    assert len([name for name in names if name.endswith(".pdf")]) == 2
    assert written.skipped == ()
