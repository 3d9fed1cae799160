"""Which model belongs to which star."""

from engine.model.star_names import star_key
from engine.project.entries import Entry, Segment
from engine.project.session import Session


def model_of(session: Session, segment: Segment) -> Entry | None:
    """Return the model of the star in ``segment``.

    The user's choice comes first, then the model that was opened last among those that name the
    same star; `None` when there is none, or when another observatory made the spectrum: it is
    there to be compared with, not to be calibrated.
    """
    if not segment.identity.is_of_webb:
        return None
    return chosen_model(session, segment.identity.target)


def chosen_model(session: Session, target: str) -> Entry | None:
    """Return the model of the star ``target``: the user's choice, else the one opened last."""
    chosen = session.entry(session.models.get(target, ""))
    if chosen is not None and chosen.is_model:
        return chosen
    return session.star_models.get(star_key(target))


def models(session: Session) -> tuple[Entry, ...]:
    """Return the entries that can serve as a model, in the order of opening."""
    return tuple(entry for entry in session.entries if entry.is_model)


def same_star(one: str, other: str) -> bool:
    """Tell whether two names mean the same star."""
    return star_key(one) == star_key(other) != ""
