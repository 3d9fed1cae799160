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


def _name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_file_has_one_subject_and_a_name_that_says_it(path):
    lines = path.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 500
    assert path.stem not in EMPTY_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_a_function_fits_on_a_screen(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    too_long = [
        f"{node.name}: {_body_length(node)} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _body_length(node) > 60
    ]

    assert not too_long


def _body_length(node):
    """Return the lines of a function without its docstring and signature."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    body = node.body[1:] if is_docstring else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_a_test_file_stays_readable(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 800


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=_name)
def test_nothing_is_left_to_do_in_a_comment(path):
    if path == Path(__file__):
        return
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")
    text = path.read_text(encoding="utf-8")

    assert not [mark for mark in marks if f"# {mark}" in text]


def test_the_engine_runs_without_qt():
    code = """
import sys
for name in ("PyQt6", "pyqtgraph", "guiapp"):
    sys.modules[name] = None
import engine.project.chain, engine.project.exports, engine.cli.headless
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
