"""The modes of the LRS, as EXP_TYPE names them."""

from engine.model.identity import Identity

SLIT, SLITLESS = "MIR_LRS-FIXEDSLIT", "MIR_LRS-SLITLESS"


def is_slit(identity: Identity) -> bool:
    """Tell whether something was observed through the slit of the LRS."""
    return identity.exp_type.upper() == SLIT


def is_slitless(identity: Identity) -> bool:
    """Tell whether something was observed with the LRS without its slit."""
    return identity.exp_type.upper() == SLITLESS


def is_lrs(identity: Identity) -> bool:
    """Tell whether something was observed with the LRS."""
    return is_slit(identity) or is_slitless(identity)
