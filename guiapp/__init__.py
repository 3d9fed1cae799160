"""The desktop application of Fluxknot."""
