"""What the factors of a table depend on: a point is left out with a reason, and comes back."""

import pytest

pytestmark = pytest.mark.journey

DATES = "Factor over Date (MJD)"
ROWS = (
    ("10 Lac", 59700, 1.031), ("mu Col", 60290, 1.026), ("HD 2811", 59905, 0.993),
    ("del UMi", 60053, 1.004), ("HD 163466", 60027, 1.001), ("16 Cyg B", 59800, 0.998),
    ("HD 37962", 60005, 1.003), ("HR 6538", 60466, 0.941),
)  # fmt: skip


def test_a_deviant_star_is_left_out_by_a_click_and_a_reason(open_window, tmp_path):
    window = open_window(table_of_factors(tmp_path))
    window.wait("entries", lambda found: len(found) == 1)
    window.wait_until_ready()
    window.key("ctrl+k")
    window.type("Trends")
    window.key("Return")
    window.wait("current_view", lambda name: name == "trends")
    window.wait_until_ready()

    name, mjd, factor = ROWS[-1]
    window.display.click(window.wait("point", bool, plot=DATES, x=mjd, y=factor))
    window.key("x")
    window.wait("dialog", lambda title: title.startswith(f"Leave out {name}?"))
    window.type("saturated")
    window.key("Return")
    window.wait("history", lambda found: found[0][found[1] - 1] == f"Leave out {name}: saturated")

    window.key("ctrl+z")
    window.wait("history", lambda found: found[1] == 1)
    window.quit(answer="Do not save")


def table_of_factors(folder):
    """Write a table of factors as a user would, and return its path."""
    path = folder / "factors.csv"
    rows = "".join(f"{name},{mjd},{factor}\n" for name, mjd, factor in ROWS)
    path.write_text(f'# kind: "parameters"\nname,mjd [d],factor\n{rows}', encoding="utf-8")
    return path
