"""Rules that no linter knows: sizes, names, the registry, the layers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from engine.analyses import ANALYSES
from engine.project.steps import STEPS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for package in ("engine", "guiapp") for path in (ROOT / package).rglob("*.py")
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EMPTY_NAMES = {"utils", "util", "helpers", "misc", "common", "manager"}


def _offenders(paths, check):
    """Return what ``check`` finds in the text of each file, after its name."""
    return [
        f"{path.relative_to(ROOT)}: {found}"
        for path in paths
        for found in check(path.read_text(encoding="utf-8"))
    ]


def test_a_file_has_one_subject_and_a_name_that_says_it():
    too_long = _offenders(SOURCES, lambda text: _longer_than(text, 500))

    assert not too_long
    assert not [path for path in SOURCES if path.stem in EMPTY_NAMES]


def test_a_test_file_stays_readable():
    assert not _offenders(TESTS, lambda text: _longer_than(text, 800))


def _longer_than(text, limit):
    count = len(text.splitlines())
    return [f"{count} lines"] if count > limit else []


def test_a_function_fits_on_a_screen():
    assert not _offenders(SOURCES, _long_functions)


def _long_functions(text):
    return [
        f"{node.name}: {_body_length(node)} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_length(node) > 60
    ]


def _body_length(node):
    """Return the lines of a function without its docstring and signature."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    body = node.body[1:] if is_docstring else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_nothing_is_left_to_do_in_a_comment():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")
    others = [path for path in (*SOURCES, *TESTS) if path != Path(__file__)]

    assert not _offenders(others, lambda text: [mark for mark in marks if f"# {mark}" in text])


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (lambda text: _longer_than(text, 2), "a\nb\nc\n"),
        (_long_functions, "def f():\n" + "    x = 1\n" * 61),
    ],
)
def test_what_breaks_a_rule_is_found(check, text):
    assert check(text)


def test_the_engine_and_its_commands_run_without_qt():
    code = """
import sys
for name in ("PyQt6", "pyqtgraph"):
    sys.modules[name] = None
import guiapp.command, engine.project.chain, engine.project.exports, engine.cli.headless
assert not any(name.startswith("matplotlib") for name in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_every_parameter_is_described_where_forms_are_made(analysis):
    fields = [field.name for field in analysis.params.__dataclass_fields__.values()]

    assert sorted(spec.name for spec in analysis.fields) == sorted(fields)
    assert analysis.params() == analysis.params()
    for spec in analysis.fields:
        assert spec.label
        assert spec.tooltip.endswith(".")
        if spec.kind == "choice":
            assert analysis.default(spec.name) in spec.choices


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_every_analysis_has_its_step_its_source_and_its_page(analysis):
    assert [step for step in STEPS if step.analysis is analysis]
    assert analysis.source
    pages = "\n".join(
        page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "science").glob("*.md")
    )
    room = analysis.result.__module__
    assert room.replace(".", "/") in pages or room in pages
