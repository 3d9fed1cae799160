"""The NIRCam demo: catalogs and images of three epochs of a field, with known module errors."""

import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.progress import SILENT, Progress
from engine.simulate.demo import TRUTH_NAME, DemoFile
from engine.simulate.nircam_field import (
    FILTERS,
    Epoch,
    Measured,
    Sky,
    Terms,
    demo_numbers,
    draw_sky,
    earlier_terms,
    epochs,
    measure,
    published_terms,
    sky_position,
)
from engine.simulate.nircam_images import cal_image
from engine.simulate.program import Size

CONTEXT = "jwst_1130.pmap"  #: of Table 2 and of the images


def make_nircam_demo(
    seed: int, *, size: Size = "small", progress: Progress = SILENT
) -> Iterator[DemoFile]:
    """Make the NIRCam demo, file by file.

    Parameters
    ----------
    seed : int
        The same seed gives the same bytes.
    size : {"small", "full"}, optional
        Both have the same files.
    progress : Progress, optional
        Told before each file.

    Yields
    ------
    DemoFile
        The truth last.

    Notes
    -----
    Three epochs of one field, turned by 180 deg in the second; Table 2 of Ma+2023 is put into ten
    arrays. Catalogs of four filters are there for two versions of the calibration, images of one
    array id in each channel for the later.
    """
    sky = draw_sky(np.random.default_rng([seed, 0]))
    numbers = demo_numbers()
    work = [
        (context, terms, epoch, name)
        for context, terms, labels in (
            (CONTEXT, published_terms(), [one.label for one in epochs()]),
            (numbers["earlier"]["context"], earlier_terms(), numbers["earlier"]["epochs"]),
        )
        for epoch in epochs()
        if epoch.label in labels
        for name in FILTERS
    ]
    images = [
        (epoch, name, module, array)
        for name, array in numbers["images"]["arrays"]
        for epoch in epochs()
        for module in ("A", "B")
    ]
    total = len(work) + len(images) + 1
    for done, (context, terms, epoch, name) in enumerate(work):
        stem = f"{context.split('.')[0].removeprefix('jwst_')}_epoch{epoch.label}_{name.lower()}"
        progress.step(done, total, f"making {stem}")
        # Both versions of the calibration are made from one exposure: from the same noise.
        rng = _stream(seed, f"epoch{epoch.label}_{name}")
        measured = measure(sky, epoch, name, terms, rng)
        yield DemoFile(f"catalogs/{stem}.ecsv", _catalog(measured, epoch, name, context), "table")
    for done, (epoch, name, module, array) in enumerate(images):
        field = numbers["field"]
        filename = (
            f"jw{int(field['program']):05d}{int(epoch.label):03d}001_{name.lower()}_"
            f"nrc{module.lower()}{array}_cal.fits"
        )
        progress.step(len(work) + done, total, f"making {filename}")
        content = cal_image(
            sky, epoch, name, (module, array), published_terms(), _stream(seed, filename),
            filename=filename,
        )  # fmt: skip
        yield DemoFile(f"images/{filename}", content, "other")
    yield DemoFile(TRUTH_NAME, _truth_bytes(seed, size, sky), "truth")
    progress.step(total, total, "")


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _catalog(measured: Measured, epoch: Epoch, filter_name: str, context: str) -> bytes:
    field = demo_numbers()["field"]
    ra, dec = sky_position(measured.x_arcmin, measured.y_arcmin)
    turn = 180.0 if epoch.is_turned else 0.0
    meta = {
        "kind": "catalog",
        "target": field["name"],
        "program": field["program"],
        "filter": filter_name,
        "epoch": epoch.label,
        "date": epoch.date,
        "mjd": epoch.mjd,
        "pa_deg": (field["angle_deg"] + 90.0 + turn) % 360.0,
        "calibration": context,
        "center_ra_deg": field["center_deg"][0],
        "center_dec_deg": field["center_deg"][1],
        "instrument": "NIRCAM",
    }
    lines = io.StringIO()
    lines.write(_HEAD)
    lines.write("# meta:\n")
    for name, value in meta.items():
        lines.write(f"#   {name}: {json.dumps(value)}\n")
    lines.write("# schema: astropy-2.0\nid array ra_deg dec_deg mag_ab mag_error\n")
    for i, source in enumerate(measured.source):
        lines.write(
            f"S{source + 1:04d} NRC{measured.module[i]}{measured.array[i].upper()} "
            f"{ra[i]:.9f} {dec[i]:.9f} {measured.mag[i]:.5f} {measured.mag_error[i]:.5f}\n"
        )
    return lines.getvalue().encode()


def _truth_bytes(seed: int, size: Size, sky: Sky) -> bytes:
    numbers = demo_numbers()
    variable = np.flatnonzero(sky.changes)
    ra, dec = sky_position(sky.x_arcmin[variable], sky.y_arcmin[variable])
    document: dict[str, Any] = {
        "seed": seed,
        "size": size,
        "about": {
            "delta_ab": "m_A - m_B in mag, at the point that the field turns about",
            "slope": "k in mag/arcmin along angle_deg; each module has -k/2 along its own axis",
            "time": "what epochs differ by in all arrays, in mag",
        },
        "center_deg": numbers["field"]["center_deg"],
        "angle_deg": numbers["field"]["angle_deg"],
        "time": 0.0,
        "shift_mas": numbers["noise"]["shift_mas"],
        "calibrations": {
            CONTEXT: _plain(published_terms()),
            numbers["earlier"]["context"]: _plain(earlier_terms()),
        },
        "variable": [
            {"id": f"S{i + 1:04d}", "ra_deg": round(float(a), 7), "dec_deg": round(float(d), 7)}
            for i, a, d in zip(variable, ra, dec, strict=True)
        ],
    }
    return json.dumps(document, indent=1).encode()


def _plain(terms: Terms) -> list[dict[str, Any]]:
    return [
        {"filter": name, "array": array, "delta_ab": one.delta_ab, "slope": one.slope}
        for (name, array), one in terms.items()
    ]


_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: id, datatype: string}
# - {name: array, datatype: string}
# - {name: ra_deg, unit: deg, datatype: float64}
# - {name: dec_deg, unit: deg, datatype: float64}
# - {name: mag_ab, unit: mag, datatype: float64}
# - {name: mag_error, unit: mag, datatype: float64}
"""
