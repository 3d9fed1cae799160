"""The health check on real files: what is known to be wrong, and nothing else."""

import pytest

from engine.cli.inspection import inspect_file

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize("band", ["short", "medium", "long"])
def test_early_cubes_lack_the_time_correction(real_data, band):
    found = inspect_file(real_data(f"mrs_16cygb/Level3_ch4-{band}_s3d.fits.gz"))

    assert [one.id for one in found.health] == ["MRS-TIME", "MRS-ERR", "MRS-REPLACE"]
    assert "jwst_1118.pmap" in found.health[0].evidence


@pytest.mark.parametrize(
    "name",
    [
        "mrs_vv114/VV114_MIRI_ch3_SHORT_s1d.fits",
        "calspec/16cygb_stis_004.fits.gz",
        "nircam_image/image.fits",
        "lrs_simulated/transposed_det_image_seq5_MIRIMAGE_P750Lexp1_s2d.fits",
        "mrs_residual_fringe/MRS_spectral_leak_fractional.fits",
        "published_tables/gordon2025_table5_portion.ecsv",
    ],
)
def test_other_files_raise_no_alarm(real_data, name):
    assert inspect_file(real_data(name)).health == ()


def test_no_real_file_raises_a_false_alarm_and_only_notes_on_origins_are_refused(real_data):
    folder = real_data("calspec").parent
    files = [one for one in sorted(folder.rglob("*")) if one.is_file()]

    found = {one: inspect_file(one) for one in files if one.parent.name != "mrs_16cygb"}

    assert len(found) > 80
    assert [one.name for one, told in found.items() if told.health] == []
    refused = {one.name for one, told in found.items() if told.verdict == "refused"}
    assert refused == {"PROVENANCE.txt"}
