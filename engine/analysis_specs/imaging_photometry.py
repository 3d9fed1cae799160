"""How the photometry of images and what it needs present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.imaging.custom_background import BackgroundParams, CustomBackground
from engine.imaging.encircled_energy import EncircledEnergies, EnergyParams
from engine.imaging.model_fluxes import FluxParams, ModelFluxes
from engine.imaging.photometry import Photometry, PhotometryParams

_DITHERS = FieldSpec(
    "dithers",
    "Dithers",
    "choice",
    choices=("as they are", "subtract mean"),
    tooltip="Whether the mean of the dithers of the observation, their star masked, is subtracted "
    "first (Gordon+2025, Sec. 2).",
)

PHOTOMETRY = Analysis(
    name="photometry",
    title="Photometry",
    group="Imaging",
    summary="Stars in images: center, aperture, annulus, central pixel, flux to infinity.",
    source="Gordon+2025, Sec. 2.2, Figs. 1 and 3",
    params=PhotometryParams,
    result=Photometry,
    fields=(
        FieldSpec(
            "center",
            "Center",
            "center",
            unit="px",
            decimals=2,
            choices=("coordinates",),
            tooltip="Center of mass of the brightest source near the coordinates on the date, or a "
            "pixel (x, y) counted from 0. Drag the aperture in the image to set it.",
        ),
        FieldSpec(
            "apertures",
            "Radii",
            "choice",
            choices=("published", "measured"),
            tooltip="Radii of 70, 80 and 85 % of the light: of Gordon+2025, Table 4, or of the "
            "encircled energy of the open images. The correction follows by Eqs. 1 and 2.",
        ),
        FieldSpec(
            "radius_px",
            "Aperture",
            "number",
            unit="px",
            low=0.0,
            high=100.0,
            step=0.1,
            decimals=2,
            tooltip="Radius of the aperture; 0 takes that of 70 % of the light. Drag its circle.",
        ),
        FieldSpec(
            "annulus_px",
            "Annulus",
            "pair",
            unit="px",
            low=0.0,
            high=99.0,
            step=0.1,
            decimals=1,
            tooltip="Radii of the background annulus; 0 takes those of 80 and 85 % of the light.",
        ),
        FieldSpec(
            "search_px",
            "Search within",
            "number",
            unit="px",
            low=1.0,
            high=200.0,
            step=1.0,
            decimals=1,
            tooltip="How far from its coordinates the star may be.",
        ),
        FieldSpec(
            "background",
            "Background",
            "choice",
            choices=("mean", "clipped mean", "clipped median", "none"),
            tooltip="Level of the annulus. The correction is made for the mean; clipping takes the "
            "inner edge off a bright star. The catalog of the pipeline takes the clipped median.",
        ),
        _DITHERS,
    ),
    version=2,
)

ENERGY = Analysis(
    name="energy",
    title="Encircled energy",
    group="Imaging",
    summary="Encircled energy of a filter from its stars, a model outside; radii and correction.",
    source="Gordon+2025, Sec. 2.1, Eqs. 1 and 2, Fig. 2, Table 4",
    params=EnergyParams,
    result=EncircledEnergies,
    fields=(
        FieldSpec(
            "join_px",
            "Join radius",
            "number",
            unit="px",
            low=0.0,
            high=140.0,
            step=0.25,
            decimals=2,
            tooltip="Inside, the stars count; outside, the model does. 0 takes the model alone, as "
            "Gordon+2025 do for F2550W. Drag it in the plot.",
        ),
        FieldSpec(
            "outside",
            "Model outside",
            "choice",
            choices=("automatic", "file", "diffraction"),
            tooltip="An open table of encircled energy of the filter, or the diffraction of 6.5 m. "
            "Automatic: the table when one is open.",
        ),
        FieldSpec(
            "background",
            "Background",
            "choice",
            choices=("ring", "none"),
            tooltip="Level that is subtracted: of the ring outside the join, minus what the model "
            "has there; or none.",
        ),
        _DITHERS,
    ),
    version=2,
)

BACKGROUND = Analysis(
    name="background",
    title="Dither background",
    group="Imaging",
    summary="The mean of the dithers of an observation without its star, to be subtracted.",
    source="Gordon+2025, Sec. 2",
    params=BackgroundParams,
    result=CustomBackground,
    fields=(
        FieldSpec(
            "mask_fwhm",
            "Mask",
            "number",
            unit="FWHM",
            low=0.25,
            high=20.0,
            step=0.25,
            decimals=2,
            tooltip="Radius around the star that takes no part in the mean. What lies beyond is "
            "subtracted from the star, one part in as many as there are dithers.",
        ),
        FieldSpec(
            "fwhm_px",
            "FWHM",
            "number",
            unit="px",
            low=0.0,
            high=50.0,
            step=0.1,
            decimals=2,
            tooltip="Width of the star; 0 takes that of the diffraction of 6.5 m.",
        ),
    ),
)

FLUXES = Analysis(
    name="fluxes",
    title="Model fluxes",
    group="Imaging",
    summary="Flux of each star's model in each filter, and zero points of Sirius-Vega magnitudes.",
    source="Gordon+2025, Secs. 2.3 and 2.4, Table 6",
    params=FluxParams,
    result=ModelFluxes,
    fields=(
        FieldSpec(
            "model_error_percent",
            "Error of models",
            "number",
            unit="%",
            low=0.0,
            high=20.0,
            step=0.5,
            decimals=1,
            tooltip="Of one star's model, the same in all filters (Gordon+2025, Sec. 3.6: 2 %).",
        ),
        FieldSpec(
            "sirius_mag",
            "Sirius",
            "number",
            unit="mag",
            low=-3.0,
            high=1.0,
            step=0.001,
            decimals=3,
            tooltip="Magnitude of Sirius where Vega defines zero; it gives the zero points.",
        ),
        FieldSpec(
            "outside",
            "Outside the model",
            "choice",
            choices=("Rayleigh-Jeans", "leave out"),
            tooltip="What stands for the part of a bandpass that a model does not cover.",
        ),
    ),
)
