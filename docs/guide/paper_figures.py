"""The figures of a paper from a set of the demo, and the page that shows them."""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine.figures import Draw, write_figure
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.export_figures import figure_of, figure_size
from engine.project.exports import provenance_of
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.session_file import read_session

_HERE = Path(__file__).parent
_FOLDER = "figures"
_COLORS = 64  # a few say the same in a third of the room


@dataclass(frozen=True, slots=True)
class Shop:
    """A set of the demo, and what computes its results."""

    session: Session
    chain: Chain

    def result(self, key: NodeKey) -> Any:
        """Return a result, computing what is missing."""
        return self.chain.evaluate(self.session, key)

    def keys(self, step: str) -> tuple[NodeKey, ...]:
        """Return all results of a step."""
        return tuple(key for key in self.chain.keys(self.session) if key.step == step)

    def of_star(self, step: str, star: str, *bands: str) -> tuple[NodeKey, ...]:
        """Return the results of a step for a star, cubes only where there are any."""
        found = [
            (one.identity.band, NodeKey(step, one.id))
            for one in self.session.segments
            if one.identity.target == star
            and (not bands or one.identity.band in bands)
            and (one.is_cube or not self._has_cube(star))
        ]
        return tuple(key for _, key in sorted(found, key=lambda one: one[0]))

    def _has_cube(self, star: str) -> bool:
        return any(one.is_cube and one.identity.target == star for one in self.session.segments)


Choose = Callable[[Shop], NodeKey]


@dataclass(frozen=True, slots=True)
class PaperFigure:
    """A figure of a paper, and the result that is its counterpart.

    Attributes
    ----------
    number : str
        In the paper: ``"5"``.
    caption : str
        What is seen.
    choose : callable
        From the demo to the result.
    view : str
        Where the window shows it.
    """

    number: str
    caption: str
    choose: Choose
    view: str


def first(step: str, *, subject: str = "") -> Choose:
    """Return the choice of the first result of a step whose subject contains a text."""

    def choose(shop: Shop) -> NodeKey:
        found = [key for key in shop.keys(step) if subject in key.subject]
        if not found:
            raise LookupError(f"the demo has no result of {step} for {subject!r}")
        return found[0]

    return choose


def of_star(step: str, star: str, band: str) -> Choose:
    """Return the choice of the result of one star in one band."""
    return lambda shop: shop.of_star(step, star, band)[0]


def drawn(shop: Shop, _figure: PaperFigure, key: NodeKey) -> Draw:
    """Return what draws a figure as the program exports it."""
    return figure_of(shop.session, shop.chain, key, shop.result(key))


@dataclass(frozen=True)
class Paper:
    """A paper, and how its figures are made.

    Attributes
    ----------
    name : str
        Of the page, and how its pictures begin: ``"law2025"``.
    title : str
        ``"Law et al. (2025)"``.
    demo : str
        The set of the demo.
    intro : tuple of str
        Lines below the title of the page.
    figures : tuple of PaperFigure
        In the order of the page.
    prepare : callable
        What is decided in the session of the demo before anything is drawn.
    draw : callable
        From a figure and its result to what draws it.
    end : callable
        The rest of the page, from the results.
    further : tuple of PaperFigure
        Figures that the rest of the page shows.
    """

    name: str
    title: str
    demo: str
    intro: tuple[str, ...]
    figures: tuple[PaperFigure, ...]
    prepare: Callable[[Session], Session] = lambda session: session
    draw: Callable[[Shop, PaperFigure, NodeKey], Draw] = drawn
    end: Callable[["Paper", Shop], tuple[str, ...]] = lambda _paper, _shop: ()
    further: tuple[PaperFigure, ...] = ()

    def page(self, shop: Shop) -> str:
        """Return the page that shows all figures."""
        lines = [f"# The figures of {self.title} on the demo", "", *self.intro]
        for one in self.figures:
            lines += ["", f"## Figure {one.number}", "", *self.shown(one)]
        return "\n".join((*lines, *self.end(self, shop))) + "\n"

    def shown(self, figure: PaperFigure) -> tuple[str, ...]:
        """Return the lines that show a figure."""
        picture = f"![{figure.caption}]({_FOLDER}/{self.file_name(figure)})"
        return picture, "", f"{figure.caption} In the window: *{figure.view}*."

    def file_name(self, figure: PaperFigure) -> str:
        """Return the name of the picture of a figure."""
        return f"{self.name}-{figure.number.replace(', ', '-').replace(' ', '-')}.png"


def make(paper: Paper) -> int:
    """Make the figures of ``paper`` that the command line asks for, and its page."""
    parser = argparse.ArgumentParser(description=f"Make the figures of {paper.title}.")
    parser.add_argument("--only", nargs="+", metavar="N", help="numbers of figures: '4 and 5'")
    parser.add_argument("--out", type=Path, default=_HERE / _FOLDER)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = write_demo(Path(folder) / "demo", name=paper.demo, size="small")
        shop = Shop(paper.prepare(read_session(path)), Chain())
        for one in (*paper.figures, *paper.further):
            if not options.only or one.number in options.only:
                _write(paper, one, shop, options.out)
        (_HERE / f"{paper.name}.md").write_text(paper.page(shop), encoding="utf-8")
    return 0


def _write(paper: Paper, figure: PaperFigure, shop: Shop, folder: Path) -> None:
    key = figure.choose(shop)
    path = write_figure(
        folder / paper.file_name(figure),
        paper.draw(shop, figure, key),
        size=figure_size(key),
        provenance=provenance_of(shop.session, shop.chain, key),
        exists="replace",
    )
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLORS).save(path, optimize=True)
    print(f"Figure {figure.number}: {key}")
