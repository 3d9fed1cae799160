"""Tests of engine.cli.inspection: what ``fluxknot inspect`` says."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.bands import band_named
from engine.simulate.fits_products import x1d_bytes
from tests.helpers import star_files
from tests.helpers.star_files import CORRECTION_4A, CUBE_4A, CUBE_4B, MODEL, write_files

KEYS = [
    "path", "verdict", "kind", "role", "target", "program", "observation", "bands", "mjd", "unit",
    "messages", "health",
]  # fmt: skip


@pytest.fixture
def data(tmp_path):
    """Write two cubes of a star, its model and an aperture correction."""
    return write_files(tmp_path / "data", CORRECTION_4A, CUBE_4A, CUBE_4B, MODEL)


def test_inspect_says_what_a_file_is(fluxknot, data):
    code, out, err = fluxknot("inspect", data / CUBE_4A, "--json")

    [found] = json.loads(out)
    assert code == 0
    assert err == ""
    assert list(found) == KEYS
    assert found == {
        "path": str(data / CUBE_4A),
        "verdict": "loads",
        "kind": "cube",
        "role": "standard star",
        "target": "16 Cyg B",
        "program": "1538",
        "observation": "1",
        "bands": ["4A"],
        "mjd": found["mjd"],
        "unit": "MJy/sr",
        "messages": [],
        "health": found["health"],
    }
    assert 59000 < found["mjd"] < 61000
    for issue in found["health"]:
        assert list(issue) == ["id", "what", "evidence", "effect", "action", "source"]
        assert all(issue.values())


def test_inspect_finds_known_issues(tmp_path, fluxknot):
    early = replace(star_files.exposure("16 Cyg B"), cal_version="1.11.4", dithers=2)
    observed = star_files.spectrum("4A").observed
    path = tmp_path / "early_x1d.fits"
    path.write_bytes(x1d_bytes(observed, early, band_named("4A"), filename=path.name))

    _, out, _ = fluxknot("inspect", path, "--json")

    ids = {issue["id"] for issue in json.loads(out)[0]["health"]}
    assert {"MRS-ERR", "MRS-DITHER"} <= ids
    _, text, _ = fluxknot("inspect", path)
    assert "[MRS-ERR]" in text


def test_inspect_refuses_with_1_and_goes_on(tmp_path, fluxknot, data):
    broken = tmp_path / "broken.fits"
    broken.write_bytes(b"SIMPLE  = nothing")

    code, out, err = fluxknot("inspect", broken, data / MODEL, tmp_path / "no.fits", "--json")

    found = {Path(one["path"]).name: one for one in json.loads(out)}
    assert code == 1
    assert err == ""
    assert {name: one["verdict"] for name, one in found.items()} == {
        "broken.fits": "refused", MODEL: "loads", "no.fits": "refused",
    }  # fmt: skip
    assert "broken.fits" in found["broken.fits"]["messages"][0]
    assert "no such file" in found["no.fits"]["messages"][0]
    assert all(list(one) == KEYS for one in found.values())


def test_inspect_describes_files_in_words(fluxknot, data):
    code, out, _ = fluxknot("inspect", data)

    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert code == 0
    assert len(lines) == 4
    assert f"{CUBE_4A}: loads (cube, standard star, 16 Cyg B, 1538-1, 4A, MJy/sr)" in out


def test_inspect_of_an_empty_folder_says_so(tmp_path, fluxknot):
    code, out, err = fluxknot("inspect", tmp_path, "--json")

    assert code == 1
    assert json.loads(out) == []
    assert err == "fluxknot: There is no file to look at here. Name the files themselves.\n"


def test_inspect_survives_names_that_are_no_unicode(tmp_path, fluxknot):
    path = tmp_path / os.fsdecode(b"\xff.csv")
    path.write_text("wave_um,flux_jy\n5.0,1.0\n5.1,1.0\n5.2,1.0\n")

    code, out, _ = fluxknot("inspect", tmp_path, "--json")

    assert code == 0
    assert json.loads(out)[0]["path"] == str(path)
    assert fluxknot("inspect", tmp_path)[0] == 0
