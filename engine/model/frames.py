"""The frames of the MRS detectors: two bands side by side on each of them."""

from dataclasses import dataclass
from functools import cache

from engine.model.bands import Band, bands

SHAPE = (1024, 1032)  #: rows and columns of a detector
SPLIT_COLUMN = 512  #: first column of the right half
_CHANNELS = {"MIRIFUSHORT": (1, 2), "MIRIFULONG": (4, 3)}  # left, right


@dataclass(frozen=True, slots=True)
class Frame:
    """One detector in one setting of the gratings.

    Attributes
    ----------
    name : str
        Channels and letter of the setting: ``"12A"``, ``"34C"``.
    detector, grating : str
        As in the keywords DETECTOR and BAND.
    left, right : Band
        What columns 0-511 and 512-1031 see.
    """

    name: str
    detector: str
    grating: str
    left: Band
    right: Band

    @property
    def halves(self) -> tuple[tuple[Band, slice], ...]:
        """Each band with its columns."""
        return (self.left, slice(0, SPLIT_COLUMN)), (self.right, slice(SPLIT_COLUMN, SHAPE[1]))


@cache
def frames() -> tuple[Frame, ...]:
    """Return the six frames, the short-wavelength detector first."""
    found = []
    for detector, (left, right) in _CHANNELS.items():
        for grating in ("SHORT", "MEDIUM", "LONG"):
            by_channel = {one.channel: one for one in bands() if one.grating == grating}
            channels = "".join(str(one) for one in sorted((left, right)))
            name = f"{channels}{by_channel[left].name[1]}"
            found.append(Frame(name, detector, grating, by_channel[left], by_channel[right]))
    return tuple(found)


def frame_named(name: str) -> Frame | None:
    """Return the frame called ``name`` (``"12A"``), or `None` when there is none."""
    return next((one for one in frames() if one.name == name), None)


def frame_of(detector: str, grating: str) -> Frame | None:
    """Return the frame of a detector and a setting, or `None` when there is none."""
    wanted = (detector.strip().upper(), grating.strip().upper())
    return next((one for one in frames() if (one.detector, one.grating) == wanted), None)
