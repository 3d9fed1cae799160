"""A bright nebula on a small detector: exposures whose pixel flat is known.

The detector is a strip of the real one: a few slices side by side, dispersion along the columns.
The pixel flat is the solid angle of each pixel (slices differ, and within a slice it grows along
alpha) times its responsivity (single pixels, odd and even rows and columns, fringes that the
fringe flat left, dark edge columns), times the feature of 11.6 um in band 2C.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import erf

from engine.arrays import FloatArray, IntArray, freeze

_FINE = np.array([-1.0, 0.0, 1.0]) / 3.0  # where the light of a pixel is sampled
_RESOLUTION = 3100.0
_SIGMA_PER_FWHM = 1.0 / 2.354820045
_GAP = 2  # columns between slices
#: Lines: name, wavelength, peak over the continuum in its middle.
_LINES = (
    ("[Ne VI]", 7.6524, 40.0),
    ("H I 8-6", 7.5025, 3.0),
    ("[Ar V]", 7.9016, 9.0),
    ("H I 9-7", 11.3087, 4.0),
    ("[Cl IV]", 11.7629, 5.0),
)
#: Germanium oxide in front of band 2C (Law+2025, Fig. 3): center, sigma, depth of three dips.
_FEATURE = ((11.5775, 0.0065, 0.022), (11.5985, 0.0060, 0.034), (11.6220, 0.0070, 0.026))
FEATURE_UM = (11.55, 11.65)


@dataclass(frozen=True, slots=True)
class StripDetector:
    """A strip of a detector.

    Attributes
    ----------
    band : str
        ``"2A"``.
    first_um, step_um : float
        Wavelength of the first row, and from row to row. Unit: um.
    n_rows, n_slices, slice_columns : int
        Size.
    pixel_arcsec, slice_arcsec : float
        Nominal pixel along a slice, and width of a slice. Unit: arcsec.
    """

    band: str
    first_um: float
    step_um: float
    n_rows: int = 160
    n_slices: int = 7
    slice_columns: int = 14
    pixel_arcsec: float = 0.196
    slice_arcsec: float = 0.28

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.n_rows, self.n_slices * (self.slice_columns + _GAP) + _GAP


#: The strips of the demo: around [Ne VI] and [Ar V], and around the feature of 11.6 um.
DEMO_STRIPS = (
    StripDetector("2A", 7.60, 0.0021),
    StripDetector("2C", 11.45, 0.0016),
)


@dataclass(frozen=True, eq=False, slots=True)
class Maps:
    """Where each pixel of one exposure looks; NaN and slice 0: no light.

    Attributes
    ----------
    alpha_arcsec, beta_arcsec, wave_um : ndarray, shape (ny, nx)
        Place, the pointing included, and wavelength.
    slices : ndarray, shape (ny, nx)
        ``201`` is slice 1 of channel 2; 0: none.
    area : ndarray, shape (ny, nx)
        Solid angle over the nominal one.
    """

    alpha_arcsec: FloatArray
    beta_arcsec: FloatArray
    wave_um: FloatArray
    slices: IntArray
    area: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class NebulaExposure:
    """One simulated exposure.

    Attributes
    ----------
    maps : Maps
        Where each pixel looks.
    rate, error : ndarray, shape (ny, nx)
        NaN: no light. Unit: DN/s.
    """

    maps: Maps
    rate: FloatArray
    error: FloatArray


def mosaic(detector: StripDetector, *, overlap: float = 0.45) -> tuple[tuple[float, float], ...]:
    """Return 18 pointings: a mosaic of 3 x 3 tiles, each with two dithers (Law+2025, Sec. 2).

    Parameters
    ----------
    detector : StripDetector
        Its field is that of a tile.
    overlap : float, optional
        Fraction of a field that neighbors share.

    Returns
    -------
    tuple of (float, float)
        Along alpha and beta. Unit: arcsec.
    """
    along = (1.0 - overlap) * detector.slice_columns * detector.pixel_arcsec
    across = (1.0 - overlap) * detector.n_slices * detector.slice_arcsec
    half = (0.37 * detector.pixel_arcsec * 9.0, 0.5 * detector.slice_arcsec * 5.0)
    return tuple(
        (i * along + dither * half[0], j * across + dither * half[1])
        for j in (-1, 0, 1)
        for i in (-1, 0, 1)
        for dither in (-0.5, 0.5)
    )


def strip_maps(detector: StripDetector, pointing: tuple[float, float]) -> Maps:
    """Return where each pixel looks."""
    rows, columns = np.mgrid[: detector.n_rows, : detector.shape[1]].astype(np.float64)
    height = (rows - 0.5 * (detector.n_rows - 1)) / detector.n_rows
    nan = np.full(detector.shape, np.nan)
    alpha, beta, wave, area = nan.copy(), nan.copy(), nan.copy(), nan.copy()
    slices = np.zeros(detector.shape, dtype=np.int64)
    middle_slice = 0.5 * (detector.n_slices - 1)
    for number in range(detector.n_slices):
        off = (number - middle_slice) / max(middle_slice, 1.0)
        left = _GAP + number * (detector.slice_columns + _GAP)
        center = left + 0.5 * (detector.slice_columns - 1) + 1.2 * height  # slices lean
        u = columns - center
        # Trapezoids of half a pixel at the ends are cut off: whole pixels only.
        inside = np.abs(u) <= 0.5 * detector.slice_columns
        x = u / (0.5 * detector.slice_columns)
        pitch = detector.pixel_arcsec * (1.0 + 0.025 * off)
        # alpha = pitch (u + bend u^2 / 2): the derivative is the width of a pixel
        bend = 0.075 / (0.5 * detector.slice_columns)
        slices[inside] = 100 * int(detector.band[0]) + number + 1
        alpha[inside] = (pitch * (u + 0.5 * bend * u**2) + pointing[0])[inside]
        width = pitch * (1.0 + bend * u) / detector.pixel_arcsec
        area[inside] = width[inside]
        beta[inside] = detector.slice_arcsec * (number - middle_slice) + pointing[1]
        bent = rows + 1.7 * off - 1.1 * x**2  # a smile, and slices that begin elsewhere
        wave[inside] = (detector.first_um + detector.step_um * bent)[inside]
    return Maps(freeze(alpha), freeze(beta), freeze(wave), freeze(slices), freeze(area))


def true_flat(detector: StripDetector, rng: np.random.Generator) -> FloatArray:
    """Return the pixel flat of a detector, without the feature; NaN: no light.

    Parameters
    ----------
    detector : StripDetector
        The strip.
    rng : numpy.random.Generator
        Draws the responsivities.
    """
    maps = strip_maps(detector, (0.0, 0.0))
    rows, columns = np.mgrid[: detector.n_rows, : detector.shape[1]]
    single = 1.0 + 0.018 * rng.standard_normal(detector.shape)
    parity = 1.0 + 0.006 * np.where(rows % 2, 1.0, -1.0) + 0.004 * np.where(columns % 2, 1.0, -1.0)
    fringes = 1.0 + 0.006 * np.sin(2.0 * np.pi * (rows / 23.0 + columns / 9.0))
    flat = maps.area * single * parity * fringes
    for number in np.unique(maps.slices[maps.slices > 0]):
        own = maps.slices == number
        first = own & ~np.roll(own, 1, axis=1)  # the outer column of a slice is half in the dark
        flat[first] *= rng.uniform(0.28, 0.42)
    return freeze(flat)


def feature(wave_um: FloatArray) -> FloatArray:
    """Return the transmission of germanium oxide about 11.6 um; 1 elsewhere."""
    lost = np.zeros(np.shape(wave_um))
    for center, sigma, depth in _FEATURE:
        lost = lost + depth * np.exp(-0.5 * ((wave_um - center) / sigma) ** 2)
    edge = np.clip((0.05 - np.abs(wave_um - 11.60)) / 0.008, 0.0, 1.0)
    result: FloatArray = 1.0 - lost * edge**2 * (3.0 - 2.0 * edge)
    return result


def nebula_rate(maps: Maps, detector: StripDetector) -> FloatArray:
    """Return what each pixel gets of the nebula, per nominal solid angle; NaN: no light.

    Notes
    -----
    Means over nine places inside a pixel; lines integrated over its wavelengths.
    """
    alpha, beta, wave = maps.alpha_arcsec, maps.beta_arcsec, maps.wave_um
    continuum, ionized = np.zeros(alpha.shape), np.zeros(alpha.shape)
    for along in _FINE * detector.pixel_arcsec:
        for across in _FINE * detector.slice_arcsec:
            dust, gas = _surface(alpha + along, beta + across)
            continuum += dust / _FINE.size**2
            ionized += gas / _FINE.size**2
    rate = 380.0 * continuum * _dust_spectrum(wave)
    for _, center, peak in _LINES:
        rate = rate + 380.0 * peak * ionized * _line(wave, center, detector.step_um)
    return rate


def draw_exposure(
    detector: StripDetector,
    flat: FloatArray,
    pointing: tuple[float, float],
    rng: np.random.Generator,
    *,
    noise: float = 0.01,
    cosmics: float = 0.002,
) -> NebulaExposure:
    """Return one exposure through ``flat``.

    Parameters
    ----------
    detector : StripDetector
        The strip.
    flat : ndarray, shape (ny, nx)
        What the nebula is multiplied with, all features included.
    pointing : tuple of float
        Along alpha and beta. Unit: arcsec.
    rng : numpy.random.Generator
        Draws noise and cosmic rays.
    noise : float, optional
        Standard deviation over the rate.
    cosmics : float, optional
        Fraction of pixels that a cosmic ray brightens.
    """
    maps = strip_maps(detector, pointing)
    true = nebula_rate(maps, detector) * flat
    error = noise * true
    rate = true + error * rng.standard_normal(true.shape)
    hit = rng.random(true.shape) < cosmics
    rate = rate + np.where(hit, true * rng.uniform(0.3, 4.0, true.shape), 0.0)
    return NebulaExposure(maps, freeze(rate), freeze(error))


def line_ranges(detector: StripDetector) -> tuple[tuple[float, float], ...]:
    """Return where lines are more than a percent of the continuum in the middle. Unit: um."""
    first, last = detector.first_um, detector.first_um + detector.step_um * detector.n_rows
    ranges = []
    for _, center, peak in _LINES:
        sigma = center / _RESOLUTION * _SIGMA_PER_FWHM
        reach = sigma * np.sqrt(2.0 * np.log(peak / 0.01)) + detector.step_um
        if center + reach > first and center - reach < last:
            ranges.append((float(center - reach), float(center + reach)))
    return tuple(sorted(ranges))


def _surface(alpha: FloatArray, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the brightness of dust and of gas: a shell, and a bar inside."""
    radius = np.hypot(alpha / 1.25, beta)
    shell = np.exp(-0.5 * ((radius - 4.0) / 2.4) ** 2)
    halo = np.exp(-0.5 * (radius / 5.0) ** 2)
    bar = np.exp(-0.5 * ((alpha + 0.6 * beta - 0.8) / 2.6) ** 2)
    return 0.35 + 1.0 * shell + 0.4 * halo, 0.15 + 0.9 * shell + 0.5 * bar


def _dust_spectrum(wave_um: FloatArray) -> FloatArray:
    """Return warm dust with two broad features, 1 near 8 um."""
    smooth = (wave_um / 8.0) ** 1.6
    bumps = 0.25 * np.exp(-0.5 * ((wave_um - 7.72) / 0.22) ** 2)
    bumps = bumps + 0.30 * np.exp(-0.5 * ((wave_um - 11.30) / 0.14) ** 2)
    result: FloatArray = smooth * (1.0 + bumps)
    return result


def _line(wave_um: FloatArray, center_um: float, step_um: float) -> FloatArray:
    """Return a line with a peak of 1, averaged over the wavelengths of a pixel."""
    width = np.sqrt(2.0) * center_um / _RESOLUTION * _SIGMA_PER_FWHM
    low, high = wave_um - 0.5 * step_um, wave_um + 0.5 * step_um
    area = erf((high - center_um) / width) - erf((low - center_um) / width)
    result: FloatArray = 0.5 * np.sqrt(np.pi) * width * area / step_um
    return result
