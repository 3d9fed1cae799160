"""The chain of channel 4 finds the levels that were put in, and carries its errors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import FloatArray, frozen
from engine.errors import DataError
from engine.model.bands import bands
from engine.model.spectrum import Spectrum
from engine.model.vector import EXTRAPOLATED, UNDETERMINED
from engine.mrs.asteroid_model import AsteroidModel, model_asteroid
from engine.mrs.channel4 import (
    ASSUMED_RISE,
    CHANNEL_4_BANDS,
    TEMPERATURE,
    AnchorSpectrum,
    Channel4,
    Channel4Params,
    OverlapLimits,
    chain_channel4,
    vector_of_channel4,
)
from engine.mrs.star_response import StarResponse, StarResponseParams, fit_star_response
from engine.simulate.thermal_sources import SimulatedChannel4, disk_flux_jy, simulate_channel4

# Law+2025, Table 1: 515 Athalia and SAO 206462.
_SNR = dict(
    zip(
        [band.name for band in bands()],
        [13, 43, 127, 252, 377, 485, 727, 799, 737, 658, 464, 165],
        strict=True,
    )
)
_DISK_SNR = {"3C": 943.0, "4A": 711.0, "4B": 713.0, "4C": 310.0}
_FIT = StarResponseParams(fit_in="inverse photon", line_windows="none")


@dataclass(frozen=True, eq=False)
class _Given:
    """All that a chain starts from, and the truth."""

    made: SimulatedChannel4
    asteroid: AsteroidModel
    responses: Mapping[str, StarResponse]
    red: Mapping[str, Spectrum]
    anchor: AnchorSpectrum

    def chain(self, params: Channel4Params = Channel4Params()) -> Channel4:  # noqa: B008
        return chain_channel4(self.asteroid, self.responses, self.red, self.anchor, params)


@cache
def _given(seed: int, *, snr_factor: float = 1.0, outlier_fraction: float = 0.0) -> _Given:
    made = simulate_channel4(
        np.random.default_rng([seed, 17]),
        snr={name: snr_factor * value for name, value in _SNR.items()},
        disk_snr={name: snr_factor * value for name, value in _DISK_SNR.items()},
        outlier_fraction=outlier_fraction,
    )
    asteroid = model_asteroid(
        "515 Athalia", [one for name, one in made.asteroid.items() if name[0] != "4"]
    )
    known = made.disk["3C"]
    exact = frozen(np.zeros(known.size))
    return _Given(
        made,
        asteroid,
        {
            name: fit_star_response(made.asteroid[name], asteroid.model, _FIT)
            for name in CHANNEL_4_BANDS
        },
        {name: made.disk[name] for name in CHANNEL_4_BANDS},
        AnchorSpectrum(known, exact, exact),
    )


def _deviation(given: _Given, found: Channel4, band: str) -> tuple[FloatArray, FloatArray]:
    one = found.vector(band)
    assert one is not None
    return one.wave_um, one.vector / given.made.responses[band].factor(one.wave_um) - 1.0


def _pulls(seed: int) -> FloatArray:
    given = _given.__wrapped__(seed, outlier_fraction=0.015)
    found = given.chain()
    return np.array(
        [
            (one.scale - given.made.scales["3C"] / given.made.scales[one.band]) / one.scale_error
            for one in found.vectors
        ]
    )


def test_levels_and_vectors_come_back_with_little_noise() -> None:
    given = _given(1, snr_factor=30.0)

    found = given.chain()

    truth = [given.made.scales[name] / given.made.scales["3C"] for name in CHANNEL_4_BANDS]
    assert_allclose([one.level for one in found.vectors], truth, rtol=2e-3)
    for band in CHANNEL_4_BANDS:
        wave, deviation = _deviation(given, found, band)
        inside = np.isfinite(deviation) & (wave < 27.5)
        assert np.abs(deviation[inside]).max() < 0.01
        assert np.std(deviation[inside]) < 0.003


def test_levels_are_recovered_within_their_errors() -> None:
    pulls = np.array([_pulls(seed) for seed in range(5)])

    assert abs(pulls.mean()) < 0.9
    assert 0.4 < np.sqrt(np.mean(pulls**2)) < 1.7


@pytest.mark.rig
def test_pulls_of_400_seeds_are_those_of_a_gaussian() -> None:
    pulls = np.array([_pulls(seed) for seed in range(400)])

    for name, row in (("mean", pulls.mean(axis=0)), ("width", pulls.std(axis=0))):
        print(name, *(f"{one:+.2f}" for one in row))  # noqa: T201
    assert np.all(np.abs(pulls.mean(axis=0)) < 0.2)
    assert np.all((pulls.std(axis=0) > 0.8) & (pulls.std(axis=0) < 1.2))


def test_errors_are_carried_from_band_to_band() -> None:
    given = _given(2)

    links = given.chain().links

    assert [link.junction for link in links] == ["3C|4A", "4A|4B", "4B|4C"]
    assert links[0].level_error < links[1].level_error < links[2].level_error
    for before, link in pairwise(links):
        assert dict(link.terms)["level on the left"] == before.level_error
        assert link.level_error == pytest.approx(np.sqrt(sum(e**2 for _, e in link.terms)))


def test_an_error_of_3c_moves_all_levels_and_is_in_all_errors() -> None:
    given = _given(2)
    anchor = given.anchor
    n = anchor.spectrum.size
    higher = AnchorSpectrum(
        replace(anchor.spectrum, flux=frozen(1.02 * anchor.spectrum.flux)),
        frozen(np.full(n, 0.01)),
        frozen(np.full(n, 0.02)),
    )

    plain, moved = given.chain(), replace(given, anchor=higher).chain()

    for one, other in zip(plain.vectors, moved.vectors, strict=True):
        assert other.level == pytest.approx(1.02 * one.level, rel=1e-4)
        assert other.level_error == pytest.approx(np.hypot(one.level_error, 0.01), rel=1e-6)
        assert other.level_sys == pytest.approx(np.hypot(one.level_sys, 0.02), rel=1e-6)


def test_the_red_source_is_continuous_over_the_overlaps() -> None:
    found = _given(3).chain()

    for link in found.links:
        difference = link.left_jy / link.right_jy - 1.0
        assert abs(np.mean(difference)) < 4 * dict(link.terms)["noise in the overlap"]


def test_the_downturn_of_the_asteroid_in_4b_is_taken_out() -> None:
    given = _given(1, snr_factor=30.0)

    corrected, plain = given.chain(), given.chain(Channel4Params(correction_order=0))

    wave, deviation = _deviation(given, corrected, "4B")
    _, bare = _deviation(given, plain, "4B")
    end = (wave > 24.2) & np.isfinite(deviation)
    assert np.nanmin(bare[end]) > 0.03
    assert np.abs(deviation[end]).max() < 0.01
    one = corrected.vector("4B")
    assert one is not None
    assert np.all(one.correction[wave < 23.0] == 1.0)
    assert corrected.corrected_um == (23.0, 24.48)
    step = np.abs(np.diff(np.log(one.vector[(wave > 22.9) & (wave < 23.1)])))
    assert step.max() < 1e-3
    assert np.isnan(plain.corrected_um[0])


def test_the_red_end_is_assumed_from_the_red_source_and_flagged() -> None:
    given = _given(1, snr_factor=30.0)

    found = given.chain()

    one = found.vector("4C")
    assert one is not None
    wave, deviation = _deviation(given, found, "4C")
    beyond = (wave > 27.5) & (wave < 28.4)
    assert np.all(one.flags[beyond] & EXTRAPOLATED)
    assert not np.any(one.flags[(wave > 25.0) & (wave < 27.4)] & EXTRAPOLATED)
    assert np.abs(deviation[beyond]).max() < 0.02
    assert np.all(dict(one.sys_terms)[ASSUMED_RISE][beyond] > 0)
    assert found.assumed_from_um == 27.5
    joint = (wave > 27.45) & (wave < 27.55)
    assert np.abs(np.diff(np.log(one.vector[joint]))).max() < 0.02
    assert "flagged as extrapolated" in " ".join(found.messages)


def test_without_a_red_end_the_vector_stops_and_says_so() -> None:
    given = _given(2)
    short = given.red["4C"]
    cut = replace(short, flux=frozen(np.where(short.wave_um > 26.0, np.nan, short.flux)))

    found = replace(given, red={**given.red, "4C": cut}).chain()

    one = found.vector("4C")
    assert one is not None
    beyond = one.wave_um > 27.5
    assert np.isnan(one.vector[beyond]).all()
    assert np.all(one.flags[beyond] & UNDETERMINED)
    assert "ends at 27.5" in " ".join(found.messages)


def test_the_error_of_the_temperature_grows_away_from_the_anchor() -> None:
    found = _given(2).chain()

    first, last = found.vector("4A"), found.vector("4C")
    assert first is not None
    assert last is not None
    near = dict(first.sys_terms)[TEMPERATURE] / first.vector
    far = dict(last.sys_terms)[TEMPERATURE] / last.vector
    assert near[100] < np.nanmedian(far) < 0.01


def test_an_overlap_can_be_changed() -> None:
    given = _given(2)
    chosen = Channel4Params(overlaps=(OverlapLimits("3C|4A", 17.75, 17.85),))

    found = given.chain(chosen)

    assert (found.links[0].low_um, found.links[0].high_um) == (17.75, 17.85)
    assert found.links[0].n_samples < given.chain().links[0].n_samples
    assert found.links[1].low_um == 20.70


def test_a_missing_band_ends_the_chain_and_is_told() -> None:
    given = _given(2)

    found = replace(given, red={"4A": given.red["4A"], "4C": given.red["4C"]}).chain()

    assert [one.band for one in found.vectors] == ["4A"]
    assert "no spectrum in 4B" in " ".join(found.messages)
    with pytest.raises(DataError, match="no vector of 4C"):
        vector_of_channel4(found, "4C", recipe="")


def test_no_overlap_is_refused_with_the_range() -> None:
    given = _given(2)
    nowhere = Channel4Params(overlaps=(OverlapLimits("3C|4A", 19.0, 19.5),))

    with pytest.raises(DataError, match=r"no samples in common between 19 and 19\.5"):
        given.chain(nowhere)


def test_an_anchor_that_is_not_calibrated_is_refused() -> None:
    given = _given(2)
    counts = replace(given.anchor, spectrum=replace(given.anchor.spectrum, unit="DN/s"))

    with pytest.raises(DataError, match="not calibrated"):
        replace(given, anchor=counts).chain()


def test_a_red_source_in_another_unit_is_refused() -> None:
    given = _given(2)
    wrong = {name: replace(one, unit="Jy") for name, one in given.red.items()}

    with pytest.raises(DataError, match="applies to a spectrum in DN/s"):
        replace(given, red=wrong).chain()


def test_one_cosmic_ray_in_the_short_overlap_does_not_move_the_level() -> None:
    given = _given(2)
    band = given.red["4C"]
    flux = band.flux.copy()
    flux[int(np.searchsorted(band.wave_um, 24.43))] *= 1.5
    struck = {**given.red, "4C": replace(band, flux=frozen(flux))}

    plain, found = given.chain(), replace(given, red=struck).chain()

    assert found.links[2].level == pytest.approx(plain.links[2].level, rel=0.005)


def test_the_calibrated_red_source_is_the_true_one() -> None:
    given = _given(1, snr_factor=30.0)

    found = given.chain()

    for one in found.red:
        truth = disk_flux_jy(one.wave_um)
        inside = np.isfinite(one.flux)
        assert_allclose(one.flux[inside], truth[inside], rtol=0.03)


def test_the_vector_keeps_errors_flags_and_recipe() -> None:
    found = _given(2).chain()

    vector = vector_of_channel4(found, "4C", recipe="{}")

    one = found.vector("4C")
    assert one is not None
    assert vector.value is one.vector
    assert vector.flags is one.flags
    assert (vector.identity.band, vector.recipe) == ("4C", "{}")
    assert vector.kind == "calibration factor"
