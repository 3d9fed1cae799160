"""The vectors of channel 4 from an asteroid and a red source (Law+2025, Sec. 6, Figs. 14, 15)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine.arrays import BoolArray, FlagArray, FloatArray, freeze, frozen
from engine.errors import DataError, EngineError
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.vector import EXTRAPOLATED, UNDETERMINED, CalibrationVector
from engine.mrs.asteroid_model import AsteroidModel
from engine.mrs.calibrated_spectra import calibrate_spectrum
from engine.mrs.channel4_links import (
    ChainLink,
    LinkSide,
    OverlapLimits,
    limits_of,
    measure_link,
    relative,
    without_hits,
)
from engine.mrs.channel4_shape import (
    Extension,
    RedPiece,
    SmoothSource,
    VectorCorrection,
    extend_vector,
    fit_correction,
    fit_smooth_source,
    piece_of,
)
from engine.mrs.channel4_vectors import (
    CHANNEL_4,
    CHANNEL_4_BANDS,
    AnchorSpectrum,
    Channel4,
    Channel4Params,
    Channel4Vector,
    vector_of_channel4,
)
from engine.mrs.response_params import SampleState
from engine.mrs.star_response import StarResponse

__all__ = [
    "CHANNEL_4",
    "CHANNEL_4_BANDS",
    "AnchorSpectrum",
    "ChainLink",
    "Channel4",
    "Channel4Params",
    "Channel4Vector",
    "OverlapLimits",
    "chain_channel4",
    "vector_of_channel4",
]

_USUAL = Channel4Params()
TEMPERATURE, ASSUMED_RISE = "temperature of the asteroid", "assumed rise of the red source"
_CURVE, _LEVEL = "curve of the response", "level before the chain"


def chain_channel4(
    asteroid: AsteroidModel,
    responses: Mapping[str, StarResponse],
    red: Mapping[str, Spectrum],
    anchor: AnchorSpectrum,
    params: Channel4Params = _USUAL,
) -> Channel4:
    """Give the relative responses of channel 4 their levels.

    Parameters
    ----------
    asteroid : AsteroidModel
        What the responses were fitted with.
    responses : mapping of str to StarResponse
        Relative response of the asteroid, by band.
    red : mapping of str to Spectrum
        The red source, not calibrated, by band, in the unit of the asteroid.
    anchor : AnchorSpectrum
        The red source in 3C, calibrated.
    params : Channel4Params, optional
        What the user decided.

    Returns
    -------
    Channel4
        As many bands as the chain reaches; why it ends is told.

    Raises
    ------
    DataError
        If not even 4A can be given a level, or the units do not go together.

    Notes
    -----
    Law+2025, Sec. 6. V_b = level_b response_b correction_b. The level of 4A makes the red source
    meet 3C at 17.7-17.95 um; 4B follows from 4A, 4C from 4B. Relative errors: level_4B^2 =
    level_4A^2 + noise^2 + curve_4A^2 + curve_4B^2, and so on. An error of the temperature moves
    all vectors by M(lambda) / M(17.8 um) of the model M: it is a systematic term. Beyond
    `assumed_from_um` V = P / N of the red source, with P the polynomial through its spectrum.
    """
    if anchor.spectrum.unit != "Jy":
        raise DataError(
            f"The red source in 3C is in {anchor.spectrum.unit or 'no unit'}, not calibrated.",
            hint="Open standard stars with their models to calibrate 3C.",
        )
    clean = {band: without_hits(one) for band, one in red.items()}
    first = replace(anchor, spectrum=without_hits(anchor.spectrum))
    chain = _Chain(asteroid, responses, clean, first, params)
    chain.run()
    if not chain.vectors:
        raise DataError(chain.problems[0], hint="; ".join(chain.problems[1:2]))
    smooth = chain.smooth
    waves = np.linspace(17.7, 28.8, 400) if smooth else np.zeros(0)
    return Channel4(
        kind=responses[chain.vectors[0].band].kind,
        asteroid=asteroid.source,
        red_source=anchor.spectrum.identity.source_key,
        links=tuple(chain.links),
        vectors=tuple(chain.vectors),
        red=(first.spectrum, *chain.calibrated.values()),
        smooth_um=freeze(waves),
        smooth_jy=freeze(smooth.flux_jy(waves) if smooth else waves.copy()),
        corrected_um=chain.corrected_um,
        assumed_from_um=chain.assumed_from_um,
        messages=tuple(chain.problems),
    )


@dataclass(eq=False)
class _Chain:
    """The chain while it is being made, band after band."""

    asteroid: AsteroidModel
    responses: Mapping[str, StarResponse]
    red: Mapping[str, Spectrum]
    anchor: AnchorSpectrum
    params: Channel4Params
    links: list[ChainLink] = field(default_factory=list)
    vectors: list[Channel4Vector] = field(default_factory=list)
    calibrated: dict[str, Spectrum] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    smooth: SmoothSource | None = None
    lower: SmoothSource | None = None
    corrected_um: tuple[float, float] = (float("nan"), float("nan"))
    assumed_from_um: float = float("nan")

    def run(self) -> None:
        """Make the links and vectors in order; stop at the first that is missing."""
        anchor = self.anchor
        left = LinkSide(
            anchor.spectrum,
            anchor.stat_error,
            anchor.sys_error,
            np.zeros(anchor.spectrum.size),
            np.full(anchor.spectrum.size, np.nan),
        )
        before = "3C"
        for band in CHANNEL_4_BANDS:
            missing = self._missing(band)
            if missing:
                self.problems.append(missing)
                return
            try:
                left = self._add(band, f"{before}|{band}", left)
            except EngineError as error:
                self.problems.append(error.sentence)
                return
            before = band

    def _missing(self, band: str) -> str:
        if band not in self.responses:
            return f"The asteroid has no response in {band}: the chain ends before it."
        if band not in self.red:
            return f"The red source has no spectrum in {band}: the chain ends before it."
        return ""

    def _add(self, band: str, junction: str, left: LinkSide) -> LinkSide:
        """Add a link and the vector it leads to; return the red source calibrated with it."""
        response = self.responses[band]
        relative_jy = self._calibrated(band, response.vector)
        curve_stat = relative(response.stat_error, response.vector)
        curve_sys = relative(response.sys_error, response.vector)
        samples = _sample_error(response)
        nothing = np.zeros(response.wave_um.size)
        right = LinkSide(relative_jy, curve_stat, curve_sys, nothing, samples)
        before = self.links[-1] if self.links else None
        carried = (before.level_error, before.level_sys) if before else (0.0, 0.0)
        link = measure_link(
            limits_of(junction, self.params.overlaps),
            left,
            _on_red(right, response),
            carried=carried,
        )
        self.links.append(link)
        leveled = link.level * response.vector
        correction = self._correction(band, leveled)
        factor = np.ones(leveled.size) if correction is None else correction.factor
        extra = np.zeros(leveled.size) if correction is None else correction.error
        vector = self._vector(band, link, leveled * factor, factor, extra)
        self.vectors.append(vector)
        calibrated = self._calibrated(band, vector.vector)
        self.calibrated[band] = calibrated
        after = LinkSide(calibrated, curve_stat, curve_sys, extra, samples)
        return _on_red(after, response)

    def _calibrated(self, band: str, vector: FloatArray) -> Spectrum:
        """Return the red source times a vector, with the errors of its noise alone."""
        response = self.responses[band]
        nothing = freeze(np.full(vector.size, np.nan))
        given = CalibrationVector(
            wave_um=response.wave_um,
            value=freeze(vector),
            stat_error=nothing,
            sys_error=nothing,
            flags=frozen(np.zeros(vector.size), dtype=np.uint32),
            kind=response.kind,
            identity=Identity(band=band),
        )
        return calibrate_spectrum(self.red[band], given).spectrum

    def _correction(self, band: str, leveled: FloatArray) -> VectorCorrection | None:
        """Return the polynomial correction of a band, if it is the one to be corrected."""
        params = self.params
        if band != params.corrected_band or params.correction_order == 0:
            return None
        low, high = self._corrected_range(band)
        here = self._calibrated(band, leveled)
        try:
            smooth = self._smooth((band, here), outside=(low, high))
            found = fit_correction(
                here,
                smooth,
                self.responses[band].wave_um,
                (low, high),
                params.correction_order,
            )
        except EngineError as error:
            self.problems.append(error.sentence)
            return None
        self.corrected_um = (low, high)
        largest = float(np.max(np.abs(found.factor - 1.0)))
        self.problems.append(
            f"{band} is corrected by up to {100 * largest:.1f} % between {low:g} and {high:g} µm, "
            "where the red source would not be smooth."
        )
        return found

    def _corrected_range(self, band: str) -> tuple[float, float]:
        nominal = band_named(band)
        assert nominal is not None
        low, high = self.params.corrected_um
        return (
            nominal.wave_min_um if low is None else max(low, nominal.wave_min_um),
            nominal.wave_max_um if high is None else min(high, nominal.wave_max_um),
        )

    def _smooth(self, here: tuple[str, Spectrum], *, outside: tuple[float, float]) -> SmoothSource:
        """Fit the red source over channel 4; a band without a level gets a free one."""
        pieces: list[RedPiece] = []
        for band, one in (*self.calibrated.items(), here):
            keep = (one.wave_um <= self.params.assumed_from_um) & (
                (one.wave_um < outside[0]) | (one.wave_um > outside[1])
                if band == here[0]
                else np.ones(one.size, dtype=bool)
            )
            pieces.append(piece_of(one, keep, is_level_known=True))
        for band in CHANNEL_4_BANDS:
            if band in self.calibrated or band == here[0] or self._missing(band):
                continue
            one = self._calibrated(band, self.responses[band].vector)
            keep = one.wave_um <= self.params.assumed_from_um
            pieces.append(piece_of(one, keep, is_level_known=False))
        usable = [one for one in pieces if one.wave_um.size]
        smooth = fit_smooth_source(usable, self.params.smooth_order)
        self.lower = fit_smooth_source(usable, max(self.params.smooth_order - 1, 1))
        self.smooth = smooth
        return smooth

    def _extension(self, band: str, vector: FloatArray) -> Extension | None:
        """Return how 4C continues where the asteroid is too faint."""
        params = self.params
        wave = self.responses[band].wave_um
        if band != "4C" or params.assumed_from_um >= min(params.end_um, float(wave[-1])):
            return None
        try:
            nowhere = (np.inf, np.inf)
            smooth = self._smooth((band, self._calibrated(band, vector)), outside=nowhere)
            assert self.lower is not None
            found = extend_vector(
                self.red[band],
                smooth,
                self.lower,
                wave,
                vector,
                (params.assumed_from_um, params.end_um),
            )
        except EngineError as error:
            self.problems.append(
                f"{error.sentence} The vector of 4C ends at {params.assumed_from_um:g} µm."
            )
            return None
        self.assumed_from_um = found.from_um
        self.problems.append(
            f"Beyond {found.from_um:g} µm the vector of 4C is assumed from a smooth rise of the "
            "red source, and flagged as extrapolated."
        )
        return found

    def _vector(
        self,
        band: str,
        link: ChainLink,
        value: FloatArray,
        correction: FloatArray,
        extra: FloatArray,
    ) -> Channel4Vector:
        """Put the vector of a band together."""
        response = self.responses[band]
        wave = response.wave_um
        pinned = self.links[0]
        at = 0.5 * (pinned.low_um + pinned.high_um)
        curve = np.hypot(relative(response.stat_error, response.vector), extra)
        stat = value * np.hypot(curve, link.level_error)
        terms = [
            (_CURVE, value * relative(response.sys_error, response.vector)),
            (_LEVEL, value * link.level_sys),
            (TEMPERATURE, value * self.asteroid.relative_error(wave, from_um=at)),
        ]
        flags = np.array(response.flags)
        if band == "4C":
            value, stat, terms, flags = self._ended(band, value, stat, terms, flags)
        total = np.sqrt(sum(np.nan_to_num(term) ** 2 for _, term in terms))
        flags = np.where(np.isfinite(value), flags, flags | UNDETERMINED)
        model_error = self.asteroid.level_error(at)
        return Channel4Vector(
            band=band,
            wave_um=wave,
            response=response.vector,
            level=link.level,
            level_error=link.level_error,
            level_sys=link.level_sys,
            scale=1.0 / link.level,
            scale_error=float(np.hypot(link.level_error, model_error)) / link.level,
            correction=freeze(correction),
            vector=freeze(value),
            stat_error=freeze(stat),
            sys_error=freeze(np.where(np.isfinite(value), total, np.nan)),
            sys_terms=tuple((name, freeze(term)) for name, term in terms),
            flags=frozen(flags, dtype=np.uint32),
        )

    def _ended(
        self,
        band: str,
        value: FloatArray,
        stat: FloatArray,
        terms: list[tuple[str, FloatArray]],
        flags: FlagArray,
    ) -> tuple[FloatArray, FloatArray, list[tuple[str, FloatArray]], FlagArray]:
        """Replace the red end of 4C by what the red source says."""
        wave = self.responses[band].wave_um
        beyond = wave > self.params.assumed_from_um
        extension = self._extension(band, value)
        if extension is None:
            ended = np.where(beyond, np.nan, value)
            return ended, np.where(beyond, np.nan, stat), terms, flags
        level = self.links[-1].level_error
        changed = np.where(beyond, extension.value, value)
        ended_stat = np.where(beyond, np.hypot(extension.stat_error, extension.value * level), stat)
        scaled = [
            (name, np.where(beyond, _held(term, value, beyond) * extension.value, term))
            for name, term in terms
        ]
        assumed = np.where(beyond, extension.assumed_error, 0.0)
        flagged = np.where(beyond, flags | EXTRAPOLATED, flags)
        return changed, ended_stat, [*scaled, (ASSUMED_RISE, assumed)], flagged


def _held(term: FloatArray, value: FloatArray, beyond: BoolArray) -> float:
    """Return a term over the vector where the vector was last its own."""
    before = np.flatnonzero(~beyond & np.isfinite(value) & np.isfinite(term))
    return float(term[before[-1]] / value[before[-1]]) if before.size else 0.0


def _sample_error(response: StarResponse) -> FloatArray:
    """Return the relative error of each fitted sample, not below the scatter about the curve."""
    error = relative(response.ratio_error, response.ratio)
    used = (response.state == SampleState.USED) & np.isfinite(error)
    if not used.any():
        return np.full(error.size, np.nan)
    raised = max(response.scatter / float(np.sqrt(np.mean(error[used] ** 2))), 1.0)
    return np.where(used, raised * error, np.nan)


def _on_red(side: LinkSide, response: StarResponse) -> LinkSide:
    """Return a side whose errors are on the wavelengths of the red source."""
    wave = side.spectrum.wave_um
    if np.array_equal(wave, response.wave_um):
        return side

    def moved(values: FloatArray) -> FloatArray:
        return np.interp(wave, response.wave_um, values, left=np.nan, right=np.nan)

    return LinkSide(
        side.spectrum,
        moved(side.stat_error),
        moved(side.sys_error),
        moved(side.extra),
        moved(side.sample_error),
    )
