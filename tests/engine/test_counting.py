"""Tests of engine.counting."""

import re
from pathlib import Path

import pytest

from engine.counting import counted

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


@pytest.mark.parametrize("package", ["guiapp/controllers", "guiapp/dialogs", "guiapp/panels"])
def test_what_the_window_counts_is_counted_in_words_that_agree(package):
    bare = [
        f"{path.name}: {line.strip()}"
        for path in (ROOT / package).glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if _BARE.search(line) and not _LARGE.search(line)
    ]

    assert bare == []
