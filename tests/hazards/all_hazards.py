"""All hazards, in groups by what they spoil."""

from tests.hazards import (
    cube_hazards,
    fits_hazards,
    limit_hazards,
    place_hazards,
    session_hazards,
    spectrum_hazards,
    text_hazards,
)

GROUPS = (
    fits_hazards,
    cube_hazards,
    spectrum_hazards,
    text_hazards,
    session_hazards,
    place_hazards,
    limit_hazards,
)
