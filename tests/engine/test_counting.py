"""Tests of engine.counting."""

import re
from pathlib import Path

import pytest

from engine.counting import bytes_text, counted

ROOT = Path(__file__).resolve().parents[2]
_COUNTED = (
    "files|pixels|samples|stars|observations|sources|spectra|images|planes|exposures|values|rows"
)
_BARE = re.compile(r"\{(?:n_\w+|len\([^{}]*\)|count|missing|unknown)\} (?:" + _COUNTED + r")\b")
_LARGE = re.compile(r" of \{| if | else ")  # of at least as many, or one is told apart


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 files are open"), (1, "1 file is open"), (2, "2 files are open")],
)
def test_words_agree_with_the_number(count, said):
    assert f"{counted(count, 'file is', 'files are')} open" == said


def test_most_words_take_an_s():
    assert [counted(n, "new file") for n in (1, 3)] == ["1 new file", "3 new files"]


@pytest.mark.parametrize(
    ("n_bytes", "said"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (14_362, "14 kB"), (999_499, "999 kB"),
        (999_501, "1.0 MB"), (6_140_000, "6.1 MB"), (60_957_995, "61 MB"), (2.5e9, "2.5 GB"),
        (4e15, "4000 TB"),
    ],
)  # fmt: skip
def test_the_size_of_a_file_is_said_in_few_digits(n_bytes, said):
    assert bytes_text(n_bytes) == said


@pytest.mark.parametrize("package", ["guiapp/controllers", "guiapp/dialogs", "guiapp/panels"])
def test_what_the_window_counts_is_counted_in_words_that_agree(package):
    bare = [
        f"{path.name}: {line.strip()}"
        for path in (ROOT / package).glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if _BARE.search(line) and not _LARGE.search(line)
    ]

    assert bare == []
