"""Figures of a report: which ones are drawn, and how they become part of a page."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.analyses import DEPENDENCIES, JUNCTIONS, RESPONSE
from engine.counting import counted
from engine.errors import EngineError
from engine.figures import render_figure
from engine.model.provenance import Provenance
from engine.progress import Progress
from engine.project.chain import Chain
from engine.project.export_figures import figure_size
from engine.project.export_limits import bands_of_source, limits_in_words
from engine.project.export_tables import place_of
from engine.project.export_together import drawn_together, figure_draw
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.star_images import image_title, star_images

_SHOWN_ALONE = {JUNCTIONS.name, RESPONSE.name, DEPENDENCIES.name}
_MOST_ALONE = 12  # figures of observations of a step above, those that were edited first
_MOST_TOGETHER = 6  # figures of any other step: of a step with more, none speaks for all
_DOTS_PER_INCH = 150.0
_WIDE_MM = 100.0
_PLACES = re.compile(r' (?:d|x|y|transform|points|width|height)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_NO_PROVENANCE = Provenance("", ())  # the page says it once for all


def figures_of_step(
    session: Session, chain: Chain, keys: Sequence[NodeKey], progress: Progress
) -> Iterable[str]:
    """Yield the figures of the results ``keys`` of one step, and what is not shown."""
    shown = shown_keys(session, keys)
    for key in shown:
        yield _figure(session, chain, (key,), progress)
    left = len(keys) - len(shown)
    if left > 0:
        more = counted(left, "more figure is", "more figures are") if shown else _all(left)
        yield f"<p class='dim'>{more} written by File &gt; Export, Figures.</p>\n"


def figures_of_results(
    session: Session, chain: Chain, keys: Sequence[NodeKey], progress: Progress
) -> Iterable[str]:
    """Yield the figures of ``keys``, which were asked for as such: some share one."""
    together = drawn_together(session, frozenset(keys))
    for group in together:
        yield _figure(session, chain, group, progress)
    shared = {key for group in together for key in group}
    alone = [key for key in keys if key not in shared]
    placed = sorted(alone, key=lambda one: place_of(session, one))
    for key in placed[:_MOST_ALONE]:
        yield _figure(session, chain, (key,), progress)
    left = len(placed) - _MOST_ALONE
    if left > 0:
        more = counted(left, "more figure is", "more figures are")
        yield f"<p class='dim'>{more} written by File &gt; Export, Figures.</p>\n"


def shown_keys(session: Session, keys: Sequence[NodeKey]) -> tuple[NodeKey, ...]:
    """Return the results of a step whose figures are shown, by source and band."""
    if not keys or (keys[0].step not in _SHOWN_ALONE and len(keys) > _MOST_TOGETHER):
        return ()
    placed = sorted(keys, key=lambda one: place_of(session, one))
    wanted = set(sorted(placed, key=lambda one: session.own_params(one) is None)[:_MOST_ALONE])
    return tuple(key for key in placed if key in wanted)


def title_of(session: Session, key: NodeKey) -> str:
    """Return what a result is about: ``"16 Cyg B 1538-1 4A"``; ``""`` for all there is."""
    image = next((one for one in star_images(session) if one.id == key.subject), None)
    if image is not None:
        return image_title(image)
    subject = "" if key.settings.subject == "all" else limits_in_words(session, [str(key)])
    return ", ".join(part for part in (subject.replace("@", ", "), key.stage) if part)


def _all(count: int) -> str:
    return counted(count, "figure of this step is", "figures of this step are")


def _figure(session: Session, chain: Chain, keys: Sequence[NodeKey], progress: Progress) -> str:
    title = _title(session, keys)
    try:
        draw = figure_draw(session, chain, keys, progress)
    except EngineError as error:
        said = f"{title or keys[0].step}: {error.sentence}"
        return f"<p class='dim'>{html.escape(said)}</p>\n"
    size = figure_size(keys[0])
    drawing = render_figure(
        draw,
        "svg",
        size=replace(size, dots_per_inch=_DOTS_PER_INCH),
        provenance=_NO_PROVENANCE,
        dense="pixels",
    ).decode("utf-8")
    kind = "full" if size.width_mm > _WIDE_MM else "half"
    is_drawn = title == keys[0].subject  # above the figure
    said = f"<figcaption>{html.escape(title)}</figcaption>" if title and not is_drawn else ""
    return f"<figure class={kind}>{_for_page(drawing)}{said}</figure>\n"


def _title(session: Session, keys: Sequence[NodeKey]) -> str:
    if len(keys) == 1:
        return title_of(session, keys[0])
    segment = session.segment(keys[0].subject)
    source = keys[0].subject if segment is None else segment.identity.source_key
    return bands_of_source(source, len(keys))


def _for_page(drawing: str) -> str:
    """Return an SVG without what only a file needs, in hundredths of a point."""
    start, end = drawing.index("<metadata>"), drawing.index("</metadata>")
    kept = drawing[drawing.index("<svg") : start] + drawing[end + len("</metadata>") :]
    return _PLACES.sub(lambda place: _LONG_NUMBER.sub(_short, place[0]), kept).strip()


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}"
