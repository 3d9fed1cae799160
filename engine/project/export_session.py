"""Everything that a session gives, into one folder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import DataError
from engine.figures.seen import SeenPanel
from engine.figures.sizes import AS_DESIGNED, PrintSize
from engine.files.folders import require_free
from engine.progress import SILENT, Part, Progress, Stretch
from engine.project.chain import Chain
from engine.project.export_limits import Only, is_wanted
from engine.project.export_products import WHATS, What
from engine.project.exports import (
    DEFAULT_FORMATS,
    IfExists,
    PlannedFile,
    WriteFiles,
    Written,
    plan_exports,
    write_exports,
)
from engine.project.keys import NodeKey
from engine.project.report import write_report
from engine.project.report_choice import (
    ALL_SECTIONS,
    REPORT,
    ReportChoice,
    chosen_sections,
    report_name,
    results_of_report,
)
from engine.project.session import Session


@dataclass(frozen=True, slots=True)
class SeenFigure:
    """The axes that a view shows, and whose figure takes them over.

    Attributes
    ----------
    key : NodeKey
        A result that the figure shows, alone or with others.
    panels : tuple of SeenPanel
        Its axes, from top to bottom.
    part : str
        What of the result the view shows, where it shows one of several.
    beside : tuple of NodeKey
        Other results of that kind that the view shows in the same axes, each with a figure.
    """

    key: NodeKey
    panels: tuple[SeenPanel, ...]
    part: str = ""
    beside: tuple[NodeKey, ...] = ()

    def applied(self, planned: PlannedFile) -> PlannedFile:
        """Return ``planned`` with these axes if it is the figure of such a result."""
        keys = {self.key, *self.beside}
        is_of_it = planned.node in keys or not {*map(str, keys)}.isdisjoint(planned.of)
        if planned.what != "figures" or not is_of_it:
            return planned
        part = self.part if planned.node == self.key else ""
        return replace(planned, panels=self.panels, part=part)


def export_session(
    session: Session,
    chain: Chain,
    folder: str | Path,
    what: Iterable[str] = (*WHATS, REPORT),
    *,
    formats: dict[What, tuple[str, ...]] = DEFAULT_FORMATS,
    size: PrintSize = AS_DESIGNED,
    only: Only | None = None,
    step: str = "",
    sections: tuple[str, ...] = ALL_SECTIONS,
    seen: SeenFigure | None = None,
    exists: IfExists = "refuse",
    progress: Progress = SILENT,
    write: WriteFiles | None = None,
) -> Written:
    """Write spectra, vectors, tables, figures and the report of ``session``.

    Parameters
    ----------
    session : Session
        What is exported.
    chain : Chain
        Where its results come from; missing ones are computed.
    folder : path-like
        Made when it is not there.
    what : iterable of str, optional
        Of ``"spectra"``, ``"vectors"``, ``"references"``, ``"images"``, ``"tables"``, ``"figures"``
        and ``"report"``.
    formats : dict, optional
        File name extensions of each kind.
    size : PrintSize, optional
        Size of the figures in print.
    only : frozenset of (str or NodeKey), optional
        Subjects (segment ids, source keys) and results to limit the export to.
    step : str, optional
        Step to limit the export to; by default all whose results are used.
    sections : tuple of str, optional
        Sections of the report, of `engine.project.report_choice.SECTIONS`.
    seen : SeenFigure, optional
        The figure that takes over the axes of the view that shows it.
    exists : {"refuse", "replace"}, optional
        What to do when a file is there already.
    progress : Progress, optional
        Told before each file.
    write : callable, optional
        What writes the files in place of `engine.project.exports.write_files`; not the report.

    Returns
    -------
    Written
        What was written and what was not.

    Raises
    ------
    FileError
        Before anything is written, if a file is there already and ``exists`` says refuse; or
        when a file cannot be written.
    DataError
        If a section of the report is not known.
    """
    wanted, sections = tuple(what), chosen_sections(sections)
    of, without_report = _report_of(session, chain, only, step) if REPORT in wanted else ((), "")
    name = report_name(session, of)
    if exists == "refuse" and REPORT in wanted and not without_report:
        require_free(folder, [name])
    kinds = [one for one in WHATS if one in wanted]
    plan = plan_exports(session, chain, kinds, formats=formats, only=only, step=step)
    plan = tuple(replace(one, size=size) for one in plan)
    plan = plan if seen is None else tuple(seen.applied(one) for one in plan)
    count = len(plan)
    total = count + (REPORT in wanted)
    part = Stretch(progress, 0, count, total)
    written = write_exports(session, chain, folder, plan, exists=exists, progress=part, write=write)
    if REPORT not in wanted:
        return written
    if without_report:
        return replace(written, skipped=(*written.skipped, (name, without_report)))
    path, choice = Path(folder) / name, ReportChoice(of, sections)
    last = Part(progress, count, total)
    write_report(session, chain, path, choice=choice, exists=exists, progress=last)
    return replace(written, paths=(*written.paths, path))


def _report_of(
    session: Session, chain: Chain, only: Only | None, step: str
) -> tuple[tuple[str, ...], str]:
    """Return the results that the report is limited to, and why there is none."""
    try:
        return results_of_report(session, chain, only, step), ""
    except DataError as error:
        return (), error.sentence


def needed_for(
    session: Session,
    chain: Chain,
    what: Iterable[str],
    *,
    only: Only | None = None,
    step: str = "",
) -> tuple[NodeKey, ...]:
    """Return the nodes that an export of ``what`` asks for, in the order of the chain."""
    wanted = tuple(what)
    keys = chain.keys(session)
    nodes: set[NodeKey] = set()
    if {"tables", REPORT} & {*wanted}:
        if only is None and not step:
            return keys
        nodes |= {key for key in keys if is_wanted(session, key, only, step)}
    kinds = [one for one in WHATS if one in wanted]
    plan = plan_exports(session, chain, kinds, only=only, step=step)
    nodes |= {one.node for one in plan if one.node is not None}
    nodes |= {above for node in tuple(nodes) for above in chain.upstream(session, node)}
    return tuple(key for key in keys if key in nodes)
