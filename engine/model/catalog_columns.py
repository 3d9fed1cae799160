"""What the columns of catalogs, and of tables of module offsets, may be called."""

from collections.abc import Iterable, Mapping

#: Columns of a catalog of sources; the first names are those of docs/formats.md, the others of
#: SExtractor, of the pipeline's source catalogs, and of VizieR.
CATALOG_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ra": ("ra_deg", "ra", "alpha_j2000", "alphawin_j2000", "raj2000", "sky_centroid_ra"),
    "dec": ("dec_deg", "dec", "delta_j2000", "deltawin_j2000", "dej2000", "sky_centroid_dec"),
    "mag": ("mag_ab", "mag", "mag_iso", "isophotal_abmag", "mag_auto", "aper_total_abmag"),
    "error": (
        "mag_error", "mag_err", "magerr_iso", "isophotal_abmag_err", "magerr_auto", "e_mag",
        "aper_total_abmag_err",
    ),
    "filter": ("filter", "filt", "band"),
    "module": ("module",),
    "array": ("array", "detector", "det"),
    "epoch": ("epoch",),
    "time": ("mjd", "time_mjd"),
    "angle": ("pa_deg", "pa", "pa_v3", "roll_ref"),
    "calibration": ("calibration", "crds_ctx", "pmap", "context"),
}  # fmt: skip

#: Columns of a table of module offsets; the second names are those that Ma+2023 published.
TERM_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "array": ("array", "det", "array_id"),
    "filter": ("filter", "filt"),
    "delta_ab": ("delta_ab", "dmag_ab"),
    "delta_ab_error": ("delta_ab_error", "dmag_ab_err"),
    "slope": ("slope",),
    "slope_error": ("slope_error", "slope_err"),
}


def is_source_catalog(names: Iterable[str]) -> bool:
    """Tell whether columns of these names are a catalog of sources with magnitudes."""
    return _has(names, CATALOG_COLUMNS, ("ra", "dec", "mag"))


def is_module_terms(names: Iterable[str]) -> bool:
    """Tell whether columns of these names are a table of module offsets."""
    return _has(names, TERM_COLUMNS, ("array", "filter", "delta_ab", "slope"))


def _has(
    names: Iterable[str], columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> bool:
    given = {one.strip().lower() for one in names}
    return all(given & set(columns[what]) for what in needed)
