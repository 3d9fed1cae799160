"""Make the figures of Gordon et al. (2025) from the imaging demo: ``docs/guide/figures``.

``python docs/guide/make_gordon_figures.py`` draws each figure as the program exports it, and writes
`gordon2025.md`. ``--only 5 9`` makes some of them. No display is needed.
"""

from paper_figures import Paper, PaperFigure, first, make

from engine.project.keys import NodeKey


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


PAPER = Paper(
    "gordon2025",
    "Gordon et al. (2025)",
    "imaging",
    (
        "Each figure below is drawn from the simulated observations of the imaging demo, whose",
        "truth is known, by the code that draws your own: *File > Export this figure*. Numbers",
        "are those of the paper. The debris disk of HD 180609, C26202 and four single observations",
        "deviate because that was put in; so does FND with flux.",
        "`python docs/guide/make_gordon_figures.py` makes them all.",
    ),
    FIGURES,
)


if __name__ == "__main__":
    raise SystemExit(make(PAPER))
