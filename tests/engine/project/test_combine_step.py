"""The combination as a step of the chain: what it needs, and who uses it."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.errors import EngineError
from engine.files import Loaded
from engine.model.identity import Identity
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.response_params import Mask
from engine.mrs.star_combination import CombinationParams
from engine.project.chain import Chain
from engine.project.combine_step import COMBINATION
from engine.project.entries import Entry
from engine.project.export_figures import figure_of
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from tests.helpers.responses import WAVE_UM, spectra

STARS = {"10 Lac": 1.0, "16 Cyg B": 1.02, "HD 2811": 0.99}
BANDS = {"1B": 0.0, "1C": 0.95}


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def session(chain):
    """Return three stars in two bands (e1 to e6) and their models (e7 to e9)."""
    entries = []
    for star, level in STARS.items():
        for band, shift in BANDS.items():
            observed, _ = spectra(np.random.default_rng(len(entries)), wave_um=WAVE_UM + shift)
            identity = Identity(target=star, program="1", observation="1", band=band)
            product = replace(observed, flux=observed.flux / level, identity=identity)
            entries.append(_kept(chain, len(entries) + 1, product, "spectrum", "standard star"))
    for star in STARS:
        _, model = spectra(np.random.default_rng(0), wave_um=np.linspace(5.0, 8.0, 3000))
        product = replace(model, identity=Identity(target=star))
        entries.append(_kept(chain, len(entries) + 1, product, "model spectrum", "model"))
    return Session(entries=tuple(entries), next_id=10)


def _kept(chain, number, product, kind, role):
    path, sha256 = f"/data/{number}.fits", f"{number:064x}"
    chain.library.keep(Loaded(path, sha256, 1000, kind, (product,), role))
    return Entry(f"e{number}", path, sha256, 1000, kind, role, (product.identity,))


def test_all_standard_stars_are_combined_once(session, chain):
    combination = chain.evaluate(session, COMBINATION)

    assert [key for key in chain.keys(session) if key.step == "combine"] == [COMBINATION]
    offsets = {one.star: one.offset for one in combination.stars}
    assert offsets == pytest.approx({star: level - 1 for star, level in STARS.items()}, abs=0.003)


def test_one_star_alone_gives_no_such_node(session, chain):
    alone = session.without_entries(["e3", "e4", "e5", "e6"])

    assert COMBINATION not in chain.keys(alone)


def test_leaving_a_source_out_changes_the_mean_and_nothing_before_it(session, chain):
    before = chain.evaluate(session, COMBINATION)
    without = session.with_exclusion("16 Cyg B/1-1", "too bright")

    after = chain.evaluate(without, COMBINATION)

    assert chain.state(without, NodeKey("response", "e3")) == "fresh"
    rows = {one.star: one for one in after.stars}
    assert rows["16 Cyg B"].excluded == "too bright"
    assert after.coefficients[0] < before.coefficients[0] - 0.005
    assert chain.evaluate(without.with_exclusion("16 Cyg B/1-1", None), COMBINATION) is before


def test_the_figure_says_which_observations_are_left_out(session, chain):
    def title(shown):
        figure = Figure()
        figure_of(shown, chain, COMBINATION, chain.evaluate(shown, COMBINATION))(figure)
        return figure.axes[0].get_title(loc="left")

    assert title(session) == "All stars"
    assert (
        title(session.with_exclusion("16 Cyg B/1-1", "too bright")) == "All stars but 16 Cyg B/1-1"
    )


def test_a_single_band_left_out_does_not_take_the_star_away(session, chain):
    combination = chain.evaluate(session.with_exclusion("e3", "clouds"), COMBINATION)

    assert combination.band("1B").n_stars == 2
    assert combination.band("1C").n_stars == 3


def test_a_star_whose_response_fails_is_told_and_the_rest_goes_on(session, chain):
    params = chain.params(session, NodeKey("response", "e3"))
    broken = session.with_params(
        NodeKey("response", "e3"), replace(params, masks=(Mask(0.0, 30.0),))
    )

    combination = chain.evaluate(broken, COMBINATION)

    assert any("16 Cyg B" in message and "1B" in message for message in combination.messages)


def test_an_observation_can_be_calibrated_with_the_combined_vector(session, chain):
    combined = session.with_params(
        NodeKey("calibrate", EVERYTHING), CalibrationParams(vector_of="combined")
    )

    ratio = chain.evaluate(combined, NodeKey("calibrate", "e3")).ratio

    expected = np.mean(list(STARS.values())) / STARS["16 Cyg B"]
    assert np.nanmedian(ratio) == pytest.approx(expected, abs=0.003)


def test_another_order_makes_what_is_calibrated_with_it_stale(session, chain):
    key = NodeKey("calibrate", "e3")
    combined = session.with_params(key, CalibrationParams(vector_of="combined"))
    chain.evaluate(combined, key)

    changed = combined.with_params(COMBINATION, CombinationParams(order=1))

    assert chain.state(combined, key) == "fresh"
    assert chain.state(changed, key) == "stale"


def test_a_band_without_a_combined_vector_says_so(session, chain):
    without = session.without_entries(["e1"]).with_params(
        NodeKey("calibrate", EVERYTHING), CalibrationParams(vector_of="combined")
    )

    with pytest.raises(EngineError, match="band 1B"):
        chain.evaluate(without, NodeKey("calibrate", "e3"))


def test_vectors_figure_and_tables_of_the_combination_are_written(session, chain, tmp_path):
    plan = [
        one
        for one in plan_exports(session, chain, ("vectors", "figures", "tables"))
        if (one.node == COMBINATION) or one.table.startswith("combined")
    ]

    written = write_exports(session, chain, tmp_path, plan)

    assert not written.skipped
    names = sorted(path.name for path in written.paths)
    assert names == [
        "combined-bands.ecsv",
        "combined-stars.ecsv",
        "combined_1B_vector.fits",
        "combined_1C_vector.fits",
        "combined_stars.pdf",
    ]
