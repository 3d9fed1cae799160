"""The demo files, judged by the pipeline's own data models."""

import gzip
import warnings

import asdf
import pytest

pytest.importorskip("jwst")
from stdatamodels.jwst import datamodels

from engine.simulate.demo import make_demo

pytestmark = pytest.mark.reference

CASES = {
    "stars/16cygb/jw01538-o001_t001_miri_ch4-long_s3d.fits.gz": "IFUCubeModel",
    "stars/mucol/jw04497-o004_t001_miri_ch1-short_x1d.fits": "MRSMultiSpecModel",
    "visits/2022-06-09/jw01050-o009_t001_miri_ch3-medium_x1d.fits": "MRSMultiSpecModel",
    "references/simulated_apcorr_4a.asdf": "MirMrsApcorrModel",
}


@pytest.fixture(scope="module")
def contents():
    return {f.name: f.content for f in make_demo(2025, size="small") if f.name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_strict_validation_passes_without_a_warning(name, contents, tmp_path):
    content = contents[name]
    path = tmp_path / name.rsplit("/", 1)[-1].removesuffix(".gz")
    path.write_bytes(gzip.decompress(content) if name.endswith(".gz") else content)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        # The file names the version of asdf that wrote it, which may be newer than this one.
        warnings.simplefilter("ignore", asdf.exceptions.AsdfPackageVersionWarning)
        with datamodels.open(path, strict_validation=True) as model:
            model.validate()
            kind = type(model).__name__

    assert [str(warning.message) for warning in said] == []
    assert kind == CASES[name]
