"""Figures for publication, drawn from the results that the window shows.

`write_figure` writes what one of the functions ``draw_...`` draws. Matplotlib is imported when the
first figure is written, not before.
"""

from engine.figures.asteroid import draw_asteroid
from engine.figures.band_snr import draw_band_snr
from engine.figures.channel4 import draw_channel4
from engine.figures.count_rate_loss import draw_count_rate_loss
from engine.figures.extraction import draw_extraction
from engine.figures.field import draw_footprints, draw_fringe_flat
from engine.figures.growth_curve import draw_growth_curve
from engine.figures.jumps import draw_jumps, draw_junction_steps
from engine.figures.junctions import draw_junction, draw_junctions
from engine.figures.leak import draw_leak, draw_leak_curve
from engine.figures.lrs_slitless import draw_periodic_noise, draw_slitless_background
from engine.figures.lrs_spectra import draw_dropouts, draw_nods, draw_usable_range
from engine.figures.model_choice import draw_model_choice
from engine.figures.narrow_feature import draw_narrow_feature
from engine.figures.noise import draw_noise
from engine.figures.normalized_spectra import draw_normalized_spectra
from engine.figures.photom_reference import draw_photom_reference, draw_reference_versions
from engine.figures.pixel_flat import draw_pixel_flat
from engine.figures.rate_correction import draw_rate_correction
from engine.figures.repeatability import draw_repeatability
from engine.figures.residual_fringes import draw_residual_fringes
from engine.figures.signal_to_noise import draw_signal_to_noise
from engine.figures.sizes import COLUMN, PAGE, SLIDE, TALL, FigureSize
from engine.figures.spectra import draw_calibrated_spectra, draw_extracted_spectra
from engine.figures.star_combination import draw_star_combination
from engine.figures.star_response import draw_star_response
from engine.figures.stitched import draw_stitched
from engine.figures.trends import draw_trends
from engine.figures.writing import FORMATS, Draw, render_figure, write_figure

__all__ = [
    "COLUMN",
    "FORMATS",
    "PAGE",
    "SLIDE",
    "TALL",
    "Draw",
    "FigureSize",
    "draw_asteroid",
    "draw_band_snr",
    "draw_calibrated_spectra",
    "draw_channel4",
    "draw_count_rate_loss",
    "draw_dropouts",
    "draw_extracted_spectra",
    "draw_extraction",
    "draw_footprints",
    "draw_fringe_flat",
    "draw_growth_curve",
    "draw_jumps",
    "draw_junction",
    "draw_junction_steps",
    "draw_junctions",
    "draw_leak",
    "draw_leak_curve",
    "draw_model_choice",
    "draw_narrow_feature",
    "draw_nods",
    "draw_noise",
    "draw_normalized_spectra",
    "draw_periodic_noise",
    "draw_photom_reference",
    "draw_pixel_flat",
    "draw_rate_correction",
    "draw_reference_versions",
    "draw_repeatability",
    "draw_residual_fringes",
    "draw_signal_to_noise",
    "draw_slitless_background",
    "draw_star_combination",
    "draw_star_response",
    "draw_stitched",
    "draw_trends",
    "draw_usable_range",
    "render_figure",
    "write_figure",
]
