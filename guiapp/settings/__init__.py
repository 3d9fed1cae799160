"""Preferences and where they are kept."""
