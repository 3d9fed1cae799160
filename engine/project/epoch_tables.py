"""Tables of the sources of NIRCam epochs."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.nircam import detector_name
from engine.model.table import Column, ResultTable
from engine.nircam.detection import DetectedSources
from engine.nircam.matching import EpochMatches


def epoch_table(rows: Sequence[tuple[object, EpochMatches]]) -> ResultTable:
    """Return one row a filter and pair of epochs: how many sources, and their position offsets."""
    pairs = [pair for _, one in rows for pair in one.pairs]
    east, north = ([pair.shift(which) for pair in pairs] for which in ("east", "north"))
    return ResultTable(
        "Sources that two epochs share",
        (
            _text("filter", [one.filter for one in pairs]),
            _text("calibration", [one.calibration for one in pairs], "Context"),
            _text("first", [one.first for one in pairs], "Epoch"),
            _text("second", [one.second for one in pairs], "Epoch"),
            _text("field", [one.turn for one in pairs], "Turned: the other module saw the sources"),
            _number("turn", "deg", [one.angle_deg for one in pairs], "As the catalogs say"),
            _count("n_first", [one.n_first for one in pairs], "Sources within the limits"),
            _count("n_second", [one.n_second for one in pairs], "Sources within the limits"),
            _count("n_matched", [len(one) for one in pairs], "In both"),
            _count("n_used", [int(np.count_nonzero(one.used)) for one in pairs], "Not left out"),
            _number("east", "mas", [one.median_mas for one in east], "Second minus first, median"),
            _number("east_mad", "mas", [one.mad_mas for one in east], "Median deviation"),
            _number("north", "mas", [one.median_mas for one in north], "Second minus first"),
            _number("north_mad", "mas", [one.mad_mas for one in north], "Median deviation"),
        ),
    )


def source_table(rows: Sequence[tuple[object, EpochMatches]]) -> ResultTable:
    """Return one row a matched source of each pair of epochs."""
    pairs = [pair for _, one in rows for pair in one.pairs]
    of_each = [(pair, i) for pair in pairs for i in range(len(pair))]

    def joined(name: str) -> Iterable[float]:
        return (float(getattr(pair, name)[i]) for pair, i in of_each)

    return ResultTable(
        "Sources in two epochs",
        (
            _text("id", [pair.ids[i] for pair, i in of_each], "File, and row in it"),
            _text("filter", [pair.filter for pair, _ in of_each]),
            _text("calibration", [pair.calibration for pair, _ in of_each], "Context"),
            _text("first", [pair.first for pair, _ in of_each], "Epoch"),
            _text("second", [pair.second for pair, _ in of_each], "Epoch"),
            _text(
                "array_first",
                [detector_name(pair.modules_first[i], pair.arrays[i]) for pair, i in of_each],
            ),
            _text(
                "array_second",
                [detector_name(pair.modules_second[i], pair.arrays[i]) for pair, i in of_each],
            ),
            _number("ra", "deg", joined("ra_deg"), "In the first epoch"),
            _number("dec", "deg", joined("dec_deg"), "In the first epoch"),
            _number("mag_first", "mag", joined("mag_first"), "AB"),
            _number("mag_second", "mag", joined("mag_second"), "AB"),
            _number("delta", "mag", joined("delta"), "Second minus first"),
            _number("error", "mag", joined("error"), "Of the difference, as stated"),
            _number("east", "mas", joined("east_mas"), "Second minus first position"),
            _number("north", "mas", joined("north_mas"), "Second minus first position"),
            _text("left_out", [pair.reasons[i] for pair, i in of_each], "Why"),
        ),
    )


def image_source_table(rows: Sequence[tuple[object, DetectedSources]]) -> ResultTable:
    """Return one row a source and epoch of what was measured in images."""
    epochs = [one for _, result in rows for one in result.epochs]
    of_each = [(one, i) for one in epochs for i in range(len(one.ids))]
    return ResultTable(
        "Sources measured in images",
        (
            _text("id", [one.ids[i] for one, i in of_each], "Alike in all epochs"),
            _text("filter", [one.filter for one, _ in of_each]),
            _text("epoch", [one.epoch for one, _ in of_each]),
            _text("array", [detector_name(one.module, one.array) for one, _ in of_each]),
            _text("calibration", [one.calibration for one, _ in of_each], "Context"),
            _number("mjd", "d", [one.time_mjd for one, _ in of_each], "Of the exposure"),
            _number("ra_deg", "deg", [one.ra_deg[i] for one, i in of_each], "Centroid"),
            _number("dec_deg", "deg", [one.dec_deg[i] for one, i in of_each], "Centroid"),
            _number("mag_ab", "mag", [one.mag[i] for one, i in of_each], "AB"),
            _number("mag_error", "mag", [one.mag_error[i] for one, i in of_each], "From ERR"),
        ),
    )


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
