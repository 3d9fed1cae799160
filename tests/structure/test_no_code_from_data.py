"""No source runs what a file says: no pickle, no evaluated text, no shell, no import by a name."""

import ast
from pathlib import Path

import pytest
import yaml

from engine.files.safe_yaml import _plain_loader

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for package in ("engine", "guiapp") for path in (ROOT / package).rglob("*.py")
)
MODULES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "runpy", "ctypes", "imp"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
CALLS = {
    "os.system", "os.popen", "os.execv", "os.execve", "os.spawnv", "importlib.import_module",
    "importlib.__import__", "subprocess.getoutput", "yaml.load", "yaml.load_all",
    "yaml.unsafe_load", "yaml.full_load", "numpy.fromfile",
}  # fmt: skip
#: The only network is the exchange with programs on this computer, and a cluster that was named.
NETWORK = {"socket", "urllib.request", "http", "requests", "ftplib", "smtplib", "PyQt6.QtNetwork"}
ALLOWED = {
    ("guiapp/system_libraries.py", "ctypes"),  # loads libraries of a fixed list, by name
    ("engine/files/safe_yaml.py", "yaml.load"),  # its loader makes plain values alone: see below
    ("engine/files/locks.py", "socket"),  # the name of this computer, in a lock
    ("guiapp/exchange/samp.py", "urllib.request"),  # from a program on this computer, when asked
}


def troubles_of(path):
    """Return what a source does that could run, fetch or import what a file names."""
    name = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [one for node in ast.walk(tree) for one in _troubles_at(node)]
    return [f"{name}: {one}" for one in found if (name, one) not in ALLOWED]


def _troubles_at(node):
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names if _is_banned(one.name))
    elif isinstance(node, ast.ImportFrom) and _is_banned(node.module or ""):
        yield node.module
    elif isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called in BUILTINS | CALLS:
            yield called
        for keyword in node.keywords:
            if keyword.arg in {"shell", "allow_pickle"} and _is_true(keyword.value):
                yield f"{called}({keyword.arg}=True)"


def _is_banned(module):
    return any(module == one or module.startswith(f"{one}.") for one in MODULES | NETWORK)


def _is_true(value):
    return not (isinstance(value, ast.Constant) and value.value is False)


def test_no_source_runs_what_a_file_says():
    assert [one for path in SOURCES for one in troubles_of(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from marshal import loads", "eval(text)", "exec(text)",
        "yaml.load(text, Loader=yaml.Loader)", "subprocess.run(text, shell=True)",
        "numpy.load(path, allow_pickle=True)", "importlib.import_module(name)",
        "import urllib.request",
    ],
)  # fmt: skip
def test_the_check_knows_what_it_looks_for(line):
    assert [one for node in ast.walk(ast.parse(line)) for one in _troubles_at(node)]


def test_the_one_loader_of_yaml_makes_plain_values_alone():
    loader = _plain_loader(yaml)

    found = yaml.load("!!python/object/apply:os.mkdir [here]", Loader=loader)

    assert issubclass(loader, yaml.CSafeLoader | yaml.SafeLoader)
    assert found == ["here"]
