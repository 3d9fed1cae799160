"""Which set of breakpoints predicts samples held out best."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.numerics.breakpoints import Breakpoints
from engine.numerics.spline_sets import SplineSets
from engine.numerics.splines import SplineSpace

_FOLDS = 5
_FEWEST_BLOCKS = 20
_SIGNIFICANT = 3.0


def best_predicting(
    x: FloatArray,
    y: FloatArray,
    space: SplineSpace,
    sets: Sequence[Breakpoints],
    *,
    error: FloatArray,
) -> int:
    """Return which set predicts held-out samples better by 3 sigma than the one before it.

    Parameters
    ----------
    x, y, error : ndarray, shape (n,)
        Samples without outliers, increasing in ``x``, and one standard deviation of ``y``.
    space : SplineSpace
        What the curves share.
    sets : sequence of tuple of float
        The breakpoints that hold until others do better, then those others in turn.

    Returns
    -------
    int
        Index of the set that holds in the end. One that cannot be fitted without the samples held
        out never does better; if it is the first, no other is looked at.

    Notes
    -----
    Five-fold cross-validation in blocks of half the finest spacing: longer than the correlation of
    neighbors, shorter than what a breakpoint has to bridge. Compared is the sum over a block of
    the squared residuals over errors, block by block.
    """
    n_blocks = max(2 * (max(len(one) for one in sets) + 1), _FEWEST_BLOCKS)
    block = np.minimum(np.arange(x.size) * n_blocks // x.size, n_blocks - 1)
    held_out = block % _FOLDS == np.arange(_FOLDS)[:, None]
    weight = np.where(held_out, 0.0, error**-2.0)
    each_fold = [one for one in sets for _ in range(_FOLDS)]
    fits = SplineSets.of(x, space, each_fold).weighted(np.tile(weight, (len(sets), 1)))
    possible = np.all(fits.determined.reshape(len(sets), _FOLDS), axis=1)
    missed = ((y - fits.fitted(y)) / error).reshape(len(sets), _FOLDS, x.size)
    squares = np.sum(np.where(held_out, missed, 0.0) ** 2, axis=1)
    by_block = np.zeros((len(sets), n_blocks))
    np.add.at(by_block.T, block, squares.T)
    holds = 0
    for rival in range(1, len(sets)):
        gain = by_block[holds] - by_block[rival]
        spread = float(np.std(gain, ddof=1)) * np.sqrt(n_blocks)
        if possible[holds] and possible[rival] and gain.sum() > _SIGNIFICANT * spread:
            holds = rival
    return holds
