"""Catalogs of simulated NIRCam epochs, without files."""

import numpy as np

from engine.arrays import frozen
from engine.nircam.matching import match_epochs
from engine.nircam.source_catalog import SourceCatalog
from engine.simulate.nircam_field import (
    demo_numbers,
    draw_sky,
    epochs,
    measure,
    published_terms,
    sky_position,
)

CENTER = tuple(demo_numbers()["field"]["center_deg"])
FILTERS = ("F150W", "F200W", "F356W", "F444W")


def catalog(measured, epoch, filter_name, *, errors=True):
    """Return what was measured as a catalog."""
    ra, dec = sky_position(measured.x_arcmin, measured.y_arcmin)
    n = measured.mag.size
    error = measured.mag_error if errors else np.full(n, np.nan)
    return SourceCatalog(
        name=f"epoch {epoch.label} {filter_name}",
        ids=tuple(f"{epoch.label}{filter_name}.{i}" for i in range(n)),
        ra_deg=frozen(ra),
        dec_deg=frozen(dec),
        mag=frozen(measured.mag),
        mag_error=frozen(error),
        filters=(filter_name,) * n,
        modules=tuple(measured.module.tolist()),
        arrays=tuple(measured.array.tolist()),
        epochs=(epoch.label,) * n,
        calibrations=("",) * n,
        time_mjd=frozen(np.full(n, epoch.mjd)),
        angle_deg=frozen(np.full(n, 342.0 if epoch.is_turned else 162.0)),
        center_deg=CENTER,
        reasons=("",) * n,
    )


def catalogs(seed, *, labels=("1", "2"), filters=FILTERS, terms=None, times=None, errors=True):
    """Return catalogs of epochs of one sky; `times` are shared offsets by label."""
    rng = np.random.default_rng(seed)
    sky = draw_sky(rng)
    return [
        catalog(
            measure(
                sky, epoch, name, terms or published_terms(), rng,
                time_mag=(times or {}).get(epoch.label, 0.0),
            ),
            epoch, name, errors=errors,
        )
        for epoch in epochs()
        if epoch.label in labels
        for name in filters
    ]  # fmt: skip


def matches(seed, **how):
    """Return the matched sources of `catalogs`."""
    return match_epochs(catalogs(seed, **how))
