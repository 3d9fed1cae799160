"""Every hazard gets the verdict that is right, with a sentence to act on."""

import warnings

import pytest

from tests.hazards import baselines, cube_hazards, text_hazards
from tests.hazards.all_hazards import GROUPS
from tests.hazards.baselines import written
from tests.hazards.hazard import Hazard
from tests.hazards.trial import open_like_the_program

HAZARDS = [
    pytest.param(hazard, id=f"{group.__name__.rpartition('.')[2]}-{hazard.name[:40]!r}")
    for group in GROUPS
    for hazard in group.HAZARDS
]
BASELINES = {
    "s3d.fits": baselines.s3d,
    "s3d_multi.fits": baselines.s3d_multi,
    "x1d.fits": baselines.x1d,
    "x1d_three.fits": baselines.x1d_three,
    "lrs_x1d.fits": baselines.lrs_x1d,
    "c1d.fits": baselines.c1d,
    "x1dints.fits": baselines.x1dints,
    "cal.fits": baselines.image,
    "rate.fits": lambda: baselines.image("rate"),
    "i2d.fits": lambda: baselines.image("i2d"),
    "mrs_cal.fits": baselines.mrs_cal,
    "mrs_nebula.fits": baselines.mrs_nebula,
    "rateints.fits": baselines.rateints,
    "calspec.fits": baselines.calspec,
    "calspec_mod.fits": lambda: baselines.calspec(model=True),
    "calspec_lower_case.fits": lambda: baselines.calspec(wave_unit="angstroms", flux_unit="flam"),
    "photom.fits": baselines.mrs_photom,
    "s3d.fits.gz": baselines.s3d,
}
GOOD_TEXTS = {
    "spectrum.csv": text_hazards.csv(),
    "spectrum.ecsv": text_hazards.ecsv(),
    "apcorr.asdf": text_hazards.asdf(),
    "session.fluxknot": text_hazards.SESSION,
}


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_hazard_gets_the_right_verdict_and_a_sentence_to_act_on(hazard: Hazard, tmp_path):
    path = hazard.write(tmp_path)

    found, sentences = open_like_the_program(path)

    assert (found, sentences) == (hazard.verdict, sentences)
    assert hazard.says_what_is_wrong(path, sentences), sentences


@pytest.mark.parametrize("name", BASELINES)
def test_good_files_load_without_a_warning(name, tmp_path):
    path = written(BASELINES[name](), tmp_path / name)

    assert open_like_the_program(path)[0] == "loads", open_like_the_program(path)[1]


@pytest.mark.parametrize("name", GOOD_TEXTS)
def test_good_texts_load_without_a_warning(name, tmp_path):
    path = tmp_path / name
    content = GOOD_TEXTS[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    assert open_like_the_program(path)[0] == "loads", open_like_the_program(path)[1]


def test_no_file_runs_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    for hazard in text_hazards.HAZARDS:
        open_like_the_program(hazard.write(tmp_path))

    assert not (tmp_path / "canary").exists()


def test_a_file_without_permission_is_refused_by_that_word(tmp_path, monkeypatch):
    path = written(baselines.x1d(), tmp_path / "locked.fits")

    def denied(*args):
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, who may read everything.
    monkeypatch.setattr("engine.files.gate.os.open", denied)

    found, sentences = open_like_the_program(path)

    assert found == "refused"
    assert "permission" in sentences[0].lower()


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path, monkeypatch):
    from engine.files import cubes

    path = written(baselines.s3d(), tmp_path / "shrinks.fits")
    read_axis = cubes.read_wave_axis

    def cut(*args):
        with path.open("r+b") as stream:
            stream.truncate(20_000)
        return read_axis(*args)

    monkeypatch.setattr(cubes, "read_wave_axis", cut)

    found, sentences = open_like_the_program(path)

    assert found == "refused"
    assert "truncated" in sentences[0]


def test_reading_raises_no_warnings_of_libraries(tmp_path):
    paths = [hazard.write(tmp_path) for hazard in cube_hazards.HAZARDS[:30]]

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for path in paths:
            open_like_the_program(path)

    assert [str(one.message) for one in caught] == []
