"""What all spectrographs share: resampling, continua, lines, overlaps, noise."""
