"""Who was observed, when and how: from the keywords of JWST products.

The keywords are those of FORMATS A8 of the JWST products: general ones in the primary header,
those of the exposure in the header of the data.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.arrays import FloatArray
from engine.files.fits_headers import Header
from engine.files.gate import GatedFile
from engine.files.notes import FileNotes
from engine.model.bands import Band, band_name, band_named, bands
from engine.model.identity import Identity, Origin, Role
from engine.model.stars import StarClass, star_named

EARLIEST_MJD = 59500.0  #: before JWST was launched; earlier dates are not plausible

_KEPT = (
    "APERNAME", "AUTHOR", "BAND", "BKGDTARG", "BKGMETH", "BKGSUB", "BUNIT", "CATEGORY",
    "CHANNEL", "CORONMSK", "DATAMODL", "DESCRIP", "DISPAXIS", "DURATION", "EFFEXPTM",
    "EFFINTTM", "ENG_QUAL", "EXPEND", "EXPMID", "EXPOSURE", "EXPSTART", "EXTR_X", "EXTR_Y",
    "FASTAXIS", "FILENAME", "GRATING", "INT_NUM", "LAMP", "MJD-AVG", "MODCORR", "MODULE",
    "MRSPRCHN",
    "MU_DEC", "MU_EPOCH", "MU_RA", "NEXPOSUR", "NFRAMES", "NGROUPS", "NINTS", "NOUTPUTS",
    "NUMDTHPT", "OBSFOLDR", "OBSLABEL", "OPMODE", "PATTTYPE", "PATT_NUM", "PA_APER", "PEDIGREE",
    "PHOTMJSR", "PHOTUJA2", "PIXAR_A2", "PIXAR_SR", "PTHLOSS", "PUPIL", "PXSCLRT", "READPATT",
    "REFTYPE", "ROLL_REF", "SLTNAME", "SOURCE", "SOURCEID", "SPORDER", "SRCTYAPT", "SRCTYPE",
    "SUBCAT", "SUBSIZE1", "SUBSIZE2", "SUBSTRT1", "SUBSTRT2", "TARGCAT", "TARGDESC", "TARGETID",
    "TARGPROP", "TARGTYPE", "TARG_DEC", "TARG_RA", "TFRAME", "TGROUP", "TITLE", "USEAFTER",
    "V2_REF", "VISITSTA", "WTYPE", "XPOSURE",
)  # fmt: skip
_TARGET_KEYWORDS = ("TARGNAME", "TARGPROP", "OBJECT", "TARGETID", "SRCNAME")
_LISTED_ROLES: dict[StarClass, Role] = {"asteroid": "asteroid", "disk": "red disk"}
_NO_LAMP = {"", "OFF", "NONE", "NULL", "N/A", "F"}
_NOT_SAID = {"", "N/A", "NONE", "UNKNOWN", "NULL", "ANY"}


def read_identity(primary: Header, data: Header | None = None) -> Identity:
    """Return what the keywords say about the observation.

    Parameters
    ----------
    primary : Header
        Header of the file.
    data : Header, optional
        Header of the extension with the data; asked where the file's header is silent.

    Returns
    -------
    Identity
        Numbers without leading zeros; the band from CHANNEL and BAND (``""`` for several).
    """
    headers = (primary,) if data is None else (primary, data)
    return Identity(
        target=_first(headers, _TARGET_KEYWORDS),
        program=_bare(_first(headers, ("PROGRAM",))),
        observation=_bare(_first(headers, ("OBSERVTN",))),
        visit=_bare(_first(headers, ("VISIT",))),
        band=_band(headers),
        mjd=_mid_time(headers),
        date=(_first(headers, ("DATE-OBS", "DATE-BEG")))[:10],
        instrument=_first(headers, ("INSTRUME",)),
        detector=_first(headers, ("DETECTOR",)),
        filter=_first(headers, ("FILTER",)),
        exp_type=_first(headers, ("EXP_TYPE",)),
        subarray=_first(headers, ("SUBARRAY",)),
        source_type=_source_type(headers),
    )


def read_origin(
    gated: GatedFile, primary: Header, data: Header | None = None, *, notes: Iterable[str] = ()
) -> Origin:
    """Return the provenance that the keywords give: steps, references, versions."""
    header = {keyword: primary.shown(keyword) for keyword in _KEPT if keyword in primary}
    if data is not None:
        header |= {keyword: data.shown(keyword) for keyword in _KEPT if keyword in data}
    return Origin(
        path=str(absolute(gated.path)),
        sha256=gated.sha256,
        cal_version=primary.text("CAL_VER"),
        crds_context=primary.text("CRDS_CTX"),
        references=_family(primary, "R_"),
        steps=_family(primary, "S_"),
        header=tuple(sorted((key, text) for key, text in header.items() if text)),
        notes=tuple(notes),
    )


def absolute(path: Path) -> Path:
    """Return the absolute path; links stay, so that the name is the one the user gave."""
    return path if path.is_absolute() else Path.cwd() / path


def check_time(identity: Identity, notes: FileNotes, *, now_mjd: float) -> None:
    """Warn when the observation lies before the launch of JWST or in the future."""
    if identity.mjd is not None and not EARLIEST_MJD <= identity.mjd <= now_mjd + 1.0:
        notes.warn(
            f"The time MJD {identity.mjd:.6g} is not plausible for JWST (after {EARLIEST_MJD:.0f}, "
            "not in the future). Check EXPMID before you fit trends."
        )


def check_band(notes: FileNotes, band: str, wave_um: FloatArray) -> None:
    """Warn when the wavelengths lie outside the band that the header names."""
    nominal = band_named(band)
    if nominal is None or not wave_um.size:
        return
    low, high = float(wave_um.min()), float(wave_um.max())
    if high < nominal.wave_min_um or low > nominal.wave_max_um:
        notes.warn(
            f"The header says band {band} ({nominal.wave_min_um:g}-{nominal.wave_max_um:g} µm), "
            f"but the wavelengths are {low:.4g}-{high:.4g} µm. Check CHANNEL, BAND and the unit."
        )


def guess_role(identity: Identity, origin: Origin) -> Role:
    """Guess the role of an observation from its keywords; the user changes it.

    A background pointing has none. A source of the star list has the role that it has there.
    Else a point source in a flux calibration program is a standard star, a moving target an
    asteroid, a lamp exposure a lamp.
    """
    header = dict(origin.header)
    star = star_named(identity.target) if identity.target else None
    if header.get("BKGDTARG") == "T":
        return "other"
    if star is not None:
        return _LISTED_ROLES.get(star.star_class, "standard star")
    return _role_of_header(identity, header)


def _role_of_header(identity: Identity, header: Mapping[str, str]) -> Role:
    lamp = header.get("LAMP", "").upper()
    about = " ".join(header.get(key, "") for key in ("TITLE", "TARGDESC", "TARGCAT")).lower()
    is_calibration = re.search(r"flux calib|photometric|standard|calibrat", about) is not None
    source_types = {identity.source_type, header.get("SRCTYAPT", "").upper()}
    if "LAMP" in identity.exp_type.upper() or lamp not in _NO_LAMP:
        return "lamp"
    if header.get("TARGTYPE", "").upper() == "MOVING":
        return "asteroid"
    if "disk" in about and not is_calibration:
        return "red disk"
    if "EXTENDED" in source_types:
        return "extended source"
    return "standard star" if is_calibration else "other"


def band_of_coverage(low_um: float, high_um: float, step_um: float) -> Band | None:
    """Return the MRS band that a spectrum covers, or `None` when it fits none well.

    Parameters
    ----------
    low_um, high_um : float
        First and last wavelength. Unit: um.
    step_um : float
        Median sampling. Unit: um.

    Notes
    -----
    Both ends must lie within 6 % of the band's width of its nominal ends, and the step must not
    exceed three nominal steps.
    """
    for band in bands():
        slack = 0.06 * (band.wave_max_um - band.wave_min_um)
        fits = abs(low_um - band.wave_min_um) < slack and abs(high_um - band.wave_max_um) < slack
        if fits and step_um < 3.0 * band.step_um:
            return band
    return None


def _first(headers: Iterable[Header], keywords: Iterable[str]) -> str:
    for keyword in keywords:
        for header in headers:
            text = header.shown(keyword)
            if text.upper() not in _NOT_SAID:
                return text
    return ""


def _shown(headers: Iterable[Header], keyword: str) -> str:
    return _first(headers, (keyword,))


def _band(headers: tuple[Header, ...]) -> str:
    """Return the band that an extension names for itself, else that of the file."""
    own = (band_name(one.text("CHANNEL"), one.text("BAND")) for one in reversed(headers))
    return next(filter(None, own), band_name(_shown(headers, "CHANNEL"), _shown(headers, "BAND")))


def _bare(number: str) -> str:
    return number.lstrip("0") or number[:1]


def _mid_time(headers: tuple[Header, ...]) -> float | None:
    for keyword in ("EXPMID", "MJD-AVG", "EXPSTART", "MJD-BEG"):
        for header in headers:
            number = header.number(keyword)
            if number is not None and number != 0.0:
                return number
    return None


def _source_type(headers: tuple[Header, ...]) -> str:
    for header in reversed(headers):
        text = header.text("SRCTYPE").upper()
        if text in {"POINT", "EXTENDED", "UNKNOWN"}:
            return text
    return ""


def _family(header: Header, prefix: str) -> tuple[tuple[str, str], ...]:
    found = ((keyword, header.text(keyword)) for keyword in header if keyword.startswith(prefix))
    return tuple(sorted((keyword, text.removeprefix("crds://")) for keyword, text in found if text))
