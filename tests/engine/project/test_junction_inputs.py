"""Tests of engine.project.junction_inputs."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.model.identity import Identity
from engine.mrs.rate_correction import RateCorrectionParams
from engine.progress import SILENT
from engine.project.junction_inputs import spectra_at_hand, spectra_of_junctions
from engine.project.keys import EVERYTHING, NodeKey
from tests.helpers.open_files import OpenFiles
from tests.helpers.rates import add_lamps, add_stars

KEY = NodeKey("junctions", "Star/1-1@extracted")


@pytest.fixture
def files():
    """Return a star in 4A in DN/s whose rate was lost in part, and in 4B in the same unit."""
    files = OpenFiles()
    seen = add_stars(files)
    add_lamps(files)
    shifted = replace(
        seen,
        wave_um=seen.wave_um + 2.4,
        identity=Identity(target="Star", program="1", observation="1", band="4B"),
    )
    files.add(shifted, "spectrum", "standard star")
    return files


def test_what_is_drawn_is_what_was_measured_and_is_exported(files):
    assert [one.identity.band for one in spectra_at_hand(files.session, files.chain, KEY)] == ["4B"]

    measured = files.chain.evaluate(files.session, KEY)
    exported = spectra_of_junctions(files.session, files.chain, KEY, SILENT)
    drawn = spectra_at_hand(files.session, files.chain, KEY)

    assert [one.identity.band for one in drawn] == ["4A", "4B"]
    for one, other in zip(drawn, exported, strict=True):
        assert_array_equal(one.flux, other.flux)
    measure = next(one for one in measured.measures if one.junction == "4A|4B")
    assert measure.wave_um.size


def test_the_loss_is_out_of_what_is_drawn_where_it_is_corrected(files):
    every = NodeKey("rate", EVERYTHING)
    uncorrected = files.session.with_params(every, RateCorrectionParams("off"))
    for session in (files.session, uncorrected):
        files.chain.evaluate(session, KEY)

    [on, _] = spectra_at_hand(files.session, files.chain, KEY)
    [off, _] = spectra_at_hand(uncorrected, files.chain, KEY)

    product = files.chain.library.product(files.session.entries[0], 0)
    assert_array_equal(off.flux, product.flux)
    assert np.nanmedian(on.flux / off.flux) > 1.0
