"""YAML of a stranger: nothing is run, nothing multiplies.

The stream of events is checked first: how deep it nests, how many values it stands for after all
aliases are followed, and which tags it uses. Only then are values made, all of them plain.
"""

from typing import Any

from engine.files.notes import FileNotes, quoted

MAX_YAML_BYTES = 1 << 20  #: longer headers are refused
_MAX_DEPTH = 60
_MAX_VALUES = 200_000
_RUNS_CODE = "tag:yaml.org,2002:python/"


def read_yaml(text: str, notes: FileNotes) -> Any:
    """Return plain dicts, lists, texts and numbers; unknown tags are ignored.

    Parameters
    ----------
    text : str
        One YAML document.
    notes : FileNotes
        Makes the sentences.

    Returns
    -------
    object
        What the document stands for.

    Raises
    ------
    FileError
        If the document is damaged, too long, nests too deep, multiplies through aliases, or asks
        for Python objects.
    """
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415  (slow to import)

    if len(text) > MAX_YAML_BYTES:
        raise notes.refused(
            f"The YAML header has {len(text)} characters, more than {MAX_YAML_BYTES}.",
            "No product has such a header; fetch the file again.",
        )
    try:
        _check(yaml, text, notes)
        return yaml.load(text, Loader=_plain_loader(yaml))
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError, TypeError) as error:
        where = getattr(getattr(error, "problem_mark", None), "line", None)
        line = "" if where is None else f" in line {where + 1} of it"
        raise notes.refused(
            f"The YAML header is damaged{line}.", "Repair the header, or write the file again."
        ) from error


def _check(yaml: Any, text: str, notes: FileNotes) -> None:
    """Count values with aliases followed; refuse bombs and tags that would run code."""
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                sizes[anchor] = total - before + 1
        elif isinstance(event, yaml.NodeEvent):
            _require_harmless(getattr(event, "tag", None), notes)
            total += _size(yaml, event, sizes)
            if isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append((event.anchor, total))
        if total > _MAX_VALUES or len(open_nodes) > _MAX_DEPTH:
            raise notes.refused(
                "The YAML header stands for too many values: aliases or nesting multiply them.",
                "This is a bomb or damaged; do not open it elsewhere either.",
            )


def _size(yaml: Any, event: Any, sizes: dict[str, int]) -> int:
    """Return how many values an event begins; remembers scalars that aliases may repeat.

    An alias to a collection that is still open holds itself: it stands for no finite value.
    """
    if isinstance(event, yaml.AliasEvent):
        return sizes.get(event.anchor, _MAX_VALUES + 1)
    if isinstance(event, yaml.ScalarEvent) and event.anchor is not None:
        sizes[event.anchor] = 1
    return 1


def _require_harmless(tag: str | None, notes: FileNotes) -> None:
    if tag is not None and tag.startswith(_RUNS_CODE):
        raise notes.refused(
            f"The YAML header asks for a Python object {quoted(tag.removeprefix(_RUNS_CODE))}.",
            "Data never need that; do not open the file with other programs.",
        )


def _plain_loader(yaml: Any) -> Any:
    """Return a safe loader that reads tags it does not know as plain values."""

    class PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Builds plain values only."""

    def plain(loader: Any, _suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    def pairs(loader: Any, node: Any) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        for item in loader.construct_sequence(node, deep=True):
            merged.update(item)
        return merged

    PlainLoader.add_multi_constructor("!", plain)
    PlainLoader.add_multi_constructor("tag:", plain)
    PlainLoader.add_constructor("tag:yaml.org,2002:omap", pairs)
    return PlainLoader
