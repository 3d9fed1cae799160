"""The log files, for reports: what was logged, and where the process died if it did."""

import faulthandler
import logging
import logging.handlers
from pathlib import Path
from typing import TextIO

import platformdirs

_LOG, _CRASH = "fluxknot.log", "crash.log"
_MAX_BYTES, _KEPT = 1_000_000, 3

log = logging.getLogger(__name__)


def log_folder() -> Path:
    """Return where log files of this user lie."""
    return platformdirs.user_log_path("fluxknot", appauthor=False)


class LogFiles:
    """Writes what is logged, and the stack of a process that dies by a signal.

    A folder that cannot be written costs the log files, never the program.
    """

    def __init__(self, folder: Path) -> None:
        self._handler: logging.Handler | None = None
        self._crash: TextIO | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handler = logging.handlers.RotatingFileHandler(
                folder / _LOG, maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
            )
            self._crash = (folder / _CRASH).open("a", encoding="utf-8")
        except OSError as error:
            log.warning("%s: no log files are written: %s", folder, error)
            return
        form = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
        self._handler.setFormatter(logging.Formatter(form))
        logging.getLogger().addHandler(self._handler)
        faulthandler.enable(self._crash)

    def close(self) -> None:
        """Stop writing."""
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
        if self._crash is not None:
            faulthandler.disable()
            self._crash.close()
