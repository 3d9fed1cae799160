"""Bandpasses and synthetic photometry, of no one instrument: values in, values out."""
