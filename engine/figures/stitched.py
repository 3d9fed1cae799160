"""The spectrum of a source stitched at its junctions, over the bands as they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.compare.junctions import SourceJunctions
from engine.compare.stitching import stitch
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.model.spectrum import Spectrum

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_stitched(
    figure: "Figure",
    junctions: SourceJunctions,
    spectra: Sequence[Spectrum],
    *,
    title: str = "",
) -> None:
    """Draw every band in its color, and the stitched spectrum over them.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    junctions : SourceJunctions
        With the scale of each band.
    spectra : sequence of Spectrum
        What was measured, one a band, in order of wavelength. NaN is not drawn.
    title : str
        For example the source and the stage.

    Raises
    ------
    DataError
        If units are mixed.
    """
    whole = stitch(spectra, junctions)
    axes = figure.subplots()
    for one in spectra:
        band = one.identity.band
        axes.plot(one.wave_um, one.flux, color=band_color(band), lw=0.8, label=band)
    axes.plot(whole.wave_um, whole.flux, color=color("text"), lw=0.7, label="stitched")
    axes.set_yscale("log")
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel(f"Level ({plain(whole.unit)})" if whole.unit else "Level")
    if title:
        axes.set_title(plain(title), loc="left")
    put_legend(figure, axes)
