"""Calibration of images of stars: photometry, calibration factors and what they depend on."""
