"""Figures for publication, drawn from the results that the window shows."""
