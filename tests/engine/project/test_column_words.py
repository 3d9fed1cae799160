"""Every column that a report can show has a name in words."""

import re

import numpy as np
import pytest

from engine.imaging.parameters import parameter_kinds
from engine.model.table import Column
from engine.mrs.channel4_links import CORRECTION, LEFT_CURVE, OVERLAP_NOISE, RIGHT_CURVE
from engine.project.column_words import column_words
from engine.project.report_tables import heading
from engine.project.steps import STEPS
from engine.resources import read_toml

TABLES = {name: build for step in STEPS for name, build in step.tables}
IDENTIFIER = re.compile(r"[a-zA-Z0-9]_[a-zA-Z0-9]|\b[nd]_|\bn ")


def column(name, unit=""):
    return Column(name, unit, np.zeros(1))


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_every_table_has_words_and_no_two_the_same(name):
    columns = TABLES[name]([]).columns

    said = [heading(one) for one in columns]

    assert [one.name for one in columns if not column_words(one)] == []
    assert [text for text in said if IDENTIFIER.search(text)] == []
    assert sorted(set(said)) == sorted(said)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        *((f"{one.replace(' ', '_')}_percent", "percent")
          for one in ("level on the left", OVERLAP_NOISE, LEFT_CURVE, RIGHT_CURVE, CORRECTION)),
        *((f"median_sys_{one}_jy", "Jy")
          for one in ("vector", "annulus", "aperture", "centroid", "loss_of_count_rate")),
        *((one.name, one.unit) for one in parameter_kinds().values()),
        ("flux_10um_jy", "Jy"), ("mjd", "MJD"),
    ],
)  # fmt: skip
def test_columns_that_come_with_their_rows_have_words_too(name, unit):
    assert column_words(column(name, unit))
    assert not IDENTIFIER.search(heading(column(name, unit)))


@pytest.mark.parametrize(
    ("name", "unit", "said"),
    [
        ("rate_error_dn_s", "DN / s", "rate error (DN / s)"),
        ("delta_ab_error", "mag", "A − B error (mag)"),
        ("level_on_the_left_percent", "percent", "level on the left (%)"),
        ("mjd", "MJD", "MJD"),
        ("wave_um", "um", "wavelength (µm)"),
        ("fluxOfMine_k", "", "fluxOfMine k"),
    ],
)
def test_units_and_errors_are_told_in_words(name, unit, said):
    assert heading(column(name, unit)) == said


def test_a_raw_name_is_found():
    assert not column_words(column("n_gizmos"))
    assert IDENTIFIER.search(heading(column("n_gizmos")))


def test_no_words_stand_for_names_that_are_words():
    content = read_toml("column_words.toml")

    assert not set(content["plain"]) & set(content["words"])
    assert len(content["plain"]) == len(set(content["plain"]))
