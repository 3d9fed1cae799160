"""Whether one set of breakpoints predicts samples held out better than another."""

import numpy as np

from engine.arrays import FloatArray
from engine.numerics.spline_sets import SplineSets
from engine.numerics.splines import SplineSpace

_FOLDS = 5
_FEWEST_BLOCKS = 20
_SIGNIFICANT = 3.0


def significantly_better(
    x: FloatArray,
    y: FloatArray,
    rival: SplineSpace,
    present: SplineSpace,
    *,
    error: FloatArray,
) -> bool:
    """Return whether ``rival`` predicts held-out samples better than ``present``, by 3 sigma.

    Parameters
    ----------
    x, y, error : ndarray, shape (n,)
        Samples without outliers, increasing in ``x``.
    rival, present : SplineSpace
        The two sets of breakpoints.
    error : ndarray, shape (n,)
        One standard deviation of ``y``.

    Returns
    -------
    bool
        `False` also where a fit without the samples held out is not possible.

    Notes
    -----
    Five-fold cross-validation in blocks of half the finer spacing: longer than the correlation of
    neighbors, shorter than what a breakpoint has to bridge. Compared is the sum over a block of
    the squared residuals over errors, block by block.
    """
    finer = max(len(rival.breakpoints), len(present.breakpoints))
    n_blocks = max(2 * (finer + 1), _FEWEST_BLOCKS)
    block = np.minimum(np.arange(x.size) * n_blocks // x.size, n_blocks - 1)
    held_out = block % _FOLDS == np.arange(_FOLDS)[:, None]
    weight = np.where(np.tile(held_out, (2, 1)), 0.0, error**-2.0)
    sets = [present.breakpoints] * _FOLDS + [rival.breakpoints] * _FOLDS
    fits = SplineSets.of(x, present, sets).weighted(weight)
    if not fits.determined.all():
        return False
    missed = ((y - fits.fitted(y)) / error) ** 2
    gain = np.sum(np.where(held_out, missed[:_FOLDS] - missed[_FOLDS:], 0.0), axis=0)
    by_block = np.bincount(block, weights=gain, minlength=n_blocks)
    spread = float(np.std(by_block, ddof=1)) * np.sqrt(n_blocks)
    return bool(by_block.sum() > _SIGNIFICANT * spread)
