"""JWST data-quality bits in words."""

#: Bit and name, lowest bit first (JWST pipeline documentation, "Data Quality Flags").
DQ_BITS: tuple[tuple[int, str], ...] = tuple(
    (1 << place, name)
    for place, name in enumerate(
        (
            "DO_NOT_USE",
            "SATURATED",
            "JUMP_DET",
            "DROPOUT",
            "OUTLIER",
            "PERSISTENCE",
            "AD_FLOOR",
            "CHARGELOSS",
            "UNRELIABLE_ERROR",
            "NON_SCIENCE",
            "DEAD",
            "HOT",
            "WARM",
            "LOW_QE",
            "RC",
            "TELEGRAPH",
            "NONLINEAR",
            "BAD_REF_PIXEL",
            "NO_FLAT_FIELD",
            "NO_GAIN_VALUE",
            "NO_LIN_CORR",
            "NO_SAT_CHECK",
            "UNRELIABLE_BIAS",
            "UNRELIABLE_DARK",
            "UNRELIABLE_SLOPE",
            "UNRELIABLE_FLAT",
            "OPEN",
            "ADJ_OPEN",
            "FLUX_ESTIMATED",
            "MSA_FAILED_OPEN",
            "OTHER_BAD_PIXEL",
            "REFERENCE_PIXEL",
        )
    )
)

DO_NOT_USE = 1  #: the lowest bit: nothing may rest on this value
FLUX_ESTIMATED = 1 << 28  #: not measured here, but made from its surroundings


def flag_names(flags: int) -> tuple[str, ...]:
    """Return the names of the bits that are set.

    Parameters
    ----------
    flags : int
        A data-quality value of 32 bits.

    Returns
    -------
    tuple of str
        Lowest bit first; empty for a good value.
    """
    return tuple(name for bit, name in DQ_BITS if flags & bit)
