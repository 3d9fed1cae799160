"""Asks for the name of a file to write; a name without a suffix gets one before it is checked."""

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QGridLayout, QWidget

Kind = tuple[str, str]  # name on the screen, suffix: ("PDF", "pdf")


def ask_save_path(
    window: QWidget | None,
    title: str,
    suggested: str,
    kinds: tuple[Kind, ...],
    *,
    more: QWidget | None = None,
) -> str:
    """Return the name that the user chose and agreed to replace, or ``""``.

    Parameters
    ----------
    window : QWidget or None
        Above which it is asked.
    title : str
        Of the dialog.
    suggested : str
        The name that is offered.
    kinds : tuple of (str, str)
        Kinds of files: name on the screen, and suffix.
    more : QWidget, optional
        Asks something else about the file, below its name.
    """
    suffixes = {f"{name} (*.{suffix})": suffix for name, suffix in kinds}
    dialog = QFileDialog(window, title, suggested, ";;".join(suffixes))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    offered = Path(suggested).suffix.removeprefix(".")
    dialog.setDefaultSuffix(offered or kinds[0][1])
    for shown, suffix in suffixes.items():
        if suffix == offered:
            dialog.selectNameFilter(shown)
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(suffixes.get(chosen, "")))
    dialog.selectFile(suggested)
    if more is not None:
        _add(dialog, more)
    is_chosen = dialog.exec() == QFileDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.selectedFiles()[0] if is_chosen else ""


def _add(dialog: QFileDialog, more: QWidget) -> None:
    """Put a widget below the fields of a dialog, which the desktop's own would not take."""
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    layout = dialog.layout()
    assert isinstance(layout, QGridLayout)
    layout.addWidget(more, layout.rowCount(), 0, 1, layout.columnCount())
