"""Vectors as they are with brighter models."""

from dataclasses import replace

from engine.arrays import frozen


def with_models(vectors, factors):
    """Return the vectors with the model of each star brighter by its factor."""
    return [
        replace(one, vector=_scaled(one.vector, factors.get(one.vector.identity.target, 1.0)))
        for one in vectors
    ]


def _scaled(vector, factor):
    return replace(
        vector,
        value=frozen(vector.value * factor),
        stat_error=frozen(vector.stat_error * factor),
    )
