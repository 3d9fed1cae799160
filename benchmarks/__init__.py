"""What is measured, and against what: see README.md."""

import engine as _engine  # noqa: F401  (before NumPy: it decides on the threads of BLAS)
