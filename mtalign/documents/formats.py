"""Every format that mtalign reads and writes, in one list written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath

from mtalign.documents import jsonl, markdown, table, text
from mtalign.documents.options import Options
from mtalign.documents.units import Renderer, Unit
from mtalign.errors import MtalignError
from mtalign.records import Block, Document


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is taken apart and put together again.

    :ivar name: what ``Document.format`` holds
    :ivar suffixes: of its files, lower case, with the dot; none for a format asked for by name
    :ivar parse: document text to blocks in order, never overlapping; no block's text holds a
        line end, and none is empty
    :ivar renderer: document to the function that writes its translated blocks
    :ivar unit: measures an escape; None where raw text and text are the same
    """

    name: str
    suffixes: tuple[str, ...]
    parse: Callable[[str, Options], Iterable[Block]]
    renderer: Callable[[Document], Renderer]
    unit: Unit | None = None


FORMATS = (
    Format("text", (".txt",), text.parse, text.renderer),
    Format("lines", (), text.parse, text.renderer),
    Format("markdown", (".md", ".markdown"), markdown.parse, markdown.renderer, markdown.unit),
    Format("csv", (".csv",), table.parse_csv, table.csv_renderer, table.unit),
    Format("tsv", (".tsv",), table.parse_tsv, table.tsv_renderer, table.unit),
    Format("jsonl", (".jsonl", ".ndjson"), jsonl.parse, jsonl.renderer, jsonl.unit),
)

_BY_NAME = {known.name: known for known in FORMATS}
_BY_SUFFIX = {suffix: known for known in FORMATS for suffix in known.suffixes}


def by_name(name: str) -> Format:
    """The format of that name.

    :raises MtalignError: there is none
    """
    if name not in _BY_NAME:
        raise MtalignError(f'there is no format "{name}"', todo=f"Formats: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def by_suffix(name: str) -> Format | None:
    """The format of a file of that name, upper and lower case alike; None if its suffix is unknown.

    >>> by_suffix("docs/README.MD").name
    'markdown'
    """
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def suffixes() -> str:
    """The known suffixes, for messages."""
    return ", ".join(_BY_SUFFIX)
