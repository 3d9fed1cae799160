"""How the correction of the loss of count rate presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.rate_correction import CorrectedRate, RateCorrectionParams

RATE = Analysis(
    name="rate",
    title="Corrected rate",
    group="MRS",
    summary="The spectrum as it would have been on day zero: the loss of count rate taken out.",
    source="Law+2025, Sec. 3",
    params=RateCorrectionParams,
    result=CorrectedRate,
    fields=(
        FieldSpec(
            "apply",
            "Apply",
            "choice",
            choices=("automatic", "on", "off"),
            tooltip="Automatic: where lamp spectra or a photom reference give a loss, and neither "
            "the header nor this program's notes say that it is out already. It is never taken "
            "out twice.",
        ),
        FieldSpec(
            "source",
            "Loss from",
            "choice",
            choices=("automatic", "lamps", "reference"),
            tooltip="The lamp spectra of this session, or the tables of an opened photom "
            "reference. Automatic: lamps where they give a loss.",
        ),
    ),
)
