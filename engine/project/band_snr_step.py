"""The step that measures the signal-to-noise ratio of each source in each band."""

from dataclasses import replace

from engine.analyses import BAND_SNR
from engine.figures import Draw, draw_band_snr
from engine.mrs.band_snr import SourceSnr, measure_band_snr
from engine.project.band_snr_tables import band_snr_table, star_by_band_table
from engine.project.source_spectra import source_needs, source_spectra, sources_with_bands
from engine.project.step import Shown, Step, Work


def _run(work: Work, subject: str) -> SourceSnr:
    spectra, missing = source_spectra(work, subject)
    measured = measure_band_snr(subject, spectra, work.params)
    return replace(measured, messages=(*measured.messages, *missing))


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_band_snr(figure, shown.result, title=shown.title)


BAND_SNR_STEP = Step(
    BAND_SNR,
    sources_with_bands,
    source_needs,
    _run,
    tables=(("band-snr", band_snr_table), ("snr-star-by-band", star_by_band_table)),
    draw=_draw,
)
