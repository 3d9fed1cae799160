"""Files are written in one way only: through `engine.files.atomic`."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ATOMIC = "engine/files/atomic.py"
# Each further place that opens a file for writing, and why it may.
ALLOWED = {
    "engine/files/locks.py": "a lock is no document: it must be there before and after",
    "guiapp/settings/logs.py": "a log grows line by line, also while the process dies",
}
IN_MEMORY = ["buffer", "stream", "text"]  # what things are called that go to atomic_write
METHODS = {"write_text", "write_bytes", "writeto", "savefig", "tofile", "touch", "to_csv"}
FUNCTIONS = {"os.open", "os.write", "os.replace", "os.rename", "shutil.copy", "shutil.copyfile",
             "shutil.copy2", "shutil.move", "numpy.save", "np.save", "np.savez", "np.savetxt",
             "json.dump", "pickle.dump", "fits.writeto"}  # fmt: skip


def sources():
    return sorted(
        path.relative_to(CHECKOUT).as_posix()
        for package in ("engine", "guiapp")
        for path in (CHECKOUT / package).rglob("*.py")
        if "_resources" not in path.parts
    )


def checked():
    return [source for source in sources() if source != ATOMIC and source not in ALLOWED]


WRITERS = "tests/helpers/writers.py"  # what meets disks that are full or broken
# Modules that write and are not named there, and through what they meet such disks.
REACHED = {
    "engine.files.deterministic_fits": "every writer of FITS files",
    "engine.figures.writing": "engine.figures",
    "engine.project.crew": "a session, for other processes: the one of engine.project.session_file",
}


def test_whatever_writes_meets_disks_that_fail():
    tried = (CHECKOUT / WRITERS).read_text(encoding="utf-8")

    forgotten = {module for module in writing_modules() if not is_named(module, tried)}

    assert forgotten == set(REACHED), f"add them to {WRITERS}"


def writing_modules():
    """Return the modules that call what writes a file."""
    found = re.compile(r"(?<!def )\b(?:atomic_write|write_fits|write_text|write_array_file)\(")
    return [
        source.removesuffix(".py").replace("/", ".")
        for source in sources()
        if source != ATOMIC and found.search((CHECKOUT / source).read_text(encoding="utf-8"))
    ]


def is_named(module, text):
    package, _, name = module.rpartition(".")
    return f"from {module} import" in text or f"from {package} import {name}\n" in text


def writes_in(text):
    """Return the calls in ``text`` that write a file, with their lines."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return [(call.lineno, ast.unparse(call)) for call in calls if is_write(call)]


def is_write(call):
    name = ast.unparse(call.func)
    if any(word.arg == "overwrite" and is_true(word.value) for word in call.keywords):
        return True
    if name == "open" or name.endswith(".open"):
        return opens_for_writing(call)
    if name in FUNCTIONS and name != "os.open":
        return first_argument(call) not in IN_MEMORY
    method = name.rpartition(".")[2]
    if method in {"writeto", "savefig", "write"} and first_argument(call) in IN_MEMORY:
        return False
    if method == "write" and any(word.arg == "format" for word in call.keywords):
        return True  # astropy.table.Table.write
    # A plain name is the function of engine.files.text.
    return method in METHODS and "." in name


def first_argument(call):
    return ast.unparse(call.args[0]) if call.args else ""


def is_true(value):
    return isinstance(value, ast.Constant) and value.value is True


def opens_for_writing(call):
    """Tell whether a call of some ``open`` may change the file; `os.open` by its flags."""
    given = [*call.args, *(word.value for word in call.keywords)]
    modes = [
        one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    if any(mode and set(mode) <= set("rwaxbt+U") and set(mode) & set("wax+") for mode in modes):
        return True
    return any(flag in ast.unparse(call) for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"))


def test_no_module_writes_by_itself():
    found = {one: writes_in((CHECKOUT / one).read_text(encoding="utf-8")) for one in checked()}

    assert not {one: what for one, what in found.items() if what}, "write through engine.files"


def test_every_exception_is_still_needed():
    for source in ALLOWED:
        assert writes_in((CHECKOUT / source).read_text(encoding="utf-8")), source


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'w')",
        "open(path, mode='ab')",
        "path.open('r+b')",
        "Path(name).write_text(text)",
        "hdus.writeto(path)",
        "table.write(path, overwrite=True)",
        "table.write(path, format='ascii.ecsv')",
        "figure.savefig(path)",
        "os.replace(one, two)",
        "os.open(path, os.O_RDWR)",
        "json.dump(value, stream)",
        "np.save(path, array)",
    ],
)
def test_writing_is_recognized(code):
    assert writes_in(code)


@pytest.mark.parametrize(
    "code",
    [
        "open(path)",
        "open(path, 'rb')",
        "open(path, encoding='utf-8')",
        "stream.write(b'x')",
        "hdus.writeto(buffer)",
        "figure.savefig(stream, format='pdf')",
        "np.savez(buffer, **arrays)",
        "write_text(path, text)",
        "os.open(path, os.O_RDONLY)",
        "json.dumps(value)",
        "self.open('window')",
    ],
)
def test_reading_is_no_writing(code):
    assert writes_in(code) == []
