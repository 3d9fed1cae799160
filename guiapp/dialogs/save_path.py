"""Asks for the name of a file to write; a name without a suffix gets one before it is checked."""

from PyQt6.QtWidgets import QFileDialog, QWidget

Kind = tuple[str, str]  # name on the screen, suffix: ("PDF", "pdf")


def ask_save_path(
    window: QWidget | None, title: str, suggested: str, kinds: tuple[Kind, ...]
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
    """
    suffixes = {f"{name} (*.{suffix})": suffix for name, suffix in kinds}
    dialog = QFileDialog(window, title, suggested, ";;".join(suffixes))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kinds[0][1])
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(suffixes.get(chosen, "")))
    dialog.selectFile(suggested)
    is_chosen = dialog.exec() == QFileDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.selectedFiles()[0] if is_chosen else ""
