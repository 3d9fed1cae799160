"""What models predict of stars in the filters of an imager, and the zero points of magnitudes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from engine.model.bandpass import Bandpass
from engine.model.spectrum import Spectrum
from engine.model.star_names import star_key
from engine.photometry.synthetic import Outside, band_flux, pivot_wavelength
from engine.resources import read_toml

_TABLE = "published/gordon2025_table6.toml"
_LIGHT_ANGSTROM_S = 2.99792458e18
_JY_CGS = 1e-23
_ANGSTROM_PER_UM = 1e4
SIRIUS = "Sirius"
_LEAST_COVERED = 0.98


@dataclass(frozen=True, slots=True)
class FluxParams:
    """What the user decides about model fluxes.

    Attributes
    ----------
    model_error_percent : float
        Of every star's model, the same in all filters.
    sirius_mag : float
        Magnitude of Sirius where Vega defines zero: the zero points are those of Sirius.
    outside : {"Rayleigh-Jeans", "leave out"}
        What stands for the part of a bandpass that a model does not cover.
    """

    model_error_percent: float = 2.0
    sirius_mag: float = -1.395
    outside: Outside = "Rayleigh-Jeans"


@dataclass(frozen=True, slots=True)
class ModelFlux:
    """The flux density of a star's model in a filter.

    Attributes
    ----------
    star, filter : str
        Usual name; name of the filter.
    flux_jy, error_jy : float
        Per unit frequency, at the pivot wavelength. Unit: Jy.
    flam : float
        Per unit wavelength. Unit: erg / (s cm2 Angstrom).
    mag : float
        In the Sirius-Vega system. NaN: no model of Sirius is open.
    coverage : float
        Part of the bandpass that the model covers.
    """

    star: str
    filter: str
    flux_jy: float
    error_jy: float
    flam: float
    mag: float
    coverage: float


@dataclass(frozen=True, slots=True)
class ZeroPoint:
    """The flux density of magnitude zero in a filter.

    Attributes
    ----------
    filter : str
        Its name.
    pivot_um : float
        Pivot wavelength. Unit: um.
    flam, fnu_jy : float
        From the open model of Sirius. NaN: none is open. Units: erg / (s cm2 Angstrom), Jy.
    published_flam, published_fnu_jy : float
        Gordon+2025, Table 6. NaN: the filter is not in it.
    """

    filter: str
    pivot_um: float
    flam: float
    fnu_jy: float
    published_flam: float
    published_fnu_jy: float


@dataclass(frozen=True, eq=False, slots=True)
class ModelFluxes:
    """Model fluxes of stars in filters, and zero points.

    Attributes
    ----------
    fluxes : tuple of ModelFlux
        Stars in the order of their models, filters in the order of wavelength.
    zero_points : tuple of ZeroPoint
        One a filter that has a bandpass.
    bandpasses : tuple of Bandpass
        In the same order.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    fluxes: tuple[ModelFlux, ...]
    zero_points: tuple[ZeroPoint, ...]
    bandpasses: tuple[Bandpass, ...]
    messages: tuple[str, ...] = ()

    def of(self, star: str, name: str) -> ModelFlux | None:
        """Return the flux of ``star`` in the filter ``name``, or `None`."""
        wanted = star_key(star)
        return next(
            (one for one in self.fluxes if one.filter == name and star_key(one.star) == wanted),
            None,
        )


@cache
def published_zero_points() -> Mapping[str, tuple[float, float]]:
    """Return F_lambda and F_nu of magnitude zero by filter (Gordon+2025, Table 6)."""
    rows = read_toml(_TABLE)
    return MappingProxyType(
        {name: (row["flam"], row["fnu_jy"]) for name, row in rows.items() if isinstance(row, dict)}
    )


def predict_fluxes(
    models: Sequence[tuple[str, Spectrum]],
    bandpasses: Mapping[str, Bandpass],
    params: FluxParams = FluxParams(),
    *,
    wanted: Sequence[str] = (),
) -> ModelFluxes:
    """Predict the flux density of stars in filters, and the zero points of magnitudes.

    Parameters
    ----------
    models : sequence of (str, Spectrum)
        Star and its model, in Jy; that of Sirius gives the zero points.
    bandpasses : mapping of str to Bandpass
        By name of the filter.
    params : FluxParams, optional
        Errors and zero point.
    wanted : sequence of str, optional
        Filters that were asked for: those without a bandpass are named in the messages.

    Returns
    -------
    ModelFluxes
        Stars whose model does not reach a filter have no flux there.

    Notes
    -----
    ``F_lambda = int lambda F_lambda R dlambda / int lambda R dlambda`` with R the signal per
    photon, and ``F_nu = F_lambda lambda_p^2 / c`` with the pivot wavelength (Gordon+2025, Sec.
    2.3): the same as the photon-weighted mean of F_nu. Zero points: ``F_0 = F(Sirius)
    10^(0.4 m_Sirius)``, the model of Sirius at the brightness of Vega (Sec. 2.4).
    """
    filters = sorted(bandpasses.values(), key=pivot_wavelength)
    sirius = next((model for star, model in models if star_key(star) == star_key(SIRIUS)), None)
    zero_points = tuple(_zero_point(one, sirius, params) for one in filters)
    fluxes: list[ModelFlux] = []
    for star, model in models:
        for bandpass, zero in zip(filters, zero_points, strict=True):
            found = _flux(star, model, bandpass, zero, params)
            if found is not None:
                fluxes.append(found)
    said = _messages(fluxes, bandpasses, wanted, sirius)
    return ModelFluxes(tuple(fluxes), zero_points, tuple(filters), said)


def flam_of(flux_jy: float, pivot_um: float) -> float:
    """Return F_lambda in erg / (s cm2 Angstrom) of F_nu in Jy at the pivot wavelength."""
    return flux_jy * _JY_CGS * _LIGHT_ANGSTROM_S / (pivot_um * _ANGSTROM_PER_UM) ** 2


def _flux(
    star: str, model: Spectrum, bandpass: Bandpass, zero: ZeroPoint, params: FluxParams
) -> ModelFlux | None:
    found = band_flux(bandpass, model.wave_um, model.flux, outside=params.outside)
    if not found.flux > 0:
        return None
    mag = -2.5 * float(np.log10(found.flux / zero.fnu_jy)) if zero.fnu_jy > 0 else float("nan")
    return ModelFlux(
        star=star,
        filter=bandpass.name,
        flux_jy=found.flux,
        error_jy=found.flux * params.model_error_percent / 100.0,
        flam=flam_of(found.flux, zero.pivot_um),
        mag=mag,
        coverage=found.coverage,
    )


def _zero_point(bandpass: Bandpass, sirius: Spectrum | None, params: FluxParams) -> ZeroPoint:
    pivot = pivot_wavelength(bandpass)
    nothing = (float("nan"), float("nan"))
    flam, fnu = published_zero_points().get(bandpass.name, nothing)
    own = float("nan")
    if sirius is not None:
        seen = band_flux(bandpass, sirius.wave_um, sirius.flux, outside=params.outside).flux
        own = seen * 10.0 ** (0.4 * params.sirius_mag)
    return ZeroPoint(bandpass.name, pivot, flam_of(own, pivot), own, flam, fnu)


def _messages(
    fluxes: Sequence[ModelFlux],
    bandpasses: Mapping[str, Bandpass],
    wanted: Sequence[str],
    sirius: Spectrum | None,
) -> tuple[str, ...]:
    said = []
    without = [name for name in dict.fromkeys(wanted) if name not in bandpasses]
    if without:
        said.append(
            f"No bandpass of {', '.join(without)} is known: open a table of wavelength and "
            "response with the name of the filter."
        )
    short = [one for one in fluxes if one.coverage < _LEAST_COVERED]
    if short:
        names = ", ".join(f"{one.star} in {one.filter}" for one in short[:3])
        more = f" and {len(short) - 3} more" if len(short) > 3 else ""
        said.append(f"A model does not cover its filter: {names}{more}.")
    if sirius is None:
        said.append("No model of Sirius is open: there are no zero points of our own.")
    return tuple(said)
