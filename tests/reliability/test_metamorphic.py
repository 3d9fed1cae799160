"""The same measurements written in other ways give the same numbers; the rig has every way."""

from tests.helpers import star_files
from tests.helpers.star_files import MODEL, SPECTRUM_4A
from tests.reliability import variants
from tests.reliability.bench import outcome
from tests.reliability.comparing import largest_difference


def test_order_units_and_packing_change_no_bit(tmp_path):
    files = {name: variants.short(star_files.content(name)) for name in (SPECTRUM_4A, MODEL)}

    def otherwise(content):
        for change in (
            variants.rows_shuffled, variants.in_mjy, variants.in_angstrom, variants.other_order,
            variants.packed,
        ):  # fmt: skip
            content = change(content)
        return content

    base = outcome(tmp_path / "base", files, what=("spectra", "vectors", "tables"))
    other = outcome(
        tmp_path / "other",
        {name: otherwise(content) for name, content in files.items()},
        what=("spectra", "vectors", "tables"),
    )

    (values, _), (errors, _) = largest_difference(base.folder, other.folder)
    assert values == errors == 0.0
    assert any("in no order" in said for said in other.told)
