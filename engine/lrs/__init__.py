"""Low-resolution spectroscopy with MIRI: what its known issues do, found and mended."""
