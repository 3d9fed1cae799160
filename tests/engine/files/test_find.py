"""Tests of engine.files.find."""

from engine.files import find_files


def made(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_gives_its_data_files_sorted_as_people_count(tmp_path):
    made(tmp_path, "ch10_s3d.fits", "ch2_s3d.fits", "sub/star.fits.gz", "sub/notes.md")
    made(tmp_path, ".hidden.fits", ".cache/x.fits", "README.txt", "table.ECSV", "run.py")

    found = find_files([tmp_path])

    assert [str(path.relative_to(tmp_path)) for path in found] == [
        "ch2_s3d.fits",
        "ch10_s3d.fits",
        "sub/star.fits.gz",
        "table.ECSV",
    ]


def test_a_pattern_gives_what_it_matches(tmp_path):
    made(tmp_path, "a_s3d.fits", "b_s3d.fits", "c_x1d.fits")

    found = find_files(str(tmp_path / "*_s3d.fits"))

    assert [path.name for path in found] == ["a_s3d.fits", "b_s3d.fits"]


def test_a_mixed_drop_gives_each_file_once(tmp_path):
    made(tmp_path, "one.fits", "sub/two.fits")

    found = find_files([tmp_path / "one.fits", tmp_path, str(tmp_path / "sub/*.fits")])

    assert [path.name for path in found] == ["one.fits", "two.fits"]


def test_what_was_named_is_kept_whatever_it_is_called(tmp_path):
    made(tmp_path, "strange.name")

    found = find_files([tmp_path / "strange.name", tmp_path / "absent.fits"])

    assert {path.name for path in found} == {"strange.name", "absent.fits"}


def test_a_name_with_brackets_is_a_file_when_there_is_one(tmp_path):
    made(tmp_path, "star[1].fits", "star1.fits")

    found = find_files([tmp_path / "star[1].fits"])

    assert [path.name for path in found] == ["star[1].fits"]


def test_links_to_folders_are_not_followed(tmp_path):
    made(tmp_path, "data/one.fits")
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")

    found = find_files(tmp_path)

    assert [path.name for path in found] == ["one.fits"]
