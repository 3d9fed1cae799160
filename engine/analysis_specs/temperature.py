"""How brightness temperatures present themselves."""

from engine.analysis_specs.spec import Analysis, FieldSpec
from engine.compare.brightness_temperature import TemperatureMap, TemperatureParams

TEMPERATURE = Analysis(
    name="temperature",
    title="Temperature",
    group="Inspect",
    summary="Brightness temperatures of an extended source, against those that others measured.",
    source="Law+2025, Sec. 8.5, Fig. 24",
    params=TemperatureParams,
    result=TemperatureMap,
    fields=(
        FieldSpec(
            "fwhm_per_cm",
            "Convolve to",
            "number",
            unit="cm⁻¹",
            low=0.0,
            high=200.0,
            step=0.5,
            decimals=2,
            tooltip="FWHM of the Gaussian that the radiance is convolved with: 15 for "
            "Cassini/CIRS (Law+2025, Sec. 8.5). 0: none.",
        ),
        FieldSpec(
            "reference",
            "Reference",
            "text",
            automatic="same target",
            tooltip="Name of the map or spectrum to compare with. Empty: one of the same target "
            "by another observatory. “none”: nothing.",
        ),
        FieldSpec(
            "typical_k",
            "Typical temperature",
            "number",
            unit="K",
            low=0.0,
            high=5000.0,
            step=1.0,
            decimals=1,
            tooltip="Temperature at which a difference is turned into per cent of flux. 0: that of "
            "the reference at each place.",
        ),
        FieldSpec(
            "ranges_um",
            "Ranges",
            "list",
            unit="µm",
            tooltip="Ranges over which differences are averaged: drag their edges in the plot.",
        ),
    ),
)
