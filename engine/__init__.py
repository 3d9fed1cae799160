"""The calibration engine of Fluxknot: values in, values out, no window needed.

Every analysis is one documented function from data and frozen parameters to a frozen result;
`engine.analyses` lists them. A session opened here gives the numbers that the desktop shows.
"""

import os

# Threaded BLAS sums in an order that depends on the machine's load. One thread keeps the promise
# that one recipe and one set of inputs give one set of bits.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"
