"""What an analysis and its parameters are called, where forms and commands are made from it."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

FieldKind = Literal["number", "integer", "choice", "text", "pair", "center", "list"]
Group = Literal["MRS", "Inspect", "Imaging", "NIRCam", "LRS"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How one parameter is shown and edited.

    Attributes
    ----------
    name : str
        Name of the field in the parameter dataclass.
    label : str
        In the words of the field.
    kind : str
        ``"number"``, ``"integer"``, ``"choice"``, ``"text"``, ``"pair"`` (two numbers, each may
        be absent), ``"center"`` (a choice or two numbers), ``"list"`` (edited in the plot; the
        form shows how many).
    unit : str
        Unit of the number.
    low, high, step : float
        Range and increment; NaN: none.
    decimals : int
        Decimals shown.
    choices : tuple of str
        For ``"choice"`` and ``"center"``.
    tooltip : str
        What it does, and where it comes from.
    automatic : str
        What an empty field stands for, in a few words; ``""``: it may not be empty.
    choice_words : tuple of str
        How the choices are written in a form, where they are too long for one; empty: as they are.
    """

    name: str
    label: str
    kind: FieldKind
    tooltip: str
    unit: str = ""
    low: float = float("nan")
    high: float = float("nan")
    step: float = float("nan")
    decimals: int = 3
    choices: tuple[str, ...] = ()
    automatic: str = ""
    choice_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis of the program.

    Attributes
    ----------
    name : str
        Name on the command line and in session files: ``"extract"``.
    title : str
        Title of the view and of the step in the chain.
    group : str
        Group of views that it belongs to.
    summary : str
        One sentence: what it answers.
    source : str
        Where the method is described.
    params, result : type
        The frozen dataclasses.
    fields : tuple of FieldSpec
        One for every field of `params`, in the order of the form.
    version : int
        Raised when the same input and parameters give other numbers than before.
    """

    name: str
    title: str
    group: Group
    summary: str
    source: str
    params: type
    result: type
    fields: tuple[FieldSpec, ...]
    version: int = 1

    def default(self, field: str) -> Any:
        """Return the default of the parameter ``field``."""
        spec = {one.name: one for one in dataclasses.fields(self.params)}[field]
        return spec.default
