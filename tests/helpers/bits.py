"""Whether two results are the same, to the bit."""

from dataclasses import fields, is_dataclass

import numpy as np


def same_bits(one, other):
    """Tell whether two results are the same, arrays to the bit, whatever is nested in them."""
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same_bits(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
        )
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same_bits, one, other))
    if hasattr(one, "items"):
        return list(one) == list(other) and all(same_bits(one[name], other[name]) for name in one)
    return repr(one) == repr(other)
