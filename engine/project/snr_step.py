"""The step that tells the signal-to-noise ratio of a star in four ways."""

from dataclasses import replace

from engine.analyses import SIGNAL_TO_NOISE
from engine.arrays import frozen
from engine.compare.signal_to_noise import CalculatorCurve, StarSnr, measure_signal_to_noise
from engine.figures import Draw, draw_signal_to_noise
from engine.model.star_names import shown_star_name, star_key
from engine.model.tabulated import Curve
from engine.project.entries import Entry
from engine.project.keys import STAGES
from engine.project.session import Session
from engine.project.snr_tables import snr_bin_table, snr_table
from engine.project.step import Needs, Shown, Step, Work
from engine.project.visit_steps import visit_needs, visits_of


def _subjects(session: Session) -> tuple[str, ...]:
    """Return the stars with a spectrum of a known band, at both stages."""
    stars: dict[str, str] = {}
    for (star, band), segments in session.observations.items():
        if star and band:
            stars.setdefault(star, shown_star_name(segments[0].identity.target))
    return tuple(f"{stars[star]}@{stage}" for star in sorted(stars) for stage in STAGES)


def calculator_files(session: Session, star: str) -> tuple[tuple[Entry, int], ...]:
    """Return the curves over wavelength that may be the calculator's for ``star``.

    They are those of a band, and of this star if they name one; the last opened comes last.
    """
    return tuple(
        (entry, part)
        for entry in session.entries
        if entry.kind == "curve"
        for part, identity in enumerate(entry.parts)
        if identity.band and star_key(identity.target) in {"", star_key(star)}
    )


def _needs(session: Session, subject: str) -> Needs:
    needs = visit_needs(session, subject)
    curves = calculator_files(session, subject.rpartition("@")[0])
    return replace(needs, files=(*needs.files, *curves))


def _run(work: Work, subject: str) -> StarSnr:
    star, visits, messages = visits_of(work, subject)
    products = [work.product(*file) for file in calculator_files(work.session, star)]
    curves = [_curve(one) for one in products if "snr" in one.values]
    measured = measure_signal_to_noise(
        star, visits, work.params, curves=curves, progress=work.progress
    )
    told = () if curves else ("No curve of the exposure-time calculator is open for this star.",)
    return replace(measured, messages=(*messages, *measured.messages, *told))


def _curve(product: Curve) -> CalculatorCurve:
    nothing = frozen([float("nan")] * product.wave_um.size)
    return CalculatorCurve(
        product.identity.band,
        product.wave_um,
        product.values["snr"],
        product.values.get("flux_jy", nothing),
    )


def _draw(shown: Shown) -> Draw:
    title = f"{shown.title}, {shown.key.stage}"
    return lambda figure: draw_signal_to_noise(figure, shown.result, title=title)


SNR_STEP = Step(
    SIGNAL_TO_NOISE,
    _subjects,
    _needs,
    _run,
    tables=(("signal-to-noise", snr_table), ("signal-to-noise-bins", snr_bin_table)),
    draw=_draw,
)
