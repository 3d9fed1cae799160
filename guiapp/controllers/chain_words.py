"""What each step of the chain waits for when it has nothing to work on, or why it is off."""

from engine.analyses import FRINGE
from engine.project.fringe_step import is_defringed
from engine.project.session import Session

_NO_BAND = "No observation of a single MRS band is open."
_NO_MODEL = "No observation has a model: open CALSPEC spectra."
_ONE_STAR = "Fewer than two standard stars have a model."
_ONE_BAND = "No source has two bands."
_NO_IMAGE = "No image of a standard star is open."
_NO_EPOCHS = "No catalogs, and no images of an array on two days, are open."
_NO_PHOTOMETRY = "No photometry of stars in images is open."
_ONE_VISIT = "No star has two visits in one band."
_NO_LRS = "No extracted spectrum of the LRS is open."

WHAT_IS_MISSING: dict[str, str] = {
    "loss": "No lamp spectra are open.",
    "extract": "No cube is open.",
    "rate": "No observation in DN/s has a loss of its band: open lamp spectra or a reference.",
    "leak": "No observation of band 3A is open.",
    "fringe": _NO_BAND,
    "response": _NO_MODEL,
    "combine": _ONE_STAR,
    "calibrate": "No observation has a vector.",
    "photom": "No file with the wavelengths of the detector is open, or no vectors for it.",
    "junctions": _ONE_BAND,
    "repeatability": _ONE_VISIT,
    "noise": _ONE_VISIT,
    "trends": f"{_ONE_STAR[:-1]}, and no table of factors is open.",
    "asteroid": "No observation has the role asteroid.",
    "channel4": "An asteroid and a red disk are needed: set the roles among the data.",
    "leak_curve": "Fewer than two sources have both 1B and 3A.",
    "growth": "No cube is open.",
    "flat": "No detector images of a nebula, and no flat reference, are open.",
    "feature": "No detector image holds the range of the feature.",
    "fringe_flat": _NO_BAND,
    "footprints": "No cube is open.",
    "versions": "No photom reference is open.",
    "models": _NO_MODEL,
    "band_snr": _NO_BAND,
    "normalize": _NO_BAND,
    "junction_steps": _ONE_BAND,
    "jumps": _ONE_BAND,
    "signal_to_noise": _NO_BAND,
    "filters": "No table of imager photometry is open.",
    "spectrograph": "No spectrum of a coarser spectrograph is open.",
    "photometry": _NO_IMAGE,
    "energy": _NO_IMAGE,
    "background": "No observation has two images of a standard star.",
    "fluxes": "No image or table of stars is open, or no model.",
    "time_loss": "No photometry of stars in images is open.",
    "subarrays": "No photometry of stars in images is open.",
    "history": "No photometry of stars in images is open.",
    "budget": "No photometry of stars in images is open, and no spectrum is calibrated.",
    "image_sources": "No array of NIRCam was imaged on two days.",
    "epochs": _NO_EPOCHS,
    "module_offsets": _NO_EPOCHS,
    "module_gradients": _NO_EPOCHS,
    "module_correction": "No image of a NIRCam array, and no catalogs, are open.",
    "usable_range": _NO_LRS,
    "dropouts": "No two-dimensional spectrum (s2d) of the LRS is open.",
    "nods": _NO_LRS,
    "slitless_background": "No rate image of the LRS without the slit is open.",
    "periodic_noise": "No ramp, and no rate image of the LRS without the slit, is open.",
    "observations": _NO_PHOTOMETRY,
    "factors": _NO_PHOTOMETRY,
    "dependencies": _NO_PHOTOMETRY,
    "source_types": _NO_PHOTOMETRY,
    "temperature": "No map, and no extended source in MJy/sr, is open.",
}

#: Why a step that was never run is none that waits.
OFF: dict[str, str] = {
    FRINGE.name: "The fringes stay in all spectra: nothing rests on this step until it is switched "
    "on for a spectrum. It is computed when it is shown, or with F9.",
}


def is_off(step: str, session: Session) -> bool:
    """Tell whether nothing in ``session`` rests on ``step``."""
    return step in OFF and not any(is_defringed(session, one) for one in session.segments)
