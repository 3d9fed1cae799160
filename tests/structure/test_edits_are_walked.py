"""Every kind of edit takes part in the random walk of `tests/rigs/test_undo_walk.py`."""

import ast
import inspect

from guiapp.controllers.star_response_edits import _HANDLERS
from tests.helpers import edit_moves
from tests.helpers.edit_moves import MOVES, edit_sites, walked_sites


def test_every_function_that_pushes_an_edit_is_walked():
    assert edit_sites() == walked_sites()


def test_every_kind_of_edit_of_a_response_is_walked():
    tree = ast.parse(inspect.getsource(edit_moves._response_edits))
    made = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert {kind.__name__ for kind in _HANDLERS} <= made


def test_moves_have_names_of_their_own():
    names = [(move.view, move.name) for move in MOVES]

    assert len(set(names)) == len(names)


def test_a_new_kind_of_edit_is_found_under_any_name():
    source = """
from guiapp.document.commands import edit as push

def leave_out(workspace, session):
    push(workspace.document, session, "Leave out")
"""
    tree = ast.parse(source)
    [function] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert edit_moves._calls(function) & edit_moves._names_of_edit(tree) == {"push"}


def test_a_dialog_that_asks_is_gone_when_it_was_answered():
    for path in edit_moves.CONTROLLERS.glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                text = ast.unparse(function)
                assert "dialog.open()" not in text or "deleteLater" in text, f"{path.stem}: {text}"
