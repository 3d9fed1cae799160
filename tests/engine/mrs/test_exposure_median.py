"""The uncertainty of a median follows from the scatter of what it is the median of."""

import numpy as np
import pytest

from engine.mrs.exposure_median import median_of_exposures


@pytest.mark.parametrize("count", [3, 5, 9, 18, 36])
def test_pulls_of_medians_are_those_of_the_t_distribution(
    count: int, rng: np.random.Generator
) -> None:
    values = 2.0 + 0.05 * rng.standard_normal((30_000, count))

    median, error = median_of_exposures(values)

    pulls = (median - 2.0) / (error * median)
    # Half of the pulls are inside the quartiles, however few exposures make the tails.
    middle = np.median(np.abs(pulls)) / 0.6745
    assert middle == pytest.approx(1.0, abs=0.3 if count == 3 else 0.12)
    assert abs(np.median(pulls)) < 0.03


def test_outliers_move_neither_median_nor_error(rng: np.random.Generator) -> None:
    values = 1.0 + 0.01 * rng.standard_normal((4000, 18))
    clean = median_of_exposures(values)
    values[:, 4] += rng.uniform(1.0, 9.0, 4000)

    median, error = median_of_exposures(values)

    assert np.mean(median - clean[0]) == pytest.approx(0.0, abs=0.001)
    assert np.median(error) == pytest.approx(float(np.median(clean[1])), rel=0.1)


def test_two_measurements_are_no_median() -> None:
    median, error = median_of_exposures(np.array([[1.0, 1.1, np.nan], [1.0, 1.1, 1.2]]))

    assert np.isnan(median[0])
    assert np.isnan(error[0])
    assert median[1] == pytest.approx(1.1)


def test_leverage_raises_the_error() -> None:
    values = np.array([[1.0, 1.1, 1.2, 0.9]])

    plain, raised = (median_of_exposures(values, np.array([h]))[1][0] for h in (0.0, 0.2))

    assert raised == pytest.approx(plain / 0.8)
