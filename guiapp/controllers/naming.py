"""What results of the chain are called on the screen."""

from engine.analyses import analysis_named
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from engine.project.star_images import image_title, star_images

_NAMES = {EVERYTHING: "", "all": "of all stars"}


def subject_title(session: Session, key: NodeKey) -> str:
    """Return what ``key`` is about: ``"16 Cyg B · 4A"``; ``""`` for everything there is."""
    segment = session.segment(key.subject)
    if segment is not None:
        return segment.title
    for image in star_images(session):
        if image.id == key.subject:
            return image_title(image)
    subject = key.settings.subject
    return _NAMES.get(subject, subject)


def node_title(session: Session, key: NodeKey) -> str:
    """Return step and subject: ``"Response 16 Cyg B · 4A"``."""
    return f"{analysis_named(key.step).title} {subject_title(session, key)}".strip()


def segments_of(session: Session, key: NodeKey) -> tuple[str, ...]:
    """Return the ids of what ``key`` is about: one segment, or all of a source; else none."""
    if session.segment(key.subject) is not None:
        return (key.subject,)
    return tuple(one.id for one in session.sources.get(key.settings.subject, ()))
