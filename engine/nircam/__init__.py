"""Calibration of the NIRCam modules against each other (Ma+2023)."""
