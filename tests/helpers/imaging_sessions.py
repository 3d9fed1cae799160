"""Sessions with images of stars, their models and coordinates, open in memory."""

from dataclasses import replace

import numpy as np

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.tabulated import DataTable
from tests.helpers.open_files import OpenFiles
from tests.helpers.star_images import gaussian, sky_plane, star_image

SHAPE = (110, 110)
SIGMA = 1.4
PLACES = ((40.2, 45.7), (70.4, 60.1), (45.9, 72.3))
RATE = 4e4
GROUND = 30.0
SKY_DEG = (246.0, 65.0)


def stripes():
    """Return a structure that every dither has."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return 12.0 * np.sin(x / 3.0) + 0.2 * y


def identity(**changes):
    """Return what an image of BD+60 1753 in F770W says of itself."""
    usual = Identity(
        target="BD+60 1753",
        program="1536",
        observation="2",
        filter="F770W",
        subarray="SUB256",
        instrument="MIRI",
        mjd=59763.0,
        date="2022-07-03",
    )
    return replace(usual, **changes)


class ImagingFiles(OpenFiles):
    """Opens images of stars."""

    def image(
        self, place=PLACES[0], *, structure=0.0, kind="cal", sky=True, sigma=SIGMA, **changes
    ):
        """Open an image with the star at ``place``; its pointing is off by about a pixel."""
        noise = np.random.default_rng(round(place[0] * 10)).normal(0.0, 0.3, SHAPE)
        rate = GROUND + structure * stripes() + gaussian(SHAPE, place, RATE, sigma) + noise
        who = identity(**changes)
        plane = sky_plane((place[0] + 0.9, place[1] - 0.7), SKY_DEG) if sky else None
        header = {"TARG_RA": str(SKY_DEG[0]), "TARG_DEC": str(SKY_DEG[1]), "MU_RA": "0.01"}
        header |= {"EFFINTTM": "9.0"}
        image = star_image(rate, error=0.3, unit="MJy/sr", sky=plane, identity=who, header=header)
        return self.add(replace(image, kind=kind), "image", "standard star")

    def dithers(self, **changes):
        """Open three dithers of one observation."""
        return [self.image(place, **changes) for place in PLACES]

    def star_model(self, star="BD+60 1753", level=0.02):
        """Open a model that falls with the square of the wavelength."""
        wave = np.geomspace(4.0, 32.0, 4000)
        spectrum = Spectrum(
            wave_um=frozen(wave),
            flux=frozen(level * (10.0 / wave) ** 2),
            error=frozen(np.zeros(wave.size)),
            flags=np.zeros(wave.size, dtype=np.uint32),
            unit="Jy",
            identity=Identity(target=star),
        )
        return self.add(spectrum, "model spectrum", "model")

    def coordinates(self, *rows):
        """Open a table of (name, RA, Dec, motions in RA and Dec, epoch)."""
        names = ("ra_deg", "dec_deg", "pm_ra_mas_yr", "pm_dec_mas_yr", "epoch_year")
        columns = {"name": tuple(row[0] for row in rows)}
        columns |= {name: frozen([row[i + 1] for row in rows]) for i, name in enumerate(names)}
        table = DataTable("", columns, dict.fromkeys(columns, ""))
        return self.add(table, "coordinates", "other", identity=Identity())
