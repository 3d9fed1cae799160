"""Calibration of the MIRI medium-resolution spectrometer (Law+2025, Secs. 2 to 6)."""
