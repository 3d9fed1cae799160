"""A workspace with observed stars and their models in memory, for tests of controllers."""

from dataclasses import replace

import numpy as np

from engine.files import Loaded
from engine.model.identity import Identity
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.session import Session
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.responses import WAVE_UM, spectra

STARS = (("16 Cyg B", "1538"), ("10 Lac", "1524"))
BANDS = {"1B": 0.0, "1C": 0.95}  # shift of the wavelengths


def workspace(runner):
    """Return a workspace with two stars in two bands (e1 to e4) and their models (e5, e6)."""
    chain = Chain()
    observed = [
        _entry(chain, 1 + 2 * i + j, star, program, band, shift)
        for i, (star, program) in enumerate(STARS)
        for j, (band, shift) in enumerate(BANDS.items())
    ]
    models = [_model(chain, 5 + i, star) for i, (star, _) in enumerate(STARS)]
    document = Document(Session(entries=(*observed, *models), next_id=7))
    selection = Selection()
    selection.select(("e1",))
    return Workspace(document, selection, chain, runner)


def _entry(chain, number, star, program, band, shift):
    wave = WAVE_UM + shift
    spectrum, _ = spectra(np.random.default_rng(number), wave_um=wave)
    identity = Identity(target=star, program=program, observation="1", band=band, date="2022-08-08")
    return _kept(chain, number, replace(spectrum, identity=identity), "spectrum", "standard star")


def _model(chain, number, star):
    wave = np.linspace(5.0, 8.0, 3000)
    _, model = spectra(np.random.default_rng(0), wave_um=wave)
    return _kept(
        chain, number, replace(model, identity=Identity(target=star)), "model spectrum", "model"
    )


def _kept(chain, number, product, kind, role):
    path, sha256 = f"/data/{number}.fits", f"{number:064x}"
    chain.library.keep(Loaded(path, sha256, 1000, kind, (product,), role))
    return Entry(f"e{number}", path, sha256, 1000, kind, role, (product.identity,))
