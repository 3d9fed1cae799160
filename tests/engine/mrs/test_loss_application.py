"""The loss is divided out once, and both reference forms are read."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.mrs.loss_application import (
    already_corrected,
    correct_count_rate_loss,
    read_columns,
    written_columns,
)
from engine.mrs.loss_models import LossTable, loss_at

_WAVE = np.linspace(18.0, 20.0, 21)
_EXPONENTIAL = read_columns(
    {"BINWAVE": [18.5, 19.5], "acoeff": [0.2, 0.3], "bcoeff": [0.5, 0.5],
     "ccoeff": [0.8, 0.7], "X0": [59680.0, 59680.0]}
)  # fmt: skip


def _spectrum(**origin: object) -> Spectrum:
    return Spectrum(
        wave_um=_WAVE,
        flux=np.full(21, 10.0),
        error=np.full(21, 0.1),
        flags=np.zeros(21, dtype=np.uint32),
        unit="DN/s",
        identity=Identity(band="4A", mjd=60180.0),
        origin=Origin(**origin),  # type: ignore[arg-type]
        columns=MappingProxyType({"background_mjy_sr": np.ones(21), "n_pixels": np.ones(21)}),
    )


def test_rates_are_divided_by_the_loss() -> None:
    corrected = correct_count_rate_loss(_spectrum(), _EXPONENTIAL)

    expected = 0.25 * np.exp(-2.5) + 0.75  # at 19 um, between two bins
    assert corrected.flux[10] == pytest.approx(10.0 / expected, rel=1e-12)
    assert corrected.error[10] == pytest.approx(0.1 / expected, rel=1e-12)
    assert corrected.columns["background_mjy_sr"][10] == pytest.approx(1 / expected, rel=1e-12)
    assert corrected.columns["n_pixels"][10] == 1.0


def test_the_loss_is_never_taken_out_twice() -> None:
    once = correct_count_rate_loss(_spectrum(), _EXPONENTIAL)

    with pytest.raises(DataError, match="corrected already"):
        correct_count_rate_loss(once, _EXPONENTIAL)


@pytest.mark.parametrize(
    ("version", "is_corrected"),
    [("1.10.2", False), ("1.11.0", True), ("1.20.1", True), ("3.0.0", True), ("", True)],
)
def test_the_pipeline_corrects_it_since_1_11(version: str, is_corrected: bool) -> None:
    spectrum = _spectrum(cal_version=version, steps=(("S_PHOTOM", "COMPLETE"),))

    assert bool(already_corrected(spectrum)) is is_corrected


@pytest.mark.parametrize(
    ("context", "is_corrected"), [("jwst_1118.pmap", False), ("jwst_1276.pmap", True), ("", True)]
)
def test_references_up_to_context_1118_tell_no_loss(context: str, is_corrected: bool) -> None:
    spectrum = _spectrum(
        cal_version="1.12.5", crds_context=context, steps=(("S_PHOTOM", "COMPLETE"),)
    )

    assert bool(already_corrected(spectrum)) is is_corrected


def test_an_uncalibrated_spectrum_is_not_corrected_whatever_the_version() -> None:
    spectrum = _spectrum(cal_version="3.0.0", steps=(("S_PHOTOM", "SKIPPED"),))

    assert already_corrected(spectrum) == ""


def test_bins_are_clipped_before_they_are_interpolated() -> None:
    early = loss_at(_EXPONENTIAL, 59600.0, np.array([18.0, 19.0, 20.0]))

    np.testing.assert_array_equal(early, 1.0)


def test_outside_the_bins_the_loss_goes_on_as_a_straight_line() -> None:
    table = read_columns(
        {"binwave": [18.0, 19.0], "lossperyear": [0.1, 0.2], "t0": [59680.0, 59680.0]}
    )

    values = loss_at(table, 59680.0 + 365.0, np.array([17.0, 20.0, 0.0, np.nan]))

    np.testing.assert_allclose(values, [1.0, 0.7, 1.0, 1.0], rtol=1e-14)


def test_a_power_law_before_its_pole_is_refused() -> None:
    table = read_columns(
        {"binwave": [18.0, 19.0], "alpha": [-0.1] * 2, "year1value": [0.9] * 2,
         "tsoft": [10.0] * 2, "t0": [59680.0] * 2}
    )  # fmt: skip

    with pytest.raises(DataError, match="it begins at 59670"):
        loss_at(table, 59660.0, _WAVE)


def test_columns_written_are_read_again() -> None:
    again = read_columns(written_columns(_EXPONENTIAL))

    assert again.form == "exponential"
    np.testing.assert_array_equal(again.columns["acoeff"], _EXPONENTIAL.columns["acoeff"])


def test_unknown_columns_are_refused_by_name() -> None:
    with pytest.raises(DataError, match="binwave, gain"):
        read_columns({"binwave": [1.0], "gain": [2.0]})


def test_a_spectrum_without_a_time_is_refused() -> None:
    undated = replace(_spectrum(), identity=Identity(band="4A"))

    with pytest.raises(DataError, match="needs the time"):
        correct_count_rate_loss(undated, _EXPONENTIAL)


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(DataError, match="lacks the column acoeff"):
        LossTable("exponential", np.array([1.0, 2.0]))
