"""Make the figures of Ma et al. (2023) from the NIRCam demo: ``docs/guide/figures``, and Table 2.

``python docs/guide/make_ma_figures.py`` draws each figure as the program exports it, and writes
`ma2023.md`. No display is needed.
"""

import numpy as np
from paper_figures import Paper, PaperFigure, Shop, first, make

from engine.nircam.module_terms import published_terms
from engine.project.module_tables import gradients_in_order
from engine.project.nircam_inputs import GRADIENTS_KEY

_N_ROWS = 10  # of Table 2

FIGURES: tuple[PaperFigure, ...] = (
    PaperFigure(
        "3",
        "Offsets of positions between epochs 1 and 2, with median and MAD.",
        first("epochs"),
        "NIRCam > Epochs",
    ),
    PaperFigure(
        "5 and 6",
        "Sources colored by their change between epochs 1 and 2; both patches of each array "
        "against each other, and patch p by array, for two versions of the calibration.",
        first("module_offsets"),
        "NIRCam > Module offsets",
    ),
    PaperFigure(
        "7 and 8",
        "Differences of images before and after the correction, and the offsets of all arrays.",
        first("module_correction"),
        "NIRCam > Gradients",
    ),
)
_FIT = PaperFigure(
    "of the fits",
    "Offset and gradient fitted to both patches (Eqs. 9 and 10).",
    first("module_gradients"),
    "NIRCam > Gradients",
)


def _table(paper: Paper, shop: Shop) -> tuple[str, ...]:
    """Return the lines of Table 2, and the figure of its fits."""
    return (
        "",
        "## Table 2",
        "",
        "Fitted to epochs 1 and 2 of the demo, beside what the paper prints and the demo holds.",
        "The slope is the sum of the gradients of both modules.",
        "",
        "| array | filter | Δ_AB (mag) | paper | slope (mag/arcmin) | paper |",
        "|---|---|---|---|---|---|",
        *_rows(shop),
        "",
        *paper.shown(_FIT),
    )


def _rows(shop: Shop) -> list[str]:
    terms, lines = published_terms(), []
    for one in gradients_in_order([shop.result(GRADIENTS_KEY)])[:_N_ROWS]:
        term = terms.of(one.filter, one.array)
        assert term is not None
        has_slope = np.isfinite(one.slope_error)
        cells = (
            one.array,
            one.filter,
            f"{one.delta_ab:+.4f} ± {one.delta_ab_error:.4f}",
            f"{term.delta_ab:+.4f}",
            f"{one.slope:.4f} ± {one.slope_error:.4f}" if has_slope else "",
            f"{term.slope:.4f}" if has_slope else "",
        )
        lines.append(f"| {' | '.join(cells)} |".replace("-", "−"))
    return lines


PAPER = Paper(
    "ma2023",
    "Ma et al. (2023)",
    "nircam",
    (
        "Each figure below is drawn from the simulated observations of the NIRCam demo, in which",
        "Table 2 of the paper is hidden, by the code that draws your own: *File > Export this",
        "figure*. Numbers are those of the paper. The dots that stay in the differences are",
        "sources that change: they were put in. `python docs/guide/make_ma_figures.py` makes all.",
    ),
    FIGURES,
    end=_table,
    further=(_FIT,),
)


if __name__ == "__main__":
    raise SystemExit(make(PAPER))
