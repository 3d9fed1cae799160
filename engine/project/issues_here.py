"""Known issues of files that the chain of the session makes good."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.health.issues import Finding
from engine.project.entries import Entry, part_id
from engine.project.keys import NodeKey
from engine.project.leak_step import is_leak_corrected
from engine.project.rate_step import is_loss_corrected
from engine.project.session import Session

ResultOf = Callable[[NodeKey], Any | None]  #: gives a result; `None`: there is none, or not yet

_LEAK, _LOSS = "MRS-LEAK", "MRS-TIME"
_NO_EFFECT = "None on what is calibrated here, up to the error of the correction."


def answered(session: Session, entry: Entry, finding: Finding, result_of: ResultOf) -> Finding:
    """Return what a file has, as it is after the corrections of this session.

    Parameters
    ----------
    session : Session
        With the decisions on the corrections.
    entry : Entry
        The file.
    finding : Finding
        A known issue that it has.
    result_of : callable
        Gives the results of the session, by which it is known what was corrected.

    Returns
    -------
    Finding
        ``finding`` itself, or that the issue of the file is corrected here, as good to know.
    """
    if finding.id not in {_LEAK, _LOSS}:
        return finding
    parts = (session.segment(part_id(entry, part)) for part in range(len(entry.parts)))
    observed = [one for one in parts if one is not None]
    if not observed:
        return finding
    if finding.id == _LEAK:
        if not all(is_leak_corrected(session, one) for one in observed):
            return finding
        what = "The leak of 6.1 µm light at 12.2 µm is in the file; it is corrected here."
        return _corrected(finding, what, "Leak")
    if not all(is_loss_corrected(session, one, result_of) for one in observed):
        return finding
    what = "The loss of count rate with time is in the file; it is corrected here."
    return _corrected(finding, what, "Corrected rate")


def _corrected(finding: Finding, what: str, step: str) -> Finding:
    action = f"Look at the step {step}."
    return replace(finding, level="info", what=what, effect=_NO_EFFECT, action=action)
