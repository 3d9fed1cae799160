"""A whole run of the program under an audit hook: open, compute, edit, export, save, close.

``python -m tests.helpers.window_run FOLDER FILE ...``: prints JSON with what happened outside the
places that a run may touch. The hook is there before anything of the program is imported.
"""

import json
import os
import site
import sys
import sysconfig
from pathlib import Path

FOLDER = Path(sys.argv[1])
CHECKOUT = Path(__file__).resolve().parents[2]
#: Of the program: settings, copies of unsaved work, kept results; and what was chosen.
OWN = [FOLDER / name / "fluxknot" for name in ("config", "data", "state", "cache")]
CHOSEN = [FOLDER / "chosen", FOLDER / "out"]
#: Of libraries: they keep their own settings and lists of fonts beside those of the program.
OF_LIBRARIES = [FOLDER / one / "matplotlib" for one in ("config", "cache")]
OF_LIBRARIES += [FOLDER / one / "astropy" for one in ("config", "cache")]
READ_ALONE = [
    *(Path(one) for one in (sys.prefix, sys.base_prefix, *site.getsitepackages())),
    *(Path(one) for one in sysconfig.get_paths().values()),
    *(CHECKOUT / one for one in ("engine", "guiapp", "resources", "tests")),
    *(Path(one) for one in ("/usr", "/etc", "/proc", "/sys", "/dev", "/lib", "/var/cache")),
]
FORBIDDEN = (
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.", "http.",
    "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pickle.",
    "ftplib.", "smtplib.",
)  # fmt: skip
CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
           "os.chmod", "os.chown", "shutil.")  # fmt: skip
PROGRAMS = {"fc-list"}  # Matplotlib asks it once which fonts there are
found, counts = [], {"opened": 0, "written": 0, "code run": 0}


def _is_below(path, places):
    return any(path == place or place in path.parents for place in places)


def hook(event, args):
    """Note what a run may not do."""
    if event == "open":
        _opened(*args)
    elif event.startswith(CHANGES):
        for one in args:
            if isinstance(one, str | bytes | os.PathLike):
                _touched(event, one)
    elif event in {"exec", "compile"}:
        counts["code run"] += 1
        caller = Path(sys._getframe(1).f_code.co_filename)
        if _is_below(caller, [CHECKOUT / "engine", CHECKOUT / "guiapp"]):
            found.append([event, str(caller)])
    elif event.startswith(FORBIDDEN) and not (event == "subprocess.Popen" and args[0] in PROGRAMS):
        found.append([event, repr(args)[:200]])


def _opened(name, mode, flags):
    if isinstance(name, int):
        return
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    counts["opened"] += 1
    if (isinstance(mode, str) and set(mode) & set("wax+")) or flags & writes:
        _touched("open to write", name)
    elif not _is_below(_path(name), [*OWN, *CHOSEN, *OF_LIBRARIES, *READ_ALONE]):
        found.append(["open to read", os.fsdecode(name)])


def _touched(event, name):
    counts["written"] += 1
    path = _path(name)
    is_compiled = "__pycache__" in path.parts  # of Python itself
    is_named = _is_below(path, [*OWN, *CHOSEN, *OF_LIBRARIES]) or path in {
        place for one in (*OWN, *OF_LIBRARIES) for place in one.parents
    }
    if not (is_named or is_compiled or path == Path(os.devnull)):
        found.append([event, str(path)])


def _path(name):
    return Path(os.path.realpath(os.fsdecode(name)))


def steps(controller, window):
    """Yield after each thing that is done; what is under way ends before the next one."""
    from dataclasses import replace

    from PyQt6.QtCore import QTimer

    yield
    names = list(window.view_area.views)
    for name in names:
        window.set_view(name)
        yield
    controller.chain.run_all()
    yield
    space = controller.workspace
    key = next(one for one in space.chain.keys(space.session) if one.step == "response")
    space.set_params(key, replace(space.params(key), line_windows="none"), "Edit")
    yield
    controller.session.autosave()
    controller.exports.export(("spectra", "vectors", "references", "images", "tables", "figures",
                               "report"), str(FOLDER / "out"))  # fmt: skip
    yield
    controller.session.ask_name = lambda _suggested: str(FOLDER / "out" / "run.fluxknot")
    controller.session.save()
    yield
    QTimer.singleShot(0, window.close)


def main():
    """Run the program, then tell what it did."""
    for one in ("config", "data", "cache", "state"):
        (FOLDER / one).mkdir()
        os.environ[f"XDG_{one.upper()}_HOME"] = str(FOLDER / one)
    sys.addaudithook(hook)
    from PyQt6.QtCore import QTimer

    from guiapp import app

    begin = app.begin

    def begun(window, troubles, wanted):
        controller = begin(window, troubles, wanted)
        going = steps(controller, window)
        timer = QTimer(window)
        timer.timeout.connect(lambda: _go_on(controller, going, timer))
        timer.start(50)
        return controller

    app.begin = begun
    code = app.main(["fluxknot", *sys.argv[2:]])
    sys.stdout.write(json.dumps({"found": found, "counts": counts}))
    return code


def _go_on(controller, going, timer):
    if not controller.workspace.runner.jobs and next(going, timer) is timer:
        timer.stop()


if __name__ == "__main__":
    sys.exit(main())
