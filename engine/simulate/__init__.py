"""Observations with known truth, made by physics that the analyses do not share."""
