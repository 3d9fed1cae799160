"""Make the figures of Law et al. (2025) from the demo: ``docs/guide/figures`` and their page.

``python docs/guide/make_figures.py`` draws each figure as the program exports it, from the results
that the window shows, and writes `law2025.md` with the number that the figure has in the paper.
``--only 5 9`` makes some of them. No display is needed.
"""

from dataclasses import replace

from paper_figures import Paper, PaperFigure, Shop, drawn, first, make, of_star

from engine.figures import Draw, draw_calibrated_spectra, draw_normalized_spectra
from engine.mrs.response_params import Patch, StarResponseParams
from engine.project.keys import NodeKey
from engine.project.models import model_of
from engine.project.session import Session

FIGURES: tuple[PaperFigure, ...] = (
    PaperFigure(
        "1",
        "Fields of the four channels on the sky, over an image.",
        first("footprints"),
        "Detector > Footprints",
    ),
    PaperFigure(
        "2",
        "The pixel flat of 2A from exposures of a nebula: as found, patched, and the change of "
        "each pass.",
        first("flat", subject="2A"),
        "Detector > Pixel flat",
    ),
    PaperFigure(
        "3",
        "A narrow absorption at 11.6 µm in 2C, seen by all pixels.",
        first("feature"),
        "Detector > Narrow feature",
    ),
    PaperFigure(
        "4 and 5",
        "Count rate of the lamps in 4C over that of the first date: over time with the fit of "
        "Eq. 1, and over wavelength.",
        first("loss", subject="4C"),
        "Corrections > Loss",
    ),
    PaperFigure(
        "6",
        "The extraction of 10 Lac: aperture, annulus, spectrum.",
        of_star("extract", "10 Lac", "1B"),
        "MRS > Cube",
    ),
    PaperFigure(
        "7",
        "Growth curve of a bright star, and the aperture corrections that follow.",
        first("growth"),
        "Corrections > Aperture",
    ),
    PaperFigure(
        "8",
        "Model over observed for 10 Lac in 1B, and the calibration vector.",
        of_star("response", "10 Lac", "1B"),
        "MRS > Response",
    ),
    PaperFigure(
        "9",
        "The vectors of all stars over that of 10 Lac, their mean, and the polynomial.",
        first("combine"),
        "MRS > Combine",
    ),
    PaperFigure(
        "10",
        "Calibrated 10 Lac in twelve bands over its model.",
        of_star("calibrate", "10 Lac", "1A"),
        "MRS > Spectra",
    ),
    PaperFigure(
        "11",
        "10 Lac and its model over their own continua, with lines of H I and He II.",
        first("normalize", subject="10 Lac"),
        "Inspect > Normalized",
    ),
    PaperFigure(
        "12",
        "The vector of 10 Lac in 3B, patched from 14.27 to 14.37 µm with that of μ Col.",
        of_star("response", "10 Lac", "3B"),
        "MRS > Response",
    ),
    PaperFigure(
        "13",
        "The leak at 12.2 µm in a blue star: before and after.",
        of_star("leak", "HD 2811", "3A"),
        "Corrections > Leak",
    ),
    PaperFigure(
        "14",
        "The response of 4C from the asteroid, fitted in λ / C.",
        of_star("response", "515 Athalia", "4C"),
        "MRS > Response",
    ),
    PaperFigure(
        "15, top",
        "The vectors of channel 4, chained through the overlaps of the red disk.",
        first("channel4"),
        "MRS > Channel 4",
    ),
    PaperFigure(
        "15, bottom",
        "The aligned asteroid and its blackbody.",
        first("asteroid"),
        "MRS > Asteroid",
    ),
    PaperFigure(
        "16",
        "Repeatability of HD 163466 in twelve bands, with the visit after the mirror event.",
        first("repeatability", subject="@extracted"),
        "Inspect > Repeatability",
    ),
    PaperFigure(
        "17",
        "Noise of the single visits of HD 163466 in twelve bands.",
        first("noise", subject="@extracted"),
        "Inspect > Noise",
    ),
    PaperFigure(
        "18",
        "Signal-to-noise of HD 163466 in four ways, and their ratios.",
        first("signal_to_noise", subject="HD 163466@extracted"),
        "Inspect > S/N four ways",
    ),
    PaperFigure(
        "19 and 20",
        "Factors of the ten stars by class with the mean of each, and over date, flux and well "
        "depth.",
        first("trends"),
        "Inspect > Trends",
    ),
    PaperFigure(
        "21 and 22",
        "Spectra over photometry, filter by filter.",
        first("filters", subject="@calibrated"),
        "Compare > Filters",
    ),
    PaperFigure(
        "23",
        "Spectra over those of a coarser spectrograph.",
        first("spectrograph", subject="@calibrated"),
        "Compare > Spectrographs",
    ),
    PaperFigure(
        "24",
        "Brightness temperatures, and their difference to a reference.",
        first("temperature"),
        "Compare > Temperature",
    ),
    PaperFigure(
        "25 to 28",
        "All stars over their own continua, with their models, in four ranges of wavelength.",
        first("normalize", subject="10 Lac"),
        "Inspect > Normalized",
    ),
)


def _draw(shop: Shop, figure: PaperFigure, key: NodeKey) -> Draw:
    """Return what draws a figure; some show results of several observations at once."""
    if figure.number == "10":
        bands = [shop.result(one) for one in shop.of_star("calibrate", "10 Lac")]
        return lambda canvas: draw_calibrated_spectra(canvas, bands, title="10 Lac")
    if figure.number == "25 to 28":
        stars = [shop.result(one) for one in shop.keys("normalize") if _has_twelve(shop, one)]
        return lambda canvas: draw_normalized_spectra(canvas, stars, title="Standard stars")
    return drawn(shop, figure, key)


def _has_twelve(shop: Shop, key: NodeKey) -> bool:
    """Tell whether a source is a star with a model, seen in all bands in DN/s."""
    found = shop.session.sources.get(key.subject, ())
    has_model = bool(found) and model_of(shop.session, found[0]) is not None
    is_visit = bool(found) and "Jy" in found[0].entry.units
    return has_model and not is_visit and len({one.identity.band for one in found}) == 12


def _with_patch(session: Session) -> Session:
    """Return the demo with the patch of Figure 12."""
    [segment] = [
        one
        for one in session.segments
        if (one.identity.target, one.identity.band) == ("10 Lac", "3B") and one.is_cube
    ]
    key = NodeKey("response", segment.id)
    params = session.own_params(key) or StarResponseParams()
    patch = Patch(14.27, 14.37, donor="mu Col")
    return session.with_params(key, replace(params, patches=(patch,)))


PAPER = Paper(
    "law2025",
    "Law et al. (2025)",
    "mrs",
    (
        "Each figure below is drawn from the simulated observations of the demo, whose truth is",
        "known, by the code that draws your own: *File > Export this figure*. Numbers are those",
        "of the paper.",
        "`python docs/guide/make_figures.py` makes them all.",
    ),
    FIGURES,
    prepare=_with_patch,
    draw=_draw,
)


if __name__ == "__main__":
    raise SystemExit(make(PAPER))
