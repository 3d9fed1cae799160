"""Spectra that are calibrated already, beside the count rates that are calibrated here."""

from collections.abc import Sequence

from engine.project.entries import Segment


def calibrated_copies(segments: Sequence[Segment]) -> frozenset[str]:
    """Return the ids of spectra in Jy whose observation is among ``segments`` in count rates.

    They measured nothing that those did not: whatever combines observations does without them.
    """
    calibrated = [one for one in segments if one.unit == "Jy" and not one.is_cube]
    if not calibrated:
        return frozenset()
    rates = {_where(one) for one in segments if one.unit == "DN/s"}
    return frozenset(one.id for one in calibrated if _where(one) in rates)


def _where(segment: Segment) -> tuple[str, str]:
    return segment.identity.source_key, segment.identity.band
