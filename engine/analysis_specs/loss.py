"""How the loss of count rate presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.mrs.count_rate_loss import BandLoss, LossParams

LOSS = Analysis(
    name="loss",
    title="Loss",
    group="MRS",
    summary="How the count rate of a band falls with time, from lamp spectra of many dates.",
    source="Law+2025, Sec. 3, Figs. 4 and 5",
    params=LossParams,
    result=BandLoss,
    fields=(
        FieldSpec(
            "form",
            "Form",
            "choice",
            choices=("exponential", "power law", "linear"),
            tooltip="Exponential: Law+2025, Eq. 1, pipeline 1.11 to 1.19. Power law: pipeline 1.20 "
            "and later. Linear: for few dates.",
        ),
        FieldSpec(
            "n_bins",
            "Bins",
            "integer",
            low=1,
            high=100,
            step=1,
            decimals=0,
            tooltip="Equal bins of wavelength, each with a curve close to that of the band.",
        ),
    ),
)
