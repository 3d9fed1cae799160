"""Make the figures of Gordon et al. (2025) from the imaging demo: ``docs/guide/figures``.

``python docs/guide/make_gordon_figures.py`` draws each figure as the program exports it, and writes
`gordon2025.md`. ``--only 5 9`` makes some of them. No display is needed.
"""

import argparse
import tempfile
from pathlib import Path

from make_figures import PaperFigure, Shop, first
from PIL import Image

from engine.figures import write_figure
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.export_figures import figure_of, figure_size
from engine.project.exports import provenance_of
from engine.project.keys import NodeKey
from engine.project.session_file import read_session

_HERE = Path(__file__).parent
_FOLDER = "figures"
_PAGE = _HERE / "gordon2025.md"


def _panels(number: str, subject: str, words: str) -> PaperFigure:
    return PaperFigure(
        number,
        f"The factors of {words}, corrected for time and subarray.",
        lambda _shop: NodeKey("dependencies", subject),
        "Imaging > Factors",
    )


FIGURES: tuple[PaperFigure, ...] = (
    PaperFigure(
        "1 and 3",
        "A star with its aperture and annulus.",
        first("photometry"),
        "Imaging > Photometry",
    ),
    PaperFigure(
        "2",
        "Encircled energy: observed inside, a model of the optics outside.",
        first("energy"),
        "Imaging > Encircled energy",
    ),
    PaperFigure(
        "4",
        "The loss of response of the imaging filters with time, and what is left.",
        first("time_loss"),
        "Imaging > Time loss",
    ),
    PaperFigure(
        "5",
        "The flux in each subarray relative to SUB256, with the adopted values.",
        first("subarrays"),
        "Imaging > Subarrays",
    ),
    _panels("6 and 8", "F1280W", "F1280W against eight parameters"),
    PaperFigure(
        "7",
        "Factors of each type of star over those of all, with their means and bars of 5 σ.",
        first("source_types"),
        "Imaging > Source types",
    ),
    PaperFigure(
        "9",
        "Delivered factors and those of today: day zero filled, after all expected change open.",
        first("history"),
        "Imaging > History",
    ),
    _panels("10", "model_flux_mjy", "all filters against the flux of the model"),
    _panels("11", "background_dn_s", "all filters against the measured background"),
    _panels("12", "day", "all filters against the date"),
    _panels("13", "source_type", "all filters against the type of star"),
    _panels("14", "peak_rate_dn_s", "all filters against the rate of the central pixel"),
    _panels("15", "well_depth_dn", "all filters against the well depth of the central pixel"),
    _panels("16", "integration_time_s", "all filters against the integration time"),
    _panels("17", "subarray", "all filters against the subarray"),
)


def page() -> str:
    """Return the page that shows all figures."""
    lines = [
        "# The figures of Gordon et al. (2025) on the demo",
        "",
        "Each figure below is drawn from the simulated observations of the imaging demo, whose",
        "truth is known, by the code that draws your own: *File > Export this figure*. Numbers",
        "are those of the paper. The debris disk of HD 180609, C26202 and four single observations",
        "deviate because that was put in; so does FND with flux.",
        "`python docs/guide/make_gordon_figures.py` makes them all.",
    ]
    for one in FIGURES:
        lines += [
            "",
            f"## Figure {one.number}",
            "",
            f"![{one.caption}]({_FOLDER}/{file_name(one)})",
            "",
            f"{one.caption} In the window: *{one.view}*.",
        ]
    return "\n".join(lines) + "\n"


def file_name(figure: PaperFigure) -> str:
    """Return the name of the picture of a figure."""
    return f"gordon2025-{figure.number.replace(' ', '-')}.png"


def main() -> int:
    """Make the figures that the command line asks for, and the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="N", help="numbers of figures: '6 and 8'")
    parser.add_argument("--out", type=Path, default=_HERE / _FOLDER)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = write_demo(Path(folder) / "demo", name="imaging", size="small")
        shop = Shop(read_session(path), Chain())
        for one in FIGURES:
            if options.only and one.number not in options.only:
                continue
            key = one.choose(shop)
            result = shop.result(key)
            picture_path = write_figure(
                options.out / file_name(one),
                figure_of(shop.session, shop.chain, key, result),
                size=figure_size(key),
                provenance=provenance_of(shop.session, shop.chain, key),
                exists="replace",
            )
            with Image.open(picture_path) as picture:
                picture.convert("RGB").quantize(64).save(picture_path, optimize=True)
            print(f"Figure {one.number}: {key}")
    _PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
