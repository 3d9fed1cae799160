"""Known issues of files that the chain of the session makes good."""

from dataclasses import replace

from engine.health.issues import Finding
from engine.project.leak_step import is_leak_corrected
from engine.project.session import Entry, Session

_LEAK = "MRS-LEAK"


def answered(session: Session, entry: Entry, finding: Finding) -> Finding:
    """Return what a file has, as it is after the corrections of this session.

    Parameters
    ----------
    session : Session
        With the decisions on the corrections.
    entry : Entry
        The file.
    finding : Finding
        A known issue that it has.

    Returns
    -------
    Finding
        ``finding`` itself, or that the issue of the file is corrected here, as good to know.
    """
    if finding.id != _LEAK:
        return finding
    observed = [one for one in session.segments if one.entry.id == entry.id]
    if not observed or not all(is_leak_corrected(session, one) for one in observed):
        return finding
    return replace(
        finding,
        level="info",
        what="The leak of 6.1 µm light at 12.2 µm is in the file; it is corrected here.",
        effect="None on what is calibrated here, up to the error of the correction.",
        action="Look at the step Leak.",
    )
