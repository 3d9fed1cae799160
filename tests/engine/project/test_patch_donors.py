"""Patches in the chain: donors, circles, and everything downstream."""

import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.errors import DataError
from engine.figures import draw_star_response
from engine.model.vector import PATCHED
from engine.mrs.response_params import Patch, StarResponseParams
from engine.project.keys import NodeKey
from engine.project.recipes import recipe_text
from engine.project.session_file import parse_session, session_text
from tests.helpers.open_files import OpenFiles

LOW, HIGH = 6.0, 6.2


@pytest.fixture
def files():
    """Return two stars with models in 1B."""
    files = OpenFiles()
    for number, star in enumerate(("Star A", "Star B"), start=1):
        files.spectrum(star, program=str(number), seed=number)
        files.model(star)
    return files


def _key(files, star):
    segment = next(one for one in files.session.segments if one.identity.target == star)
    return NodeKey("response", segment.id)


def _patched(files, *patches, star="Star A"):
    return files.session.with_params(_key(files, star), StarResponseParams(patches=patches))


def test_a_donor_patches_the_vector_and_what_follows_from_it(files):
    session = _patched(files, Patch(LOW, HIGH, "Star B"))
    key = _key(files, "Star A")

    plain = files.chain.evaluate(files.session, key)
    made = files.chain.evaluate(session, key)
    calibrated = files.chain.evaluate(session, NodeKey("calibrate", key.subject))
    before = files.chain.evaluate(files.session, NodeKey("calibrate", key.subject))

    inside = (made.wave_um > LOW + 0.01) & (made.wave_um < HIGH - 0.01)
    assert np.all(made.flags[inside] & PATCHED)
    assert np.any(made.vector[inside] != plain.vector[inside])
    np.testing.assert_array_equal(made.unpatched, plain.vector)
    seen = inside & np.isfinite(before.spectrum.flux)
    np.testing.assert_allclose(
        (calibrated.spectrum.flux / before.spectrum.flux)[seen],
        (made.vector / plain.vector)[seen],
    )


def test_the_combination_takes_the_patched_vector(files):
    session = _patched(files, Patch(LOW, HIGH))
    key = NodeKey("combine", "all")

    plain = files.chain.evaluate(files.session, key)
    made = files.chain.evaluate(session, key)

    assert files.chain.digest(session, key) != files.chain.digest(files.session, key)
    wave = made.bands[0].wave_um
    inside = (wave > LOW) & (wave < HIGH)
    assert np.any(made.bands[0].vector[inside] != plain.bands[0].vector[inside])


def test_undo_of_a_patch_is_exact(files):
    key = _key(files, "Star A")
    before = files.chain.evaluate(files.session, key)
    session = _patched(files, Patch(LOW, HIGH, "Star B"))
    files.chain.evaluate(session, key)

    undone = session.with_params(key, None)

    assert files.chain.evaluate(undone, key) is before


def test_the_donor_is_upstream_and_its_edits_are_followed(files):
    session = _patched(files, Patch(LOW, HIGH, "Star B"))
    key, donor = _key(files, "Star A"), _key(files, "Star B")

    assert donor in files.chain.upstream(session, key)
    changed = session.with_params(donor, StarResponseParams(degree=2))
    assert files.chain.digest(changed, key) != files.chain.digest(session, key)
    other = files.session.with_params(donor, StarResponseParams(degree=2))
    assert files.chain.digest(other, key) == files.chain.digest(files.session, key)


def test_recipe_and_session_file_keep_the_patch(files, tmp_path):
    session = _patched(files, Patch(LOW, HIGH, "Star B", "constant"))

    recipe = recipe_text(session, files.chain, _key(files, "Star A"))

    for text in (recipe, session_text(session, tmp_path / "s.fluxknot")):
        assert '"donor": "Star B"' in text
        assert '"scaling": "constant"' in text


def test_stars_cannot_patch_each_other(files):
    session = _patched(files, Patch(LOW, HIGH, "Star B"))
    both = session.with_params(
        _key(files, "Star B"), StarResponseParams(patches=(Patch(LOW, HIGH, "Star A"),))
    )

    for star in ("Star A", "Star B"):
        with pytest.raises(DataError, match="patch each other") as caught:
            files.chain.evaluate(both, _key(files, star))
        assert "Take one" in caught.value.hint


def test_patches_for_all_stars_do_not_make_a_circle_of_interpolations(files):
    everything = NodeKey("response", "*")
    session = files.session.with_params(everything, StarResponseParams(patches=(Patch(LOW, HIGH),)))

    for star in ("Star A", "Star B"):
        assert files.chain.evaluate(session, _key(files, star)).unpatched.size


@pytest.mark.parametrize(
    ("donor", "match"), [("Star A", "cannot patch its own"), ("Vega", "Vega in 1B.*is not open")]
)
def test_a_donor_that_cannot_serve_is_refused(files, donor, match):
    session = _patched(files, Patch(LOW, HIGH, donor))

    with pytest.raises(DataError, match=match) as caught:
        files.chain.evaluate(session, _key(files, "Star A"))

    assert caught.value.hint


def test_a_donor_that_is_left_out_is_told(files):
    session = _patched(files, Patch(LOW, HIGH, "Star B"))
    segment = session.segment(_key(files, "Star B").subject)
    session = session.with_exclusion(segment.identity.source_key, "variable")

    with pytest.raises(DataError, match="is left out"):
        files.chain.evaluate(session, _key(files, "Star A"))


def test_a_patch_beyond_the_vector_says_so(files):
    session = _patched(files, Patch(6.5, 7.5))

    with pytest.raises(DataError, match="reaches beyond the vector"):
        files.chain.evaluate(session, _key(files, "Star A"))


def test_params_with_patches_compare_by_value():
    one = StarResponseParams(patches=(Patch(LOW, HIGH, "Star B"),))

    assert one == replace(StarResponseParams(), patches=(Patch(LOW, HIGH, "Star B"),))
    assert hash(one) == hash(replace(one))


def test_a_session_from_before_patches_opens_without_any(files, tmp_path):
    document = json.loads(session_text(_patched(files, Patch(LOW, HIGH)), tmp_path))
    key = f"response:{_key(files, 'Star A').subject}"
    del document["params"][key]["patches"]

    session = parse_session(json.dumps(document), tmp_path / "s.fluxknot")

    assert session.own_params(_key(files, "Star A")) == StarResponseParams()


def test_the_figure_shows_the_fit_beside_the_patch(files):
    made = files.chain.evaluate(_patched(files, Patch(LOW, HIGH)), _key(files, "Star A"))
    figure = Figure()

    draw_star_response(figure, made, band="1B")

    line = next(one for one in figure.axes[0].lines if one.get_label() == "as fitted")
    inside = (made.flags & PATCHED) != 0
    np.testing.assert_array_equal(line.get_ydata()[inside], made.unpatched[inside])
    assert np.isnan(line.get_ydata()[~inside]).all()
