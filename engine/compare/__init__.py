"""Inspection of a calibration (Law+2025, Secs. 7 and 8)."""
