"""Readers of our own take any input: they read it, or refuse it with a sentence."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FileError
from engine.files import load
from engine.files.fits_headers import CARD, parse_cards
from engine.files.notes import FileNotes
from engine.files.safe_yaml import read_yaml
from engine.files.text_tables import read_ipac, read_plain
from tests.helpers.fuzzing import fuzz

NOTES = FileNotes(Path("a.csv"))
PLACE = Path("/nowhere/a.fluxknot")
few = settings(max_examples=50)

cells = st.one_of(
    st.floats().map(str),
    st.sampled_from(["", "nan", "1,5", "1d3", '"', "a b", "[um]", "(Jy)", "--", "é", "true"]),
    st.text(max_size=6),
)
names = st.sampled_from(
    ["wave_um", "wave [um]", "flux_jy", "ra", "dec", "mag", "x", "name", "\x00"]
)
tables = st.builds(
    lambda head, rows, mark: "\n".join(mark.join(row) for row in [head, *rows]),
    st.lists(names, min_size=1, max_size=4),
    st.lists(st.lists(cells, min_size=1, max_size=4), max_size=5),
    st.sampled_from([",", "\t", " ", ";", "|"]),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@few
@given(st.lists(st.binary(min_size=0, max_size=CARD), max_size=12))
def test_any_cards_are_a_header_or_none(cards):
    header, _ = parse_cards(b"".join(card.ljust(CARD) for card in cards))

    for keyword in header:
        assert isinstance(header.shown(keyword), str)
        assert header.number(keyword) != float("inf")


@few
@given(tables)
def test_any_rows_are_a_table_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.encode("utf-8", "replace"))

    try:
        said = [message.text for message in load(path).messages]
    except FileError as error:
        said = [error.sentence]

    assert all(one.startswith("any.csv: ") for one in said)


@few
@given(st.text(max_size=60), st.text("|ab1 \n\\=", max_size=60))
def test_any_text_is_a_table_or_refused(text, bars):
    for read, content in ((read_plain, text), (read_ipac, f"|a|b|\n{bars}")):
        try:
            table = read(content, NOTES).table
        except FileError:
            continue
        assert len(table.names) == len(table.units)


@few
@given(
    st.one_of(st.text(max_size=60), values.map(json.dumps), st.text("{}[]&*!:,a1- \n", max_size=40))
)
def test_any_yaml_is_plain_values_or_refused(text):
    said = "YAML"
    try:
        read_yaml(text, NOTES)
    except FileError as error:
        said = error.what

    assert "YAML" in said


def toy(content):
    """Fail behind three doors, each of which only opens behind the one before."""
    if content[:1] == b"#":
        if b"um" in content:
            if b"Jy" in content:
                raise ValueError("found")
            return 2
        return 1
    return 0


def test_the_fuzzer_finds_what_lies_behind_several_doors():
    found = fuzz(toy, [b"wave flux"], seconds=20, most=3000, below=str(Path(__file__).parent))

    assert [name.partition(" ")[0] for name in found.failures] == ["ValueError"]
    assert found.n_kept >= 3


def test_the_fuzzer_takes_a_sentence_for_no_failure():
    def refuse(_content):
        raise FileError("a.fits", "it is empty.")

    found = fuzz(refuse, [b"a"], seconds=5, most=20)

    assert found.failures == {}
    assert found.n_runs == 20
