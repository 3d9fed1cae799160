"""What is known about the error of a spectrum: measured terms first, then those of Law+2025."""

import numpy as np
import pytest

from engine.compare.error_budget import budget_of
from engine.compare.spectrum_budget import known_of_spectrum
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum


def spectrum(band: str = "2B", error: float = 0.02) -> Spectrum:
    flux = np.linspace(1.0, 2.0, 101)
    return Spectrum(
        wave_um=np.linspace(8.7, 10.1, 101),
        flux=flux,
        error=error * flux,
        flags=np.zeros(101, np.uint32),
        unit="Jy",
        identity=Identity(target="HD 2811", band=band),
    )


def test_measured_terms_add_in_quadrature_by_hand() -> None:
    known = known_of_spectrum("e1", spectrum(), repeats={"2B": 0.6}, factors={"2B": 0.9})

    budget = budget_of(known, "star with a model", model_percent=2.0)

    assert [one.percent for one in budget.terms] == pytest.approx([2.0, 0.6, 0.9, 2.0, 0.0])
    assert budget.total_percent == pytest.approx(3.0282, abs=5e-5)  # sqrt(4 + 0.36 + 0.81 + 4)


@pytest.mark.parametrize(
    ("band", "repeat", "aperture"), [("1A", 1.0, 0.5), ("3C", 1.0, 1.0), ("4C", 3.0, 2.0)]
)
def test_what_was_not_measured_is_that_of_the_paper(
    band: str, repeat: float, aperture: float
) -> None:
    known = known_of_spectrum("e1", spectrum(band), repeats={}, factors={})

    assert known.repeat[0] == repeat
    assert "Law+2025" in known.repeat[1]
    assert known.aperture[0] == aperture
    assert np.isnan(known.factor[0])


def test_a_spectrum_without_errors_or_band_says_so() -> None:
    known = known_of_spectrum("e1", spectrum("", np.nan), repeats={}, factors={})

    assert np.isnan(known.pipeline[0])
    assert known.repeat == (pytest.approx(np.nan, nan_ok=True), "the band is not known")


def test_what_the_own_extraction_leaves_counts_for_a_point_source() -> None:
    one = spectrum()
    terms = [
        ("vector", 0.05 * one.flux),
        ("annulus", 0.003 * one.flux),
        ("aperture", 0.004 * one.flux),
        ("centroid", np.full(101, np.nan)),
    ]

    known = known_of_spectrum("e1", one, repeats={}, factors={}, terms=terms)

    point = budget_of(known, "point source", model_percent=2.0).term("aperture")
    assert point.percent == pytest.approx(0.5)  # sqrt(0.3^2 + 0.4^2): that of the vector is apart
    assert "its own extraction" in point.origin
    extended = budget_of(known, "extended source", model_percent=2.0).term("aperture")
    assert extended.origin == known.aperture[1]
