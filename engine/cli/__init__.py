"""The command ``fluxknot``."""
