"""What a report is about, and which of its sections it has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.counting import counted
from engine.errors import DataError
from engine.project.chain import Chain
from engine.project.export_limits import (
    SEVERAL,
    Only,
    bands_of_source,
    is_wanted,
    limited_name,
    limits_in_words,
)
from engine.project.keys import parse_key
from engine.project.report_comparison import Comparison, comparison_text
from engine.project.session import Session
from engine.project.steps import step_named

REPORT = "report"  #: what it is called among the products of a session
REPORT_NAME = f"{REPORT}.html"  #: of one on the whole session
SECTIONS: Mapping[str, str] = {
    "changes": "Changes and what is left out",
    "health": "Health check",
    "figures": "Figures",
    "tables": "Tables",
    "files": "Files",
}  #: sections that can be chosen; overview and recipe are always there
ALL_SECTIONS = tuple(SECTIONS)
_MOST_STEPS = 3  # that are named


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """What the user wants in a report.

    Attributes
    ----------
    of : tuple of str
        Results that it is limited to; empty: everything that is used.
    sections : tuple of str
        Of `SECTIONS`.
    compared : Comparison or None
        What differs from another version, of a report that is made again; `None`: from the version
        that its session is compared with, if there is one.
    """

    of: tuple[str, ...] = ()
    sections: tuple[str, ...] = ALL_SECTIONS
    compared: Comparison | None = None

    @property
    def product(self) -> dict[str, str]:
        """How the recipe of the report says it; nothing for a whole one."""
        said = {"of": "\n".join(self.of), "compared": comparison_text(self.compared)}
        if self.sections != ALL_SECTIONS:
            said["sections"] = "\n".join(self.sections)
        return {name: text for name, text in said.items() if text}


WHOLE_REPORT = ReportChoice()


def chosen_sections(names: Iterable[str]) -> tuple[str, ...]:
    """Return sections in the order of the page.

    Raises
    ------
    DataError
        If one is not known, or there is none.
    """
    wanted = tuple(names)
    unknown = [name for name in wanted if name not in SECTIONS]
    if unknown or not wanted:
        said = f"{unknown[0][:40]!r} is no section of a report." if unknown else ""
        raise DataError(
            said or "A report needs at least one section.",
            hint=f"Choose from {', '.join(SECTIONS)}.",
        )
    return tuple(name for name in SECTIONS if name in wanted)


def results_of_report(
    session: Session, chain: Chain, only: Only | None, step: str
) -> tuple[str, ...]:
    """Return the results that a report is limited to; nothing: it is not.

    Raises
    ------
    DataError
        If nothing that was asked for gives a result.
    """
    if only is None and not step:
        return ()
    found = [str(key) for key in chain.keys(session) if is_wanted(session, key, only, step)]
    if not found:
        raise DataError(
            "What is chosen gives no result to report on.", hint="Choose more, or everything."
        )
    return tuple(found)


def report_name(session: Session, of: tuple[str, ...]) -> str:
    """Return the name of the file of a report, which says what is in it: a source, or a step."""
    steps = {parse_key(one).step for one in of}
    name = limited_name(session, REPORT, of, "html")
    is_of_several = name == f"{SEVERAL}_{REPORT_NAME}" or not limits_in_words(session, of)
    if len(steps) != 1 or not is_of_several:
        return name
    return f"{steps.pop().replace('_', '-')}_{REPORT_NAME}"


def left_out_in_words(session: Session, choice: ReportChoice) -> tuple[str, ...]:
    """Return what a report does not tell, one sentence each; nothing for a whole one.

    Parameters
    ----------
    session : Session
        With nothing but what the report is about.
    choice : ReportChoice
        What it is limited to.
    """
    said = []
    if choice.of:
        keys = [parse_key(one) for one in choice.of]
        titles = list(dict.fromkeys(step_named(key.step).analysis.title for key in keys))
        named = ", ".join(titles) if len(titles) <= _MOST_STEPS else counted(len(titles), "step")
        about = _about(session, choice.of)
        what = f"{named} of {about}" if about else named
        number = "" if len(keys) == 1 else f" ({counted(len(keys), 'result')})"
        rest = "it rests on" if len(keys) == 1 else "they rest on"
        said.append(
            f"Limited to {what}{number} and to the files that {rest}; whatever else the session "
            "holds is left out."
        )
    missing = [title for name, title in SECTIONS.items() if name not in choice.sections]
    if missing:
        said.append(f"Sections that are left out: {', '.join(missing)}.")
    return tuple(said)


def _about(session: Session, of: tuple[str, ...]) -> str:
    """Return what results are about; the bands of one source together."""
    subjects = dict.fromkeys(parse_key(one).settings.subject for one in of)
    segments = [one for one in map(session.segment, subjects) if one is not None]
    sources = {one.identity.source_key for one in segments}
    if len(sources) == 1 < len(segments) == len(subjects):
        return bands_of_source(sources.pop(), len(segments))
    return limits_in_words(session, of)
