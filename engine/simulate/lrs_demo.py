"""The LRS demo: slit nods with dropouts, slitless integrations and ramps, and their truth."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.progress import SILENT, Progress
from engine.simulate.demo import TRUTH_NAME, DemoFile
from engine.simulate.lrs_products import (
    header,
    image_bytes,
    ramp_bytes,
    series_bytes,
    spectrum_bytes,
)
from engine.simulate.lrs_scene import Source
from engine.simulate.lrs_slit import NodTruth, draw_runs, nod_truth, slit_nod
from engine.simulate.lrs_slitless import (
    SlitlessTruth,
    Wave,
    slitless_ramps,
    slitless_rates,
    slitless_spectra,
)
from engine.simulate.program import Size

EMI_HZ, HEATER_HZ = 390.625, 10.039216
_RATE_GROUPS, _RATE_INTS = 20, 8
_RAMP_GROUPS, _RAMP_INTS = 10, 2
_SERIES_SNR = {"blue": 220.0, "red": 90.0}

BLUE_SLIT = Source("BD+60 1753", "blue", 0.016, "1536", "41", 59742.2)
RED_SLIT = Source("SAO 206462", "red", 0.060, "1282", "55", 60013.7)
BLUE_SLITLESS = Source("HD 2811", "blue", 0.050, "1536", "43", 59744.1)
RED_SLITLESS = Source("SAO 206462", "red", 0.060, "1282", "57", 60014.4)

_Made = tuple[str, bytes, str, dict[str, Any]]


def make_lrs_demo(
    seed: int, *, size: Size = "small", progress: Progress = SILENT
) -> Iterator[DemoFile]:
    """Make the LRS demo, file by file.

    Parameters
    ----------
    seed : int
        The same seed gives the same bytes.
    size : {"small", "full"}, optional
        Both are the same.
    progress : Progress, optional
        Told before each file.

    Yields
    ------
    DemoFile
        The truth last.

    Notes
    -----
    Two nods of a blue and of a red source through the slit (s2d, x1d): dropouts at the peak of the
    trace, one nod of the blue source 5 % too bright, errors stated at a quarter of the true ones.
    A blue and a red source without the slit (rateints, x1dints) with a background gradient, 390 Hz
    and 10 Hz noise and fold-over, and ramps of the blue one.
    """
    total = 13
    truths: dict[str, dict[str, Any]] = {}
    for done, (name, content, role, truth) in enumerate(_files(seed)):
        progress.step(done, total, f"making {name}")
        if truth:
            truths[name] = truth
        yield DemoFile(name, content, role)
    document = {"seed": seed, "size": size, "products": truths}
    yield DemoFile(TRUTH_NAME, (json.dumps(document, indent=1) + "\n").encode(), "truth")
    progress.step(total, total, "")


def _files(seed: int) -> Iterator[_Made]:
    yield from _nods(BLUE_SLIT, seed, levels=(1.0, 1.05), runs=(4, 2), noise_jy=3.0e-5)
    yield from _nods(RED_SLIT, seed, levels=(1.0, 1.0), runs=(0, 1), noise_jy=2.0e-5)
    yield from _slitless(BLUE_SLITLESS, seed, with_ramps=True)
    yield from _slitless(RED_SLITLESS, seed, with_ramps=False)


def _nods(
    source: Source,
    seed: int,
    *,
    levels: tuple[float, float],
    runs: tuple[int, int],
    noise_jy: float,
) -> Iterator[_Made]:
    stem = f"jw{int(source.program):05d}{int(source.observation):03d}001_02101"
    for nod in (0, 1):
        rng = _stream(seed, f"{source.target} slit {nod}")
        truth = NodTruth(levels[nod], 0.25, draw_runs(rng, runs[nod]))
        images = slit_nod(source, nod, truth, rng, noise_jy=noise_jy)
        told = {"target": source.target, "nod": nod + 1, **nod_truth(truth, images)}
        for kind, model in (("s2d", "SlitModel"), ("x1d", "MultiSpecModel")):
            filename = f"{stem}_{nod + 1:05d}_mirimage_{kind}.fits"
            primary = header(
                source, "slit", model=model, filename=filename, exposure=nod + 1,
                steps=(("S_PHOTOM", "COMPLETE"), ("S_PTHLOS", "COMPLETE"), ("S_RESAMP", "COMPLETE"),
                       ("S_TACNTR", "COMPLETE"), ("S_BKDSUB", "COMPLETE"), ("S_PXREPL", "SKIPPED")),
            )  # fmt: skip
            if kind == "s2d":
                content = image_bytes(
                    primary, images.data, images.error, images.flags,
                    unit="MJy/sr", wave_um=images.wave_um,
                )  # fmt: skip
                yield f"slit/{filename}.gz", content, "standard star", told
            else:
                content = spectrum_bytes(
                    primary, images.wave_um, images.flux_jy, images.flux_error_jy,
                    images.spectrum_flags,
                )  # fmt: skip
                yield f"slit/{filename}", content, "standard star", told


def _slitless(source: Source, seed: int, *, with_ramps: bool) -> Iterator[_Made]:
    rng = _stream(seed, f"{source.target} slitless")
    truth = SlitlessTruth(
        level_dn_s=60.0,
        across=0.25,
        drift=0.03,
        waves=(
            Wave(EMI_HZ, 6.0, float(rng.uniform(0.0, 2.0 * np.pi))),
            Wave(HEATER_HZ, 2.0, float(rng.uniform(0.0, 2.0 * np.pi))),
        ),
        read_noise_dn=6.0,
    )
    told = {"target": source.target, **asdict(truth)}
    stem = f"jw{int(source.program):05d}{int(source.observation):03d}001_04102_00001_mirimage"
    skipped = (("S_MIREMI", "SKIPPED"), ("S_BKDSUB", "SKIPPED"))
    if with_ramps:
        filename = f"{stem}_ramp.fits"
        primary = header(
            source, "slitless", model="RampModel", filename=filename, steps=skipped,
            n_ints=_RAMP_INTS, n_groups=_RAMP_GROUPS,
        )  # fmt: skip
        ramps = slitless_ramps(source, truth, rng, n_ints=_RAMP_INTS, n_groups=_RAMP_GROUPS)
        yield f"slitless/{filename}.gz", ramp_bytes(primary, ramps.round(1)), "other", told
    filename = f"{stem}_rateints.fits"
    exposure = {"n_ints": _RATE_INTS, "n_groups": _RATE_GROUPS}
    primary = header(
        source, "slitless", model="CubeModel", filename=filename, steps=skipped, **exposure
    )
    rates, sigma = slitless_rates(source, truth, rng, **exposure)
    flags = np.zeros(rates.shape, dtype=np.uint32)
    flags[:, :, :4] = 2**31 | 1  # reference pixels
    content = image_bytes(primary, rates.round(2), 0.3 * sigma.round(3), flags, unit="DN/s")
    yield f"slitless/{filename}.gz", content, "other", told
    filename = f"{stem}_x1dints.fits"
    primary = header(
        source, "slitless", model="TSOMultiSpecModel", filename=filename,
        steps=(*skipped, ("S_PHOTOM", "COMPLETE")), **exposure,
    )  # fmt: skip
    snr = _SERIES_SNR[source.color]
    wave, flux, error, _ = slitless_spectra(source, rng, n_ints=_RATE_INTS, snr=snr)
    mjd = source.mjd + 4e-5 * np.arange(_RATE_INTS, dtype=np.float64)
    content = series_bytes(primary, wave, flux, 0.3 * error, mjd)
    told = {"target": source.target, "stated_over_true_error": 0.3, "snr_scale": snr}
    yield f"slitless/{filename}.gz", content, "standard star", told


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])
