"""Where the bundle begins."""

import multiprocessing
import sys

from guiapp.command import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
