"""Known issues of the data, as rules on headers, steps and values."""
