"""Sessions whose files are open in memory: nothing is on a disk."""

from dataclasses import replace

import numpy as np

from engine.files import Loaded
from engine.model.identity import Identity
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.session import Session
from tests.helpers.cubes import star_cube
from tests.helpers.responses import WAVE_UM, spectra

BAND_SHIFTS = {"1B": 0.0, "1C": 0.9, "2A": 1.8}  # moves the wavelengths of the helper's spectra


class OpenFiles:
    """Builds a session file by file, with the content of each file in the library of a chain."""

    def __init__(self, chain=None):
        self.chain = chain or Chain()
        self.session = Session()

    def add(self, product, kind, role, *, identity=None, name=None):
        """Open ``product``; return the id of its entry."""
        number = self.session.next_id
        path, sha256 = f"/data/{name or f'{number}.fits'}", f"{number:064x}"
        self.chain.library.keep(Loaded(path, sha256, 1000, kind, (product,), role))
        shown = identity or getattr(product, "identity", None) or Identity(band=product.band)
        entry = Entry(f"e{number}", path, sha256, 1000, kind, role, (shown,))
        self.session = replace(self.session.with_entries([entry]), next_id=number + 1)
        return entry.id

    def spectrum(self, star="Star A", band="1B", *, program="1", seed=1, role="standard star"):
        """Open an observed spectrum."""
        wave = WAVE_UM + BAND_SHIFTS[band]
        observed, _ = spectra(np.random.default_rng(seed), wave_um=wave)
        identity = Identity(target=star, program=program, observation="1", band=band)
        return self.add(replace(observed, identity=identity), "spectrum", role)

    def cube(self, star="Star A", band="1B", *, program="1"):
        """Open a cube."""
        low = 5.66 + BAND_SHIFTS[band]
        identity = Identity(target=star, program=program, observation="1", band=band)
        cube = star_cube(wave_um=(low, low + 0.97), n_wave=150, identity=identity)
        return self.add(cube, "cube", "standard star")

    def model(self, star="Star A"):
        """Open the model of a star."""
        wave = np.linspace(5.0, 10.0, 4000)
        _, model = spectra(np.random.default_rng(0), wave_um=wave)
        return self.add(replace(model, identity=Identity(target=star)), "model spectrum", "model")
