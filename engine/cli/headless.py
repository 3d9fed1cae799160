"""The headless commands."""

import io
import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine import __version__
from engine.analyses import ANALYSES, EXTRACT
from engine.cli.caching import chain_with_cache
from engine.cli.commands import EXPORTS, build_parser
from engine.cli.inspection import as_plain, describe, inspect_file
from engine.cli.working import hands_on
from engine.counting import counted
from engine.errors import Cancelled, DataError, EngineError, UsageError
from engine.files import find_files
from engine.files.folders import require_free
from engine.mrs.extraction import ExtractionParams
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.export_products import WHATS
from engine.project.export_session import export_session, needed_for
from engine.project.exports import Written, plan_exports, write_exports
from engine.project.input_files import InputFiles
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.named_subjects import subjects_named
from engine.project.opening import Opened, add_files, read_files
from engine.project.rerun import Rerun, rerun_export
from engine.project.run import evaluate_all
from engine.project.session import Session
from engine.project.session_file import read_session, write_session


def run_headless(arguments: Sequence[str]) -> int:
    """Run one headless command and return its exit code."""
    options = build_parser().parse_args(list(arguments))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may be no Unicode
    try:
        return _COMMANDS[options.command](options)
    except EngineError as error:
        print(f"fluxknot: {error.sentence}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except (Cancelled, KeyboardInterrupt):
        print("fluxknot: stopped.", file=sys.stderr)
        return 1


def _inspect(options: Namespace) -> int:
    files = [inspect_file(path) for path in find_files(options.files)]
    if options.json:
        print(json.dumps([as_plain(one) for one in files], indent=1))
    else:
        print("\n".join(describe(one) for one in files))
    if not files:
        raise DataError("There is no file to look at here.", hint="Name the files themselves.")
    return 1 if any(one.verdict == "refused" for one in files) else 0


def _new(options: Namespace) -> int:
    path = Path(options.output)
    if not options.force:
        require_free(path.parent, [path.name])
    chain = Chain()
    session = _opened(Session(), options.files, chain)
    write_session(session, path, exists=_exists(options))
    print(
        f"{path}: {counted(len(session.entries), 'file')}"
        f", {counted(len(session.sources), 'source')}"
    )
    return 0


def _extract(options: Namespace) -> int:
    chain = chain_with_cache()
    session = _opened(Session(), options.files, chain)
    if options.apcorr:
        session = _with_correction(session, options.apcorr, chain)
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
    written = write_exports(session, chain, options.out, plan, exists=_exists(options))
    for segment in session.segments:
        found = chain.result(session, NodeKey(EXTRACT.name, segment.id))
        for message in found.messages if found is not None else ():
            said = message.removeprefix(f"{segment.identity.band}: ")  # the title names it
            print(f"fluxknot: {segment.title}: {said}", file=sys.stderr)
    _tell(written)
    return 1 if written.skipped else 0


def _with_correction(session: Session, path: str, chain: Chain) -> Session:
    """Open the aperture correction that was asked for by name; it must be one, and be of use."""
    opened = _opened(session, [path], chain)
    given = [entry for entry in opened.entries if entry.path == os.path.abspath(path)]  # noqa: PTH100
    bands = {part.band for entry in given for part in entry.parts}
    if any(entry.kind != "aperture correction" for entry in given):
        raise DataError(
            f"{Path(path).name} is no aperture correction.", hint="Give an apcorr file."
        )
    without = [
        segment.title
        for segment in opened.segments
        if segment.is_cube and not bands & {"", segment.identity.band}
    ]
    for title in without:
        told = f"{Path(path).name} has no aperture correction for it"
        print(f"fluxknot: {title}: {told}.", file=sys.stderr)
    if len(without) == sum(segment.is_cube for segment in opened.segments):
        raise DataError(
            f"{Path(path).name} fits no band of these cubes.",
            hint="Give the correction of their band, or --no-aperture-correction.",
        )
    return opened


def _run(options: Namespace) -> int:
    session = read_session(options.session)
    with hands_on(session, options) as hands:
        chain, progress = hands.chain, hands.progress
        hands.prepare(chain.keys(session))
        failures = evaluate_all(session, chain, progress=progress)
        written = export_session(
            session,
            chain,
            options.out,
            exists=_exists(options),
            progress=progress,
            write=hands.write,
        )
    _tell(written)
    told = {reason for _, reason in written.skipped}
    for key, reason in failures:
        if reason not in told:
            print(f"fluxknot: {key}: {reason}", file=sys.stderr)
    return _code(written)


def _export(options: Namespace) -> int:
    step = _known_step(options.step) if options.step else ""
    session = read_session(options.session)
    what = EXPORTS if "all" in options.what else options.what
    only = subjects_named(session, options.of) if options.of else None
    with hands_on(session, options) as hands:
        hands.prepare(needed_for(session, hands.chain, what, only=only, step=step))
        written = export_session(
            session,
            hands.chain,
            options.out,
            what,
            only=only,
            step=step,
            sections=options.sections,
            exists=_exists(options),
            progress=hands.progress,
            write=hands.write,
        )
    if not written.paths and not written.skipped:
        limits = " for what --of and --step ask" if options.of or options.step else ""
        raise DataError(
            f"The session gives no {' and no '.join(what)}{limits}.",
            hint="References need a cal file with the WAVELENGTH extension of their detector and "
            "setting, and stars to combine or vectors."
            if "references" in what
            else "Open observations and their models first.",
        )
    _tell(written)
    return _code(written)


def _rerun(options: Namespace) -> int:
    chain, data = Chain(), InputFiles(options.data)  # nothing of earlier runs takes part
    code = 0
    for path in options.files:
        try:
            done = rerun_export(path, data, options.out, chain, exists=_exists(options))
        except EngineError as error:
            print(f"fluxknot: {Path(path).name}: {error.sentence}", file=sys.stderr)
            code = 1
            continue
        print(done.path)
        if not done.is_identical:
            print(f"fluxknot: {_difference(path, done)}", file=sys.stderr)
            code = 1
    return code


def _difference(path: str, done: Rerun) -> str:
    if done.version == __version__:
        return f"{done.path} differs from {path}."
    return f"{done.path} differs from {path}, which Fluxknot {done.version} made."


def _demo(options: Namespace) -> int:
    session = write_demo(
        options.folder,
        name=options.name,
        seed=options.seed,
        size=options.size,
        exists=_exists(options),
    )
    print(session)
    return 0


def _list(_options: Namespace) -> int:
    for analysis in ANALYSES:
        print(f"{analysis.name:13} {analysis.summary} [{analysis.source}]")
    return 0


def _analyze(options: Namespace) -> int:
    _known_step(options.name)
    session, chain = read_session(options.session), chain_with_cache()
    if not any(key.step == options.name for key in chain.keys(session)):
        raise DataError(
            f"There is nothing in {Path(options.session).name} that {options.name} could do.",
            hint="Open the files that it needs in this session.",
        )
    plan = plan_exports(session, chain, WHATS, step=options.name)
    written = write_exports(session, chain, options.out, plan, exists=_exists(options))
    _tell(written)
    return _code(written)


def _known_step(name: str) -> str:
    names = [analysis.name for analysis in ANALYSES]
    if name not in names:
        raise UsageError(
            f"There is no analysis {name[:40]!r}.", hint=f"There are: {', '.join(names)}."
        )
    return name


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "inspect": _inspect,
    "new": _new,
    "extract": _extract,
    "run": _run,
    "export": _export,
    "rerun": _rerun,
    "demo": _demo,
    "list": _list,
    "analyze": _analyze,
}


def _opened(session: Session, paths: Sequence[str], chain: Chain) -> Session:
    """Open files; what is wrong with them goes to standard error.

    A file that was named must open; one that was only found in a folder is left out, and told.
    """
    opened: Opened = add_files(session, read_files(paths, chain.library))
    for message in opened.messages:
        print(f"fluxknot: {message.text}", file=sys.stderr)
    named = {os.path.abspath(path) for path in paths}  # noqa: PTH100  (links stay)
    fatal = [one for one in opened.refusals if os.path.abspath(one.path) in named]  # noqa: PTH100
    if not opened.added:
        fatal = fatal or list(opened.refusals)
    for refusal in opened.refusals:
        if refusal not in fatal[:1]:
            print(f"fluxknot: {refusal.what} {refusal.hint}".rstrip(), file=sys.stderr)
    if fatal:
        raise EngineError(fatal[0].what, hint=fatal[0].hint)
    if not opened.session.entries:
        raise DataError("There is no file to open here.")
    return opened.session


def _exists(options: Namespace) -> Any:
    return "replace" if options.force else "refuse"


def _tell(written: Written) -> None:
    for path in written.paths:
        print(path)
    for name, reason in written.skipped:
        print(f"fluxknot: {name} was not written: {reason}", file=sys.stderr)


def _code(written: Written) -> int:
    """Return 1 when something was to be written and nothing but a report was."""
    results = [path for path in written.paths if path.suffix != ".html"]
    return 1 if written.skipped and not results else 0
