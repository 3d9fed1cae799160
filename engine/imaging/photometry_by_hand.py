"""What is to be said of a center that was set by hand: how far off it is, and what it costs."""

import numpy as np

from engine.imaging.photometry import Photometry

_FAR_PX = 1.0  # from the center of mass
_CHANGED = 0.05  # of the flux


def remarks_on_hand(found: Photometry, usual: Photometry) -> tuple[str, ...]:
    """Compare the photometry of a center by hand with that of the center of mass.

    Parameters
    ----------
    found, usual : Photometry
        Of the same image in the same radii: with the center by hand, and as found.

    Returns
    -------
    tuple of str
        Empty when it lies within 1 px of the center of mass and the flux is the same to 5 %, or
        when there is no center of mass to compare with.
    """
    if usual.place.how != "center of mass":
        return ()
    off = float(np.hypot(found.place.x - usual.place.x, found.place.y - usual.place.y))
    change = found.flux_dn_s / usual.flux_dn_s - 1.0 if usual.flux_dn_s else float("nan")
    if not (off > _FAR_PX or abs(change) > _CHANGED):
        return ()
    cost = f", and the flux is {100.0 * change:+.1f} % off" if np.isfinite(change) else ""
    return (
        f"The center by hand lies {off:.1f} px from the center of mass "
        f"({usual.place.x:.2f}, {usual.place.y:.2f}){cost}.",
    )
