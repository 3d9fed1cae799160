"""Make the figures of Ma et al. (2023) from the NIRCam demo: ``docs/guide/figures``, and Table 2.

``python docs/guide/make_ma_figures.py`` draws each figure as the program exports it, and writes
`ma2023.md`. No display is needed.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from make_figures import PaperFigure, Shop, first
from PIL import Image

from engine.figures import write_figure
from engine.nircam.module_terms import published_terms
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.export_figures import figure_of, figure_size
from engine.project.exports import provenance_of
from engine.project.module_tables import gradients_in_order
from engine.project.nircam_inputs import GRADIENTS_KEY
from engine.project.session_file import read_session

_HERE = Path(__file__).parent
_FOLDER = "figures"
_PAGE = _HERE / "ma2023.md"
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


def page(shop: Shop) -> str:
    """Return the page that shows all figures and Table 2."""
    lines = [
        "# The figures of Ma et al. (2023) on the demo",
        "",
        "Each figure below is drawn from the simulated observations of the NIRCam demo, in which",
        "Table 2 of the paper is hidden, by the code that draws your own: *File > Export this",
        "figure*. Numbers are those of the paper. The dots that stay in the differences are",
        "sources that change: they were put in. `python docs/guide/make_ma_figures.py` makes all.",
    ]
    for one in FIGURES:
        lines += ["", f"## Figure {one.number}", "", *_shown(one)]
    lines += [
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
        *_shown(_FIT),
    ]
    return "\n".join(lines) + "\n"


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


def _shown(figure: PaperFigure) -> list[str]:
    picture = f"![{figure.caption}]({_FOLDER}/{file_name(figure)})"
    return [picture, "", f"{figure.caption} In the window: *{figure.view}*."]


def file_name(figure: PaperFigure) -> str:
    """Return the name of the picture of a figure."""
    return f"ma2023-{figure.number.replace(' ', '-')}.png"


def main() -> int:
    """Make the figures and the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=_HERE / _FOLDER)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = write_demo(Path(folder) / "demo", name="nircam", size="small")
        shop = Shop(read_session(path), Chain())
        for one in (*FIGURES, _FIT):
            key = one.choose(shop)
            picture_path = write_figure(
                options.out / file_name(one),
                figure_of(shop.session, shop.chain, key, shop.result(key)),
                size=figure_size(key),
                provenance=provenance_of(shop.session, shop.chain, key),
                exists="replace",
            )
            with Image.open(picture_path) as picture:
                picture.convert("RGB").quantize(64).save(picture_path, optimize=True)
            print(f"Figure {one.number}: {key}")
        _PAGE.write_text(page(shop), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
