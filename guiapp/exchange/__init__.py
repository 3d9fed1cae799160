"""Exchange with other programs on this computer."""
