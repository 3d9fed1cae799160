"""The observations of the demo: which star, when, how well, from published numbers."""

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Literal

from engine.errors import DataError
from engine.model.bands import Band, bands
from engine.model.stars import star_named
from engine.resources import read_toml
from engine.simulate.photospheres import Photosphere, PhotosphereClass

Size = Literal["small", "full"]

_MJD_OF_ORDINAL_0 = 678576
_GRATING_HOURS = {"SHORT": 1.0, "MEDIUM": 1.3, "LONG": 1.6}
#: Share of the scatter that is fringes, and most of it that can be. The rest is noise.
_FRINGE_SHARE = 0.7
_LARGEST_FRINGE_RMS = 0.0027
#: Signal-to-noise ratio of G stars in 1A without the CO lines that Table 1 counts as noise.
_SNR_BESIDE_CO = 350.0
_TWO_PERIODS_RMS = math.hypot(0.7, 0.3) / math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Exposure:
    """One visit of one star: all bands of some gratings.

    Attributes
    ----------
    star, header_name : str
        As the program shows it, and as a header spells it (ASCII).
    photosphere : Photosphere
        The star.
    program, observation : str
        Without leading zeros.
    date : str
        ``"2022-07-16"``.
    sky_deg : tuple of float
        Right ascension and declination. Unit: deg.
    snr : tuple of (str, float)
        Signal-to-noise ratio per wavelength element of each band, fringes and lines included.
    offset : float
        By what fraction the star's factor exceeds the mean of all stars.
    trend : float
        By how much more at 18 um than at 5 um.
    dithers : int
        Points of the dither pattern.
    gratings : tuple of str
        Observed settings.
    cal_version, crds_context : str
        As the header says.
    error_scale : float
        Stated error over true noise.
    event : {"none", "mirror tilt"}
        What happened.
    sizes : tuple of str
        The demos that hold it.
    source : {"star", "asteroid", "red disk"}
        What it is; `photosphere` then is the star that lights it.
    names : tuple of str
        Observed bands; empty: all of `gratings`.
    levels : tuple of (str, float)
        What it shows in a band over what a perfect one would, where that is given and not drawn.
    """

    star: str
    header_name: str
    photosphere: Photosphere
    program: str
    observation: str
    date: str
    sky_deg: tuple[float, float]
    snr: tuple[tuple[str, float], ...]
    offset: float
    trend: float
    dithers: int = 4
    gratings: tuple[str, ...] = tuple(_GRATING_HOURS)
    cal_version: str = "1.15.1"  # build 11.0, the one of Law+2025
    crds_context: str = "jwst_1276.pmap"
    error_scale: float = 1.0
    event: Literal["none", "mirror tilt"] = "none"
    sizes: tuple[Size, ...] = ("small", "full")
    source: Literal["star", "asteroid", "red disk"] = "star"
    names: tuple[str, ...] = ()
    levels: tuple[tuple[str, float], ...] = ()

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands that were observed, in order of wavelength."""
        return tuple(
            band
            for band in bands()
            if band.grating in self.gratings and (not self.names or band.name in self.names)
        )

    def mjd(self, band: Band) -> float:
        """Return the middle of the exposure of ``band``; the gratings follow each other."""
        day = date.fromisoformat(self.date).toordinal() - _MJD_OF_ORDINAL_0
        return day + _GRATING_HOURS[band.grating] / 24.0


@dataclass(frozen=True, slots=True)
class NoiseBudget:
    """What the scatter of one spectrum is made of, all relative.

    Attributes
    ----------
    snr : float
        Of the noise alone.
    fringe_amplitude : float
        Largest amplitude of each family of fringes.
    fringe_rms : float
        Their root mean square.
    """

    snr: float
    fringe_amplitude: float
    fringe_rms: float


def standard_stars() -> tuple[Exposure, ...]:
    """Return the observations of the ten stars of Law+2025, Table 1."""
    return _standard_stars()


def deeper_observations() -> tuple[Exposure, ...]:
    """Return the second observations of stars at another well depth (Law+2025, Sec. 8.2)."""
    by_star = {exposure.star: exposure for exposure in standard_stars()}
    return tuple(
        replace(
            by_star[row["name"]],
            program=row["program"],
            observation=row["observation"],
            date=row["date"],
            names=tuple(row["bands"]),
            snr=tuple(zip(row["bands"], map(float, row["snr"]), strict=True)),
            levels=tuple(
                (band, 1.0 + percent / 100.0)
                for band, percent in zip(row["bands"], row["level_percent"], strict=True)
            ),
            dithers=row["dithers"],
        )
        for row in read_toml("demo.toml")["deeper"]
    )


def visits() -> tuple[Exposure, ...]:
    """Return the repeated visits of the monitor star, in order of date."""
    rows = read_toml("demo.toml")["visits"]
    monitor = next(star for star in standard_stars() if star.star == rows["star"])
    return tuple(
        replace(
            monitor,
            program=row["program"],
            observation=row["observation"],
            date=row["date"],
            gratings=tuple(row["gratings"]),
            dithers=row.get("dithers", 4),
            cal_version=row.get("cal_version", monitor.cal_version),
            crds_context=row.get("crds_context", monitor.crds_context),
            error_scale=row.get("error_scale", 1.0),
            event="mirror tilt" if row.get("event", False) else "none",
            sizes=("small", "full") if row.get("size") == "small" else ("full",),
        )
        for row in rows["visit"]
    )


def visit_scatter() -> dict[str, float]:
    """Return the relative scatter of the level from visit to visit, by band."""
    percent = read_toml("demo.toml")["visits"]["scatter_percent"]
    return {band.name: value / 100.0 for band, value in zip(bands(), percent, strict=True)}


def event_loss() -> float:
    """Return the fraction that a tilt of the mirror loses at 5 um; it falls as 1/wavelength."""
    return float(read_toml("demo.toml")["visits"]["event_loss_percent"]) / 100.0


def noise_budget(exposure: Exposure, band: Band) -> NoiseBudget:
    """Return how the published scatter of a spectrum is shared out.

    Notes
    -----
    Half of the variance is residual fringes, as far as they stay below 0.5 %; band 1A of the G
    stars loses its CO lines first (Law+2025, Table 1, note c).
    """
    total = 1.0 / dict(exposure.snr)[band.name]
    if _has_carbon_monoxide(exposure.photosphere.star_class, band.name):
        total = min(total, 1.0 / _SNR_BESIDE_CO)
    fringe_rms = min(_FRINGE_SHARE * total, _LARGEST_FRINGE_RMS)
    families = 2 if band.channel >= 3 else 1
    return NoiseBudget(
        snr=1.0 / math.sqrt(total**2 - fringe_rms**2),
        fringe_amplitude=fringe_rms / (_TWO_PERIODS_RMS * math.sqrt(families)),
        fringe_rms=fringe_rms,
    )


def _has_carbon_monoxide(star_class: PhotosphereClass, band: str) -> bool:
    return star_class == "G" and band == "1A"


@cache
def _standard_stars() -> tuple[Exposure, ...]:
    table = read_toml("published/law2025_table1.toml")
    published = {row["star"]: row for row in table["observation"]}
    exposures = []
    for row in read_toml("demo.toml")["star"]:
        observed = published[row["name"]]
        snr = tuple(zip(table["bands"], map(float, observed["snr"]), strict=True))
        star_class = _photosphere_class(row["name"])
        exposures.append(
            Exposure(
                star=row["name"],
                header_name=row["header_name"],
                photosphere=Photosphere(
                    star_class=star_class,
                    temperature_k=float(row["temperature_k"]),
                    flux_10um_jy=float(row["flux_10um_jy"]),
                    wind_features="high ionization" if row["name"] == "10 Lac" else "none",
                    carbon_monoxide_rms=_carbon_monoxide_rms(star_class, dict(snr)["1A"]),
                ),
                program=observed["program"],
                observation=observed["observation"],
                date=row["date"],
                sky_deg=(float(row["sky_deg"][0]), float(row["sky_deg"][1])),
                snr=snr,
                offset=row["offset_percent"] / 100.0,
                trend=row["trend_percent"] / 100.0,
                dithers=row["dithers"],
            )
        )
    return tuple(exposures)


def _photosphere_class(name: str) -> PhotosphereClass:
    star = star_named(name)
    if star is None or star.star_class in {"asteroid", "disk"}:
        raise DataError(f"The demo lists {name!r}, which is no standard star.")
    return star.star_class  # type: ignore[return-value]


def _carbon_monoxide_rms(star_class: PhotosphereClass, snr_1a: float) -> float:
    """Return the scatter by CO lines that makes up for what noise and fringes leave in 1A."""
    if not _has_carbon_monoxide(star_class, "1A"):
        return 0.0
    return math.sqrt(max(snr_1a**-2 - _SNR_BESIDE_CO**-2, 0.0))
