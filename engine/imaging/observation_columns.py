"""Tables of files as photometry of stars in images (docs/formats.md; Gordon+2025, Table 5)."""

import re

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.imaging.aperture_correction import Apertures, aperture_correction, published_apertures
from engine.imaging.observation_checks import consistency_flags
from engine.imaging.observations import PIXEL_SR, ImagingTable
from engine.model.observation_names import NEEDED_NAMES, OBSERVATION_NAMES
from engine.model.star_names import shown_star_name
from engine.model.stars import star_named
from engine.model.tabulated import ColumnValues, DataTable

_MILLI = 1e-3


def read_observations(table: DataTable, title: str, row_id: str) -> ImagingTable:
    """Return the table of a file.

    Parameters
    ----------
    table : DataTable
        With at least star, filter, subarray and rate; see docs/formats.md.
    title : str
        What the file is called, for messages.
    row_id : str
        Beginning of the id of each row, to which its number is added.

    Returns
    -------
    ImagingTable
        Radii and aperture corrections that the file does not give are those of Gordon+2025, Table
        4, by its Eqs. 1 and 2; the solid angle of a pixel is that behind its Table 5. Rows of which
        stated flux and rate contradict each other say so.

    Raises
    ------
    DataError
        If a column is missing, or holds text instead of numbers.
    """
    columns = _Columns(table, title)
    count = len(columns.texts("name"))
    names = columns.texts("name")
    filters = tuple(one.upper() for one in columns.texts("filter"))
    radii = _radii(columns, filters)
    correction, correction_error = _correction(columns, filters, radii)
    model = columns.fluxes("model")
    solid = columns.numbers("solid_angle")
    found = ImagingTable(
        ids=tuple(f"{row_id}{number}" for number in range(1, count + 1)),
        stars=tuple(shown_star_name(name) for name in names),
        classes=_classes(columns.texts("source_type"), names),
        filters=filters,
        subarrays=tuple(one.upper() for one in columns.texts("subarray")),
        programs=tuple(one.lstrip("0") for one in columns.texts("program")),
        mjd=columns.numbers("mjd"),
        integration_s=columns.numbers("integration"),
        flux_dn_s=columns.numbers("rate"),
        flux_error=_positive(columns.numbers("rate_error")),
        background_dn_s=columns.numbers("background"),
        peak_dn_s=columns.numbers("peak"),
        well_depth_dn=columns.numbers("well"),
        aperture_px=freeze(radii[0]),
        inner_px=freeze(radii[1]),
        outer_px=freeze(radii[2]),
        aperture_correction=correction,
        aperture_correction_error=correction_error,
        model_jy=_positive(model),
        model_error=_positive(columns.fluxes("model_error")),
        solid_angle_sr=freeze(np.where(solid > 0, solid, PIXEL_SR)),
        reasons=("",) * count,
        flags=columns.texts("flag"),
    )
    return consistency_flags(
        found,
        stated_jy=columns.fluxes("stated_flux"),
        stated_background=columns.numbers("stated_background"),
    )


class _Columns:
    """The columns of a file under the names that are used here."""

    def __init__(self, table: DataTable, title: str) -> None:
        own = {name.lower(): name for name in table.columns}
        self._found = {
            name: own[one]
            for name, names in OBSERVATION_NAMES.items()
            for one in names[::-1]
            if one in own
        }
        self._table = table
        self._count = table.size
        missing = [OBSERVATION_NAMES[name][0] for name in NEEDED_NAMES if name not in self._found]
        if missing:
            raise DataError(
                f"{title} has no column {', '.join(missing)}.",
                hint="See the page on formats for the columns of a table of observations.",
            )
        if not isinstance(self._column("rate"), np.ndarray):
            raise DataError(f"The rates of {title} are text, not numbers.")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a column as text; ``""`` where nothing is given."""
        values = self._column(name)
        if values is None:
            return ("",) * self._count
        if isinstance(values, np.ndarray):
            return tuple("" if not np.isfinite(one) else f"{one:.10g}" for one in values)
        return tuple(one.strip() for one in values)

    def numbers(self, name: str) -> FloatArray:
        """Return a column as numbers; NaN where nothing is given."""
        values = self._column(name)
        if not isinstance(values, np.ndarray):
            return freeze(np.full(self._count, np.nan))
        return freeze(np.where(np.isfinite(values), values, np.nan))

    def fluxes(self, name: str) -> FloatArray:
        """Return a column of fluxes in Jy, whether the file has Jy or mJy."""
        own = self._found.get(name, "")
        unit = self._table.units.get(own, "")
        is_milli = unit.lower() == "mjy" or (not unit and own.lower() not in _IN_JY)
        return freeze(self.numbers(name) * (_MILLI if is_milli else 1.0))

    def _column(self, name: str) -> ColumnValues | None:
        return self._table.columns.get(self._found.get(name, ""))


_IN_JY = {"model_jy", "model_error_jy", "flux_jy"}


def _radii(columns: _Columns, filters: tuple[str, ...]) -> tuple[FloatArray, ...]:
    given = [columns.numbers(name).copy() for name in ("aperture", "inner", "outer")]
    known = published_apertures()
    for row, name in enumerate(filters):
        if name in known and all(np.isnan(one[row]) for one in given):
            own = known[name].apertures
            for one, radius in zip(given, (own.radius_px, own.inner_px, own.outer_px), strict=True):
                one[row] = radius
    return tuple(given)


def _correction(
    columns: _Columns, filters: tuple[str, ...], radii: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray]:
    """Return the corrections: as given, else of the published radii where these were used."""
    value = _positive(columns.numbers("correction")).copy()
    error = _positive(columns.numbers("correction_error")).copy()
    known = published_apertures()
    for row in np.flatnonzero(np.isnan(value)):
        own = known.get(filters[row])
        if own is not None and _is_same(own.apertures, [one[row] for one in radii]):
            value[row] = aperture_correction(own.apertures)
            error[row] = own.correction.error
    return freeze(value), freeze(error)


def _is_same(apertures: Apertures, radii: list[float]) -> bool:
    own = (apertures.radius_px, apertures.inner_px, apertures.outer_px)
    return bool(np.allclose(own, radii, rtol=0.0, atol=0.006))  # as far as the table is printed


def _positive(values: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return freeze(np.where(values > 0, values, np.nan))


def class_of_words(words: str) -> str:
    """Return the class that words mean: ``"hot"``, ``"A"``, ``"G"``; other words as they are.

    ``"HotStars"`` and its misprint ``"HoStars"``, ``"A dwarfs"``, ``"SolarAnalogs"`` and so on.
    """
    plain = re.sub(r"[^a-z]", "", words.lower())
    if plain.startswith("ho"):
        return "hot"
    if plain in {"a", "adwarf", "adwarfs", "astar", "astars"}:
        return "A"
    if plain.startswith("solar") or plain in {"g", "gstar", "gstars", "gdwarfs"}:
        return "G"
    return words.strip()


def _classes(stated: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for words, name in zip(stated, names, strict=True):
        star = star_named(name) if name else None
        found.append(class_of_words(words) or ("" if star is None else str(star.star_class)))
    return tuple(found)
