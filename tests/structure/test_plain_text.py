"""Names and units in files are text: nothing in the window takes them for markup."""

import ast
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = "guiapp/look/parts.py"
# Each place that shows markup, and what it is made from.
MARKUP = {
    "guiapp/dialogs/view_help.py": "a page of the program's own resources",
    "guiapp/plots/axes.py": "the label of an axis, escaped",
    PARTS: "where plain text is made",
}
OF_MARKUP = {"setHtml", "insertHtml", "appendHtml", "setMarkdown", "toHtml", "setTitle"}
NAMES_OF_MARKUP = {
    "QLabel", "QMessageBox", "QErrorMessage", "QInputDialog", "QProgressDialog", "LabelItem",
    "RichText", "AutoText", "QTextBrowser", "QTextEdit", "QWhatsThis",
}  # fmt: skip
TIPS = {"setToolTip", "setStatusTip", "setWhatsThis"}


def sources(*words):
    """Return the modules of the window that hold one of ``words``."""
    return sorted(
        path.relative_to(CHECKOUT).as_posix()
        for path in (CHECKOUT / "guiapp").rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    )


def markup_in(text):
    """Return where ``text`` may show markup: names of such widgets, and calls that take HTML."""
    found = []
    for node in ast.walk(ast.parse(text)):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(node, ast.Name | ast.Attribute) and name in NAMES_OF_MARKUP | OF_MARKUP:
            found.append(f"{node.lineno}: {name}")
        if isinstance(node, ast.keyword) and node.arg == "html":
            found.append(f"{node.value.lineno}: html=")
    return found


def open_tips_in(text):
    """Return the tooltips in ``text`` that may be taken for markup."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_tip = node.func.attr in TIPS
            is_data = node.func.attr in {"setItemData", "setData"} and "ToolTipRole" in ast.unparse(
                node
            )
            given = node.args[:1] if is_tip else node.args[1:2] if is_data else []
            found += [f"{node.lineno}: {ast.unparse(one)}" for one in given if not is_plain(one)]
        if isinstance(node, ast.If) and "ToolTipRole" in ast.unparse(node.test):
            found += [
                f"{one.lineno}: {ast.unparse(one)}"
                for one in ast.walk(ast.Module(node.body, []))
                if isinstance(one, ast.Return) and one.value is not None and not is_plain(one.value)
            ]
    return found


def is_plain(node):
    """Tell whether a value is a constant, made by `plain_tip`, or the tip of something else."""
    if isinstance(node, ast.IfExp):
        return is_plain(node.body) and is_plain(node.orelse)
    if isinstance(node, ast.BoolOp):
        return all(map(is_plain, node.values))
    if isinstance(node, ast.BinOp):
        return is_plain(node.left)  # what follows a tip in <qt> is shown as it is
    called = getattr(node, "func", None)
    name = getattr(called, "id", getattr(called, "attr", ""))
    return isinstance(node, ast.Constant) or name in {"plain_tip", "toolTip"}


def test_nothing_shows_markup_but_what_is_listed():
    found = {
        source
        for source in sources(*OF_MARKUP, *NAMES_OF_MARKUP, "html=")
        if markup_in((CHECKOUT / source).read_text(encoding="utf-8"))
    }

    assert found == set(MARKUP)


def test_every_tooltip_is_plain():
    found = {
        source: open_tips_in((CHECKOUT / source).read_text(encoding="utf-8"))
        for source in sources(*TIPS, "ToolTipRole")
    }

    assert len(found) > 20
    assert {source: tips for source, tips in found.items() if tips} == {}


@pytest.mark.parametrize(
    "code",
    [
        "QLabel(name)",
        "QtWidgets.QMessageBox.warning(self, name, name)",
        "page.setHtml(name)",
        "pg.TextItem(html=name)",
        "label.setTextFormat(Qt.TextFormat.RichText)",
    ],
)
def test_markup_is_recognized(code):
    assert markup_in(code)


@pytest.mark.parametrize(
    "code",
    [
        "a.setToolTip(name)",
        "a.setToolTip(f'<b>{name}</b>')",
        "a.setToolTip(plain_tip(name) if name else other)",
        "box.setItemData(0, name, Qt.ItemDataRole.ToolTipRole)",
        "def f():\n    if role == Qt.ItemDataRole.ToolTipRole:\n        return name",
    ],
)
def test_an_open_tooltip_is_recognized(code):
    assert open_tips_in(code)


@pytest.mark.parametrize(
    "code",
    [
        "a.setToolTip(plain_tip(name))",
        "a.setToolTip('Read this')",
        "a.setToolTip(action.toolTip() + ' (F1)')",
        "def f():\n    if role == Qt.ItemDataRole.ToolTipRole:\n        return plain_tip(name)",
    ],
)
def test_a_plain_tooltip_passes(code):
    assert open_tips_in(code) == []
