"""Earlier photom references of the imaging demo: opened, off as they are meant to be."""

import pytest

from engine.files import load
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import factors_at
from engine.simulate.imaging_deliveries import delivery_files


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deliveries")
    found = {}
    for name, make in delivery_files():
        path = folder / name.rpartition("/")[2]
        path.write_bytes(make())
        loaded = load(path)
        assert (loaded.kind, loaded.messages) == ("imaging photom reference", ())
        found[path.stem] = loaded.products[0]
    return found


def test_the_first_one_is_constant_and_lacks_the_neutral_filter(delivered):
    first = delivered["simulated_photom_imaging_2022"]

    assert first.losses == {}
    assert "FND" not in first.filters
    row = first.row("F560W", "FULL")
    assert first.factor[row] == pytest.approx(0.4496 * 1.06, rel=1e-6)
    coronagraph = first.row("F1550C", "MASK1550")
    assert first.factor[coronagraph] == pytest.approx((3.8974 - 0.1441) * 0.94, rel=1e-6)


def test_the_second_one_follows_the_loss_with_time(delivered):
    second = delivered["simulated_photom_imaging_2023"]
    row = second.row("F2550W", "SUB64")

    for mjd in (59720.0, 59900.0, 62000.0):
        truth = 0.994 * float(published_curve("F2550W").factor_at(mjd))
        # The pipeline's exponential alone is within 2 % of Eq. 4 with these numbers.
        assert factors_at(second, mjd)[row] == pytest.approx(truth, rel=0.02)


def test_the_same_bytes_are_made_each_time():
    assert [make() for _, make in delivery_files()] == [make() for _, make in delivery_files()]
