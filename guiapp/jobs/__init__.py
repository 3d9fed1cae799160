"""Engine work on background threads."""
