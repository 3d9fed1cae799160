"""The headless commands."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.analyses import ANALYSES, EXTRACT
from engine.cli.commands import build_parser
from engine.cli.inspection import describe, inspect_file
from engine.errors import Cancelled, DataError, EngineError
from engine.files import find_files
from engine.mrs.extraction import ExtractionParams
from engine.progress import SILENT
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.exports import (
    WHATS,
    PlannedFile,
    Written,
    plan_exports,
    write_exports,
)
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.opening import Opened, add_files, read_files
from engine.project.report import write_report
from engine.project.run import evaluate_all
from engine.project.session import Session
from engine.project.session_file import read_session, write_session


def run_headless(arguments: Sequence[str]) -> int:
    """Run one headless command and return its exit code."""
    options = build_parser().parse_args(list(arguments))
    try:
        return _COMMANDS[options.command](options)
    except EngineError as error:
        print(f"fluxknot: {error.sentence}", file=sys.stderr)
        return 1
    except (Cancelled, KeyboardInterrupt):
        print("fluxknot: stopped.", file=sys.stderr)
        return 1


def _inspect(options: Namespace) -> int:
    files = [inspect_file(path) for path in find_files(options.files)]
    if options.json:
        print(json.dumps([asdict(one) for one in files], indent=1, ensure_ascii=False))
    else:
        print("\n".join(describe(one) for one in files))
    return 1 if any(one.verdict == "refused" for one in files) else 0


def _new(options: Namespace) -> int:
    chain = Chain()
    session = _opened(Session(), options.files, chain)
    path = Path(options.output)
    write_session(session, path, exists="replace" if options.force else "refuse")
    print(f"{path}: {len(session.entries)} files, {len(session.sources)} sources")
    return 0


def _extract(options: Namespace) -> int:
    chain = Chain()
    files = [*options.files, *([options.apcorr] if options.apcorr else [])]
    session = _opened(Session(), files, chain)
    if not any(segment.is_cube for segment in session.segments):
        raise DataError("None of these files is a cube.", hint="Give s3d files.")
    params = ExtractionParams(
        radius_fwhm=options.radius_fwhm,
        annulus_fwhm=tuple(options.annulus_fwhm),
        center=options.center,
        method=options.method,
        aperture_correction="none" if options.no_aperture_correction else "when available",
    )
    session = session.with_params(NodeKey(EXTRACT.name, EVERYTHING), params)
    plan = plan_exports(session, chain, ["spectra"], step=EXTRACT.name)
    written = _write(session, chain, options, plan)
    return _told_extractions(session, chain, written)


def _run(options: Namespace) -> int:
    chain = Chain()
    session = read_session(options.session)
    failures = evaluate_all(session, chain, jobs=options.jobs)
    written = _write(session, chain, options, plan_exports(session, chain, WHATS))
    report = write_report(
        session, chain, Path(options.out) / "report.html", exists=_exists(options)
    )
    print(report)
    for key, reason in failures:
        print(f"fluxknot: {key}: {reason}", file=sys.stderr)
    return _told(written)


def _export(options: Namespace) -> int:
    chain = Chain()
    session = read_session(options.session)
    everything = "all" in options.what
    what = WHATS if everything else tuple(one for one in WHATS if one in options.what)
    written = _write(session, chain, options, plan_exports(session, chain, what))
    if everything or "report" in options.what:
        path = Path(options.out) / "report.html"
        print(write_report(session, chain, path, exists=_exists(options)))
    return _told(written)


def _demo(options: Namespace) -> int:
    session = write_demo(
        options.folder, seed=options.seed, size=options.size, exists=_exists(options)
    )
    print(session)
    return 0


def _list(_options: Namespace) -> int:
    for analysis in ANALYSES:
        print(f"{analysis.name:12} {analysis.summary} [{analysis.source}]")
    return 0


def _analyze(options: Namespace) -> int:
    if options.name not in {analysis.name for analysis in ANALYSES}:
        names = ", ".join(analysis.name for analysis in ANALYSES)
        raise DataError(f"There is no analysis {options.name!r}.", hint=f"There are: {names}.")
    chain = Chain()
    session = read_session(options.session)
    plan = plan_exports(session, chain, WHATS, step=options.name)
    return _told(_write(session, chain, options, plan))


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "inspect": _inspect,
    "new": _new,
    "extract": _extract,
    "run": _run,
    "export": _export,
    "demo": _demo,
    "list": _list,
    "analyze": _analyze,
}


def _opened(session: Session, paths: Sequence[str], chain: Chain) -> Session:
    """Open files; the first refusal stops the command, warnings go to standard error."""
    opened: Opened = add_files(session, read_files(paths, chain.library))
    for message in opened.messages:
        print(f"fluxknot: {message.text}", file=sys.stderr)
    if opened.refusals:
        first = opened.refusals[0]
        raise EngineError(first.what, hint=first.hint)
    if not opened.session.entries:
        raise DataError("There is no file to open here.")
    return opened.session


def _write(
    session: Session, chain: Chain, options: Namespace, plan: Sequence[PlannedFile]
) -> Written:
    return write_exports(
        session, chain, options.out, plan, exists=_exists(options), progress=SILENT
    )


def _exists(options: Namespace) -> Any:
    return "replace" if options.force else "refuse"


def _told(written: Written) -> int:
    for path in written.paths:
        print(path)
    for name, reason in written.skipped:
        print(f"fluxknot: {name} was not written: {reason}", file=sys.stderr)
    return 1 if written.skipped and not written.paths else 0


def _told_extractions(session: Session, chain: Chain, written: Written) -> int:
    for segment in session.segments:
        found = chain.result(session, NodeKey(EXTRACT.name, segment.id))
        for message in found.messages if found is not None else ():
            print(f"fluxknot: {segment.title}: {message}", file=sys.stderr)
    return _told(written)
