"""The only place that opens files: one gate, one reader a product, one atomic writer.

`load` opens anything: it tells what a file is from its content, never from its name, and gives
values in canonical units, or raises `engine.errors.FileError` with a sentence to act on.
"""

from engine.files.column_listing import ColumnListing, ListedColumn, list_columns
from engine.files.find import find_files
from engine.files.load import load
from engine.files.loaded import ColumnMapping, Kind, Loaded, Message, Product

__all__ = [
    "ColumnListing",
    "ColumnMapping",
    "Kind",
    "ListedColumn",
    "Loaded",
    "Message",
    "Product",
    "find_files",
    "list_columns",
    "load",
]
