"""Signal-to-noise ratio of a source in each band, from its own spectrum (Law+2025, Table 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.errors import DataError, EngineError
from engine.model.bands import bands
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_star_name, star_key
from engine.model.stars import star_named
from engine.resources import read_toml
from engine.spectra.noise import NoiseAboutSpline, measure_noise

_PUBLISHED = "published/law2025_table1.toml"
_FEWEST = 30  # samples: fewer do not tell noise from the star
_WITH_CARBON_MONOXIDE = "1A"  # of G stars: its lines count as noise (Table 1, note c)
_NOTABLE = 0.2  # correlation of neighbors that is worth a word
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class BandSnrParams:
    """What the user decides about the spline that noise is measured about.

    Attributes
    ----------
    n_breakpoints : int
        Interior breakpoints of the spline in each band.
    n_sigma : float
        Elements farther off the spline do not count. Unit: robust standard deviations.
    """

    n_breakpoints: int = 20
    n_sigma: float = 4.0


@dataclass(frozen=True, eq=False, slots=True)
class PublishedRow:
    """One row of Table 1.

    Attributes
    ----------
    star, program, observation : str
        As printed, without leading zeros.
    snr : mapping of str to float
        By band; NaN where the paper gives none.
    """

    star: str
    program: str
    observation: str
    snr: Mapping[str, float]


@dataclass(frozen=True, eq=False, slots=True)
class BandSnr:
    """One band of a source.

    Attributes
    ----------
    band, id : str
        Name of the band, and of the observation that was measured; ``""``: there is none.
    unit : str
        Of the flux.
    wave_um, flux : ndarray, shape (n,)
        The spectrum. NaN: no measurement.
    noise : NoiseAboutSpline or None
        What was measured; `None`: nothing, for the `reason`.
    published : float
        Signal-to-noise ratio of Table 1. NaN: none.
    reason : str
        Why there is no number; ``""``: there is.
    """

    band: str
    id: str = ""
    unit: str = ""
    wave_um: FloatArray = field(default_factory=lambda: frozen([]))
    flux: FloatArray = field(default_factory=lambda: frozen([]))
    noise: NoiseAboutSpline | None = None
    published: float = _NAN
    reason: str = ""

    @property
    def snr(self) -> float:
        """Signal-to-noise ratio per wavelength element; NaN: none."""
        return _NAN if self.noise is None else self.noise.signal_to_noise

    @property
    def snr_error(self) -> float:
        """Its standard error."""
        return _NAN if self.noise is None else self.noise.signal_to_noise_error

    @property
    def correlation(self) -> float:
        """Correlation of neighboring elements; NaN: not known."""
        return _NAN if self.noise is None else self.noise.correlation


@dataclass(frozen=True, eq=False, slots=True)
class SourceSnr:
    """One source in all bands.

    Attributes
    ----------
    source, star : str
        Source key, and the usual name of the target.
    bands : tuple of BandSnr
        The twelve bands in order of wavelength.
    published_as : str
        ``"1538-1"``: the observation in Table 1 that `published` is from; ``""``: the star is not
        in it.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    source: str
    star: str
    bands: tuple[BandSnr, ...]
    published_as: str = ""
    messages: tuple[str, ...] = ()

    def band(self, name: str) -> BandSnr | None:
        """Return the band called ``name``, or `None`."""
        return next((one for one in self.bands if one.band == name), None)


def measure_band_snr(
    source: str,
    spectra: Sequence[tuple[str, Spectrum]],
    params: BandSnrParams = BandSnrParams(),
) -> SourceSnr:
    """Measure the signal-to-noise ratio of a source in each band from the scatter about a spline.

    Parameters
    ----------
    source : str
        Source key.
    spectra : sequence of (str, Spectrum)
        Ids and spectra, one a band, in any order; calibrated or not, which does not matter to a
        relative scatter. Flagged samples count as no measurement.
    params : BandSnrParams, optional
        The spline.

    Returns
    -------
    SourceSnr
        Twelve bands; one without a spectrum, or with too few samples, says so.

    Raises
    ------
    DataError
        If there is no spectrum, two are of the same band, or a parameter is out of range.

    Notes
    -----
    Law+2025, Table 1 and fn. 19: the rms of spectrum / spline, here with N - k degrees of freedom
    (see `engine.spectra.noise.measure_noise`). A band is measured from its first to its last
    sample inside the range in which its calibration is trusted, where there is one.
    """
    _require_usable(spectra, params)
    identity = spectra[0][1].identity
    row, is_same = published_row(identity)
    by_band = {one.identity.band: (name, one) for name, one in spectra}
    published: Mapping[str, float] = {} if row is None else row.snr
    found = tuple(
        _measured(band.name, by_band.get(band.name), published.get(band.name, _NAN), params)
        for band in bands()
    )
    where = "" if row is None else f"{row.program}-{row.observation}"
    return SourceSnr(
        source=source,
        star=shown_star_name(identity.target),
        bands=found,
        published_as=where,
        messages=tuple(_remarks(identity, found, "" if is_same else where)),
    )


def published_row(identity: Identity) -> tuple[PublishedRow | None, bool]:
    """Return the row of Table 1 of the star, and whether it is of the same observation."""
    for row in published_rows():
        if star_key(row.star) == star_key(identity.target):
            same = (row.program, row.observation) == (identity.program, identity.observation)
            return row, same
    return None, False


@cache
def published_rows() -> tuple[PublishedRow, ...]:
    """Return the rows of Law+2025, Table 1."""
    table: dict[str, Any] = read_toml(_PUBLISHED)
    return tuple(
        PublishedRow(
            one["star"],
            one["program"],
            one["observation"],
            MappingProxyType(dict(zip(table["bands"], map(float, one["snr"]), strict=True))),
        )
        for one in table["observation"]
    )


def _require_usable(spectra: Sequence[tuple[str, Spectrum]], params: BandSnrParams) -> None:
    if not spectra:
        raise DataError("There is no spectrum whose noise could be measured.")
    names = [one.identity.band for _, one in spectra]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"Band {twice or 'without a name'} comes twice.", hint="Give one a band.")
    if params.n_breakpoints < 0:
        raise DataError(
            f"A spline cannot have {params.n_breakpoints} breakpoints.", hint="Take 0 or more."
        )
    if not params.n_sigma >= 1.0:
        raise DataError(
            f"Leaving out what is {params.n_sigma:g} σ off leaves no noise.",
            hint="Take a limit of 1 or more; 4 is usual.",
        )


def _measured(
    band: str,
    given: tuple[str, Spectrum] | None,
    published: float,
    params: BandSnrParams,
) -> BandSnr:
    if given is None:
        return BandSnr(band, published=published, reason=f"{band} was not observed.")
    name, spectrum = given
    flux = np.where(spectrum.is_good & _is_trusted(band, spectrum.wave_um), spectrum.flux, np.nan)
    count = int(np.count_nonzero(np.isfinite(flux)))
    noise, reason = None, f"{band}: {count} good samples, {_FEWEST} are needed."
    if count >= _FEWEST:
        try:
            noise = measure_noise(
                spectrum.wave_um, flux, n_breakpoints=params.n_breakpoints, n_sigma=params.n_sigma
            )
            reason = "" if np.isfinite(noise.signal_to_noise) else f"{band}: no scatter is left."
        except EngineError as error:
            reason = f"{band}: {error.what}"
    return BandSnr(
        band=band,
        id=name,
        unit=spectrum.unit,
        wave_um=spectrum.wave_um,
        flux=frozen(flux),
        noise=noise,
        published=published,
        reason=reason,
    )


def _is_trusted(band: str, wave_um: FloatArray) -> Any:
    """Return where the calibration of a band is trusted; everywhere, if that is nowhere."""
    limits = next(one for one in bands() if one.name == band)
    inside = (wave_um >= limits.quality_min_um) & (wave_um <= limits.quality_max_um)
    return inside if inside.any() else np.ones(wave_um.shape, dtype=bool)


def _remarks(identity: Identity, found: Sequence[BandSnr], other_observation: str) -> list[str]:
    said = []
    if other_observation:
        said.append(
            f"Table 1 of Law+2025 gives another observation of this star, {other_observation}."
        )
    star = star_named(identity.target)
    is_g = star is not None and star.star_class == "G"
    if is_g and any(one.band == _WITH_CARBON_MONOXIDE and one.noise for one in found):
        said.append("Lines of CO in 1A count as noise (Law+2025, Table 1, note c).")
    shared = [one for one in found if one.noise is not None and one.correlation > _NOTABLE]
    if shared:
        listed = ", ".join(f"{one.band} {one.correlation:.2f}" for one in shared)
        said.append(
            f"Neighboring elements share their scatter ({listed}), by drizzling or by fringes: a "
            "mean over many is worse than S/N × √n."
        )
    said += [one.reason for one in found if one.reason and one.id]
    return said
