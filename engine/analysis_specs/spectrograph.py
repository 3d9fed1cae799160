"""How the comparison with another spectrograph presents itself."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.spectrograph_ratios import SpectrographComparison, SpectrographParams

SPECTROGRAPH = Analysis(
    name="spectrograph",
    title="Spectrographs",
    group="Inspect",
    summary="Spectra over those of a coarser spectrograph, on its wavelengths.",
    source="Law+2025, Sec. 8.4, Fig. 23",
    params=SpectrographParams,
    result=SpectrographComparison,
    fields=(
        FieldSpec(
            "resolving_power",
            "Smooth to R",
            "number",
            low=0.0,
            high=10_000.0,
            step=10.0,
            decimals=0,
            tooltip="Resolving power of the coarser instrument, when its bins are finer than its "
            "resolution. 0: the spectra are averaged over its bins alone, as in the paper.",
        ),
        FieldSpec(
            "split_um",
            "Split",
            "number",
            unit="µm",
            low=5.0,
            high=30.0,
            step=0.5,
            decimals=2,
            tooltip="Means are taken below and above this wavelength: drag the line in the plot.",
        ),
        FieldSpec(
            "min_snr",
            "Least S/N",
            "number",
            low=0.0,
            high=1000.0,
            step=1.0,
            decimals=1,
            tooltip="Samples whose ratio is known worse take no part in a mean.",
        ),
        FieldSpec(
            "partners",
            "Partners",
            "list",
            tooltip="Stars that are compared with a spectrum of another name: choose it above the "
            "plot.",
        ),
        FieldSpec(
            "excluded",
            "Stars left out",
            "list",
            tooltip="Click a curve and press x to leave its star out with a reason, or bring it "
            "back.",
        ),
    ),
)
