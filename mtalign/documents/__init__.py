"""A file in any format to a Document, and back with its translation in the same format."""

from mtalign.documents.options import Options
from mtalign.documents.place import line_col, position, span
from mtalign.documents.read import read_bytes, read_document
from mtalign.documents.walk import Input, Skipped, expand
from mtalign.documents.write import Rendering, rebuild

__all__ = [
    "Input",
    "Options",
    "Rendering",
    "Skipped",
    "expand",
    "line_col",
    "position",
    "read_bytes",
    "read_document",
    "rebuild",
    "span",
]
