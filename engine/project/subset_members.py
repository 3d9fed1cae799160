"""Which observations of a session belong to a named subset, as far as the files alone tell."""

import numpy as np

from engine.arrays import frozen
from engine.compare.factor_columns import class_of
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.subsets import Subset, members_of
from engine.errors import DataError
from engine.model.star_names import shown_star_name
from engine.project.session import Session


def subset_sources(session: Session, subset: Subset) -> tuple[str, ...]:
    """Return the source keys of the open observations that belong to ``subset``.

    Parameters
    ----------
    session : Session
        The open files.
    subset : Subset
        With a condition on star, class, date (``mjd``) or program, or with members.

    Returns
    -------
    tuple of str
        Nothing when the condition asks for what only results tell, e.g. the factor.
    """
    sources = session.sources
    first = [segments[0].identity for segments in sources.values()]
    unknown = frozen(np.full(len(first), np.nan))
    table = FactorTable(
        title="observations",
        unit="",
        ids=tuple(sources),
        stars=tuple(shown_star_name(one.target) for one in first),
        classes=tuple(class_of(one.target) for one in first),
        factor=unknown,
        error=unknown,
        reasons=("",) * len(first),
        flags=("",) * len(first),
        notes=("",) * len(first),
        parameters=(
            Parameter("mjd", "Date", "MJD", frozen([one.mjd or np.nan for one in first])),
            Parameter("program", "Program", texts=tuple(one.program for one in first)),
        ),
    )
    try:
        return members_of(subset, table)
    except DataError:
        return ()
