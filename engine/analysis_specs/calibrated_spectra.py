"""How calibrated spectra present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.calibrated_spectra import CalibratedSpectrum, CalibrationParams

CALIBRATE = Analysis(
    name="calibrate",
    title="Calibrate",
    group="MRS",
    summary="An observation times its calibration vector, beside the model.",
    source="Law+2025, Figs. 10 and 15",
    params=CalibrationParams,
    result=CalibratedSpectrum,
    fields=(
        FieldSpec(
            "vector_of",
            "Vector of",
            "text",
            automatic="own response",
            tooltip="Which response is applied: empty for the observation's own, a star's name for "
            "that star's in the same band, “combined” for that of all stars, or the id of an "
            "observation or of an open vector.",
        ),
    ),
    version=3,
)
