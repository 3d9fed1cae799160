"""Simulated cal images of NIRCam arrays, read from files in a temporary folder."""

from dataclasses import replace

import numpy as np

from engine.files import load
from engine.nircam.epoch_images import epoch_image, with_epochs
from engine.simulate.nircam_field import draw_sky, epochs, published_terms
from engine.simulate.nircam_images import cal_image

EPOCH_TIMES = {one.label: one.mjd for one in epochs()}


def write_images(folder, seed, *, labels=("1", "2"), filter_name="F444W", array="long", terms=None):
    """Write the images of both modules in some epochs; return their paths."""
    rng = np.random.default_rng(seed)
    sky = draw_sky(rng)
    sky = replace(sky, changes=np.zeros(sky.changes.size))
    paths = []
    for epoch in epochs():
        if epoch.label not in labels:
            continue
        for module in ("A", "B"):
            name = f"epoch{epoch.label}_{filter_name.lower()}_nrc{module.lower()}{array}_cal.fits"
            content = cal_image(
                sky, epoch, filter_name, (module, array), terms or published_terms(), rng,
                filename=name,
            )  # fmt: skip
            path = folder / name
            path.write_bytes(content)
            paths.append(path)
    return paths


def open_images(paths):
    """Return the images of files with the labels of their epochs."""
    found = [epoch_image(path.name, load(path).products[0]) for path in paths]
    return with_epochs(found, EPOCH_TIMES)
