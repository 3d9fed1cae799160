"""Tests of guiapp.plots.marks."""

from PyQt6.QtGui import QFontMetricsF

from guiapp.plots.marks import (
    EdgesLayer,
    LevelsLayer,
    LineTicksLayer,
    Span,
    SpansLayer,
)


def test_a_span_is_found_by_what_it_holds_the_narrowest_first(plot):
    spans = plot.add_layer(SpansLayer("care"))
    spans.set_spans((Span(1.0, 9.0, "wide"), Span(3.0, 4.0, "narrow")))

    assert [spans.span_at(x) for x in (2.0, 3.5, 9.5)] == [0, 1, -1]


def test_a_long_name_is_cut_to_its_range_and_not_put_upright(plot):
    drawn = []

    class Painter:
        """Remembers what is written, and whether anything is turned."""

        def __getattr__(self, name):
            return lambda *what: drawn.append((name, *what))

        def font(self):
            return plot.font()

    spans = plot.add_layer(SpansLayer("care"))
    names = "from 2MASS J05455989-3218232", "beyond 13 µm: low S/N"
    spans.set_spans((Span(2.0, 4.0, names[0]), Span(5.0, 6.7, names[1])))

    spans.draw(Painter(), plot.pixels)

    long, short = [what[-1] for what in drawn if what[0] == "drawText"]
    assert "…" in long
    assert short == "low S/N"
    assert "rotate" not in [what[0] for what in drawn]


def test_a_number_that_fits_its_range_without_room_beside_it_lies(plot):
    drawn = []

    class Painter:
        """Remembers what is written, and whether anything is turned."""

        def __getattr__(self, name):
            return lambda *what: drawn.append((name, *what))

        def font(self):
            return plot.font()

    width = QFontMetricsF(plot.font()).horizontalAdvance("+3.11 K") + 2.0
    spans = plot.add_layer(SpansLayer("care"))
    spans.set_spans((Span(2.0, plot.pixels.x_at(plot.pixels.x_pixel(2.0) + width), "+3.11 K"),))

    spans.draw(Painter(), plot.pixels)

    assert [what[-1] for what in drawn if what[0] == "drawText"] == ["+3.11 K"]
    assert "rotate" not in [what[0] for what in drawn]


def test_an_edge_of_a_span_is_found_within_the_tolerance(plot):
    spans = plot.add_layer(SpansLayer("care"))
    spans.set_spans((Span(2.0, 6.0),))
    column = plot.pixels.x_pixel(6.0)

    assert spans.edge_at(column + 4, 5) == (0, "high")
    assert spans.edge_at(column + 6, 5) is None
    spans.set_spans(())
    assert spans.edge_at(column, 5) is None


def test_the_nearest_line_is_found(plot):
    edges = plot.add_layer(EdgesLayer("wrong", style="dashed"))
    edges.set_values((2.0, 2.1))

    assert edges.edge_at(plot.pixels.x_pixel(2.09), 5) == 1
    assert edges.edge_at(plot.pixels.x_pixel(5.0), 5) == -1


def test_everything_paints_with_long_names_and_out_of_view(plot):
    for layer, fill in (
        (SpansLayer("care"), lambda one: one.set_spans((Span(-5, 2, "n" * 99), Span(3, 3.1, "x")))),
        (EdgesLayer("text", style="double"), lambda one: one.set_values((-1.0, 5.0, 99.0))),
        (LevelsLayer("dim", style="dashed"), lambda one: one.set_values((0.5, 7.0))),
        (
            LineTicksLayer(),
            lambda one: one.set_ticks(((5.0, "H I 9-6"), (5.01, "He I"), (50.0, ""))),
        ),
    ):
        plot.add_layer(layer)
        fill(layer)

    assert not plot.grab().isNull()
