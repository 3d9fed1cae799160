"""Array types of the engine, and the one way to freeze an array."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

FloatArray = NDArray[np.float64]
AnyFloatArray = NDArray[np.floating[Any]]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
FlagArray = NDArray[np.uint32]


def frozen(values: ArrayLike, *, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Return a read-only copy of ``values``, so that results cannot be edited by accident."""
    array: NDArray[Any] = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


def freeze(array: NDArray[Any]) -> NDArray[Any]:
    """Make ``array`` itself read-only and return it: for arrays that nobody else holds."""
    array.setflags(write=False)
    return array
