"""The registry of analyses."""
